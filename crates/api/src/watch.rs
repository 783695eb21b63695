//! Watch folders: their rules, what they are doing now, and what became of every file seen there.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Hash, LogTone, Sentence, command::requests};

/// What is done with the folders in a watch folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SubfoldersView {
    /// They are not looked into.
    Off,
    /// They are looked into.
    On,
    /// They are looked into, and their names become labels.
    Labels,
}

/// What becomes of the original once its torrents are in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum AfterAddView {
    /// It gets `.added` behind its name.
    Rename,
    /// It is moved.
    Move {
        /// Full path of the folder.
        folder: String,
    },
    /// It is moved to the trash.
    Trash,
    /// It is deleted, for good.
    Delete,
    /// It stays as it is.
    Keep,
}

/// How a folder is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WatchHowView {
    /// The system tells of changes where it can; otherwise as in [`Poll`](Self::Poll).
    Auto,
    /// The folder is looked through every few seconds.
    Poll,
}

/// The rules of one watch folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct WatchRulesView {
    /// Full path of the folder.
    pub path: String,
    /// Files in it are added; otherwise they wait.
    pub enabled: bool,
    /// Full path of the folder that torrents are saved to; none for the default one.
    pub save_to: Option<String>,
    /// Labels that torrents get.
    pub labels: Vec<String>,
    /// Torrents start at once.
    pub start: bool,
    /// Torrents come first in the list's own order.
    pub top: bool,
    /// Folders in it.
    pub subfolders: SubfoldersView,
    /// The original afterwards.
    pub after: AfterAddView,
    /// Full path of the folder that files which are no torrents are moved to; none to leave them.
    pub bad_folder: Option<String>,
    /// Only names that one of these fits, with `*`, `?` and `[a-z]`; empty for all. At most 32, each of
    /// at most 200 characters.
    pub include: Vec<String>,
    /// No names that one of these fits.
    pub exclude: Vec<String>,
    /// How it is watched.
    pub how: WatchHowView,
}

/// Why a folder is looked through every few seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PollWhyView {
    /// It lies on a network or in a file system that tells of no changes.
    Network,
    /// The system watches no more folders.
    Limit,
    /// The rules say so.
    Asked,
}

/// What a watch folder is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum WatchStateView {
    /// Not looked at yet.
    Starting,
    /// The system tells of changes.
    Watching,
    /// It is looked through every so often.
    Polling {
        /// Seconds between two looks.
        every_s: u32,
        /// Why.
        why: PollWhyView,
    },
    /// It is not there, or may not be read. Nothing is lost; it is looked for.
    Unreachable {
        /// Milliseconds since the Unix epoch.
        since: i64,
        /// Seconds between two looks for it.
        every_s: u32,
        /// Why.
        sentence: Sentence,
    },
    /// The rules say that it is not watched.
    Off,
}

/// One watch folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchFolderView {
    /// Its number; never used for another one.
    pub id: u32,
    /// Its rules.
    pub rules: WatchRulesView,
    /// What it is doing.
    pub state: WatchStateView,
    /// Torrents added from it since midnight.
    pub added_today: u32,
    /// When the last one was added, in milliseconds since the Unix epoch.
    pub last_added_at: Option<i64>,
    /// Files that wait until they are quiet, or for another try.
    pub pending: u32,
    /// Files that could not be added and lie there still.
    pub problems: u32,
}

requests! {
    /// Make a watch folder, or change its rules.
    PutWatchRequest {
        /// Which; none for a new one.
        id: Option<u32>,
        /// Its rules.
        rules: WatchRulesView,
    }
    /// A watch folder.
    WatchRequest {
        /// Which.
        id: u32,
    }
    /// What happened in watch folders.
    WatchHistoryRequest {
        /// Only entries older than the one with this id; none for the newest.
        before: Option<u64>,
        /// Only those of this folder.
        folder: Option<u32>,
        /// Only those of files that could not be added.
        problems: bool,
    }
    /// Entries of the history.
    WatchEntriesRequest {
        /// Which; at most 1,000.
        ids: Vec<u64>,
    }
    /// What rules would do to the files that are there now.
    WatchDryRunRequest {
        /// The folder that has these rules, if there is one already.
        id: Option<u32>,
        /// The rules.
        rules: WatchRulesView,
    }
}

/// The answer to `watch_put`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchPut {
    /// The folder's number.
    pub id: u32,
}

/// What became of the original of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum OriginalView {
    /// Nothing was to be done with it.
    Left,
    /// It is to be renamed, moved or removed.
    Pending,
    /// It has another name.
    Renamed {
        /// The new name.
        name: String,
    },
    /// It lies in another folder.
    Moved {
        /// That folder.
        folder: String,
    },
    /// It is in the trash.
    Trashed,
    /// It is deleted.
    Deleted,
    /// That did not work.
    Failed {
        /// Why.
        sentence: Sentence,
    },
}

/// What became of one file, or of a folder itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what can be done with it, each by itself"
)]
pub struct WatchEntryView {
    /// Its key; grows with time.
    pub id: u64,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    /// The folder's number; it may be gone.
    pub folder: u32,
    /// The folder's path then.
    pub folder_path: String,
    /// The file's path in it; empty for news of the folder itself.
    pub file: String,
    /// What it means.
    pub tone: LogTone,
    /// What happened. Codes begin with `watch_`.
    pub sentence: Sentence,
    /// The original.
    pub original: OriginalView,
    /// Torrents that came of it or were there, at most 100, those that are in the list.
    pub hashes: Vec<Hash>,
    /// The user removed a torrent of it: it does not come back by itself.
    pub removed: bool,
    /// The file may be tried again, where it lies now.
    pub can_retry: bool,
    /// What was removed may be added again: the file was not deleted.
    pub can_add_again: bool,
    /// The file can be shown in the file manager.
    pub can_reveal: bool,
}

/// A file that is not dealt with yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchPendingView {
    /// The folder's number.
    pub folder: u32,
    /// The file's path in it.
    pub file: String,
    /// What it waits for: `watch_settling{seconds}`, `watch_trying{attempt,seconds,code}`.
    pub sentence: Sentence,
}

/// A part of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchHistory {
    /// Newest first, at most 100.
    pub entries: Vec<WatchEntryView>,
    /// There are older ones.
    pub more: bool,
    /// Entries of files that could not be added, in all.
    pub problems: u32,
    /// What is not dealt with yet, at most 100; only with the newest entries.
    pub pending: Vec<WatchPendingView>,
}

/// What would happen to one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchDryFile {
    /// The file's path in the folder.
    pub file: String,
    /// Bytes.
    pub size: u64,
    /// What it means.
    pub tone: LogTone,
    /// What would happen: `watch_would_add{name,labels,save_to}`, `watch_would_add_many{n}`,
    /// `watch_would_merge{name}`, `watch_would_not_removed{name}`, `watch_would_not_excluded`,
    /// `watch_would_not_again`, or why it is bad, as in an entry.
    pub sentence: Sentence,
}

/// What rules would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchDryRun {
    /// In the order of their names, at most 500.
    pub files: Vec<WatchDryFile>,
    /// Files looked at.
    pub looked_at: u32,
    /// Torrents that would be added.
    pub would_add: u32,
    /// There are more files than were looked at.
    pub more: bool,
}

/// What came of a watch folder in the last seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WatchNews {
    /// The folder's number.
    pub folder: u32,
    /// Its path.
    pub path: String,
    /// Torrents added.
    pub added: u32,
    /// Torrents that were there already.
    pub already: u32,
    /// Files that could not be added.
    pub bad: u32,
    /// One of the torrents added.
    pub hash: Option<Hash>,
    /// Its name; or that of the bad file, if nothing was added.
    pub name: String,
}
