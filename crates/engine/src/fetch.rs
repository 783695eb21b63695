//! Fetches a magnet's metadata from the swarm (BEP 9) and validates it. The engine is given an
//! info-hash and checked trackers only, never a link as it came; what it returns is hostile.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use librqbit::{AddTorrent, AddTorrentOptions, AddTorrentResponse, PeerConnectionOptions, Session};
use shoal_core::NetworkOptions;
use shoal_metainfo::{InfoHash, Metainfo};
use tokio::{
    task::{AbortHandle, JoinSet, spawn_blocking},
    time::{Instant, sleep_until},
};
use url::form_urlencoded::byte_serialize;

use crate::{
    address::{allowed_peers, allowed_trackers},
    note::Fetched,
};

/// Peers handed on with the metadata.
const MAX_SEEN_PEERS: usize = 200;
/// Time for one message of a peer that is asked for metadata.
const PEER_TIMEOUT: Duration = Duration::from_secs(15);
/// Fetches that may fail or be broken by a peer before core is told.
const TRIES: u32 = 5;
/// Pause after the first of them; each pause is twice the one before it.
const PAUSE: Duration = Duration::from_millis(200);
/// The engine asks an address once. One that was too busy to answer is asked again after this time,
/// then after twice as long, up to the longest.
const FIRST_ROUND: Duration = Duration::from_secs(10);
const LONGEST_ROUND: Duration = Duration::from_secs(300);
/// Says that another try is worth it.
pub(crate) const INTERNAL: &str = "internal";

/// Says that there is nobody to ask: no tracker, no peer, and no DHT.
const NO_PEER_SOURCE: &str = "no_peer_source";

/// What to fetch and where from.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) session: Arc<Session>,
    pub(crate) hash: InfoHash,
    pub(crate) trackers: Vec<Vec<String>>,
    pub(crate) peers: Vec<SocketAddr>,
    pub(crate) net: NetworkOptions,
}

/// Asks until someone answers, in rounds: a slow peer of the round before has until the next one to
/// answer. Dropping the future gives up.
///
/// A peer can make the engine panic, and with it the questions to all others: so ask again, in the
/// hope that an honest one is faster next time.
pub(crate) async fn run(job: Job) -> Fetched {
    // A set, because it aborts its tasks when it is dropped.
    let mut asks = JoinSet::new();
    let mut newest = asks.spawn(ask(job.clone()));
    let mut older: Option<AbortHandle> = None;
    let mut failed = 0;
    let mut round = FIRST_ROUND;
    let mut next = Instant::now() + round;
    loop {
        tokio::select! {
            Some(done) = asks.join_next() => match done {
                Err(e) if e.is_cancelled() => {}
                Ok(Err(code)) if code != INTERNAL => return Err(code),
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(_)) | Err(_) => {
                    failed += 1;
                    if failed == TRIES {
                        return Err(INTERNAL.to_owned());
                    }
                    tracing::debug!(hash = %job.hash, "a metadata fetch failed or was broken");
                    next = next.min(Instant::now() + PAUSE * 2_u32.pow(failed - 1));
                }
            },
            () = sleep_until(next) => {
                let before = std::mem::replace(&mut newest, asks.spawn(ask(job.clone())));
                if let Some(oldest) = older.replace(before) {
                    oldest.abort();
                }
                round = (round * 2).min(LONGEST_ROUND);
                next = Instant::now() + round;
            }
        }
    }
}

fn nobody_to_ask(job: &Job, trackers: &[Vec<String>]) -> bool {
    let peers = allowed_peers(&job.peers, job.net.allow_loopback);
    !job.net.dht && trackers.is_empty() && peers.is_empty()
}

async fn ask(job: Job) -> Fetched {
    let trackers = allowed_trackers(&job.trackers, job.net.allow_loopback);
    let link = link(job.hash, &trackers);
    let options = AddTorrentOptions {
        list_only: true,
        initial_peers: Some(allowed_peers(&job.peers, job.net.allow_loopback)),
        force_tracker_interval: Some(crate::start::TRACKER_INTERVAL),
        peer_opts: Some(PeerConnectionOptions {
            read_write_timeout: Some(PEER_TIMEOUT),
            ..PeerConnectionOptions::default()
        }),
        ..AddTorrentOptions::default()
    };
    if nobody_to_ask(&job, &trackers) {
        return Err(NO_PEER_SOURCE.to_owned());
    }
    let answer = job
        .session
        .add_torrent(AddTorrent::from_url(link), Some(options))
        .await;
    let listed = match answer {
        Ok(AddTorrentResponse::ListOnly(listed)) => listed,
        Ok(_) => return Err(INTERNAL.to_owned()),
        Err(e) => {
            tracing::debug!(hash = %job.hash, "fetching metadata: {e:#}");
            return Err(INTERNAL.to_owned());
        }
    };
    let peers = allowed_peers(&listed.seen_peers, job.net.allow_loopback);
    let peers = peers.into_iter().take(MAX_SEEN_PEERS).collect();
    let bytes = listed.torrent_bytes;
    let read = spawn_blocking(move || {
        let found = Metainfo::parse(&bytes).map_err(|e| e.code().to_owned())?;
        // Once more from the bare dictionary: only its own fields count, trackers are ours.
        Metainfo::from_info(found.info_bytes(), trackers).map_err(|e| e.code().to_owned())
    });
    let meta = read.await.map_err(|_| INTERNAL.to_owned())??;
    if meta.info_hash != job.hash {
        return Err(INTERNAL.to_owned());
    }
    Ok((Arc::new(meta), peers))
}

fn link(hash: InfoHash, trackers: &[Vec<String>]) -> String {
    let mut link = format!("magnet:?xt=urn:btih:{hash}");
    for tracker in trackers.iter().flatten() {
        link.push_str("&tr=");
        link.extend(byte_serialize(tracker.as_bytes()));
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracker_cannot_add_fields_to_the_link() {
        let evil = "http://a.example/x&so=0-99999999999999".to_owned();
        let link = link(InfoHash([1; 20]), &[vec![evil]]);
        assert_eq!(link.matches('&').count(), 1);
        assert!(!link.contains("&so="));
    }
}
