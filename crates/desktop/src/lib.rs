//! How a program that runs for months behaves on a desktop: its icon in the tray, its notifications, staying
//! awake, links and files that open it, its place on the screen. Decisions are pure functions of a
//! [`Summary`]; what talks to the system is beside them, in tasks of its own.
//!
//! Must never know tauri, the engine or the store, decide about torrents, block its caller on a bus, or put
//! a torrent's name where it is read as anything but text.

pub mod around;
pub mod awake;
pub mod bus;
pub mod closing;
pub mod host;
pub mod launcher;
pub mod links;
pub mod machine;
pub mod notices;
pub mod place;
pub mod session;
mod speed;
pub mod tray;
pub mod words;

use shoal_api::{AllDoneKind, Hash, Rest, Sentence, WatchNews, WhyAwake};

/// The name that the system knows Shoal by: its desktop file, icons and windows.
pub const APP_ID: &str = "io.github.shoalbt.Shoal";

/// What all torrents together are doing, and the settings that matter here. Sums only: nothing in it says
/// which torrents there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
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
    /// Slower limits are in force.
    pub slowed: bool,
    /// Sizes are counted in KiB rather than kB.
    pub binary_units: bool,
}

/// Something that somebody who does not look may want to know.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
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
    /// All downloads are done, and this is about to happen.
    Rests(AllDoneKind),
    /// The machine was to rest, and does not.
    Stays {
        /// What it was to do.
        what: Rest,
        /// Why it does not.
        why: WhyAwake,
    },
    /// The window is gone and Shoal runs on; where it is found from now on.
    RunsOn {
        /// The tray shows it.
        in_tray: bool,
    },
}
