//! What went wrong, in the port's few words plus a text for the log. Turns the system's errors into
//! those words and decides nothing else.

use std::{
    io::{self, ErrorKind},
    path::Path,
};

use shoal_core::EngineFault;

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
    pub(crate) fn io(doing: &str, path: &Path, error: &io::Error) -> Self {
        let mut fault = Self::new(
            classify(error),
            format!("{doing} {}: {error}", path.display()),
        );
        fault.too_many_open = is_too_many_open(error);
        fault
    }
}

/// Every reason the system can give, as the port names them.
pub(crate) fn classify(error: &io::Error) -> EngineFault {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => EngineFault::DiskFull,
        // An unplugged disk answers a file that is still open with one of the last ones.
        ErrorKind::NotFound | ErrorKind::UnexpectedEof | ErrorKind::StaleNetworkFileHandle => {
            EngineFault::FolderMissing
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            EngineFault::PermissionDenied
        }
        ErrorKind::AlreadyExists | ErrorKind::IsADirectory | ErrorKind::NotADirectory => {
            EngineFault::FileInTheWay
        }
        _ if is_symlink_loop(error) => EngineFault::FileInTheWay,
        _ => EngineFault::Io,
    }
}

/// Opening with `O_NOFOLLOW` says so when the last component is a symbolic link.
#[cfg(unix)]
fn is_symlink_loop(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(unix)]
fn is_too_many_open(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

#[cfg(not(unix))]
fn is_symlink_loop(_: &io::Error) -> bool {
    false
}

#[cfg(not(unix))]
fn is_too_many_open(_: &io::Error) -> bool {
    false
}
