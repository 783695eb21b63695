//! How much all torrents together, and one by itself, may move in a second. The engine's own limiters
//! do it: the session's at once, a torrent's from its start on. For other limits it is stopped and
//! started, so that the peers it had are kept here in between.

use librqbit::limits::LimitsConfig;
use shoal_core::StartSpec;
use shoal_metainfo::InfoHash;

use super::Runner;
use crate::{entry::Phase, watch};

/// Torrents whose peers are kept at most.
const KNOWN_MAX: usize = 1_000;
/// Peers that are kept of each.
const PEERS_MAX: usize = 50;

impl Runner {
    /// Keeps all torrents together within `limits`, this session and the next ones.
    pub(super) fn limit(&mut self, limits: LimitsConfig) {
        let before = std::mem::replace(&mut self.limits, limits);
        let Some(session) = self.session() else {
            return;
        };
        // A limiter that is set begins with a second's worth to give away.
        if before.download_bps != limits.download_bps {
            session.ratelimits.set_download_bps(limits.download_bps);
        }
        if before.upload_bps != limits.upload_bps {
            session.ratelimits.set_upload_bps(limits.upload_bps);
        }
    }

    /// A torrent is about to be stopped: keeps the peers that can be dialled again.
    pub(super) fn keep_peers(&mut self, hash: InfoHash) {
        let entry = self.entries.get(&hash);
        if let Some(Phase::Running(handle)) = entry.map(|e| &e.phase) {
            let mut peers = watch::dialled_peers(handle);
            peers.truncate(PEERS_MAX);
            if self.known.len() >= KNOWN_MAX {
                self.known.clear();
            }
            self.known.insert(hash, peers);
        }
    }

    /// The peers that a torrent had when it was stopped are dialled first.
    pub(super) fn recall_peers(&mut self, spec: &mut StartSpec) {
        let known = self.known.remove(&spec.meta.info_hash);
        for peer in known.into_iter().flatten() {
            if !spec.peers.contains(&peer) {
                spec.peers.push(peer);
            }
        }
    }
}

/// What a torrent by itself is to keep within.
pub(super) fn of(spec: &StartSpec) -> LimitsConfig {
    LimitsConfig {
        download_bps: spec.down_bps,
        upload_bps: spec.up_bps,
    }
}
