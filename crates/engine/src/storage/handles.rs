//! Opening, replacing and giving up the handles of a torrent's files. The rules of what may be opened
//! are in [`super::open`]; here is only when.

use std::{fs::File, path::Path, sync::atomic::Ordering};

use shoal_core::EngineFault;

use super::{
    files::{Handle, Place, Slot, TorrentFiles, stopped},
    open,
    pool::{Closed, Closes},
};
use crate::fault::Fault;

impl TorrentFiles {
    /// Opens a file into its place, which the caller has locked.
    pub(super) fn open_into(
        &self,
        index: usize,
        path: &Path,
        place: &mut Place,
        write: bool,
    ) -> Result<(), Fault> {
        // Asked under the lock: `close` sets it first and takes the lock then.
        if self.closed.load(Ordering::Acquire) {
            return Err(stopped());
        }
        let counted = place.handle.take().is_some();
        let file = self.open_file(index, path, write)?;
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

    fn open_file(&self, index: usize, path: &Path, write: bool) -> Result<File, Fault> {
        let once = || {
            if !write {
                return open::for_reading(&self.root, path);
            }
            let bit = u32::try_from(index).unwrap_or(u32::MAX);
            if self.owned.get(bit) {
                match open::owned_for_writing(&self.root, path) {
                    // It was ours and is gone. With verified pieces that is a loss to tell of.
                    Err(e) if e.kind == EngineFault::FolderMissing && !self.holds_any(index) => {}
                    other => return other,
                }
            }
            let file = open::create_new(&self.root, path)?;
            self.owned.set(bit);
            Ok(file)
        };
        match once() {
            Err(fault) if fault.too_many_open => {
                self.shared.pool.relieve();
                once()
            }
            other => other,
        }
    }

    fn holds_any(&self, index: usize) -> bool {
        self.meta.pieces_of_file(index).any(|p| self.have.get(p))
    }
}

impl Slot {
    /// Spares the handle when the pool's hand comes by. Reads before it writes: this is done for
    /// every block.
    pub(super) fn touch(&self) {
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
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
