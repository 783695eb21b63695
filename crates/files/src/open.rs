//! Opens and makes files below a root folder, and holds the rules that keep user files safe: it
//! never truncates, never follows a symbolic link below the root, never makes the root itself, and
//! opens for writing only what the caller says is its own.

use std::{fs::File, path::Path};

use crate::{
    Disk, Result,
    folder::{Access, Folder, NewFolders},
};

impl Disk {
    /// Opens a plain file that exists for reading. `root` and `path` are absolute, `path` is below
    /// `root` and has no `..`.
    ///
    /// [`crate::FileErrorKind::NotFound`] if it, a folder above it or the root is gone,
    /// [`crate::FileErrorKind::InTheWay`] if a link or no plain file is there.
    pub fn for_reading(&self, root: &Path, path: &Path) -> Result<File> {
        let (folder, name) = Folder::of(self, root, path)?;
        folder.open(self, &name, Access::Read)
    }

    /// Opens a plain file that exists and that the caller owns for reading and writing. Fails as
    /// [`Disk::for_reading`] does.
    pub fn owned_for_writing(&self, root: &Path, path: &Path) -> Result<File> {
        let (folder, name) = Folder::of(self, root, path)?;
        folder.open(self, &name, Access::ReadWrite)
    }

    /// Makes a file that must not exist yet, and the folders between it and the root, for reading
    /// and writing. Its name is on the disk for good only after [`Disk::sync_folder`].
    ///
    /// [`crate::FileErrorKind::InTheWay`] if anything is there,
    /// [`crate::FileErrorKind::NotFound`] if the root is gone.
    pub fn create_new(&self, root: &Path, path: &Path) -> Result<File> {
        let (folder, name) = Folder::make(self, root, path, NewFolders::Unsynced)?;
        folder.open(self, &name, Access::CreateNew)
    }

    /// Asks that the root is a folder. It is made by nobody here: when it is gone, its volume
    /// probably is. [`crate::FileErrorKind::NotFound`] also when something else is there.
    pub fn require_root(&self, root: &Path) -> Result<()> {
        Folder::root(self, root).map(drop)
    }

    /// Size in bytes of a plain file; none when nothing is there, also when folders above it are
    /// missing. Fails as [`Disk::for_reading`] does when the root is gone or something else is in
    /// the way.
    pub fn look(&self, root: &Path, path: &Path) -> Result<Option<u64>> {
        match Folder::find(self, root, path)? {
            None => Ok(None),
            Some((folder, name)) => {
                let seat = folder.see_file(self, &name)?;
                Ok(seat.map(|seat| seat.stamp.size_bytes))
            }
        }
    }
}
