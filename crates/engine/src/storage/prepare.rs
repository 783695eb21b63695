//! What has to be looked at or moved before a torrent runs, and when its selection changes. All of
//! it may wait for a disk, so it is called on threads for that, never on the engine's own.

use std::{io::IoSlice, ops::Range, sync::atomic::Ordering};

use shoal_core::Preallocate;
use shoal_files::{FileErrorKind, Preallocation, Stamp};
use shoal_metainfo::Bitfield;

use super::{
    files::{Place, TorrentFiles, stopped},
    stamps::{gone, require_unchanged},
    tally::Tally,
};
use crate::{bits::AtomicBits, fault::Fault, journal};

impl TorrentFiles {
    /// Looks whether everything that counts as verified can be there, by sizes and stamps alone,
    /// and takes back what cannot. Refuses when the root or a file that this torrent wrote is gone,
    /// or a whole one is not what it was. Begins the journal, and takes room if that is asked for.
    pub(crate) fn prepare(&self) -> Result<(), Fault> {
        self.note_root()?;
        self.side.load()?;
        let mut unmade = Vec::new();
        for index in 0..self.slots.len() {
            if self.prepare_file(index)? {
                unmade.push(index);
            }
        }
        let have = self.have.snapshot();
        let complete = {
            let mut tally = self.tally.lock();
            *tally = Tally::new(&self.meta, &tally.wanted().clone(), &have);
            tally.is_complete()
        };
        self.count_missing();
        if !complete || !unmade.is_empty() {
            self.begin_journal();
        }
        for index in unmade {
            let mut place = self.slots[index].place.write();
            self.move_from_side(index, &mut place)?;
        }
        self.tidy_side()?;
        for index in 0..self.slots.len() {
            self.know_whole(index)?;
        }
        if self.preallocate == Preallocate::Full && !complete {
            self.reserve_wanted()?;
        }
        Ok(())
    }

    /// Looks at one file; true when it is not made yet and the side file has verified bytes of it.
    fn prepare_file(&self, index: usize) -> Result<bool, Fault> {
        let slot = &self.slots[index];
        let Some(path) = &slot.path else {
            return Ok(false);
        };
        let owned = bit(&self.owned, index);
        let mut place = slot.place.write();
        let size = self.find(index, &mut place)?;
        if place.real && !owned && size.is_none() {
            // It may have become wanted while it was not running: then the side file has what it
            // shares with its neighbours.
            let (here, lost): (Vec<u32>, Vec<u32>) =
                self.claimed(index).partition(|&p| self.side.holds(p));
            self.take_back(&lost);
            return Ok(!here.is_empty());
        }
        let Some(last) = self.claimed(index).last() else {
            return Ok(false);
        };
        let needed = self.overlap(slot, last).end - slot.offset;
        if size.is_some_and(|size| size >= needed) {
            return Ok(false);
        }
        if owned {
            return Err(gone(path));
        }
        let cut: Vec<u32> = self
            .claimed(index)
            .filter(|&p| place.real || !self.side.holds(p))
            .filter(|&p| size.is_none_or(|size| self.overlap(slot, p).end - slot.offset > size))
            .collect();
        self.take_back(&cut);
        Ok(false)
    }

    fn take_back(&self, pieces: &[u32]) {
        for &piece in pieces {
            self.have.clear(piece);
        }
    }

    /// Gives a file, whose place the caller has locked, what the side file has of it: also of
    /// pieces that are only half there, since their rest will go to the real file.
    ///
    /// Until all is copied, the journal does not call these pieces verified: the real file may
    /// have its length already, but not yet their bytes.
    fn move_from_side(&self, index: usize, place: &mut Place) -> Result<(), Fault> {
        let pieces = self.meta.pieces_of_file(index);
        let held: Vec<u32> = pieces.filter(|&p| self.side.holds(p)).collect();
        let verified = held.iter().filter(|&&p| self.have.get(p));
        if let Some(journal) = self.journal.get() {
            for &piece in verified.clone() {
                journal.lost(piece);
                journal.begun(piece);
            }
        }
        for &piece in &held {
            self.copy_from_side(index, place, piece)?;
        }
        if let Some(journal) = self.journal.get() {
            for &piece in verified {
                journal.verified(piece);
            }
            self.flushing.written(0);
        }
        Ok(())
    }

    /// The size of a file, wherever it lies; none when it is not there.
    fn find(&self, index: usize, place: &mut Place) -> Result<Option<u64>, Fault> {
        let slot = &self.slots[index];
        if let Some(temp) = &slot.temp {
            let size = self.disk.look(&self.root, temp)?;
            place.at_temp = true;
            if size.is_some() {
                return Ok(size);
            }
        }
        let Some(path) = &slot.path else {
            return Ok(None);
        };
        let size = self.disk.look(&self.root, path)?;
        // It has its final name already, or that is taken, which is said when it is to be made.
        place.at_temp = slot.temp.is_some() && (size.is_none() || !bit(&self.owned, index));
        if place.at_temp && size.is_some() && self.claimed(index).next().is_some() {
            place.at_temp = false;
        }
        Ok(size.filter(|_| !place.at_temp))
    }

    fn claimed(&self, index: usize) -> impl Iterator<Item = u32> + '_ {
        let pieces = self.meta.pieces_of_file(index);
        pieces.filter(|&p| self.have.get(p))
    }

    fn count_missing(&self) {
        for (index, slot) in self.slots.iter().enumerate() {
            let pieces = self.meta.pieces_of_file(index);
            let missing = pieces.filter(|&p| !self.have.get(p)).count();
            let missing = u32::try_from(missing).unwrap_or(u32::MAX);
            slot.missing.store(missing, Ordering::Release);
        }
    }

    /// Notes how a file that is whole from the start looks, and asks that it looks as it did.
    fn know_whole(&self, index: usize) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let mut place = slot.place.write();
        let whole = slot.is_whole() && place.real;
        let Some(path) = slot.lies_at(&place).filter(|_| whole) else {
            place.stamp = None;
            return Ok(());
        };
        if let Some(stamp) = &place.stamp {
            require_unchanged(stamp, path)?;
        } else {
            let now = Stamp::of_path(path);
            place.stamp = now.map_err(|e| Fault::io("look at", path, e))?;
        }
        if place.at_temp {
            drop(place);
            self.tell_whole(index);
        }
        Ok(())
    }

    fn reserve_wanted(&self) -> Result<(), Fault> {
        let wanted = self.tally.lock().wanted().clone();
        for (index, slot) in self.slots.iter().enumerate() {
            let wants = u32::try_from(index).is_ok_and(|i| wanted.get(i));
            let has_bytes = slot.length > 0 && slot.path.is_some();
            if wants && has_bytes && !slot.is_whole() {
                self.reserve(index, &mut slot.place.write())?;
            }
        }
        Ok(())
    }

    /// Takes all of a file's room, making it if need be.
    fn reserve(&self, index: usize, place: &mut Place) -> Result<(), Fault> {
        let slot = &self.slots[index];
        if place.handle.as_ref().is_none_or(|h| !h.writable) {
            self.open_into(index, place, true)?;
        }
        if let (Some(handle), Some(path)) = (&place.handle, slot.lies_at(place)) {
            self.disk
                .preallocate(&handle.file, path, slot.length, Preallocation::Full)?;
        }
        Ok(())
    }

    /// Begins the journal unless it was. Without one the torrent runs on, and an end without
    /// warning costs a check of all of it.
    fn begin_journal(&self) {
        if self.journal.get().is_some() {
            return;
        }
        let ids = self.slots.iter().zip(0..).map(|(slot, index)| {
            let place = slot.place.read();
            let path = slot
                .lies_at(&place)
                .filter(|_| self.owned.get(index) && place.real);
            let stamp = path.and_then(|path| Stamp::of_path(path).ok().flatten());
            stamp.map_or(0, |stamp| stamp.file_id)
        });
        let base = journal::Base {
            hash: self.hash,
            have: self.have.snapshot(),
            owned: self.owned.snapshot(),
            file_ids: ids.collect(),
        };
        for (index, slot) in self.slots.iter().enumerate() {
            // Nobody knows whether what is there has been brought to the disk.
            if self.claimed(index).next().is_some() {
                slot.soil();
            }
        }
        match journal::Writer::begin(&self.disk, &self.scratch, &base) {
            Ok(writer) => {
                let _ = self.journal.set(writer);
                self.flushing.written(0);
            }
            Err(e) => tracing::warn!(hash = %self.hash, "there is no journal: {e}"),
        }
    }

    /// Changes which files are wanted, one bit a file. Moves what the side file has of newly
    /// wanted ones; true when nothing wanted is missing now but something was before.
    pub(crate) fn select(&self, wanted: &Bitfield) -> Result<bool, Fault> {
        if wanted.len() as usize != self.slots.len() {
            return Err(Fault::internal("the selection does not fit the metainfo"));
        }
        let tally = Tally::new(&self.meta, wanted, &self.have.snapshot());
        let side_is_needed = (0..self.slots.len()).zip(0..).any(|(index, bit)| {
            wanted.get(bit) && self.meta.pieces_of_file(index).any(|p| self.side.holds(p))
        });
        if !tally.is_complete() || side_is_needed {
            self.begin_journal();
        }
        for (index, bit_index) in (0..self.slots.len()).zip(0..) {
            let slot = &self.slots[index];
            let mut place = slot.place.write();
            let real = wanted.get(bit_index) || self.owned.get(bit_index);
            let newly = real && !place.real;
            if newly {
                self.move_from_side(index, &mut place)?;
            }
            place.real = real;
            let has_bytes = slot.length > 0 && slot.path.is_some();
            if newly && has_bytes && self.preallocate == Preallocate::Full && !slot.is_whole() {
                self.reserve(index, &mut place)?;
            }
            drop(place);
            if newly && slot.is_whole() {
                self.became_whole(index)?;
            }
        }
        let arrived = {
            let mut tally = self.tally.lock();
            let before = tally.is_complete();
            *tally = Tally::new(&self.meta, wanted, &self.have.snapshot());
            !before && tally.is_complete()
        };
        self.tidy_side()?;
        Ok(arrived)
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
            match self.disk.create_new(&self.root, path) {
                Ok(file) => {
                    self.owned.set(index);
                    if let Some(journal) = self.journal.get() {
                        let id = Stamp::of_file(&file).map_or(0, |stamp| stamp.file_id);
                        journal.made(index, id);
                    }
                }
                Err(e) if e.kind == FileErrorKind::InTheWay => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    /// The side file is needed while it has bytes of a file that is not made, in a piece that is
    /// verified or that something wanted is in.
    fn tidy_side(&self) -> Result<(), Fault> {
        let wanted = self.tally.lock().wanted().clone();
        self.side.tidy(|piece| {
            let wants = |index: usize| u32::try_from(index).is_ok_and(|i| wanted.get(i));
            let of_use = self.have.get(piece) || self.files_of(piece).any(wants);
            of_use
                && self.files_of(piece).any(|index| {
                    let slot = &self.slots[index];
                    slot.path.is_some() && !slot.place.read().real
                })
        })
    }

    /// Writes bytes of the side file to a real file whose place the caller has locked.
    fn copy_from_side(&self, index: usize, place: &mut Place, piece: u32) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let Some(path) = &slot.path else {
            return Ok(());
        };
        if place.handle.as_ref().is_none_or(|h| !h.writable) {
            self.open_into(index, place, true)?;
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
            let written = self
                .disk
                .write_vectored_at(&handle.file, at - slot.offset, bufs);
            written.map_err(|e| Fault::io("write", path, e))?;
            slot.soil();
            at += n as u64;
        }
        Ok(())
    }
}

fn bit(bits: &AtomicBits, index: usize) -> bool {
    u32::try_from(index).is_ok_and(|i| bits.get(i))
}
