//! The state of the fake engine: what it was asked, what runs, what it has yet to tell. Synchronous
//! and without a clock; events only ever leave through the queue.

use std::{
    collections::{BTreeMap, VecDeque},
    net::SocketAddr,
    sync::Arc,
};

use shoal_core::{
    Bitfield, EngineEvent, EngineFault, EngineRequest, EngineSample, InfoHash, NetworkOptions,
    OpId, PeerInfo, StartSpec, Transferred,
};
use shoal_metainfo::Metainfo;

use super::{SimOptions, Steering, torrent::Running};

/// What the swarm answers to a fetch.
#[derive(Clone)]
pub(super) enum Served {
    Metadata(Arc<Metainfo>, Vec<SocketAddr>),
    Failure(String),
}

struct Fetch {
    op: OpId,
    due_ms: u64,
}

pub(super) struct Session {
    pub(super) requests: Vec<EngineRequest>,
    pub(super) fail_configure: Option<EngineFault>,
    pub(super) delivering: bool,
    options: SimOptions,
    network: Option<NetworkOptions>,
    now_ms: u64,
    events: VecDeque<EngineEvent>,
    hanging: bool,
    down: bool,
    torrents: BTreeMap<InfoHash, Running>,
    /// What runs moved that have ended.
    past: BTreeMap<InfoHash, Transferred>,
    fetches: BTreeMap<InfoHash, Fetch>,
    served: BTreeMap<InfoHash, Served>,
    fail_start: BTreeMap<InfoHash, EngineFault>,
    down_bps: BTreeMap<InfoHash, u64>,
    up_bps: BTreeMap<InfoHash, u64>,
    peers: BTreeMap<InfoHash, Vec<PeerInfo>>,
}

impl Session {
    pub(super) fn new(options: SimOptions) -> Self {
        Self {
            requests: Vec::new(),
            fail_configure: None,
            delivering: false,
            options,
            network: None,
            now_ms: 0,
            events: VecDeque::new(),
            hanging: false,
            down: false,
            torrents: BTreeMap::new(),
            past: BTreeMap::new(),
            fetches: BTreeMap::new(),
            served: BTreeMap::new(),
            fail_start: BTreeMap::new(),
            down_bps: BTreeMap::new(),
            up_bps: BTreeMap::new(),
            peers: BTreeMap::new(),
        }
    }

    pub(super) fn next_event(&mut self) -> Option<EngineEvent> {
        if self.hanging {
            None
        } else {
            self.events.pop_front()
        }
    }

    pub(super) fn hang(&mut self, hanging: bool) {
        self.hanging = hanging;
    }

    pub(super) fn is_down(&self) -> bool {
        self.down
    }

    pub(super) fn running(&self) -> Vec<InfoHash> {
        self.torrents.keys().copied().collect()
    }

    pub(super) fn have(&self, hash: InfoHash) -> Option<Bitfield> {
        self.torrents
            .get(&hash)
            .map(|torrent| torrent.have().clone())
    }

    pub(super) fn steering(&self, hash: InfoHash) -> Option<Steering> {
        self.torrents.get(&hash).map(|t| t.steering().clone())
    }

    pub(super) fn set_down_bps(&mut self, hash: InfoHash, rate: u64) {
        self.down_bps.insert(hash, rate);
    }

    pub(super) fn set_up_bps(&mut self, hash: InfoHash, rate: u64) {
        self.up_bps.insert(hash, rate);
    }

    pub(super) fn fail_next_start(&mut self, hash: InfoHash, fault: EngineFault) {
        self.fail_start.insert(hash, fault);
    }

    pub(super) fn set_peers(&mut self, hash: InfoHash, peers: Vec<PeerInfo>) {
        self.peers.insert(hash, peers);
    }

    pub(super) fn serve(&mut self, hash: InfoHash, served: Served) {
        self.served.insert(hash, served);
        self.answer_fetches();
    }

    pub(super) fn take(&mut self, request: EngineRequest) {
        self.requests.push(request.clone());
        if self.down {
            return;
        }
        match request {
            EngineRequest::Configure(network) => self.configure(network),
            EngineRequest::Start(spec) => self.start(*spec),
            EngineRequest::Stop { hash, op } => self.stop(hash, op),
            EngineRequest::FetchMetadata { hash, op, .. } => {
                let due_ms = self.now_ms + self.options.metadata_ms;
                self.fetches.insert(hash, Fetch { op, due_ms });
                self.answer_fetches();
            }
            EngineRequest::CancelFetch { hash } => {
                self.fetches.remove(&hash);
            }
            EngineRequest::Sample => self.sample(),
            // It moves what its options say.
            EngineRequest::Limits { .. } => {}
            EngineRequest::Peers { hash, ticket } => {
                let peers = self.peers_of(hash);
                self.events.push_back(EngineEvent::Peers { ticket, peers });
            }
            EngineRequest::Pieces { hash, ticket } => {
                let have = self.have(hash);
                self.events.push_back(EngineEvent::Pieces { ticket, have });
            }
            EngineRequest::Select { hash, wanted } => {
                if let Some(torrent) = self.torrents.get_mut(&hash)
                    && torrent.select(&wanted)
                {
                    self.events.push_back(torrent.finished_event());
                }
            }
            EngineRequest::Steer {
                hash,
                order,
                first_last,
                priorities,
            } => {
                if let Some(torrent) = self.torrents.get_mut(&hash) {
                    torrent.steer((order, first_last, priorities));
                }
            }
            EngineRequest::Shutdown => {
                self.stop_all();
                self.fetches.clear();
                self.down = true;
                self.events.push_back(EngineEvent::Down);
            }
        }
    }

    fn configure(&mut self, network: NetworkOptions) {
        self.stop_all();
        if let Some(fault) = self.fail_configure.take() {
            self.network = None;
            let detail = "failure asked for by the test".to_owned();
            self.events.push_back(EngineEvent::Failed { fault, detail });
            return;
        }
        let port = if network.port == 0 {
            self.options.port
        } else {
            network.port
        };
        self.network = Some(network);
        self.events.push_back(EngineEvent::Ready { port });
    }

    fn start(&mut self, spec: StartSpec) {
        let (hash, op) = (spec.meta.info_hash, spec.op);
        let asked = self.fail_start.remove(&hash);
        let fault = asked.or_else(|| self.network.is_none().then_some(EngineFault::Internal));
        if let Some(fault) = fault {
            let detail = match asked {
                Some(_) => "failure asked for by the test",
                None => "started before the engine was configured",
            };
            self.events.push_back(EngineEvent::TorrentFailed {
                hash,
                op,
                fault,
                detail: detail.to_owned(),
                have: None,
                owned: None,
                transferred: Transferred::default(),
            });
            return;
        }
        self.remove(hash);
        self.torrents.insert(hash, Running::new(spec));
        self.events.push_back(EngineEvent::Started { hash, op });
    }

    fn stop(&mut self, hash: InfoHash, op: OpId) {
        let gone = self.remove(hash);
        let transferred = gone.as_ref().map(Running::transferred).unwrap_or_default();
        let (have, owned) = gone.map(Running::into_parts).unzip();
        self.events.push_back(EngineEvent::Stopped {
            hash,
            op,
            have,
            owned,
            transferred,
        });
    }

    /// Takes a torrent out; what it moved is remembered.
    fn remove(&mut self, hash: InfoHash) -> Option<Running> {
        let gone = self.torrents.remove(&hash)?;
        let past = self.past.entry(hash).or_default();
        *past = sum(*past, gone.transferred());
        Some(gone)
    }

    /// All that a torrent has moved in all its runs.
    pub(super) fn transferred(&self, hash: InfoHash) -> Transferred {
        let past = self.past.get(&hash).copied().unwrap_or_default();
        let now = self.torrents.get(&hash).map(Running::transferred);
        sum(past, now.unwrap_or_default())
    }

    fn stop_all(&mut self) {
        for hash in self.running() {
            self.stop(hash, OpId::default());
        }
    }

    pub(super) fn break_torrent(&mut self, hash: InfoHash, fault: EngineFault) -> bool {
        let Some(torrent) = self.remove(hash) else {
            return false;
        };
        let (op, transferred) = (torrent.op(), torrent.transferred());
        let (have, owned) = torrent.into_parts();
        self.events.push_back(EngineEvent::TorrentFailed {
            hash,
            op,
            fault,
            detail: "broken by the test".to_owned(),
            have: Some(have),
            owned: Some(owned),
            transferred,
        });
        true
    }

    pub(super) fn break_session(&mut self, fault: EngineFault) {
        self.stop_all();
        self.network = None;
        let detail = "broken by the test".to_owned();
        self.events.push_back(EngineEvent::Failed { fault, detail });
    }

    pub(super) fn advance(&mut self, ms: u64) {
        self.now_ms += ms;
        for (&hash, torrent) in &mut self.torrents {
            let wave = if self.options.varied {
                wave(hash, self.now_ms)
            } else {
                100
            };
            let rate = |set: &BTreeMap<_, _>, usual: u64| {
                set.get(&hash)
                    .copied()
                    .unwrap_or_else(|| usual / 100 * wave + usual % 100 * wave / 100)
            };
            let down = rate(&self.down_bps, self.options.down_bps);
            let up = rate(&self.up_bps, self.options.up_bps);
            if torrent.advance(ms, down, up) {
                self.events.push_back(torrent.finished_event());
            }
        }
        self.answer_fetches();
    }

    fn answer_fetches(&mut self) {
        let (now_ms, served, events) = (self.now_ms, &self.served, &mut self.events);
        self.fetches.retain(|&hash, &mut Fetch { op, due_ms }| {
            let answer = served.get(&hash).filter(|_| due_ms <= now_ms).cloned();
            let waits = answer.is_none();
            events.extend(answer.map(|answer| match answer {
                Served::Metadata(meta, peers) => EngineEvent::Metadata {
                    hash,
                    op,
                    meta,
                    peers,
                },
                Served::Failure(code) => EngineEvent::MetadataFailed { hash, op, code },
            }));
            waits
        });
    }

    fn sample(&mut self) {
        let peers = self.options.peers;
        let torrents = self
            .torrents
            .iter()
            .map(|(hash, torrent)| (*hash, torrent.sample(peers)));
        let dht = self.network.as_ref().is_some_and(|network| network.dht);
        let sample = EngineSample {
            torrents: torrents.collect(),
            dht_nodes: dht.then_some(200),
        };
        self.events.push_back(EngineEvent::Sample(sample));
    }

    fn peers_of(&self, hash: InfoHash) -> Vec<PeerInfo> {
        if let Some(peers) = self.peers.get(&hash) {
            return peers.clone();
        }
        self.torrents
            .get(&hash)
            .map(|torrent| torrent.peers(self.options.peers))
            .unwrap_or_default()
    }
}

fn sum(a: Transferred, b: Transferred) -> Transferred {
    Transferred {
        fetched_bytes: a.fetched_bytes + b.fetched_bytes,
        uploaded_bytes: a.uploaded_bytes + b.uploaded_bytes,
    }
}

/// A percentage between 10 and 200 that goes up and down over half a minute, differently for each
/// torrent.
fn wave(hash: InfoHash, now_ms: u64) -> u64 {
    const PERIOD: u64 = 30_000;
    let [a, b, c, ..] = *hash.as_bytes();
    let base = 10 + u64::from(a) * 90 / 255;
    let at = (now_ms + u64::from(b) * 256 + u64::from(c)) % PERIOD;
    base + base * at.min(PERIOD - at) / (PERIOD / 2)
}
