//! The store's thread: the only place that writes to the database while Shoal runs. One request is
//! one transaction. It must never die of an error: a write that failed is answered, nothing of it
//! stays, and the next one is tried as if nothing had happened.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ToSql, TransactionBehavior};
use shoal_core::{InfoHash, LogLine, ResumeData, StoreOp, Timestamp, WatchEntry};

use crate::{
    InstanceLock, StoreError,
    backup::Running,
    load,
    open::{BACKUP_EVERY_MS, checkpoint},
    queue::{Done, Popped, Queue},
    reserve::Reserve,
    table::{
        self, Source, file_names, log, meta, metainfo, resume,
        tally::{self, Tallied},
        watch_entries::{self, WatchSum},
    },
    watched::WatchQuestion,
};

/// Longest that a write may be put off.
const SOON: Duration = Duration::from_secs(1);
/// Operations put off that are written at once.
pub(crate) const SOON_MANY: usize = 256;
/// Most operations kept while the disk refuses them.
const SOON_MOST: usize = 4_096;

/// A rolling backup that could not be made is tried again after this.
pub(crate) const BACKUP_AGAIN: Duration = Duration::from_secs(3_600);

/// What can be asked of the thread.
pub(crate) enum Request {
    Commit(Vec<StoreOp>, Done<()>),
    CommitSoon(Vec<StoreOp>),
    LoadMetainfo(InfoHash, Done<Option<Vec<u8>>>),
    LoadResume(InfoHash, Done<Option<ResumeData>>),
    LoadWatch(WatchQuestion, Done<Vec<WatchEntry>>),
    LoadWatchSums(Timestamp, Done<Vec<WatchSum>>),
    LoadLog(InfoHash, Option<u64>, Done<Vec<LogLine>>),
    SaveResume(InfoHash, Box<ResumeData>, Done<()>),
    SaveTallied(Box<Tallied>),
    NameFiles(u32, Done<usize>),
    Backup(Timestamp, Done<PathBuf>),
    BackupEnded(Timestamp, Result<(), StoreError>),
    Close(Instant, Done<()>),
    #[cfg(test)]
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
}

type Write<'a> = &'a dyn Fn(&Connection) -> Result<(), StoreError>;

/// The thread's own state.
pub(crate) struct Worker {
    pub(crate) queue: Arc<Queue<Request>>,
    pub(crate) conn: Connection,
    pub(crate) lock: InstanceLock,
    pub(crate) reserve: Reserve,
    /// The last one made in this run, and the time it counts for.
    pub(crate) backup: Option<(Timestamp, Running)>,
    /// It has not reported yet.
    pub(crate) backing_up: bool,
    /// The next one, asked for meanwhile.
    pub(crate) next_backup: Option<(Timestamp, Done<PathBuf>)>,
    /// When the next rolling one is to be made.
    pub(crate) backup_at: Instant,
    pub(crate) opened: (Timestamp, Instant),
    /// The database says that this run has not ended in order.
    pub(crate) marked: bool,
    /// Something looked damaged: the next start is to check everything.
    pub(crate) suspect: bool,
    pub(crate) soon: VecDeque<StoreOp>,
    /// When `soon` is to be written.
    pub(crate) soon_at: Option<Instant>,
}

impl Worker {
    /// Works until the store is closed.
    pub(crate) fn run(mut self) {
        if let Err(error) = self.write(true, &|_| Ok(())) {
            // Tried again with the first write.
            tracing::warn!(%error, "the start could not be noted");
        }
        loop {
            self.back_up_if_due();
            match self.queue.pop(self.soon_at) {
                Popped::Item(Request::Close(deadline, done)) => {
                    let result = self.end(deadline, true);
                    // The folder is free before the caller hears of it.
                    drop(self);
                    return done.call(result);
                }
                Popped::Item(request) => self.handle(request),
                Popped::TimedOut => self.flush(),
                Popped::Closed => {
                    // Dropped without a word: what was put off is still worth writing.
                    if let Err(error) = self.end(Instant::now(), false) {
                        tracing::warn!(%error, "the store did not end well");
                    }
                    return;
                }
            }
        }
    }

    fn handle(&mut self, request: Request) {
        match request {
            Request::Commit(ops, done) => {
                let small = !ops.iter().any(|op| matches!(op, StoreOp::PutMetainfo(..)));
                done.call(self.write_with_soon(small, &|conn| apply(conn, &ops)));
            }
            Request::CommitSoon(ops) => self.put_off(ops),
            Request::LoadMetainfo(hash, done) => done.call(self.load_one(&metainfo::ONE, hash)),
            Request::LoadResume(hash, done) => done.call(self.load_one(&resume::ONE, hash)),
            Request::LoadLog(hash, before, done) => {
                let before = before.and_then(|id| i64::try_from(id).ok());
                let before = before.unwrap_or(i64::MAX);
                done.call(self.load(&log::PAGE, &[&hash.0, &before]));
            }
            Request::LoadWatch(what, done) => done.call(self.load_watch(&what)),
            Request::LoadWatchSums(since, done) => {
                done.call(self.load(&watch_entries::SUMS, &[&since.0]));
            }
            Request::SaveResume(hash, data, done) => {
                done.call(self.write_with_soon(true, &|conn| resume::put(conn, hash, &data)));
            }
            Request::SaveTallied(all) => {
                if let Err(error) = self.write_with_soon(true, &|conn| tally::put(conn, &all)) {
                    tracing::warn!(%error, "sums are not stored");
                }
            }
            Request::NameFiles(limit, done) => done.call(self.name_files(limit)),
            Request::Backup(at, done) => self.start_backup(at, done),
            Request::BackupEnded(at, result) => self.backup_ended(at, result),
            // `run` takes it out before.
            Request::Close(_, done) => drop(done),
            #[cfg(test)]
            Request::Run(job) => job(&mut self.conn),
        }
    }

    /// One transaction, with what helps when the disk is full.
    fn write(&mut self, small: bool, write: Write<'_>) -> Result<(), StoreError> {
        let mut result = self.attempt(write);
        if result == Err(StoreError::Full) && checkpoint(&self.conn).is_ok() {
            // The log is empty now and can be filled again.
            result = self.attempt(write);
        }
        while result == Err(StoreError::Full) && small && self.reserve.release() {
            result = self.attempt(write);
        }
        match &result {
            Ok(()) => self.reserve.restore(),
            Err(StoreError::Damaged(_)) => self.suspect = true,
            Err(_) => {}
        }
        result
    }

    fn attempt(&mut self, write: Write<'_>) -> Result<(), StoreError> {
        // Rolls back when dropped before the commit.
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if !self.marked {
            meta::put(&tx, meta::Note::EndedClean(false))?;
        }
        write(&tx)?;
        tx.commit()?;
        self.marked = true;
        Ok(())
    }

    /// Writes what was put off and then `write`, in one transaction.
    fn write_with_soon(&mut self, small: bool, write: Write<'_>) -> Result<(), StoreError> {
        if self.soon.is_empty() {
            return self.write(small, write);
        }
        let soon = std::mem::take(&mut self.soon);
        let both = |conn: &Connection| apply(conn, &soon).and_then(|()| write(conn));
        if self.write(small, &both).is_ok() {
            self.soon_at = None;
            return Ok(());
        }
        // What was put off must not keep the user's command from being stored.
        match self.write(small, write) {
            Ok(()) => {
                // Written later, it could undo what has just been written.
                tracing::warn!(count = soon.len(), "writes that were put off are lost");
                self.soon_at = None;
                Ok(())
            }
            Err(error) => {
                self.soon = soon;
                Err(error)
            }
        }
    }

    fn put_off(&mut self, ops: Vec<StoreOp>) {
        let few = self.soon.len() < SOON_MANY;
        self.soon.extend(ops);
        if !self.soon.is_empty() && self.soon_at.is_none() {
            self.soon_at = Some(Instant::now() + SOON);
        }
        // Only when the limit is crossed: while the disk refuses, the clock tries again.
        if few && self.soon.len() >= SOON_MANY {
            self.flush();
        }
        if self.soon.len() > SOON_MOST {
            let excess = self.soon.len() - SOON_MOST;
            tracing::warn!(excess, "too many writes wait; the oldest are lost");
            self.soon.drain(..excess);
        }
    }

    /// Writes what was put off; if that fails for a while, keeps it.
    fn flush(&mut self) {
        self.soon_at = None;
        if self.soon.is_empty() {
            return;
        }
        let soon = std::mem::take(&mut self.soon);
        match self.write(true, &|conn| apply(conn, &soon)) {
            Ok(()) => {}
            Err(error @ (StoreError::Unstorable(_) | StoreError::Damaged(_))) => {
                tracing::error!(%error, count = soon.len(), "writes that were put off are lost");
            }
            Err(error) => {
                tracing::warn!(%error, count = soon.len(), "writes that were put off still wait");
                self.soon = soon;
                self.soon_at = Some(Instant::now() + SOON);
            }
        }
    }

    fn load_one<T>(&mut self, source: &Source<T>, hash: InfoHash) -> Result<Option<T>, StoreError> {
        let found = self.load(source, &[&hash.0])?;
        Ok(found.into_iter().next())
    }

    pub(crate) fn load<T>(
        &mut self,
        source: &Source<T>,
        params: &[&dyn ToSql],
    ) -> Result<Vec<T>, StoreError> {
        // A caller reads what it wrote.
        self.flush();
        let read = table::read(&self.conn, source, params);
        let (good, bad) = read.inspect_err(|error| {
            self.suspect |= matches!(error, StoreError::Damaged(_));
        })?;
        if !bad.is_empty() {
            load::keep(&self.conn, &bad, self.now())?;
        }
        Ok(good)
    }

    /// Lists the files of torrents that have no list yet; tells how many got one.
    fn name_files(&mut self, limit: u32) -> Result<usize, StoreError> {
        let missing = file_names::missing(&self.conn, limit)?;
        if !missing.is_empty() {
            self.write_with_soon(false, &|conn| {
                missing
                    .iter()
                    .try_for_each(|hash| file_names::renew(conn, *hash))
            })?;
        }
        Ok(missing.len())
    }

    /// The time handed in when the store was opened, moved on by a clock that does not jump.
    fn now(&self) -> Timestamp {
        let (at, since) = self.opened;
        at.plus_millis(i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    /// Months may lie between two starts. Where nothing is asked of the store there is nothing new to keep.
    fn back_up_if_due(&mut self) {
        if self.backing_up || Instant::now() < self.backup_at {
            return;
        }
        self.backup_at = Instant::now() + BACKUP_AGAIN;
        self.start_backup(self.now(), Done::new(|_| ()));
    }

    fn start_backup(&mut self, at: Timestamp, done: Done<PathBuf>) {
        if self.backing_up {
            if self.next_backup.is_some() {
                return done.call(Err(StoreError::Busy));
            }
            self.next_backup = Some((at, done));
            return;
        }
        let queue = Arc::clone(&self.queue);
        let ended = move |result: Result<PathBuf, StoreError>| {
            // Refused when the store is closing, which asks for the result itself.
            let _ = queue.push_wait(Request::BackupEnded(at, plain(&result)));
            done.call(result);
        };
        match Running::start(self.lock.dir(), ended) {
            Ok(running) => {
                self.backup = Some((at, running));
                self.backing_up = true;
            }
            Err(error) => tracing::warn!(%error, "no backup could be started"),
        }
    }

    fn backup_ended(&mut self, at: Timestamp, result: Result<(), StoreError>) {
        self.backing_up = false;
        self.note_backup(at, result);
        if let Some((at, done)) = self.next_backup.take() {
            self.start_backup(at, done);
        }
    }

    fn note_backup(&mut self, at: Timestamp, result: Result<(), StoreError>) {
        let noted = result
            .and_then(|()| self.write(true, &|conn| meta::put(conn, meta::Note::BackupAt(at))));
        match noted {
            Ok(()) => self.backup_at = Instant::now() + Duration::from_millis(BACKUP_EVERY_MS),
            Err(error) => {
                self.suspect |= matches!(error, StoreError::Damaged(_));
                tracing::warn!(%error, "no backup was made");
            }
        }
    }

    /// Writes what waits, ends the backup, and notes the end if it was `in_order`.
    fn end(&mut self, deadline: Instant, in_order: bool) -> Result<(), StoreError> {
        let flushed = self.write_with_soon(true, &|_| Ok(()));
        if let Some((at, backup)) = self.backup.take() {
            // The other half of the time is for what comes after.
            let left = deadline.saturating_duration_since(Instant::now());
            if let Some(result) = backup.finish(Instant::now() + left / 2) {
                self.note_backup(at, result);
            }
        }
        if in_order && !self.suspect {
            self.write(true, &|conn| meta::put(conn, meta::Note::EndedClean(true)))?;
        }
        flushed.and_then(|()| checkpoint(&self.conn))
    }
}

impl Drop for Worker {
    /// Also after a panic: whoever waits, or asks from now on, must hear that nobody is there.
    fn drop(&mut self) {
        self.queue.close(None);
        while let Popped::Item(request) = self.queue.pop(Some(Instant::now())) {
            request.refuse(StoreError::Closed);
        }
    }
}

/// The result of a backup without its file.
fn plain(result: &Result<PathBuf, StoreError>) -> Result<(), StoreError> {
    result.as_ref().map(|_| ()).map_err(Clone::clone)
}

fn apply<'a>(
    conn: &Connection,
    ops: impl IntoIterator<Item = &'a StoreOp>,
) -> Result<(), StoreError> {
    ops.into_iter().try_for_each(|op| table::apply(conn, op))
}

impl Request {
    /// Answers a request that was not taken.
    pub(crate) fn refuse(self, error: StoreError) {
        match self {
            Self::Commit(_, done) | Self::SaveResume(_, _, done) | Self::Close(_, done) => {
                done.call(Err(error));
            }
            Self::LoadMetainfo(_, done) => done.call(Err(error)),
            Self::LoadResume(_, done) => done.call(Err(error)),
            Self::LoadLog(_, _, done) => done.call(Err(error)),
            Self::LoadWatch(_, done) => done.call(Err(error)),
            Self::LoadWatchSums(_, done) => done.call(Err(error)),
            Self::NameFiles(_, done) => done.call(Err(error)),
            Self::Backup(_, done) => done.call(Err(error)),
            Self::CommitSoon(_) | Self::SaveTallied(_) | Self::BackupEnded(..) => {}
            #[cfg(test)]
            Self::Run(_) => {}
        }
    }
}
