//! Adds to a journal. Costs one small write a note and waits for no disk but where it says so; when
//! the scratch folder takes no bytes, the torrent goes on and what was to be noted waits.

use std::{
    fs::{self, File, OpenOptions},
    hash::{BuildHasher, Hasher, RandomState},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use parking_lot::Mutex;
use shoal_files::Disk;
use shoal_metainfo::{Bitfield, InfoHash};

use super::{
    boot,
    format::{self, ALIVE_AT, Header, Kind, Record},
    path_of,
};

/// A sign of life is not repeated sooner.
const BEAT_NS: i64 = 500_000_000;

/// The state that a journal begins with.
pub(crate) struct Base {
    pub(crate) hash: InfoHash,
    pub(crate) have: Bitfield,
    pub(crate) owned: Bitfield,
    /// One number a file.
    pub(crate) file_ids: Vec<u64>,
}

/// An open journal.
pub(crate) struct Writer {
    disk: Disk,
    path: PathBuf,
    nonce: u64,
    file: Arc<File>,
    inner: Mutex<Inner>,
}

struct Inner {
    /// Where the next record goes, in bytes.
    end: u64,
    /// Records so far, those that wait too.
    count: u64,
    /// What could not be written yet.
    waiting: Vec<u8>,
    /// The last sign of life, and which of the two places is next.
    alive_ns: i64,
    turn: usize,
    complained: bool,
}

impl Writer {
    /// Begins a journal in place of an older one, and brings it to the disk.
    pub(crate) fn begin(disk: &Disk, scratch: &Path, base: &Base) -> io::Result<Self> {
        let path = path_of(scratch, base.hash);
        let fresh = scratch.join(format!("{}.journal.tmp", base.hash));
        let header = Header {
            nonce: RandomState::new().build_hasher().finish(),
            boot: boot::id(),
            alive_until_ns: now_ns(),
        };
        let bytes = format::beginning(base.hash, &header, &base.have, &base.owned, &base.file_ids);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&fresh)?;
        disk.write_all_at(&file, 0, &bytes)?;
        disk.sync(&file)?;
        fs::rename(&fresh, &path)?;
        Ok(Self {
            disk: disk.clone(),
            path,
            nonce: header.nonce,
            file: Arc::new(file),
            inner: Mutex::new(Inner {
                end: bytes.len() as u64,
                count: 0,
                waiting: Vec::new(),
                alive_ns: header.alive_until_ns,
                turn: 0,
                complained: false,
            }),
        })
    }

    /// A piece is going to be written to.
    pub(crate) fn begun(&self, piece: u32) {
        self.add(Kind::Begun, piece, 0);
    }

    /// A piece was verified.
    pub(crate) fn verified(&self, piece: u32) {
        self.add(Kind::Verified, piece, 0);
    }

    /// A verified piece is not to be had after all.
    pub(crate) fn lost(&self, piece: u32) {
        self.add(Kind::Lost, piece, 0);
    }

    /// A file was made. To be told before anything is written to it.
    pub(crate) fn made(&self, file: u32, id: u64) {
        self.add(Kind::Made, file, id);
    }

    /// Where the journal is now, for [`Self::safe`].
    pub(crate) fn position(&self) -> u64 {
        self.inner.lock().count
    }

    /// All that was verified before `position` has been brought to the disk. Waits for the disk
    /// that the journal is on.
    pub(crate) fn safe(&self, position: u64) -> io::Result<()> {
        self.add(Kind::Safe, 0, position);
        self.disk.sync(&self.file)
    }

    /// Says that the torrent still writes, and tries again to write what waits.
    pub(crate) fn beat(&self) {
        let mut inner = self.inner.lock();
        self.write_out(&mut inner, true);
    }

    fn add(&self, kind: Kind, index: u32, value: u64) {
        let record = Record { kind, index, value };
        let mut inner = self.inner.lock();
        inner.count += 1;
        let bytes = record.bytes(self.nonce, inner.count);
        inner.waiting.extend_from_slice(&bytes);
        self.write_out(&mut inner, false);
    }

    fn write_out(&self, inner: &mut Inner, beat: bool) {
        let mut done = Ok(());
        if !inner.waiting.is_empty() {
            done = self
                .disk
                .write_all_at(&self.file, inner.end, &inner.waiting);
            if done.is_ok() {
                inner.end += inner.waiting.len() as u64;
                inner.waiting.clear();
            }
        }
        let now = now_ns();
        // A clock that was set back counts too.
        if done.is_ok() && (beat || now.abs_diff(inner.alive_ns) > BEAT_NS.unsigned_abs()) {
            let note = format::alive_note(self.nonce, now);
            done = self
                .disk
                .write_all_at(&self.file, ALIVE_AT[inner.turn], &note);
            inner.turn = 1 - inner.turn;
            inner.alive_ns = now;
        }
        if let Err(e) = done
            && !inner.complained
        {
            inner.complained = true;
            tracing::warn!(path = %self.path.display(), "the journal takes nothing: {e}");
        }
    }
}

fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |t| i64::try_from(t.as_nanos()).unwrap_or(i64::MAX))
}
