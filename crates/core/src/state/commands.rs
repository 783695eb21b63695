//! The user's commands: checked first, then done whole or not at all.

use std::collections::BTreeMap;

use shoal_metainfo::InfoHash;

use super::{Owner, State, names::Avoided};
use crate::{
    Change, Command, CommandId, Effect, Fault, Intent, LogNote, Phase, Refusal, RemoveData, Reply,
    SETTINGS, SelectionChange, SettingValue, StepKind, StoreOp, Timestamp, Told, Tone, Trouble,
};

pub(super) type Outcome = Result<(Vec<StoreOp>, Vec<Effect>, Reply), Refusal>;

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
        self.queue.begin_command();
        self.begin(Owner::Command(id));
        match self.run(command, now) {
            Ok((ops, mut then, reply)) => {
                then.push(Effect::Reply(id, reply));
                then.push(Effect::Publish);
                self.commit(ops, then)
            }
            Err(refusal) => {
                self.before = None;
                self.avoided = Avoided::Apart;
                vec![Effect::Reply(id, Reply::Refused(refusal))]
            }
        }
    }

    fn run(&mut self, command: Command, now: Timestamp) -> Outcome {
        match command {
            Command::Add(new) => self.add(*new, now),
            Command::SetIntent(hashes, intent) => self.set_intent(&hashes, intent, now),
            Command::Remove(hashes, data) => self.remove(&hashes, data, now),
            Command::Select(hash, change) => self.select(hash, change, now),
            Command::Recheck(hashes) => self.recheck(&hashes),
            Command::SaveBeside(hash) => self.save_beside(hash),
            Command::Move(hashes, folder) => self.move_to(&hashes, &folder, now),
            Command::CancelMove(hashes) => self.cancel_move(&hashes),
            Command::Rename(hash, new) => self.rename(hash, new, now),
            Command::Locate(hash, place) => self.locate(hash, place),
            Command::Adopt(hash) => self.adopt(hash),
            Command::SetOrder(hashes, order, first_last) => {
                self.set_order(&hashes, order, first_last)
            }
            Command::SetPriorities(hash, priorities, chosen) => {
                self.set_priorities(hash, &priorities, chosen, now)
            }
            Command::HoldCheck(hashes, hold) => self.hold_check(&hashes, hold),
            Command::QueueMove(hashes, to) => self.queue_move(&hashes, to, now),
            Command::SetRules(hashes, change) => self.set_rules(&hashes, &change, now),
            Command::SetLabels(hashes, labels) => self.set_labels(&hashes, &labels, now),
            Command::ChangeLabels {
                hashes,
                add,
                remove,
            } => self.change_labels(&hashes, &add, &remove, now),
            Command::PutLabel(label) => self.put_labels(&[label], now),
            Command::PutLabels(labels) => self.put_labels(&labels, now),
            Command::RenameLabel(from, to) => self.rename_label(&from, &to, now),
            Command::DropLabel(name) => Ok(self.drop_label(&name, now)),
            Command::SetSettings(values) => self.set_settings(values, now),
            Command::SetPref(key, value) => self.set_pref(key, value),
            Command::PutWatch(id, rules) => self.put_watch(id, *rules, now),
            Command::DropWatch(id) => self.drop_watch(id, now),
            Command::AddWatched(files) => Ok(self.add_watched(files, now)),
            Command::NoteWatch(notes) => Ok(self.note_watch(notes, now)),
            Command::WatchAfter(done) => Ok(super::watched::watch_after(done)),
            Command::Slow(on) => self.set_slow(on, now),
            Command::CancelAllDone => Ok(self.cancel_all_done(now)),
            Command::Undo => self.undo(now),
            Command::Redo => self.redo(now),
        }
    }

    fn remove(&mut self, hashes: &[InfoHash], data: RemoveData, now: Timestamp) -> Outcome {
        self.all_listed(hashes)?;
        let (kind, trash) = match data {
            RemoveData::Keep => (StepKind::Removed, false),
            RemoveData::Trash => (StepKind::Trashed, true),
            RemoveData::Delete => {
                let (mut ops, mut then) = (vec![], vec![]);
                for &hash in hashes {
                    self.apply_remove(hash, data, now, &mut ops, &mut then);
                }
                return Ok((ops, then, Reply::Done));
            }
        };
        let changes = hashes.iter().map(|h| Change::Remove(*h, trash)).collect();
        Ok(self.step(kind, hashes.len(), changes, now))
    }

    /// Refuses the whole command when one of its torrents is not in the list.
    pub(super) fn all_listed(&self, hashes: &[InfoHash]) -> Result<(), Refusal> {
        let missing = hashes.iter().find(|h| self.torrent(**h).is_none());
        missing.map_or(Ok(()), |h| Err(Refusal::NoSuchTorrent(*h)))
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
            // Asking for it is the moment to try again, whatever was wrong; and what is stopped is
            // not in trouble.
            t.live.forgive();
            if !intent.wants_run() {
                t.live.recheck = false;
                t.live.held = false;
            }
            if t.record.intent != intent {
                t.record.intent = intent;
                ops.push(StoreOp::SetIntent(hash, intent));
                let note = match intent {
                    Intent::Run => LogNote::new("log_started", Tone::Neutral),
                    Intent::Stop => LogNote::new("log_stopped", Tone::Neutral),
                    Intent::ForceRun => LogNote::new("log_forced", Tone::Neutral),
                };
                self.note(hash, note);
            }
            self.touch(hash);
            if self.is_safely_complete(hash) {
                self.set_out_for_home(hash, &mut ops, &mut then);
            }
            self.reconcile(hash, &mut then);
        }
        Ok((ops, then, Reply::Done))
    }

    fn is_safely_complete(&self, hash: InfoHash) -> bool {
        let t = self.torrents.get(&hash);
        t.is_some_and(|t| t.record.completed_at.is_some() && t.live.phase != Phase::Checking)
    }

    fn select(&mut self, hash: InfoHash, change: SelectionChange, now: Timestamp) -> Outcome {
        self.take_choice(hash, &change)?;
        Ok(self.step(
            StepKind::Selected,
            1,
            vec![Change::Select(hash, change)],
            now,
        ))
    }

    /// Refuses a choice that cannot be; else the torrent waits for none any more.
    pub(super) fn take_choice(
        &mut self,
        hash: InfoHash,
        change: &SelectionChange,
    ) -> Result<(), Refusal> {
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
        Ok(())
    }

    fn save_beside(&mut self, hash: InfoHash) -> Outcome {
        self.all_listed(&[hash])?;
        let mut then = vec![];
        let in_the_way = |t: &Trouble| {
            matches!(
                t.fault,
                Fault::FileInTheWay(_) | Fault::MatchesPartly { .. }
            )
        };
        // Nothing else is a reason to leave the data it has behind.
        if let Some(t) = self
            .torrents
            .get_mut(&hash)
            .filter(|t| t.live.trouble.as_ref().is_some_and(in_the_way))
        {
            t.live.fresh_name = true;
            t.live.looked = false;
            t.live.trouble = None;
            t.live.told = Told::Well;
            t.live.tries = 0;
            self.note(hash, LogNote::new("log_beside", Tone::Neutral));
        }
        self.touch(hash);
        self.reconcile(hash, &mut then);
        Ok((vec![], then, Reply::Done))
    }

    pub(super) fn set_settings(
        &mut self,
        values: BTreeMap<String, SettingValue>,
        now: Timestamp,
    ) -> Outcome {
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
