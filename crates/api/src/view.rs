//! What the interface shows: rows of the list and the details of one torrent. Read-only copies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{GoalView, LabelDefaults, PriorityView};

/// 40 lower-case hex digits.
pub type Hash = String;

/// What the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum IntentView {
    /// Run.
    Run,
    /// Stop.
    Stop,
    /// Run whatever the queue says.
    ForceRun,
}

/// The one status a row shows: decides its glyph, lane and filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Status {
    /// Asking peers for a magnet's file list.
    FetchingMetadata,
    /// The file list is known and the user is to choose.
    Choosing,
    /// Reading what is on disk, or about to.
    Checking,
    /// Downloading.
    Downloading,
    /// Complete and offered to others.
    Seeding,
    /// Complete and stopped.
    Finished,
    /// Incomplete and stopped.
    Stopped,
    /// Wants to run and waits for something that comes by itself.
    Waiting,
    /// Cannot go on without the user, or until something outside changes.
    Attention,
}

/// A sentence: a code that the interface has words for, with what to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Sentence {
    /// Stable code, for example `downloading_from` or `folder_missing`.
    pub code: String,
    /// Values by name: numbers as digits, bytes as digits, texts as they are.
    pub params: BTreeMap<String, String>,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of one torrent, each of its own"
)]
pub struct TorrentRow {
    /// Info-hash.
    pub hash: Hash,
    /// Safe display name.
    pub name: String,
    /// Glyph, lane, filter.
    pub status: Status,
    /// What is going on, why, and what happens next.
    pub sentence: Sentence,
    /// What the user wants.
    pub intent: IntentView,
    /// Wanted bytes; none until the file list is known.
    pub wanted_bytes: Option<u64>,
    /// Wanted bytes verified on disk.
    pub have_bytes: u64,
    /// Progress of a check, 0 to 1; none when not checking.
    pub check: Option<f64>,
    /// Bytes a second.
    pub down_bps: u64,
    /// Bytes a second.
    pub up_bps: u64,
    /// Payload received since it was added.
    pub downloaded_bytes: u64,
    /// Payload sent since it was added.
    pub uploaded_bytes: u64,
    /// Uploaded by wanted size or, when more was received, by that; none while that is unknown or zero.
    pub ratio: Option<f64>,
    /// Seconds left at the present pace; none when unknown.
    pub eta_s: Option<u64>,
    /// Connected peers.
    pub peers_connected: u32,
    /// Peers that sent something in the last seconds.
    pub peers_sending: u32,
    /// Number of real files; none until known.
    pub file_count: Option<u32>,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// Private torrent (BEP 27).
    pub private: bool,
    /// Milliseconds since the Unix epoch.
    pub added_at: i64,
    /// Milliseconds since the Unix epoch.
    pub completed_at: Option<i64>,
    /// Milliseconds since the Unix epoch: when it last sent, received or changed.
    pub active_at: i64,
    /// Folder it is saved in, or will be when it is complete.
    pub save_path: String,
    /// Folder its data lies in now, when that is another one: until it is complete or moved.
    pub lies_in: Option<String>,
    /// Progress of moving its data, 0 to 1; none when it is not being moved.
    pub moving: Option<f64>,
    /// It is fetched from the first piece to the last.
    pub sequential: bool,
    /// First and last pieces of each file come first.
    pub first_last: bool,
    /// Its place in the list's own order: the smaller, the earlier. Any whole number, each once.
    pub rank: i64,
    /// Host names of its trackers, in lower case, each once, those of the first tier first; at most 8.
    pub trackers: Vec<String>,
    /// Its place among those that wait for a slot of the same kind, 1 for the next one; none when it does
    /// not wait for one.
    pub queue_place: Option<u32>,
    /// A limit of its own or of a label holds its speed.
    pub limited: bool,
    /// How far it is on its way to having been shared enough; none when it has no goal or does not seed.
    pub goal: Option<GoalView>,
}

/// A label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LabelView {
    /// Its name, which is its key.
    pub name: String,
    /// Index of its hue, 0 to 5.
    pub colour: u8,
    /// What it brings with it.
    pub defaults: LabelDefaults,
}

/// Facts of one torrent that the list does not carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Overview {
    /// Info-hash.
    pub hash: Hash,
    /// File or folder on disk, once known.
    pub content_path: Option<String>,
    /// Folder it is saved in, or will be when it is complete.
    pub save_path: String,
    /// Folder its data lies in now.
    pub lies_in: String,
    /// Folder it goes to by itself: when it is complete, or by the move that goes on. None when it
    /// stays where it is.
    pub goes_to: Option<String>,
    /// It is fetched from the first piece to the last.
    pub sequential: bool,
    /// First and last pieces of each file come first.
    pub first_last: bool,
    /// Name of the .torrent file or URL it came from; none for a magnet.
    pub source: Option<String>,
    /// Safe text.
    pub comment: Option<String>,
    /// Safe text.
    pub created_by: Option<String>,
    /// Seconds since the Unix epoch.
    pub created_at: Option<i64>,
    /// Bytes of all files; none until known.
    pub total_bytes: Option<u64>,
    /// Bytes a piece.
    pub piece_length: Option<u32>,
    /// Pieces.
    pub piece_count: Option<u32>,
    /// Trackers, tier by tier.
    pub trackers: Vec<Vec<String>>,
    /// Peers heard of.
    pub peers_known: u32,
    /// Magnet link with its trackers; without any for private torrents.
    pub magnet: String,
    /// Technical text of the present error, if any.
    pub error_detail: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub added_at: i64,
    /// Milliseconds since the Unix epoch.
    pub completed_at: Option<i64>,
    /// What decides its speed, as far as that is known.
    pub why: Vec<WhyLine>,
}

/// Something that decides how fast a torrent is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct WhyLine {
    /// Stable code beginning with `why_`; the interface has words for it.
    pub code: String,
    /// It slows nothing down.
    pub ok: bool,
    /// What to fill in, by name.
    pub params: BTreeMap<String, String>,
}

/// Why a file name deserves a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RiskView {
    /// A program.
    Executable,
    /// A program with the name of a film, picture or document.
    Disguised,
}

/// One file of a torrent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FileRow {
    /// Position in the metainfo: its key.
    pub index: u32,
    /// Safe components below the torrent's folder; one for a single file.
    pub path: Vec<String>,
    /// Bytes.
    pub length: u64,
    /// Bytes verified on disk, to the piece.
    pub have_bytes: u64,
    /// Wanted.
    pub wanted: bool,
    /// Its name differs from the one in the torrent, which was not safe.
    pub renamed: bool,
    /// Then the name or path that it has in the torrent, as safe text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub original: Option<String>,
    /// Its path on disk, as components below the torrent's folder, when it differs from `path`: the
    /// user gave it another name.
    pub disk_path: Option<Vec<String>>,
    /// It is not whole and carries `.part` behind its name on disk.
    pub part: bool,
    /// How early it is fetched; `skip` when it is not wanted.
    pub priority: PriorityView,
    /// Why its name deserves a second look.
    pub risk: Option<RiskView>,
}

/// How far a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PeerStateView {
    /// Not dialled yet.
    Queued,
    /// Being dialled.
    Connecting,
    /// Connected.
    Connected,
    /// Did not work.
    Failed,
    /// Neither has what the other needs.
    NotNeeded,
}

/// One peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PeerRow {
    /// Address and port: its key.
    pub addr: String,
    /// Client, safe text.
    pub client: Option<String>,
    /// `tcp`, `utp` or `socks`.
    pub transport: Option<String>,
    /// It called us.
    pub incoming: bool,
    /// State.
    pub state: PeerStateView,
    /// Bytes a second.
    pub down_bps: u64,
    /// Bytes a second.
    pub up_bps: u64,
    /// Payload received from it.
    pub fetched_bytes: u64,
    /// Payload sent to it.
    pub uploaded_bytes: u64,
}

/// The pieces of a torrent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PieceMap {
    /// Number of pieces; 0 until known.
    pub count: u32,
    /// Bytes a piece.
    pub piece_length: u32,
    /// Pieces on disk.
    pub have_count: u32,
    /// Base64 of the bitfield, first piece in the highest bit.
    pub have: String,
}

/// What a folder to save to is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FolderInfo {
    /// The full path, with `~` and the default filled in.
    pub path: String,
    /// It exists, or its parent does and it can be made.
    pub usable: bool,
    /// It exists.
    pub exists: bool,
    /// Free bytes on its volume; none when unknown.
    pub free_bytes: Option<u64>,
    /// Size of its volume in bytes; none when unknown.
    pub volume_bytes: Option<u64>,
    /// Where the volume is mounted.
    pub volume: Option<String>,
}

/// Folders below a folder, for choosing one in a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FolderList {
    /// The folder listed.
    pub path: String,
    /// The one above it.
    pub parent: Option<String>,
    /// Names of the folders in it, sorted, at most 2,000.
    pub folders: Vec<String>,
}

/// What a .torrent, magnet or URL turned out to be, before it is added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Preview {
    /// Hand this to `add`; valid until 2,000 newer previews were made or Shoal quits.
    pub id: String,
    /// Info-hash.
    pub hash: Hash,
    /// Safe display name.
    pub name: String,
    /// It is in the list already: adding merges trackers only.
    pub already_added: bool,
    /// Files; none for a magnet, whose files are not known yet.
    pub files: Option<Vec<FileRow>>,
    /// Bytes of all files.
    pub total_bytes: Option<u64>,
    /// Private torrent (BEP 27).
    pub private: bool,
    /// Safe text.
    pub comment: Option<String>,
    /// Safe text.
    pub created_by: Option<String>,
    /// Seconds since the Unix epoch.
    pub created_at: Option<i64>,
    /// Number of trackers.
    pub tracker_count: u32,
    /// The labels that it gets when it is added because it fits their rules; none when it is in the list.
    pub labels: Vec<String>,
}
