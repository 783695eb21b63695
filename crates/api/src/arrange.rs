//! How a person arranges the list: labels of many torrents at once, how the window is set up, and
//! settings as a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Hash, SettingValueView, command::requests};

requests! {
    /// Give labels to torrents and take others off them: one step to take back.
    ChangeLabelsRequest {
        /// Which torrents; at most 100,000.
        hashes: Vec<Hash>,
        /// Labels they get; those that do not exist are made.
        add: Vec<String>,
        /// Labels they lose.
        remove: Vec<String>,
    }
    /// Give a label another name; its colour and its torrents stay.
    RenameLabelRequest {
        /// Its name now.
        name: String,
        /// Its new name, 1 to 64 characters.
        to: String,
    }
    /// Remember how the window is arranged.
    SetPrefRequest {
        /// 1 to 64 of the characters `a` to `z`, `0` to `9`, `.`, `_` and `-`.
        key: String,
        /// At most 16 KiB; none to forget it.
        value: Option<String>,
    }
    /// Look at a settings file, or use it.
    ImportRequest {
        /// What is in the file; at most 1 MiB.
        text: String,
        /// Change what is not refused; without it nothing is changed.
        apply: bool,
    }
}

/// The settings as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ExportedSettings {
    /// A name for the file.
    pub name: String,
    /// What goes into it: JSON that can be read by people.
    pub text: String,
}

/// A setting that a file changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportChange {
    /// The setting.
    pub key: String,
    /// Its value before.
    pub from: SettingValueView,
    /// The value in the file.
    pub to: SettingValueView,
}

/// Something in a settings file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportRefused {
    /// The setting, label or key.
    pub key: String,
    /// Why: a code as in an error.
    pub code: String,
    /// What to fill in, by name.
    pub params: BTreeMap<String, String>,
}

/// A folder that a label of a settings file brings: where what gets the label is put, without being asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportFolder {
    /// The label.
    pub label: String,
    /// The folder.
    pub folder: String,
}

/// What a settings file changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ImportReport {
    /// Settings that get another value.
    pub changes: Vec<ImportChange>,
    /// What cannot be used.
    pub refused: Vec<ImportRefused>,
    /// Labels that are made or changed.
    pub labels: Vec<String>,
    /// The folders that these bring.
    pub folders: Vec<ImportFolder>,
    /// How many arrangements of the window change.
    pub prefs: u32,
}
