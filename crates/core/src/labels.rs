//! Labels: names with a colour that the user gives to torrents, and what they bring with them.

use std::path::PathBuf;

use crate::Rules;

/// Most patterns by which a label is given to new torrents.
pub const LABEL_MATCHES_MAX: usize = 16;
/// Most words of a program's command.
pub const PROGRAM_WORDS_MAX: usize = 64;
/// Most bytes of a program's command.
pub const PROGRAM_BYTES_MAX: usize = 4_096;

/// A label. Its name is its key; no other label's differs only in case. A name with `/` in it is
/// below others: see [`label_and_above`](crate::label_and_above).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// 1 to 64 characters in one line, nothing invisible among them.
    pub name: String,
    /// Index into the palette of label hues, 0 to 5.
    pub colour: u8,
    /// Limits and goals of torrents that have none of their own.
    pub rules: Rules,
    /// Absolute folder that new torrents with it are saved to; none: as its parents or the settings say.
    pub save_path: Option<PathBuf>,
    /// Whether new torrents with it start; none: as asked for when they are added.
    pub start: Option<bool>,
    /// What is done when one of its torrents is complete.
    pub done: Done,
    /// New torrents that fit one of these get it. At most [`LABEL_MATCHES_MAX`].
    pub matches: Vec<LabelMatch>,
}

/// What is done when a torrent is complete; what is none the next place says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Absolute folder that its data is moved to.
    pub move_to: Option<PathBuf>,
    /// Name of a label that it gets.
    pub label: Option<String>,
    /// A program and its arguments that is run. At most [`PROGRAM_WORDS_MAX`] words.
    pub program: Option<Vec<String>>,
}

/// What new torrents a label is for: all that is given must fit, and something must be given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelMatch {
    /// A pattern that the whole name fits, whatever its case: `*` stands for anything, `?` for one
    /// character.
    pub name: Option<String>,
    /// A host that one of its trackers has, or one below it.
    pub tracker: Option<String>,
    /// Smallest size of its files in bytes.
    pub min_bytes: Option<u64>,
    /// Largest size of its files in bytes.
    pub max_bytes: Option<u64>,
}
