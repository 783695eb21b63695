//! What a setting can be: its kinds, its values as they are typed and stored, and why one is refused.
//! Which settings there are is not said here.

use std::path::{Path, PathBuf};

use shoal_metainfo::sanitize::display_text;

use crate::{LABEL_CHARS_MAX, PROGRAM_BYTES_MAX, PROGRAM_WORDS_MAX, Schedule, ScheduleFault};

/// The value of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// On or off.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text: a path or one of the choices.
    Text(String),
}

/// What a setting accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    /// On or off.
    Bool,
    /// A whole number between the two, both included.
    Int {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// A speed in kB/s (1,000 bytes a second): 0 for no limit, or [`SPEED_MIN_KBPS`] to
    /// [`SPEED_MAX_KBPS`].
    Speed,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An absolute folder, or empty for none or the system's own.
    Folder,
    /// A weekly schedule of limits, as [`Schedule`] reads it, or empty.
    Schedule,
    /// A program and its arguments, one a line, or empty.
    Program,
    /// The name of a label, which may not exist yet, or empty.
    Label,
}

/// Smallest limit of a speed in a setting, in kB/s.
pub const SPEED_MIN_KBPS: i64 = 17;
/// Largest limit of a speed in a setting, in kB/s.
pub const SPEED_MAX_KBPS: i64 = 1_000_000;

/// When a change of a setting takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// At once.
    Now,
    /// For torrents added from then on.
    NewTorrents,
    /// At once, by connecting anew: transfers pause for a moment.
    Reconnect,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct SettingDef {
    /// Dotted name, stable for ever.
    pub key: &'static str,
    /// What it accepts.
    pub kind: SettingKind,
    /// When a change takes effect.
    pub applies: Applies,
    /// Whether the settings page shows it. Hidden ones are the window's own memory and switches
    /// for tests.
    pub shown: bool,
}

/// Why a value was refused. Names the field, so that the page can mark it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No such setting.
    #[error("there is no setting {key}")]
    Unknown {
        /// The key given.
        key: String,
    },
    /// The value has the wrong type.
    #[error("{key} takes {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// "true or false", "a whole number", "text".
        expected: &'static str,
    },
    /// The number is outside the range.
    #[error("{key} takes a number from {min} to {max}")]
    OutOfRange {
        /// The key.
        key: String,
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// Not one of the choices.
    #[error("{key} takes one of {choices}")]
    NotAChoice {
        /// The key.
        key: String,
        /// The choices, with commas.
        choices: String,
    },
    /// Not a schedule.
    #[error("{key} takes a schedule: {fault}")]
    NotASchedule {
        /// The key.
        key: String,
        /// What is wrong with it.
        fault: ScheduleFault,
    },
    /// Not a program: over [`PROGRAM_WORDS_MAX`] words or [`PROGRAM_BYTES_MAX`] bytes, or none to run.
    #[error("{key} takes a program and its arguments, one a line")]
    NotAProgram {
        /// The key.
        key: String,
    },
    /// Not the name of a label.
    #[error("{key} takes the name of a label")]
    NotALabel {
        /// The key.
        key: String,
    },
    /// Not an absolute path, or one that no system accepts.
    #[error("{key} takes the full path of a folder")]
    NotAFolder {
        /// The key.
        key: String,
    },
}

impl SettingError {
    /// The setting that the error is about.
    pub fn key(&self) -> &str {
        match self {
            Self::Unknown { key }
            | Self::WrongType { key, .. }
            | Self::OutOfRange { key, .. }
            | Self::NotAChoice { key, .. }
            | Self::NotASchedule { key, .. }
            | Self::NotAProgram { key }
            | Self::NotALabel { key }
            | Self::NotAFolder { key } => key,
        }
    }

    /// Stable code for the interface.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "setting_unknown",
            Self::WrongType { .. } => "setting_wrong_type",
            Self::OutOfRange { .. } => "setting_out_of_range",
            Self::NotAChoice { .. } => "setting_not_a_choice",
            Self::NotASchedule { .. } => "setting_not_a_schedule",
            Self::NotAProgram { .. } => "setting_not_a_program",
            Self::NotALabel { .. } => "setting_not_a_label",
            Self::NotAFolder { .. } => "setting_not_a_folder",
        }
    }
}

/// Types that a setting can have in the [`Settings`](crate::Settings) struct.
pub(crate) trait Field {
    fn to_value(&self) -> SettingValue;
    fn take(&mut self, value: SettingValue);
}

impl Field for bool {
    fn to_value(&self) -> SettingValue {
        SettingValue::Bool(*self)
    }
    fn take(&mut self, value: SettingValue) {
        if let SettingValue::Bool(b) = value {
            *self = b;
        }
    }
}

impl Field for u16 {
    fn to_value(&self) -> SettingValue {
        SettingValue::Int(i64::from(*self))
    }
    fn take(&mut self, value: SettingValue) {
        if let SettingValue::Int(i) = value {
            *self = Self::try_from(i).unwrap_or(*self);
        }
    }
}

impl Field for u32 {
    fn to_value(&self) -> SettingValue {
        SettingValue::Int(i64::from(*self))
    }
    fn take(&mut self, value: SettingValue) {
        if let SettingValue::Int(i) = value {
            *self = Self::try_from(i).unwrap_or(*self);
        }
    }
}

impl Field for String {
    fn to_value(&self) -> SettingValue {
        SettingValue::Text(self.clone())
    }
    fn take(&mut self, value: SettingValue) {
        if let SettingValue::Text(t) = value {
            *self = t;
        }
    }
}

impl Field for PathBuf {
    fn to_value(&self) -> SettingValue {
        SettingValue::Text(self.to_string_lossy().into_owned())
    }
    fn take(&mut self, value: SettingValue) {
        if let SettingValue::Text(t) = value {
            *self = Self::from(t);
        }
    }
}

/// Refuses a value that the setting does not accept.
pub(crate) fn check(def: &SettingDef, value: &SettingValue) -> Result<(), SettingError> {
    let key = def.key.to_owned();
    match (def.kind, value) {
        (SettingKind::Int { min, max }, SettingValue::Int(i)) => within(key, *i, min, max),
        (SettingKind::Bool, SettingValue::Bool(_)) | (SettingKind::Speed, SettingValue::Int(0)) => {
            Ok(())
        }
        (SettingKind::Speed, SettingValue::Int(i)) => {
            within(key, *i, SPEED_MIN_KBPS, SPEED_MAX_KBPS)
        }
        (kind, SettingValue::Text(text)) if kind.is_text() => check_text(key, kind, text),
        (kind, _) => Err(SettingError::WrongType {
            key,
            expected: kind.expects(),
        }),
    }
}

fn within(key: String, value: i64, min: i64, max: i64) -> Result<(), SettingError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(SettingError::OutOfRange { key, min, max })
}

fn check_text(key: String, kind: SettingKind, text: &str) -> Result<(), SettingError> {
    let bad = match kind {
        SettingKind::Choice(choices) if !choices.contains(&text) => SettingError::NotAChoice {
            key,
            choices: choices.join(", "),
        },
        SettingKind::Folder if !is_folder(text) => SettingError::NotAFolder { key },
        SettingKind::Program if !is_program(text) => SettingError::NotAProgram { key },
        SettingKind::Label if !is_label(text) => SettingError::NotALabel { key },
        SettingKind::Schedule => match Schedule::parse(text) {
            Ok(_) => return Ok(()),
            Err(fault) => SettingError::NotASchedule { key, fault },
        },
        _ => return Ok(()),
    };
    Err(bad)
}

fn is_folder(text: &str) -> bool {
    let fits = text.len() <= 4_096 && !text.contains('\0');
    text.is_empty() || (fits && Path::new(text).is_absolute())
}

fn is_program(text: &str) -> bool {
    let fits = text.len() <= PROGRAM_BYTES_MAX && text.lines().count() <= PROGRAM_WORDS_MAX;
    let program = text.lines().next().unwrap_or_default();
    text.is_empty() || (fits && !text.contains('\0') && !program.trim().is_empty())
}

fn is_label(text: &str) -> bool {
    let clean = display_text(text, LABEL_CHARS_MAX + 1);
    text.is_empty() || (clean == text && clean.chars().count() <= LABEL_CHARS_MAX)
}

impl SettingKind {
    fn is_text(self) -> bool {
        !matches!(self, Self::Bool | Self::Int { .. } | Self::Speed)
    }

    /// What a value of it is, for whoever gave another one.
    pub(crate) fn expects(self) -> &'static str {
        match self {
            Self::Bool => "true or false",
            Self::Int { .. } | Self::Speed => "a whole number",
            _ => "text",
        }
    }
}
