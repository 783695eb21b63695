//! The engine's loop: takes requests and notes one by one and keeps every torrent's state. It waits
//! for nothing but a session's start and end; all else runs in tasks that send it notes.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, atomic::AtomicBool},
};

use librqbit::{ManagedTorrentState, Session};
use shoal_core::{
    EngineEvent, EngineFault, EngineRequest, EngineSample, EngineSink, NetworkOptions, OpId,
    StartSpec,
};
use shoal_metainfo::{Bitfield, InfoHash};
use tokio::{
    sync::{Mutex, mpsc},
    task::{AbortHandle, spawn_blocking},
};

use crate::{
    EngineConfig,
    entry::{Entry, Phase},
    fault::Fault,
    fetch,
    note::{Handle, Note},
    queue::Queue,
    session::{self, Open},
    start,
    storage::{Factory, StorageShared, TorrentFiles},
    watch,
};

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
    /// One add at a time.
    turn: Arc<Mutex<()>>,
    entries: HashMap<InfoHash, Entry>,
    fetches: HashMap<InfoHash, Fetch>,
    /// Numbers runs and fetches.
    count: u64,
}

struct Fetch {
    number: u64,
    op: OpId,
    task: AbortHandle,
}

impl Runner {
    pub(crate) fn new(config: EngineConfig, sink: EngineSink, queue: Arc<Queue>) -> Self {
        let (notes, inbox) = mpsc::unbounded_channel();
        Self {
            config,
            sink,
            queue,
            notes,
            inbox,
            storage: Arc::new(StorageShared::new()),
            factory: Factory::default(),
            open: None,
            net: None,
            turn: Arc::default(),
            entries: HashMap::new(),
            fetches: HashMap::new(),
            count: 0,
        }
    }

    /// Runs until it is told to shut down.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                request = self.queue.pop() => match request {
                    EngineRequest::Shutdown => break,
                    request => self.on_request(request).await,
                },
                Some(note) = self.inbox.recv() => self.on_note(note),
            }
        }
        self.end_session().await;
        self.queue.close();
        self.emit(EngineEvent::Down);
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
            // Handled by the loop itself.
            EngineRequest::Shutdown => {}
        }
    }

    async fn configure(&mut self, net: NetworkOptions) {
        if self.open.is_some() && self.net.as_ref() == Some(&net) {
            return;
        }
        let again = self.open.is_some();
        self.end_session().await;
        match session::open(&self.config, &net, &self.factory, again).await {
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
        for entry in self.entries.values() {
            entry.give_up();
            entry.adding.abort();
        }
        if let Some(open) = self.open.take() {
            session::close(&open.session).await;
        }
        self.net = None;
        // An add that was cut off may never let go of its turn.
        self.turn = Arc::default();
        for (hash, entry) in std::mem::take(&mut self.entries) {
            entry.files.close();
            self.factory.forget(&entry.files);
            for event in entry.farewell(hash, true) {
                self.emit(event);
            }
        }
    }

    fn start(&mut self, spec: Box<StartSpec>) {
        let hash = spec.meta.info_hash;
        if let Some(entry) = self.entries.get_mut(&hash) {
            entry.next = Some(spec);
            self.leave(hash);
        } else {
            self.begin(spec);
        }
    }

    fn begin(&mut self, spec: Box<StartSpec>) {
        let (hash, op) = (spec.meta.info_hash, spec.op);
        self.count += 1;
        let run = self.count;
        match self.spawn_add(spec, run) {
            Ok(entry) => {
                self.entries.insert(hash, entry);
            }
            Err(fault) => self.emit(EngineEvent::TorrentFailed {
                hash,
                op,
                fault: fault.kind,
                detail: fault.detail,
                have: None,
                owned: None,
            }),
        }
    }

    fn spawn_add(&self, spec: Box<StartSpec>, run: u64) -> Result<Entry, Fault> {
        let (Some(open), Some(net)) = (&self.open, &self.net) else {
            return Err(Fault::internal("the engine is not ready"));
        };
        let (hash, op) = (spec.meta.info_hash, spec.op);
        let (scratch, notes) = (&self.config.scratch, self.notes.clone());
        let files = TorrentFiles::new(&spec, scratch, self.storage.clone(), notes, run)?;
        let files = Arc::new(files);
        files.known_as();
        self.factory.register(&files);
        let given_up = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(start::run(start::Job {
            session: open.session.clone(),
            turn: self.turn.clone(),
            files: files.clone(),
            spec,
            net: net.clone(),
            scratch: scratch.clone(),
            given_up: given_up.clone(),
        }));
        let entry = Entry::new(op, run, files, given_up, task.abort_handle());
        let notes = self.notes.clone();
        tokio::spawn(async move {
            // A panic inside the engine costs this torrent, not the program.
            let result = task
                .await
                .unwrap_or_else(|e| Err(Fault::internal(e.to_string())));
            let _ = notes.send(Note::Added { hash, run, result });
        });
        Ok(entry)
    }

    fn stop(&mut self, hash: InfoHash, op: OpId) {
        if let Some(entry) = self.entries.get_mut(&hash) {
            entry.next = None;
            entry.stops.push(op);
            self.leave(hash);
        } else {
            self.emit(EngineEvent::Stopped {
                hash,
                op,
                have: None,
                owned: None,
            });
        }
    }

    /// Begins to take a torrent out; an add under way is waited for.
    fn leave(&mut self, hash: InfoHash) {
        let Some(entry) = self.entries.get_mut(&hash) else {
            return;
        };
        entry.give_up();
        let Phase::Running(_) = entry.phase else {
            return;
        };
        entry.phase = Phase::Leaving;
        let run = entry.run;
        let Some(session) = self.session() else {
            return;
        };
        let notes = self.notes.clone();
        let task = tokio::spawn(async move { start::leave(&session, hash).await });
        tokio::spawn(async move {
            let _ = task.await;
            let _ = notes.send(Note::Left { hash, run });
        });
    }

    fn fetch(
        &mut self,
        hash: InfoHash,
        op: OpId,
        trackers: Vec<Vec<String>>,
        peers: Vec<std::net::SocketAddr>,
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

    fn select(&mut self, hash: InfoHash, wanted: Bitfield) {
        let Some(session) = self.session() else {
            return;
        };
        let Some(entry) = self.entries.get_mut(&hash) else {
            return;
        };
        let Phase::Running(handle) = &entry.phase else {
            entry.selection = Some(wanted);
            return;
        };
        let (files, run, handle) = (entry.files.clone(), entry.run, handle.clone());
        let (turn, notes) = (entry.selecting.clone(), self.notes.clone());
        tokio::spawn(async move {
            let _turn = turn.lock().await;
            match apply_selection(&session, &handle, files, wanted).await {
                Ok(true) => {
                    let _ = notes.send(Note::Complete { hash, run });
                }
                Ok(false) => {}
                Err(fault) => {
                    let _ = notes.send(Note::Fault { hash, run, fault });
                }
            }
        });
    }

    fn sample(&mut self) {
        self.storage.check_latency();
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

    fn on_added(&mut self, hash: InfoHash, run: u64, result: Result<Handle, Fault>) {
        let Some(entry) = self.current(hash, run) else {
            return;
        };
        match result {
            Ok(handle) => {
                entry.phase = Phase::Running(handle);
                if entry.is_given_up() {
                    return self.leave(hash);
                }
                let (op, early) = (entry.op, entry.complete_early);
                let selection = entry.selection.take();
                self.emit(EngineEvent::Started { hash, op });
                if early {
                    self.on_complete(hash, run);
                }
                if let Some(wanted) = selection {
                    self.select(hash, wanted);
                }
            }
            Err(fault) => {
                if !entry.is_given_up() {
                    entry.failure = Some(fault);
                }
                self.finish(hash);
            }
        }
    }

    fn on_complete(&mut self, hash: InfoHash, run: u64) {
        let notes = self.notes.clone();
        let Some(entry) = self.current(hash, run) else {
            return;
        };
        if matches!(entry.phase, Phase::Adding) {
            entry.complete_early = true;
            return;
        }
        let files = entry.files.clone();
        spawn_blocking(move || {
            let _ = notes.send(match files.make_empty_files() {
                Ok(()) => Note::Finished { hash, run },
                Err(fault) => Note::Fault { hash, run, fault },
            });
        });
    }

    /// A torrent is out: close its files, tell everyone, and start it again if asked meanwhile.
    fn finish(&mut self, hash: InfoHash) {
        let Some(mut entry) = self.entries.remove(&hash) else {
            return;
        };
        entry.files.close();
        self.factory.forget(&entry.files);
        for event in entry.farewell(hash, false) {
            self.emit(event);
        }
        if let Some(mut spec) = entry.next.take() {
            take_over(&mut spec, &entry);
            self.begin(spec);
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

/// What a run has learnt, its successor must not lose.
fn take_over(spec: &mut StartSpec, entry: &Entry) {
    let (have, owned) = (entry.files.have(), entry.files.owned());
    if have.len() == spec.have.len() {
        for piece in have.iter_ones() {
            spec.have.set(piece, true);
        }
    }
    for (file, index) in spec.files.iter_mut().zip(0..) {
        file.owned |= owned.get(index);
    }
}

async fn apply_selection(
    session: &Arc<Session>,
    handle: &Handle,
    files: Arc<TorrentFiles>,
    wanted: Bitfield,
) -> Result<bool, Fault> {
    let only: HashSet<usize> = wanted.iter_ones().map(|i| i as usize).collect();
    let moved = spawn_blocking(move || files.select(&wanted)).await;
    let complete = moved.map_err(|e| Fault::internal(e.to_string()))??;
    let told = session.update_only_files(handle, &only).await;
    told.map_err(|e| Fault::internal(format!("{e:#}")))?;
    Ok(complete)
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
