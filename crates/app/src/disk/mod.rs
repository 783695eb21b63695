//! The disk worker: everything that must look at or touch a torrent's data outside the engine.
//!
//! One thread does the quick jobs in order (stamps, trust, resume data, the trash), so that what one
//! saves the next one sees. A second one does the long ones, checks and flushes, one at a time.
//! Neither ever writes into a torrent's files.

mod check;
mod paths;
mod prepare;
#[cfg(test)]
mod tests;
mod trash;

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use parking_lot::Mutex;
use shoal_core::{Bitfield, Fault, InfoHash, Msg, OpId, ResumeData, TorrentRecord};
use shoal_metainfo::Metainfo;
use shoal_store::Store;
use tokio::sync::oneshot;

pub(crate) use paths::{content_paths, stamps, targets};

/// A message for the state machine, with the metainfo that a start is about to need.
pub(crate) struct Report {
    pub(crate) msg: Msg,
    pub(crate) meta: Option<Arc<Metainfo>>,
}

impl From<Msg> for Report {
    fn from(msg: Msg) -> Self {
        Self { msg, meta: None }
    }
}

/// Gets the worker's reports.
pub(crate) type Tell = Arc<dyn Fn(Report) + Send + Sync>;

/// What a preparation needs to know of a torrent.
pub(crate) struct PrepareJob {
    pub(crate) record: TorrentRecord,
    pub(crate) op: OpId,
    pub(crate) full_check: bool,
    pub(crate) avoid: Vec<String>,
    pub(crate) fresh_name: bool,
    /// The folder may be made when it is missing: it is the default one.
    pub(crate) may_make_folder: bool,
}

/// A torrent's data as known when it was let go of.
pub(crate) struct Kept {
    pub(crate) record: TorrentRecord,
    pub(crate) have: Bitfield,
    pub(crate) owned: Bitfield,
}

enum Quick {
    /// Everything sent before is done.
    Done(oneshot::Sender<()>),
    Prepare(Box<PrepareJob>, Arc<AtomicBool>),
    SaveResume(Box<Kept>),
    /// The data of a finished torrent is on disk.
    Flushed(Box<Kept>, Turn, OpId),
    /// A torrent is gone for good: what the engine keeps of it beside its files may go too.
    Forget(InfoHash),
    Trash(Box<TorrentRecord>),
    Untrash(Box<TorrentRecord>),
}

enum Long {
    /// Everything sent before is done.
    Done(oneshot::Sender<()>),
    Check(Box<check::CheckJob>),
    Flush(Box<Kept>, Turn, OpId),
}

/// Numbers what was said last of a torrent's data: what a long flush saves must not take the place
/// of what is known since.
type Turn = u64;

#[derive(Default)]
struct Turns {
    last: HashMap<InfoHash, Turn>,
    count: Turn,
}

/// The worker's handle.
pub(crate) struct Disk {
    quick: mpsc::Sender<Quick>,
    long: mpsc::Sender<Long>,
    cancels: Mutex<HashMap<InfoHash, Arc<AtomicBool>>>,
    turns: Arc<Mutex<Turns>>,
}

/// What both threads use.
struct Shared {
    store: Arc<Store>,
    /// The engine's own folder.
    scratch: PathBuf,
    tell: Tell,
    turns: Arc<Mutex<Turns>>,
}

impl Disk {
    /// Starts the two threads.
    pub(crate) fn start(store: Arc<Store>, scratch: PathBuf, tell: Tell) -> anyhow::Result<Self> {
        let (quick, quick_jobs) = mpsc::channel::<Quick>();
        let (long, long_jobs) = mpsc::channel::<Long>();
        let turns = Arc::<Mutex<Turns>>::default();
        let shared = Arc::new(Shared {
            store,
            scratch,
            tell,
            turns: turns.clone(),
        });
        let for_long = shared.clone();
        let to_long = long.clone();
        let to_quick = quick.clone();
        let named = |name: &str| thread::Builder::new().name(name.to_owned());
        named("shoal-disk").spawn(move || {
            for job in quick_jobs {
                guarded(&shared, job.on_panic(), || {
                    run_quick(&shared, job, &to_long);
                });
            }
        })?;
        named("shoal-check").spawn(move || {
            for job in long_jobs {
                guarded(&for_long, job.on_panic(), || {
                    run_long(&for_long, job, &to_quick);
                });
            }
        })?;
        Ok(Self {
            quick,
            long,
            cancels: Mutex::default(),
            turns,
        })
    }

    pub(crate) fn prepare(&self, job: PrepareJob) {
        let cancel = Arc::new(AtomicBool::new(false));
        let before = self.cancels.lock().insert(job.record.hash, cancel.clone());
        if let Some(before) = before {
            before.store(true, Ordering::Relaxed);
        }
        self.turn(job.record.hash);
        self.send(Quick::Prepare(Box::new(job), cancel));
    }

    pub(crate) fn cancel_prepare(&self, hash: InfoHash) {
        if let Some(cancel) = self.cancels.lock().remove(&hash) {
            cancel.store(true, Ordering::Relaxed);
        }
    }

    /// Gives up all checks, then waits until what was to be saved is saved.
    pub(crate) async fn finish(&self) {
        for (_, cancel) in self.cancels.lock().drain() {
            cancel.store(true, Ordering::Relaxed);
        }
        // Each may hand something to the other: a flush to the quick one, a check to the long one,
        // which has been given up by now.
        let (long, long_done) = oneshot::channel();
        let _ = self.long.send(Long::Done(long));
        let _ = long_done.await;
        let (quick, quick_done) = oneshot::channel();
        self.send(Quick::Done(quick));
        let _ = quick_done.await;
    }

    pub(crate) fn save_resume(&self, kept: Kept) {
        self.turn(kept.record.hash);
        self.send(Quick::SaveResume(Box::new(kept)));
    }

    pub(crate) fn flush(&self, kept: Kept, op: OpId) {
        // The thread only ends with the process.
        let turn = self.turn(kept.record.hash);
        let _ = self.long.send(Long::Flush(Box::new(kept), turn, op));
    }

    /// The engine may write to a torrent's files from now on.
    pub(crate) fn dirtied(&self, hash: InfoHash) {
        self.turn(hash);
    }

    pub(crate) fn forget(&self, hash: InfoHash) {
        self.turns.lock().last.remove(&hash);
        self.send(Quick::Forget(hash));
    }

    pub(crate) fn trash(&self, record: TorrentRecord) {
        self.send(Quick::Trash(Box::new(record)));
    }

    pub(crate) fn untrash(&self, record: TorrentRecord) {
        self.send(Quick::Untrash(Box::new(record)));
    }

    fn turn(&self, hash: InfoHash) -> Turn {
        let mut turns = self.turns.lock();
        turns.count += 1;
        let turn = turns.count;
        turns.last.insert(hash, turn);
        turn
    }

    fn send(&self, job: Quick) {
        let _ = self.quick.send(job);
    }
}

impl Quick {
    /// What is to be told when it panics; else nobody would wait for the torrent any less.
    fn on_panic(&self) -> Option<Msg> {
        match self {
            Self::Prepare(job, _) => Some(not_prepared(job.record.hash, job.op)),
            Self::Flushed(kept, _, op) => Some(not_flushed(kept, *op)),
            Self::Trash(record) | Self::Untrash(record) => Some(Msg::TrashDone {
                hash: record.hash,
                error: Some(PANICKED.to_owned()),
            }),
            Self::Done(_) | Self::SaveResume(_) | Self::Forget(_) => None,
        }
    }
}

impl Long {
    fn on_panic(&self) -> Option<Msg> {
        match self {
            Self::Check(job) => Some(not_prepared(job.record.hash, job.op)),
            Self::Flush(kept, _, op) => Some(not_flushed(kept, *op)),
            Self::Done(_) => None,
        }
    }
}

const PANICKED: &str = "Shoal failed inside";

fn not_prepared(hash: InfoHash, op: OpId) -> Msg {
    let outcome = Err(Fault::Internal(PANICKED.to_owned()));
    Msg::Prepared { hash, op, outcome }
}

fn not_flushed(kept: &Kept, op: OpId) -> Msg {
    Msg::Flushed {
        hash: kept.record.hash,
        op,
        ok: false,
    }
}

/// Runs one job. A panic costs that job, never the thread: everything behind it would wait for ever.
fn guarded(shared: &Shared, otherwise: Option<Msg>, job: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(job)).is_err() {
        tracing::error!("a job of the disk worker panicked");
        if let Some(msg) = otherwise {
            (shared.tell)(msg.into());
        }
    }
}

fn run_quick(shared: &Shared, job: Quick, long: &mpsc::Sender<Long>) {
    match job {
        Quick::Done(tell) => drop(tell.send(())),
        Quick::Prepare(job, cancel) => {
            if cancel.load(Ordering::Relaxed) {
                return;
            }
            let (hash, op) = (job.record.hash, job.op);
            match prepare::prepare(shared, *job, cancel) {
                Ok(prepare::Outcome::Ready(prepared, meta)) => (shared.tell)(Report {
                    msg: Msg::Prepared {
                        hash,
                        op,
                        outcome: Ok(prepared),
                    },
                    meta: Some(meta),
                }),
                Ok(prepare::Outcome::Check(check)) => {
                    let _ = long.send(Long::Check(check));
                }
                Err(fault) => (shared.tell)(
                    Msg::Prepared {
                        hash,
                        op,
                        outcome: Err(fault),
                    }
                    .into(),
                ),
            }
        }
        // What a power cut can still take away must not be called verified.
        Quick::SaveResume(kept) => match flush(shared, &kept) {
            Ok(()) => keep(shared, &kept),
            Err(error) => {
                tracing::warn!(%error, "a torrent's data could not be flushed; it will be checked");
            }
        },
        Quick::Flushed(kept, turn, op) => {
            let hash = kept.record.hash;
            let latest = shared.turns.lock().last.get(&hash) == Some(&turn);
            if latest {
                keep(shared, &kept);
            }
            (shared.tell)(Msg::Flushed { hash, op, ok: true }.into());
        }
        Quick::Forget(hash) => {
            forget_again(shared, hash);
            let side = shared.scratch.join(format!("{hash}.side"));
            if let Err(error) = std::fs::remove_file(side)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "the side file of a torrent stays behind");
            }
        }
        Quick::Trash(record) => {
            let hash = record.hash;
            let error = trash::to_trash(shared, &record)
                .err()
                .map(|e| format!("{e:#}"));
            (shared.tell)(Msg::TrashDone { hash, error }.into());
        }
        Quick::Untrash(record) => {
            let hash = record.hash;
            // What the trash no longer has is found missing by the preparation that follows.
            if let Err(error) = trash::from_trash(shared, &record) {
                tracing::warn!(%error, "files were not brought back from the trash");
            }
            (shared.tell)(Msg::TrashDone { hash, error: None }.into());
        }
    }
}

fn run_long(shared: &Shared, job: Long, quick: &mpsc::Sender<Quick>) {
    match job {
        Long::Done(tell) => drop(tell.send(())),
        Long::Check(job) => {
            let (hash, op) = (job.record.hash, job.op);
            if let Some(outcome) = check::run(shared, &job) {
                (shared.tell)(Report {
                    msg: Msg::Prepared { hash, op, outcome },
                    meta: Some(job.meta),
                });
            }
        }
        Long::Flush(kept, turn, op) => match flush(shared, &kept) {
            Ok(()) => drop(quick.send(Quick::Flushed(kept, turn, op))),
            Err(error) => {
                tracing::warn!(%error, "a finished torrent could not be flushed to disk");
                (shared.tell)(not_flushed(&kept, op).into());
            }
        },
    }
}

/// Saves what is known of a torrent's data, with the stamps its files have now.
fn keep(shared: &Shared, kept: &Kept) {
    let Ok(meta) = load_meta(shared, kept.record.hash) else {
        return;
    };
    let stamps = stamps(&content_paths(&kept.record, &meta));
    if let Err(error) = prepare::save(shared, &kept.record, &kept.have, &kept.owned, stamps) {
        tracing::warn!(
            ?error,
            "the state of a torrent's data could not be saved; it will be checked"
        );
    }
}

/// A torrent that was added anew meanwhile, to another place: what was saved of the old place since it
/// was forgotten would be taken for what lies in the new one.
fn forget_again(shared: &Shared, hash: InfoHash) {
    if load_meta(shared, hash).is_err() {
        return;
    }
    let nothing = ResumeData {
        have: Bitfield::new(0),
        stamps: vec![],
        owned: Bitfield::new(0),
        clean: false,
        volume: None,
    };
    if let Err(error) = shared.store.save_resume_blocking(hash, nothing) {
        tracing::warn!(%error, "what was known of a torrent's old place is still stored");
    }
}

fn flush(shared: &Shared, kept: &Kept) -> anyhow::Result<()> {
    let meta =
        load_meta(shared, kept.record.hash).map_err(|_| anyhow::anyhow!("the metainfo is gone"))?;
    for path in content_paths(&kept.record, &meta).into_iter().flatten() {
        // Windows flushes only through a handle that may write.
        let opened = std::fs::File::options()
            .read(true)
            .write(cfg!(windows))
            .open(&path);
        match opened {
            Ok(file) => file.sync_all()?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(())
}

fn load_meta(shared: &Shared, hash: InfoHash) -> Result<Arc<Metainfo>, Fault> {
    let bytes = shared
        .store
        .load_metainfo_blocking(hash)
        .map_err(|e| Fault::Io(e.to_string()))?;
    let meta = bytes
        .and_then(|b| Metainfo::parse(&b).ok())
        .filter(|m| m.info_hash == hash);
    meta.map(Arc::new).ok_or(Fault::StoreDamaged)
}

/// The path of the first file at which something is in the way.
type InTheWay = PathBuf;
