//! The newest entry of each file in watch folders: by it a file is known that was dealt with, over
//! restarts too. Plain data, kept in step with the store by whoever writes to it.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use shoal_core::{AfterState, InfoHash, WatchEntry, WatchOutcome, WatchStamp};
use shoal_watchdir::Stamp;

/// Most entries that are known here: as many as the history keeps.
#[expect(clippy::cast_possible_truncation, reason = "50,000")]
const ENTRIES_MAX: usize = shoal_core::WATCH_ENTRIES_MAX as usize;

/// What is known of a file.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts, each found out by itself"
)]
pub(super) struct Seen {
    pub(super) entry: u64,
    pub(super) stamp: WatchStamp,
    pub(super) bad: bool,
    /// The original is still to be renamed, moved or removed.
    pub(super) owed: bool,
    pub(super) hashes: Vec<InfoHash>,
    /// It was found since the start, and not missed since.
    pub(super) there: bool,
    /// It is to be taken again although it was dealt with.
    pub(super) again: bool,
}

/// What a folder itself was last told of.
#[derive(Clone, Debug)]
pub(super) struct LastNews {
    pub(super) at: i64,
    pub(super) code: String,
}

#[derive(Default)]
struct OfFolder {
    files: HashMap<PathBuf, Seen>,
    news: Option<LastNews>,
    problems: u32,
}

/// All that is known.
#[derive(Default)]
pub(super) struct AllSeen {
    folders: HashMap<u32, OfFolder>,
    by_age: BTreeMap<u64, (u32, PathBuf)>,
}

impl AllSeen {
    /// Takes an entry, newer than what is known of its file.
    pub(super) fn put(&mut self, entry: WatchEntry, there: bool) {
        let folder = self.folders.entry(entry.folder.0).or_default();
        let bad = match entry.outcome {
            WatchOutcome::Folder { code, .. } => {
                folder.news = Some(LastNews {
                    at: entry.at.0,
                    code: code.into_owned(),
                });
                return;
            }
            WatchOutcome::Torrents(_) => false,
            WatchOutcome::Bad { .. } => true,
        };
        let seen = Seen {
            entry: entry.id,
            stamp: entry.stamp,
            bad,
            owed: matches!(entry.after, AfterState::Pending | AfterState::Failed(..)),
            hashes: entry.hashes,
            there,
            again: false,
        };
        folder.problems += u32::from(bad && there);
        if let Some(old) = folder.files.insert(entry.file.clone(), seen) {
            folder.problems -= u32::from(old.bad && old.there);
            self.by_age.remove(&old.entry);
        }
        self.by_age.insert(entry.id, (entry.folder.0, entry.file));
        if self.by_age.len() > ENTRIES_MAX
            && let Some((_, (folder, file))) = self.by_age.pop_first()
            && let Some(folder) = self.folders.get_mut(&folder)
            && let Some(old) = folder.files.remove(&file)
        {
            folder.problems -= u32::from(old.bad && old.there);
        }
    }

    pub(super) fn get(&self, folder: u32, file: &Path) -> Option<&Seen> {
        self.folders.get(&folder)?.files.get(file)
    }

    /// The same, if the file is still as it was.
    pub(super) fn same(&self, folder: u32, file: &Path, stamp: &Stamp) -> Option<&Seen> {
        let seen = self.get(folder, file)?;
        is_same(&seen.stamp, stamp).then_some(seen)
    }

    /// Changes what is known of a file.
    pub(super) fn change(&mut self, folder: u32, file: &Path, change: impl FnOnce(&mut Seen)) {
        let Some(folder) = self.folders.get_mut(&folder) else {
            return;
        };
        if let Some(seen) = folder.files.get_mut(file) {
            let before = seen.bad && seen.there;
            change(seen);
            let now = seen.bad && seen.there;
            folder.problems = folder.problems + u32::from(now) - u32::from(before);
        }
    }

    /// Files of a folder that could not be added and lie there.
    pub(super) fn problems(&self, folder: u32) -> u32 {
        self.folders.get(&folder).map_or(0, |f| f.problems)
    }

    /// The folder itself is told of.
    pub(super) fn told(&mut self, folder: u32, code: &str, at: i64) {
        let code = code.to_owned();
        self.folders.entry(folder).or_default().news = Some(LastNews { at, code });
    }

    pub(super) fn news(&self, folder: u32) -> Option<&LastNews> {
        self.folders.get(&folder)?.news.as_ref()
    }

    /// Those files of a folder of which `wanted` is true.
    pub(super) fn files(&self, folder: u32, wanted: impl Fn(&Seen) -> bool) -> Vec<PathBuf> {
        let files = self.folders.get(&folder).map(|f| &f.files);
        let files = files.into_iter().flatten();
        files
            .filter(|(_, seen)| wanted(seen))
            .map(|(file, _)| file.clone())
            .collect()
    }
}

/// Whether both may be of one unchanged file: an unknown number fits any.
pub(super) fn is_same(a: &WatchStamp, b: &Stamp) -> bool {
    let one_file = a.file_id == b.file_id || a.file_id == 0 || b.file_id == 0;
    a.size == b.size && a.mtime_ns == b.mtime_ns && one_file
}

pub(super) fn stamp(stamp: Stamp) -> WatchStamp {
    WatchStamp {
        size: stamp.size,
        mtime_ns: stamp.mtime_ns,
        file_id: stamp.file_id,
    }
}

pub(super) fn found(stamp: &WatchStamp) -> Stamp {
    Stamp {
        size: stamp.size,
        mtime_ns: stamp.mtime_ns,
        file_id: stamp.file_id,
    }
}
