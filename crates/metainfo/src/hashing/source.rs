//! Hands out the pieces of a torrent in order and reads them, one read after the other, with one
//! open file at a time. It must never have more in memory than the buffer it was given.

use std::{
    fs::File,
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    ops::Range,
};

use super::{Halt, Plan, disk};

/// Pieces that one thread hashes, and the part of them that was read last.
pub(super) struct Unit {
    pub(super) pieces: Range<u32>,
    /// Bytes of the torrent, not yet read; empty when the unit is read to its end.
    pub(super) left: Range<u64>,
    pub(super) buffer: Vec<u8>,
    /// What `buffer` holds, in order.
    pub(super) segments: Vec<Segment>,
}

/// So many bytes of the torrent.
pub(super) struct Segment {
    pub(super) kind: Kind,
    pub(super) length: u64,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// The next bytes of the buffer.
    Data,
    Zeros,
    /// This file went away or became shorter while it was read.
    Lost {
        file: usize,
    },
}

impl Unit {
    pub(super) fn new(buffer_bytes: usize) -> Self {
        Self {
            pieces: 0..0,
            left: 0..0,
            buffer: vec![0; buffer_bytes],
            segments: Vec::new(),
        }
    }
}

pub(super) struct Source<'a> {
    plan: &'a Plan<'a>,
    next: u32,
    open: Option<Open>,
    pub(super) bytes_read: u64,
}

struct Open {
    index: usize,
    file: File,
    /// Where the file is read next.
    position: u64,
}

impl<'a> Source<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        Self {
            plan,
            next: 0,
            open: None,
            bytes_read: 0,
        }
    }

    /// Closes the file that is open.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// Gives the next pieces to `unit` and reads what the buffer takes of them. `false` at the end.
    pub(super) fn take(&mut self, unit: &mut Unit) -> Result<bool, Halt> {
        let plan = self.plan;
        let Some(first) = (self.next..plan.piece_count).find(|&piece| plan.todo.get(piece)) else {
            self.next = plan.piece_count;
            return Ok(false);
        };
        let start = plan.range(first).start;
        let mut end = first + 1;
        let fits = |piece| plan.range(piece).end - start <= unit.buffer.len() as u64;
        while end < plan.piece_count && plan.todo.get(end) && fits(end) {
            end += 1;
        }
        self.next = end;
        unit.pieces = first..end;
        unit.left = start..plan.range(end - 1).end;
        self.fill(unit)?;
        Ok(true)
    }

    /// Reads the next part of `unit`.
    pub(super) fn fill(&mut self, unit: &mut Unit) -> Result<(), Halt> {
        unit.segments.clear();
        let files = self.plan.files;
        let mut filled = 0;
        let first = files.partition_point(|file| file.offset + file.length <= unit.left.start);
        for (index, file) in files.iter().enumerate().skip(first) {
            let length = unit.left.end.min(file.offset + file.length) - unit.left.start;
            if length == 0 {
                if unit.left.is_empty() {
                    break;
                }
                continue;
            }
            if file.path.is_none() {
                unit.push(Kind::Zeros, length);
                continue;
            }
            let room = unit.buffer.len() - filled;
            let part = usize::try_from(length).map_or(room, |length| length.min(room));
            if part == 0 {
                break;
            }
            let offset = unit.left.start - file.offset;
            let read = self.read(index, offset, &mut unit.buffer[filled..filled + part])?;
            filled += read;
            unit.push(Kind::Data, read as u64);
            if read < part {
                unit.push(Kind::Lost { file: index }, length - read as u64);
            } else if (part as u64) < length {
                break;
            }
        }
        Ok(())
    }

    /// Fills `buffer` from file `index`; fewer bytes if there are no more, or the file is gone.
    fn read(&mut self, index: usize, offset: u64, buffer: &mut [u8]) -> Result<usize, Halt> {
        let Some(path) = self.plan.files[index].path else {
            return Ok(0);
        };
        if self.open.as_ref().is_none_or(|open| open.index != index) {
            self.open = None;
            self.open = disk::open(path)?.map(|file| Open {
                index,
                file,
                position: 0,
            });
        }
        let Some(open) = &mut self.open else {
            return Ok(0);
        };
        let read = open
            .read(offset, buffer)
            .map_err(|error| Halt::io(path, error))?;
        self.bytes_read += read as u64;
        Ok(read)
    }
}

impl Unit {
    fn push(&mut self, kind: Kind, length: u64) {
        self.left.start += length;
        self.segments.push(Segment { kind, length });
    }
}

impl Open {
    fn read(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position != offset {
            self.file.seek(SeekFrom::Start(offset))?;
            self.position = offset;
        }
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.position += filled as u64;
        Ok(filled)
    }
}
