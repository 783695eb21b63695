//! One setting: what it is, what it accepts, and whether a value is one of those. Which settings there are
//! is `settings`'s.

use std::path::{Path, PathBuf};

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
    /// One of these words.
    Choice(&'static [&'static str]),
    /// An absolute folder, or empty for the system's own.
    Folder,
}

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

/// Whether `value` is one that the setting accepts.
pub(crate) fn check(def: &SettingDef, value: &SettingValue) -> Result<(), SettingError> {
    let key = || def.key.to_owned();
    match (def.kind, value) {
        (SettingKind::Bool, SettingValue::Bool(_)) => Ok(()),
        (SettingKind::Int { min, max }, SettingValue::Int(i)) => {
            if (min..=max).contains(i) {
                return Ok(());
            }
            Err(SettingError::OutOfRange {
                key: key(),
                min,
                max,
            })
        }
        (SettingKind::Choice(choices), SettingValue::Text(t)) => {
            if choices.contains(&t.as_str()) {
                return Ok(());
            }
            Err(SettingError::NotAChoice {
                key: key(),
                choices: choices.join(", "),
            })
        }
        (SettingKind::Folder, SettingValue::Text(t)) => {
            let fits = t.len() <= 4_096 && !t.contains('\0');
            if t.is_empty() || (fits && Path::new(t).is_absolute()) {
                return Ok(());
            }
            Err(SettingError::NotAFolder { key: key() })
        }
        (SettingKind::Bool, _) => Err(SettingError::WrongType {
            key: key(),
            expected: "true or false",
        }),
        (SettingKind::Int { .. }, _) => Err(SettingError::WrongType {
            key: key(),
            expected: "a whole number",
        }),
        (SettingKind::Choice(_) | SettingKind::Folder, _) => Err(SettingError::WrongType {
            key: key(),
            expected: "text",
        }),
    }
}
