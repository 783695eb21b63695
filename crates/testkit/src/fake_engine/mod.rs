//! An engine without a network or files: it answers core's port as a good engine would, and the
//! test decides how time goes by, what fails, and which metadata the swarm has. In its autonomous
//! mode a thread lets time go by, so that a window can be shown with thousands of torrents.
//!
//! It must keep the order of events, never call the sink while it holds its lock, and never touch
//! the disk.

mod session;
mod torrent;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, mpsc},
    thread,
    time::{Duration, Instant},
};

use shoal_core::{
    Bitfield, Engine, EngineEvent, EngineFault, EngineRequest, EngineSink, InfoHash, Order,
    PeerInfo, Priorities, Transferred,
};
use shoal_metainfo::Metainfo;

use session::{Served, Session};

/// How fast things go. `SimOptions::default()` is 1 MB/s down, 100 kB/s up, metadata at once.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// Bytes a second a downloading torrent receives.
    pub down_bps: u64,
    /// Bytes a second a torrent sends once it has something.
    pub up_bps: u64,
    /// Vary the rates between a tenth and twice that, by torrent and over time.
    pub varied: bool,
    /// Peers connected to each torrent.
    pub peers: u32,
    /// Time until metadata is there that was served.
    pub metadata_ms: u64,
    /// Time between two steps of the autonomous mode.
    pub tick: Duration,
    /// Port told when the engine may choose one.
    pub port: u16,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            down_bps: 1_000_000,
            up_bps: 100_000,
            varied: false,
            peers: 5,
            metadata_ms: 0,
            tick: Duration::from_millis(250),
            port: 6_881,
        }
    }
}

/// Order, first and last pieces first, and the priorities of files that are not normal.
pub type Steering = (Order, bool, Priorities);

/// The fake engine. Clones are the same engine.
#[derive(Clone)]
pub struct FakeEngine {
    inner: Arc<Inner>,
}

struct Inner {
    sink: EngineSink,
    session: Mutex<Session>,
}

impl FakeEngine {
    /// An engine whose time stands still until [`FakeEngine::advance`].
    pub fn new(sink: EngineSink) -> Self {
        Self::with_options(sink, SimOptions::default())
    }

    pub fn with_options(sink: EngineSink, options: SimOptions) -> Self {
        let session = Mutex::new(Session::new(options));
        Self {
            inner: Arc::new(Inner { sink, session }),
        }
    }

    /// An engine together with its events, for a test that looks at them itself.
    pub fn with_events() -> (Self, mpsc::Receiver<EngineEvent>) {
        let (sender, receiver) = mpsc::channel();
        // A test that does not look any more is no reason to fail.
        let sink: EngineSink = Arc::new(move |event| drop(sender.send(event)));
        (Self::new(sink), receiver)
    }

    /// An engine whose time goes by itself, until the last clone is dropped or it is shut down.
    pub fn running(sink: EngineSink, options: SimOptions) -> Self {
        let tick = options.tick;
        let engine = Self::with_options(sink, options);
        let weak = Arc::downgrade(&engine.inner);
        let run = move || {
            let mut last = Instant::now();
            loop {
                thread::sleep(tick);
                let Some(inner) = weak.upgrade() else { return };
                let engine = Self { inner };
                if engine.session().is_down() {
                    return;
                }
                // Whole milliseconds only; the rest counts next time.
                let passed = u64::try_from(last.elapsed().as_millis()).unwrap_or(u64::MAX);
                last += Duration::from_millis(passed);
                engine.advance(passed);
            }
        };
        thread::Builder::new()
            .name("fake-engine".to_owned())
            .spawn(run)
            .unwrap();
        engine
    }

    /// Lets time go by: transfers go on, metadata arrives.
    pub fn advance(&self, ms: u64) {
        self.change(|session| session.advance(ms));
    }

    /// All requests so far, in order.
    pub fn requests(&self) -> Vec<EngineRequest> {
        self.session().requests.clone()
    }

    /// The requests since the last call, in order.
    pub fn take_requests(&self) -> Vec<EngineRequest> {
        std::mem::take(&mut self.session().requests)
    }

    /// The torrents that run.
    pub fn running_torrents(&self) -> Vec<InfoHash> {
        self.session().running()
    }

    /// Pieces a running torrent has.
    pub fn have(&self, hash: InfoHash) -> Option<Bitfield> {
        self.session().have(hash)
    }

    /// All that a torrent has moved, in all its runs together.
    pub fn transferred(&self, hash: InfoHash) -> Transferred {
        self.session().transferred(hash)
    }

    /// In which order a running torrent fetches its pieces.
    pub fn steering(&self, hash: InfoHash) -> Option<Steering> {
        self.session().steering(hash)
    }

    /// Bytes a second this torrent receives from now on; 0 stalls it.
    pub fn set_down_bps(&self, hash: InfoHash, bytes_per_second: u64) {
        self.session().set_down_bps(hash, bytes_per_second);
    }

    /// Bytes a second this torrent sends from now on.
    pub fn set_up_bps(&self, hash: InfoHash, bytes_per_second: u64) {
        self.session().set_up_bps(hash, bytes_per_second);
    }

    /// The next start of this torrent fails.
    pub fn fail_next_start(&self, hash: InfoHash, fault: EngineFault) {
        self.session().fail_next_start(hash, fault);
    }

    /// The next [`EngineRequest::Configure`] fails.
    pub fn fail_next_configure(&self, fault: EngineFault) {
        self.session().fail_configure = Some(fault);
    }

    /// A running torrent breaks now; the engine lets go of it and tells what it had. False when it
    /// does not run.
    pub fn break_torrent(&self, hash: InfoHash, fault: EngineFault) -> bool {
        self.change(|session| session.break_torrent(hash, fault))
    }

    /// The session breaks now; nothing runs any more until it is configured again.
    pub fn break_session(&self, fault: EngineFault) {
        self.change(|session| session.break_session(fault));
    }

    /// The swarm has this metadata from now on, also for fetches that already wait.
    pub fn serve_metadata(&self, meta: Arc<Metainfo>) {
        self.serve_metadata_with_peers(meta, Vec::new());
    }

    /// Like [`FakeEngine::serve_metadata`], with peers to be seen on the way.
    pub fn serve_metadata_with_peers(&self, meta: Arc<Metainfo>, peers: Vec<SocketAddr>) {
        let hash = meta.info_hash;
        self.change(|session| session.serve(hash, Served::Metadata(meta, peers)));
    }

    /// Fetches of this torrent fail with this code from now on, also those that already wait.
    pub fn fail_metadata(&self, hash: InfoHash, code: &str) {
        self.change(|session| session.serve(hash, Served::Failure(code.to_owned())));
    }

    /// What [`EngineRequest::Peers`] is answered from now on, in place of made-up peers.
    pub fn set_peers(&self, hash: InfoHash, peers: Vec<PeerInfo>) {
        self.session().set_peers(hash, peers);
    }

    /// Hold answers to requests back (true), or give them and go on (false): a hanging engine.
    pub fn hang(&self, hanging: bool) {
        self.change(|session| session.hang(hanging));
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.inner.session.lock().unwrap()
    }

    /// Changes the session and delivers the events. Whoever comes while events are delivered (the
    /// sink itself, or another thread) leaves its own to the one who delivers, so that the order
    /// is kept and the sink is never called twice at a time.
    fn change<T>(&self, change: impl FnOnce(&mut Session) -> T) -> T {
        let mut session = self.session();
        let result = change(&mut session);
        if std::mem::replace(&mut session.delivering, true) {
            return result;
        }
        while let Some(event) = session.next_event() {
            drop(session);
            (self.inner.sink)(event);
            session = self.session();
        }
        session.delivering = false;
        result
    }
}

impl Engine for FakeEngine {
    fn send(&self, request: EngineRequest) {
        self.change(|session| session.take(request));
    }
}
