//! The one error of this crate, and how the errors of `SQLite` and of the system become it. It must
//! never hide the difference between "no room", "not allowed" and "damaged": the user is told
//! something different for each.

use std::io;

use rusqlite::ErrorCode;

/// Why the store could not do something. When a write fails, nothing of it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another running Shoal uses this folder.
    #[error("another Shoal is using this folder")]
    InUse,
    /// The database was written by a newer Shoal. It was not touched.
    #[error(
        "the data was written by a newer Shoal (version {found}, this one knows up to {known})"
    )]
    TooNew {
        /// Version of the database.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The folder or the disk cannot be written to.
    #[error("the data folder cannot be written to")]
    ReadOnly,
    /// The disk or the system failed; in its words.
    #[error("{0}")]
    Io(String),
    /// The database is damaged; in `SQLite`'s words.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// A value that cannot be stored.
    #[error("cannot be stored: {0}")]
    Unstorable(String),
    /// Too many requests wait already.
    #[error("the store is too busy")]
    Busy,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// It took longer than the deadline; it may still happen.
    #[error("the store did not finish in time")]
    TimedOut,
}

impl StoreError {
    /// Stable code for the interface.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InUse => "store_in_use",
            Self::TooNew { .. } => "store_too_new",
            Self::Full => "store_full",
            Self::ReadOnly => "store_read_only",
            Self::Io(_) => "store_io",
            Self::Damaged(_) => "store_damaged",
            Self::Unstorable(_) => "store_unstorable",
            Self::Busy => "store_busy",
            Self::Closed => "store_closed",
            Self::TimedOut => "store_timed_out",
        }
    }
}

/// `SQLITE_IOERR_SHMSIZE`: the shared-memory file could not grow, which in practice means no room.
const SHM_SIZE: i32 = 4874;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            return Self::Damaged(text);
        };
        match failure.code {
            _ if failure.extended_code == SHM_SIZE => Self::Full,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            // A plain SQLITE_ERROR means that a table or column is not there: our own SQL is fixed
            // and tested.
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown => {
                Self::Damaged(text)
            }
            ErrorCode::TooBig => Self::Unstorable(text),
            _ => Self::Io(text),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::Io(error.to_string()),
        }
    }
}
