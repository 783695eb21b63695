//! Reads files in large sequential steps through one buffer, one open file at a time. It must never
//! wait on something that is not a regular file, and never open a symbolic link.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
};

use super::{CheckError, CheckFile};

/// One read from disk, in bytes; also the memory a check needs.
const BUFFER_BYTES: usize = 1024 * 1024;

/// What lies at a path.
pub(super) enum Found {
    Missing,
    NotAFile,
    /// A regular file of so many bytes.
    File(u64),
}

/// Looks at a path without opening it and without following a link there.
pub(super) fn find(path: &Path) -> Result<Found, CheckError> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => Ok(Found::File(meta.len())),
        Ok(_) => Ok(Found::NotAFile),
        Err(error) if is_absent(&error) => Ok(Found::Missing),
        Err(error) => Err(io_error(path, error)),
    }
}

pub(super) struct Reader<'a> {
    files: &'a [CheckFile],
    open: Option<Open>,
    buffer: Vec<u8>,
    pub(super) bytes_read: u64,
}

struct Open {
    index: usize,
    file: File,
    /// Where the file is read next.
    position: u64,
    /// The bytes before `position` that are in the buffer.
    buffered: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(files: &'a [CheckFile]) -> Self {
        Self {
            files,
            open: None,
            buffer: Vec::new(),
            bytes_read: 0,
        }
    }

    /// Some bytes of file `index` at `offset`, at most `limit`. Empty if there are none, or if the
    /// file went away.
    pub(super) fn read(
        &mut self,
        index: usize,
        offset: u64,
        limit: u64,
    ) -> Result<&[u8], CheckError> {
        let Some(path) = self.files[index].path.as_deref() else {
            return Ok(&[]);
        };
        if self.open.as_ref().is_none_or(|open| open.index != index) {
            self.open = open(path)?.map(|file| Open {
                index,
                file,
                position: 0,
                buffered: 0,
            });
        }
        let Some(open) = &mut self.open else {
            return Ok(&[]);
        };
        if !open.holds(offset) {
            self.buffer.resize(BUFFER_BYTES, 0);
            let read = open.fill(&mut self.buffer, offset);
            self.bytes_read += read.map_err(|error| io_error(path, error))? as u64;
        }
        if !open.holds(offset) {
            return Ok(&[]);
        }
        let start = open.position - open.buffered as u64;
        // Both are below the size of the buffer.
        let from = usize::try_from(offset - start).unwrap_or(open.buffered);
        let available = &self.buffer[from..open.buffered];
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(&available[..available.len().min(limit)])
    }
}

impl Open {
    fn holds(&self, offset: u64) -> bool {
        (self.position - self.buffered as u64..self.position).contains(&offset)
    }

    /// Fills the buffer from `offset` on and gives the number of bytes read.
    fn fill(&mut self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.buffered = 0;
        if self.position != offset {
            self.file.seek(SeekFrom::Start(offset))?;
            self.position = offset;
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.position += filled as u64;
        self.buffered = filled;
        Ok(filled)
    }
}

/// `None` if there is no regular file any more.
fn open(path: &Path) -> Result<Option<File>, CheckError> {
    let mut options = OpenOptions::new();
    options.read(true);
    refuse_links_and_waiting(&mut options);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) || is_link(&error) => return Ok(None),
        Err(error) => return Err(io_error(path, error)),
    };
    let meta = file.metadata().map_err(|error| io_error(path, error))?;
    Ok(meta.is_file().then_some(file))
}

#[cfg(unix)]
fn refuse_links_and_waiting(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
}

#[cfg(windows)]
fn refuse_links_and_waiting(options: &mut OpenOptions) {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
}

#[cfg(not(any(unix, windows)))]
fn refuse_links_and_waiting(_: &mut OpenOptions) {}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename
    )
}

#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_link(_: &io::Error) -> bool {
    false
}

fn io_error(path: &Path, source: io::Error) -> CheckError {
    CheckError::Io {
        path: path.to_owned(),
        source,
    }
}
