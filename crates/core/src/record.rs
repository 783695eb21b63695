//! What is remembered about one torrent across restarts: the row in the store.
//!
//! A record holds only what must survive. What is merely happening now lives in
//! [`Live`](crate::Live) and is never stored.

use std::{net::SocketAddr, path::PathBuf};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo};

use crate::{Order, PendingMove, Place, Priorities, Renames, Rules, Timestamp};

/// Most hosts of trackers that are told of one torrent.
pub const HOSTS_MAX: usize = 8;

/// What the user wants of a torrent. Only the user changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Download, then seed, when there is room in the queue.
    Run,
    /// Do nothing.
    Stop,
    /// Run whatever the queue says.
    ForceRun,
}

impl Intent {
    /// Whether the user wants the torrent to be active.
    pub fn wants_run(self) -> bool {
        !matches!(self, Self::Stop)
    }
}

/// Where a torrent came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A .torrent file, by its name.
    File(String),
    /// A magnet link or a bare info-hash.
    Magnet,
    /// A .torrent fetched from this URL.
    Url(String),
}

/// Which files of a torrent are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every file.
    All,
    /// One bit a file, in metainfo order.
    Only(Bitfield),
}

impl Selection {
    /// Whether the file at `index` is wanted.
    pub fn wants(&self, index: usize) -> bool {
        match self {
            Self::All => true,
            Self::Only(bits) => u32::try_from(index).is_ok_and(|i| bits.get(i)),
        }
    }
}

/// The few facts of a torrent's metainfo that the list needs; the rest stays in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaSummary {
    /// Size of all files that are not padding, in bytes.
    pub total_bytes: u64,
    /// Bytes a piece.
    pub piece_length: u32,
    /// Number of pieces.
    pub piece_count: u32,
    /// Number of files that are neither padding nor links.
    pub file_count: u32,
    /// Whether the torrent is private (BEP 27): peers only from its trackers.
    pub private: bool,
}

impl MetaSummary {
    /// Sums up `meta`.
    pub fn of(meta: &Metainfo) -> Self {
        let real = meta.files.iter().filter(|f| !f.padding && !f.symlink);
        Self {
            total_bytes: real.clone().map(|f| f.length).sum(),
            piece_length: meta.piece_length,
            piece_count: meta.piece_count,
            file_count: u32::try_from(real.count()).unwrap_or(u32::MAX),
            private: meta.private,
        }
    }
}

/// Bytes of all files that `selection` wants, padding and links left out.
pub fn wanted_bytes(meta: &Metainfo, selection: &Selection) -> u64 {
    let files = meta.files.iter().enumerate();
    files
        .filter(|(i, f)| !f.padding && !f.symlink && selection.wants(*i))
        .map(|(_, f)| f.length)
        .sum()
}

/// One torrent as the store keeps it. The info-hash is its only key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each set and cleared by itself"
)]
pub struct TorrentRecord {
    /// The v1 info-hash.
    pub hash: InfoHash,
    /// The name shown: safe text.
    pub name: String,
    /// When the user added it.
    pub added_at: Timestamp,
    /// Where it came from.
    pub source: Source,
    /// Tracker tiers (BEP 12), already checked.
    pub trackers: Vec<Vec<String>>,
    /// Absolute folder that holds the torrent's file or folder.
    pub save_path: PathBuf,
    /// Name of that file or folder: one safe component; empty until the metadata is known.
    pub disk_name: String,
    /// Facts of the metainfo; none while a magnet's metadata is unknown.
    pub summary: Option<MetaSummary>,
    /// Files wanted.
    pub selection: Selection,
    /// The user is to choose files before anything is fetched.
    pub awaiting_choice: bool,
    /// Its place in the list's own order: the lowest comes first. No other torrent has it.
    pub rank: i64,
    /// What the user wants.
    pub intent: Intent,
    /// Names of the labels it has.
    pub labels: Vec<String>,
    /// Bytes wanted on disk and verified, for painting before the engine runs.
    pub have_bytes: u64,
    /// Bytes wanted in all.
    pub wanted_bytes: u64,
    /// Payload bytes received since it was added.
    pub downloaded_bytes: u64,
    /// Payload bytes sent since it was added.
    pub uploaded_bytes: u64,
    /// When everything wanted was first there and safely on disk.
    pub completed_at: Option<Timestamp>,
    /// Set while it is removed and can still be brought back by undo.
    pub removed_at: Option<Timestamp>,
    /// It was removed with its files, which went or are to go to the trash.
    pub trashed: bool,
    /// In which order its pieces are fetched.
    pub order: Order,
    /// The first and the last pieces of each file are fetched before the others.
    pub first_last: bool,
    /// Files with a priority of their own.
    pub priorities: Priorities,
    /// Files with another name on disk than the one chosen for them. Stored by
    /// [`StoreOp::PutNames`](crate::StoreOp::PutNames) alone.
    pub renames: Renames,
    /// Absolute folder that its data lies in until it is complete; none: in `save_path`.
    pub unfinished_path: Option<PathBuf>,
    /// Files that are not whole carry ".part" behind their name.
    pub part_suffix: bool,
    /// A change of its place on disk that was promised and is not finished. Until it is, a file lies
    /// either here or there.
    pub moving: Option<PendingMove>,
    /// Its files are still to go to the trash (when it is removed) or to come back from there (when
    /// it is listed).
    pub trash_pending: bool,
    /// Peers named by its magnet; at most [`MAX_PEERS`](shoal_metainfo::MAX_PEERS).
    pub peers: Vec<SocketAddr>,
    /// Limits and goals of its own.
    pub rules: Rules,
    /// Seconds it was seeded.
    pub seeded_s: u64,
    /// Seconds of seeding since somebody last took something of it.
    pub idle_s: u64,
    /// It has reached a goal, and what follows was done: not again until no goal is reached any more.
    pub goal_done: bool,
    /// It became complete, and what its labels and the settings want then is not all done yet.
    pub done_due: bool,
}

impl TorrentRecord {
    /// Whether every wanted byte is there.
    pub fn is_complete(&self) -> bool {
        self.summary.is_some() && self.have_bytes >= self.wanted_bytes
    }

    /// Where its data lies now. While [`moving`](Self::moving) is set, only part of it may.
    pub fn place(&self) -> Place {
        let folder = self.unfinished_path.as_ref().unwrap_or(&self.save_path);
        Place {
            folder: folder.clone(),
            disk_name: self.disk_name.clone(),
            renames: self.renames.clone(),
        }
    }

    /// The folder that its data lies in now.
    pub fn folder(&self) -> &std::path::Path {
        self.unfinished_path.as_ref().unwrap_or(&self.save_path)
    }

    /// Host names of its trackers, in lower case, each once, those of the first tier first; at most
    /// [`HOSTS_MAX`].
    pub fn tracker_hosts(&self) -> Vec<String> {
        hosts_of(&self.trackers)
    }

    /// The torrent's file or folder on disk, once its name is known.
    pub fn content_path(&self) -> Option<PathBuf> {
        (!self.disk_name.is_empty()).then(|| self.folder().join(&self.disk_name))
    }
}

/// See [`TorrentRecord::tracker_hosts`].
pub(crate) fn hosts_of(trackers: &[Vec<String>]) -> Vec<String> {
    let mut hosts: Vec<String> = vec![];
    for host in trackers.iter().flatten().filter_map(|url| host_of(url)) {
        if !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
            hosts.push(host.to_ascii_lowercase());
            if hosts.len() == HOSTS_MAX {
                break;
            }
        }
    }
    hosts
}

/// The host in the normal form of an address, without its port; asked for every row that is shown, so
/// that nothing is parsed which is not needed.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split(['/', '?', '#']).next()?;
    let rest = rest.rsplit('@').next()?;
    let host = match rest.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => rest.split(':').next()?,
    };
    (!host.is_empty()).then_some(host)
}

/// Size and time of change of one file on disk, as last seen after a clean stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    /// Bytes; `None` when the file did not exist.
    pub size_bytes: Option<u64>,
    /// Nanoseconds since the Unix epoch; 0 when unknown.
    pub modified_ns: i64,
    /// The file's own number on its volume (inode); 0 when unknown.
    pub file_id: u64,
}

impl FileStamp {
    /// Whether both may be of one unchanged file: an unknown number fits any.
    pub fn matches(&self, other: &Self) -> bool {
        let same_file = self.file_id == other.file_id || self.file_id == 0 || other.file_id == 0;
        self.size_bytes == other.size_bytes && self.modified_ns == other.modified_ns && same_file
    }
}

/// By what a volume is known again when it comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeMark {
    /// Where it is mounted.
    pub mount: PathBuf,
    /// What tells it from another volume at the same mount point; empty when the system has no such
    /// thing.
    pub id: String,
}

/// What is known of a torrent's data on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeData {
    /// Verified pieces.
    pub have: Bitfield,
    /// One stamp a file in metainfo order.
    pub stamps: Vec<FileStamp>,
    /// One bit a file: set when this torrent wrote it or was shown to own it.
    pub owned: Bitfield,
    /// False from the moment data may be written until a clean stop.
    pub clean: bool,
    /// The volume it lay on; none when unknown.
    pub volume: Option<VolumeMark>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let cases = [
            ("http://t.example/announce", Some("t.example")),
            ("https://t.example:8443/a?k=b:c@d", Some("t.example")),
            ("udp://T.example:6969", Some("T.example")),
            ("http://me:secret@t.example/a", Some("t.example")),
            ("http://[::1]:80/a", Some("::1")),
            ("http://t.example?x=/y", Some("t.example")),
            ("t.example", None),
            ("http:///a", None),
        ];
        for (url, host) in cases {
            assert_eq!(host_of(url), host, "{url}");
        }
    }
}
