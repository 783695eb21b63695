//! What only a window on a desktop has: drops, the tray, the system's links and notifications. Never
//! sent over HTTP.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, Hash};

/// What something that hovers over the window would become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DropKind {
    /// A torrent file.
    Torrent,
    /// A magnet link.
    Link,
    /// The address of a torrent file, fetched once it is dropped.
    Url,
    /// Files or a folder that a torrent can be made of.
    Create,
    /// Nothing that can be added; the row's error says why.
    Refused,
}

/// One thing that hovers over the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DropRow {
    /// What it would become.
    pub kind: DropKind,
    /// The torrent's name, or the file's.
    pub name: String,
    /// Bytes; none while they are not known.
    pub total_bytes: Option<u64>,
    /// Files in it; none while they are not known.
    pub file_count: Option<u32>,
    /// Files in it that can run, or pose as something else.
    pub risky: u32,
    /// It is in the list.
    pub already: bool,
    /// Why it will not be added.
    pub error: Option<ApiError>,
}

/// All that hovers over the window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DropLook {
    /// The first ones, at most 64.
    pub rows: Vec<DropRow>,
    /// How many there are besides that would be added, as far as that is known.
    pub more: u32,
    /// How many besides are in the list already.
    pub more_here: u32,
    /// How many besides cannot be added.
    pub more_refused: u32,
    /// Bytes of what can be added, as far as they are known.
    pub total_bytes: u64,
    /// How many are still being read.
    pub pending: u32,
    /// Whether it is known what hovers; some systems tell only when it is dropped.
    pub paths_known: bool,
    /// Free bytes on the volume of the downloads folder; none when unknown.
    pub free_bytes: Option<u64>,
    /// That volume's mount point.
    pub volume: Option<String>,
    /// Whether Shift (start at once) and Alt (add stopped) can be told at the drop.
    pub modifiers: bool,
}

/// Where the window is to go, when something outside of it was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum GoTo {
    /// To a torrent of the list.
    Torrent {
        /// Its info-hash.
        hash: Hash,
    },
    /// To the torrents that need somebody.
    Attention,
    /// To the finished ones.
    Finished,
    /// To the choice of torrent files.
    Add,
    /// To the dialog that adds what was in the clipboard.
    Paste {
        /// What was in it; none when there was nothing.
        text: Option<String>,
    },
    /// To the settings.
    Settings,
}

/// How the machine rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Rest {
    /// It sleeps.
    Sleep,
    /// It is switched off.
    Shutdown,
}

/// Why the machine does not rest although it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum WhyAwake {
    /// The system lets this person's programs not do that.
    NotAllowed,
    /// Another program or person needs it.
    Needed,
    /// It cannot, nobody is there to ask, or nobody answered.
    Unknown,
}

/// Who opens a kind of link or file in this system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Handler {
    /// Shoal.
    Ours,
    /// Another program.
    Other {
        /// Its name, as the system shows it.
        name: String,
    },
    /// No program.
    Nobody,
    /// The system does not say.
    Unknown,
}

/// What the system offers, for the settings page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of its own"
)]
pub struct DeskState {
    /// A panel shows the tray's icon.
    pub tray_host: bool,
    /// A program shows notifications.
    pub notices: bool,
    /// Who opens magnet links.
    pub magnets: Handler,
    /// Who opens torrent files.
    pub torrents: Handler,
    /// Shoal is started at log-in.
    pub autostart: bool,
    /// Shoal runs in a sandbox, which decides about links and the start itself.
    pub sandboxed: bool,
}

/// What a person answers when closing the window asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Closing {
    /// Close the window and run on.
    Keep,
    /// Quit.
    Quit,
    /// Leave the window open.
    Stay,
}

/// What the page asks of the desktop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum DeskRequest {
    /// What the system offers.
    State,
    /// The answer to [`crate::Event::CloseAsked`].
    Closing {
        /// What to do.
        choice: Closing,
        /// Do so from now on, without a question.
        remember: bool,
    },
}

/// What the desktop answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum DeskAnswer {
    /// What the system offers.
    State {
        /// That.
        state: DeskState,
    },
    /// It is done.
    Done,
}
