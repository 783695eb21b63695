//! The disk worker: everything that must look at or touch a torrent's data outside the engine.
//!
//! One thread does the quick jobs in order (stamps, trust, resume data, the trash, probes), so that
//! what one saves the next one sees. Others do what takes long, each kind one at a time: checks,
//! flushes, moves, and now and then a look at what is whole. None ever writes into a torrent's files.
//! What was given up saves nothing any more: a preparation or a check is asked for, saved and given up
//! in the order of the quick thread.

mod check;
mod checks;
mod jobs;
mod moves;
mod names;
mod paths;
mod prepare;
mod room;
#[cfg(test)]
mod tests;
mod trash;
mod trust;
mod watch;

use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
};

use parking_lot::Mutex;
use shoal_core::{Bitfield, Fault, FileTarget, InfoHash, Msg, OpId, TorrentRecord, VolumeMark};
use shoal_metainfo::{Control, Metainfo};
use shoal_store::Store;
use tokio::sync::oneshot;

use checks::Checks;
use jobs::{Flush, Onward, Quick, run_flush, run_quick};
use moves::Moves;
use room::Volumes;
use watch::Watch;

pub(crate) use moves::MoveJob;
pub(crate) use paths::{Found, is_whole, may_lie_at, place, targets};

/// A message for the state machine, with what a start is about to need.
pub(crate) struct Report {
    pub(crate) msg: Msg,
    pub(crate) found: Option<Found>,
}

impl From<Msg> for Report {
    fn from(msg: Msg) -> Self {
        Self { msg, found: None }
    }
}

/// Gets the worker's reports.
pub(crate) type Tell = Arc<dyn Fn(Report) + Send + Sync>;

/// What a preparation needs to know of a torrent.
#[expect(clippy::struct_excessive_bools, reason = "independent wishes of core")]
pub(crate) struct PrepareJob {
    pub(crate) record: TorrentRecord,
    pub(crate) op: OpId,
    pub(crate) full_check: bool,
    pub(crate) avoid: Arc<Vec<String>>,
    pub(crate) fresh_name: bool,
    /// Files that are there and partly good are the torrent's own.
    pub(crate) adopt: bool,
    /// The folder may be made when it is missing: it is one of Shoal's own choice.
    pub(crate) may_make_folder: bool,
}

/// A torrent's data as known when it was let go of.
pub(crate) struct Kept {
    pub(crate) record: TorrentRecord,
    pub(crate) have: Bitfield,
    pub(crate) owned: Bitfield,
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
    flushes: mpsc::Sender<Flush>,
    move_jobs: mpsc::Sender<moves::Job>,
    cancels: Mutex<HashMap<InfoHash, Arc<Control>>>,
    turns: Arc<Mutex<Turns>>,
    checks: Checks,
    moves: Moves,
    watch: Watch,
}

/// What all threads use.
struct Shared {
    store: Arc<Store>,
    /// The engine's own folder.
    scratch: PathBuf,
    tell: Tell,
    turns: Arc<Mutex<Turns>>,
    volumes: Volumes,
    files: shoal_files::Disk,
    watch: Watch,
}

impl Disk {
    /// Starts the threads.
    pub(crate) fn start(store: Arc<Store>, scratch: PathBuf, tell: Tell) -> anyhow::Result<Self> {
        let (quick, quick_jobs) = mpsc::channel::<Quick>();
        let (flushes, flush_jobs) = mpsc::channel::<Flush>();
        let (move_jobs, jobs_to_move) = mpsc::channel();
        let turns = Arc::<Mutex<Turns>>::default();
        let watch = Watch::start(tell.clone())?;
        let shared = Arc::new(Shared {
            store,
            scratch,
            tell,
            turns: turns.clone(),
            volumes: Volumes::default(),
            files: shoal_files::Disk::real(),
            watch: watch.clone(),
        });
        let checks = Checks::default();
        let onward = Onward {
            checks: checks.clone(),
            moves: move_jobs.clone(),
        };
        let (for_flushes, for_moves) = (shared.clone(), shared.clone());
        let to_quick = quick.clone();
        let named = |name: &str| thread::Builder::new().name(name.to_owned());
        named("shoal-disk").spawn(move || {
            for job in quick_jobs {
                guarded(&shared, job.on_panic(), || run_quick(&shared, job, &onward));
            }
        })?;
        named("shoal-flush").spawn(move || {
            for job in flush_jobs {
                guarded(&for_flushes, job.on_panic(), || {
                    run_flush(&for_flushes, job, &to_quick);
                });
            }
        })?;
        named("shoal-move").spawn(move || moves::work(&for_moves, jobs_to_move))?;
        Ok(Self {
            quick,
            flushes,
            move_jobs,
            cancels: Mutex::default(),
            turns,
            checks,
            moves: Moves::default(),
            watch,
        })
    }

    pub(crate) fn prepare(&self, job: PrepareJob) {
        let hash = job.record.hash;
        self.watch.remove(hash);
        self.cancel_prepare(hash);
        let control = Arc::new(Control::new());
        self.cancels.lock().insert(hash, control.clone());
        self.turn(hash);
        self.send(Quick::Prepare(Box::new(job), control, self.quick.clone()));
    }

    pub(crate) fn cancel_prepare(&self, hash: InfoHash) {
        if let Some(control) = self.cancels.lock().remove(&hash) {
            control.cancel();
        }
        self.checks.cancel(hash);
    }

    /// Lets so many checks read at once.
    pub(crate) fn checks_at_once(&self, count: usize) {
        self.checks.at_once(count);
    }

    /// Lets the check of a torrent stand still, or go on.
    pub(crate) fn hold_check(&self, hash: InfoHash, held: bool) {
        self.checks.hold(hash, held);
    }

    /// Gives up all checks and moves, then waits until what was to be saved is saved.
    pub(crate) async fn finish(&self) {
        self.watch.end();
        for (_, control) in self.cancels.lock().drain() {
            control.cancel();
        }
        self.moves.cancel_all();
        // The quick thread hands moves on, the flushes come back to it, and a move saves by itself.
        self.quick_done().await;
        let (moves, moves_done) = oneshot::channel();
        let _ = self.move_jobs.send(moves::Job::Done(moves));
        let _ = moves_done.await;
        let (flush, flush_done) = oneshot::channel();
        let _ = self.flushes.send(Flush::Done(flush));
        let _ = flush_done.await;
        self.quick_done().await;
        let checks = self.checks.clone();
        let _ = tokio::task::spawn_blocking(move || checks.finish()).await;
    }

    async fn quick_done(&self) {
        let (quick, quick_done) = oneshot::channel();
        self.send(Quick::Done(quick));
        let _ = quick_done.await;
    }

    pub(crate) fn save_resume(&self, kept: Kept) {
        self.watch.remove(kept.record.hash);
        self.turn(kept.record.hash);
        self.send(Quick::SaveResume(Box::new(kept)));
    }

    pub(crate) fn flush(&self, kept: Kept, op: OpId) {
        // The thread only ends with the process.
        let turn = self.turn(kept.record.hash);
        let _ = self.flushes.send(Flush::Data(Box::new(kept), turn, op));
    }

    /// The engine may write to a torrent's files from now on.
    pub(crate) fn dirtied(&self, hash: InfoHash) {
        self.watch.remove(hash);
        self.turn(hash);
    }

    /// Watches over the files of a torrent that only reads them, as they were found.
    pub(crate) fn watch(
        &self,
        record: &TorrentRecord,
        volume: Option<VolumeMark>,
        targets: &[FileTarget],
    ) {
        self.watch.add(record, volume, targets);
    }

    /// The engine was asked to let go of a torrent.
    pub(crate) fn stopped(&self, hash: InfoHash) {
        self.watch.remove(hash);
    }

    /// Watches over no others any more.
    pub(crate) fn watch_only(&self, running: &HashSet<InfoHash>) {
        self.watch.keep_only(running);
    }

    pub(crate) fn forget(&self, hash: InfoHash) {
        self.turns.lock().last.remove(&hash);
        self.cancel_prepare(hash);
        self.watch.remove(hash);
        self.send(Quick::Forget(hash));
    }

    pub(crate) fn trash(&self, record: TorrentRecord) {
        self.watch.remove(record.hash);
        self.send(Quick::Trash(Box::new(record)));
    }

    /// As [`trash`](Self::trash), but there is no way back.
    pub(crate) fn delete(&self, record: TorrentRecord) {
        self.watch.remove(record.hash);
        self.send(Quick::Delete(Box::new(record)));
    }

    pub(crate) fn untrash(&self, record: TorrentRecord) {
        self.send(Quick::Untrash(Box::new(record)));
    }

    pub(crate) fn relocate(&self, job: MoveJob) {
        let hash = job.record.hash;
        self.watch.remove(hash);
        self.turn(hash);
        let cancel = self.moves.begin(hash);
        self.send(Quick::Relocate(moves::Job::Move(Box::new(job), cancel)));
    }

    pub(crate) fn cancel_relocate(&self, hash: InfoHash) {
        self.moves.cancel(hash);
    }

    /// Looks whether `fault`, for which a torrent waits, has passed.
    pub(crate) fn probe(&self, record: TorrentRecord, fault: Fault) {
        self.send(Quick::Probe(Box::new(record), fault));
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

const PANICKED: &str = "Shoal failed inside";

/// Runs one job. A panic costs that job, never the thread: everything behind it would wait for ever.
fn guarded(shared: &Shared, otherwise: Option<Msg>, job: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(job)).is_err() {
        tracing::error!("a job of the disk worker panicked");
        if let Some(msg) = otherwise {
            (shared.tell)(msg.into());
        }
    }
}

/// As [`load_meta`], for what does not become a fault of the torrent.
fn meta_of(shared: &Shared, hash: InfoHash) -> anyhow::Result<Arc<Metainfo>> {
    load_meta(shared, hash).map_err(|_| anyhow::anyhow!("the metainfo is gone"))
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
