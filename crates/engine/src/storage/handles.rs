//! Opening, replacing and giving up the handles of a torrent's files. The rules of what may be
//! opened are in `shoal-files`; here is only when. A file is opened for reading until something is
//! to be written to it, and what is made is noted as the torrent's own before its first byte.

use std::{fs::File, path::Path, sync::atomic::Ordering};

use shoal_core::Preallocate;
use shoal_files::{FileError, FileErrorKind, Preallocation, Stamp};

use super::{
    files::{Place, Slot, TorrentFiles, stopped},
    pool::{Closed, Closes},
    stamps::changed,
};
use crate::fault::Fault;

/// An open file.
pub(super) struct Handle {
    pub(super) file: File,
    pub(super) writable: bool,
}

impl TorrentFiles {
    /// Opens a file into its place, which the caller has locked.
    pub(super) fn open_into(
        &self,
        index: usize,
        place: &mut Place,
        write: bool,
    ) -> Result<(), Fault> {
        // Asked under the lock: `close` sets it first and takes the lock then.
        if self.closed.load(Ordering::Acquire) {
            return Err(stopped());
        }
        // Should the next step fail, the pool counts a file too many until its hand comes by.
        let counted = place.handle.take().is_some();
        let file = match self.open_file(index, place, write) {
            Err(fault) if fault.too_many_open => {
                self.shared.pool.relieve();
                self.open_file(index, place, write)?
            }
            other => other?,
        };
        place.handle = Some(Handle {
            file,
            writable: write,
        });
        self.slots[index].touch();
        if !counted {
            let owner = self.me.get().cloned().unwrap_or_default();
            self.shared.pool.opened(owner, index);
        }
        Ok(())
    }

    fn open_file(&self, index: usize, place: &Place, write: bool) -> Result<File, Fault> {
        let slot = &self.slots[index];
        let Some(path) = slot.lies_at(place) else {
            return Err(Fault::internal("padding is no file"));
        };
        if write {
            return self.open_for_writing(index, place, path);
        }
        let opened = match (self.disk.for_reading(&self.root, path), &slot.path) {
            // It is just getting its final name; whoever reads from it looks at its stamp.
            (Err(e), Some(end)) if is_gone(&e) && place.at_temp && place.stamp.is_some() => {
                self.disk.for_reading(&self.root, end)
            }
            (opened, _) => opened,
        };
        match opened {
            // The folder is there, so it is the file that somebody took away.
            Err(e) if is_gone(&e) && place.stamp.is_some() => {
                self.require_same_root()?;
                Err(changed(path))
            }
            opened => Ok(opened?),
        }
    }

    fn open_for_writing(&self, index: usize, place: &Place, path: &Path) -> Result<File, Fault> {
        self.require_same_root()?;
        let bit = u32::try_from(index).unwrap_or(u32::MAX);
        if self.owned.get(bit) {
            match self.disk.owned_for_writing(&self.root, path) {
                // It was ours and is gone. With verified pieces that is a loss to tell of.
                Err(e) if is_gone(&e) && !self.holds_any(index) => {}
                opened => return Ok(opened?),
            }
        }
        let slot = &self.slots[index];
        if let Some(end) = slot.path.as_ref().filter(|_| place.at_temp)
            && self.disk.look(&self.root, end)?.is_some()
        {
            // Better now than when all of it has come.
            return Err(FileError::new(FileErrorKind::InTheWay, "create", end).into());
        }
        let file = self.disk.create_new(&self.root, path)?;
        self.owned.set(bit);
        if let Some(journal) = self.journal.get() {
            let id = Stamp::of_file(&file).map_or(0, |stamp| stamp.file_id);
            journal.made(bit, id);
        }
        if self.preallocate == Preallocate::Sparse {
            self.disk
                .preallocate(&file, path, slot.length, Preallocation::Sparse)?;
        }
        Ok(file)
    }

    pub(super) fn holds_any(&self, index: usize) -> bool {
        self.meta.pieces_of_file(index).any(|p| self.have.get(p))
    }
}

fn is_gone(error: &FileError) -> bool {
    error.kind == FileErrorKind::NotFound
}

impl Slot {
    /// Where it is now; none for padding and links.
    pub(super) fn lies_at(&self, place: &Place) -> Option<&Path> {
        let temp = self.temp.as_deref().filter(|_| place.at_temp);
        temp.or(self.path.as_deref())
    }
}

impl Closes for TorrentFiles {
    fn close_if_idle(&self, index: usize) -> Closed {
        let Some(slot) = self.slots.get(index) else {
            return Closed::Yes;
        };
        if slot.used.swap(false, Ordering::Relaxed) {
            return Closed::Used;
        }
        match slot.place.try_write() {
            Some(mut place) => {
                place.handle = None;
                Closed::Yes
            }
            None => Closed::Used,
        }
    }
}
