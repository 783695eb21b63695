//! The actor: owns the state machine, feeds it one message at a time and carries out its effects.
//!
//! The only place where the state changes. A `Store` effect is waited for before the next one;
//! everything that takes long is handed to the disk worker or the engine, and its result comes back
//! as a message. Nothing here is allowed to wait for a peer, a tracker or a torrent's files.

mod acts;
mod show;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use shoal_api::{ApiError, Sentence, Snapshot, Totals, WatchFolderView};
use shoal_core::{
    Command, CommandId, Effect, Engine, EngineEvent, Msg, Phase, Reply, State, StoreOp, Timestamp,
};
use shoal_files::Volume;
use shoal_store::{Room, Store};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::{
    desk::Ledger,
    disk::{Disk, Found, Report},
    hub::{Hub, Stream},
    past::Past,
    volumes,
    watch::Folders,
};

/// Most messages that wait for the actor; beyond it callers wait.
pub(crate) const INBOX: usize = 1_024;
/// How often the running torrents are looked at while somebody watches.
const TICK: Duration = Duration::from_secs(1);
/// Ticks between two looks at the free space.
const FREE_SPACE_TICKS: u32 = 10;
/// Ticks between two looks at which torrents run, for the watch over whole ones.
const RUNNING_TICKS: u32 = 30;
/// Ticks after which folders are watched although nobody has asked for the list.
const WATCH_TICKS: u32 = 2;
/// While nobody watches only every so many ticks are taken.
const UNWATCHED_TICKS: u32 = 5;

type Question = Box<dyn FnOnce(&State) + Send>;

/// What the actor is sent.
pub(crate) enum Input {
    Quit,
    Command(Command, oneshot::Sender<Reply>),
    Ask(Question),
    Subscribe(oneshot::Sender<Stream>),
    Snapshot(oneshot::Sender<Snapshot>),
}

/// What the actor is made of.
pub(crate) struct Parts {
    pub(crate) state: State,
    pub(crate) store: Arc<Store>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) disk: Disk,
    pub(crate) hub: Arc<Hub>,
    pub(crate) past: Arc<Past>,
    pub(crate) watch: Arc<Folders>,
    pub(crate) downloads: PathBuf,
    pub(crate) notices: Vec<Sentence>,
}

pub(crate) struct Actor {
    parts: Parts,
    next_command: u64,
    waiting: HashMap<CommandId, oneshot::Sender<Reply>>,
    ticks: u32,
    totals: Totals,
    /// What is known of all torrents by those who do not look at the list.
    ledger: Ledger,
    free: (Option<u64>, Option<String>),
    /// A look at the free space that a slow drive has not answered yet.
    looking: Option<JoinHandle<Option<Volume>>>,
    /// What was last said of the room that the store has.
    room: Room,
    /// The sums over all torrents are to be made anew.
    totals_due: bool,
    /// What came with the report that is being handled.
    starting: Option<Found>,
    /// What was last shown of the watch folders.
    watch_shown: Vec<WatchFolderView>,
    /// The list could be shown: folders are watched.
    watch_begun: bool,
    ended: bool,
}

/// Milliseconds since the Unix epoch, now.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

impl Actor {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            ledger: Ledger::of(&parts.state),
            parts,
            next_command: 0,
            waiting: HashMap::new(),
            ticks: 0,
            totals: Totals::default(),
            free: (None, None),
            looking: None,
            room: Room::Enough,
            totals_due: true,
            starting: None,
            watch_shown: vec![],
            watch_begun: false,
            ended: false,
        }
    }

    /// Runs until the engine is down after a quit, or nobody can send any more. `reports` are the
    /// engine's and the disk worker's: never more than the requests that led to them.
    pub(crate) async fn run(
        mut self,
        first: Vec<Effect>,
        mut inbox: mpsc::Receiver<Input>,
        mut reports: mpsc::UnboundedReceiver<Report>,
    ) {
        self.parts.hub.board.show(self.ledger.desk());
        self.carry_out(first).await;
        let watch = self.parts.watch.clone();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !self.ended {
            tokio::select! {
                Some(report) = reports.recv() => self.hear(report).await,
                input = inbox.recv() => match input {
                    Some(input) => self.take(input).await,
                    None => break,
                },
                () = watch.changed() => self.show_watch(),
                _ = tick.tick() => self.tick().await,
            }
        }
        // The engine's last words about each torrent are on their way to the store.
        self.parts.disk.finish().await;
        self.parts.store.save_tallied(self.parts.past.last());
        self.parts.hub.bye();
    }

    async fn take(&mut self, input: Input) {
        match input {
            Input::Quit => self.handle(Msg::Quit).await,
            Input::Command(command, answer) => {
                self.next_command += 1;
                let id = CommandId(self.next_command);
                self.waiting.insert(id, answer);
                self.handle(Msg::Command(id, command)).await;
            }
            Input::Ask(question) => question(&self.parts.state),
            Input::Snapshot(answer) => {
                drop(answer.send(self.snapshot()));
                self.begin_watch();
            }
            Input::Subscribe(answer) => {
                self.totals_due = true;
                self.publish();
                let snapshot = self.snapshot();
                // The new reader knows these, and no one else did when nobody looked.
                self.totals.clone_from(&snapshot.totals);
                self.watch_shown.clone_from(&snapshot.watch);
                let _ = answer.send(self.parts.hub.add(snapshot));
                self.begin_watch();
            }
        }
    }

    async fn tick(&mut self) {
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks >= WATCH_TICKS {
            self.begin_watch();
        }
        let watched = self.parts.hub.is_watched();
        if !watched && !self.ticks.is_multiple_of(UNWATCHED_TICKS) {
            return;
        }
        let waiting = self.looking.as_ref().is_some_and(|l| !l.is_finished());
        let due = watched && self.ticks % FREE_SPACE_TICKS == 1 || self.free.0.is_none();
        if due && !waiting {
            self.look_at_free_space().await;
        }
        if self.ticks.is_multiple_of(RUNNING_TICKS) {
            let running = |t: &&shoal_core::Torrent| t.live.phase == Phase::Running;
            let running = self.parts.state.torrents().filter(running);
            let running = running.map(|t| t.record.hash).collect();
            self.parts.disk.watch_only(&running);
        }
        self.tell_room();
        self.totals_due = true;
        self.handle(Msg::Tick).await;
    }

    async fn look_at_free_space(&mut self) {
        // A network drive may take its time: the list does not wait for it, and one that hangs is
        // not asked again.
        let mut look = self.looking.take().unwrap_or_else(|| {
            let folder = self.downloads();
            tokio::task::spawn_blocking(move || volumes::volume_of(&folder))
        });
        match tokio::time::timeout(Duration::from_millis(200), &mut look).await {
            Ok(Ok(volume)) => {
                self.free = (
                    volume.as_ref().map(|v| v.free_bytes),
                    volume.map(|v| v.mount.to_string_lossy().into_owned()),
                );
            }
            Ok(Err(error)) => tracing::warn!(%error, "the free space could not be looked at"),
            Err(_) => self.looking = Some(look),
        }
    }

    fn downloads(&self) -> PathBuf {
        let chosen = &self.parts.state.settings().downloads_folder;
        if chosen.as_os_str().is_empty() {
            self.parts.downloads.clone()
        } else {
            chosen.clone()
        }
    }

    async fn handle(&mut self, msg: Msg) {
        let effects = self.parts.state.handle(msg, now());
        self.carry_out(effects).await;
    }

    async fn hear(&mut self, report: Report) {
        self.starting = report.found;
        let counts = matches!(
            report.msg,
            Msg::Engine(
                EngineEvent::Sample(_)
                    | EngineEvent::Stopped { .. }
                    | EngineEvent::TorrentFailed { .. }
            )
        );
        self.handle(report.msg).await;
        self.starting = None;
        if counts {
            let moved = self.parts.state.take_moved();
            if let Some(sums) = self.parts.past.feed(&moved) {
                self.parts.store.save_tallied(sums);
            }
        }
    }

    async fn carry_out(&mut self, effects: Vec<Effect>) {
        let mut queue = std::collections::VecDeque::from(effects);
        while let Some(effect) = queue.pop_front() {
            match effect {
                Effect::Store(ops) => {
                    let stored = self.commit(ops).await;
                    let msg = match stored {
                        Ok(()) => Msg::Stored,
                        Err(error) => {
                            tracing::error!(%error, "a change could not be stored and was taken back");
                            queue.clear();
                            Msg::StoreFailed(error)
                        }
                    };
                    for more in self.parts.state.handle(msg, now()).into_iter().rev() {
                        queue.push_front(more);
                    }
                }
                other => self.act(other),
            }
        }
    }

    /// Torrents that `ops` forget leave nothing behind.
    fn forget(&self, ops: &[StoreOp]) {
        for op in ops {
            if let StoreOp::DropTorrent(hash) = op {
                self.parts.disk.forget(*hash);
            }
        }
    }

    async fn commit(&self, ops: Vec<StoreOp>) -> Result<(), String> {
        let dropped = |op: &&StoreOp| matches!(op, StoreOp::DropTorrent(_));
        let gone: Vec<StoreOp> = ops.iter().filter(dropped).cloned().collect();
        for op in &ops {
            if let StoreOp::MarkDirty(hash) = op {
                self.parts.disk.dirtied(*hash);
            }
        }
        let (tell, told) = oneshot::channel();
        self.parts
            .store
            .commit(ops, move |result| drop(tell.send(result)));
        match told.await {
            Ok(Ok(())) => {
                self.forget(&gone);
                Ok(())
            }
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the store is gone".to_owned()),
        }
    }
}

/// The error for an answer that never came.
pub(crate) fn gone() -> ApiError {
    ApiError::new("shutting_down")
}
