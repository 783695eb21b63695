//! Opens and makes files below a root folder, and holds the rules that keep user files safe: it
//! never truncates, never follows a symbolic link below the root, never makes the root itself, and
//! opens for writing only what the caller says is its own.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind},
    path::{Component, Path, PathBuf},
};

use crate::{Disk, FileError, FileErrorKind, Result, shim::Op};

impl Disk {
    /// Opens a plain file that exists for reading. `root` and `path` are absolute, `path` is below
    /// `root` and has no `..`.
    ///
    /// [`FileErrorKind::NotFound`] if it, a folder above it or the root is gone,
    /// [`FileErrorKind::InTheWay`] if a link or no plain file is there.
    pub fn for_reading(&self, root: &Path, path: &Path) -> Result<File> {
        self.walk_parents(root, path, false)?;
        self.open_plain(OpenOptions::new().read(true), path)
    }

    /// Opens a plain file that exists and that the caller owns for reading and writing. Fails as
    /// [`Disk::for_reading`] does.
    pub fn owned_for_writing(&self, root: &Path, path: &Path) -> Result<File> {
        self.walk_parents(root, path, false)?;
        self.open_plain(OpenOptions::new().read(true).write(true), path)
    }

    /// Makes a file that must not exist yet, and the folders between it and the root, for reading
    /// and writing.
    ///
    /// [`FileErrorKind::InTheWay`] if anything is there, [`FileErrorKind::NotFound`] if the root
    /// is gone.
    pub fn create_new(&self, root: &Path, path: &Path) -> Result<File> {
        self.walk_parents(root, path, true)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        no_follow(&mut options);
        self.did("create", path, Op::Create, || options.open(path))
    }

    /// Asks that the root is a folder. It is made by nobody here: when it is gone, its volume
    /// probably is. [`FileErrorKind::NotFound`] also when something else is there.
    pub fn require_root(&self, root: &Path) -> Result<()> {
        if self
            .did("look at", root, Op::Look, || fs::metadata(root))?
            .is_dir()
        {
            return Ok(());
        }
        Err(FileError::new(FileErrorKind::NotFound, "look at", root))
    }

    /// Size in bytes of a plain file; none when nothing is there, also when folders above it are
    /// missing. Fails as [`Disk::for_reading`] does when the root is gone or something else is in
    /// the way.
    pub fn look(&self, root: &Path, path: &Path) -> Result<Option<u64>> {
        match self.walk_parents(root, path, false) {
            Ok(()) => {}
            // The root is there (that is asked first), so only a folder below it is missing.
            Err(e) if e.kind == FileErrorKind::NotFound => {
                self.require_root(root)?;
                return Ok(None);
            }
            Err(e) => return Err(e),
        }
        match self.did("look at", path, Op::Look, || fs::symlink_metadata(path)) {
            Ok(meta) if meta.is_file() => Ok(Some(meta.len())),
            Ok(_) => Err(in_the_way("look at", path)),
            Err(e) if e.kind == FileErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn did<T>(
        &self,
        action: &'static str,
        path: &Path,
        op: Op,
        work: impl FnOnce() -> io::Result<T>,
    ) -> Result<T> {
        let done = self.step(op).and_then(|()| work());
        done.map_err(|e| FileError::io(action, path, e))
    }

    fn open_plain(&self, options: &mut OpenOptions, path: &Path) -> Result<File> {
        // Asked before opening, because opening a pipe would wait for its other end.
        let looked = self.did("look at", path, Op::Look, || fs::symlink_metadata(path))?;
        if !looked.is_file() {
            return Err(in_the_way("open", path));
        }
        no_follow(options);
        let file = self.did("open", path, Op::Open, || options.open(path))?;
        let opened = file.metadata();
        match opened.map_err(|e| FileError::io("look at", path, e))? {
            meta if meta.is_file() => Ok(file),
            _ => Err(in_the_way("open", path)),
        }
    }

    /// Checks every folder between the root and the file, and makes missing ones if asked.
    fn walk_parents(&self, root: &Path, path: &Path, create: bool) -> Result<()> {
        self.require_root(root)?;
        let mut at = root.to_path_buf();
        for part in folders_between(root, path)? {
            at.push(part);
            match self.did("look at", &at, Op::Look, || fs::symlink_metadata(&at)) {
                Ok(meta) => require_folder(&at, &meta)?,
                Err(e) if e.kind == FileErrorKind::NotFound && create => self.make_folder(&at)?,
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn make_folder(&self, at: &Path) -> Result<()> {
        match self.step(Op::MakeFolder).and_then(|()| fs::create_dir(at)) {
            Ok(()) => Ok(()),
            // Another file of the torrent may have made it just now.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                let meta = fs::symlink_metadata(at);
                require_folder(at, &meta.map_err(|e| FileError::io("look at", at, e))?)
            }
            Err(e) => Err(FileError::io("create folder", at, e)),
        }
    }
}

/// A symbolic link is no folder here, wherever it leads.
fn require_folder(at: &Path, meta: &Metadata) -> Result<()> {
    if meta.is_dir() {
        Ok(())
    } else {
        Err(in_the_way("enter", at))
    }
}

/// The folders from the root down to the file. A path elsewhere, or one with `..`, is a bug of the
/// caller and refused.
fn folders_between(root: &Path, path: &Path) -> Result<Vec<PathBuf>> {
    let bad = || FileError::new(FileErrorKind::Io, "place below its root", path);
    let below = path.strip_prefix(root).map_err(|_| bad())?;
    let mut parts = Vec::new();
    for part in below.components() {
        match part {
            Component::Normal(name) => parts.push(PathBuf::from(name)),
            _ => return Err(bad()),
        }
    }
    if parts.pop().is_none() || !root.is_absolute() {
        return Err(bad());
    }
    Ok(parts)
}

fn in_the_way(action: &'static str, path: &Path) -> FileError {
    FileError::new(FileErrorKind::InTheWay, action, path)
}

#[cfg(unix)]
fn no_follow(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
}

#[cfg(windows)]
fn no_follow(options: &mut OpenOptions) {
    use std::os::windows::fs::OpenOptionsExt;
    /// `FILE_FLAG_OPEN_REPARSE_POINT`: the link itself is opened, which is then no plain file.
    const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    options.custom_flags(OPEN_REPARSE_POINT);
}

#[cfg(not(any(unix, windows)))]
fn no_follow(_: &mut OpenOptions) {}
