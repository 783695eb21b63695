//! Finds out which pieces of a torrent are on disk, by reading and hashing (BEP 3), with all cores.
//! Blocking: the caller runs it on a thread of its own. It never writes, maps no memory and follows
//! no symbolic link in place of a file; what it needs of memory is bounded (16 MiB for ordinary
//! torrents, 64 MiB for pieces beyond 8 MiB, less with fewer than 8 threads).
//!
//! Files that are missing, too short, or not regular files make their pieces missing; that is an
//! answer, not an error. So does a file that shrinks or goes away while it is read.

use std::{cmp::Ordering, io, path::PathBuf, sync::atomic::AtomicBool};

use thiserror::Error;

use crate::{
    Bitfield, Metainfo,
    hashing::{self, Done, Extent, Found, Halt, Plan, Sha1Piece},
};
pub use crate::{
    control::Control,
    hashing::{HashOptions, Progress},
};

/// Where one file of the torrent lies, in the order of [`Metainfo::files`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckFile {
    /// `None`: not on disk, its bytes are zeros (padding, links).
    pub path: Option<PathBuf>,
    /// As in the torrent, in bytes.
    pub length: u64,
}

/// What lies at the path of a file, compared with the torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Has no path: taken as zeros.
    Virtual,
    Missing,
    /// A folder, a symbolic link, a pipe or a device lies there.
    NotAFile,
    Shorter {
        size: u64,
    },
    Exact,
    Longer {
        size: u64,
    },
}

/// What was found out about one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFound {
    pub state: FileState,
    /// At least one piece with bytes of this file is good.
    pub any_piece_good: bool,
    /// Every piece with bytes of this file is good; always so for an empty file.
    pub all_pieces_good: bool,
}

/// The answer of [`check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// The good pieces.
    pub have: Bitfield,
    /// One per file of the torrent.
    pub files: Vec<FileFound>,
    /// Read from disk. Zeros of virtual files do not count.
    pub bytes_read: u64,
}

/// Why a check gave no answer.
#[derive(Debug, Error)]
pub enum CheckError {
    #[error("The check was cancelled.")]
    Cancelled,
    /// A file is there but cannot be read: no permission, or a failing disk.
    #[error("The file {} cannot be read: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// `files`, `only` or `trusted` do not belong to this torrent.
    #[error("The list of files to check does not fit the torrent.")]
    Mismatch,
}

impl From<Halt> for CheckError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Cancelled => Self::Cancelled,
            Halt::Io { path, source } => Self::Io { path, source },
        }
    }
}

/// Checks the pieces in `only` (all if `None`) and copies the others from `trusted` (missing if
/// `None`).
///
/// `progress` is called on this thread. It counts the bytes of the pieces to check; those whose data
/// is missing count as done from the start. At the end both numbers are equal.
///
/// # Errors
/// [`CheckError::Cancelled`] soon after [`Control::cancel`], [`CheckError::Io`] if a file that
/// exists cannot be read, [`CheckError::Mismatch`] if the arguments do not fit the torrent.
pub fn check(
    meta: &Metainfo,
    files: &[CheckFile],
    only: Option<&Bitfield>,
    trusted: Option<&Bitfield>,
    options: HashOptions,
    control: &Control,
    progress: &mut dyn FnMut(Progress),
) -> Result<CheckReport, CheckError> {
    let fits = files.len() == meta.files.len()
        && files
            .iter()
            .zip(&meta.files)
            .all(|(a, b)| a.length == b.length);
    let is_ours = |field: Option<&Bitfield>| field.is_none_or(|f| f.len() == meta.piece_count);
    if !fits || !is_ours(only) || !is_ours(trusted) {
        return Err(CheckError::Mismatch);
    }
    let found = look(files, control)?;
    let extents: Vec<Extent<'_>> = files
        .iter()
        .zip(&meta.files)
        .map(|(file, entry)| Extent {
            path: file.path.as_deref(),
            offset: entry.offset,
            length: entry.length,
        })
        .collect();
    let mut todo = Bitfield::new(meta.piece_count);
    let mut have = Bitfield::new(meta.piece_count);
    let mut now = Progress {
        done_bytes: 0,
        total_bytes: 0,
    };
    for piece in 0..meta.piece_count {
        if only.is_some_and(|only| !only.get(piece)) {
            have.set(piece, trusted.is_some_and(|trusted| trusted.get(piece)));
            continue;
        }
        let bytes = u64::from(meta.piece_size(piece));
        now.total_bytes += bytes;
        if is_there(meta, &extents, &found, piece) {
            todo.set(piece, true);
        } else {
            now.done_bytes += bytes;
        }
    }
    progress(now);
    let plan = Plan {
        files: &extents,
        piece_length: meta.piece_length,
        piece_count: meta.piece_count,
        total_length: meta.total_length,
        todo: &todo,
    };
    let mut on_done = |done: Done<[u8; 20]>| {
        for hashed in done.pieces {
            let expected = meta.piece_hash(hashed.piece);
            have.set(hashed.piece, expected == hashed.hash.ok());
        }
        now.done_bytes += done.bytes;
        progress(now);
        Ok::<_, CheckError>(())
    };
    let bytes_read = hashing::run(&plan, options, control, Sha1Piece::default, &mut on_done)?;
    Ok(CheckReport {
        files: judge_files(meta, &found, &have),
        have,
        bytes_read,
    })
}

/// Looks at every file once, without opening any.
fn look(files: &[CheckFile], control: &Control) -> Result<Vec<FileState>, CheckError> {
    let never = AtomicBool::new(false);
    files
        .iter()
        .map(|file| {
            control.wait_while_paused(&never, || {});
            if control.is_cancelled() {
                return Err(CheckError::Cancelled);
            }
            let Some(path) = &file.path else {
                return Ok(FileState::Virtual);
            };
            let size = match hashing::find(path)? {
                Found::Missing => return Ok(FileState::Missing),
                Found::NotAFile => return Ok(FileState::NotAFile),
                Found::File(meta) => meta.len(),
            };
            Ok(match size.cmp(&file.length) {
                Ordering::Less => FileState::Shorter { size },
                Ordering::Equal => FileState::Exact,
                Ordering::Greater => FileState::Longer { size },
            })
        })
        .collect()
}

/// Whether files of sufficient length hold all bytes of the piece.
fn is_there(meta: &Metainfo, files: &[Extent<'_>], found: &[FileState], piece: u32) -> bool {
    let start = u64::from(piece) * u64::from(meta.piece_length);
    let end = start + u64::from(meta.piece_size(piece));
    let first = files.partition_point(|file| file.offset + file.length <= start);
    files[first..]
        .iter()
        .zip(&found[first..])
        .take_while(|(file, _)| file.offset < end)
        .all(|(file, state)| match state {
            FileState::Virtual | FileState::Exact | FileState::Longer { .. } => true,
            FileState::Shorter { size } => end.min(file.offset + file.length) <= file.offset + size,
            FileState::Missing | FileState::NotAFile => file.length == 0,
        })
}

fn judge_files(meta: &Metainfo, found: &[FileState], have: &Bitfield) -> Vec<FileFound> {
    found
        .iter()
        .enumerate()
        .map(|(index, &state)| FileFound {
            state,
            any_piece_good: meta.pieces_of_file(index).any(|piece| have.get(piece)),
            all_pieces_good: meta.pieces_of_file(index).all(|piece| have.get(piece)),
        })
        .collect()
}
