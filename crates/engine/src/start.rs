//! One add of one torrent, from the look at its files to the moment it runs. It runs in a task of
//! its own, so that a panic inside librqbit costs one torrent; it never decides what happens to
//! the torrent afterwards.

use std::{
    fs, io,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use librqbit::{
    AddTorrent, AddTorrentOptions, AddTorrentResponse, Api, PeerConnectionOptions, Session,
    api::TorrentIdOrHash, dht::Id20, limits::LimitsConfig,
};
use librqbit_core::torrent_metainfo::torrent_from_bytes;
use shoal_core::{EngineFault, NetworkOptions, StartSpec};
use shoal_metainfo::{Bitfield, InfoHash};
use tokio::{sync::Mutex, task::spawn_blocking};

use crate::{
    address::{allowed_peers, allowed_trackers},
    fault::Fault,
    note::Handle,
    storage::TorrentFiles,
    watch,
};

/// The engine's default of 10 s drops a peer that merely chokes us for that long.
const READ_WRITE_TIMEOUT: Duration = Duration::from_secs(120);
/// Trackers are asked this often whatever they answer: the engine obeys any interval, 0 included,
/// and has no floor of its own. Half an hour is what nearly all of them ask for.
pub(crate) const TRACKER_INTERVAL: Duration = Duration::from_secs(30 * 60);
/// Between the end of old connections and the dialling of new ones.
const PARTING: Duration = Duration::from_millis(50);

/// Where a torrent is added, and by what rules.
pub(crate) struct Door {
    pub(crate) session: Arc<Session>,
    /// Held while the engine adds: parallel adds get each other's ids.
    pub(crate) turn: Arc<Mutex<()>>,
    pub(crate) files: Arc<TorrentFiles>,
    pub(crate) net: NetworkOptions,
    pub(crate) scratch: std::path::PathBuf,
    /// What it is to keep within by itself.
    pub(crate) limits: LimitsConfig,
    /// Set when the torrent is to stop before it ran.
    pub(crate) given_up: Arc<AtomicBool>,
}

/// All that one start needs.
pub(crate) struct Job {
    pub(crate) door: Door,
    pub(crate) spec: Box<StartSpec>,
}

/// What is asked of the engine.
struct Addition {
    hash: InfoHash,
    /// A .torrent.
    bytes: Bytes,
    /// Numbers of the wanted files; none for all.
    wanted: Option<Vec<usize>>,
    peers: Vec<SocketAddr>,
}

/// Adds the torrent and waits until it runs. On an error it is not in the session.
pub(crate) async fn run(job: Job) -> Result<Handle, Fault> {
    let Job { door, spec } = job;
    let trackers = allowed_trackers(&spec.trackers, door.net.allow_loopback);
    let bytes = prepare(&door, &spec, trackers).await?;
    let files = spec.files.iter().enumerate();
    let addition = Addition {
        hash: spec.meta.info_hash,
        bytes: Bytes::from(bytes),
        wanted: Some(files.filter(|(_, f)| f.wanted).map(|(i, _)| i).collect()),
        peers: spec.peers,
    };
    enter(&door, addition).await
}

/// Takes a running torrent out and adds it again with all it has learnt, the peers that can be
/// dialled among it, so that it meets them anew. On an error it is not in the session, and what was
/// told as verified is on the disk.
pub(crate) async fn again(door: Door, old: Handle) -> Result<Handle, Fault> {
    let hash = InfoHash(old.info_hash().0);
    let bytes = old.with_metadata(|m| m.torrent_bytes.clone());
    let peers = watch::dialled_peers(&old);
    let wanted = old.only_files();
    leave(&door.session, hash).await;
    drop(old);
    // Somebody who still sees the old connection would refuse the new one.
    tokio::time::sleep(PARTING).await;
    let addition = bytes.map(|bytes| Addition {
        hash,
        bytes,
        wanted,
        peers,
    });
    let entered = async {
        let addition = addition.map_err(|e| Fault::internal(format!("{e:#}")))?;
        let (scratch, files) = (door.scratch.clone(), door.files.clone());
        let written = spawn_blocking(move || claim(&scratch, hash, &files)).await;
        written.map_err(|e| Fault::internal(e.to_string()))??;
        enter(&door, addition).await
    };
    let outcome = entered.await;
    if outcome.is_err() {
        let files = door.files.clone();
        let _ = spawn_blocking(move || files.flush()).await;
    }
    outcome
}

/// Adds what is prepared and waits until it runs.
async fn enter(door: &Door, addition: Addition) -> Result<Handle, Fault> {
    let hash = addition.hash;
    let handle = add(door, addition).await?;
    let outcome = settle(door, &handle).await;
    if outcome.is_err() {
        leave(&door.session, hash).await;
    }
    outcome.map(|()| handle)
}

/// Takes a torrent out of the session; its files stay.
pub(crate) async fn leave(session: &Arc<Session>, hash: InfoHash) {
    if let Err(e) = session
        .delete(TorrentIdOrHash::Hash(Id20::new(hash.0)), false)
        .await
    {
        tracing::debug!(%hash, "taking a torrent out: {e:#}");
    }
}

async fn prepare(
    door: &Door,
    spec: &StartSpec,
    trackers: Vec<Vec<String>>,
) -> Result<Vec<u8>, Fault> {
    let (files, meta, scratch) = (door.files.clone(), spec.meta.clone(), door.scratch.clone());
    let looked = spawn_blocking(move || {
        files.prepare()?;
        claim(&scratch, meta.info_hash, &files)?;
        let bytes = meta.to_torrent_bytes(&trackers);
        can_run(&bytes)?;
        Ok(bytes)
    });
    looked.await.map_err(|e| Fault::internal(e.to_string()))?
}

/// The engine's parser refuses some torrents that are safe and that others accept, for example two
/// files of one name: asked here, so that this is told from what may work another time.
fn can_run(bytes: &[u8]) -> Result<(), Fault> {
    let no = |e: String| Fault::new(EngineFault::Unsupported, e);
    let parsed = torrent_from_bytes(bytes).map_err(|e| no(format!("{e:#}")))?;
    let valid = parsed.info.data.validate();
    valid.map(drop).map_err(|e| no(format!("{e:#}")))
}

/// Tells the engine which pieces it need not look at.
fn claim(scratch: &Path, hash: InfoHash, files: &TorrentFiles) -> Result<(), Fault> {
    write_bitfield(scratch, hash, &files.have()).map_err(|e| Fault::io("write to", scratch, e))
}

/// Writes the verified pieces where and how the engine reads them: raw bytes, first piece in the
/// highest bit. A new file each time, since a task of an earlier run may still write to the old.
fn write_bitfield(scratch: &Path, hash: InfoHash, have: &Bitfield) -> io::Result<()> {
    let path = scratch.join(format!("{hash}.bitv"));
    let fresh = scratch.join(format!("{hash}.bitv.tmp"));
    fs::write(&fresh, have.as_bytes())?;
    fs::rename(fresh, path)
}

async fn add(door: &Door, addition: Addition) -> Result<Handle, Fault> {
    let _turn = door.turn.lock().await;
    if door.given_up.load(Ordering::Acquire) {
        return Err(Fault::internal("stopped before it ran"));
    }
    let (hash, torrent) = (
        addition.hash,
        AddTorrent::from_bytes(addition.bytes.clone()),
    );
    let options = options(door, addition);
    let added = door.session.add_torrent(torrent, Some(options)).await;
    match added.map_err(|e| Fault::internal(format!("{e:#}")))? {
        AddTorrentResponse::Added(_, handle) if handle.info_hash().0 == hash.0 => Ok(handle),
        AddTorrentResponse::Added(_, handle) => {
            leave(&door.session, InfoHash(handle.info_hash().0)).await;
            Err(Fault::internal("the engine added another torrent"))
        }
        AddTorrentResponse::AlreadyManaged(..) | AddTorrentResponse::ListOnly(_) => {
            Err(Fault::internal("the engine has this torrent already"))
        }
    }
}

fn options(door: &Door, addition: Addition) -> AddTorrentOptions {
    AddTorrentOptions {
        // Only a gate of the engine's own storage; ours has its own rules.
        overwrite: true,
        only_files: addition.wanted,
        // Our storage does not use it, and it may be no text at all.
        output_folder: Some(door.scratch.to_string_lossy().into_owned()),
        peer_opts: Some(PeerConnectionOptions {
            read_write_timeout: Some(READ_WRITE_TIMEOUT),
            ..PeerConnectionOptions::default()
        }),
        force_tracker_interval: Some(TRACKER_INTERVAL),
        initial_peers: Some(allowed_peers(&addition.peers, door.net.allow_loopback)),
        ratelimits: door.limits,
        peer_limit: Some(usize::from(door.net.peer_limit.clamp(1, 1000))),
        ..AddTorrentOptions::default()
    }
}

/// Waits until the torrent runs, and makes sure that the engine believes what we do.
async fn settle(door: &Door, handle: &Handle) -> Result<(), Fault> {
    let hash = handle.info_hash();
    handle
        .wait_until_initialized()
        .await
        .map_err(|e| Fault::internal(format!("{e:#}")))?;
    // Ours first: pieces may be verified between the two looks, but none may get lost.
    let ours = door.files.have();
    let api = Api::new(door.session.clone(), None);
    let haves = api.api_dump_haves(TorrentIdOrHash::Hash(hash));
    let (haves, pieces) = haves.map_err(|e| Fault::internal(format!("{e}")))?;
    let theirs = Bitfield::from_bytes(pieces, haves.as_raw_slice());
    let lost = theirs.is_none_or(|t| ours.len() != t.len() || ours.iter_ones().any(|p| !t.get(p)));
    if lost {
        return Err(Fault::internal(
            "the engine did not take over the verified pieces",
        ));
    }
    Ok(())
}
