//! The files of one running torrent: which bytes go where, what is verified, what is whole and what
//! is owned. Reads and writes pass here, so every step on their way is cheap. What may be opened,
//! and how, is in `shoal-files`; nothing here makes, renames or removes a file.

use std::{
    io::IoSlice,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};
use shoal_core::{FileTarget, Preallocate, StartSpec};
use shoal_files::{Disk, Stamp};
use shoal_metainfo::{Bitfield, InfoHash, Metainfo};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    StorageShared, flush::Flushing, handles::Handle, root::RootId, shape::check_shape, side::Side,
    stamps::stamp_of, tally::Tally,
};
use crate::{bits::AtomicBits, fault::Fault, journal, note::Note};

/// How long closing waits for calls under way, for all files of a torrent together.
const CLOSE_PATIENCE: Duration = Duration::from_millis(250);

/// The files of one torrent, shared by the engine's storage objects and the engine's loop.
pub(crate) struct TorrentFiles {
    pub(super) hash: InfoHash,
    pub(super) meta: Arc<Metainfo>,
    pub(super) root: PathBuf,
    pub(super) scratch: PathBuf,
    pub(super) disk: Disk,
    pub(super) preallocate: Preallocate,
    pub(super) slots: Box<[Slot]>,
    /// Verified pieces.
    pub(super) have: AtomicBits,
    /// Which folder the root was at the start.
    pub(super) root_id: RootId,
    /// Pieces that this run has written to.
    pub(super) begun: AtomicBits,
    /// Files this torrent wrote.
    pub(super) owned: AtomicBits,
    pub(super) side: Side,
    pub(super) tally: Mutex<Tally>,
    /// None until something may be written.
    pub(super) journal: OnceLock<journal::Writer>,
    pub(super) flushing: Flushing,
    /// Whole files that wait for their final names.
    pub(super) whole: Mutex<Vec<usize>>,
    /// Held while they get them.
    pub(super) settling: Mutex<()>,
    pub(super) shared: Arc<StorageShared>,
    notes: UnboundedSender<Note>,
    /// Which start this is; goes with every note.
    run: u64,
    /// Set with the first fault: only that one is told.
    broken: AtomicBool,
    pub(super) closed: AtomicBool,
    /// What the handle pool is told to ask.
    pub(super) me: OnceLock<Weak<TorrentFiles>>,
}

/// One file.
pub(super) struct Slot {
    /// None for padding and links: reads as zeros, takes any bytes.
    pub(super) path: Option<PathBuf>,
    /// Where it lies until it is whole; none: at `path`.
    pub(super) temp: Option<PathBuf>,
    /// Position in the torrent, in bytes.
    pub(super) offset: u64,
    /// Bytes.
    pub(super) length: u64,
    /// Pieces of it that are not verified.
    pub(super) missing: AtomicU32,
    pub(super) place: RwLock<Place>,
    /// Set at each use, cleared by the pool's hand.
    pub(super) used: AtomicBool,
    /// Written to since it was last brought to the disk.
    pub(super) dirty: AtomicBool,
}

/// Where the bytes of one file go.
pub(super) struct Place {
    /// False: the file is neither wanted nor ours, so what comes for it goes to the side file.
    pub(super) real: bool,
    /// It has not got its final name yet.
    pub(super) at_temp: bool,
    pub(super) handle: Option<Handle>,
    /// How it looked when it was whole: from then on it must look so.
    pub(super) stamp: Option<Stamp>,
}

impl TorrentFiles {
    /// Takes over what a start names. Does no IO; refuses targets that do not fit the metainfo.
    pub(crate) fn new(
        spec: &StartSpec,
        scratch: &Path,
        shared: Arc<StorageShared>,
        notes: UnboundedSender<Note>,
        run: u64,
    ) -> Result<Self, Fault> {
        check_shape(spec)?;
        let meta = &spec.meta;
        let disk = shared.disk.clone();
        let slots = meta.files.iter().zip(&spec.files);
        let slots = slots.map(|(entry, target)| Slot::new(entry.offset, entry.length, target));
        let side = scratch.join(format!("{}.side", meta.info_hash));
        Ok(Self {
            hash: meta.info_hash,
            root: spec.root.clone(),
            scratch: scratch.to_path_buf(),
            preallocate: spec.preallocate,
            slots: slots.collect(),
            have: AtomicBits::from_bits(&spec.have),
            root_id: RootId::new(),
            begun: AtomicBits::new(meta.piece_count),
            owned: AtomicBits::from_bits(&bits_of(&spec.files, |f| f.owned)),
            side: Side::new(disk.clone(), side, meta.total_length, meta.piece_count),
            tally: Mutex::new(Tally::new(
                meta,
                &bits_of(&spec.files, |f| f.wanted),
                &spec.have,
            )),
            journal: OnceLock::new(),
            flushing: Flushing::new(meta.piece_count),
            whole: Mutex::default(),
            settling: Mutex::new(()),
            meta: meta.clone(),
            disk,
            shared,
            notes,
            run,
            broken: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            me: OnceLock::new(),
        })
    }

    /// Reads bytes that are known to be there.
    pub(super) fn read(&self, index: usize, offset: u64, buf: &mut [u8]) -> Result<(), Fault> {
        if buf.is_empty() {
            return Ok(());
        }
        let start = Instant::now();
        let result = self.read_unmeasured(index, offset, buf);
        self.shared.meter.count(start);
        result.inspect_err(|fault| self.report(fault))
    }

    fn read_unmeasured(&self, index: usize, offset: u64, buf: &mut [u8]) -> Result<(), Fault> {
        let slot = self.slot(index, offset, buf.len())?;
        let Some(path) = &slot.path else {
            buf.fill(0);
            return Ok(());
        };
        let at = slot.offset + offset;
        loop {
            let place = slot.place.read();
            if !place.real && self.side.holds(self.piece_at(at)) {
                return self.side.read(at, buf);
            }
            if let Some(handle) = &place.handle {
                slot.touch();
                if let Some(stamp) = &place.stamp {
                    handle.require(stamp, path)?;
                }
                let read = self.disk.read_exact_at(&handle.file, offset, buf);
                return read.map_err(|e| Fault::io("read", path, e));
            }
            drop(place);
            let mut place = slot.place.write();
            if place.handle.is_none() {
                self.open_into(index, &mut place, false)?;
            }
        }
    }

    /// Writes bytes as they come from peers, not yet verified.
    pub(super) fn write(
        &self,
        index: usize,
        offset: u64,
        bufs: [IoSlice<'_>; 2],
    ) -> Result<usize, Fault> {
        let length = bufs[0].len() + bufs[1].len();
        if length == 0 {
            return Ok(0);
        }
        let start = Instant::now();
        let result = self.write_unmeasured(index, offset, bufs, length);
        self.shared.meter.count(start);
        result.inspect_err(|fault| self.report(fault))?;
        Ok(length)
    }

    fn write_unmeasured(
        &self,
        index: usize,
        offset: u64,
        bufs: [IoSlice<'_>; 2],
        length: usize,
    ) -> Result<(), Fault> {
        let slot = self.slot(index, offset, length)?;
        let Some(path) = &slot.path else {
            return Ok(());
        };
        let piece = self.piece_at(slot.offset + offset);
        // What is verified stays as it is, whatever comes late.
        if self.have.get(piece) {
            return Ok(());
        }
        if !self.begun.get(piece) {
            self.begin(piece);
        }
        loop {
            let place = slot.place.read();
            if !place.real {
                self.side.write(piece, slot.offset + offset, bufs)?;
                break;
            }
            if let Some(handle) = place.handle.as_ref().filter(|h| h.writable) {
                slot.touch();
                let written = self.disk.write_vectored_at(&handle.file, offset, bufs);
                written.map_err(|e| Fault::io("write", path, e))?;
                slot.soil();
                break;
            }
            drop(place);
            let mut place = slot.place.write();
            // Deselected meanwhile: then it is the side file's turn.
            if place.real && place.handle.as_ref().is_none_or(|h| !h.writable) {
                self.open_into(index, &mut place, true)?;
            }
        }
        self.flushing.written(length);
        Ok(())
    }

    fn begin(&self, piece: u32) {
        if self.begun.set(piece)
            && let Some(journal) = self.journal.get()
        {
            journal.begun(piece);
        }
    }

    fn slot(&self, index: usize, offset: u64, length: usize) -> Result<&Slot, Fault> {
        if self.closed.load(Ordering::Acquire) {
            return Err(stopped());
        }
        let slot = self.slots.get(index);
        slot.filter(|s| {
            offset
                .checked_add(length as u64)
                .is_some_and(|end| end <= s.length)
        })
        .ok_or_else(|| Fault::internal(format!("no such bytes: file {index} at {offset}")))
    }

    /// The bytes of a file in a piece, as positions in the torrent.
    pub(super) fn overlap(&self, slot: &Slot, piece: u32) -> Range<u64> {
        let start = u64::from(piece) * u64::from(self.meta.piece_length);
        let end = start + u64::from(self.meta.piece_length);
        start.max(slot.offset)..end.min(slot.offset + slot.length)
    }

    fn piece_at(&self, at: u64) -> u32 {
        u32::try_from(at / u64::from(self.meta.piece_length)).unwrap_or(u32::MAX)
    }

    /// The files with bytes in a piece.
    pub(super) fn files_of(&self, piece: u32) -> impl Iterator<Item = usize> + '_ {
        let start = u64::from(piece) * u64::from(self.meta.piece_length);
        let end = start + u64::from(self.meta.piece_size(piece));
        let first = self
            .slots
            .partition_point(|slot| slot.offset + slot.length <= start);
        let slots = self.slots.iter().enumerate().skip(first);
        slots
            .take_while(move |(_, slot)| slot.offset < end)
            .filter(|(_, slot)| slot.length > 0)
            .map(|(index, _)| index)
    }

    /// Notes a piece that the engine has verified.
    pub(super) fn piece_verified(&self, piece: u32) {
        if !self.have.set(piece) {
            return;
        }
        if let Some(journal) = self.journal.get() {
            journal.verified(piece);
        }
        for index in self.files_of(piece) {
            if self.slots[index].missing.fetch_sub(1, Ordering::AcqRel) == 1
                && let Err(fault) = self.became_whole(index)
            {
                self.report(&fault);
            }
        }
        if self.tally.lock().arrived(&self.meta, piece) {
            let (hash, run) = (self.hash, self.run);
            let _ = self.notes.send(Note::Complete { hash, run });
        }
    }

    /// Tells the engine's loop that a file is whole and is to get its final name.
    pub(super) fn tell_whole(&self, index: usize) {
        let mut waiting = self.whole.lock();
        waiting.push(index);
        if waiting.len() == 1 {
            let (hash, run) = (self.hash, self.run);
            let _ = self.notes.send(Note::Whole { hash, run });
        }
    }

    /// Tells the engine's loop of a fault, once.
    pub(super) fn report(&self, fault: &Fault) {
        let stale = self.closed.load(Ordering::Acquire);
        if !stale && !self.broken.swap(true, Ordering::AcqRel) {
            let fault = fault.clone();
            let _ = self.notes.send(Note::Fault {
                hash: self.hash,
                run: self.run,
                fault,
            });
        }
    }

    /// Refuses everything from now on and closes every file, waiting a little for what is under
    /// way. A disk that hangs keeps its handles; they go when it answers.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        let until = Instant::now() + CLOSE_PATIENCE;
        for slot in &self.slots {
            if let Some(mut place) = slot.place.try_write_until(until) {
                place.handle = None;
            }
        }
        if let Some(journal) = self.journal.get() {
            journal.beat();
        }
    }

    /// Verified pieces.
    pub(crate) fn have(&self) -> Bitfield {
        self.have.snapshot()
    }

    /// Files this torrent wrote.
    pub(crate) fn owned(&self) -> Bitfield {
        self.owned.snapshot()
    }

    /// Verified bytes of wanted files, and whether nothing wanted is missing.
    pub(crate) fn progress(&self) -> (u64, bool) {
        let tally = self.tally.lock();
        (tally.wanted_have_bytes(), tally.is_complete())
    }

    /// Must be called once after the files were put behind an [`Arc`].
    pub(crate) fn known_as(self: &Arc<Self>) {
        let _ = self.me.set(Arc::downgrade(self));
    }
}

impl Slot {
    fn new(offset: u64, length: u64, target: &FileTarget) -> Self {
        // A file without bytes is whole from the start.
        let temp = target.temp_path.clone().filter(|_| length > 0);
        Self {
            path: target.path.clone(),
            offset,
            length,
            missing: AtomicU32::new(0),
            place: RwLock::new(Place {
                real: target.wanted || target.owned,
                at_temp: temp.is_some(),
                handle: None,
                stamp: target.stamp.and_then(stamp_of),
            }),
            temp,
            used: AtomicBool::new(false),
            dirty: AtomicBool::new(false),
        }
    }

    /// Whether all its pieces are verified.
    pub(super) fn is_whole(&self) -> bool {
        self.length > 0 && self.missing.load(Ordering::Acquire) == 0
    }

    /// Spares the handle when the pool's hand comes by. Reads before it writes: this is done for
    /// every block.
    pub(super) fn touch(&self) {
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
    }

    /// Notes that the disk does not have all of it.
    pub(super) fn soil(&self) {
        if !self.dirty.load(Ordering::Acquire) {
            self.dirty.store(true, Ordering::Release);
        }
    }
}

pub(super) fn stopped() -> Fault {
    Fault::internal("the torrent was stopped")
}

/// One bit a file.
fn bits_of(files: &[FileTarget], f: impl Fn(&FileTarget) -> bool) -> Bitfield {
    let mut bits = Bitfield::new(u32::try_from(files.len()).unwrap_or(u32::MAX));
    for (i, file) in (0..).zip(files) {
        bits.set(i, f(file));
    }
    bits
}
