//! The port to a BitTorrent engine: what core asks of one and what it hears back.
//!
//! Plain data, no waiting: [`Engine::send`] never blocks, and every answer comes as an
//! [`EngineEvent`] through the sink the engine was built with. Requests that an answer belongs to
//! carry an [`OpId`]; an answer with an old one is stale and ignored. Nothing here names a library.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, sync::Arc};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo};

use crate::{FileStamp, Order, Preallocate, Priorities, Priority};

/// Numbers one start, stop or fetch of one torrent, so that late answers are recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u64);

/// How the engine may use the network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches of the user"
)]
pub struct NetworkOptions {
    /// TCP and uTP port to listen on, 1 to 65535; 0 lets the engine choose one and tell it in
    /// [`EngineEvent::Ready`].
    pub port: u16,
    /// Find peers through the distributed hash table (BEP 5).
    pub dht: bool,
    /// Find peers on the local network (BEP 14).
    pub lsd: bool,
    /// Connect and listen over uTP as well as TCP (BEP 29).
    pub utp: bool,
    /// Ask the router to forward the port (UPnP).
    pub upnp: bool,
    /// Most connected peers a torrent, 1 to 1,000.
    pub peer_limit: u16,
    /// Allow loopback and link-local peers and trackers. For tests. It listens on all interfaces
    /// either way.
    pub allow_loopback: bool,
}

/// Where one file of a torrent lies on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTarget {
    /// Absolute path chosen by Shoal; none for padding and links, which read as zeros.
    pub path: Option<PathBuf>,
    /// Bytes.
    pub length: u64,
    /// Whether the user wants it.
    pub wanted: bool,
    /// Whether this torrent wrote it: only then may an existing file be written to.
    pub owned: bool,
    /// Where it lies until it is whole; none: at `path` from the start. The engine renames it to
    /// `path` once it is whole and flushed, and never replaces anything.
    pub temp_path: Option<PathBuf>,
    /// How a file that was whole at the start looked then: once it looks otherwise, no byte of it is
    /// served, and the torrent fails with [`EngineFault::FilesChanged`].
    pub stamp: Option<FileStamp>,
    /// How much it is wanted before the others.
    pub priority: Priority,
}

/// All the engine needs to run one torrent.
#[derive(Clone, Debug)]
pub struct StartSpec {
    /// Which start this is.
    pub op: OpId,
    /// The validated metainfo.
    pub meta: Arc<Metainfo>,
    /// Tracker tiers.
    pub trackers: Vec<Vec<String>>,
    /// Peers known already, for example those that gave the metadata.
    pub peers: Vec<SocketAddr>,
    /// Folder that must exist before anything is written.
    pub root: PathBuf,
    /// One target a file, in metainfo order.
    pub files: Vec<FileTarget>,
    /// Pieces verified to be on disk.
    pub have: Bitfield,
    /// In which order pieces are fetched.
    pub order: Order,
    /// The first and the last pieces of each file come before the others.
    pub first_last: bool,
    /// How room is taken for files.
    pub preallocate: Preallocate,
    /// Most bytes a second received; none: no limit of its own.
    pub down_bps: Option<NonZeroU32>,
    /// Most bytes a second sent; none: no limit of its own.
    pub up_bps: Option<NonZeroU32>,
}

/// What core asks of the engine.
#[derive(Clone, Debug)]
pub enum EngineRequest {
    /// Use the network like this. The first one starts the session, a changed one restarts it:
    /// running torrents are then stopped, and [`EngineEvent::Ready`] asks for them again.
    Configure(NetworkOptions),
    /// Run a torrent.
    Start(Box<StartSpec>),
    /// Stop a torrent; its data stays. Answered by [`EngineEvent::Stopped`] even if it never ran.
    Stop {
        /// Which torrent.
        hash: InfoHash,
        /// Which stop this is.
        op: OpId,
    },
    /// Ask the swarm for a magnet's metadata (BEP 9).
    FetchMetadata {
        /// Which torrent.
        hash: InfoHash,
        /// Which fetch this is.
        op: OpId,
        /// Tracker tiers.
        trackers: Vec<Vec<String>>,
        /// Peers known already.
        peers: Vec<SocketAddr>,
    },
    /// Give up a fetch. Not answered.
    CancelFetch {
        /// Which torrent.
        hash: InfoHash,
    },
    /// Keep all torrents together within these limits from now on, also over a restart of the session.
    /// Not answered.
    Limits {
        /// Most bytes a second received; none: no limit.
        down_bps: Option<NonZeroU32>,
        /// Most bytes a second sent; none: no limit.
        up_bps: Option<NonZeroU32>,
    },
    /// Report on everything that runs, by [`EngineEvent::Sample`].
    Sample,
    /// List the peers of a torrent, by [`EngineEvent::Peers`].
    Peers {
        /// Which torrent.
        hash: InfoHash,
        /// Echoed in the answer.
        ticket: u64,
    },
    /// Report the pieces of a running torrent, by [`EngineEvent::Pieces`].
    Pieces {
        /// Which torrent.
        hash: InfoHash,
        /// Echoed in the answer.
        ticket: u64,
    },
    /// Change which files of a running torrent are wanted: one bit a file.
    Select {
        /// Which torrent.
        hash: InfoHash,
        /// One bit a file, in metainfo order.
        wanted: Bitfield,
    },
    /// Change in which order a running torrent fetches its pieces. Not answered, and ignored when it
    /// does not run.
    Steer {
        /// Which torrent.
        hash: InfoHash,
        /// In which order.
        order: Order,
        /// The first and the last pieces of each file come before the others.
        first_last: bool,
        /// Files that are not of normal priority.
        priorities: Priorities,
    },
    /// Stop everything within a few seconds, answer [`EngineEvent::Stopped`] for each torrent that
    /// ran, then [`EngineEvent::Down`].
    Shutdown,
}

/// Why something of the engine did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EngineFault {
    /// The port is taken by another program.
    PortTaken,
    /// No more space on the volume.
    DiskFull,
    /// The folder, its volume or a file is gone.
    FolderMissing,
    /// Not allowed to read or write.
    PermissionDenied,
    /// A file that this torrent did not write is where it would write.
    FileInTheWay,
    /// A file that was whole is gone or looks otherwise.
    FilesChanged,
    /// The volume cannot be written to.
    ReadOnly,
    /// The volume's file system cannot hold a file of that size.
    FileTooBig,
    /// As many torrents run as the system's limit on open files allows.
    TooManyRunning,
    /// A peer or tracker sent nonsense, or the engine failed inside; worth another try.
    Internal,
    /// The engine's library refuses this torrent, however often it is asked.
    Unsupported,
    /// Any other disk error.
    Io,
}

/// What a run of a torrent moved in all: bytes since its start in the engine, counted as in its
/// samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transferred {
    /// Payload received.
    pub fetched_bytes: u64,
    /// Payload sent.
    pub uploaded_bytes: u64,
}

/// What one running torrent does. Amounts are in bytes since its start in the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TorrentSample {
    /// Payload received.
    pub fetched_bytes: u64,
    /// Payload sent.
    pub uploaded_bytes: u64,
    /// Wanted bytes verified on disk.
    pub have_bytes: u64,
    /// Everything wanted is there.
    pub finished: bool,
    /// Bytes a second received.
    pub down_bps: u64,
    /// Bytes a second sent.
    pub up_bps: u64,
    /// Peers connected.
    pub peers_connected: u32,
    /// Peers being dialled.
    pub peers_connecting: u32,
    /// Peers heard of.
    pub peers_known: u32,
    /// Connected peers that sent payload in the last seconds.
    pub peers_sending: u32,
}

/// One peer of a torrent, as far as the engine knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerInfo {
    /// Address and port.
    pub addr: String,
    /// Client name, safe text; none until told.
    pub client: Option<String>,
    /// Connection: "tcp", "utp", "socks"; none when unknown.
    pub transport: Option<&'static str>,
    /// True when it called us.
    pub incoming: bool,
    /// State.
    pub state: PeerState,
    /// Payload received from it.
    pub fetched_bytes: u64,
    /// Payload sent to it.
    pub uploaded_bytes: u64,
    /// Bytes a second received from it, measured by the caller's polling.
    pub down_bps: u64,
    /// Bytes a second sent to it.
    pub up_bps: u64,
    /// Connection attempts and errors.
    pub errors: u32,
}

/// How far a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerState {
    /// Waiting to be dialled.
    Queued,
    /// Being dialled.
    Connecting,
    /// Connected.
    Connected,
    /// Did not work; may be tried again.
    Failed,
    /// Has nothing for us and we nothing for it.
    NotNeeded,
}

/// What the engine reports.
#[derive(Clone, Debug)]
pub enum EngineEvent {
    /// The session runs; torrents may be started. Also after a restart.
    Ready {
        /// The port it listens on; 0 when it could not listen and only dials out.
        port: u16,
    },
    /// The session cannot run or stopped running.
    Failed {
        /// Why.
        fault: EngineFault,
        /// Technical text for the log and the details of the error.
        detail: String,
    },
    /// A torrent runs.
    Started {
        /// Which torrent.
        hash: InfoHash,
        /// Which start.
        op: OpId,
    },
    /// A torrent could not be started, or broke while running; the engine has let go of it.
    TorrentFailed {
        /// Which torrent.
        hash: InfoHash,
        /// Which start.
        op: OpId,
        /// Why.
        fault: EngineFault,
        /// Technical text.
        detail: String,
        /// Pieces verified until then.
        have: Option<Bitfield>,
        /// Files this torrent owns now, one bit a file.
        owned: Option<Bitfield>,
        /// The last word on what it moved, with what no sample told; nothing when it did not run.
        transferred: Transferred,
    },
    /// A torrent is no longer run.
    Stopped {
        /// Which torrent.
        hash: InfoHash,
        /// Which stop; the default at shutdown and restart.
        op: OpId,
        /// Pieces verified; none when it did not run.
        have: Option<Bitfield>,
        /// Files this torrent owns now, one bit a file.
        owned: Option<Bitfield>,
        /// The last word on what it moved, with what no sample told; nothing when it did not run.
        transferred: Transferred,
    },
    /// A magnet's metadata, validated.
    Metadata {
        /// Which torrent.
        hash: InfoHash,
        /// Which fetch.
        op: OpId,
        /// The metainfo.
        meta: Arc<Metainfo>,
        /// Peers seen on the way.
        peers: Vec<SocketAddr>,
    },
    /// The metadata could not be had, or what came is not acceptable.
    MetadataFailed {
        /// Which torrent.
        hash: InfoHash,
        /// Which fetch.
        op: OpId,
        /// A code of `MetainfoError`, `no_peer_source` when there is nobody to ask, or `internal`
        /// when another try is worth it.
        code: String,
    },
    /// Everything wanted of a torrent has just arrived.
    Finished {
        /// Which torrent.
        hash: InfoHash,
        /// Which start.
        op: OpId,
        /// Pieces verified.
        have: Bitfield,
        /// Files this torrent owns now, one bit a file.
        owned: Bitfield,
    },
    /// What runs, by info-hash, and the session's totals.
    Sample(EngineSample),
    /// The peers of a torrent.
    Peers {
        /// From the request.
        ticket: u64,
        /// Bounded to 2,000.
        peers: Vec<PeerInfo>,
    },
    /// The pieces of a running torrent; none when it does not run.
    Pieces {
        /// From the request.
        ticket: u64,
        /// Verified pieces.
        have: Option<Bitfield>,
    },
    /// Shut down; nothing follows.
    Down,
}

/// One look at the whole session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineSample {
    /// Each running torrent.
    pub torrents: Vec<(InfoHash, TorrentSample)>,
    /// Nodes in the routing table of the DHT; none when it is off.
    pub dht_nodes: Option<u32>,
}

/// Takes the engine's events; must not block.
pub type EngineSink = Arc<dyn Fn(EngineEvent) + Send + Sync>;

/// A BitTorrent engine.
pub trait Engine: Send + Sync {
    /// Hands over a request. Never blocks and never fails: trouble comes back as an event.
    fn send(&self, request: EngineRequest);
}
