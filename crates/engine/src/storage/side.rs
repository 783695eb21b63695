//! The side file of a torrent: keeps the bytes of files that are not wanted but share a piece with
//! wanted ones, so that the unwanted files need not be made. A scratch file, sparse, at most as
//! long as the torrent; its byte N is byte N of the torrent, and behind the last one stands a map
//! of the pieces it has bytes of. It must never be taken for a user's file.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, IoSlice},
    path::PathBuf,
};

use librqbit::storage::filesystem::OurFileExt;
use shoal_core::EngineFault;
use shoal_metainfo::Bitfield;

use super::io::write_vectored;
use crate::{bits::AtomicBits, fault::Fault};

/// The side file of one torrent. Opened for each use: that is rare, and costs no handle between.
pub(crate) struct Side {
    path: PathBuf,
    /// Length of the torrent in bytes, where the map begins.
    total: u64,
    map: AtomicBits,
}

impl Side {
    pub(crate) fn new(path: PathBuf, total: u64, pieces: u32) -> Self {
        Self {
            path,
            total,
            map: AtomicBits::new(pieces),
        }
    }

    /// Reads the map of an earlier run, if there is one.
    pub(crate) fn load(&self, pieces: u32) -> Result<(), Fault> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(Fault::io("open", &self.path, &e)),
        };
        let length = file
            .metadata()
            .map_err(|e| Fault::io("look at", &self.path, &e))?
            .len();
        let mut bytes = vec![0; pieces.div_ceil(8) as usize];
        let there = usize::try_from(length.saturating_sub(self.total)).unwrap_or(usize::MAX);
        let there = there.min(bytes.len());
        file.pread_exact(self.total, &mut bytes[..there])
            .map_err(|e| self.fault(&e))?;
        if let Some(map) = Bitfield::from_bytes(pieces, &bytes) {
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
        let file = File::open(&self.path).map_err(|e| Fault::io("open", &self.path, &e))?;
        file.pread_exact(at, buf).map_err(|e| self.fault(&e))
    }

    /// Writes bytes of `piece` at a position in the torrent.
    pub(crate) fn write(&self, piece: u32, at: u64, bufs: [IoSlice<'_>; 2]) -> Result<(), Fault> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path)
            .map_err(|e| Fault::io("open", &self.path, &e))?;
        write_vectored(&file, at, bufs).map_err(|e| Fault::io("write", &self.path, &e))?;
        if self.map.set(piece) {
            let byte = [self.map.byte_of(piece)];
            let at = self.total + u64::from(piece / 8);
            write_vectored(&file, at, [IoSlice::new(&byte), IoSlice::new(&[])])
                .map_err(|e| Fault::io("write", &self.path, &e))?;
        }
        Ok(())
    }

    fn fault(&self, error: &anyhow::Error) -> Fault {
        Fault::new(
            EngineFault::Io,
            format!("read {}: {error:#}", self.path.display()),
        )
    }
}
