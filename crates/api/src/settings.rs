//! Settings as the settings page shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Type and range of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum SettingKindView {
    /// On or off.
    Bool,
    /// A whole number.
    Int {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// One of these.
    Choice {
        /// The words.
        choices: Vec<String>,
    },
    /// A folder, or empty for the default.
    Folder,
    /// Limits by the time of the week, or empty: rules separated by `;`, the first that fits holds, each
    /// `DAYS HH:MM-HH:MM WHAT` with `slow`, `full` or `DOWN/UP` in kB/s, as in
    /// `mon-fri 08:00-18:00 slow; daily 01:00-06:00 full; sat,sun 10:00-12:00 500/100`.
    Schedule,
    /// A program and its arguments, one a line, or empty.
    Program,
    /// The name of a label, or empty.
    Label,
}

/// When a change takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AppliesView {
    /// At once.
    Now,
    /// For torrents added from then on.
    NewTorrents,
    /// At once, by connecting anew.
    Reconnect,
}

/// A setting's value on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
#[ts(export)]
pub enum SettingValueView {
    /// On or off.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

/// One setting for the settings page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingView {
    /// Dotted name.
    pub key: String,
    /// Type and range.
    pub kind: SettingKindView,
    /// When it applies.
    pub applies: AppliesView,
    /// Whether the page shows it.
    pub shown: bool,
    /// Present value.
    pub value: SettingValueView,
    /// Default.
    pub default: SettingValueView,
}
