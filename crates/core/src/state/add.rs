//! Adding torrents: new ones, ones that are there already, and ones that were removed.

use std::{collections::BTreeSet, sync::Arc};

use shoal_metainfo::{InfoHash, MAX_PEERS, MAX_TRACKERS};

use super::{State, TORRENTS_MAX, Torrent, commands::Outcome, wishes::special};
use crate::{
    Effect, EngineRequest, Existing, Live, LogNote, MetaSummary, NewTorrent, Phase, Refusal,
    Renames, Reply, Rules, Settings, StoreOp, Timestamp, Tone, TorrentRecord, TrashMove,
    wanted_bytes,
};

/// What came of adding a torrent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Added {
    /// It is new in the list.
    New,
    /// It was there, and got this many trackers more.
    Merged(usize),
}

type OneAdded = (Vec<StoreOp>, Vec<Effect>, Added);

impl State {
    pub(super) fn add(&mut self, new: NewTorrent, now: Timestamp) -> Outcome {
        let hash = new.hash;
        let (ops, then, added) = self.add_one(new, now)?;
        let reply = match added {
            Added::New => Reply::Added(hash),
            Added::Merged(_) => Reply::AlreadyAdded(hash),
        };
        Ok((ops, then, reply))
    }

    /// Adds a torrent, or merges it into the one that is there. Refused, it has changed nothing.
    pub(super) fn add_one(&mut self, new: NewTorrent, now: Timestamp) -> Result<OneAdded, Refusal> {
        let hash = new.hash;
        let made_here = new.meta.is_some() && new.resume.is_some();
        self.remember(hash);
        if self.torrent(hash).is_some() {
            return Ok(self.merge(new, now));
        }
        if self.torrents.len() >= TORRENTS_MAX {
            return Err(Refusal::TooMany);
        }
        let (mut ops, mut then) = (vec![], vec![]);
        let labels = self.labels_of_new(&new);
        let labels = self.make_labels(&labels, now, &mut ops, &mut then)?;
        let mut record = new_record(&new, &self.settings, now);
        record.labels = labels;
        record.rank = self.new_rank(new.top);
        self.unbury(hash, &mut ops);
        let mut live = Live {
            peers: new.peers,
            active_at: now,
            adopt: new.existing == Existing::Use,
            fresh_name: new.existing == Existing::Beside,
            ..Live::default()
        };
        if let Some(old) = self.torrents.get(&hash) {
            ops.extend(come_back(old, &mut record, &mut live));
        }
        if let Some(meta) = &new.meta {
            let made = || Arc::new(meta.to_torrent_bytes(&record.trackers));
            ops.push(StoreOp::PutMetainfo(
                hash,
                new.file.clone().unwrap_or_else(made),
            ));
        }
        ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
        if let Some(resume) = new.resume.filter(|_| new.meta.is_some()) {
            ops.push(StoreOp::PutResume(hash, resume));
        }
        let goal = record.goal();
        self.note_added(&record, made_here);
        self.torrents
            .insert(hash, Box::new(Torrent { record, live }));
        self.note_claims(hash);
        self.touch(hash);
        if goal.save_path != new.save_path {
            // It is still on its way to another place that it was told before it was removed.
            let mut target = goal;
            target.place.folder.clone_from(&new.save_path);
            target.save_path = new.save_path;
            self.aim(hash, target, &mut ops, &mut then);
        }
        self.reconcile(hash, &mut then);
        Ok((ops, then, Added::New))
    }

    /// The torrent is there: takes the trackers it lacks, and the metainfo if it has none.
    fn merge(&mut self, new: NewTorrent, now: Timestamp) -> OneAdded {
        let hash = new.hash;
        let (mut ops, mut then, mut more) = (vec![], vec![], 0);
        if let Some(t) = self.torrents.get_mut(&hash) {
            let mut known: BTreeSet<String> = t.record.trackers.iter().flatten().cloned().collect();
            // A private torrent's peers come from its own trackers alone (BEP 27): a link adds none.
            let closed = t.record.summary.as_ref().is_some_and(|s| s.private) && new.meta.is_none();
            for tier in new.trackers.into_iter().filter(|_| !closed) {
                let fresh: Vec<String> = tier
                    .into_iter()
                    .filter(|url| known.insert(url.clone()))
                    .collect();
                if !fresh.is_empty() && known.len() <= MAX_TRACKERS {
                    more += fresh.len();
                    t.record.trackers.push(fresh);
                }
            }
            let lacks = t.record.summary.is_none();
            if more > 0 {
                t.live.restart = true;
                ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
                let note = LogNote::new("log_trackers", Tone::Neutral).with("n", &more);
                self.notes.push((hash, note));
            }
            if lacks && let Some(meta) = &new.meta {
                // Whoever gives the file list has had the choice, and what was wrong is over.
                let record = &mut t.record;
                record.awaiting_choice = false;
                record.priorities = special(&new.priorities);
                record.order = new.order.unwrap_or(record.order);
                record.first_last = new.first_last.unwrap_or(record.first_last);
                t.live.adopt = new.existing == Existing::Use;
                t.live.fresh_name = new.existing == Existing::Beside;
                t.live.forgive();
                ops.extend(self.take_metadata(hash, meta, Some(new.selection), now));
                self.end_fetch(hash, &mut then);
            } else if lacks && more > 0 {
                // The new trackers are asked too.
                self.end_fetch(hash, &mut then);
            }
            self.touch(hash);
        }
        self.reconcile(hash, &mut then);
        (ops, then, Added::Merged(more))
    }

    /// Ends a fetch of metadata that is no longer needed, or not like this.
    fn end_fetch(&mut self, hash: InfoHash, then: &mut Vec<Effect>) {
        let fetching = self
            .torrents
            .get(&hash)
            .is_some_and(|t| t.live.phase == Phase::FetchingMetadata);
        if fetching {
            then.push(Effect::Engine(EngineRequest::CancelFetch { hash }));
            self.settle(hash);
        }
    }
}

/// A removed torrent is added anew: what of it still holds. Tells what to store first.
fn come_back(old: &Torrent, record: &mut TorrentRecord, live: &mut Live) -> Option<StoreOp> {
    // What it gave and took still counts.
    record.downloaded_bytes = old.record.downloaded_bytes;
    record.uploaded_bytes = old.record.uploaded_bytes;
    record.seeded_s = old.record.seeded_s;
    // Nor is it taken away again for a goal that it was taken away for.
    record.goal_done = old.record.goal_done;
    // It may still be on its way out of the engine, or its files on their way.
    (live.phase, live.op) = (old.live.phase, old.live.op);
    let waiting = old.live.trash_due.is_some_and(TrashMove::is_away);
    live.trash_due = old.live.trash_due.filter(|_| !waiting);
    let gone = old.record.trashed && !waiting;
    record.trash_pending = live.trash_due.is_some();
    if !gone && old.record.moving.is_some() {
        // Its files are between two places: it goes on from there.
        record.settle_at(old.record.whereabouts());
        record.moving.clone_from(&old.record.moving);
        record.part_suffix = old.record.part_suffix;
        live.recheck = true;
        return None;
    }
    if gone || old.record.save_path != record.save_path {
        // What lies there now is not known to be its own, nor to be what the engine still has.
        live.displaced = live.phase == Phase::Stopping;
        return Some(StoreOp::DropTorrent(record.hash));
    }
    record.settle_at(old.record.whereabouts());
    record.part_suffix = old.record.part_suffix;
    // Nobody has watched over its files meanwhile.
    live.recheck = true;
    None
}

fn new_record(new: &NewTorrent, settings: &Settings, now: Timestamp) -> TorrentRecord {
    let meta = new.meta.as_deref();
    let wanted_bytes = meta.map_or(0, |m| wanted_bytes(m, &new.selection));
    // What was made here is whole, and where it is to stay.
    let whole = meta.is_some() && new.resume.is_some();
    let folder = &settings.unfinished_folder;
    let unfinished = !whole && !folder.as_os_str().is_empty() && *folder != new.save_path;
    TorrentRecord {
        hash: new.hash,
        name: new.name.clone(),
        added_at: now,
        source: new.source.clone(),
        trackers: new.trackers.clone(),
        save_path: new.save_path.clone(),
        disk_name: new.disk_name.clone().unwrap_or_default(),
        summary: meta.map(MetaSummary::of),
        selection: new.selection.clone(),
        awaiting_choice: new.choose_files && meta.is_none(),
        rank: 0,
        intent: new.intent,
        labels: vec![],
        have_bytes: if whole { wanted_bytes } else { 0 },
        wanted_bytes,
        downloaded_bytes: 0,
        uploaded_bytes: 0,
        completed_at: whole.then_some(now),
        removed_at: None,
        trashed: false,
        order: new.order.unwrap_or_else(|| settings.order()),
        first_last: new.first_last.unwrap_or(settings.first_last),
        priorities: special(&new.priorities),
        renames: Renames::default(),
        unfinished_path: unfinished.then(|| settings.unfinished_folder.clone()),
        part_suffix: settings.part_suffix,
        moving: None,
        trash_pending: false,
        peers: new.peers.iter().copied().take(MAX_PEERS).collect(),
        rules: Rules::default(),
        seeded_s: 0,
        idle_s: 0,
        goal_done: false,
        done_due: false,
    }
}
