//! Makes a torrent of a file or folder: version 1 (BEP 3), or hybrid with version 2 (BEP 52).
//! Blocking, with all cores, bounded memory as in [`crate::check`]. It reads only; it never follows a
//! symbolic link, and never describes a file that changed while it was read.
//!
//! # Length of a piece
//!
//! Unless one is given, the shortest power of two from 16 KiB to 16 MiB that makes no more than
//! 2,000 pieces, so that most torrents have 1,000 to 2,000:
//!
//! | content up to | piece |     | content up to | piece |
//! | ------------- | ----- | --- | ------------- | ----- |
//! | 31.25 MiB     | 16 KiB  |   | 1.95 GiB      | 1 MiB |
//! | 62.5 MiB      | 32 KiB  |   | 3.9 GiB       | 2 MiB |
//! | 125 MiB       | 64 KiB  |   | 7.8 GiB       | 4 MiB |
//! | 250 MiB       | 128 KiB |   | 15.6 GiB      | 8 MiB |
//! | 500 MiB       | 256 KiB |   | 1.98 TiB      | 16 MiB |
//! | 1,000 MiB     | 512 KiB |   | beyond        | 32 or 64 MiB |

mod build;
mod encode;
mod look;
mod merkle;
mod scan;

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::{
    Bitfield, Control, HashOptions, InfoHash, MAX_FILES, MAX_PIECE_LENGTH, MAX_PIECES,
    MAX_TOTAL_LENGTH, Metainfo, MetainfoError, Progress,
    hashing::{self, Done, Extent, Halt, Plan, Sha1Piece},
};
use build::{Entry, Pieces};
pub use look::{Look, look};
use merkle::HybridPiece;

/// The shortest piece that is made, in bytes: a request block, and a leaf of version 2.
const SHORTEST: u32 = 16 * 1024;
/// The longest piece that is chosen while the pieces are few enough, in bytes.
const LONGEST_CHOSEN: u32 = 16 * 1024 * 1024;
/// The most pieces that are aimed at.
const AIMED_PIECES: u64 = 2000;

/// Whose torrents of the same files have the same info-hash. Differs in the order of files and in
/// small things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Ours, and that of hybrids by libtorrent (qBittorrent, Deluge): paths compared by component,
    /// byte by byte, as BEP 52 asks for; executable files are marked so (BEP 47).
    #[default]
    Libtorrent,
    /// `mktorrent`: whole paths compared byte by byte, so that `a b/x` comes before `a/x`.
    Mktorrent,
    /// `transmission-create` 3.00: whole paths compared without regard to ASCII case, other
    /// characters first; `private` is always written. It leaves out empty and hidden files, which
    /// this does not do by itself.
    Transmission,
}

/// What to make.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// The file or folder; full path.
    pub path: PathBuf,
    /// The torrent's name; that of `path` if `None`. A safe file name that is not hidden.
    pub name: Option<String>,
    /// With version 2 (BEP 52), and so with padding between files (BEP 47).
    pub hybrid: bool,
    pub style: Style,
    /// In bytes, a power of two from 16 KiB to 64 MiB; chosen by size if `None`.
    pub piece_length: Option<u32>,
    /// BEP 27: peers only from the trackers.
    pub private: bool,
    /// Goes into the info dictionary, so that the info-hash differs from that of the same files
    /// elsewhere.
    pub source: Option<String>,
    pub comment: Option<String>,
    pub created_by: Option<String>,
    /// Seconds since 1970, UTC; not negative.
    pub creation_date: Option<i64>,
    /// In tiers (BEP 12); http, https or udp, at most 50.
    pub trackers: Vec<Vec<String>>,
    /// BEP 19; http or https, at most 50.
    pub web_seeds: Vec<String>,
    /// BEP 5, each `host:port`, `[address]:port` for IPv6; at most 50.
    pub nodes: Vec<String>,
    /// Globs (`*`, `?`, `[..]`, `{a,b}`, `**`) of what to leave out. One without `/` fits the name of
    /// a file or folder at any depth, one with it the path below the folder.
    pub ignore: Vec<String>,
    /// Leave out what begins with a dot, or is hidden on Windows.
    pub leave_out_hidden: bool,
    pub hash: HashOptions,
}

/// How a file looked when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub size_bytes: u64,
    /// Nanoseconds since 1970; 0 when unknown.
    pub modified_ns: i64,
    /// The inode; 0 where there is none.
    pub file_id: u64,
}

/// Why something in the folder is not in the torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// Fits a pattern of [`CreateOptions::ignore`].
    Ignored,
    Hidden,
    /// Links are never followed.
    Symlink,
    /// A pipe, socket or device.
    Special,
}

/// Something that is not in the torrent; of a folder, nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: SkipReason,
}

/// A torrent that was made.
#[derive(Clone, Debug)]
pub struct Created {
    /// The `.torrent` file.
    pub torrent: Vec<u8>,
    /// `torrent`, parsed as strictly as any other.
    pub meta: Metainfo,
    /// SHA-256 of the info dictionary, of a hybrid.
    pub info_hash_v2: Option<[u8; 32]>,
    /// One per file of `meta`, `None` for padding. While they hold, all pieces are good.
    pub stamps: Vec<Option<Stamp>>,
    /// What was left out, the first 1,000.
    pub skipped: Vec<Skipped>,
}

impl Created {
    /// Version 1.
    pub fn info_hash(&self) -> InfoHash {
        self.meta.info_hash
    }
}

/// Why no torrent was made.
#[derive(Debug, Error)]
pub enum CreateError {
    #[error("The making of the torrent was cancelled.")]
    Cancelled,
    #[error("{} cannot be read: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// Also a symbolic link.
    #[error("{} is neither a file nor a folder.", path.display())]
    NotAFileOrFolder { path: PathBuf },
    #[error("There is nothing to share in {}: no file, or only empty ones.", path.display())]
    NoContent { path: PathBuf },
    #[error("The name of {} is not Unicode.", path.display())]
    NameNotUnicode { path: PathBuf },
    #[error("The name of {} is not possible on every system.", path.display())]
    NameNotSafe { path: PathBuf },
    #[error("{} has the same name as another file, but for case or form.", path.display())]
    NameClash { path: PathBuf },
    #[error("{} lies more than 16 folders deep.", path.display())]
    TooDeep { path: PathBuf },
    #[error("There are more than {MAX_FILES} files, padding included.")]
    TooManyFiles,
    #[error("The content is larger than a torrent can be.")]
    TooLarge,
    #[error("There would be {pieces} pieces, more than {MAX_PIECES}: make them longer.")]
    TooManyPieces { pieces: u64 },
    #[error("The length of a piece must be a power of two from 16 KiB to 64 MiB.")]
    PieceLength,
    #[error("{} changed while it was read.", path.display())]
    Changed { path: PathBuf },
    #[error("The pattern {pattern:?} cannot be read.")]
    BadPattern { pattern: String },
    /// Also one more than 50, or one that is there twice.
    #[error("{address:?} is not a tracker that can be used.")]
    BadTracker { address: String },
    #[error("{address:?} is not a web seed that can be used.")]
    BadWebSeed { address: String },
    #[error("{node:?} is not a host and a port.")]
    BadNode { node: String },
    /// The made torrent breaks one of our own limits; it is too large, in all likelihood.
    #[error("The torrent would not be accepted: {0}")]
    Invalid(#[from] MetainfoError),
}

impl From<Halt> for CreateError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Cancelled => Self::Cancelled,
            Halt::Io { path, source } => Self::Io { path, source },
        }
    }
}

/// Makes a torrent.
///
/// `progress` is called on this thread, first with the whole, padding included, when the files are
/// listed.
///
/// # Errors
/// Everything in [`CreateError`]; [`CreateError::Cancelled`] soon after [`Control::cancel`].
pub fn create(
    options: &CreateOptions,
    control: &Control,
    progress: &mut dyn FnMut(Progress),
) -> Result<Created, CreateError> {
    let head = build::head(options)?;
    let scanned = scan::scan(options, control)?;
    let lengths = || scanned.files.iter().map(|file| file.stamp.size_bytes);
    let piece_length = choose_piece_length(options, lengths())?;
    let padded = options.hybrid && !scanned.single_file;
    let entries = build::entries(lengths(), padded.then_some(piece_length));
    let (total_length, piece_count) = measure(&entries, piece_length)?;
    let extents: Vec<Extent<'_>> = entries
        .iter()
        .map(|entry| Extent {
            path: entry.file.map(|index| &*scanned.files[index].disk_path),
            offset: entry.offset,
            length: entry.length,
        })
        .collect();
    let todo = Bitfield::full(piece_count);
    let plan = Plan {
        files: &extents,
        piece_length,
        piece_count,
        total_length,
        todo: &todo,
    };
    let changed = |index: usize| {
        let file = entries[index].file.unwrap_or_default();
        let path = scanned.files[file].disk_path.clone();
        CreateError::Changed { path }
    };
    let mut now = Progress {
        done_bytes: 0,
        total_bytes: total_length,
    };
    progress(now);
    let mut told = |bytes| {
        now.done_bytes += bytes;
        progress(now);
    };
    let pieces = if options.hybrid {
        let new = || HybridPiece::new(piece_length);
        Pieces::Hybrid(hash_all(&plan, options, control, new, &changed, &mut told)?)
    } else {
        let new = Sha1Piece::default;
        Pieces::V1(hash_all(&plan, options, control, new, &changed, &mut told)?)
    };
    scan::unchanged(&scanned.files)?;
    let info = build::info(options, &scanned, &entries, piece_length, &pieces);
    let torrent = build::torrent(head, &info);
    let meta = Metainfo::parse(&torrent)?;
    let stamp = |entry: &Entry| entry.file.map(|index| scanned.files[index].stamp);
    Ok(Created {
        info_hash_v2: options.hybrid.then_some(info.v2_hash),
        stamps: entries.iter().map(stamp).collect(),
        skipped: scanned.skipped,
        torrent,
        meta,
    })
}

/// The hashes of all pieces, in order.
fn hash_all<H: hashing::PieceHash>(
    plan: &Plan<'_>,
    options: &CreateOptions,
    control: &Control,
    new_hash: impl Fn() -> H + Sync,
    changed: &dyn Fn(usize) -> CreateError,
    told: &mut dyn FnMut(u64),
) -> Result<Vec<H::Out>, CreateError>
where
    H::Out: Clone + Default,
{
    let mut hashes = vec![H::Out::default(); plan.piece_count as usize];
    let mut on_done = |done: Done<H::Out>| {
        for hashed in done.pieces {
            hashes[hashed.piece as usize] = hashed.hash.map_err(changed)?;
        }
        told(done.bytes);
        Ok::<_, CreateError>(())
    };
    hashing::run(plan, options.hash, control, new_hash, &mut on_done)?;
    Ok(hashes)
}

fn choose_piece_length(
    options: &CreateOptions,
    lengths: impl Iterator<Item = u64> + Clone,
) -> Result<u32, CreateError> {
    if let Some(given) = options.piece_length {
        let fits = given.is_power_of_two() && (SHORTEST..=MAX_PIECE_LENGTH).contains(&given);
        return fits.then_some(given).ok_or(CreateError::PieceLength);
    }
    Ok(piece_length_for(lengths.fold(0, u64::saturating_add)))
}

/// The piece length that is chosen for so many bytes; see the table above.
pub fn piece_length_for(total_bytes: u64) -> u32 {
    let pieces = |length: u32| total_bytes.div_ceil(u64::from(length));
    let mut length = SHORTEST;
    while length < LONGEST_CHOSEN && pieces(length) > AIMED_PIECES {
        length *= 2;
    }
    while length < MAX_PIECE_LENGTH && pieces(length) > u64::from(MAX_PIECES) {
        length *= 2;
    }
    length
}

/// (total length, pieces)
fn measure(entries: &[Entry], piece_length: u32) -> Result<(u64, u32), CreateError> {
    if entries.len() > MAX_FILES {
        return Err(CreateError::TooManyFiles);
    }
    let total = entries
        .iter()
        .try_fold(0_u64, |sum, entry| sum.checked_add(entry.length))
        .filter(|&total| total <= MAX_TOTAL_LENGTH)
        .ok_or(CreateError::TooLarge)?;
    let pieces = total.div_ceil(u64::from(piece_length));
    let count = u32::try_from(pieces)
        .ok()
        .filter(|&count| count <= MAX_PIECES)
        .ok_or(CreateError::TooManyPieces { pieces })?;
    Ok((total, count))
}
