//! The engine's loop: takes requests and notes one by one and keeps every torrent's state. It waits
//! for nothing but a session's start and end; all else runs in tasks that send it notes.

mod calm;
mod care;
mod limits;
mod reunite;
mod torrents;

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use librqbit::{ManagedTorrentState, Session, limits::LimitsConfig};
use shoal_core::{
    EngineEvent, EngineFault, EngineRequest, EngineSample, EngineSink, NetworkOptions, OpId,
    Transferred,
};
use shoal_files::Disk;
use shoal_metainfo::InfoHash;
use tokio::{
    sync::{Mutex, mpsc},
    task::AbortHandle,
    time::MissedTickBehavior,
};

use self::calm::Calm;
use crate::{
    EngineConfig, RuntimeFlavour,
    entry::{Entry, Phase},
    fault::Fault,
    fetch,
    note::{Handle, Note},
    queue::Queue,
    session::{self, Open},
    steer::{Helm, Wishes},
    storage::{Factory, StorageShared},
    watch,
};

/// How often storage is looked after.
const BEAT: Duration = Duration::from_secs(1);
/// All state of the engine; lives on its thread.
pub(crate) struct Runner {
    config: EngineConfig,
    sink: EngineSink,
    queue: Arc<Queue>,
    notes: mpsc::UnboundedSender<Note>,
    inbox: mpsc::UnboundedReceiver<Note>,
    storage: Arc<StorageShared>,
    factory: Factory,
    open: Option<Open>,
    net: Option<NetworkOptions>,
    /// What all torrents together keep within.
    limits: LimitsConfig,
    /// Peers of torrents that were stopped, for when they are started again.
    known: HashMap<InfoHash, Vec<SocketAddr>>,
    /// One add at a time.
    turn: Arc<Mutex<()>>,
    entries: HashMap<InfoHash, Entry>,
    fetches: HashMap<InfoHash, Fetch>,
    /// Knows which pieces are to come first.
    helm: Arc<Helm>,
    /// The session is to be opened like this, having been moved to several threads.
    moved: Option<NetworkOptions>,
    calm: Calm,
    /// Numbers runs and fetches.
    count: u64,
}

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It was told to.
    Down,
    /// The storage is slow: it is to go on, on a runtime of several threads.
    Slow,
}

struct Fetch {
    number: u64,
    op: OpId,
    task: AbortHandle,
}

impl Runner {
    pub(crate) fn new(
        config: EngineConfig,
        disk: Disk,
        sink: EngineSink,
        queue: Arc<Queue>,
    ) -> Self {
        let (notes, inbox) = mpsc::unbounded_channel();
        Self {
            config,
            sink,
            queue,
            notes,
            inbox,
            storage: Arc::new(StorageShared::new(disk)),
            factory: Factory::default(),
            open: None,
            net: None,
            limits: LimitsConfig::default(),
            known: HashMap::new(),
            turn: Arc::default(),
            entries: HashMap::new(),
            fetches: HashMap::new(),
            helm: Helm::new(),
            moved: None,
            calm: Calm::default(),
            count: 0,
        }
    }

    /// Runs until it is told to shut down, or has to be run again on another runtime.
    pub(crate) async fn run(&mut self) -> End {
        if let Some(net) = self.moved.take() {
            self.open_session(net, true).await;
        }
        let steering = tokio::spawn(self.helm.clone().run());
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut look = tokio::time::interval(reunite::LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let end = loop {
            tokio::select! {
                request = self.queue.pop() => match request {
                    EngineRequest::Shutdown => break End::Down,
                    request => self.on_request(request).await,
                },
                Some(note) = self.inbox.recv() => self.on_note(note),
                _ = beat.tick() => if self.beat() {
                    break End::Slow;
                },
                _ = look.tick(), if self.is_looking() => self.look(),
            }
        };
        steering.abort();
        self.calm.end();
        let net = self.net.clone();
        self.end_session().await;
        if end == End::Slow {
            self.config.flavour = RuntimeFlavour::MultiThread;
            self.moved = net;
        } else {
            self.queue.close();
            self.emit(EngineEvent::Down);
        }
        end
    }

    async fn on_request(&mut self, request: EngineRequest) {
        match request {
            EngineRequest::Configure(net) => self.configure(net).await,
            EngineRequest::Start(spec) => self.start(spec),
            EngineRequest::Stop { hash, op } => self.stop(hash, op),
            EngineRequest::FetchMetadata {
                hash,
                op,
                trackers,
                peers,
            } => {
                self.fetch(hash, op, trackers, peers);
            }
            EngineRequest::CancelFetch { hash } => {
                if let Some(fetch) = self.fetches.remove(&hash) {
                    fetch.task.abort();
                }
            }
            EngineRequest::Limits { down_bps, up_bps } => self.limit(LimitsConfig {
                download_bps: down_bps,
                upload_bps: up_bps,
            }),
            EngineRequest::Sample => self.sample(),
            EngineRequest::Peers { hash, ticket } => {
                let peers = match self.entries.get_mut(&hash) {
                    Some(Entry {
                        phase: Phase::Running(handle),
                        watch,
                        ..
                    }) => watch.peers(handle),
                    _ => Vec::new(),
                };
                self.emit(EngineEvent::Peers { ticket, peers });
            }
            EngineRequest::Pieces { hash, ticket } => {
                let have = self.entries.get(&hash).map(|e| e.files.have());
                self.emit(EngineEvent::Pieces { ticket, have });
            }
            EngineRequest::Select { hash, wanted } => self.select(hash, wanted),
            EngineRequest::Steer {
                hash,
                order,
                first_last,
                priorities,
            } => {
                let wishes = Wishes {
                    order,
                    first_last,
                    priorities,
                };
                self.steer(hash, wishes);
            }
            // Handled by the loop itself.
            EngineRequest::Shutdown => {}
        }
    }

    async fn configure(&mut self, net: NetworkOptions) {
        if let Some(open) = &self.open
            && self.net.as_ref() == Some(&net)
        {
            // Whoever asks waits for the answer, also when nothing had to change.
            let port = open.port;
            self.emit(EngineEvent::Ready { port });
            return;
        }
        let again = self.open.is_some();
        self.end_session().await;
        self.open_session(net, again).await;
    }

    async fn open_session(&mut self, net: NetworkOptions, again: bool) {
        match session::open(&self.config, &net, self.limits, &self.factory, again).await {
            Ok(open) => {
                let port = open.port;
                self.open = Some(open);
                self.net = Some(net);
                self.emit(EngineEvent::Ready { port });
            }
            Err(fault) => {
                let (fault, detail) = session::failed(&net, &fault);
                self.emit(EngineEvent::Failed { fault, detail });
            }
        }
    }

    /// Stops everything and tells of it.
    async fn end_session(&mut self) {
        for (hash, fetch) in std::mem::take(&mut self.fetches) {
            fetch.task.abort();
            let code = fetch::INTERNAL.to_owned();
            self.emit(EngineEvent::MetadataFailed {
                hash,
                op: fetch.op,
                code,
            });
        }
        for (hash, entry) in &self.entries {
            entry.give_up();
            self.helm.forget(*hash);
            entry.adding.abort();
        }
        if let Some(open) = self.open.take() {
            session::close(&open.session).await;
        }
        self.net = None;
        // An add that was cut off may never let go of its turn.
        self.turn = Arc::default();
        self.flush_all().await;
        for (hash, entry) in std::mem::take(&mut self.entries) {
            entry.files.close();
            self.factory.forget(&entry.files);
            for event in entry.farewell(hash, true) {
                self.emit(event);
            }
        }
    }

    fn fetch(
        &mut self,
        hash: InfoHash,
        op: OpId,
        trackers: Vec<Vec<String>>,
        peers: Vec<SocketAddr>,
    ) {
        let (Some(session), Some(net)) = (self.session(), self.net.clone()) else {
            let code = fetch::INTERNAL.to_owned();
            return self.emit(EngineEvent::MetadataFailed { hash, op, code });
        };
        self.count += 1;
        let number = self.count;
        let task = tokio::spawn(fetch::run(fetch::Job {
            session,
            hash,
            trackers,
            peers,
            net,
        }));
        let fetch = Fetch {
            number,
            op,
            task: task.abort_handle(),
        };
        if let Some(old) = self.fetches.insert(hash, fetch) {
            old.task.abort();
        }
        let notes = self.notes.clone();
        tokio::spawn(async move {
            // A panic here is what a peer with broken metadata can cause.
            let result = task
                .await
                .unwrap_or_else(|_| Err(fetch::INTERNAL.to_owned()));
            let _ = notes.send(Note::Fetched {
                hash,
                op,
                fetch: number,
                result,
            });
        });
    }

    fn sample(&mut self) {
        let mut sample = EngineSample {
            dht_nodes: self
                .open
                .as_ref()
                .and_then(|o| watch::dht_nodes(&o.session)),
            ..EngineSample::default()
        };
        let mut broken = Vec::new();
        for (&hash, entry) in &mut self.entries {
            let Phase::Running(handle) = &entry.phase else {
                continue;
            };
            if let Some(text) = error_of(handle) {
                // What storage tells is more exact, and its note may be on its way.
                entry.failure.get_or_insert_with(|| Fault::internal(text));
                broken.push(hash);
                continue;
            }
            sample
                .torrents
                .push((hash, entry.watch.sample(handle, &entry.files)));
        }
        for hash in broken {
            self.leave(hash);
        }
        self.emit(EngineEvent::Sample(sample));
    }

    fn on_note(&mut self, note: Note) {
        match note {
            Note::Added { hash, run, result } => self.on_added(hash, run, result),
            Note::Left { hash, run } => {
                if self.current(hash, run).is_some() {
                    self.finish(hash);
                }
            }
            Note::Fault { hash, run, fault } => {
                let Some(entry) = self.current(hash, run) else {
                    return;
                };
                if !matches!(entry.phase, Phase::Leaving) {
                    entry.failure = Some(fault);
                    self.leave(hash);
                }
            }
            Note::Whole { hash, run } => self.on_whole(hash, run),
            Note::Complete { hash, run } => self.on_complete(hash, run),
            Note::Finished { hash, run } => {
                let Some(entry) = self.current(hash, run) else {
                    return;
                };
                let (op, have, owned) = (entry.op, entry.files.have(), entry.files.owned());
                if matches!(entry.phase, Phase::Running(_)) {
                    self.emit(EngineEvent::Finished {
                        hash,
                        op,
                        have,
                        owned,
                    });
                }
            }
            Note::Fetched {
                hash,
                op,
                fetch,
                result,
            } => {
                if self.fetches.get(&hash).is_none_or(|f| f.number != fetch) {
                    return;
                }
                self.fetches.remove(&hash);
                self.emit(match result {
                    Ok((meta, peers)) => EngineEvent::Metadata {
                        hash,
                        op,
                        meta,
                        peers,
                    },
                    Err(code) => EngineEvent::MetadataFailed { hash, op, code },
                });
            }
        }
    }

    fn current(&mut self, hash: InfoHash, run: u64) -> Option<&mut Entry> {
        self.entries.get_mut(&hash).filter(|e| e.run == run)
    }

    fn session(&self) -> Option<Arc<Session>> {
        self.open.as_ref().map(|o| o.session.clone())
    }

    fn emit(&self, event: EngineEvent) {
        (self.sink)(event);
    }
}

fn error_of(handle: &Handle) -> Option<String> {
    handle.with_state(|state| match state {
        ManagedTorrentState::Error(e) => Some(format!("{e:#}")),
        _ => None,
    })
}

/// Answers for a request that the full queue refused.
pub(crate) fn refusal(request: EngineRequest) -> Option<EngineEvent> {
    match request {
        EngineRequest::Start(spec) => Some(EngineEvent::TorrentFailed {
            hash: spec.meta.info_hash,
            op: spec.op,
            fault: EngineFault::Internal,
            detail: "the engine has too much to do".to_owned(),
            have: None,
            owned: None,
            transferred: Transferred::default(),
        }),
        EngineRequest::FetchMetadata { hash, op, .. } => {
            let code = fetch::INTERNAL.to_owned();
            Some(EngineEvent::MetadataFailed { hash, op, code })
        }
        EngineRequest::Peers { ticket, .. } => Some(EngineEvent::Peers {
            ticket,
            peers: Vec::new(),
        }),
        EngineRequest::Pieces { ticket, .. } => Some(EngineEvent::Pieces { ticket, have: None }),
        _ => None,
    }
}
