//! Brings what was written to the disk from time to time, and notes which verified pieces are then
//! safe from a power cut. Waits for disks, so never on the engine's own thread: a block only adds
//! to a counter.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use super::files::TorrentFiles;
use crate::{bits::AtomicBits, fault::Fault};

/// What may be lost in a power cut at most, in bytes and in time, give or take a second.
const FLUSH_BYTES: u64 = 64 << 20;
const FLUSH_EVERY: Duration = Duration::from_secs(15);
/// A fast download is not flushed more often than this: it would wait for its own flushes.
const FLUSH_PAUSE: Duration = Duration::from_secs(3);

/// What is known of bytes on their way to the disk.
pub(super) struct Flushing {
    /// Written since the last flush.
    bytes: AtomicU64,
    /// Something was written, or is to be flushed for the first time.
    any: AtomicBool,
    /// Something was written since the last sign of life.
    alive: AtomicBool,
    last: Mutex<Instant>,
    /// Held during a flush.
    running: Mutex<()>,
    /// One is on its way to its thread.
    asked: AtomicBool,
    /// Verified pieces that are on the disk.
    safe: AtomicBits,
}

impl Flushing {
    pub(super) fn new(pieces: u32) -> Self {
        Self {
            bytes: AtomicU64::new(0),
            any: AtomicBool::new(false),
            alive: AtomicBool::new(false),
            last: Mutex::new(Instant::now()),
            running: Mutex::new(()),
            asked: AtomicBool::new(false),
            safe: AtomicBits::new(pieces),
        }
    }

    pub(super) fn written(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        if !self.any.load(Ordering::Relaxed) {
            self.any.store(true, Ordering::Release);
        }
        if !self.alive.load(Ordering::Relaxed) {
            self.alive.store(true, Ordering::Release);
        }
    }

    fn due(&self) -> bool {
        let since = self.last.lock().elapsed();
        let much = self.bytes.load(Ordering::Relaxed) >= FLUSH_BYTES;
        self.any.load(Ordering::Acquire) && (since >= FLUSH_EVERY || (much && since >= FLUSH_PAUSE))
    }
}

impl TorrentFiles {
    /// Whether [`Self::tick`] has something to do, which is then expected to be called.
    pub(crate) fn wants_tick(&self) -> bool {
        let wants = self.flushing.alive.load(Ordering::Acquire) || self.flushing.due();
        wants && !self.flushing.asked.swap(true, Ordering::AcqRel)
    }

    /// Once a second while it writes: a sign of life in the journal, and a flush when one is due.
    pub(crate) fn tick(&self) {
        if self.flushing.alive.swap(false, Ordering::AcqRel)
            && let Some(journal) = self.journal.get()
        {
            journal.beat();
        }
        let outcome = if self.flushing.due() {
            self.flush()
        } else {
            Ok(())
        };
        self.flushing.asked.store(false, Ordering::Release);
        if let Err(fault) = outcome {
            self.report(&fault);
        }
    }

    /// Brings everything that was written to the disk, and notes what is safe then.
    pub(crate) fn flush(&self) -> Result<(), Fault> {
        let Some(journal) = self.journal.get() else {
            return Ok(());
        };
        let _running = self.flushing.running.lock();
        *self.flushing.last.lock() = Instant::now();
        if !self.flushing.any.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        self.flushing.bytes.store(0, Ordering::Relaxed);
        // What is verified by now lies in files that are marked by now.
        let position = journal.position();
        let have = self.have.snapshot();
        for index in 0..self.slots.len() {
            if self.slots[index].dirty.load(Ordering::Acquire) {
                self.flush_file(index)?;
            }
        }
        self.side.flush()?;
        for piece in have.iter_ones() {
            if self.have.get(piece) {
                self.flushing.safe.set(piece);
            }
        }
        if let Err(e) = journal.safe(position) {
            tracing::warn!(hash = %self.hash, "the journal was not flushed: {e}");
        }
        Ok(())
    }

    /// Brings one file to the disk. When that fails, the system may have dropped what was written,
    /// so the verified pieces in it that were not safe before are taken back.
    pub(super) fn flush_file(&self, index: usize) -> Result<(), Fault> {
        let slot = &self.slots[index];
        slot.dirty.store(false, Ordering::Release);
        let synced = self.sync_file(index);
        if synced.is_err() {
            slot.soil();
            self.flushing.any.store(true, Ordering::Release);
            for piece in self.meta.pieces_of_file(index) {
                if self.have.get(piece) && !self.flushing.safe.get(piece) {
                    self.have.clear(piece);
                    if let Some(journal) = self.journal.get() {
                        journal.lost(piece);
                    }
                }
            }
        }
        synced
    }

    fn sync_file(&self, index: usize) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let place = slot.place.read();
        let Some(path) = slot.lies_at(&place).filter(|_| place.real) else {
            return Ok(());
        };
        // Outside the lock, or whoever needs the file would wait for the flush.
        let open = place.handle.as_ref().filter(|h| h.writable);
        let file = match open.map(|h| h.file.try_clone()) {
            Some(Ok(file)) => file,
            _ => self.open_for_flush(index, path)?,
        };
        let path = path.to_path_buf();
        drop(place);
        let synced = self.disk.sync(&file);
        synced.map_err(|e| Fault::io("flush", &path, e))
    }

    fn open_for_flush(&self, index: usize, path: &std::path::Path) -> Result<std::fs::File, Fault> {
        // Windows flushes only through a handle that may write.
        let owned = u32::try_from(index).is_ok_and(|i| self.owned.get(i));
        if cfg!(windows) && owned {
            return Ok(self.disk.owned_for_writing(&self.root, path)?);
        }
        Ok(self.disk.for_reading(&self.root, path)?)
    }
}
