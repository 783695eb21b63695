//! Gives a file its whole length before its bytes come. Never makes a file shorter than it was.

use std::{fs::File, path::Path};

use crate::{Disk, FileError, FileErrorKind, Result};

/// How much of a file's space is taken before its bytes come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preallocation {
    /// Nothing: the file grows with what is written.
    None,
    /// The length only; the file system gives space as bytes come.
    #[default]
    Sparse,
    /// All of the space, where the file system can; else as [`Preallocation::Sparse`].
    Full,
}

impl Disk {
    /// Makes the file that the caller owns at least `len` bytes long, as `mode` says. `path` is
    /// for the error only. Nobody else may write to the file meanwhile.
    ///
    /// [`FileErrorKind::Full`] leaves the file as long as it was, [`FileErrorKind::TooBig`] too.
    pub fn preallocate(
        &self,
        file: &File,
        path: &Path,
        len: u64,
        mode: Preallocation,
    ) -> Result<()> {
        let _ = (file, len, mode);
        Err(FileError::new(FileErrorKind::Io, "reserve space for", path))
    }
}
