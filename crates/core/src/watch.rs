//! Watch folders: the rules the user has given them, and what became of each file found in them.
//!
//! Core owns the rules and decides whether the torrents of a file are added. It never looks into a
//! folder: files come already read, and what is done with the original is told, not done, here.

use std::{borrow::Cow, path::PathBuf};

use shoal_metainfo::InfoHash;

use crate::{NewTorrent, Timestamp};

/// Most watch folders.
pub const WATCH_FOLDERS_MAX: usize = 64;
/// Most patterns of one kind in the rules of a folder.
pub const WATCH_PATTERNS_MAX: usize = 32;
/// Longest pattern, in characters.
pub const WATCH_PATTERN_CHARS_MAX: usize = 200;
/// Most entries of the history that are kept; the oldest go.
pub const WATCH_ENTRIES_MAX: u64 = 50_000;
/// Most removed torrents that are remembered; the oldest go.
pub const TOMBSTONES_MAX: usize = 100_000;

/// The number of a watch folder; never used for another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatchId(pub u32);

/// What is done with the folders in a watch folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subfolders {
    /// They are not looked into.
    #[default]
    Off,
    /// They are looked into.
    On,
    /// They are looked into, and their names become labels.
    Labels,
}

/// What becomes of the original once its torrents are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum AfterAdd {
    /// It gets `.added` behind its name.
    #[default]
    Rename,
    /// It is moved to this absolute folder.
    Move(PathBuf),
    /// It is moved to the trash.
    Trash,
    /// It is deleted, for good.
    Delete,
    /// It stays as it is.
    Keep,
}

/// The rules of one watch folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches of the user"
)]
pub struct WatchRules {
    /// Absolute path of the folder, without `..`; no other watch folder has it.
    pub path: PathBuf,
    /// Files in it are added; otherwise they wait.
    pub enabled: bool,
    /// Absolute folder that torrents are saved to; none for the default one.
    pub save_to: Option<PathBuf>,
    /// Labels that torrents get.
    pub labels: Vec<String>,
    /// Torrents start at once.
    pub start: bool,
    /// Torrents come first in the list's own order.
    pub top: bool,
    /// Folders in it.
    pub subfolders: Subfolders,
    /// The original afterwards.
    pub after: AfterAdd,
    /// Absolute folder that files which are no torrents are moved to; none to leave them.
    pub bad_folder: Option<PathBuf>,
    /// Only names that one of these fits; empty for all. At most [`WATCH_PATTERNS_MAX`].
    pub include: Vec<String>,
    /// No names that one of these fits. At most [`WATCH_PATTERNS_MAX`].
    pub exclude: Vec<String>,
    /// The folder is looked through every few seconds, whatever the system could tell.
    pub always_poll: bool,
}

impl WatchRules {
    /// The rules that a new watch folder has.
    pub fn of(path: PathBuf) -> Self {
        Self {
            path,
            enabled: true,
            save_to: None,
            labels: vec![],
            start: true,
            top: false,
            subfolders: Subfolders::Off,
            after: AfterAdd::Rename,
            bad_folder: None,
            include: vec![],
            exclude: vec![],
            always_poll: false,
        }
    }
}

/// A watch folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchFolder {
    /// Its number.
    pub id: WatchId,
    /// Its rules.
    pub rules: WatchRules,
}

/// By what an unchanged file is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WatchStamp {
    /// Bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since the Unix epoch.
    pub mtime_ns: i64,
    /// Its own number on its volume (inode); 0 when unknown.
    pub file_id: u64,
}

/// What became of an original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AfterState {
    /// Nothing is to be done with it.
    #[default]
    None,
    /// What the rules say is still to be done.
    Pending,
    /// Done. Where it is now; none when it is deleted.
    Done(Option<PathBuf>),
    /// It is in the trash.
    Trashed,
    /// It could not be done: a stable code beginning with `watch_after_`, and values by name.
    Failed(Cow<'static, str>, WatchParams),
}

/// What came of the torrents that a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchCounts {
    /// Name of the first of them.
    pub name: String,
    /// Torrents that are new in the list.
    pub added: u32,
    /// Torrents that were there.
    pub already: u32,
    /// Torrents that the user has removed before, and that stay away.
    pub removed: u32,
    /// What is no torrent, or could not be added.
    pub bad: u32,
    /// Trackers that torrents which were there got.
    pub trackers: u32,
    /// When the first of those that stay away was removed.
    pub removed_at: Option<Timestamp>,
}

/// Values by name.
pub type WatchParams = Vec<(Cow<'static, str>, String)>;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchOutcome {
    /// The file holds torrents.
    Torrents(WatchCounts),
    /// Nothing of the file could be added.
    Bad {
        /// Stable code beginning with `watch_bad_`.
        code: Cow<'static, str>,
        /// Values by name.
        params: WatchParams,
    },
    /// News of the folder itself.
    Folder {
        /// Stable code: `watch_gone`, `watch_back`, `watch_limit`, `watch_too_many`.
        code: Cow<'static, str>,
        /// Values by name.
        params: WatchParams,
    },
}

impl WatchOutcome {
    /// Whether it is of a file of which nothing could be added.
    pub fn is_bad(&self) -> bool {
        matches!(self, Self::Bad { .. })
    }
}

/// One entry of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchEntry {
    /// Its key; grows with time.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// The folder; it may be gone.
    pub folder: WatchId,
    /// The folder's path then.
    pub folder_path: PathBuf,
    /// The file's path in it; empty for news of the folder itself.
    pub file: PathBuf,
    /// The file as it was looked at.
    pub stamp: WatchStamp,
    /// What happened.
    pub outcome: WatchOutcome,
    /// The torrents that the file holds, whatever became of them.
    pub hashes: Vec<InfoHash>,
    /// The original.
    pub after: AfterState,
}

/// A file that was found in a watch folder, with the torrents in it.
#[derive(Clone, Debug)]
pub struct WatchedFile {
    /// In which folder.
    pub folder: WatchId,
    /// Its path in the folder.
    pub file: PathBuf,
    /// The file as it was read.
    pub stamp: WatchStamp,
    /// What is to be added, made by the rules of the folder.
    pub torrents: Vec<NewTorrent>,
    /// Lines in it that are no links.
    pub bad_lines: u32,
    /// Torrents in the newest entry of this file, if it has one.
    pub known: Vec<InfoHash>,
    /// The user asked for it: what was removed comes back. If nothing can be added, nothing is told.
    pub again: bool,
    /// What became of the original before. None: the rules say what is to become of it.
    pub settled: Option<AfterState>,
}

/// What came of a [`WatchedFile`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchedReply {
    /// What stands in the history. None: the folder is not watched any more, or nothing of what the user
    /// asked for can be added, and nothing was done.
    pub entry: Option<WatchEntry>,
    /// Torrents that are new in the list.
    pub added: Vec<InfoHash>,
    /// Torrents that were there.
    pub already: Vec<InfoHash>,
    /// Torrents that the user has removed before, and that stay away.
    pub removed: Vec<InfoHash>,
}

/// Something to be told in the history of which no torrent came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchNote {
    /// In which folder.
    pub folder: WatchId,
    /// The file's path in it; empty for news of the folder itself.
    pub file: PathBuf,
    /// The file as it was looked at.
    pub stamp: WatchStamp,
    /// What happened.
    pub outcome: WatchOutcome,
    /// The original.
    pub after: AfterState,
}

/// What adding a torrent from a watch folder would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchFate {
    /// It is added.
    Added,
    /// It is in the list: trackers that it lacks are taken.
    Merged,
    /// The user removed it at this time, and it stays away.
    Removed(Timestamp),
}

/// What is remembered about watch folders across restarts, without the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchMemory {
    /// The folders, by number.
    pub folders: Vec<WatchFolder>,
    /// Torrents that the user has removed, and when; at most [`TOMBSTONES_MAX`].
    pub tombstones: Vec<(InfoHash, Timestamp)>,
    /// Numbers that no folder named in the history and no entry has, nor a higher one.
    pub next: (u32, u64),
}
