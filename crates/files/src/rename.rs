//! Gives a file a new name, and never takes the place of another.

use std::path::Path;

use crate::{Disk, FileError, FileErrorKind, Result};

impl Disk {
    /// Renames a plain file within one volume and brings both folders to the disk. Makes missing
    /// folders below `root_to`. Paths are absolute and below their roots.
    ///
    /// [`FileErrorKind::InTheWay`] if anything is at `to` or `from` is no plain file,
    /// [`FileErrorKind::NotFound`] if `from` or a root is gone. Across volumes the source of the
    /// error has [`std::io::ErrorKind::CrossesDevices`].
    pub fn rename_no_replace(
        &self,
        root_from: &Path,
        from: &Path,
        root_to: &Path,
        to: &Path,
    ) -> Result<()> {
        let _ = (root_from, root_to, to);
        Err(FileError::new(FileErrorKind::Io, "rename", from))
    }
}
