//! Folders on Unix: each is held by a descriptor, and every name is looked up in it without
//! following a link, so that no check can be outrun.

use std::{ffi::OsStr, fs::File, io, os::fd::OwnedFd, path::Path};

use rustix::{
    fs::{self, AtFlags, FileType, Mode, OFlags, Stat},
    io::Errno,
};

use super::{Access, Seat, Seen};
use crate::{Stamp, stamp::lasting};

pub(super) type Handle = OwnedFd;

/// Enough to look names up in a folder that may be entered but not listed.
#[cfg(any(target_os = "linux", target_os = "android"))]
const PASS: OFlags = OFlags::PATH;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const PASS: OFlags = OFlags::RDONLY;

const FOLDER: OFlags = PASS.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

pub(super) fn open_root(path: &Path) -> io::Result<Handle> {
    Ok(fs::open(path, FOLDER, Mode::empty())?)
}

pub(super) fn open_below(folder: &Handle, name: &OsStr) -> io::Result<Handle> {
    let flags = FOLDER.union(OFlags::NOFOLLOW);
    Ok(fs::openat(folder, name, flags, Mode::empty())?)
}

pub(super) fn make_folder(folder: &Handle, name: &OsStr) -> io::Result<()> {
    Ok(fs::mkdirat(folder, name, Mode::from(0o777))?)
}

pub(super) fn identity(folder: &Handle) -> Option<(u64, u64)> {
    let stat = fs::fstat(folder).ok()?;
    Some((device(&stat), inode(&stat)))
}

pub(super) fn see(folder: &Handle, name: &OsStr) -> io::Result<Seen> {
    let stat = fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Seen::File(seat(&stat)),
        FileType::Directory => Seen::Folder,
        _ => Seen::Other,
    })
}

fn seat(stat: &Stat) -> Seat {
    let size_bytes = u64::try_from(stat.st_size).unwrap_or(0);
    Seat {
        stamp: Stamp {
            size_bytes,
            modified_ns: modified_ns(stat),
            file_id: lasting(device(stat), inode(stat)),
        },
        device: device(stat),
        number: inode(stat),
        allocated_bytes: u64::try_from(stat.st_blocks).map_or(size_bytes, |b| b * 512),
    }
}

#[expect(
    clippy::allow_attributes,
    reason = "the next ones hold on some systems only"
)]
#[allow(
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "the type differs by system"
)]
fn modified_ns(stat: &Stat) -> i64 {
    (stat.st_mtime as i64)
        .saturating_mul(1_000_000_000)
        .saturating_add(stat.st_mtime_nsec as i64)
        .max(-i64::MAX)
}

#[expect(
    clippy::allow_attributes,
    reason = "the next ones hold on some systems only"
)]
#[allow(
    clippy::unnecessary_cast,
    clippy::cast_sign_loss,
    reason = "the type differs by system"
)]
fn device(stat: &Stat) -> u64 {
    stat.st_dev as u64
}

#[expect(
    clippy::allow_attributes,
    reason = "the next ones hold on some systems only"
)]
#[allow(clippy::unnecessary_cast, reason = "the type differs by system")]
fn inode(stat: &Stat) -> u64 {
    stat.st_ino as u64
}

pub(super) fn open(folder: &Handle, name: &OsStr, access: Access) -> io::Result<File> {
    // Without NONBLOCK a pipe put there just now would wait for its other end; plain files ignore
    // it.
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let flags = flags
        | match access {
            Access::Read => OFlags::RDONLY,
            Access::ReadWrite => OFlags::RDWR,
            Access::CreateNew => OFlags::RDWR | OFlags::CREATE | OFlags::EXCL,
        };
    Ok(fs::openat(folder, name, flags, Mode::from(0o666))?.into())
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn rename_no_replace(
    from: &Handle,
    name: &OsStr,
    to: &Handle,
    to_name: &OsStr,
) -> io::Result<()> {
    match fs::renameat_with(from, name, to, to_name, fs::RenameFlags::NOREPLACE) {
        // The system or the file system does not know this kind of renaming.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            link_or_check(from, name, to, to_name)
        }
        renamed => Ok(renamed?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn rename_no_replace(
    from: &Handle,
    name: &OsStr,
    to: &Handle,
    to_name: &OsStr,
) -> io::Result<()> {
    link_or_check(from, name, to, to_name)
}

/// A second name never takes the place of another, so it is given before the first is taken away.
/// Where files have one name only (FAT), nothing is left but to look first.
fn link_or_check(from: &Handle, name: &OsStr, to: &Handle, to_name: &OsStr) -> io::Result<()> {
    match fs::linkat(from, name, to, to_name, AtFlags::empty()) {
        Ok(()) => return Ok(fs::unlinkat(from, name, AtFlags::empty())?),
        Err(Errno::PERM | Errno::NOSYS | Errno::OPNOTSUPP | Errno::MLINK | Errno::INVAL) => {}
        Err(e) => return Err(e.into()),
    }
    match fs::statat(to, to_name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => Ok(fs::renameat(from, name, to, to_name)?),
        Ok(_) => Err(Errno::EXIST.into()),
        Err(e) => Err(e.into()),
    }
}

pub(super) fn rename(folder: &Handle, name: &OsStr, to_name: &OsStr) -> io::Result<()> {
    Ok(fs::renameat(folder, name, folder, to_name)?)
}

pub(super) fn remove_file(folder: &Handle, name: &OsStr) -> io::Result<()> {
    Ok(fs::unlinkat(folder, name, AtFlags::empty())?)
}

pub(super) fn remove_folder(folder: &Handle, name: &OsStr) -> io::Result<()> {
    Ok(fs::unlinkat(folder, name, AtFlags::REMOVEDIR)?)
}

pub(super) fn sync(folder: &Handle) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let opened = match fs::openat(folder, ".", flags, Mode::empty()) {
        Ok(opened) => opened,
        // A folder that may be entered but not listed cannot be brought to the disk by name.
        Err(Errno::ACCESS) => return Ok(()),
        Err(e) => return Err(e.into()),
    };
    match fs::fsync(opened) {
        // Some network and FUSE file systems have no such call for folders.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(()),
        synced => Ok(synced?),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_the_right_call_takes_no_place_of_another_either() {
        let dir = tempfile::tempdir().unwrap();
        let folder = open_root(dir.path()).unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("a"), "a").unwrap();
        std::fs::write(at("b"), "b").unwrap();
        let go = |from: &str, to: &str| {
            link_or_check(&folder, OsStr::new(from), &folder, OsStr::new(to))
        };
        let taken = go("a", "b").unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(at("b")).unwrap(), b"b");
        go("a", "c").unwrap();
        assert!(!at("a").exists());
        assert_eq!(std::fs::read(at("c")).unwrap(), b"a");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_number_that_does_not_last_is_left_out_as_in_every_other_stamp() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "a").unwrap();
        let folder = open_root(dir.path()).unwrap();
        let mut stat = fs::statat(&folder, "a", AtFlags::SYMLINK_NOFOLLOW).unwrap();
        let kept = Stamp::of_path(&dir.path().join("a")).unwrap().unwrap();
        assert_eq!(seat(&stat).stamp, kept);
        // As on FAT and on many shares: what is one's own would never be deleted or moved there.
        stat.st_dev = fs::makedev(9_998, 9);
        crate::number::teach(stat.st_dev, false);
        let made_up = seat(&stat);
        assert_eq!(made_up.stamp, Stamp { file_id: 0, ..kept });
        assert_eq!(made_up.number, kept.file_id);
    }

    #[test]
    fn times_of_other_centuries_are_the_same_in_every_stamp() {
        use std::time::{Duration, SystemTime};
        let dir = tempfile::tempdir().unwrap();
        let (folder, path) = (open_root(dir.path()).unwrap(), dir.path().join("a"));
        let file = File::create(&path).unwrap();
        let (epoch, day) = (SystemTime::UNIX_EPOCH, Duration::from_secs(86_400));
        for time in [
            epoch + day * 365 * 400,
            epoch - day * 365 * 400,
            epoch - day / 7,
        ] {
            // Not every file system has them all: it takes the nearest then.
            if file.set_modified(time).is_ok() {
                let Ok(Seen::File(seat)) = see(&folder, OsStr::new("a")) else {
                    panic!("no file");
                };
                assert_eq!(Some(seat.stamp), Stamp::of_path(&path).unwrap());
            }
        }
    }
}
