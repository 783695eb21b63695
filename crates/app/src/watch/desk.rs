//! Where the watcher's threads and everybody else meet: what is known, what is to be done, and the
//! watcher itself. Nothing here waits for a disk, the store or the actor.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use parking_lot::Mutex;
use shoal_core::{AfterState, WatchId, WatchNote, WatchOutcome, WatchStamp};
use shoal_watchdir::{
    AfterDone, FolderState, Found, Known, Sink, Stamp, Ticket, Verdict, Watchdir,
};
use tokio::sync::{Notify, oneshot};

use super::{
    again::{Again, Asked},
    book::{Book, Setup},
    places::Places,
    views,
};
use crate::{actor, dirs::shown};

/// What the worker is given to do.
pub(super) enum Job {
    /// The folders or what matters to them changed: see [`Desk::setup`]. With those whose rules are others.
    Folders(Vec<u32>),
    /// The watcher may start.
    Begin,
    Found(Vec<Found>),
    After(Box<AfterDone>),
    Note(Box<WatchNote>),
    /// A folder can be looked at.
    Reached(u32),
    /// The person wants these again; what could not be done is answered.
    Again(Vec<Asked>, oneshot::Sender<Again>),
    Stop,
}

/// What all threads share.
pub(super) struct Desk {
    pub(super) book: Mutex<Book>,
    pub(super) places: Places,
    /// What is to be watched, as last told.
    pub(super) setup: Mutex<Option<Arc<Setup>>>,
    /// Something that is shown has changed.
    pub(super) changed: Notify,
    pub(super) stopping: AtomicBool,
    dir: Mutex<Option<Watchdir>>,
    jobs: mpsc::Sender<Job>,
}

impl Desk {
    pub(super) fn new(jobs: mpsc::Sender<Job>) -> Self {
        Self {
            book: Mutex::default(),
            places: Places::default(),
            setup: Mutex::default(),
            changed: Notify::new(),
            stopping: AtomicBool::new(false),
            dir: Mutex::default(),
            jobs,
        }
    }

    pub(super) fn send(&self, job: Job) {
        // Nobody listens any more: Shoal ends.
        let _ = self.jobs.send(job);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Keeps the watcher, unless all ends already.
    pub(super) fn keep(&self, dir: Watchdir) {
        let mut slot = self.dir.lock();
        if self.is_stopping() {
            drop(slot);
            dir.stop();
        } else {
            *slot = Some(dir);
        }
    }

    /// Ends the watcher, within its time: the originals are left alone from now on.
    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        let dir = self.dir.lock().take();
        if let Some(dir) = dir {
            dir.stop();
        }
        self.send(Job::Stop);
    }

    pub(super) fn with_dir<T>(&self, act: impl FnOnce(&Watchdir) -> T) -> Option<T> {
        self.dir.lock().as_ref().map(act)
    }

    pub(super) fn answer(&self, ticket: Ticket, verdict: Verdict) {
        self.with_dir(|dir| dir.answer(ticket, verdict));
    }

    /// Hands a file over again that was dealt with.
    pub(super) fn take_again(&self, folder: u32, file: PathBuf) {
        let mark = |seen: &mut super::seen::Seen| seen.again = true;
        self.book.lock().seen.change(folder, &file, mark);
        self.with_dir(|dir| dir.retry(folder, file));
    }
}

/// News of a folder for the history.
fn note(folder: u32, code: &'static str, params: &[(&'static str, String)]) -> Job {
    let params = params.iter();
    Job::Note(Box::new(WatchNote {
        folder: WatchId(folder),
        file: PathBuf::new(),
        stamp: WatchStamp::default(),
        outcome: WatchOutcome::Folder {
            code: code.into(),
            params: params
                .map(|(name, value)| ((*name).into(), value.clone()))
                .collect(),
        },
        after: AfterState::None,
    }))
}

impl Sink for Desk {
    fn dealt_with(&self, folder: u32, file: &Path, stamp: &Stamp) -> Known {
        self.book.lock().known(folder, file, stamp)
    }

    fn skip(&self, folder: u32, path: &Path) -> bool {
        let own = |rules: &shoal_core::WatchRules| rules.path == path;
        self.places.holds(path) && !self.book.lock().live(folder).is_some_and(|l| own(&l.rules))
    }

    fn found(&self, files: Vec<Found>) {
        self.send(Job::Found(files));
    }

    fn after(&self, done: AfterDone) {
        self.send(Job::After(Box::new(done)));
    }

    fn state(&self, folder: u32, state: FolderState, pending: u32) {
        let reached = matches!(state, FolderState::Watching | FolderState::Polling { .. });
        let away = match &state {
            FolderState::Unreachable { error } => Some(views::away(error)),
            _ => None,
        };
        let mut book = self.book.lock();
        let was = book.live(folder).map(|live| live.state.clone());
        let is_new = was.as_ref() != Some(&state);
        let news = book.set_state(folder, state, pending, actor::now().0);
        let path = book.live(folder).map(|live| shown(&live.rules.path));
        drop(book);
        if let Some(code) = news {
            let mut params = vec![("path", path.unwrap_or_default())];
            params.extend(away.map(|why| ("why", why.code)));
            self.send(note(folder, code, &params));
        }
        if reached && is_new {
            self.send(Job::Reached(folder));
        }
        self.changed.notify_one();
    }

    fn too_many(&self, folder: u32, limit: usize) {
        if self.book.lock().says_too_many(folder) {
            self.send(note(folder, "watch_too_many", &[("n", limit.to_string())]));
        }
    }

    fn gone(&self, folder: u32, file: &Path) {
        let missing = |seen: &mut super::seen::Seen| seen.there = false;
        self.book.lock().seen.change(folder, file, missing);
        self.changed.notify_one();
    }
}
