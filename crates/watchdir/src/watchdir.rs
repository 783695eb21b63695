//! The watcher as its owner sees it: a thread for each folder, so that a share that does not answer
//! holds up none but itself.

use std::{
    collections::BTreeMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use crate::{
    FolderSpec, FolderState, Options, Pending, Sink, Ticket, UnreachableWhy, Verdict, Waiting,
    mail::Mailbox,
    worker::{self, Shared, Shown, ShownPhase, Worker},
};

/// How long the end waits for threads. One that hangs in a dead share is left behind.
const STOP: Duration = Duration::from_millis(900);

/// Watches folders until it is stopped or dropped.
pub struct Watchdir {
    shared: Arc<Shared>,
    started: Instant,
    folders: Mutex<Folders>,
    /// How many threads there are.
    alive: Arc<Alive>,
}

struct Folders {
    look: Duration,
    poll: Duration,
    by_id: BTreeMap<u32, Folder>,
}

struct Folder {
    spec: FolderSpec,
    mailbox: Arc<Mailbox>,
    shown: Arc<Mutex<Vec<Shown>>>,
}

#[derive(Default)]
struct Alive {
    threads: Mutex<usize>,
    fewer: Condvar,
}

/// Counts a thread for as long as it lives, also when it ends by a panic.
struct Counted(Arc<Alive>);

impl Counted {
    fn new(alive: &Arc<Alive>) -> Self {
        *alive.threads.lock() += 1;
        Self(Arc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        *self.0.threads.lock() -= 1;
        self.0.fewer.notify_all();
    }
}

impl Watchdir {
    /// Starts, with no folders.
    pub fn start(options: Options, sink: Arc<dyn Sink>) -> io::Result<Self> {
        let folders = Folders {
            look: options.look,
            poll: options.poll,
            by_id: BTreeMap::new(),
        };
        Ok(Self {
            shared: Arc::new(Shared::new(options, sink)),
            started: Instant::now(),
            folders: Mutex::new(folders),
            alive: Arc::default(),
        })
    }

    /// From now on these folders are watched, and no others. One whose rules are other ones now is
    /// looked through again. One that the system has no thread for is told of as unreachable, until
    /// this is called again.
    pub fn set_folders(&self, specs: Vec<FolderSpec>) {
        for (id, error) in self.put_folders(specs) {
            let error = UnreachableWhy::Io(error.to_string());
            let state = FolderState::Unreachable { error };
            self.shared.sink.state(id, state, 0);
        }
    }

    /// Gives those that could not be started.
    fn put_folders(&self, specs: Vec<FolderSpec>) -> Vec<(u32, io::Error)> {
        let mut folders = self.folders.lock();
        let specs: BTreeMap<u32, FolderSpec> =
            specs.into_iter().map(|spec| (spec.id, spec)).collect();
        folders.by_id.retain(|id, folder| {
            let stays = specs
                .get(id)
                .is_some_and(|spec| spec.path == folder.spec.path);
            if !stays {
                folder.mailbox.stop();
            }
            stays
        });
        let times = (folders.look, folders.poll);
        let mut failed = Vec::new();
        for (id, spec) in specs {
            match folders.by_id.get_mut(&id) {
                Some(folder) if folder.spec == spec => {}
                Some(folder) => {
                    folder.spec = spec.clone();
                    folder.mailbox.spec(spec);
                }
                None => match self.begin(spec, times) {
                    Ok(folder) => drop(folders.by_id.insert(id, folder)),
                    Err(e) => failed.push((id, e)),
                },
            }
        }
        failed
    }

    fn begin(&self, spec: FolderSpec, times: (Duration, Duration)) -> io::Result<Folder> {
        let mailbox = Arc::new(Mailbox::default());
        let shared = Arc::clone(&self.shared);
        let worker = Worker::new(shared, Arc::clone(&mailbox), spec.clone(), times);
        let shown = worker.shown();
        let (started, counted) = (self.started, Counted::new(&self.alive));
        let (failed, id) = (Arc::clone(&self.shared), spec.id);
        thread::Builder::new()
            .name(format!("watch-{}", spec.id))
            .spawn(move || {
                let ran = catch_unwind(AssertUnwindSafe(|| worker::run(worker, started)));
                if ran.is_err() {
                    fail(&failed, id);
                }
                drop(counted);
            })?;
        Ok(Folder {
            spec,
            mailbox,
            shown,
        })
    }

    /// Other times than those of the start.
    pub fn set_times(&self, look: Duration, poll: Duration) {
        let mut folders = self.folders.lock();
        if (folders.look, folders.poll) == (look, poll) {
            return;
        }
        (folders.look, folders.poll) = (look, poll);
        for folder in folders.by_id.values() {
            folder.mailbox.times(look, poll);
        }
    }

    /// Looks at a folder at once, and tries again now what waits for another try.
    pub fn look_now(&self, folder: u32) {
        self.mail(folder, Mailbox::look);
    }

    /// Hands a file over again although it was dealt with. One that is not there is told of as
    /// [`Sink::gone`].
    pub fn retry(&self, folder: u32, file: PathBuf) {
        self.mail(folder, |mailbox| mailbox.retry(file));
    }

    /// Asks again whether a file was dealt with ([`Sink::dealt_with`]), because the owner knows more of
    /// it than before.
    pub fn ask_again(&self, folder: u32, file: PathBuf) {
        self.mail(folder, |mailbox| mailbox.ask_again(file));
    }

    /// What is to become of a file. A second answer to a ticket is passed over, and so is one for a
    /// folder that is not watched any more.
    pub fn answer(&self, ticket: Ticket, verdict: Verdict) {
        self.mail(ticket.folder(), |mailbox| mailbox.answer(ticket, verdict));
    }

    fn mail(&self, folder: u32, put: impl FnOnce(&Mailbox)) {
        if let Some(folder) = self.folders.lock().by_id.get(&folder) {
            put(&folder.mailbox);
        }
    }

    /// Files that are not dealt with, at most 100 of each folder.
    pub fn pending(&self) -> Vec<Pending> {
        let now = self.started.elapsed();
        let mut pending = Vec::new();
        for (id, folder) in &self.folders.lock().by_id {
            for shown in folder.shown.lock().iter() {
                let waiting = match shown.phase {
                    ShownPhase::Quiet => Waiting::Quiet,
                    ShownPhase::Turn => Waiting::Turn,
                    ShownPhase::Again { attempts, at } => Waiting::Again {
                        attempts,
                        left: at.saturating_sub(now),
                    },
                };
                pending.push(Pending {
                    folder: *id,
                    file: shown.file.clone(),
                    waiting,
                });
            }
        }
        pending
    }

    /// Ends within a second. What is not answered yet is handed over again in the next run.
    pub fn stop(self) {
        drop(self);
    }
}

/// A folder that nobody looks at any more is said to be so.
fn fail(shared: &Shared, folder: u32) {
    tracing::error!(folder, "the thread of a watched folder panicked");
    let error = UnreachableWhy::Io("Shoal failed inside".to_owned());
    let state = FolderState::Unreachable { error };
    // Who is told may be who failed.
    let _ = catch_unwind(AssertUnwindSafe(|| shared.sink.state(folder, state, 0)));
}

impl Drop for Watchdir {
    fn drop(&mut self) {
        for folder in self.folders.lock().by_id.values() {
            folder.mailbox.stop();
        }
        let until = Instant::now() + STOP;
        let mut threads = self.alive.threads.lock();
        while *threads > 0 {
            if self.alive.fewer.wait_until(&mut threads, until).timed_out() {
                tracing::warn!(
                    threads = *threads,
                    "watched folders that do not answer are left"
                );
                return;
            }
        }
    }
}
