//! Looks at running torrents: samples and peer lists. Reads counters that the engine keeps anyway;
//! changes nothing and waits for nothing.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use librqbit::Session;
use shoal_core::{PeerInfo, PeerState, TorrentSample, Transferred};
use shoal_metainfo::sanitize::display_text;

use crate::{note::Handle, storage::TorrentFiles};

/// Peers listed at most.
const MAX_PEERS: usize = 2_000;
/// Longest client name shown, in characters.
const MAX_CLIENT_CHARS: usize = 64;

/// How long the last connections of a torrent that was taken out may take to end.
const LAST_BYTES: Duration = Duration::from_millis(500);
/// Between two looks at whether they have.
const LAST_BYTES_LOOK: Duration = Duration::from_millis(5);

/// What the engine counts while a torrent is in its session. It can be read after that, too, and
/// counts on until the last connection has ended.
pub(crate) struct Counter {
    read: Box<dyn Fn() -> Transferred + Send + Sync>,
    /// Whoever may still count, and this counter itself.
    holders: Box<dyn Fn() -> usize + Send + Sync>,
}

impl Counter {
    /// None when it does not run.
    fn of(handle: &Handle) -> Option<Self> {
        let live = handle.live()?;
        let held = Arc::downgrade(&live);
        Some(Self {
            read: Box::new(move || {
                let stats = live.stats_snapshot();
                Transferred {
                    fetched_bytes: stats.fetched_bytes,
                    uploaded_bytes: stats.uploaded_bytes,
                }
            }),
            holders: Box::new(move || held.strong_count()),
        })
    }

    /// Waits until nothing of a torrent that was taken out is counted any more, but not for long.
    pub(crate) async fn settled(&self) {
        let all = async {
            while (self.holders)() > 1 {
                tokio::time::sleep(LAST_BYTES_LOOK).await;
            }
        };
        if tokio::time::timeout(LAST_BYTES, all).await.is_err() {
            tracing::debug!("connections of a torrent that was taken out have not ended yet");
        }
    }
}

/// What is remembered of one torrent between two looks.
#[derive(Default)]
pub(crate) struct Watch {
    fetched_bytes: u64,
    /// Bytes received from each connected peer at the last look that saw any arrive.
    sent_by: HashMap<String, u64>,
    polled: Option<Poll>,
    counter: Option<Arc<Counter>>,
    /// What was moved before the engine took the torrent in anew.
    before: Transferred,
}

/// The last list of peers.
struct Poll {
    at: Instant,
    /// Bytes received from and sent to each.
    amounts: HashMap<String, (u64, u64)>,
}

impl Watch {
    /// One look. Peers are only walked when something arrived since the last one.
    pub(crate) fn sample(&mut self, handle: &Handle, files: &TorrentFiles) -> TorrentSample {
        let (have_bytes, finished) = files.progress();
        let transferred = self.transferred();
        let mut sample = TorrentSample {
            fetched_bytes: transferred.fetched_bytes,
            uploaded_bytes: transferred.uploaded_bytes,
            have_bytes,
            finished,
            ..TorrentSample::default()
        };
        let Some(live) = handle.live() else {
            return sample;
        };
        let stats = live.stats_snapshot();
        sample.down_bps = live.down_speed_estimator().bps();
        sample.up_bps = live.up_speed_estimator().bps();
        sample.peers_connected = stats.peer_stats.live;
        sample.peers_connecting = stats.peer_stats.connecting;
        sample.peers_known = stats.peer_stats.seen;
        if stats.fetched_bytes != self.fetched_bytes {
            self.fetched_bytes = stats.fetched_bytes;
            let peers = live.per_peer_stats_snapshot(librqbit_filter(false)).peers;
            let now = peers
                .into_iter()
                .map(|(addr, p)| (addr, p.counters.fetched_bytes))
                .collect();
            let before = std::mem::replace(&mut self.sent_by, now);
            let sent = |(addr, n): &(&String, &u64)| **n > before.get(*addr).copied().unwrap_or(0);
            let sending = self.sent_by.iter().filter(sent).count();
            sample.peers_sending = u32::try_from(sending).unwrap_or(u32::MAX);
        }
        sample
    }

    /// Bytes since the start of the run. Never less than before.
    pub(crate) fn transferred(&self) -> Transferred {
        let now = self.counter.as_ref().map(|c| (c.read)());
        let now = now.unwrap_or_default();
        Transferred {
            fetched_bytes: self.before.fetched_bytes + now.fetched_bytes,
            uploaded_bytes: self.before.uploaded_bytes + now.uploaded_bytes,
        }
    }

    pub(crate) fn counter(&self) -> Option<Arc<Counter>> {
        self.counter.clone()
    }

    /// The engine has taken the torrent in, perhaps anew, and counts from nothing.
    pub(crate) fn begin(&mut self, handle: &Handle) {
        self.before = self.transferred();
        self.counter = Counter::of(handle).map(Arc::new);
        self.fetched_bytes = 0;
        self.sent_by.clear();
        self.polled = None;
    }

    /// Lists peers, connected ones first. Speeds are means since the last list.
    pub(crate) fn peers(&mut self, handle: &Handle) -> Vec<PeerInfo> {
        let Some(live) = handle.live() else {
            return Vec::new();
        };
        let stats = live.per_peer_stats_snapshot(librqbit_filter(true)).peers;
        let now = Instant::now();
        let mut amounts = HashMap::with_capacity(stats.len().min(MAX_PEERS));
        let mut peers: Vec<PeerInfo> = stats
            .into_iter()
            .map(|(addr, p)| {
                let c = &p.counters;
                PeerInfo {
                    client: p
                        .client_name
                        .as_deref()
                        .map(|n| display_text(n, MAX_CLIENT_CHARS)),
                    transport: p.conn_kind.and_then(|k| transport(&k.to_string())),
                    incoming: c.incoming_connections > 0 && c.connections == 0,
                    state: state(p.state),
                    fetched_bytes: c.fetched_bytes,
                    uploaded_bytes: c.uploaded_bytes,
                    down_bps: 0,
                    up_bps: 0,
                    errors: c.errors,
                    addr,
                }
            })
            .collect();
        peers.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.addr.cmp(&b.addr)));
        peers.truncate(MAX_PEERS);
        for peer in &mut peers {
            let all = (peer.fetched_bytes, peer.uploaded_bytes);
            if let Some(poll) = &self.polled {
                let before = poll.amounts.get(&peer.addr).copied().unwrap_or(all);
                let millis = (now - poll.at).as_millis();
                peer.down_bps = mean(all.0.saturating_sub(before.0), millis);
                peer.up_bps = mean(all.1.saturating_sub(before.1), millis);
            }
            amounts.insert(peer.addr.clone(), all);
        }
        self.polled = Some(Poll { at: now, amounts });
        peers
    }
}

/// A connected peer, and the bytes moved since it is known.
pub(crate) struct Contact {
    pub(crate) addr: String,
    /// As it names itself, any text.
    pub(crate) client: Option<String>,
    /// It called us.
    pub(crate) incoming: bool,
    pub(crate) fetched_bytes: u64,
    pub(crate) uploaded_bytes: u64,
}

/// All connected peers.
pub(crate) fn connected(handle: &Handle) -> Vec<Contact> {
    let Some(live) = handle.live() else {
        return Vec::new();
    };
    let peers = live.per_peer_stats_snapshot(librqbit_filter(false)).peers;
    let contacts = peers.into_iter().map(|(addr, p)| Contact {
        addr,
        client: p.client_name,
        incoming: p.counters.incoming_connections > 0,
        fetched_bytes: p.counters.fetched_bytes,
        uploaded_bytes: p.counters.uploaded_bytes,
    });
    contacts.collect()
}

/// Addresses of peers that were dialled or are to be, connected ones first. Those that called us are
/// known only by the port they called from.
pub(crate) fn dialled_peers(handle: &Handle) -> Vec<SocketAddr> {
    let Some(live) = handle.live() else {
        return Vec::new();
    };
    let peers = live.per_peer_stats_snapshot(librqbit_filter(true)).peers;
    let mut peers: Vec<(u8, SocketAddr)> = (peers.into_iter())
        .filter(|(_, p)| p.counters.incoming_connections == 0)
        .filter_map(|(addr, p)| Some((state_rank(state(p.state)), addr.parse().ok()?)))
        .collect();
    peers.sort_unstable();
    peers.into_iter().map(|(_, addr)| addr).collect()
}

/// Nodes that the distributed hash table knows.
pub(crate) fn dht_nodes(session: &Session) -> Option<u32> {
    let stats = session.get_dht()?.stats();
    let nodes = stats.routing_table_size + stats.routing_table_size_v6;
    Some(u32::try_from(nodes).unwrap_or(u32::MAX))
}

/// The engine's filter has no public name, but it can be read from text.
fn librqbit_filter<T: serde::de::DeserializeOwned + Default>(all: bool) -> T {
    let state = if all { "all" } else { "live" };
    serde_json::from_value(serde_json::json!({ "state": state })).unwrap_or_default()
}

fn state(name: &str) -> PeerState {
    match name {
        "queued" => PeerState::Queued,
        "connecting" => PeerState::Connecting,
        "live" => PeerState::Connected,
        "not needed" => PeerState::NotNeeded,
        _ => PeerState::Failed,
    }
}

fn rank(peer: &PeerInfo) -> u8 {
    state_rank(peer.state)
}

fn state_rank(state: PeerState) -> u8 {
    match state {
        PeerState::Connected => 0,
        PeerState::Connecting => 1,
        PeerState::Queued => 2,
        PeerState::Failed => 3,
        PeerState::NotNeeded => 4,
    }
}

fn transport(kind: &str) -> Option<&'static str> {
    ["tcp", "utp", "socks"]
        .into_iter()
        .find(|name| kind.eq_ignore_ascii_case(name))
}

fn mean(bytes: u64, millis: u128) -> u64 {
    u64::try_from(u128::from(bytes) * 1000 / millis.max(1)).unwrap_or(u64::MAX)
}
