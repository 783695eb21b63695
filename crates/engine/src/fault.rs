//! What went wrong, in the port's few words plus a text for the log. Turns the system's errors into
//! those words and decides nothing else.

use std::{io, path::Path};

use shoal_core::EngineFault;
use shoal_files::{FileError, FileErrorKind};

/// A fault of the engine with technical text.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{detail}")]
pub(crate) struct Fault {
    pub(crate) kind: EngineFault,
    pub(crate) detail: String,
    /// The system refused because this process has too many files open.
    pub(crate) too_many_open: bool,
}

impl Fault {
    pub(crate) fn new(kind: EngineFault, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            too_many_open: false,
        }
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(EngineFault::Internal, detail)
    }

    /// A failed call on the file or folder at `path`.
    pub(crate) fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        FileError::io(doing, path, error).into()
    }
}

impl From<FileError> for Fault {
    fn from(error: FileError) -> Self {
        let mut fault = Self::new(kind(error.kind), error.to_string());
        fault.too_many_open = error.kind == FileErrorKind::TooManyOpen;
        fault
    }
}

/// Every reason that a file can give, as the port names them.
fn kind(kind: FileErrorKind) -> EngineFault {
    match kind {
        FileErrorKind::NotFound => EngineFault::FolderMissing,
        FileErrorKind::InTheWay => EngineFault::FileInTheWay,
        FileErrorKind::PermissionDenied => EngineFault::PermissionDenied,
        FileErrorKind::ReadOnly => EngineFault::ReadOnly,
        FileErrorKind::Full => EngineFault::DiskFull,
        FileErrorKind::TooBig => EngineFault::FileTooBig,
        FileErrorKind::Changed => EngineFault::FilesChanged,
        // Worth another try, when less is open or nobody cancels.
        FileErrorKind::TooManyOpen | FileErrorKind::Cancelled => EngineFault::Internal,
        FileErrorKind::Io => EngineFault::Io,
    }
}
