//! Looks now and then at the files of torrents that are whole and run, and tells when one is gone or
//! looks otherwise than it did when it was found to be good. Reads no byte of them, changes nothing,
//! and asks a disk for a few files at a time only, so that nobody notices.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use shoal_core::{FileStamp, FileTarget, InfoHash, Msg};

use super::{Tell, paths::stamp};

/// How often each torrent is looked at.
const EVERY: Duration = Duration::from_secs(25);
/// Most files that are looked at in a row.
const BURST: usize = 200;
/// Rest after that: at most 2,000 files a second.
const REST: Duration = Duration::from_millis(100);

/// Files that are to stay as they are.
type Files = Arc<[(PathBuf, FileStamp)]>;

struct Watched {
    files: Files,
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
    pub(super) fn add(&self, hash: InfoHash, targets: &[FileTarget]) {
        let file = |target: &FileTarget| Some((target.path.clone()?, target.stamp?));
        self.put(hash, targets.iter().filter_map(file).collect());
    }

    pub(super) fn put(&self, hash: InfoHash, files: Files) {
        let watched = Watched {
            files,
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
            let Some((hash, files, next)) = self.next_due(now) else {
                return;
            };
            let until = (next + left).min(files.len());
            let part = &files[next..until];
            // Not under the lock: a disk may take its time.
            let changed = part.iter().find(|(path, then)| !then.matches(&stamp(path)));
            left -= part.len().min(left);
            // When nothing at all is left, its drive has gone rather than its files: whoever opens one
            // finds out, and it goes on by itself when the drive is back.
            let gone = |(path, _): &(PathBuf, FileStamp)| stamp(path).size_bytes.is_none();
            if let Some((path, _)) = changed.filter(|_| !files.iter().all(gone)) {
                tracing::info!(%hash, path = %path.display(), "a file of a whole torrent changed");
                if self.take(hash, &files) {
                    tell(Msg::FilesChanged { hash }.into());
                }
                continue;
            }
            let mut inner = self.0.0.lock();
            if let Some(watched) = inner.torrents.get_mut(&hash)
                && Arc::ptr_eq(&watched.files, &files)
            {
                watched.next = until;
                if until == files.len() {
                    watched.next = 0;
                    watched.looked = now;
                }
            }
        }
    }

    fn next_due(&self, now: Instant) -> Option<(InfoHash, Files, usize)> {
        let inner = self.0.0.lock();
        let due = inner
            .torrents
            .iter()
            .filter(|(_, w)| w.looked + EVERY <= now);
        let (hash, watched) = due.min_by_key(|(_, w)| w.looked)?;
        Some((*hash, watched.files.clone(), watched.next))
    }

    /// Forgets a torrent; false when it was let go of meanwhile: then what changed may be our doing.
    fn take(&self, hash: InfoHash, files: &Files) -> bool {
        let mut inner = self.0.0.lock();
        let same = inner
            .torrents
            .get(&hash)
            .is_some_and(|w| Arc::ptr_eq(&w.files, files));
        if same {
            inner.torrents.remove(&hash);
        }
        same
    }
}
