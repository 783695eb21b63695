//! librqbit behind core's [`Engine`] port: the only crate that names it. It runs torrents and moves
//! bytes; it decides nothing about the list, and it never deletes, shortens or overwrites a file
//! that a torrent did not write.
//!
//! - One OS thread with its own runtime. [`Engine::send`] puts a request into a bounded queue and
//!   returns; answers come through the sink, which is called on the engine's thread (and, only for
//!   a request that a full queue refused, on the sender's).
//! - The scratch folder holds nothing that cannot be lost but checking time: the engine's own
//!   session file, its `.bitv` files (written by us before each add), the routing table `dht.json`,
//!   the generated `blocklist.txt`, a `<info-hash>.side` file for torrents with unwanted files, and
//!   a `<info-hash>.journal` for those that may write.
//! - Not to be had from this engine, so missing here: a switch for peer exchange (BEP 11), tracker
//!   tiers, a floor for tracker intervals (all trackers are asked every 30 minutes instead), block
//!   lists for the peers of a metadata fetch, sparse files on Windows, and an announced port of
//!   our choice when there is no listener (it then says 4240).
//! - Known weak spots of it: two half-open handshakes keep all others waiting, for 5 seconds at most
//!   (with more of them at once its listener would go deaf for good); it holds a file open for each
//!   torrent that runs; a peer can make a metadata fetch panic, which is caught and tried again;
//!   and a start hashes one claimed piece a file on the engine's thread, of zeros
//!   that our storage hands it at once, so that at least no disk is waited for.
//! - Its log is noisy and partly in the hands of peers. Targets to cap: `librqbit` (above all
//!   `librqbit::file_ops`, which warns of the zeros at each start), `librqbit_core`,
//!   `librqbit_dht`, `librqbit_lsd`, `librqbit_tracker_comms`, `librqbit_upnp`, `librqbit_utp`,
//!   `librqbit_peer_protocol`; ours is `shoal_engine`.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")
)]

mod address;
mod bits;
mod entry;
mod fault;
mod fetch;
pub mod journal;
mod note;
mod queue;
mod reunion;
mod runner;
mod session;
mod start;
mod steer;
mod storage;
mod watch;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use anyhow::{Context, ensure};
use parking_lot::Mutex;
use shoal_core::{Engine, EngineEvent, EngineFault, EngineRequest, EngineSink};
use shoal_files::Disk;
use tokio::runtime::{Builder, Runtime};

use queue::{Queue, Refused};
use runner::{End, Runner};

/// Threads for what waits for disks: looking at files, flushing them.
const BLOCKING_THREADS: usize = 32;
/// As many more for the engine's own calls of the storage, each of which takes one while it waits.
const WAITING_THREADS: usize = session::MANY_THREADS_PERMITS + BLOCKING_THREADS;
/// How long dropping the engine waits for it at most.
const DROP_DEADLINE: Duration = Duration::from_secs(8);
/// How long the runtime waits for its last tasks.
const RUNTIME_DEADLINE: Duration = Duration::from_secs(1);

/// Which runtime the engine uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeFlavour {
    /// Everything on one thread: half the processor time, but a slow disk stops all peers.
    CurrentThread,
    /// Several threads: a slow disk stops only those who wait for it.
    MultiThread,
}

/// What the engine needs to know once.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Folder of the engine's own files; made if missing. An absolute path that is valid text.
    pub scratch: PathBuf,
    /// First 8 bytes of the peer id (BEP 20), for example `-SH0100-`.
    pub peer_id_prefix: [u8; 8],
    /// Name and version told to peers and trackers, for example `Shoal/0.1.0`.
    pub user_agent: String,
    /// Which runtime it begins with. One that is on one thread moves itself to several when the
    /// storage turns out to be slow, until the end of the process.
    pub flavour: RuntimeFlavour,
}

/// librqbit on a thread of its own.
///
/// Dropping it shuts it down and blocks for up to 8 seconds; send [`EngineRequest::Shutdown`] and
/// wait for [`EngineEvent::Down`] before to not block there.
pub struct RqbitEngine {
    queue: Arc<Queue>,
    sink: EngineSink,
    /// Closed when the thread is done.
    done: Mutex<mpsc::Receiver<()>>,
}

impl RqbitEngine {
    /// Starts the thread. The session itself begins with [`EngineRequest::Configure`].
    ///
    /// # Errors
    /// When the scratch path is not absolute or not valid text, or the system has no threads left.
    pub fn spawn(config: EngineConfig, sink: EngineSink) -> anyhow::Result<Self> {
        Self::spawn_on(Disk::real(), config, sink)
    }

    /// As [`Self::spawn`], with a disk of the caller's choice. For tests.
    ///
    /// # Errors
    /// As [`Self::spawn`].
    pub fn spawn_on(disk: Disk, config: EngineConfig, sink: EngineSink) -> anyhow::Result<Self> {
        // librqbit would panic over a path that is no text.
        ensure!(
            config.scratch.to_str().is_some(),
            "the scratch path is not valid text"
        );
        ensure!(
            config.scratch.is_absolute(),
            "the scratch path is not absolute"
        );
        let runtime = runtime(config.flavour).context("starting the engine's runtime")?;
        let queue = Arc::<Queue>::default();
        let (alive, done) = mpsc::channel();
        let runner = Runner::new(config, disk, sink.clone(), queue.clone());
        let (its_queue, its_sink) = (queue.clone(), sink.clone());
        thread::Builder::new()
            .name("shoal-engine".to_owned())
            .spawn(move || {
                run_to_end(runtime, runner, &its_queue, &its_sink);
                drop(alive);
            })
            .context("starting the engine's thread")?;
        Ok(Self {
            queue,
            sink,
            done: Mutex::new(done),
        })
    }
}

fn runtime(flavour: RuntimeFlavour) -> std::io::Result<Runtime> {
    let mut builder = match flavour {
        RuntimeFlavour::CurrentThread => Builder::new_current_thread(),
        RuntimeFlavour::MultiThread => Builder::new_multi_thread(),
    };
    builder
        .enable_all()
        .max_blocking_threads(match flavour {
            RuntimeFlavour::CurrentThread => BLOCKING_THREADS,
            RuntimeFlavour::MultiThread => WAITING_THREADS,
        })
        .thread_name("shoal-engine")
        .build()
}

fn run_to_end(mut runtime: Runtime, mut runner: Runner, queue: &Queue, sink: &EngineSink) {
    let end = catch_unwind(AssertUnwindSafe(|| {
        while runtime.block_on(runner.run()) == End::Slow {
            match crate::runtime(RuntimeFlavour::MultiThread) {
                // What still waits for the slow disk is left to itself.
                Ok(many) => std::mem::replace(&mut runtime, many).shutdown_background(),
                Err(e) => tracing::error!("no threads for a slow disk: {e}"),
            }
        }
    }));
    queue.close();
    if end.is_err() {
        let detail = "the engine's loop panicked".to_owned();
        sink(EngineEvent::Failed {
            fault: EngineFault::Internal,
            detail,
        });
        sink(EngineEvent::Down);
    }
    runtime.shutdown_timeout(RUNTIME_DEADLINE);
}

impl Engine for RqbitEngine {
    /// Hands over a request. A second `Sample` folds into one that waits. When 65,536 requests
    /// wait, further ones that can be tried again are refused with their own failure event.
    fn send(&self, request: EngineRequest) {
        if let Err(Refused::Full(request)) = self.queue.push(request) {
            tracing::error!("the engine's queue is full");
            if let Some(event) = runner::refusal(request) {
                (self.sink)(event);
            }
        }
    }
}

impl Drop for RqbitEngine {
    fn drop(&mut self) {
        let _ = self.queue.push(EngineRequest::Shutdown);
        // Nothing is ever sent: this returns when the thread drops its end.
        if self.done.lock().recv_timeout(DROP_DEADLINE) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::error!("the engine did not shut down in time");
        }
    }
}
