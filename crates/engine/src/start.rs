//! One add of one torrent, from the look at its files to the moment it runs. It runs in a task of
//! its own, so that a panic inside librqbit costs one torrent; it never decides what happens to
//! the torrent afterwards.

use std::{
    fs, io,
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
    api::TorrentIdOrHash, dht::Id20,
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
};

/// The engine's default of 10 s drops a peer that merely chokes us for that long.
const READ_WRITE_TIMEOUT: Duration = Duration::from_secs(120);
/// Trackers are asked this often whatever they answer: the engine obeys any interval, 0 included,
/// and has no floor of its own. Half an hour is what nearly all of them ask for.
pub(crate) const TRACKER_INTERVAL: Duration = Duration::from_secs(30 * 60);

/// All that one add needs.
pub(crate) struct Job {
    pub(crate) session: Arc<Session>,
    /// Held while the engine adds: parallel adds get each other's ids.
    pub(crate) turn: Arc<Mutex<()>>,
    pub(crate) files: Arc<TorrentFiles>,
    pub(crate) spec: Box<StartSpec>,
    pub(crate) net: NetworkOptions,
    pub(crate) scratch: std::path::PathBuf,
    /// Set when the torrent is to stop before it ran.
    pub(crate) given_up: Arc<AtomicBool>,
}

/// Adds the torrent and waits until it runs. On an error it is not in the session.
pub(crate) async fn run(job: Job) -> Result<Handle, Fault> {
    let trackers = allowed_trackers(&job.spec.trackers, job.net.allow_loopback);
    let bytes = prepare(&job, trackers).await?;
    let handle = add(&job, bytes).await?;
    let outcome = settle(&job, &handle).await;
    if outcome.is_err() {
        leave(&job.session, job.spec.meta.info_hash).await;
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

async fn prepare(job: &Job, trackers: Vec<Vec<String>>) -> Result<Vec<u8>, Fault> {
    let (files, meta, scratch) = (
        job.files.clone(),
        job.spec.meta.clone(),
        job.scratch.clone(),
    );
    let looked = spawn_blocking(move || {
        files.prepare()?;
        write_bitfield(&scratch, meta.info_hash, &files.have())
            .map_err(|e| Fault::io("write to", &scratch, e))?;
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

/// Writes the verified pieces where and how the engine reads them: raw bytes, first piece in the
/// highest bit. A new file each time, since a task of an earlier run may still write to the old.
fn write_bitfield(scratch: &Path, hash: InfoHash, have: &Bitfield) -> io::Result<()> {
    let path = scratch.join(format!("{hash}.bitv"));
    let fresh = scratch.join(format!("{hash}.bitv.tmp"));
    fs::write(&fresh, have.as_bytes())?;
    fs::rename(fresh, path)
}

async fn add(job: &Job, bytes: Vec<u8>) -> Result<Handle, Fault> {
    let _turn = job.turn.lock().await;
    if job.given_up.load(Ordering::Acquire) {
        return Err(Fault::internal("stopped before it ran"));
    }
    let hash = job.spec.meta.info_hash;
    let add = AddTorrent::from_bytes(Bytes::from(bytes));
    let added = job.session.add_torrent(add, Some(options(job))).await;
    match added.map_err(|e| Fault::internal(format!("{e:#}")))? {
        AddTorrentResponse::Added(_, handle) if handle.info_hash().0 == hash.0 => Ok(handle),
        AddTorrentResponse::Added(_, handle) => {
            leave(&job.session, InfoHash(handle.info_hash().0)).await;
            Err(Fault::internal("the engine added another torrent"))
        }
        AddTorrentResponse::AlreadyManaged(..) | AddTorrentResponse::ListOnly(_) => {
            Err(Fault::internal("the engine has this torrent already"))
        }
    }
}

fn options(job: &Job) -> AddTorrentOptions {
    let files = job.spec.files.iter().enumerate();
    let wanted = files.filter(|(_, f)| f.wanted).map(|(i, _)| i).collect();
    AddTorrentOptions {
        // Only a gate of the engine's own storage; ours has its own rules.
        overwrite: true,
        only_files: Some(wanted),
        // Our storage does not use it, and it may be no text at all.
        output_folder: Some(job.scratch.to_string_lossy().into_owned()),
        peer_opts: Some(PeerConnectionOptions {
            read_write_timeout: Some(READ_WRITE_TIMEOUT),
            ..PeerConnectionOptions::default()
        }),
        force_tracker_interval: Some(TRACKER_INTERVAL),
        initial_peers: Some(allowed_peers(&job.spec.peers, job.net.allow_loopback)),
        peer_limit: Some(usize::from(job.net.peer_limit.clamp(1, 1000))),
        ..AddTorrentOptions::default()
    }
}

/// Waits until the torrent runs, and makes sure that the engine believes what we do.
async fn settle(job: &Job, handle: &Handle) -> Result<(), Fault> {
    let hash = job.spec.meta.info_hash;
    handle
        .wait_until_initialized()
        .await
        .map_err(|e| Fault::internal(format!("{e:#}")))?;
    // Ours first: pieces may be verified between the two looks, but none may get lost.
    let ours = job.files.have();
    let api = Api::new(job.session.clone(), None);
    let haves = api.api_dump_haves(TorrentIdOrHash::Hash(Id20::new(hash.0)));
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
