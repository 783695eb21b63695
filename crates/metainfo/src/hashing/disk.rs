//! Looks at files and opens them for reading. It must never wait on something that is not a regular
//! file, and never open a symbolic link.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind},
    path::Path,
};

use super::Halt;

/// What lies at a path.
pub(crate) enum Found {
    Missing,
    NotAFile,
    File(Metadata),
}

/// Looks at a path without opening it and without following a link there.
pub(crate) fn find(path: &Path) -> Result<Found, Halt> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => Ok(Found::File(meta)),
        Ok(_) => Ok(Found::NotAFile),
        Err(error) if is_absent(&error) => Ok(Found::Missing),
        Err(error) => Err(Halt::io(path, error)),
    }
}

/// `None` if there is no regular file any more.
pub(super) fn open(path: &Path) -> Result<Option<File>, Halt> {
    let mut options = OpenOptions::new();
    options.read(true);
    refuse_links_and_waiting(&mut options);
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) || is_link(&error) => return Ok(None),
        Err(error) => return Err(Halt::io(path, error)),
    };
    let meta = file.metadata().map_err(|error| Halt::io(path, error))?;
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
