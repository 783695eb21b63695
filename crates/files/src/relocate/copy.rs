//! Brings one file to another volume: a copy under a temporary name, compared with its source, then
//! renamed into place. The source is not touched here.

use std::{ffi::OsString, fs::File, io};

use super::{CHUNK, Watch, compare, temp_name};
use crate::{
    Disk, FileError, FileErrorKind, Result, Stamp,
    folder::{Access, Found, Seat},
    shim::Op,
};

/// Bytes that are brought to the disk at a time. Few enough that a slow disk lets a cancel through
/// soon, and that the copy does not push everything else out of memory.
const FLUSH_EVERY: u64 = 16 << 20;

/// Copies, compares and renames. On failure the temporary copy is removed, if the disk lets it.
pub(super) fn copy(
    disk: &Disk,
    source: &Found,
    seat: &Seat,
    target: &Found,
    tag: &str,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let temp = temp_name(&target.1, tag);
    remove_leftover(disk, target, &temp)?;
    let done = to_temp(disk, source, seat, target, &temp, watch)
        .and_then(|()| disk.rename_between(&target.0, &temp, &target.0, &target.1));
    if done.is_err() {
        // It may be in place already, or the disk gone; the next call finds out.
        let _ = remove_leftover(disk, target, &temp);
    }
    done
}

/// Removes what an earlier try left, if it is a plain file.
pub(super) fn remove_leftover(disk: &Disk, at: &Found, temp: &OsString) -> Result<()> {
    match at.0.see_file(disk, temp)? {
        None => Ok(()),
        Some(_) => at.0.remove_file(disk, temp),
    }
}

fn to_temp(
    disk: &Disk,
    source: &Found,
    seat: &Seat,
    target: &Found,
    temp: &OsString,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let path = source.0.path_of(&source.1);
    let temp_path = target.0.path_of(temp);
    let reading = |e| FileError::io("read", &path, e);
    let writing = |e| FileError::io("write", &temp_path, e);
    let from = source.0.open(disk, &source.1, Access::Read)?;
    let meta = from.metadata().map_err(reading)?;
    if Stamp::of(&meta) != seat.stamp {
        return Err(FileError::new(FileErrorKind::Changed, "copy", path));
    }
    let to = target.0.open(disk, temp, Access::CreateNew)?;
    copy_bytes(
        disk,
        (&from, source),
        (&to, &temp_path),
        seat.stamp.size_bytes,
        watch,
    )?;
    disk.step(Op::SetTime).map_err(writing)?;
    // File systems that keep neither are no reason to leave the file where it is.
    let _ = to.set_permissions(meta.permissions());
    if let Ok(modified) = meta.modified() {
        let _ = to.set_modified(modified);
    }
    disk.sync(&to).map_err(writing)?;
    if !compare::equal(disk, (&from, &path), (&to, &temp_path), watch)? {
        let unequal = io::Error::other("the copy differs from its source");
        return Err(writing(unequal));
    }
    if Stamp::of_file(&from).map_err(reading)? != seat.stamp {
        return Err(FileError::new(FileErrorKind::Changed, "copy", path));
    }
    Ok(())
}

/// Copies what holds data; holes stay holes where the system tells of them.
fn copy_bytes(
    disk: &Disk,
    (from, source): (&File, &Found),
    (to, temp_path): (&File, &std::path::Path),
    len: u64,
    watch: &mut Watch<'_>,
) -> Result<()> {
    let path = source.0.path_of(&source.1);
    let writing = |e| FileError::io("write", temp_path, e);
    let mut buf = vec![0; CHUNK];
    let (mut at, mut unflushed) = (0, 0);
    while at < len {
        watch.go_on(&path)?;
        let data = next_data(from, at, len);
        watch.copied(data.start - at);
        at = data.start;
        let n = usize::try_from(data.end - at).unwrap_or(CHUNK).min(CHUNK);
        if n == 0 {
            break;
        }
        disk.read_exact_at(from, at, &mut buf[..n])
            .map_err(|e| FileError::io("read", &path, e))?;
        disk.write_all_at(to, at, &buf[..n]).map_err(writing)?;
        at += n as u64;
        unflushed += n as u64;
        watch.copied(n as u64);
        if unflushed >= FLUSH_EVERY {
            unflushed = 0;
            disk.step(Op::Sync)
                .and_then(|()| to.sync_data())
                .map_err(writing)?;
        }
    }
    disk.step(Op::Grow)
        .and_then(|()| to.set_len(len))
        .map_err(writing)
}

/// The next stretch of the file that may hold data, from `at` on.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn next_data(file: &File, at: u64, len: u64) -> std::ops::Range<u64> {
    use rustix::{
        fs::{SeekFrom, seek},
        io::Errno,
    };
    let start = match seek(file, SeekFrom::Data(at)) {
        Ok(start) => start.clamp(at, len),
        // No data behind here.
        Err(Errno::NXIO) => len,
        Err(_) => return at..len,
    };
    let end = seek(file, SeekFrom::Hole(start)).unwrap_or(len);
    start..end.clamp(start, len)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn next_data(_: &File, at: u64, len: u64) -> std::ops::Range<u64> {
    at..len
}
