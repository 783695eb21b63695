//! Rolling backups in `backups/`: whole databases, the oldest deleted when there are too many. A
//! backup is only made of a database that was found sound, and a half-written one never gets a name
//! under which it would be restored.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rusqlite::{Connection, InterruptHandle};

use crate::{
    StoreError,
    atomic::{remove_if_there, sync_dir, sync_file},
    open::{DB, connect, files_of},
    schema,
};

/// Backups kept.
pub(crate) const KEEP: usize = 5;

const TEMP: &str = "unfinished";

fn folder(dir: &Path) -> PathBuf {
    dir.join("backups")
}

fn name(number: u64) -> String {
    format!("shoal-{number}.db")
}

/// The numbers of the backups there are, newest first.
fn numbers(dir: &Path) -> Vec<u64> {
    let entries = fs::read_dir(folder(dir)).into_iter().flatten().flatten();
    let number = |entry: fs::DirEntry| {
        let name = entry.file_name();
        let number = name.to_str()?.strip_prefix("shoal-")?.strip_suffix(".db")?;
        number.parse().ok()
    };
    let mut numbers: Vec<u64> = entries.filter_map(number).collect();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    numbers
}

/// The backups there are, newest first.
pub(crate) fn list(dir: &Path) -> Vec<PathBuf> {
    let path = |n| folder(dir).join(name(n));
    numbers(dir).into_iter().map(path).collect()
}

/// Makes a backup of what `conn` shows and deletes those beyond [`KEEP`].
pub(crate) fn make(dir: &Path, conn: &Connection) -> Result<PathBuf, StoreError> {
    let folder = folder(dir);
    fs::create_dir_all(&folder)?;
    let temp = folder.join(TEMP);
    for file in files_of(&temp) {
        remove_if_there(&file)?;
    }
    let Some(temp_name) = temp.to_str() else {
        return make_by_copy(dir, conn, &temp);
    };
    let written = conn.execute("VACUUM INTO ?1", [temp_name]);
    place(dir, &temp, written.map(|_| ()).map_err(StoreError::from))
}

/// For folders whose names are not text, which SQL cannot say.
fn make_by_copy(dir: &Path, conn: &Connection, temp: &Path) -> Result<PathBuf, StoreError> {
    let copy = || {
        let mut target = Connection::open(temp)?;
        rusqlite::backup::Backup::new(conn, &mut target)?.run_to_completion(
            256,
            Duration::ZERO,
            None,
        )?;
        Ok(())
    };
    place(dir, temp, copy())
}

/// Gives a finished backup its name, or clears the remains away.
fn place(dir: &Path, temp: &Path, written: Result<(), StoreError>) -> Result<PathBuf, StoreError> {
    let folder = folder(dir);
    let numbers = numbers(dir);
    let target = folder.join(name(numbers.first().map_or(1, |n| n + 1)));
    let placed = written
        .and_then(|()| Ok(sync_file(temp)?))
        .and_then(|()| Ok(fs::rename(temp, &target)?))
        .and_then(|()| Ok(sync_dir(&folder)?));
    if let Err(error) = placed {
        // The first error is the one worth telling.
        let _ = remove_if_there(temp);
        return Err(error);
    }
    for old in numbers.into_iter().skip(KEEP - 1) {
        remove_if_there(&folder.join(name(old)))?;
    }
    Ok(target)
}

/// A backup being made on a thread and a connection of its own, so that commits go on meanwhile.
pub(crate) struct Running {
    thread: JoinHandle<()>,
    stop: InterruptHandle,
    ended: mpsc::Receiver<Result<(), StoreError>>,
}

impl Running {
    /// Checks the database in `dir`, makes a backup of it and tells `done` how that went.
    pub(crate) fn start(
        dir: &Path,
        done: impl FnOnce(Result<PathBuf, StoreError>) + Send + 'static,
    ) -> Result<Self, StoreError> {
        let conn = connect(&dir.join(DB))?;
        let stop = conn.get_interrupt_handle();
        let (end, ended) = mpsc::channel();
        let dir = dir.to_owned();
        let work = move || {
            let result = schema::check(&conn).and_then(|()| make(&dir, &conn));
            drop(conn);
            let plain = result.as_ref().map(|_| ()).map_err(Clone::clone);
            done(result);
            // Nobody may be listening any more.
            let _ = end.send(plain);
        };
        let builder = thread::Builder::new().name("shoal-backup".to_owned());
        Ok(Self {
            thread: builder.spawn(work)?,
            stop,
            ended,
        })
    }

    /// Waits until it is finished and tells how it went; at `deadline` it is cut short and leaves
    /// nothing behind.
    pub(crate) fn finish(self, deadline: Instant) -> Option<Result<(), StoreError>> {
        let mut left = deadline.saturating_duration_since(Instant::now());
        let result = loop {
            match self.ended.recv_timeout(left) {
                Ok(result) => break Some(result),
                Err(mpsc::RecvTimeoutError::Disconnected) => break None,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    // Reaches only a statement that is running, hence again until one was.
                    self.stop.interrupt();
                    left = Duration::from_millis(10);
                }
            }
        };
        if self.thread.join().is_err() {
            tracing::error!("the backup thread panicked");
        }
        result
    }
}
