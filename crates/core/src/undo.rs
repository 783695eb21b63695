//! The undo journal: what was changed, as the change that takes it back.
//!
//! Every change a user makes is a list of [`Change`]s. Applying one gives its inverse, so that the
//! same code does, undoes and redoes. Steps are bounded in number and age.

use shoal_metainfo::InfoHash;

use crate::{
    Label, Priorities, Rules, Selection, SettingValue, Timestamp, WatchFolder, WatchId, Whereabouts,
};

/// Most steps kept.
pub const UNDO_STEPS_MAX: usize = 50;
/// A step is forgotten after this many milliseconds: 24 hours.
pub const UNDO_AGE_MAX_MS: u64 = 24 * 3_600 * 1_000;
/// Version of the journal's stored form.
pub const UNDO_SCHEMA: u32 = 1;

/// A choice of files, with the sums that follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectionChange {
    /// Files wanted.
    pub selection: Selection,
    /// Their bytes.
    pub wanted_bytes: u64,
    /// How many of these are verified on disk.
    pub have_bytes: u64,
}

/// One reversible change of the list or the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Bring a removed torrent back.
    Restore(InfoHash),
    /// Take a torrent off the list; true moves its files to the trash.
    Remove(InfoHash, bool),
    /// Set the files wanted.
    Select(InfoHash, SelectionChange),
    /// Move a torrent's files to there.
    Move(InfoHash, Box<Whereabouts>),
    /// Set the name shown.
    Name(InfoHash, String),
    /// Set which files are wanted before others.
    Priorities(InfoHash, Priorities),
    /// Set the place of a torrent in the list's own order.
    Rank(InfoHash, i64),
    /// Set the limits and goals of a torrent.
    Rules(InfoHash, Rules),
    /// Set the labels of a torrent.
    Labels(InfoHash, Vec<String>),
    /// Make or recolour a label.
    PutLabel(Label),
    /// Delete a label that no torrent has.
    DropLabel(String),
    /// Give a label, and with it all torrents that have it, another name.
    RenameLabel(String, String),
    /// Set a setting.
    Setting(String, SettingValue),
    /// Make a watch folder, or give it other rules.
    PutWatch(Box<WatchFolder>),
    /// Watch a folder no longer.
    DropWatch(WatchId),
}

/// What a step was, for the words in the toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Torrents were removed, files kept.
    Removed,
    /// Torrents were removed and their files moved to the trash.
    Trashed,
    /// Files were chosen.
    Selected,
    /// Data was moved.
    Moved,
    /// A torrent or files of it were renamed.
    Renamed,
    /// Priorities of files were changed.
    Prioritised,
    /// Torrents were moved in the queue.
    QueueMoved,
    /// Limits or goals of torrents were changed.
    RulesSet,
    /// Labels of torrents were changed.
    Labelled,
    /// A label was made or recoloured.
    LabelPut,
    /// A label was renamed.
    LabelRenamed,
    /// A label was dropped.
    LabelDropped,
    /// Settings were changed.
    Settings,
    /// A watch folder was made or got other rules.
    WatchPut,
    /// A folder is watched no longer.
    WatchDropped,
}

/// One step of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoStep {
    /// Grows by one a step; never reused within a journal.
    pub id: u64,
    /// When it was made.
    pub at: Timestamp,
    /// What was done.
    pub kind: StepKind,
    /// How many things it touched, for the words.
    pub count: u32,
    /// What takes it back, to be applied in order.
    pub inverse: Vec<Change>,
    /// True while the step is undone and can be redone; `inverse` then redoes it.
    pub undone: bool,
}
