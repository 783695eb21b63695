//! Moves a set of files from one place to another, so that it can be killed at every step and
//! called again. Never moves, overwrites or removes a file that is not listed.

use std::{
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
};

use crate::{Disk, FileError, FileErrorKind, Result};

/// One file to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveFile {
    /// Where it is: absolute, below the move's `from_root`.
    pub from: PathBuf,
    /// Where it shall be: absolute, below the move's `to_root`.
    pub to: PathBuf,
    /// Its length in bytes when it is whole. A file found shorter is moved as it is.
    pub length_bytes: u64,
}

/// A set of files to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// A folder that exists and that all sources are below.
    pub from_root: PathBuf,
    /// A folder that exists and that all targets are below.
    pub to_root: PathBuf,
    /// The files, no source and no target twice.
    pub files: Vec<MoveFile>,
    /// Names the temporary copies; unique among moves at work, such as an info-hash. Letters,
    /// digits, `-` and `_` only, at most 64.
    pub tag: String,
    /// This folder below `from_root`, and those in it, are removed at the end if empty.
    pub empty_folders_below: Option<PathBuf>,
}

impl Move {
    /// The move that takes this one back: from and to swapped. The folder that is cleaned is
    /// `empty_folders_below`, which is now on the other side.
    #[must_use]
    pub fn undo(&self, empty_folders_below: Option<PathBuf>) -> Self {
        let swap = |file: &MoveFile| MoveFile {
            from: file.to.clone(),
            to: file.from.clone(),
            length_bytes: file.length_bytes,
        };
        Self {
            from_root: self.to_root.clone(),
            to_root: self.from_root.clone(),
            files: self.files.iter().map(swap).collect(),
            tag: self.tag.clone(),
            empty_folders_below,
        }
    }
}

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveProgress {
    /// Bytes of files that are at their target, and of the copy under way.
    pub done_bytes: u64,
    /// Bytes of all files found.
    pub total_bytes: u64,
    /// The file at work, as an index of [`Move::files`].
    pub file_index: usize,
}

impl Disk {
    /// Moves the files. Within a volume each is renamed, across volumes copied, compared and then
    /// removed. Called again after a kill or an error it finishes; [`Move::undo`] takes it back.
    pub fn relocate(
        &self,
        job: &Move,
        cancel: &AtomicBool,
        progress: &mut dyn FnMut(MoveProgress),
    ) -> Result<()> {
        let _ = (cancel, progress);
        let root: &Path = &job.from_root;
        Err(FileError::new(FileErrorKind::Io, "move", root))
    }
}
