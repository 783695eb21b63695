//! Looks now and then at the files of torrents that are whole and run, and tells when one is gone or
//! looks otherwise than it did when it was found to be good. Reads no byte of them, changes nothing,
//! and asks a disk for a few files at a time only, so that nobody notices.
//!
//! When all of them are gone, it is the volume that tells whether they were deleted or its drive was
//! unplugged; of a drive that went nothing is said here, because its torrent waits for it by itself.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use shoal_core::{FileStamp, FileTarget, InfoHash, Msg, TorrentRecord, VolumeMark};
use shoal_files::Disk;

use super::{
    Tell,
    paths::{MISSING, try_stamp},
    room,
};

/// How often each torrent is looked at.
const EVERY: Duration = Duration::from_secs(25);
/// Most files that are looked at in a row.
const BURST: usize = 200;
/// Rest after that: at most 2,000 files a second.
const REST: Duration = Duration::from_millis(100);

/// What is to stay as it is.
pub(super) struct Whole {
    /// Where the torrent lies.
    pub(super) folder: PathBuf,
    /// The volume that was below the folder; none when unknown.
    pub(super) volume: Option<VolumeMark>,
    pub(super) files: Vec<(PathBuf, FileStamp)>,
}

struct Watched {
    whole: Arc<Whole>,
    /// The file to look at next.
    next: usize,
    /// When the last round over its files ended.
    looked: Instant,
}

#[derive(Default)]
struct Inner {
    torrents: BTreeMap<InfoHash, Watched>,
    ended: bool,
}

/// The torrents that are watched. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<(Mutex<Inner>, Condvar)>);

impl Watch {
    /// Starts the thread that looks.
    pub(super) fn start(tell: Tell) -> std::io::Result<Self> {
        let watch = Self::default();
        let looks = watch.clone();
        let run = move || looks.run(&tell);
        thread::Builder::new()
            .name("shoal-watch".to_owned())
            .spawn(run)?;
        Ok(watch)
    }

    /// Watches the files of a torrent that runs and is whole: those that have a stamp.
    pub(super) fn add(
        &self,
        record: &TorrentRecord,
        volume: Option<VolumeMark>,
        targets: &[FileTarget],
    ) {
        let file = |target: &FileTarget| Some((target.path.clone()?, target.stamp?));
        let whole = Whole {
            folder: record.folder().to_owned(),
            volume,
            files: targets.iter().filter_map(file).collect(),
        };
        self.put(record.hash, whole);
    }

    pub(super) fn put(&self, hash: InfoHash, whole: Whole) {
        let watched = Watched {
            whole: Arc::new(whole),
            next: 0,
            looked: Instant::now(),
        };
        self.0.0.lock().torrents.insert(hash, watched);
        self.0.1.notify_all();
    }

    pub(super) fn remove(&self, hash: InfoHash) {
        self.0.0.lock().torrents.remove(&hash);
    }

    /// Forgets all but these.
    pub(super) fn keep_only(&self, running: &HashSet<InfoHash>) {
        self.0
            .0
            .lock()
            .torrents
            .retain(|hash, _| running.contains(hash));
    }

    pub(super) fn end(&self) {
        let mut inner = self.0.0.lock();
        inner.ended = true;
        inner.torrents.clear();
        self.0.1.notify_all();
    }

    fn run(&self, tell: &Tell) {
        loop {
            let mut inner = self.0.0.lock();
            if inner.ended {
                return;
            }
            let first_due = inner.torrents.values().map(|w| w.looked + EVERY).min();
            match first_due {
                None => self.0.1.wait(&mut inner),
                Some(due) if due > Instant::now() => {
                    self.0.1.wait_until(&mut inner, due);
                }
                Some(_) => {
                    drop(inner);
                    self.look(tell, Instant::now());
                    let mut inner = self.0.0.lock();
                    if !inner.ended {
                        self.0.1.wait_for(&mut inner, REST);
                    }
                }
            }
        }
    }

    /// Looks at some files of the torrents that are due `now`.
    pub(super) fn look(&self, tell: &Tell, now: Instant) {
        let mut left = BURST;
        while left > 0 {
            let Some((hash, whole, next)) = self.next_due(now) else {
                return;
            };
            let files = &whole.files;
            let until = (next + left).min(files.len());
            let part = &files[next..until];
            // Not under the lock: a disk may take its time.
            let changed = part.iter().find(|(path, then)| {
                // Of what cannot be looked at nothing is said.
                try_stamp(path).is_ok_and(|now| !then.matches(&now))
            });
            left -= part.len().min(left);
            if let Some((path, _)) = changed.filter(|_| !has_gone(&whole)) {
                tracing::info!(%hash, path = %path.display(), "a file of a whole torrent changed");
                if self.take(hash, &whole) {
                    tell(Msg::FilesChanged { hash }.into());
                }
                continue;
            }
            let mut inner = self.0.0.lock();
            if let Some(watched) = inner.torrents.get_mut(&hash)
                && Arc::ptr_eq(&watched.whole, &whole)
            {
                watched.next = until;
                if until == files.len() {
                    watched.next = 0;
                    watched.looked = now;
                }
            }
        }
    }

    fn next_due(&self, now: Instant) -> Option<(InfoHash, Arc<Whole>, usize)> {
        let inner = self.0.0.lock();
        let due = inner
            .torrents
            .iter()
            .filter(|(_, w)| w.looked + EVERY <= now);
        let (hash, watched) = due.min_by_key(|(_, w)| w.looked)?;
        Some((*hash, watched.whole.clone(), watched.next))
    }

    /// Forgets a torrent; false when it was let go of meanwhile: then what changed may be our doing.
    fn take(&self, hash: InfoHash, whole: &Arc<Whole>) -> bool {
        let mut inner = self.0.0.lock();
        let same = inner
            .torrents
            .get(&hash)
            .is_some_and(|w| Arc::ptr_eq(&w.whole, whole));
        if same {
            inner.torrents.remove(&hash);
        }
        same
    }
}

/// Whether the drive below the files has gone rather than they: then whoever opens one finds out, and
/// the torrent goes on by itself when it is back. It has not while one of them is there.
fn has_gone(whole: &Whole) -> bool {
    let gone = |(path, _): &(PathBuf, FileStamp)| try_stamp(path).is_ok_and(|s| s == MISSING);
    if !whole.files.iter().all(gone) {
        return false;
    }
    let Some(then) = &whole.volume else {
        return true;
    };
    // Not one that is remembered: it may have gone this second.
    let now = Disk::real().volume_of(&whole.folder);
    !now.is_ok_and(|now| room::is_same(then, &now))
}
