//! Opens and makes files below a torrent's root, and holds the rules that keep user files safe: it
//! never truncates, never follows a symbolic link below the root, never makes the root itself, and
//! never opens for writing what the torrent does not own.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::ErrorKind,
    path::{Component, Path, PathBuf},
};

use shoal_core::EngineFault;

use crate::fault::Fault;

/// Opens a file that exists for reading.
pub(crate) fn for_reading(root: &Path, path: &Path) -> Result<File, Fault> {
    walk_parents(root, path, false)?;
    let mut options = OpenOptions::new();
    open_regular(options.read(true), path)
}

/// Opens a file that the torrent owns for reading and writing.
pub(crate) fn owned_for_writing(root: &Path, path: &Path) -> Result<File, Fault> {
    walk_parents(root, path, false)?;
    let mut options = OpenOptions::new();
    open_regular(options.read(true).write(true), path)
}

/// Makes a file that must not exist yet, and the folders between it and the root.
pub(crate) fn create_new(root: &Path, path: &Path) -> Result<File, Fault> {
    walk_parents(root, path, true)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    no_follow(&mut options);
    options
        .open(path)
        .map_err(|e| Fault::io("create", path, &e))
}

/// Size in bytes of a regular file; none when nothing is there.
pub(crate) fn size_of(root: &Path, path: &Path) -> Result<Option<u64>, Fault> {
    match walk_parents(root, path, false) {
        Ok(()) => {}
        // The root is there (that is asked first), so only a folder below it is missing.
        Err(fault) if fault.kind == EngineFault::FolderMissing => {
            require_root(root)?;
            return Ok(None);
        }
        Err(fault) => return Err(fault),
    }
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => Ok(Some(meta.len())),
        Ok(_) => Err(in_the_way(path)),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Fault::io("look at", path, &e)),
    }
}

/// The root is made by nobody here: when it is gone, its volume probably is.
pub(crate) fn require_root(root: &Path) -> Result<(), Fault> {
    match fs::metadata(root) {
        Ok(meta) if meta.is_dir() => Ok(()),
        Ok(_) => Err(Fault::new(
            EngineFault::FolderMissing,
            format!("{} is not a folder", root.display()),
        )),
        Err(e) => Err(Fault::io("look at", root, &e)),
    }
}

fn open_regular(options: &mut OpenOptions, path: &Path) -> Result<File, Fault> {
    // Asked before opening, because opening a pipe would wait for its other end.
    let looked = fs::symlink_metadata(path).map_err(|e| Fault::io("look at", path, &e))?;
    if !looked.is_file() {
        return Err(in_the_way(path));
    }
    no_follow(options);
    let file = options
        .open(path)
        .map_err(|e| Fault::io("open", path, &e))?;
    match file.metadata() {
        Ok(meta) if meta.is_file() => Ok(file),
        Ok(_) => Err(in_the_way(path)),
        Err(e) => Err(Fault::io("look at", path, &e)),
    }
}

/// Checks every folder between the root and the file, and makes missing ones if asked.
fn walk_parents(root: &Path, path: &Path, create: bool) -> Result<(), Fault> {
    require_root(root)?;
    let mut at = root.to_path_buf();
    for part in folders_between(root, path)? {
        at.push(part);
        match fs::symlink_metadata(&at) {
            Ok(meta) => require_folder(&at, &meta)?,
            Err(e) if e.kind() == ErrorKind::NotFound && create => make_folder(&at)?,
            Err(e) => return Err(Fault::io("look at", &at, &e)),
        }
    }
    Ok(())
}

fn make_folder(at: &Path) -> Result<(), Fault> {
    match fs::create_dir(at) {
        Ok(()) => Ok(()),
        // Another file of the torrent may have made it just now.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            let meta = fs::symlink_metadata(at).map_err(|e| Fault::io("look at", at, &e))?;
            require_folder(at, &meta)
        }
        Err(e) => Err(Fault::io("create folder", at, &e)),
    }
}

fn require_folder(at: &Path, meta: &Metadata) -> Result<(), Fault> {
    // A symbolic link is no folder here, wherever it leads.
    if meta.is_dir() {
        Ok(())
    } else {
        Err(in_the_way(at))
    }
}

/// The folders from the root down to the file. A path elsewhere, or one with `..`, is a bug of the
/// caller and refused.
pub(crate) fn folders_between(root: &Path, path: &Path) -> Result<Vec<PathBuf>, Fault> {
    let bad = || {
        Fault::internal(format!(
            "{} is not below {}",
            path.display(),
            root.display()
        ))
    };
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

fn in_the_way(path: &Path) -> Fault {
    Fault::new(
        EngineFault::FileInTheWay,
        format!(
            "{} is not a plain file or folder of this torrent",
            path.display()
        ),
    )
}

#[cfg(unix)]
fn no_follow(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC);
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
