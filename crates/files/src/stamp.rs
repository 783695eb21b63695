//! What a file looks like from outside, so that a change by somebody else is noticed. Reads only.

use std::{
    fs::{self, File, Metadata},
    io,
    path::Path,
    time::UNIX_EPOCH,
};

/// Size, time of change and identity of a file at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Length in bytes.
    pub size_bytes: u64,
    /// Time of change in nanoseconds since 1970; 0 when the system does not tell, negative before.
    /// Years before 1678 and after 2261 are as far as a number goes.
    pub modified_ns: i64,
    /// The number of the file within its volume (inode); 0 when unknown, or when it does not last.
    pub file_id: u64,
}

impl Stamp {
    /// The stamp of what is at `path`, a link not followed; none when nothing is there.
    pub fn of_path(path: &Path) -> io::Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Ok(meta) => Ok(Some(Self::of(&meta))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// The stamp of an open file.
    pub fn of_file(file: &File) -> io::Result<Self> {
        file.metadata().map(|meta| Self::of(&meta))
    }

    /// The stamp in metadata that is at hand.
    pub fn of(meta: &Metadata) -> Self {
        Self {
            size_bytes: meta.len(),
            modified_ns: modified_ns(meta),
            file_id: file_id(meta),
        }
    }
}

fn modified_ns(meta: &Metadata) -> i64 {
    let Ok(time) = meta.modified() else {
        return 0;
    };
    let (since, sign) = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => (since, 1),
        Err(before) => (before.duration(), -1),
    };
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX) * sign
}

#[cfg(unix)]
fn file_id(meta: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    lasting(meta.dev(), meta.ino())
}

/// What of a file's number can be relied on: 0 when the file system makes it up anew.
#[cfg(target_os = "linux")]
pub(crate) fn lasting(device: u64, number: u64) -> u64 {
    if crate::number::lasts(device) {
        number
    } else {
        0
    }
}

/// What of a file's number can be relied on.
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn lasting(_: u64, number: u64) -> u64 {
    number
}

/// The standard library does not tell it yet.
#[cfg(not(unix))]
fn file_id(_: &Metadata) -> u64 {
    0
}
