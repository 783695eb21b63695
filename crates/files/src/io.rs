//! Positioned reads and writes that are complete or fail, with the system's own error, and bringing
//! bytes to the disk for good. A short write is never taken for a whole one.

use std::{
    fs::File,
    io::{self, ErrorKind, IoSlice},
    path::Path,
};

use crate::{Disk, FileError, Result, shim::Op};

impl Disk {
    /// Fills `buf` from `offset` bytes on. [`ErrorKind::UnexpectedEof`] if the file ends before.
    #[inline]
    pub fn read_exact_at(&self, file: &File, offset: u64, buf: &mut [u8]) -> io::Result<()> {
        self.step(Op::Read)?;
        let (mut offset, mut buf) = (offset, buf);
        while !buf.is_empty() {
            match read_at(file, buf, offset) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buf = &mut buf[read..];
                    offset += read as u64;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Writes all of `buf` at `offset` bytes.
    #[inline]
    pub fn write_all_at(&self, file: &File, offset: u64, buf: &[u8]) -> io::Result<()> {
        let (mut offset, mut buf) = (offset, buf);
        while !buf.is_empty() {
            let allowed = self.step_write(buf.len())?;
            match write_at(file, &buf[..allowed], offset) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    buf = &buf[written..];
                    offset += written as u64;
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Writes both slices one behind the other at `offset` bytes, in one system call if possible.
    #[inline]
    pub fn write_vectored_at(
        &self,
        file: &File,
        offset: u64,
        bufs: [IoSlice<'_>; 2],
    ) -> io::Result<()> {
        let [first, second] = bufs;
        if first.is_empty() {
            return self.write_all_at(file, offset, &second);
        }
        if second.is_empty() {
            return self.write_all_at(file, offset, &first);
        }
        let len = first.len() + second.len();
        // What the fast way did not write, or refused, the slow way does, and names the error.
        let done = match self.step_write(len)? {
            allowed if allowed == len => write_both(file, &bufs, offset).unwrap_or(0),
            _ => 0,
        };
        let head = done.min(first.len());
        self.write_all_at(file, offset + head as u64, &first[head..])?;
        let tail = done - head;
        let at = offset + (first.len() + tail) as u64;
        self.write_all_at(file, at, &second[tail..])
    }

    /// Returns when all bytes, the length and the time of change of the file are on the disk.
    pub fn sync(&self, file: &File) -> io::Result<()> {
        self.step(Op::Sync)?;
        file.sync_all()
    }

    /// Returns when the names in a folder are on the disk. Does nothing where the system has no
    /// such call (Windows).
    pub fn sync_folder(&self, path: &Path) -> Result<()> {
        let failed = |e| FileError::io("sync folder", path, e);
        self.step(Op::Sync).map_err(failed)?;
        sync_folder(path).map_err(failed)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(unix)]
fn write_at(file: &File, buf: &[u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, buf, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

#[cfg(windows)]
fn write_at(file: &File, buf: &[u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, buf, offset)
}

#[cfg(target_os = "linux")]
fn write_both(file: &File, bufs: &[IoSlice<'_>; 2], offset: u64) -> io::Result<usize> {
    Ok(rustix::io::pwritev(file, bufs, offset)?)
}

#[cfg(not(target_os = "linux"))]
fn write_both(file: &File, bufs: &[IoSlice<'_>; 2], offset: u64) -> io::Result<usize> {
    write_at(file, &bufs[0], offset)
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
