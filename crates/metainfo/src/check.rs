//! Finds out which pieces of a torrent are on disk, by reading and hashing (BEP 3). Blocking: the
//! caller runs it on a thread of its own. It never writes, maps no memory, follows no symbolic link
//! in place of a file, and needs one fixed buffer however large the torrent is.
//!
//! Files that are missing, too short, or not regular files make their pieces missing; that is an
//! answer, not an error.

mod reader;

use std::{
    io,
    ops::Range,
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
};

use sha1::{Digest, Sha1};
use thiserror::Error;

use crate::{Bitfield, Metainfo};
use reader::{Found, Reader};

/// Progress is reported whenever this many bytes more are done.
const PROGRESS_STEP: u64 = 4 * 1024 * 1024;

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

/// Checks the pieces in `only` (all if `None`) and copies the others from `trusted` (missing if
/// `None`).
///
/// `progress` gets (bytes done, bytes in all) of the pieces to check, also for pieces that were
/// skipped because their data is missing; at the end both are equal.
///
/// # Errors
/// [`CheckError::Cancelled`] soon after `cancel` is set, [`CheckError::Io`] if a file that exists
/// cannot be read, [`CheckError::Mismatch`] if the arguments do not fit the torrent.
pub fn check(
    meta: &Metainfo,
    files: &[CheckFile],
    only: Option<&Bitfield>,
    trusted: Option<&Bitfield>,
    cancel: &AtomicBool,
    progress: &mut dyn FnMut(u64, u64),
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
    let wanted = |piece: u32| only.is_none_or(|only| only.get(piece));
    let found = look(files, cancel)?;
    let mut run = Run {
        meta,
        reader: Reader::new(files),
        found: &found,
        cancel,
        hasher: Sha1::new(),
        zero_hash: None,
    };
    let size = |piece: u32| u64::from(meta.piece_size(piece));
    let total = (0..meta.piece_count).filter(|&p| wanted(p)).map(size).sum();
    let mut have = Bitfield::new(meta.piece_count);
    let (mut done, mut reported, mut first_file) = (0, 0, 0);
    progress(0, total);
    for piece in 0..meta.piece_count {
        if !wanted(piece) {
            have.set(piece, trusted.is_some_and(|trusted| trusted.get(piece)));
            continue;
        }
        run.check_cancelled()?;
        let start = u64::from(piece) * u64::from(meta.piece_length);
        first_file = advance(meta, first_file, start);
        let good = run.piece_is_good(piece, start, first_file, |read| {
            progress(done + read, total);
        })?;
        have.set(piece, good);
        done += size(piece);
        if done - reported >= PROGRESS_STEP {
            progress(done, total);
            reported = done;
        }
    }
    progress(total, total);
    Ok(CheckReport {
        files: judge_files(meta, &found, &have),
        have,
        bytes_read: run.reader.bytes_read,
    })
}

/// Looks at every file once, without opening any.
fn look(files: &[CheckFile], cancel: &AtomicBool) -> Result<Vec<FileState>, CheckError> {
    files
        .iter()
        .map(|file| {
            if cancel.load(Ordering::Relaxed) {
                return Err(CheckError::Cancelled);
            }
            let Some(path) = &file.path else {
                return Ok(FileState::Virtual);
            };
            Ok(match reader::find(path)? {
                Found::Missing => FileState::Missing,
                Found::NotAFile => FileState::NotAFile,
                Found::File(size) if size < file.length => FileState::Shorter { size },
                Found::File(size) if size > file.length => FileState::Longer { size },
                Found::File(_) => FileState::Exact,
            })
        })
        .collect()
}

/// The first file that ends after `start`, searched from `from` on.
fn advance(meta: &Metainfo, from: usize, start: u64) -> usize {
    let ends_before = |index: usize| {
        let file = &meta.files[index];
        file.offset + file.length <= start
    };
    (from..meta.files.len())
        .find(|&index| !ends_before(index))
        .unwrap_or(meta.files.len())
}

/// Part of a piece in one file.
struct Span {
    file: usize,
    offset: u64,
    length: u64,
}

/// The parts of the bytes `range` of the torrent, from `first_file` on; empty files are left out.
fn spans(meta: &Metainfo, range: Range<u64>, first_file: usize) -> impl Iterator<Item = Span> {
    meta.files
        .iter()
        .enumerate()
        .skip(first_file)
        .take_while(move |(_, file)| file.offset < range.end)
        .filter_map(move |(index, file)| {
            let from = range.start.max(file.offset);
            let to = range.end.min(file.offset + file.length);
            (from < to).then(|| Span {
                file: index,
                offset: from - file.offset,
                length: to - from,
            })
        })
}

struct Run<'a> {
    meta: &'a Metainfo,
    reader: Reader<'a>,
    found: &'a [FileState],
    cancel: &'a AtomicBool,
    hasher: Sha1,
    /// The hash of so many zeros: padding of many equal pieces is hashed once.
    zero_hash: Option<(u64, [u8; 20])>,
}

impl Run<'_> {
    fn check_cancelled(&self) -> Result<(), CheckError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(CheckError::Cancelled);
        }
        Ok(())
    }

    fn piece_is_good(
        &mut self,
        piece: u32,
        start: u64,
        first_file: usize,
        mut on_read: impl FnMut(u64),
    ) -> Result<bool, CheckError> {
        let length = u64::from(self.meta.piece_size(piece));
        let range = start..start + length;
        let expected = self.meta.piece_hash(piece);
        let mut all_zero = true;
        for span in spans(self.meta, range.clone(), first_file) {
            if !self.is_there(&span) {
                return Ok(false);
            }
            all_zero &= self.found[span.file] == FileState::Virtual;
        }
        if all_zero {
            return Ok(Some(self.hash_of_zeros(length)) == expected);
        }
        self.hasher.reset();
        let (mut read, mut reported) = (0, 0);
        for span in spans(self.meta, range, first_file) {
            if self.found[span.file] == FileState::Virtual {
                hash_zeros(&mut self.hasher, span.length);
                continue;
            }
            let mut offset = span.offset;
            let end = span.offset + span.length;
            while offset < end {
                self.check_cancelled()?;
                let chunk = self.reader.read(span.file, offset, end - offset)?;
                if chunk.is_empty() {
                    // It became shorter, or something else, while it was read.
                    return Ok(false);
                }
                self.hasher.update(chunk);
                offset += chunk.len() as u64;
                read += chunk.len() as u64;
                if read - reported >= PROGRESS_STEP {
                    on_read(read);
                    reported = read;
                }
            }
        }
        let hash: [u8; 20] = self.hasher.finalize_reset().into();
        Ok(Some(hash) == expected)
    }

    fn is_there(&self, span: &Span) -> bool {
        match self.found[span.file] {
            FileState::Virtual | FileState::Exact | FileState::Longer { .. } => true,
            FileState::Shorter { size } => span.offset + span.length <= size,
            FileState::Missing | FileState::NotAFile => false,
        }
    }

    fn hash_of_zeros(&mut self, length: u64) -> [u8; 20] {
        if let Some((known, hash)) = self.zero_hash
            && known == length
        {
            return hash;
        }
        let mut hasher = Sha1::new();
        hash_zeros(&mut hasher, length);
        let hash = hasher.finalize().into();
        self.zero_hash = Some((length, hash));
        hash
    }
}

fn hash_zeros(hasher: &mut Sha1, mut length: u64) {
    const ZEROS: [u8; 16 * 1024] = [0; 16 * 1024];
    while length > 0 {
        let part = usize::try_from(length).map_or(ZEROS.len(), |left| left.min(ZEROS.len()));
        hasher.update(&ZEROS[..part]);
        length -= part as u64;
    }
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
