//! Where data lies and in which order it comes: requests and answers about places, names, order,
//! priorities and checks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Hash, command::requests};

/// What to do when files lie already where a torrent is to be saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ExistingView {
    /// Use what is wholly this torrent's; wait with a question when anything else is in the way.
    #[default]
    Ask,
    /// Check them, keep what is good and write what is missing into them.
    Use,
    /// Save beside them under another name.
    Beside,
}

/// How early a file is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PriorityView {
    /// Before the others.
    High,
    /// As it comes.
    #[default]
    Normal,
    /// After the others.
    Low,
    /// Not at all.
    Skip,
}

requests! {
    /// Move the data of torrents to another folder.
    MoveDataRequest {
        /// Which; at most 100,000.
        hashes: Vec<Hash>,
        /// Full path of a folder that exists, or that can be made in one that exists. Empty for the
        /// default downloads folder.
        folder: String,
    }
    /// Give a torrent another name, in the list and on disk.
    RenameRequest {
        /// Which.
        hash: Hash,
        /// The new name, 1 to 512 characters.
        name: String,
    }
    /// Give a file or a folder of a torrent another name on disk.
    RenamePathRequest {
        /// Which torrent.
        hash: Hash,
        /// The file or folder by its path now: `disk_path` of its row, else `path`, or the beginning of
        /// it for a folder.
        path: Vec<String>,
        /// The new name of its last component.
        name: String,
    }
    /// Look for a torrent's data in another folder and use it there, after a check.
    LocateRequest {
        /// Which torrent.
        hash: Hash,
        /// Full path of the folder to look in, and in the folders below it down to the third.
        folder: String,
    }
    /// Choose the order in which torrents are fetched.
    SetOrderRequest {
        /// Which torrents.
        hashes: Vec<Hash>,
        /// From the first piece to the last, not spread out.
        sequential: bool,
        /// First and last pieces of each file before the others.
        first_last: bool,
    }
    /// Choose how early files are fetched, or that they are not.
    SetPrioritiesRequest {
        /// Which torrent.
        hash: Hash,
        /// Indices of the files.
        files: Vec<u32>,
        /// For all of these. `skip` leaves them out; anything else also takes them in again.
        priority: PriorityView,
    }
    /// Pause checks, or let them go on.
    HoldCheckRequest {
        /// Which torrents.
        hashes: Vec<Hash>,
        /// True to pause.
        hold: bool,
    }
    /// What lies where an inspected torrent would be saved.
    LookAtTargetRequest {
        /// From the preview.
        preview_id: String,
        /// Full path of the folder to save to; empty for the default.
        folder: String,
        /// Indices of the files wanted; none for all of them.
        #[ts(optional)]
        wanted: Option<Vec<u32>>,
    }
}

/// What a torrent or a file of it is called now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RenameReply {
    /// The name shown.
    pub name: String,
    /// The name on disk, which differs when the name shown would not be safe there or is taken.
    pub disk_name: String,
}

/// What `locate` found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LocateReply {
    /// Files that are there with the right size; when the torrent was not complete, shorter ones, too.
    /// When there are any, the torrent uses them now, after a check.
    pub found_files: u32,
    /// Files looked for.
    pub total_files: u32,
    /// Their bytes.
    pub found_bytes: u64,
    /// Bytes of all files looked for.
    pub total_bytes: u64,
    /// Folder that holds the torrent's file or folder; the one looked in when nothing was found.
    pub folder: String,
    /// The search ended early, at its limit of entries or of time: there may be more.
    pub cut_short: bool,
}

/// What lies where a torrent would be saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TargetLook {
    /// Files of the torrent at whose place something lies.
    pub files_there: u32,
    /// Of these, those that cannot be this torrent's: another size, or no plain file.
    pub different: u32,
    /// Of these, those of the same size, which a check will tell.
    pub same_size: u32,
    /// Full path of the first thing that lies there, one that is different if any is.
    pub first: Option<String>,
    /// Its size in bytes; none when it is no plain file.
    pub first_size_bytes: Option<u64>,
    /// Bytes that the torrent's file at its place has; none when a whole folder belongs there.
    pub first_torrent_bytes: Option<u64>,
    /// There is room for what is still to be written, as far as is known.
    pub enough_room: bool,
    /// Bytes still to be written; files of the same size are taken for good.
    pub needed_bytes: u64,
    /// Free bytes on the volume; none when unknown.
    pub free_bytes: Option<u64>,
}
