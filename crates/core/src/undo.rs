//! The undo journal: what was changed, as the change that takes it back.
//!
//! Every change a user makes is a list of [`Change`]s. Applying one gives its inverse, so that the
//! same code does, undoes and redoes. Steps are bounded in number and age.

use shoal_metainfo::InfoHash;

use crate::{Intent, Label, Selection, SettingValue, Timestamp};

/// Most steps kept.
pub const UNDO_STEPS_MAX: usize = 50;
/// A step is forgotten after this many milliseconds: 24 hours.
pub const UNDO_AGE_MAX_MS: u64 = 24 * 3_600 * 1_000;
/// Version of the journal's stored form.
pub const UNDO_SCHEMA: u32 = 1;

/// One reversible change of the list or the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Bring a removed torrent back.
    Restore(InfoHash),
    /// Take a torrent off the list; its files stay.
    Remove(InfoHash),
    /// Set what the user wants of a torrent.
    Intent(InfoHash, Intent),
    /// Set the files wanted.
    Select(InfoHash, Selection),
    /// Set the labels of a torrent.
    Labels(InfoHash, Vec<String>),
    /// Make or recolour a label.
    PutLabel(Label),
    /// Delete a label that no torrent has.
    DropLabel(String),
    /// Set a setting.
    Setting(String, SettingValue),
}

/// What a step was, for the words in the toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Torrents were removed, files kept.
    Removed,
    /// Torrents were removed and their files moved to the trash.
    Trashed,
    /// Torrents were started.
    Started,
    /// Torrents were stopped.
    Stopped,
    /// Files were chosen.
    Selected,
    /// Labels were changed.
    Labelled,
    /// Settings were changed.
    Settings,
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
