//! What is pushed: one snapshot, then deltas, in order, on one channel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    AllDone, Hash, LabelView, Sentence, SettingValueView, SpeedInForce, TorrentRow,
    WatchFolderView, WatchNews,
};

/// Sums over all torrents, and the state of the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Totals {
    /// Bytes a second.
    pub down_bps: u64,
    /// Bytes a second.
    pub up_bps: u64,
    /// Nodes of the DHT; none when it is off or not started.
    pub dht_nodes: Option<u32>,
    /// Connected peers of all torrents.
    pub peers_connected: u32,
    /// Free bytes on the volume of the downloads folder; none when unknown.
    pub free_bytes: Option<u64>,
    /// That volume's mount point.
    pub free_volume: Option<String>,
    /// The downloads folder.
    pub downloads_folder: String,
    /// State of the connection.
    pub engine: EngineView,
    /// The limits in force.
    pub speed: SpeedInForce,
    /// What happens soon, because all downloads are done; `cancel_all_done` calls it off.
    pub all_done: Option<AllDone>,
}

/// State of the connection to the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum EngineView {
    /// Starting or connecting anew.
    #[default]
    Starting,
    /// Running.
    Running {
        /// Port it listens on; 0 when nobody can call in.
        port: u16,
    },
    /// Not running.
    Failed {
        /// Why.
        sentence: Sentence,
    },
}

/// The next undo and redo, for the toast and the menu.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UndoView {
    /// What Ctrl Z takes back.
    pub undo: Option<StepView>,
    /// What Ctrl Shift Z does again.
    pub redo: Option<StepView>,
}

/// One step of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StepView {
    /// Grows with every step.
    pub id: u64,
    /// `removed`, `trashed`, `selected`, `moved`, `renamed`, `prioritised`, `labelled`, `label_put`,
    /// `label_renamed`, `label_dropped`, `watch_put`, `watch_dropped` or `settings`.
    pub kind: String,
    /// How many things it touched.
    pub count: u32,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
}

/// Everything, as of `rev`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Snapshot {
    /// Number of this state; the next delta has `rev + 1`.
    pub rev: u64,
    /// All torrents, in no order.
    pub torrents: Vec<TorrentRow>,
    /// All labels.
    pub labels: Vec<LabelView>,
    /// Sums.
    pub totals: Totals,
    /// Undo and redo.
    pub undo: UndoView,
    /// All settings by key.
    pub settings: BTreeMap<String, SettingValueView>,
    /// All watch folders.
    pub watch: Vec<WatchFolderView>,
    /// How the window is arranged, by key; deltas do not carry it.
    pub prefs: BTreeMap<String, String>,
    /// Things Shoal found damaged at start and set aside; each said once.
    pub notices: Vec<Sentence>,
    /// Shoal's version.
    pub version: String,
    /// `linux`, `macos`, `windows`.
    pub platform: String,
}

/// What changed since `rev - 1`. Absent parts did not change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Delta {
    /// Number of the state after this delta.
    pub rev: u64,
    /// New and changed rows, whole.
    pub upserts: Vec<TorrentRow>,
    /// Rows that are gone.
    pub removed: Vec<Hash>,
    /// Sums.
    pub totals: Option<Totals>,
    /// All labels.
    pub labels: Option<Vec<LabelView>>,
    /// Undo and redo.
    pub undo: Option<UndoView>,
    /// Changed settings.
    pub settings: Option<BTreeMap<String, SettingValueView>>,
    /// All watch folders.
    pub watch: Option<Vec<WatchFolderView>>,
}

/// One message on the channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum Event {
    /// Always the first, and again after a gap.
    Snapshot(Snapshot),
    /// Follows the state before it.
    Delta(Delta),
    /// Another start of Shoal, a link or the system handed these over: show the add dialog.
    OpenRequest {
        /// Previews of what can be added.
        previews: Vec<crate::Preview>,
        /// What could not be read, and why.
        errors: Vec<crate::ApiError>,
    },
    /// Something to know that is about no torrent; a snapshot has it too while it holds.
    Notice {
        /// What.
        sentence: crate::Sentence,
    },
    /// What came of a watch folder, some seconds' worth at once.
    Watched {
        /// What.
        news: WatchNews,
    },
    /// Something hovers over the window. Only a window on a desktop gets this and those below it.
    DropHover {
        /// What it would become.
        look: crate::DropLook,
    },
    /// It is gone again, undropped.
    DropLeft,
    /// It was dropped: show what it became.
    Dropped {
        /// Previews of what can be added.
        previews: Vec<crate::Preview>,
        /// What could not be read, and why.
        errors: Vec<crate::ApiError>,
        /// Addresses of torrent files to be fetched.
        urls: Vec<String>,
        /// A file or folder that a torrent can be made of.
        create: Option<String>,
        /// Whether it starts, when a key that was held says so.
        start: Option<bool>,
    },
    /// Closing the window asks what is meant; the page answers by [`crate::DeskRequest::Closing`].
    CloseAsked,
    /// The tray or a notification was pressed.
    Go {
        /// Where the window is to go.
        to: crate::GoTo,
    },
    /// The clipboard has something that can be added.
    ClipboardOffer {
        /// What.
        preview: crate::Preview,
    },
    /// The machine was to rest, as all is done, and does not.
    Stays {
        /// What it was to do.
        what: crate::Rest,
        /// Why it does not.
        why: crate::WhyAwake,
    },
    /// [`crate::DeskState`] is another one now.
    DeskChanged,
    /// Shoal is quitting.
    Bye,
}
