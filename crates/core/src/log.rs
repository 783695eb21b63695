//! The log of a torrent: what happened to it, for somebody who wants to know why it is as it is.
//!
//! Only what was done and what came of it: no tries, no speeds, and nothing that a start of Shoal
//! does with every torrent. An entry is a code with values; the words are the interface's.

use std::borrow::Cow;

use crate::Timestamp;

/// Code of the entry that a trouble is over. It is kept only right behind one of a trouble.
pub const LOG_RECOVERED: &str = "log_recovered";
/// Most entries kept of one torrent; the oldest go.
pub const LOG_MAX: u64 = 1_000;
/// Longest value in an entry, in characters.
const VALUE_CHARS_MAX: usize = 1_024;

/// What an entry means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Something happened.
    Neutral,
    /// Something worked out.
    Good,
    /// Something is to be known.
    Warn,
    /// Something went wrong.
    Bad,
}

/// Something that happened to a torrent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogNote {
    /// When.
    pub at: Timestamp,
    /// What it means.
    pub tone: Tone,
    /// Stable code beginning with `log_`; the interface has words for it.
    pub code: Cow<'static, str>,
    /// Values by name: counts, bytes and seconds as digits, texts as they are.
    pub params: Vec<(Cow<'static, str>, String)>,
}

impl LogNote {
    /// Something that happened; when is filled in where it is handed on.
    pub(crate) fn new(code: &'static str, tone: Tone) -> Self {
        Self {
            at: Timestamp::default(),
            tone,
            code: code.into(),
            params: vec![],
        }
    }

    /// Adds a value, shortened when it is very long.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: &impl ToString) -> Self {
        let mut value = value.to_string();
        if let Some((end, _)) = value.char_indices().nth(VALUE_CHARS_MAX) {
            value.truncate(end);
        }
        self.params.push((name.into(), value));
        self
    }
}

/// Most bytes of what a program said that are kept in an entry.
pub const LOG_OUTPUT_BYTES_MAX: usize = 65_536;

impl LogNote {
    /// Adds what a program said, from its begin.
    #[must_use]
    pub(crate) fn with_output(mut self, output: &str) -> Self {
        let ends = output.char_indices().map(|(at, c)| at + c.len_utf8());
        let end = ends.take_while(|end| *end <= LOG_OUTPUT_BYTES_MAX).last();
        let kept = output[..end.unwrap_or(0)].to_owned();
        self.params.push(("output".into(), kept));
        self
    }
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// Grows by one an entry of the torrent.
    pub id: u64,
    /// What happened.
    pub note: LogNote,
}
