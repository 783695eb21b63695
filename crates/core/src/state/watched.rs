//! Files found in watch folders: their torrents and the entry that tells of them are one commit.

use std::borrow::Cow;

use shoal_metainfo::InfoHash;

use super::{State, add::Added};
use crate::{
    AfterAdd, AfterState, Effect, NewTorrent, Refusal, Reply, StoreOp, TORRENTS_MAX, Timestamp,
    WatchCounts, WatchEntry, WatchFate, WatchNote, WatchOutcome, WatchedFile, WatchedReply,
};

/// A file may be dated this much later than now, in milliseconds: the clock of a server need not be ours.
const FUTURE_MS: i64 = 60_000;
const NS_PER_MS: i64 = 1_000_000;

type Done = (Vec<StoreOp>, Vec<Effect>, Reply);

/// What comes of one file, while its torrents are added.
#[derive(Default)]
struct Tally {
    reply: WatchedReply,
    hashes: Vec<InfoHash>,
    counts: WatchCounts,
    full: bool,
}

impl State {
    /// What would come of a torrent in `file`, if it were added now.
    pub fn watch_fate(&self, hash: InfoHash, file: &WatchedFile, now: Timestamp) -> WatchFate {
        if self.torrent(hash).is_some() {
            return WatchFate::Merged;
        }
        match self.tombstone(hash) {
            Some(at) if !file.again && !came_after(hash, file, at, now) => WatchFate::Removed(at),
            _ => WatchFate::Added,
        }
    }

    pub(super) fn add_watched(&mut self, files: Vec<WatchedFile>, now: Timestamp) -> Done {
        let (mut ops, mut then) = (vec![], vec![]);
        let replies = files
            .into_iter()
            .map(|file| self.add_file(file, now, &mut ops, &mut then))
            .collect();
        (ops, then, Reply::Watched(replies))
    }

    fn add_file(
        &mut self,
        mut file: WatchedFile,
        now: Timestamp,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> WatchedReply {
        let Some(folder) = self.watch_folder(file.folder).cloned() else {
            return WatchedReply::default();
        };
        if !folder.rules.enabled && !file.again {
            return WatchedReply::default();
        }
        let mut tally = Tally::default();
        tally.counts.bad = file.bad_lines;
        for mut new in std::mem::take(&mut file.torrents) {
            if folder.rules.save_to.is_none()
                && let Some(path) = self.brings(&self.labels_of_new(&new)).save_path
            {
                new.save_path = path;
            }
            self.add_from(&file, new, now, &mut tally, (ops, then));
        }
        let WatchedFile {
            file,
            stamp,
            again,
            settled,
            ..
        } = file;
        let counts = tally.counts;
        let some = counts.added + counts.already + counts.removed > 0;
        if again && !some {
            return WatchedReply::default();
        }
        let after = match (&folder.rules.after, settled) {
            (_, Some(settled)) => settled,
            // What stays away can be added again from where it lies.
            _ if !some || counts.removed > 0 => AfterState::None,
            (AfterAdd::Keep, _) => AfterState::None,
            _ => AfterState::Pending,
        };
        let outcome = if some {
            WatchOutcome::Torrents(counts)
        } else {
            bad(tally.full, counts.bad)
        };
        let entry = WatchEntry {
            id: self.watching.new_entry(),
            at: now,
            folder: folder.id,
            folder_path: folder.rules.path,
            file,
            stamp,
            outcome,
            hashes: tally.hashes,
            after,
        };
        ops.push(StoreOp::PutWatchEntry(Box::new(entry.clone())));
        WatchedReply {
            entry: Some(entry),
            ..tally.reply
        }
    }

    fn add_from(
        &mut self,
        file: &WatchedFile,
        mut new: NewTorrent,
        now: Timestamp,
        tally: &mut Tally,
        (ops, then): (&mut Vec<StoreOp>, &mut Vec<Effect>),
    ) {
        let (hash, name) = (new.hash, new.name.clone());
        if tally.hashes.contains(&hash) {
            // The same link twice.
            return;
        }
        let fate = self.watch_fate(hash, file, now);
        if let WatchFate::Removed(at) = fate {
            tally.removed(hash, name, at);
            return;
        }
        // A label that cannot be had is no reason to lose a torrent.
        new.labels = self.possible_labels(&new.labels);
        match self.add_one(new, now) {
            Ok((more_ops, more_then, added)) => {
                ops.extend(more_ops);
                then.extend(more_then);
                tally.added(hash, name, added);
            }
            Err(refusal) => {
                tally.full |= refusal == Refusal::TooMany;
                tally.counts.bad += 1;
            }
        }
    }

    pub(super) fn note_watch(&mut self, notes: Vec<WatchNote>, now: Timestamp) -> Done {
        let mut entries = vec![];
        for note in notes {
            let Some(folder) = self.watch_folder(note.folder) else {
                continue;
            };
            let folder_path = folder.rules.path.clone();
            entries.push(WatchEntry {
                id: self.watching.new_entry(),
                at: now,
                folder: note.folder,
                folder_path,
                file: note.file,
                stamp: note.stamp,
                outcome: note.outcome,
                hashes: vec![],
                after: note.after,
            });
        }
        let put = |entry: &WatchEntry| StoreOp::PutWatchEntry(Box::new(entry.clone()));
        let ops = entries.iter().map(put).collect();
        (ops, vec![], Reply::Noted(entries))
    }
}

/// What became of originals. It may be lost by a crash: then it is done again, which finds it done.
pub(super) fn watch_after(done: Vec<(u64, AfterState)>) -> Done {
    let ops: Vec<StoreOp> = done
        .into_iter()
        .map(|(id, after)| StoreOp::SetWatchAfter(id, after))
        .collect();
    let then = if ops.is_empty() {
        vec![]
    } else {
        vec![Effect::StoreSoon(ops)]
    };
    (vec![], then, Reply::Done)
}

/// Whether a file came after its torrent was removed, beyond doubt: then somebody wants it again.
fn came_after(hash: InfoHash, file: &WatchedFile, removed: Timestamp, now: Timestamp) -> bool {
    let at = Timestamp(file.stamp.mtime_ns.div_euclid(NS_PER_MS));
    at > removed && at <= now.plus_millis(FUTURE_MS) && !file.known.contains(&hash)
}

fn bad(full: bool, lines: u32) -> WatchOutcome {
    let (code, params) = if full {
        let max = (Cow::from("max"), TORRENTS_MAX.to_string());
        ("watch_bad_full", vec![max])
    } else if lines > 0 {
        ("watch_bad_magnet", vec![])
    } else {
        ("watch_bad_empty", vec![])
    };
    WatchOutcome::Bad {
        code: code.into(),
        params,
    }
}

impl Tally {
    fn first(&mut self, hash: InfoHash, name: String) {
        if self.hashes.is_empty() {
            self.counts.name = name;
        }
        self.hashes.push(hash);
    }

    fn removed(&mut self, hash: InfoHash, name: String, at: Timestamp) {
        self.first(hash, name);
        self.reply.removed.push(hash);
        self.counts.removed += 1;
        self.counts.removed_at.get_or_insert(at);
    }

    fn added(&mut self, hash: InfoHash, name: String, added: Added) {
        self.first(hash, name);
        match added {
            Added::New => {
                self.reply.added.push(hash);
                self.counts.added += 1;
            }
            Added::Merged(trackers) => {
                self.reply.already.push(hash);
                self.counts.already += 1;
                let trackers = u32::try_from(trackers).unwrap_or(u32::MAX);
                self.counts.trackers = self.counts.trackers.saturating_add(trackers);
            }
        }
    }
}
