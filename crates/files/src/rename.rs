//! Gives a file a new name, and never takes the place of another.

use std::{ffi::OsStr, io::ErrorKind, path::Path};

use crate::{
    Disk, FileError, FileErrorKind, Result,
    folder::{Folder, NewFolders},
};

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
        let (source, name) = Folder::of(self, root_from, from)?;
        if source.see_file(self, &name)?.is_none() {
            return Err(FileError::new(FileErrorKind::NotFound, "rename", from));
        }
        let (target, to_name) = Folder::make(self, root_to, to, NewFolders::Synced)?;
        self.rename_between(&source, &name, &target, &to_name)
    }

    /// The renaming itself, of a plain file between folders that are there.
    pub(crate) fn rename_between(
        &self,
        source: &Folder,
        name: &OsStr,
        target: &Folder,
        to_name: &OsStr,
    ) -> Result<()> {
        if let Err(e) = source.rename(self, name, target, to_name) {
            // What is in the way is at the target, and all else is told of the source.
            let at = match e.kind() {
                ErrorKind::AlreadyExists => target.path_of(to_name),
                _ => source.path_of(name),
            };
            return Err(FileError::io("rename", &at, e));
        }
        // First where it is now: a file may be in two places after a power cut, never in none.
        target.sync(self)?;
        source.sync(self)
    }
}
