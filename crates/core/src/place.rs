//! Where the files of a torrent lie, how they are named there, and in which order they are fetched:
//! what the user may change of a torrent without changing the torrent.
//!
//! Nothing here looks at a disk or makes up a name: names come checked, from metainfo or the user.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// In which order the pieces of a torrent are fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// Here and there, so that people who fetch at the same time can swap pieces.
    #[default]
    Spread,
    /// From the first to the last.
    Sequential,
}

/// How much the user wants a file before the others. A file that is not wanted at all is not in the
/// [`Selection`](crate::Selection).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Before the others.
    High,
    /// Like most.
    #[default]
    Normal,
    /// After the others.
    Low,
}

/// How room on the volume is taken for a file before its bytes are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preallocate {
    /// Not at all: a file grows as it is written.
    #[default]
    None,
    /// It gets its length at once, but no room.
    Sparse,
    /// It gets its length and all its room at once.
    Full,
}

/// Priorities by index of the file; only those that are not normal.
pub type Priorities = Arc<BTreeMap<u32, Priority>>;

/// Index of a file to its path on disk below the torrent's top folder: safe components with '/'
/// between them. A torrent of a single file has none; its `disk_name` is its name.
pub type Renames = Arc<BTreeMap<u32, String>>;

/// All that decides the paths of a torrent's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Absolute folder that holds the torrent's file or folder.
    pub folder: PathBuf,
    /// Name of that file or folder; empty until the metadata is known.
    pub disk_name: String,
    /// Files with another name below it than the one chosen for them.
    pub renames: Renames,
}

/// Where a torrent is to lie: its place, and the folder it belongs to in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// Where its files are.
    pub place: Place,
    /// The folder to save to. Another one than the place's only while an unfinished torrent lies in a
    /// folder of its own.
    pub save_path: PathBuf,
}

/// A change of place that was promised and is not finished. It survives a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingMove {
    /// Where the files go.
    pub to: Place,
    /// The folder to save to once they are there.
    pub then_save_path: PathBuf,
    /// It was cancelled or failed: the files are on their way back to where they were.
    pub back: bool,
    /// Where they go once they are back.
    pub next: Option<Box<Whereabouts>>,
}

/// New names for a torrent; what is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renaming {
    /// The name shown: safe text.
    pub name: Option<String>,
    /// The name of its file or folder on disk: one safe component.
    pub disk_name: Option<String>,
    /// The names of its files on disk: all of them that are not the ones chosen at first.
    pub renames: Option<Renames>,
}
