//! The composition: builds core, store and engine, runs the actor around the state machine, and
//! serves the API to whichever shell is in front. Knows no window and no web server.

mod actor;
pub mod args;
mod calls;
pub mod create;
pub mod desk;
mod dirs;
mod disk;
pub mod dropped;
mod fetch;
mod handover;
mod history;
mod hub;
mod logging;
mod opening;
mod past;
mod programs;
mod progress;
pub mod saving;
mod seek;
pub mod signals;
mod start;
mod statistics;
#[cfg(test)]
mod tests;
mod tickets;
mod turns;
mod views;
mod volumes;
mod wall;
mod watch;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use serde_json::Value;
use shoal_api::{ApiResult, Event};
use shoal_core::{
    Command, Effect, Engine, EngineRequest, EngineSink, PeerInfo, Reply, Restored, Settings, State,
};
use shoal_store::{InstanceLock, Loaded, Store};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use actor::{Actor, Input, Parts};
use calls::{MetaCache, Previews};
use disk::{Disk, Report};
use handover::Found;
use hub::{Hub, Stream};
use opening::Opening;
use past::Past;
use programs::Programs;
pub use start::Before;
use start::{make_private, notice, raise_file_limit, rqbit, settings_of, sink};
use tickets::Tickets;
use watch::Folders;

/// What Shoal calls itself to trackers, web servers and peers.
pub const USER_AGENT: &str = concat!("Shoal/", env!("CARGO_PKG_VERSION"));
/// Watch folders must be let go of within this time.
const WATCH_TIME: Duration = Duration::from_millis(500);
/// The engine must have let go of everything within this time.
const ENGINE_TIME: Duration = Duration::from_secs(3);
/// The store must have saved everything within this time after that.
const STORE_TIME: Duration = Duration::from_secs(1);

/// Who is calling, since a browser may do less than the desktop window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The desktop window or the command line, on the user's own machine.
    Desktop,
    /// A browser or script over HTTP.
    Http,
}

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Data folder; none for `SHOAL_DATA_DIR` or the system's place.
    pub data_dir: Option<PathBuf>,
    /// `key=value` settings applied before the first network use.
    pub set: Vec<String>,
    /// .torrent paths, magnets and URLs to offer once the interface is there.
    pub open: Vec<String>,
    /// Nobody has asked to see it: when one runs already and there is nothing to open, that one is left alone.
    pub quiet: bool,
    /// What the system gave this start so that a window may come to the front.
    pub token: Option<String>,
    /// There is no window here: who starts another one is told so.
    pub faceless: bool,
    /// Variables of the environment that no program gets which is started for a torrent.
    pub own_environment: &'static [&'static str],
}

/// What a start says meanwhile, to whoever gets a window ready.
pub struct Meanwhile {
    /// No other Shoal runs. Dropped unsaid, there is one, or nothing can start.
    pub first: oneshot::Sender<()>,
    /// What a window is made by, before the list is read. Dropped unsaid, nothing can start.
    pub before: oneshot::Sender<Before>,
}

/// What a start came to.
pub enum Started {
    /// Shoal runs.
    Running(App),
    /// Another Shoal runs on this data folder; it got what was to be opened.
    HandedOver {
        /// That one shows itself; one without a window does not.
        shows: bool,
    },
}

/// Makes the engine; tests put another one in.
pub type EngineMaker =
    Box<dyn FnOnce(PathBuf, EngineSink) -> anyhow::Result<Arc<dyn Engine>> + Send>;

/// A running Shoal. Cheap to clone; the last one does not stop it, [`App::shutdown`] does.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// An answer of the engine that does not concern the state.
pub(crate) enum EngineAnswer {
    Peers(Vec<PeerInfo>),
    Pieces(Option<shoal_core::Bitfield>),
}

pub(crate) struct Inner {
    inbox: mpsc::Sender<Input>,
    engine: Arc<dyn Engine>,
    store: Arc<Store>,
    hub: Arc<Hub>,
    tickets: Arc<Tickets<EngineAnswer>>,
    previews: Previews,
    metas: MetaCache,
    /// What was: speeds and sums.
    past: Arc<Past>,
    /// Folders whose torrent files are added.
    watch: Arc<Folders>,
    /// Held by who looks for files.
    finding: tokio::sync::Mutex<()>,
    /// Torrents that are being made.
    making: create::Jobs,
    downloads: PathBuf,
    data_dir: PathBuf,
    opening: opening::Opening,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// The window's own thread, which opens what is dropped on it, knows no runtime.
    runtime: Handle,
}

/// Dropped when the actor ends, also when it ends by a panic: then nobody answers any more, what the
/// engine does would go unrecorded, and whoever looks must not wait for ever.
struct LastWords {
    engine: Arc<dyn Engine>,
    hub: Arc<Hub>,
}

impl Drop for LastWords {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("Shoal failed inside and stops; nothing that was stored is lost");
        }
        // An engine that is down already does not listen.
        self.engine.send(EngineRequest::Shutdown);
        self.hub.bye();
    }
}

impl App {
    /// Starts Shoal, or hands the arguments to the one that runs. Needs a tokio runtime.
    pub async fn start(options: Options) -> anyhow::Result<Started> {
        Self::start_with(options, Box::new(rqbit)).await
    }

    /// Like [`App::start`], and says meanwhile how far it is.
    pub async fn start_telling(options: Options, tell: Meanwhile) -> anyhow::Result<Started> {
        Self::begin(options, Box::new(rqbit), tell).await
    }

    /// Like [`App::start`], with another engine.
    pub async fn start_with(options: Options, engine: EngineMaker) -> anyhow::Result<Started> {
        let tell = Meanwhile {
            first: oneshot::channel().0,
            before: oneshot::channel().0,
        };
        Self::begin(options, engine, tell).await
    }

    async fn begin(
        options: Options,
        engine: EngineMaker,
        tell: Meanwhile,
    ) -> anyhow::Result<Started> {
        let dir = dirs::data_dir(options.data_dir)?;
        make_private(&dir)
            .with_context(|| format!("the data folder {} cannot be made", dir.display()))?;
        let found = match InstanceLock::acquire(&dir)? {
            Some(lock) => Found::Free(lock),
            None if options.quiet && options.open.is_empty() => Found::Other { shows: true },
            None => handover::hand_over(&dir, options.open.clone(), options.token).await?,
        };
        let lock = match found {
            Found::Free(lock) => lock,
            Found::Other { shows } => return Ok(Started::HandedOver { shows }),
        };
        let _ = tell.first.send(());
        logging::start(&dir);
        raise_file_limit();
        let (mut before, set) = (Some(tell.before), options.set.clone());
        let open = move || {
            Store::open_telling(lock, actor::now(), |loaded| {
                if let Some(known) = Before::of(loaded, &set)
                    && let Some(tell) = before.take()
                {
                    let _ = tell.send(known);
                }
            })
        };
        let opened = tokio::task::spawn_blocking(open).await?;
        let (store, loaded) = opened.context("the list of torrents cannot be opened")?;
        let store = Arc::new(store);
        let settings = settings_of(&loaded, &options.set, &store)?;
        let opening = Opening::new(options.faceless);
        let given = (settings, opening, options.own_environment);
        let app = Self::assemble(dir, store, loaded, given, engine)?;
        app.open(options.open);
        Ok(Started::Running(app))
    }

    fn assemble(
        dir: PathBuf,
        store: Arc<Store>,
        loaded: Loaded,
        (settings, opening, own): (Settings, Opening, &'static [&'static str]),
        engine: EngineMaker,
    ) -> anyhow::Result<Self> {
        let notices = loaded.set_aside.iter().map(notice).collect();
        let restored = Restored {
            torrents: loaded.torrents,
            labels: loaded.labels,
            settings,
            prefs: loaded.prefs.into_iter().collect(),
            journal: loaded.undo,
            watch: loaded.watch,
            wall: Some(wall::wall(actor::now())),
        };
        let (state, first) = State::restore(restored, actor::now());
        let (inbox, inputs) = mpsc::channel(actor::INBOX);
        let (report, reports) = mpsc::unbounded_channel();
        let tickets = Arc::new(Tickets::default());
        let scratch = dir.join("engine");
        let engine = engine(scratch.clone(), sink(report.clone(), tickets.clone()))?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let sink_of_programs = programs::sink(report.clone());
        let programs = Programs::start(sink_of_programs, own, &tasks, stop.clone());
        let tell = Arc::new(move |msg| drop(report.send(msg)));
        let disk = Disk::start(store.clone(), scratch, tell)?;
        let hub = Arc::new(Hub::default());
        hub.board.begin(&state);
        let downloads = dirs::downloads();
        let past = Arc::new(Past::new(loaded.tallied));
        let watch = Folders::start(inbox.downgrade(), store.clone(), hub.clone())?;
        watch.keep_out(&dir);
        let watch = Arc::new(watch);
        let parts = Parts {
            past: past.clone(),
            watch: watch.clone(),
            programs,
            state,
            store: store.clone(),
            engine: engine.clone(),
            disk,
            hub: hub.clone(),
            downloads: downloads.clone(),
            notices,
        };
        let inner = Arc::new(Inner {
            inbox,
            engine,
            store,
            hub,
            tickets,
            previews: Previews::default(),
            metas: MetaCache::default(),
            past,
            watch,
            finding: tokio::sync::Mutex::new(()),
            making: create::Jobs::default(),
            downloads,
            data_dir: dir,
            opening,
            stop,
            tasks,
            runtime: Handle::current(),
        });
        let app = Self { inner };
        app.spawn(parts, first, inputs, reports);
        Ok(app)
    }

    fn spawn(
        &self,
        parts: Parts,
        first: Vec<Effect>,
        inputs: mpsc::Receiver<Input>,
        reports: mpsc::UnboundedReceiver<Report>,
    ) {
        let tasks = &self.inner.tasks;
        let last = LastWords {
            engine: parts.engine.clone(),
            hub: parts.hub.clone(),
        };
        tasks.spawn(async move {
            let _last = last;
            Actor::new(parts).run(first, inputs, reports).await;
        });
        let weak = Arc::downgrade(&self.inner);
        let on_handover: handover::OnHandover = Arc::new(move |handed| {
            let inner = weak.upgrade();
            Box::pin(async move {
                match inner {
                    Some(inner) => Self { inner }.take_over(handed).await,
                    None => None,
                }
            })
        });
        let (dir, stop) = (self.inner.data_dir.clone(), self.inner.stop.clone());
        tasks.spawn(async move { handover::listen(&dir, on_handover, stop).await });
        tasks.close();
    }

    /// Runs one API command by name.
    pub async fn call(&self, caller: Caller, name: &str, request: Value) -> ApiResult<Value> {
        calls::call(&self.inner, caller, name, request).await
    }

    /// Opens a stream of events.
    pub fn subscribe(&self) -> Subscription {
        Subscription {
            inner: self.inner.clone(),
            stream: None,
        }
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.inner.data_dir.clone()
    }

    /// Stops everything within a few seconds and saves. Safe to call twice.
    pub async fn shutdown(&self) {
        let inner = &self.inner;
        let first = !inner.stop.is_cancelled();
        inner.opening.end();
        inner.stop.cancel();
        inner.making.cancel_all();
        if first {
            let watch = inner.watch.clone();
            let stopped = tokio::task::spawn_blocking(move || watch.stop());
            if tokio::time::timeout(WATCH_TIME, stopped).await.is_err() {
                tracing::warn!("the watch folders were not let go of in time");
            }
            let _ = inner.inbox.send(Input::Quit).await;
        }
        if tokio::time::timeout(ENGINE_TIME, inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                "the engine did not stop in time; what was being written will be checked"
            );
        }
        let store = inner.store.clone();
        let closed = tokio::task::spawn_blocking(move || store.close(STORE_TIME)).await;
        if first && !matches!(closed, Ok(Ok(()))) {
            tracing::warn!("the store was not closed in order");
        }
    }
}

/// A stream of events for one window or browser: a snapshot first, then deltas. A slow reader
/// gets merged deltas, never a growing queue.
pub struct Subscription {
    inner: Arc<Inner>,
    stream: Option<Stream>,
}

impl Subscription {
    /// The next event; none when Shoal is gone. Deltas come at most every 100 ms. Safe to cancel.
    pub async fn next(&mut self) -> Option<Event> {
        if self.stream.is_none() {
            let (tell, told) = oneshot::channel();
            self.inner.inbox.send(Input::Subscribe(tell)).await.ok()?;
            self.stream = Some(told.await.ok()?);
        }
        self.stream.as_mut()?.next().await
    }
}

impl Inner {
    pub(crate) async fn command(&self, command: Command) -> ApiResult<Reply> {
        let (tell, told) = oneshot::channel();
        self.inbox
            .send(Input::Command(command, tell))
            .await
            .map_err(|_| actor::gone())?;
        told.await.map_err(|_| actor::gone())
    }

    /// Lets `question` look at the state.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&State) -> T + Send + 'static,
    ) -> ApiResult<T> {
        let (tell, told) = oneshot::channel();
        let question = Box::new(move |state: &State| drop(tell.send(question(state))));
        self.inbox
            .send(Input::Ask(question))
            .await
            .map_err(|_| actor::gone())?;
        told.await.map_err(|_| actor::gone())
    }
}
