//! What has to be looked at or moved before a torrent runs, and when its selection changes. All of
//! it may wait for a disk, so it is called on threads for that, never on the engine's own.

use std::{io::IoSlice, ops::Range, sync::atomic::Ordering};

use shoal_core::EngineFault;
use shoal_metainfo::Bitfield;

use super::{
    files::{Place, TorrentFiles, stopped},
    io, open,
    tally::Tally,
};
use crate::{bits::AtomicBits, fault::Fault};

impl TorrentFiles {
    /// Looks whether everything that counts as verified can be there, by sizes alone, and takes
    /// back what cannot. Refuses when the root or a file that this torrent wrote is gone.
    pub(crate) fn prepare(&self) -> Result<(), Fault> {
        open::require_root(&self.root)?;
        self.side.load(self.meta.piece_count)?;
        for index in 0..self.slots.len() {
            self.prepare_file(index)?;
        }
        let have = self.have.snapshot();
        let mut tally = self.tally.lock();
        *tally = Tally::new(&self.meta, &tally.wanted().clone(), &have);
        Ok(())
    }

    fn prepare_file(&self, index: usize) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let Some(path) = &slot.path else {
            return Ok(());
        };
        let owned = bit(&self.owned, index);
        let mut place = slot.place.write();
        if place.real && !owned && open::size_of(&self.root, path)?.is_none() {
            // Not made yet. It may have become wanted while it was not running: then the side file
            // has what it shares with its neighbours.
            for piece in self
                .meta
                .pieces_of_file(index)
                .filter(|&p| self.have.get(p))
            {
                if self.side.holds(piece) {
                    self.copy_from_side(index, &mut place, piece)?;
                } else {
                    self.have.clear(piece);
                }
            }
            return Ok(());
        }
        let claimed = || {
            self.meta
                .pieces_of_file(index)
                .filter(|&p| self.have.get(p))
        };
        let Some(last) = claimed().next_back() else {
            return Ok(());
        };
        let size = open::size_of(&self.root, path)?;
        let needed = self.overlap(slot, last).end - slot.offset;
        if size.is_some_and(|size| size >= needed) {
            return Ok(());
        }
        if owned {
            let text = format!("{} is gone or too short", path.display());
            return Err(Fault::new(EngineFault::FolderMissing, text));
        }
        let gone: Vec<u32> = claimed()
            .filter(|&p| place.real || !self.side.holds(p))
            .filter(|&p| size.is_none_or(|size| self.overlap(slot, p).end - slot.offset > size))
            .collect();
        for piece in gone {
            self.have.clear(piece);
        }
        Ok(())
    }

    /// Changes which files are wanted, one bit a file. Moves what the side file has of newly
    /// wanted ones; true when nothing wanted is missing now but something was before.
    pub(crate) fn select(&self, wanted: &Bitfield) -> Result<bool, Fault> {
        if wanted.len() as usize != self.slots.len() {
            return Err(Fault::internal("the selection does not fit the metainfo"));
        }
        for (index, bit_index) in (0..self.slots.len()).zip(0..) {
            let mut place = self.slots[index].place.write();
            let real = wanted.get(bit_index) || self.owned.get(bit_index);
            if real && !place.real {
                // Also pieces that are only half there: their rest will go to the real file.
                for piece in self.meta.pieces_of_file(index) {
                    if self.side.holds(piece) {
                        self.copy_from_side(index, &mut place, piece)?;
                    }
                }
            }
            place.real = real;
        }
        let mut tally = self.tally.lock();
        let before = tally.is_complete();
        *tally = Tally::new(&self.meta, wanted, &self.have.snapshot());
        Ok(!before && tally.is_complete())
    }

    /// Makes the wanted files that have no bytes; they never see a write. One that is there is
    /// left as it is, whatever it holds.
    pub(crate) fn make_empty_files(&self) -> Result<(), Fault> {
        let wanted = self.tally.lock().wanted().clone();
        for (slot, index) in self.slots.iter().zip(0..) {
            let Some(path) = slot.path.as_ref().filter(|_| slot.length == 0) else {
                continue;
            };
            if !wanted.get(index) || self.closed.load(Ordering::Acquire) {
                continue;
            }
            match open::create_new(&self.root, path) {
                Ok(_) => {
                    self.owned.set(index);
                }
                Err(fault) if fault.kind == EngineFault::FileInTheWay => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Writes bytes of the side file to a real file whose place the caller has locked.
    fn copy_from_side(&self, index: usize, place: &mut Place, piece: u32) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let Some(path) = &slot.path else {
            return Ok(());
        };
        if place.handle.as_ref().is_none_or(|h| !h.writable) {
            self.open_into(index, path, place, true)?;
        }
        let Some(handle) = &place.handle else {
            return Err(stopped());
        };
        let Range { start, end } = self.overlap(slot, piece);
        let mut buf = vec![0; 64 * 1024];
        let mut at = start;
        while at < end {
            let n = usize::try_from(end - at)
                .unwrap_or(usize::MAX)
                .min(buf.len());
            self.side.read(at, &mut buf[..n])?;
            let bufs = [IoSlice::new(&buf[..n]), IoSlice::new(&[])];
            io::write_vectored(&handle.file, at - slot.offset, bufs)
                .map_err(|e| Fault::io("write", path, &e))?;
            at += n as u64;
        }
        Ok(())
    }
}

fn bit(bits: &AtomicBits, index: usize) -> bool {
    u32::try_from(index).is_ok_and(|i| bits.get(i))
}
