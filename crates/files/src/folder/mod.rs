//! A folder at or below a root, held open, and what can be done to one name in it. Whoever replaces
//! a folder by a link between two steps gains nothing: on Unix the second step works in the folder
//! that the first one found. Never follows a link below the root and never makes the root.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, ErrorKind},
    path::{Component, Path, PathBuf},
};

#[cfg(not(unix))]
use other as sys;
#[cfg(unix)]
use unix as sys;

use crate::{Disk, FileError, FileErrorKind, Result, Stamp, shim::Op};

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A plain file.
    File(Seat),
    /// A folder.
    Folder,
    /// A link, a pipe, a device: nothing of ours.
    Other,
}

/// A plain file as its folder tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) stamp: Stamp,
    /// The system's number of the volume while it is mounted; 0 when unknown.
    pub(crate) device: u64,
    /// The file's number on it at this moment, also where it does not last; 0 when unknown.
    pub(crate) number: u64,
    /// Bytes it takes on the volume; fewer than its length when it has holes.
    pub(crate) allocated_bytes: u64,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    ReadWrite,
    CreateNew,
}

/// Whether the names of new folders are brought to the disk at once. Costs a wait for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NewFolders {
    Synced,
    Unsynced,
}

/// A folder that is held open.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    handle: sys::Handle,
}

/// A file's folder and its name there.
pub(crate) type Found = (Folder, OsString);

impl Folder {
    pub(crate) fn root(disk: &Disk, root: &Path) -> Result<Self> {
        let failed = |e: io::Error| {
            let mut error = FileError::io("open folder", root, e);
            // A file in the place of the root says the same as nothing there.
            if error.kind == FileErrorKind::InTheWay {
                error.kind = FileErrorKind::NotFound;
            }
            error
        };
        disk.step(Op::Open).map_err(failed)?;
        let handle = sys::open_root(root).map_err(failed)?;
        let path = root.to_owned();
        Ok(Self { path, handle })
    }

    /// The folder that holds `path`, and the name in it; none when a folder below the root is
    /// missing.
    pub(crate) fn find(disk: &Disk, root: &Path, path: &Path) -> Result<Option<Found>> {
        let (parents, name) = split(root, path)?;
        let mut at = Self::root(disk, root)?;
        for part in parents {
            match at.enter(disk, &part) {
                Ok(folder) => at = folder,
                Err(e) if e.kind == FileErrorKind::NotFound => return Ok(None),
                Err(e) => return Err(e),
            }
        }
        Ok(Some((at, name)))
    }

    /// As [`Folder::find`], and missing folders are an error.
    pub(crate) fn of(disk: &Disk, root: &Path, path: &Path) -> Result<Found> {
        Self::find(disk, root, path)?
            .ok_or_else(|| FileError::new(FileErrorKind::NotFound, "find", path))
    }

    /// As [`Folder::find`], and missing folders are made.
    pub(crate) fn make(disk: &Disk, root: &Path, path: &Path, new: NewFolders) -> Result<Found> {
        let (parents, name) = split(root, path)?;
        let mut at = Self::root(disk, root)?;
        for part in parents {
            at = match at.enter(disk, &part) {
                Err(e) if e.kind == FileErrorKind::NotFound => at.make_folder(disk, &part, new)?,
                entered => entered?,
            };
        }
        Ok((at, name))
    }

    /// The deepest folder above `path` that exists.
    pub(crate) fn nearest(disk: &Disk, root: &Path, path: &Path) -> Result<Self> {
        let (parents, _) = split(root, path)?;
        let mut at = Self::root(disk, root)?;
        for part in parents {
            match at.enter(disk, &part) {
                Ok(folder) => at = folder,
                Err(e) if e.kind == FileErrorKind::NotFound => break,
                Err(e) => return Err(e),
            }
        }
        Ok(at)
    }

    fn enter(&self, disk: &Disk, name: &OsStr) -> Result<Self> {
        let path = self.path.join(name);
        let opened = disk
            .step(Op::Open)
            .and_then(|()| sys::open_below(&self.handle, name));
        match opened {
            Ok(handle) => Ok(Self { path, handle }),
            Err(e) => Err(FileError::io("open folder", &path, e)),
        }
    }

    fn make_folder(&self, disk: &Disk, name: &OsStr, new: NewFolders) -> Result<Self> {
        let made = disk
            .step(Op::MakeFolder)
            .and_then(|()| sys::make_folder(&self.handle, name));
        match made {
            Ok(()) if new == NewFolders::Synced => self.sync(disk)?,
            Ok(()) => {}
            // Another file may have made it just now; entering tells what it is.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            Err(e) => return Err(FileError::io("create folder", &self.path.join(name), e)),
        }
        self.enter(disk, name)
    }

    pub(crate) fn path_of(&self, name: &OsStr) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The system's numbers of this folder and its volume; none when unknown.
    pub(crate) fn identity(&self) -> Option<(u64, u64)> {
        sys::identity(&self.handle)
    }

    /// What the name stands for; none when it stands for nothing.
    pub(crate) fn see(&self, disk: &Disk, name: &OsStr) -> Result<Option<Seen>> {
        let seen = disk
            .step(Op::Look)
            .and_then(|()| sys::see(&self.handle, name));
        match seen {
            Ok(seen) => Ok(Some(seen)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(FileError::io("look at", &self.path_of(name), e)),
        }
    }

    /// The plain file of that name; none when nothing is there, an error when something else is.
    pub(crate) fn see_file(&self, disk: &Disk, name: &OsStr) -> Result<Option<Seat>> {
        match self.see(disk, name)? {
            None => Ok(None),
            Some(Seen::File(seat)) => Ok(Some(seat)),
            Some(Seen::Folder | Seen::Other) => Err(self.in_the_way(name)),
        }
    }

    pub(crate) fn in_the_way(&self, name: &OsStr) -> FileError {
        FileError::new(FileErrorKind::InTheWay, "use", self.path_of(name))
    }

    /// Opens a plain file, or makes a new one.
    pub(crate) fn open(&self, disk: &Disk, name: &OsStr, access: Access) -> Result<File> {
        let (op, action) = match access {
            Access::CreateNew => (Op::Create, "create"),
            Access::Read | Access::ReadWrite => (Op::Open, "open"),
        };
        let failed = |e| FileError::io(action, &self.path_of(name), e);
        if access != Access::CreateNew && self.see_file(disk, name)?.is_none() {
            let path = self.path_of(name);
            return Err(FileError::new(FileErrorKind::NotFound, action, path));
        }
        disk.step(op).map_err(failed)?;
        let file = sys::open(&self.handle, name, access).map_err(failed)?;
        // Asked again: it may have been replaced since it was looked at.
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(self.in_the_way(name));
        }
        Ok(file)
    }

    /// Renames within one volume; fails with [`ErrorKind::AlreadyExists`] when the new name is
    /// taken.
    pub(crate) fn rename(
        &self,
        disk: &Disk,
        name: &OsStr,
        to: &Self,
        to_name: &OsStr,
    ) -> io::Result<()> {
        disk.step(Op::Rename)?;
        sys::rename_no_replace(&self.handle, name, &to.handle, to_name)
    }

    /// Renames between two spellings of one name, where the system takes them for the same.
    pub(crate) fn respell(&self, disk: &Disk, name: &OsStr, to_name: &OsStr) -> Result<()> {
        let renamed = disk
            .step(Op::Rename)
            .and_then(|()| sys::rename(&self.handle, name, to_name));
        renamed.map_err(|e| FileError::io("rename", &self.path_of(name), e))
    }

    pub(crate) fn remove_file(&self, disk: &Disk, name: &OsStr) -> Result<()> {
        let removed = disk
            .step(Op::Remove)
            .and_then(|()| sys::remove_file(&self.handle, name));
        removed.map_err(|e| FileError::io("remove", &self.path_of(name), e))
    }

    /// Removes an empty folder; false when the system refuses, as it does for all others.
    pub(crate) fn remove_folder(&self, disk: &Disk, name: &OsStr) -> Result<bool> {
        disk.step(Op::Remove)
            .map_err(|e| FileError::io("remove folder", &self.path_of(name), e))?;
        Ok(sys::remove_folder(&self.handle, name).is_ok())
    }

    pub(crate) fn sync(&self, disk: &Disk) -> Result<()> {
        let synced = disk.step(Op::Sync).and_then(|()| sys::sync(&self.handle));
        synced.map_err(|e| FileError::io("sync folder", &self.path, e))
    }
}

/// The folders from the root down to the file, and its name. A path elsewhere, or one with `..`, is
/// a bug of the caller and refused.
fn split(root: &Path, path: &Path) -> Result<(Vec<OsString>, OsString)> {
    let bad = || {
        let text = format!("not below {}", root.display());
        FileError::io("find", path, io::Error::new(ErrorKind::InvalidInput, text))
    };
    if !root.is_absolute() {
        return Err(bad());
    }
    let below = path.strip_prefix(root).map_err(|_| bad())?;
    let mut parts = Vec::new();
    for part in below.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_owned()),
            _ => return Err(bad()),
        }
    }
    let name = parts.pop().ok_or_else(bad)?;
    Ok((parts, name))
}
