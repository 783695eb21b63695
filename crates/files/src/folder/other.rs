//! Folders where the system gives no handle to look names up in (Windows): held by path, looked at
//! before each step. Somebody who replaces a folder between looking and acting can outrun this.

use std::{
    ffi::OsStr,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{Access, Seat, Seen};
use crate::Stamp;

pub(super) type Handle = PathBuf;

pub(super) fn open_root(path: &Path) -> io::Result<Handle> {
    require_folder(&fs::metadata(path)?)?;
    Ok(path.to_owned())
}

pub(super) fn open_below(folder: &Handle, name: &OsStr) -> io::Result<Handle> {
    let path = folder.join(name);
    // A link or junction is no folder here, wherever it leads.
    require_folder(&fs::symlink_metadata(&path)?)?;
    Ok(path)
}

fn require_folder(meta: &Metadata) -> io::Result<()> {
    if meta.is_dir() {
        Ok(())
    } else {
        Err(ErrorKind::NotADirectory.into())
    }
}

pub(super) fn make_folder(folder: &Handle, name: &OsStr) -> io::Result<()> {
    fs::create_dir(folder.join(name))
}

pub(super) fn identity(_: &Handle) -> Option<(u64, u64)> {
    None
}

pub(super) fn see(folder: &Handle, name: &OsStr) -> io::Result<Seen> {
    let meta = fs::symlink_metadata(folder.join(name))?;
    Ok(if meta.is_file() {
        Seen::File(Seat {
            stamp: Stamp::of(&meta),
            device: 0,
            number: 0,
            allocated_bytes: meta.len(),
        })
    } else if meta.is_dir() {
        Seen::Folder
    } else {
        Seen::Other
    })
}

pub(super) fn open(folder: &Handle, name: &OsStr, access: Access) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    match access {
        Access::Read => {}
        Access::ReadWrite => {
            options.write(true);
        }
        Access::CreateNew => {
            options.write(true).create_new(true);
        }
    }
    no_follow(&mut options);
    options.open(folder.join(name))
}

#[cfg(windows)]
fn no_follow(options: &mut OpenOptions) {
    use std::os::windows::fs::OpenOptionsExt;
    /// `FILE_FLAG_OPEN_REPARSE_POINT`: the link itself is opened, which is then no plain file.
    const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    options.custom_flags(OPEN_REPARSE_POINT);
}

#[cfg(not(windows))]
fn no_follow(_: &mut OpenOptions) {}

/// A second name never takes the place of another, so it is given before the first is taken away.
/// Where files have one name only (FAT), nothing is left but to look first.
pub(super) fn rename_no_replace(
    from: &Handle,
    name: &OsStr,
    to: &Handle,
    to_name: &OsStr,
) -> io::Result<()> {
    let (from, to) = (from.join(name), to.join(to_name));
    match fs::hard_link(&from, &to) {
        Ok(()) => return fs::remove_file(&from),
        Err(e)
            if matches!(
                e.kind(),
                ErrorKind::AlreadyExists | ErrorKind::CrossesDevices
            ) =>
        {
            return Err(e);
        }
        Err(_) => {}
    }
    match fs::symlink_metadata(&to) {
        Err(e) if e.kind() == ErrorKind::NotFound => move_within_volume(&from, &to),
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        Err(e) => Err(e),
    }
}

/// The standard library's renaming would copy between volumes without a word; a volume is told by
/// the prefix of its path.
fn move_within_volume(from: &Path, to: &Path) -> io::Result<()> {
    let prefix = |path: &Path| path.components().next().map(|c| c.as_os_str().to_owned());
    if prefix(from) == prefix(to) {
        fs::rename(from, to)
    } else {
        Err(ErrorKind::CrossesDevices.into())
    }
}

pub(super) fn rename(folder: &Handle, name: &OsStr, to_name: &OsStr) -> io::Result<()> {
    fs::rename(folder.join(name), folder.join(to_name))
}

pub(super) fn remove_file(folder: &Handle, name: &OsStr) -> io::Result<()> {
    fs::remove_file(folder.join(name))
}

pub(super) fn remove_folder(folder: &Handle, name: &OsStr) -> io::Result<()> {
    fs::remove_dir(folder.join(name))
}

/// Windows has no such call for folders; its file systems keep a journal of names.
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
pub(super) fn sync(_: &Handle) -> io::Result<()> {
    Ok(())
}
