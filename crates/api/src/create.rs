//! Making torrents: what is asked for, how far it is, and what came out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, Hash, command::requests};

requests! {
    /// Make a torrent of a file or folder of the machine that Shoal runs on.
    CreateRequest {
        /// Full path of the file or folder.
        path: String,
        /// Name of the torrent; that of the file or folder when there is none. A safe file name.
        #[ts(optional)]
        name: Option<String>,
        /// Bytes a piece: a power of two from 16 KiB to 64 MiB; none to choose by size.
        #[ts(optional)]
        piece_length: Option<u32>,
        /// Also as a version 2 torrent (BEP 52).
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        hybrid: bool,
        /// Peers only from its trackers (BEP 27).
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        private: bool,
        /// A word that makes the info-hash differ from that of the same files elsewhere.
        #[ts(optional)]
        source: Option<String>,
        /// A remark for whoever gets the torrent.
        #[ts(optional)]
        comment: Option<String>,
        /// Trackers, tier by tier (BEP 12).
        #[serde(default)]
        #[ts(optional, as = "Option<Vec<Vec<String>>>")]
        trackers: Vec<Vec<String>>,
        /// Web seeds (BEP 19).
        #[serde(default)]
        #[ts(optional, as = "Option<Vec<String>>")]
        web_seeds: Vec<String>,
        /// DHT nodes (BEP 5), each `host:port`.
        #[serde(default)]
        #[ts(optional, as = "Option<Vec<String>>")]
        nodes: Vec<String>,
        /// Patterns of names to leave out, such as `*.tmp`.
        #[serde(default)]
        #[ts(optional, as = "Option<Vec<String>>")]
        ignore: Vec<String>,
        /// Leave out what begins with a dot, or is hidden on Windows. For a browser always.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        leave_out_hidden: bool,
        /// Leave out which program made it.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        no_creator: bool,
        /// Leave out when it was made.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        no_date: bool,
        /// Add it to the list when it is done and offer it, without a second check.
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        seed: bool,
    }
    /// A job that makes a torrent.
    CreateJobRequest {
        /// From `create_start`.
        job: String,
    }
}

/// What a torrent would be made of, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CreateLook {
    /// Full path of the file or folder.
    pub path: String,
    /// Name of the torrent.
    pub name: String,
    /// It is a folder.
    pub is_folder: bool,
    /// Bytes of all files.
    pub bytes: u64,
    /// Number of files.
    pub file_count: u32,
    /// Bytes a piece.
    pub piece_length: u32,
    /// Number of pieces.
    pub piece_count: u32,
    /// What is in the folder but would not be in the torrent, by name; the first 20.
    pub left_out: Vec<LeftOut>,
    /// How much that is in all; 1,000 for that many or more. A folder counts as one.
    pub left_out_count: u32,
}

/// Something that would not be in a torrent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LeftOut {
    /// Below the folder.
    pub path: String,
    /// Why.
    pub why: LeftOutWhy,
}

/// Why something would not be in a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LeftOutWhy {
    /// It fits a pattern.
    Pattern,
    /// It is hidden.
    Hidden,
    /// It is a link; links are never followed.
    Link,
    /// It is a pipe, socket or device.
    Special,
}

/// A job was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CreateStarted {
    /// Its name, for `create_status` and the others.
    pub job: String,
}

/// How a job that makes a torrent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CreateState {
    /// Listing and reading files.
    Running,
    /// Done: the result is kept for an hour, ten of them at most.
    Done,
    /// It failed; the error says why.
    Failed,
    /// It was cancelled.
    Cancelled,
}

/// How far a job that makes a torrent is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CreateStatus {
    /// How it stands.
    pub state: CreateState,
    /// Bytes read.
    pub done_bytes: u64,
    /// Bytes to read; 0 until the files are listed.
    pub total_bytes: u64,
    /// Why it failed. Also set when it is done and could not be added to the list.
    pub error: Option<ApiError>,
    /// What came out, when it is done.
    pub result: Option<CreatedView>,
}

/// A torrent that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CreatedView {
    /// Info-hash.
    pub hash: Hash,
    /// Info-hash of version 2, of a hybrid: 64 hexadecimal digits.
    pub hash_v2: Option<String>,
    /// Magnet link.
    pub magnet: String,
    /// Name shown.
    pub name: String,
    /// Bytes a piece.
    pub piece_length: u32,
    /// Number of pieces.
    pub piece_count: u32,
    /// Bytes of all files.
    pub bytes: u64,
    /// Number of files.
    pub file_count: u32,
    /// Links, pipes and hidden things that were left out without being asked to.
    pub left_out_count: u32,
}

/// A .torrent file to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct CreateSaved {
    /// A name for it.
    pub file_name: String,
    /// Its bytes, as Base64.
    pub base64: String,
}
