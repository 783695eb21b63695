//! What went wrong with a file, in a few kinds a caller can act on, and as a plain sentence for the
//! log. Turns the system's errors into those kinds and decides nothing else.

use std::{
    fmt,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// What functions that take a path give.
pub type Result<T> = std::result::Result<T, FileError>;

/// Why a file could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileErrorKind {
    /// The file, a folder above it or its volume is gone.
    NotFound,
    /// Something else is there: another file, a link, a device, a folder for a file or the reverse.
    InTheWay,
    /// The system does not let this user do it.
    PermissionDenied,
    /// The volume is read-only.
    ReadOnly,
    /// The volume or the user's quota is full.
    Full,
    /// The file system holds no file this large.
    TooBig,
    /// This process or the system has too many files open.
    TooManyOpen,
    /// The caller asked to stop.
    Cancelled,
    /// Somebody else changed the file while it was worked on.
    Changed,
    /// Anything else, such as a failing disk.
    Io,
}

impl FileErrorKind {
    /// The kind of a failed system call.
    pub fn of(error: &io::Error) -> Self {
        if let Some(kind) = from_number(error) {
            return kind;
        }
        match error.kind() {
            // An unplugged disk answers a file that is still open with one of the last ones.
            ErrorKind::NotFound | ErrorKind::UnexpectedEof | ErrorKind::StaleNetworkFileHandle => {
                Self::NotFound
            }
            ErrorKind::AlreadyExists
            | ErrorKind::IsADirectory
            | ErrorKind::NotADirectory
            | ErrorKind::DirectoryNotEmpty => Self::InTheWay,
            ErrorKind::PermissionDenied => Self::PermissionDenied,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::FileTooLarge => Self::TooBig,
            _ => Self::Io,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::NotFound => "it is not there",
            Self::InTheWay => "something else is there",
            Self::PermissionDenied => "permission denied",
            Self::ReadOnly => "the volume is read-only",
            Self::Full => "the volume is full",
            Self::TooBig => "the file system holds no file this large",
            Self::TooManyOpen => "too many files are open",
            Self::Cancelled => "it was cancelled",
            Self::Changed => "it was changed meanwhile",
            Self::Io => "the disk failed",
        }
    }
}

/// A failed piece of work on one file or folder.
#[derive(Debug)]
pub struct FileError {
    /// What kind of failure, for decisions.
    pub kind: FileErrorKind,
    /// What was being done, as a verb: `"open"`, `"create folder"`.
    pub action: &'static str,
    /// The file or folder it was about.
    pub path: PathBuf,
    /// What the system said, if it was the system.
    pub source: Option<io::Error>,
}

impl FileError {
    /// A failure that no system call reported.
    pub fn new(kind: FileErrorKind, action: &'static str, path: impl Into<PathBuf>) -> Self {
        Self {
            kind,
            action,
            path: path.into(),
            source: None,
        }
    }

    /// A failed system call.
    pub fn io(action: &'static str, path: &Path, error: io::Error) -> Self {
        Self {
            kind: FileErrorKind::of(&error),
            action,
            path: path.to_owned(),
            source: Some(error),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        write!(
            f,
            "could not {} {path}: {}",
            self.action,
            self.kind.sentence()
        )?;
        match &self.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e as _)
    }
}

#[cfg(unix)]
fn from_number(error: &io::Error) -> Option<FileErrorKind> {
    use rustix::io::Errno;
    Some(match Errno::from_io_error(error)? {
        Errno::MFILE | Errno::NFILE => FileErrorKind::TooManyOpen,
        // Opening without following says so of a symbolic link; a pipe or socket answers NXIO.
        Errno::LOOP | Errno::NXIO => FileErrorKind::InTheWay,
        Errno::FBIG => FileErrorKind::TooBig,
        _ => return None,
    })
}

#[cfg(windows)]
fn from_number(error: &io::Error) -> Option<FileErrorKind> {
    /// `ERROR_TOO_MANY_OPEN_FILES`
    const TOO_MANY_OPEN: i32 = 4;
    (error.raw_os_error() == Some(TOO_MANY_OPEN)).then_some(FileErrorKind::TooManyOpen)
}

#[cfg(not(any(unix, windows)))]
fn from_number(_: &io::Error) -> Option<FileErrorKind> {
    None
}
