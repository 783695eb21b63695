//! The user's commands: checked first, then done whole or not at all.

use std::collections::BTreeMap;

use shoal_metainfo::InfoHash;

use super::{Owner, State, TORRENTS_MAX};
use crate::{
    Change, Command, CommandId, Effect, Intent, Label, Live, MetaSummary, NewTorrent, Refusal,
    RemoveData, Reply, SETTINGS, SelectionChange, SettingValue, StepKind, StoreOp, Timestamp,
    TorrentRecord, wanted_bytes,
};

/// Longest name of a label, in characters.
const LABEL_CHARS_MAX: usize = 64;
/// Number of label hues.
const LABEL_COLOURS: u8 = 6;

type Outcome = Result<(Vec<StoreOp>, Vec<Effect>, Reply), Refusal>;

impl State {
    pub(super) fn on_command(
        &mut self,
        id: CommandId,
        command: Command,
        now: Timestamp,
    ) -> Vec<Effect> {
        if self.quitting {
            return vec![Effect::Reply(id, Reply::Refused(Refusal::ShuttingDown))];
        }
        self.begin(Owner::Command(id));
        match self.run(command, now) {
            Ok((ops, mut then, reply)) => {
                then.push(Effect::Reply(id, reply));
                then.push(Effect::Publish);
                self.commit(ops, then)
            }
            Err(refusal) => {
                self.before = None;
                vec![Effect::Reply(id, Reply::Refused(refusal))]
            }
        }
    }

    fn run(&mut self, command: Command, now: Timestamp) -> Outcome {
        match command {
            Command::Add(new) => self.add(*new, now),
            Command::SetIntent(hashes, intent) => self.set_intent(&hashes, intent, now),
            Command::Remove(hashes, data) => {
                let trash = data == RemoveData::Trash;
                self.all_listed(&hashes)?;
                let kind = if trash {
                    StepKind::Trashed
                } else {
                    StepKind::Removed
                };
                let changes = hashes.iter().map(|h| Change::Remove(*h, trash)).collect();
                Ok(self.step(kind, hashes.len(), changes, now))
            }
            Command::Select(hash, change) => self.select(hash, change, now),
            Command::Recheck(hashes) => self.recheck(&hashes),
            Command::SaveBeside(hash) => self.save_beside(hash),
            Command::SetLabels(hashes, labels) => self.set_labels(&hashes, &labels, now),
            Command::PutLabel(label) => {
                check_label(&label)?;
                Ok(self.step(StepKind::Labelled, 1, vec![Change::PutLabel(label)], now))
            }
            Command::DropLabel(name) => Ok(self.drop_label(&name, now)),
            Command::SetSettings(values) => self.set_settings(values, now),
            Command::Undo => self.undo(now),
            Command::Redo => self.redo(now),
        }
    }

    /// Refuses the whole command when one of its torrents is not in the list.
    fn all_listed(&self, hashes: &[InfoHash]) -> Result<(), Refusal> {
        let missing = hashes.iter().find(|h| self.torrent(**h).is_none());
        missing.map_or(Ok(()), |h| Err(Refusal::NoSuchTorrent(*h)))
    }

    fn add(&mut self, new: NewTorrent, now: Timestamp) -> Outcome {
        let hash = new.hash;
        self.remember(hash);
        if self.torrent(hash).is_some() {
            return Ok(self.merge(new, now));
        }
        if self.torrents.len() >= TORRENTS_MAX {
            return Err(Refusal::TooMany);
        }
        let mut record = new_record(&new, now);
        if let Some(old) = self.torrents.get(&hash) {
            // It was removed and comes back: what it gave and took still counts.
            record.downloaded_bytes = old.record.downloaded_bytes;
            record.uploaded_bytes = old.record.uploaded_bytes;
        }
        let mut ops = vec![];
        if let Some(meta) = &new.meta {
            ops.push(StoreOp::PutMetainfo(
                hash,
                std::sync::Arc::new(meta.to_torrent_bytes(&record.trackers)),
            ));
        }
        ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
        let kept = self.torrents.remove(&hash).map(|t| t.live);
        // A removed torrent may still be on its way out of the engine.
        let live = Live {
            peers: new.peers,
            active_at: now,
            ..kept.unwrap_or_default()
        };
        self.torrents.insert(hash, super::Torrent { record, live });
        self.touch(hash);
        let mut then = vec![];
        self.reconcile(hash, &mut then);
        Ok((ops, then, Reply::Added(hash)))
    }

    /// The torrent is there: takes the trackers it lacks, and the metainfo if it has none.
    fn merge(&mut self, new: NewTorrent, now: Timestamp) -> (Vec<StoreOp>, Vec<Effect>, Reply) {
        let hash = new.hash;
        let (mut ops, mut then) = (vec![], vec![]);
        if let Some(t) = self.torrents.get_mut(&hash) {
            let mut known: std::collections::BTreeSet<String> =
                t.record.trackers.iter().flatten().cloned().collect();
            for tier in new.trackers {
                let fresh: Vec<String> = tier
                    .into_iter()
                    .filter(|url| known.insert(url.clone()))
                    .collect();
                if !fresh.is_empty() && known.len() <= shoal_metainfo::MAX_TRACKERS {
                    t.record.trackers.push(fresh);
                    t.live.restart = true;
                }
            }
            let lacks = t.record.summary.is_none();
            if t.live.restart {
                ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
            }
            if lacks && let Some(meta) = &new.meta {
                ops.extend(self.take_metadata(hash, meta, now));
                self.refetch(hash, &mut then);
            }
            self.touch(hash);
        }
        self.reconcile(hash, &mut then);
        (ops, then, Reply::AlreadyAdded(hash))
    }

    /// A fetch of metadata is no longer needed.
    fn refetch(&mut self, hash: InfoHash, then: &mut Vec<Effect>) {
        let fetching = self
            .torrents
            .get(&hash)
            .is_some_and(|t| t.live.phase == crate::Phase::FetchingMetadata);
        if fetching {
            then.push(Effect::Engine(crate::EngineRequest::CancelFetch { hash }));
            self.settle(hash);
        }
    }

    fn set_intent(&mut self, hashes: &[InfoHash], intent: Intent, now: Timestamp) -> Outcome {
        self.all_listed(hashes)?;
        let (mut ops, mut then) = (vec![], vec![]);
        for &hash in hashes {
            self.remember(hash);
            let Some(t) = self.torrents.get_mut(&hash) else {
                continue;
            };
            t.live.active_at = now;
            if intent.wants_run() {
                // Asking for it is the moment to try again, whatever was wrong.
                t.live.trouble = None;
                t.live.tries = 0;
            } else {
                t.live.recheck = false;
            }
            if t.record.intent != intent {
                t.record.intent = intent;
                ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
            }
            self.touch(hash);
            self.reconcile(hash, &mut then);
        }
        Ok((ops, then, Reply::Done))
    }

    fn select(&mut self, hash: InfoHash, change: SelectionChange, now: Timestamp) -> Outcome {
        let t = self.torrent(hash).ok_or(Refusal::NoSuchTorrent(hash))?;
        if t.record.summary.is_none() {
            return Err(Refusal::NoMetadata);
        }
        if let crate::Selection::Only(bits) = &change.selection
            && bits.count_ones() == 0
        {
            return Err(Refusal::BadSelection);
        }
        self.remember(hash);
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.record.awaiting_choice = false;
        }
        Ok(self.step(
            StepKind::Selected,
            1,
            vec![Change::Select(hash, change)],
            now,
        ))
    }

    fn recheck(&mut self, hashes: &[InfoHash]) -> Outcome {
        self.all_listed(hashes)?;
        if let Some(hash) = hashes.iter().find(|h| {
            self.torrent(**h)
                .is_some_and(|t| t.record.summary.is_none())
        }) {
            let _ = hash;
            return Err(Refusal::NoMetadata);
        }
        let mut then = vec![];
        for &hash in hashes {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.live.recheck = true;
                t.live.trouble = None;
                t.live.tries = 0;
            }
            self.touch(hash);
            self.reconcile(hash, &mut then);
        }
        Ok((vec![], then, Reply::Done))
    }

    fn save_beside(&mut self, hash: InfoHash) -> Outcome {
        self.all_listed(&[hash])?;
        let mut then = vec![];
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.fresh_name = true;
            t.live.trouble = None;
            t.live.tries = 0;
        }
        self.touch(hash);
        self.reconcile(hash, &mut then);
        Ok((vec![], then, Reply::Done))
    }

    fn set_labels(&mut self, hashes: &[InfoHash], labels: &[String], now: Timestamp) -> Outcome {
        self.all_listed(hashes)?;
        let mut changes = vec![];
        for name in labels {
            let label = Label {
                name: name.clone(),
                colour: self.next_colour(),
            };
            check_label(&label)?;
            if !self.labels.contains_key(name) {
                changes.push(Change::PutLabel(label));
            }
        }
        changes.extend(hashes.iter().map(|h| Change::Labels(*h, labels.to_vec())));
        Ok(self.step(StepKind::Labelled, hashes.len(), changes, now))
    }

    fn next_colour(&self) -> u8 {
        u8::try_from(self.labels.len() % usize::from(LABEL_COLOURS)).unwrap_or(0)
    }

    fn drop_label(&mut self, name: &str, now: Timestamp) -> (Vec<StoreOp>, Vec<Effect>, Reply) {
        let with = self
            .torrents
            .values()
            .filter(|t| t.record.labels.iter().any(|l| l == name));
        let mut changes: Vec<Change> = with
            .map(|t| {
                let rest = t
                    .record
                    .labels
                    .iter()
                    .filter(|l| *l != name)
                    .cloned()
                    .collect();
                Change::Labels(t.record.hash, rest)
            })
            .collect();
        changes.push(Change::DropLabel(name.to_owned()));
        self.step(StepKind::Labelled, changes.len() - 1, changes, now)
    }

    fn set_settings(&mut self, values: BTreeMap<String, SettingValue>, now: Timestamp) -> Outcome {
        let mut probe = self.settings.clone();
        for (key, value) in &values {
            probe.set(key, value.clone()).map_err(Refusal::Setting)?;
        }
        let shown = |key: &String| SETTINGS.iter().any(|d| d.key == key && d.shown);
        let (journaled, quiet): (Vec<_>, Vec<_>) =
            values.into_iter().partition(|(key, _)| shown(key));
        let (mut ops, mut then, mut reply) = (vec![], vec![], Reply::Done);
        for (key, value) in quiet {
            // What the window remembers of itself is no step that anybody would want to take back.
            self.apply(Change::Setting(key, value), now, &mut ops, &mut then);
        }
        if !journaled.is_empty() {
            let count = journaled.len();
            let changes = journaled
                .into_iter()
                .map(|(key, value)| Change::Setting(key, value))
                .collect();
            let (more_ops, more_then, done) = self.step(StepKind::Settings, count, changes, now);
            ops.extend(more_ops);
            then.extend(more_then);
            reply = done;
        }
        Ok((ops, then, reply))
    }
}

fn check_label(label: &Label) -> Result<(), Refusal> {
    let chars = label.name.chars().count();
    let fits = (1..=LABEL_CHARS_MAX).contains(&chars) && label.name.trim() == label.name;
    let plain = !label.name.chars().any(char::is_control);
    if fits && plain && label.colour < LABEL_COLOURS {
        Ok(())
    } else {
        Err(Refusal::BadLabel)
    }
}

fn new_record(new: &NewTorrent, now: Timestamp) -> TorrentRecord {
    let meta = new.meta.as_deref();
    TorrentRecord {
        hash: new.hash,
        name: new.name.clone(),
        added_at: now,
        source: new.source.clone(),
        trackers: new.trackers.clone(),
        save_path: new.save_path.clone(),
        disk_name: String::new(),
        summary: meta.map(MetaSummary::of),
        selection: new.selection.clone(),
        awaiting_choice: new.choose_files && meta.is_none(),
        intent: new.intent,
        labels: new.labels.clone(),
        have_bytes: 0,
        wanted_bytes: meta.map_or(0, |m| wanted_bytes(m, &new.selection)),
        downloaded_bytes: 0,
        uploaded_bytes: 0,
        completed_at: None,
        removed_at: None,
        trashed: false,
    }
}
