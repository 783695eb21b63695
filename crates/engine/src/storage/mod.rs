//! Shoal's storage behind librqbit: the masquerade through which the engine reaches files. It
//! translates calls and holds the register of running torrents; it touches no file itself, and in
//! `create` and `init`, which run under the session's lock, it does no IO at all.

mod files;
mod flush;
mod handles;
mod meter;
mod pool;
mod prepare;
mod root;
mod settle;
mod shape;
mod side;
mod stamps;
mod tally;
#[cfg(test)]
mod tests;

use std::{
    any::TypeId,
    collections::HashMap,
    io::IoSlice,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, ensure};
use librqbit::{
    ManagedTorrentShared, TorrentMetadata,
    storage::{
        BoxStorageFactory, StorageFactory, StorageFactoryExt, TorrentStorage,
        filesystem::FilesystemStorageFactory,
    },
};
use librqbit_core::lengths::ValidPieceIndex;
use parking_lot::Mutex;
use shoal_files::Disk;
use shoal_metainfo::InfoHash;

pub(crate) use files::TorrentFiles;
use meter::Meter;
use pool::Pool;

/// Files that all torrents together hold open, where the system sets no limit of its own.
const MAX_OPEN_FILES: usize = 256;
const MIN_OPEN_FILES: usize = 16;
/// Sockets, databases and what else the process has open at least.
const OTHER_FILES: usize = 96;

/// What all torrents' files share.
pub(crate) struct StorageShared {
    disk: Disk,
    pool: Pool<TorrentFiles>,
    meter: Meter,
    most_torrents: usize,
}

impl StorageShared {
    pub(crate) fn new(disk: Disk) -> Self {
        Self {
            disk,
            pool: Pool::new(open_files(soft_limit())),
            meter: Meter::new(),
            most_torrents: most_torrents(soft_limit()),
        }
    }

    /// How many torrents may run at once, by the limit on open files.
    pub(crate) fn most_torrents(&self) -> usize {
        self.most_torrents
    }

    /// How long one storage call in a hundred takes at least, when that is too long to be waited
    /// for on the thread of all peers. To be asked every second, on that thread.
    pub(crate) fn slowness(&self) -> Option<Duration> {
        self.meter.check(meter::starved())
    }
}

/// A quarter of what the process may have open: the rest is for sockets and the engine, which
/// holds a file for each torrent that runs.
fn open_files(limit: Option<u64>) -> usize {
    let quarter = limit.map_or(MAX_OPEN_FILES, |n| {
        usize::try_from(n / 4).unwrap_or(usize::MAX)
    });
    quarter.clamp(MIN_OPEN_FILES, MAX_OPEN_FILES)
}

/// How many torrents may run: the engine holds a file open for each. Past that, nothing else of the
/// process could open a file or take a connection.
fn most_torrents(limit: Option<u64>) -> usize {
    let limit = limit.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let others = open_files(Some(limit as u64)).saturating_add(OTHER_FILES);
    limit.saturating_sub(others).max(MIN_OPEN_FILES)
}

#[cfg(unix)]
fn soft_limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn soft_limit() -> Option<u64> {
    None
}

/// Gives the engine the files that were registered for an info-hash before it was added.
#[derive(Clone, Default)]
pub(crate) struct Factory {
    running: Arc<Mutex<HashMap<InfoHash, Arc<TorrentFiles>>>>,
}

impl Factory {
    pub(crate) fn register(&self, files: &Arc<TorrentFiles>) {
        self.running.lock().insert(files.hash, files.clone());
    }

    /// Forgets a torrent's files, unless others were registered for it since.
    pub(crate) fn forget(&self, files: &Arc<TorrentFiles>) {
        let mut running = self.running.lock();
        if running
            .get(&files.hash)
            .is_some_and(|f| Arc::ptr_eq(f, files))
        {
            running.remove(&files.hash);
        }
    }
}

impl StorageFactory for Factory {
    type Storage = Storage;

    fn create(
        &self,
        shared: &ManagedTorrentShared,
        metadata: &TorrentMetadata,
    ) -> anyhow::Result<Storage> {
        let hash = InfoHash(shared.info_hash.0);
        let files = self.running.lock().get(&hash).cloned();
        let files = files.context("no files are registered for this torrent")?;
        let infos = &metadata.file_infos;
        // The engine's numbers of files and bytes must be ours, or data would land elsewhere.
        ensure!(
            infos.len() == files.slots.len(),
            "the engine counts other files"
        );
        for (info, slot) in infos.iter().zip(&files.slots) {
            let same = info.len == slot.length && info.offset_in_torrent == slot.offset;
            ensure!(same, "the engine lays the files out otherwise");
        }
        Ok(Storage {
            files,
            mode: AtomicU8::new(PROBED),
        })
    }

    /// The engine's resume files are only used with its own file system storage: be that.
    fn is_type_id(&self, type_id: TypeId) -> bool {
        type_id == TypeId::of::<FilesystemStorageFactory>() || type_id == TypeId::of::<Self>()
    }

    fn clone_box(&self) -> BoxStorageFactory {
        self.clone().boxed()
    }
}

/// Not running yet: the engine samples claimed pieces on its own thread and accepts whatever it
/// reads, so it gets zeros at once. [`TorrentFiles::prepare`] has already looked.
const PROBED: u8 = 0;
/// In use.
const LIVE: u8 = 1;
/// Replaced by the one that `take` returned.
const TAKEN: u8 = 2;

/// The files of one torrent as the engine holds them.
pub(crate) struct Storage {
    files: Arc<TorrentFiles>,
    mode: AtomicU8,
}

impl Storage {
    fn require_live(&self) -> anyhow::Result<()> {
        ensure!(
            self.mode.load(Ordering::Acquire) == LIVE,
            "the torrent is not running"
        );
        Ok(())
    }
}

impl TorrentStorage for Storage {
    fn init(&mut self, _: &ManagedTorrentShared, _: &TorrentMetadata) -> anyhow::Result<()> {
        Ok(())
    }

    fn pread_exact(&self, file_id: usize, offset: u64, buf: &mut [u8]) -> anyhow::Result<()> {
        if self.mode.load(Ordering::Acquire) == PROBED {
            buf.fill(0);
            return Ok(());
        }
        self.require_live()?;
        Ok(self.files.read(file_id, offset, buf)?)
    }

    fn pwrite_all(&self, file_id: usize, offset: u64, buf: &[u8]) -> anyhow::Result<()> {
        self.require_live()?;
        self.files
            .write(file_id, offset, [IoSlice::new(buf), IoSlice::new(&[])])?;
        Ok(())
    }

    fn pwrite_all_vectored(
        &self,
        file_id: usize,
        offset: u64,
        bufs: [IoSlice<'_>; 2],
    ) -> anyhow::Result<usize> {
        self.require_live()?;
        Ok(self.files.write(file_id, offset, bufs)?)
    }

    /// Never: the engine is not to delete files of the user.
    fn remove_file(&self, _: usize, _: &Path) -> anyhow::Result<()> {
        Ok(())
    }

    fn remove_directory_if_empty(&self, _: &Path) -> anyhow::Result<()> {
        Ok(())
    }

    /// Never: files grow as they are written, and nothing is cut.
    fn ensure_file_length(&self, _: usize, _: u64) -> anyhow::Result<()> {
        Ok(())
    }

    fn take(&self) -> anyhow::Result<Box<dyn TorrentStorage>> {
        self.mode.store(TAKEN, Ordering::Release);
        Ok(Box::new(Self {
            files: self.files.clone(),
            mode: AtomicU8::new(LIVE),
        }))
    }

    fn on_piece_completed(&self, piece: ValidPieceIndex) -> anyhow::Result<()> {
        self.files.piece_verified(piece.get());
        Ok(())
    }
}
