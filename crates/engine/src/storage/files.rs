//! The files of one running torrent: which bytes go where, which handles are open, what is verified
//! and what is owned. Nothing here decides whether a file may be written: [`super::open`] does.

use std::{
    fs::File,
    io::IoSlice,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use parking_lot::{Mutex, RwLock};
use shoal_core::{FileTarget, StartSpec};
use shoal_metainfo::{Bitfield, InfoHash, Metainfo};
use tokio::sync::mpsc::UnboundedSender;

use super::{StorageShared, io, open, side::Side, tally::Tally};
use crate::{bits::AtomicBits, fault::Fault, note::Note};

/// How long closing waits for calls under way, for all files of a torrent together.
const CLOSE_PATIENCE: Duration = Duration::from_millis(250);

/// The files of one torrent, shared by the engine's storage objects and the engine's loop.
pub(crate) struct TorrentFiles {
    pub(super) hash: InfoHash,
    pub(super) meta: Arc<Metainfo>,
    pub(super) root: PathBuf,
    pub(super) slots: Box<[Slot]>,
    /// Verified pieces.
    pub(super) have: AtomicBits,
    /// Files this torrent wrote.
    pub(super) owned: AtomicBits,
    pub(super) side: Side,
    pub(super) tally: Mutex<Tally>,
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
    /// Position in the torrent, in bytes.
    pub(super) offset: u64,
    /// Bytes.
    pub(super) length: u64,
    pub(super) place: RwLock<Place>,
    /// Set at each use, cleared by the pool's hand.
    pub(super) used: AtomicBool,
}

/// Where the bytes of one file go.
pub(super) struct Place {
    /// False: the file is neither wanted nor ours, so what comes for it goes to the side file.
    pub(super) real: bool,
    pub(super) handle: Option<Handle>,
}

/// An open file.
pub(super) struct Handle {
    pub(super) file: File,
    pub(super) writable: bool,
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
        let slots = meta
            .files
            .iter()
            .zip(&spec.files)
            .map(|(entry, target)| Slot {
                path: target.path.clone(),
                offset: entry.offset,
                length: entry.length,
                place: RwLock::new(Place {
                    real: target.wanted || target.owned,
                    handle: None,
                }),
                used: AtomicBool::new(false),
            });
        let side = scratch.join(format!("{}.side", meta.info_hash));
        Ok(Self {
            hash: meta.info_hash,
            root: spec.root.clone(),
            slots: slots.collect(),
            have: AtomicBits::from_bits(&spec.have),
            owned: AtomicBits::from_bits(&bits_of(&spec.files, |f| f.owned)),
            side: Side::new(side, meta.total_length, meta.piece_count),
            tally: Mutex::new(Tally::new(
                meta,
                &bits_of(&spec.files, |f| f.wanted),
                &spec.have,
            )),
            meta: meta.clone(),
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
                return io::read_exact_at(&handle.file, offset, buf)
                    .map_err(|e| Fault::io("read", path, &e));
            }
            drop(place);
            let mut place = slot.place.write();
            if place.handle.is_none() {
                self.open_into(index, path, &mut place, false)?;
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
        loop {
            let place = slot.place.read();
            if !place.real {
                let at = slot.offset + offset;
                return self.side.write(self.piece_at(at), at, bufs);
            }
            if let Some(handle) = place.handle.as_ref().filter(|h| h.writable) {
                slot.touch();
                return io::write_vectored(&handle.file, offset, bufs)
                    .map_err(|e| Fault::io("write", path, &e));
            }
            drop(place);
            let mut place = slot.place.write();
            // Deselected meanwhile: then it is the side file's turn.
            if place.real && place.handle.as_ref().is_none_or(|h| !h.writable) {
                self.open_into(index, path, &mut place, true)?;
            }
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

    /// Notes a piece that the engine has verified.
    pub(super) fn piece_verified(&self, piece: u32) {
        if self.have.set(piece) && self.tally.lock().arrived(&self.meta, piece) {
            let _ = self.notes.send(Note::Complete {
                hash: self.hash,
                run: self.run,
            });
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

fn check_shape(spec: &StartSpec) -> Result<(), Fault> {
    let meta = &spec.meta;
    if spec.files.len() != meta.files.len() || spec.have.len() != meta.piece_count {
        return Err(Fault::internal("the start does not fit the metainfo"));
    }
    for (entry, target) in meta.files.iter().zip(&spec.files) {
        if entry.length != target.length || (target.path.is_some() && !entry.on_disk()) {
            return Err(Fault::internal("a target does not fit the metainfo"));
        }
        if let Some(path) = &target.path {
            open::folders_between(&spec.root, path)?;
        }
    }
    Ok(())
}
