//! Finding torrents by what is in them, and the .torrent file of one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Hash, command::requests};

requests! {
    /// Find torrents by the names of their files.
    FindFilesRequest {
        /// Words, all of which the path of one file has to hold, in whatever case.
        text: String,
    }
}

/// A torrent that has a file looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundFile {
    /// Which torrent.
    pub hash: Hash,
    /// Path of one such file, as it is shown.
    pub file: String,
}

/// The torrents that have a file looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundFiles {
    /// At most 2,000.
    pub hashes: Vec<FoundFile>,
    /// There are more.
    pub more: bool,
}

/// A .torrent file to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TorrentFile {
    /// A name for it.
    pub name: String,
    /// Its bytes, as Base64.
    pub base64: String,
}
