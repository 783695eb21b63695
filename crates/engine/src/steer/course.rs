//! The steering of one torrent: its plan, its streams, and what was seen of it at the last beat.
//! It waits for nothing: streams are opened by whoever holds the list, who asks again before one
//! is used.

use std::{mem, sync::Arc};

use shoal_core::Order;
use shoal_metainfo::{Bitfield, InfoHash, Metainfo};

use super::{
    budget::Stream,
    picker::{Demand, Picker},
    plan::{Aim, Plan, Wishes},
    rng::Rng,
};
use crate::{note::Handle, storage::TorrentFiles};

/// Streams that one torrent may have: more than one only where what is to come next lies in several
/// places, or in files so small that one is asked for whole within a beat.
pub(super) const MOST_STREAMS: usize = 6;
/// Peers from which on spreading is of use: a single one gets the natural order, which is easier on
/// the disk.
const SPREAD_PEERS: u32 = 2;
/// So many beats without them are waited for more.
const LONELY: u32 = 13;
/// What the engine asks of one peer at once: 128 blocks.
const PIPELINE_BYTES: u64 = 2 << 20;
/// Peers whose requests are reckoned with.
const RECKONED_PEERS: u32 = 4;
/// One torrent.
pub(super) struct Course {
    hash: InfoHash,
    /// Which run of the torrent this is.
    run: u64,
    handle: Handle,
    files: Arc<TorrentFiles>,
    meta: Arc<Metainfo>,
    /// One bit a file.
    wanted: Bitfield,
    wishes: Wishes,
    /// Made when it is needed: most torrents are complete.
    plan: Option<Plan>,
    picker: Picker,
    streams: Vec<Stream>,
    /// Complete, or its selection is changing.
    resting: bool,
    /// It is among the busiest.
    allowed: bool,
    /// Counts changes after which a stream being opened is not to be used.
    version: u64,
    /// Beats in a row with too few peers for spreading.
    lonely: u32,
    /// Verified pieces at the last beat.
    verified: u32,
    /// Bytes received at the last ranking.
    fetched_bytes: u64,
}

/// How soon its streams are to be moved again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// It has none.
    Idle,
    /// They only spread.
    Spreading,
    /// They keep an order.
    Ordered,
}

/// A stream to be opened.
pub(super) struct Opening {
    pub(super) hash: InfoHash,
    pub(super) handle: Handle,
    pub(super) aim: Aim,
    run: u64,
    version: u64,
}

impl Course {
    pub(super) fn new(
        run: u64,
        handle: Handle,
        files: Arc<TorrentFiles>,
        start: super::Heading,
    ) -> Self {
        let super::Heading {
            meta,
            wanted,
            wishes,
        } = start;
        Self {
            hash: meta.info_hash,
            run,
            handle,
            resting: files.progress().1,
            files,
            meta,
            wanted,
            wishes,
            plan: None,
            picker: Picker::new(Rng::fresh()),
            streams: Vec::new(),
            allowed: true,
            version: 0,
            lonely: 0,
            verified: 0,
            fetched_bytes: 0,
        }
    }

    pub(super) fn rest(&mut self) {
        self.resting = true;
        self.replan();
    }

    pub(super) fn resume(&mut self, handle: Handle) {
        self.handle = handle;
        self.resting = self.files.progress().1;
        self.fetched_bytes = 0;
        self.lonely = 0;
        self.replan();
    }

    pub(super) fn choose(&mut self, wanted: Bitfield) {
        self.wanted = wanted;
        self.resting = false;
        self.replan();
    }

    pub(super) fn wish(&mut self, wishes: Wishes) {
        if self.wishes != wishes {
            self.wishes = wishes;
            self.replan();
        }
    }

    fn replan(&mut self) {
        self.plan = None;
        self.version += 1;
        // None may stay where it is without being asked again.
        self.streams.clear();
    }

    /// Whether it may have streams at all.
    pub(super) fn allow(&mut self, allowed: bool) {
        self.allowed = allowed;
    }

    /// Bytes received since it was last asked; none when it has no use for a stream.
    pub(super) fn speed(&mut self) -> Option<u64> {
        if self.is_done() {
            return None;
        }
        let all = self.handle.live()?.stats_snapshot().fetched_bytes;
        let before = mem::replace(&mut self.fetched_bytes, all);
        Some(all.saturating_sub(before))
    }

    pub(super) fn is_resting(&self) -> bool {
        self.resting
    }

    fn is_done(&self) -> bool {
        self.resting || self.files.progress().1
    }

    /// Moves its streams, drops those that are of no use, and asks for those it lacks, at most
    /// `most` in all.
    pub(super) fn beat(&mut self, most: usize, openings: &mut Vec<Opening>) -> Pace {
        if self.resting || !self.allowed {
            self.streams.clear();
            return Pace::Idle;
        }
        let live = self.handle.live().filter(|_| !self.is_done());
        let Some(live) = live else {
            self.streams.clear();
            return Pace::Idle;
        };
        let peers = live.stats_snapshot().peer_stats.live;
        // They lie ready: the first peer is asked for a good deal at once.
        if peers == 0 && !self.streams.is_empty() {
            return Pace::Spreading;
        }
        let plan =
            (self.plan.take()).unwrap_or_else(|| Plan::new(&self.meta, &self.wanted, &self.wishes));
        let spreads = plan.is_plain();
        let natural = self.is_lonely(peers) && spreads;
        let aims = if natural {
            Vec::new()
        } else {
            self.aims(&plan, peers, most)
        };
        self.plan = Some(plan);
        if natural {
            self.streams.clear();
            return Pace::Idle;
        }
        let mut old = mem::take(&mut self.streams);
        for aim in aims {
            if let Some(at) = old.iter().position(|s| s.file == aim.file) {
                let mut stream = old.swap_remove(at);
                stream.seek(aim.offset);
                self.streams.push(stream);
            } else {
                openings.push(Opening {
                    hash: self.hash,
                    handle: self.handle.clone(),
                    aim,
                    run: self.run,
                    version: self.version,
                });
            }
        }
        if spreads {
            Pace::Spreading
        } else {
            Pace::Ordered
        }
    }

    /// Takes a stream that was opened for it, unless things have changed since.
    pub(super) fn take(&mut self, opening: &Opening, mut stream: Stream) {
        if self.run == opening.run && self.version == opening.version && !self.is_done() {
            stream.seek(opening.aim.offset);
            self.streams.push(stream);
        }
    }

    /// Whether it has had too few peers for spreading for a while.
    fn is_lonely(&mut self, peers: u32) -> bool {
        if peers >= SPREAD_PEERS {
            self.lonely = 0;
        } else if peers > 0 {
            self.lonely = self.lonely.saturating_add(1);
        }
        self.lonely > LONELY
    }

    fn aims(&mut self, plan: &Plan, peers: u32, most: usize) -> Vec<Aim> {
        let have = self.files.have();
        let verified = have.count_ones();
        let arrived = verified.saturating_sub(mem::replace(&mut self.verified, verified));
        let pipelines = |peers: u32| plan.pieces_of(PIPELINE_BYTES * u64::from(peers));
        let reckoned = peers.clamp(1, RECKONED_PEERS);
        // Room for several does no harm but to a strict order.
        let ahead = match plan.order {
            Order::Spread => RECKONED_PEERS,
            Order::Sequential => reckoned,
        };
        let demand = Demand {
            pieces: pipelines(ahead).saturating_add(arrived),
            pending: pipelines(reckoned),
            aims: most,
        };
        self.picker.aims(plan, &have, demand)
    }
}
