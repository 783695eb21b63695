//! What all torrents together are doing, and what happened to one, for somebody who does not look at the list:
//! tray, notifications, taskbar. Also while no window is there.
//!
//! Must never read through all torrents for every change, and never wait for who listens.

use std::collections::BTreeMap;

use shoal_api::{Hash, Sentence, SettingValueView, WatchNews};

/// Sums over all torrents, with all settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desk {
    /// Torrents that fetch.
    pub downloading: u32,
    /// Torrents that give.
    pub seeding: u32,
    /// Torrents whose files are read through.
    pub checking: u32,
    /// Torrents that wait for something.
    pub waiting: u32,
    /// Torrents that need somebody.
    pub attention: u32,
    /// Torrents that are stopped.
    pub stopped: u32,
    /// All torrents.
    pub listed: u32,
    /// Bytes a second.
    pub down_bps: u64,
    /// Bytes a second.
    pub up_bps: u64,
    /// Bytes that are there, of what downloads.
    pub done_bytes: u64,
    /// Bytes that are wanted, of what downloads.
    pub wanted_bytes: u64,
    /// The list has been read and the engine was told.
    pub ready: bool,
    /// Every setting's present value, by key.
    pub settings: BTreeMap<String, SettingValueView>,
}

/// Something that happened to a torrent or a watch folder.
#[derive(Clone, Debug, PartialEq)]
pub enum Happening {
    /// A download is whole.
    Finished {
        /// The torrent.
        hash: Hash,
        /// Its name.
        name: String,
    },
    /// A torrent failed, and not just for the moment.
    Failed {
        /// The torrent.
        hash: Hash,
        /// Its name.
        name: String,
        /// Why.
        sentence: Sentence,
    },
    /// A torrent needs somebody.
    Attention {
        /// The torrent.
        hash: Hash,
        /// Its name.
        name: String,
        /// What for.
        sentence: Sentence,
    },
    /// What came of watch folders.
    Watched(WatchNews),
}
