//! Positioned reads and writes that are complete or fail, with the system's own error. A short
//! write is never taken for a whole one.

use std::{
    fs::File,
    io::{self, IoSlice},
};

use librqbit::storage::filesystem::OurFileExt;

/// Writes both slices one behind the other at `offset`, in one system call if possible.
pub(crate) fn write_vectored(file: &File, offset: u64, bufs: [IoSlice<'_>; 2]) -> io::Result<()> {
    let [first, second] = bufs;
    if second.is_empty() {
        return write_all_at(file, offset, &first);
    }
    if first.is_empty() {
        return write_all_at(file, offset, &second);
    }
    // What the fast way did not write, or refused, the slow way does, and names the error.
    let done = file.pwrite_all_vectored(offset, bufs).unwrap_or(0);
    let head = done.min(first.len());
    if head < first.len() {
        write_all_at(file, offset + head as u64, &first[head..])?;
    }
    let tail = done - head;
    if tail < second.len() {
        let at = offset + (first.len() + tail) as u64;
        write_all_at(file, at, &second[tail..])?;
    }
    Ok(())
}

#[cfg(unix)]
fn write_all_at(file: &File, offset: u64, buf: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, buf, offset)
}

#[cfg(unix)]
pub(crate) fn read_exact_at(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buf, offset)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut offset: u64, mut buf: &[u8]) -> io::Result<()> {
    while !buf.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, buf, offset)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        buf = &buf[written..];
        offset += written as u64;
    }
    Ok(())
}

#[cfg(windows)]
pub(crate) fn read_exact_at(file: &File, mut offset: u64, mut buf: &mut [u8]) -> io::Result<()> {
    while !buf.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buf, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buf = &mut buf[read..];
        offset += read as u64;
    }
    Ok(())
}
