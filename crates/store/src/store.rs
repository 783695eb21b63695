//! The handle that the rest of Shoal holds. Nothing here waits for the disk, except the calls whose
//! names end in `_blocking`, and opening and closing. A callback is always called, exactly once: on
//! the store's thread, or at once when the request cannot even be queued. It must not block, and must
//! not call anything `_blocking` of the same store.

use std::{
    collections::{HashSet, VecDeque},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use shoal_core::{InfoHash, LogLine, ResumeData, StoreOp, Timestamp, WatchEntry, WatchId};
use shoal_metainfo::sanitize::fold;

use crate::{
    InstanceLock, Loaded, StoreError, open,
    queue::{Done, Queue},
    reserve::{Gauge, Reserve, Room},
    table::{
        file_names::{self, Found},
        tally::Tallied,
        watch_entries::WatchSum,
    },
    watched::WatchQuestion,
    worker::{BACKUP_AGAIN, Request, SOON_MANY, Worker},
};

/// Torrents whose files are listed for searches in one go.
const NAMED_AT_ONCE: u32 = 64;

/// Everything Shoal remembers. Closed in order by [`close`](Self::close); dropping it writes what
/// waits and frees the folder too, but the next start will know that there was no proper end.
pub struct Store {
    queue: Arc<Queue<Request>>,
    gauge: Gauge,
    /// The database.
    path: PathBuf,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Store {
    /// Takes the lock on `dir` and opens the store in it, making both if need be.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Self, Loaded), StoreError> {
        let lock = InstanceLock::acquire(dir)?.ok_or(StoreError::InUse)?;
        Self::open_locked(lock, now)
    }

    /// Opens the store in the folder that `lock` is on, and keeps the lock until the store is gone.
    pub fn open_locked(lock: InstanceLock, now: Timestamp) -> Result<(Self, Loaded), StoreError> {
        Self::open_telling(lock, now, |_| ())
    }

    /// As [`open_locked`](Self::open_locked). `tell` hears of `settings` and `prefs` as soon as they are read,
    /// before the list is, and again when a damaged database is replaced.
    pub fn open_telling(
        lock: InstanceLock,
        now: Timestamp,
        mut tell: impl FnMut(&Loaded),
    ) -> Result<(Self, Loaded), StoreError> {
        let gauge = Gauge::default();
        let mut reserve = Reserve::new(lock.dir(), gauge.clone());
        let opened = loop {
            match open::open(lock.dir(), now, &mut tell) {
                // Opening takes a little room too.
                Err(StoreError::Full) if reserve.release() => {}
                opened => break opened?,
            }
        };
        let queue = Arc::new(Queue::new());
        let is_due = opened.backup_in_ms == 0;
        let wait = if is_due {
            BACKUP_AGAIN
        } else {
            Duration::from_millis(opened.backup_in_ms)
        };
        let path = lock.dir().join(open::DB);
        let worker = Worker {
            queue: Arc::clone(&queue),
            conn: opened.conn,
            reserve,
            lock,
            backup: None,
            backing_up: false,
            next_backup: None,
            backup_at: Instant::now() + wait,
            opened: (now, Instant::now()),
            marked: false,
            suspect: false,
            soon: VecDeque::new(),
            soon_at: None,
        };
        let builder = thread::Builder::new().name("shoal-store".to_owned());
        let thread = builder.spawn(move || worker.run())?;
        let store = Self {
            queue,
            gauge,
            path,
            thread: Mutex::new(Some(thread)),
        };
        if is_due {
            store.backup_now(now, |_| ());
        }
        Ok((store, opened.loaded))
    }

    /// Carries out all of `ops` or none, and tells `done` once it is on disk.
    pub fn commit(
        &self,
        ops: Vec<StoreOp>,
        done: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::Commit(ops, done), done);
    }

    /// Carries out `ops` with the next commit, or within about a second. They may be lost by a crash
    /// or a full disk, never overtaken by later ones.
    pub fn commit_soon(&self, ops: Vec<StoreOp>) {
        // Thousands of torrents may each have a word for the log: no command waits behind that.
        let join = |last: &mut Request, item| match (last, item) {
            (Request::CommitSoon(all), Request::CommitSoon(more)) if all.len() < SOON_MANY => {
                all.extend(more);
                None
            }
            (_, item) => Some(item),
        };
        let request = Request::CommitSoon(ops);
        if let Err((_, error)) = self.queue.push_or_join(request, join) {
            tracing::warn!(%error, "writes that could wait are lost");
        }
    }

    /// The .torrent bytes of a torrent; `None` when there are none or they were unreadable.
    pub fn load_metainfo(
        &self,
        hash: InfoHash,
        done: impl FnOnce(Result<Option<Vec<u8>>, StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::LoadMetainfo(hash, done), done);
    }

    /// What is known of a torrent's data; `None` when nothing is, or nothing readable.
    pub fn load_resume(
        &self,
        hash: InfoHash,
        done: impl FnOnce(Result<Option<ResumeData>, StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::LoadResume(hash, done), done);
    }

    /// At most 200 entries of the log of a torrent, newest first: the newest, or those before the one
    /// with the id `before`.
    pub fn load_log(
        &self,
        hash: InfoHash,
        before: Option<u64>,
        done: impl FnOnce(Result<Vec<LogLine>, StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::LoadLog(hash, before, done), done);
    }

    /// At most `n` entries of the history of watch folders, newest first: the newest, or those before the
    /// one with the id `before`; all, or those of one folder; all, or those of files of which nothing
    /// could be added.
    pub fn watch_history(
        &self,
        before: Option<u64>,
        folder: Option<WatchId>,
        problems: bool,
        n: u32,
        done: impl FnOnce(Result<Vec<WatchEntry>, StoreError>) + Send + 'static,
    ) {
        let what = WatchQuestion::Page {
            before,
            folder,
            problems,
            n,
        };
        self.ask(|done| Request::LoadWatch(what, done), done);
    }

    /// The newest entry of each file that was seen in a watch folder, and of the news of each folder;
    /// oldest first.
    pub fn watch_seen(
        &self,
        done: impl FnOnce(Result<Vec<WatchEntry>, StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::LoadWatch(WatchQuestion::Seen, done), done);
    }

    /// The entries with these ids that there are, in that order.
    pub fn watch_entries(
        &self,
        ids: Vec<u64>,
        done: impl FnOnce(Result<Vec<WatchEntry>, StoreError>) + Send + 'static,
    ) {
        let what = WatchQuestion::Entries(ids);
        self.ask(|done| Request::LoadWatch(what, done), done);
    }

    /// Sums over the history, one for each folder that is in it; torrents added count since `since`.
    pub fn watch_sums(
        &self,
        since: Timestamp,
        done: impl FnOnce(Result<Vec<WatchSum>, StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::LoadWatchSums(since, done), done);
    }

    /// Replaces what is known of a torrent's data.
    pub fn save_resume(
        &self,
        hash: InfoHash,
        data: ResumeData,
        done: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        let data = Box::new(data);
        self.ask(|done| Request::SaveResume(hash, data, done), done);
    }

    /// Checks the database and makes a rolling backup beside the running work; tells its file.
    pub fn backup_now(
        &self,
        now: Timestamp,
        done: impl FnOnce(Result<PathBuf, StoreError>) + Send + 'static,
    ) {
        self.ask(|done| Request::Backup(now, done), done);
    }

    /// [`commit`](Self::commit), waiting for it.
    pub fn commit_blocking(&self, ops: Vec<StoreOp>) -> Result<(), StoreError> {
        self.wait(|done| Request::Commit(ops, done))
    }

    /// [`load_metainfo`](Self::load_metainfo), waiting for it.
    pub fn load_metainfo_blocking(&self, hash: InfoHash) -> Result<Option<Vec<u8>>, StoreError> {
        self.wait(|done| Request::LoadMetainfo(hash, done))
    }

    /// [`load_resume`](Self::load_resume), waiting for it.
    pub fn load_resume_blocking(&self, hash: InfoHash) -> Result<Option<ResumeData>, StoreError> {
        self.wait(|done| Request::LoadResume(hash, done))
    }

    /// [`load_log`](Self::load_log), waiting for it.
    pub fn load_log_blocking(
        &self,
        hash: InfoHash,
        before: Option<u64>,
    ) -> Result<Vec<LogLine>, StoreError> {
        self.wait(|done| Request::LoadLog(hash, before, done))
    }

    /// [`save_resume`](Self::save_resume), waiting for it.
    pub fn save_resume_blocking(&self, hash: InfoHash, data: ResumeData) -> Result<(), StoreError> {
        self.wait(|done| Request::SaveResume(hash, Box::new(data), done))
    }

    /// [`backup_now`](Self::backup_now), waiting for it.
    pub fn backup_now_blocking(&self, now: Timestamp) -> Result<PathBuf, StoreError> {
        self.wait(|done| Request::Backup(now, done))
    }

    /// The torrents with a file whose path, as it is shown, has all of `words`, in whatever case; those in
    /// `except` are left out. At most `limit`, and whether there are more. Reads beside the running work.
    pub fn find_files_blocking(
        &self,
        words: &[String],
        except: &HashSet<InfoHash>,
        limit: usize,
    ) -> Result<Found, StoreError> {
        // What an older Shoal stored, and what was renamed: a few at a time, so that others get a turn.
        loop {
            match self.wait(|done| Request::NameFiles(NAMED_AT_ONCE, done)) {
                Ok(0) => break,
                Ok(_) => {}
                Err(StoreError::Closed) => return Err(StoreError::Closed),
                Err(error) => {
                    // A full disk is no reason not to look through what is listed.
                    tracing::warn!(%error, "not all files can be looked through");
                    break;
                }
            }
        }
        let words: Vec<String> = words.iter().map(|word| fold(word)).collect();
        file_names::find(&open::connect_to_read(&self.path)?, &words, except, limit)
    }

    /// Replaces the sums since Shoal was first started, some time soon. They may be lost by a crash or a
    /// full disk; the next ones hold all that these did.
    pub fn save_tallied(&self, all: Tallied) {
        if let Err((_, error)) = self.queue.push(Request::SaveTallied(Box::new(all))) {
            tracing::warn!(%error, "sums are not stored");
        }
    }

    /// How much room its disk has for the store, as its last write found.
    pub fn room(&self) -> Room {
        self.gauge.room()
    }

    /// Carries out what was asked before, writes what was put off, notes that the run ended in order
    /// and frees the folder. Later requests are refused. When `deadline` passes first, the work goes
    /// on in the background for as long as the process lives.
    pub fn close(&self, deadline: Duration) -> Result<(), StoreError> {
        let (tell, told) = mpsc::channel();
        let done = Done::new(move |result| drop(tell.send(result)));
        let closing = self
            .queue
            .close(Some(Request::Close(Instant::now() + deadline, done)));
        if !closing {
            return Err(StoreError::Closed);
        }
        let result = told.recv_timeout(deadline);
        if result == Err(mpsc::RecvTimeoutError::Timeout) {
            // Not to be waited for in `drop` either.
            drop(self.take_thread());
            return Err(StoreError::TimedOut);
        }
        result.unwrap_or(Err(StoreError::Closed))
    }

    fn ask<T>(
        &self,
        request: impl FnOnce(Done<T>) -> Request,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let done = Done::new(done);
        if let Err((request, error)) = self.queue.push(request(done)) {
            request.refuse(error);
        }
    }

    fn wait<T: Send + 'static>(
        &self,
        request: impl FnOnce(Done<T>) -> Request,
    ) -> Result<T, StoreError> {
        let (tell, told) = mpsc::channel();
        let done = Done::new(move |result| drop(tell.send(result)));
        if let Err((request, error)) = self.queue.push_wait(request(done)) {
            request.refuse(error);
        }
        told.recv().unwrap_or(Err(StoreError::Closed))
    }

    fn take_thread(&self) -> Option<JoinHandle<()>> {
        self.thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Runs `job` on the store's thread with its connection, to provoke what a test needs.
    #[cfg(test)]
    pub(crate) fn with_connection<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut rusqlite::Connection) -> T + Send + 'static,
    ) -> T {
        let (tell, told) = mpsc::channel();
        let job = Box::new(move |conn: &mut rusqlite::Connection| drop(tell.send(job(conn))));
        assert!(self.queue.push(Request::Run(job)).is_ok());
        told.recv().expect("the job ran")
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.queue.close(None);
        let Some(thread) = self.take_thread() else {
            return;
        };
        // A callback may hold the last handle; its thread cannot wait for itself.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("the store's thread panicked");
        }
    }
}
