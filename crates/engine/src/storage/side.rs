//! The side file of a torrent: keeps the bytes of files that are not wanted but share a piece with
//! wanted ones, so that the unwanted files need not be made. A scratch file, sparse, at most as
//! long as the torrent; its byte N is byte N of the torrent, and behind the last one stands a map
//! of the pieces it has bytes of. It goes when nothing needs it, and must never be taken for a
//! user's file.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, IoSlice},
    path::PathBuf,
};

use parking_lot::Mutex;
use shoal_files::Disk;
use shoal_metainfo::Bitfield;

use crate::{bits::AtomicBits, fault::Fault};

/// The side file of one torrent. Opened for each use: that is rare, and costs no handle between.
pub(crate) struct Side {
    disk: Disk,
    path: PathBuf,
    /// Length of the torrent in bytes, where the map begins.
    total: u64,
    pieces: u32,
    map: AtomicBits,
    /// Held while it changes.
    changing: Mutex<()>,
}

impl Side {
    pub(crate) fn new(disk: Disk, path: PathBuf, total: u64, pieces: u32) -> Self {
        Self {
            disk,
            path,
            total,
            pieces,
            map: AtomicBits::new(pieces),
            changing: Mutex::new(()),
        }
    }

    /// Reads the map of an earlier run, if there is one.
    pub(crate) fn load(&self) -> Result<(), Fault> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(Fault::io("open", &self.path, e)),
        };
        let looked = file.metadata();
        let length = looked
            .map_err(|e| Fault::io("look at", &self.path, e))?
            .len();
        let mut bytes = vec![0; self.pieces.div_ceil(8) as usize];
        let there = usize::try_from(length.saturating_sub(self.total)).unwrap_or(usize::MAX);
        let there = there.min(bytes.len());
        let read = self
            .disk
            .read_exact_at(&file, self.total, &mut bytes[..there]);
        read.map_err(|e| Fault::io("read", &self.path, e))?;
        if let Some(map) = Bitfield::from_bytes(self.pieces, &bytes) {
            self.map.store(&map);
        }
        Ok(())
    }

    /// Whether bytes of unwanted files in this piece are here.
    pub(crate) fn holds(&self, piece: u32) -> bool {
        self.map.get(piece)
    }

    /// Reads at a position in the torrent, in bytes. What was never written reads as zeros.
    pub(crate) fn read(&self, at: u64, buf: &mut [u8]) -> Result<(), Fault> {
        let file = File::open(&self.path).map_err(|e| Fault::io("open", &self.path, e))?;
        let read = self.disk.read_exact_at(&file, at, buf);
        read.map_err(|e| Fault::io("read", &self.path, e))
    }

    /// Writes bytes of `piece` at a position in the torrent.
    pub(crate) fn write(&self, piece: u32, at: u64, bufs: [IoSlice<'_>; 2]) -> Result<(), Fault> {
        let _changing = self.changing.lock();
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)
            .map_err(|e| Fault::io("open", &self.path, e))?;
        let failed = |e| Fault::io("write", &self.path, e);
        self.disk
            .write_vectored_at(&file, at, bufs)
            .map_err(failed)?;
        if self.map.set(piece) {
            let byte = [self.map.byte_of(piece)];
            let at = self.total + u64::from(piece / 8);
            self.disk.write_all_at(&file, at, &byte).map_err(failed)?;
        }
        Ok(())
    }

    /// Brings it to the disk, if there is one.
    pub(crate) fn flush(&self) -> Result<(), Fault> {
        let file = match OpenOptions::new().write(true).open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(Fault::io("open", &self.path, e)),
        };
        let synced = self.disk.sync(&file);
        synced.map_err(|e| Fault::io("flush", &self.path, e))
    }

    /// Deletes the file when no piece that it has bytes of is `needed`.
    pub(crate) fn tidy(&self, needed: impl Fn(u32) -> bool) -> Result<(), Fault> {
        let _changing = self.changing.lock();
        if self.map.snapshot().iter_ones().any(needed) {
            return Ok(());
        }
        match fs::remove_file(&self.path) {
            Ok(()) => {}
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(Fault::io("remove", &self.path, e)),
        }
        self.map.store(&Bitfield::new(self.pieces));
        Ok(())
    }
}
