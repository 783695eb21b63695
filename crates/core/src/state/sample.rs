//! What one look at the running torrents does to the state.

use shoal_metainfo::InfoHash;

use super::{State, Torrent};
use crate::{
    Effect, EngineSample, Flush, Phase, StoreOp, Timestamp, Told, TorrentSample, Transferred,
};

/// What was transferred and completed since somebody last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// Torrents that moved bytes, as the last look at what runs found, and the end of runs since.
    pub torrents: Vec<Moved>,
    /// Torrents that have become complete by downloading.
    pub completed: u32,
}

/// What a look at a running torrent, or its end, added to its totals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Which torrent.
    pub hash: InfoHash,
    /// Payload bytes received since it was heard of before.
    pub fetched_bytes: u64,
    /// Payload bytes sent since it was heard of before.
    pub uploaded_bytes: u64,
}

/// Weight of the newest second in the smoothed speed.
const PACE_WEIGHT: f64 = 0.1;

impl State {
    pub(super) fn on_sample(&mut self, sample: &EngineSample, now: Timestamp) -> Vec<Effect> {
        if self.dht_nodes != sample.dht_nodes {
            self.dht_nodes = sample.dht_nodes;
            self.changes.totals = true;
        }
        self.moved.torrents.clear();
        let (mut ops, mut home, mut seeding) = (vec![], None, vec![]);
        for (hash, s) in &sample.torrents {
            let Some(t) = self
                .torrents
                .get_mut(hash)
                .filter(|t| t.live.phase == Phase::Running)
            else {
                continue;
            };
            let was_completed = t.record.completed_at.is_some();
            let was_complete = t.record.is_complete();
            let uploaded_before = t.record.uploaded_bytes;
            let untouched = t.record.downloaded_bytes == 0;
            if absorb(t, s, now, &mut self.moved.torrents) {
                self.changes.torrents.insert(*hash);
                self.changes.totals = true;
            }
            if untouched && t.record.downloaded_bytes > 0 {
                // So that one that is whole after a kill is known to have been fetched by Shoal.
                ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
            }
            if was_complete != t.record.is_complete() {
                self.queue.note(*hash);
            }
            let recovered = t.live.tries == 0 && matches!(t.live.told, Told::Trouble(_));
            let finished = !was_completed && t.record.completed_at.is_some();
            if t.live.flush == Flush::Done
                && t.record.completed_at.is_some()
                && Self::is_home_due(t)
            {
                home = Some(*hash);
            }
            if s.finished {
                seeding.push((*hash, t.record.uploaded_bytes > uploaded_before));
            }
            if recovered {
                self.note_recovered(*hash);
            }
            if finished {
                self.begin_done(*hash);
                if let Some(t) = self.torrents.get(hash) {
                    ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
                }
                self.note_finished(*hash, now);
            }
        }
        let due = self.count_seeding(&seeding, &mut ops);
        let mut effects = vec![];
        if !ops.is_empty() {
            effects.push(Effect::StoreSoon(ops));
        }
        effects.push(Effect::Publish);
        // One transaction at a time: another one goes with the next sample.
        if let Some(hash) = home {
            effects.extend(self.go_home(hash));
        }
        effects.extend(self.reach_goals(&due, now));
        effects
    }

    /// Takes in what a run that has ended moved since it was last heard of, and has its totals
    /// stored: at the end of Shoal nobody comes by again.
    pub(super) fn take_last(&mut self, hash: InfoHash, run: Transferred, then: &mut Vec<Effect>) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        if count(t, run, &mut self.moved.torrents) {
            self.changes.torrents.insert(hash);
            self.changes.totals = true;
        }
        t.live.totals_dirty = false;
        t.live.times_dirty = false;
        let record = Box::new(t.record.clone());
        then.push(Effect::StoreSoon(vec![StoreOp::PutTorrent(record)]));
    }
}

/// Adds to the totals of a torrent what its run, which has moved so much, moved since it was last
/// heard of; tells whether that is anything. An amount that went down is one that was told before.
fn count(t: &mut Torrent, run: Transferred, tally: &mut Vec<Moved>) -> bool {
    let (record, live) = (&mut t.record, &mut t.live);
    let one = Moved {
        hash: record.hash,
        fetched_bytes: run.fetched_bytes.saturating_sub(live.run_fetched),
        uploaded_bytes: run.uploaded_bytes.saturating_sub(live.run_uploaded),
    };
    if (one.fetched_bytes, one.uploaded_bytes) == (0, 0) {
        return false;
    }
    live.run_fetched += one.fetched_bytes;
    live.run_uploaded += one.uploaded_bytes;
    // What is of the torrent that was removed before this one was added is of the sums only.
    if !live.displaced {
        record.downloaded_bytes = record.downloaded_bytes.saturating_add(one.fetched_bytes);
        record.uploaded_bytes = record.uploaded_bytes.saturating_add(one.uploaded_bytes);
    }
    tally.push(one);
    true
}

/// A pace with the speed of the newest second in it.
fn smoothed(pace_bps: f64, bps: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a speed in a sentence")]
    let speed = bps as f64;
    if pace_bps == 0.0 {
        speed
    } else {
        pace_bps * (1.0 - PACE_WEIGHT) + speed * PACE_WEIGHT
    }
}

/// Takes a sample into a torrent; tells whether anything that is shown has changed.
fn absorb(t: &mut Torrent, s: &TorrentSample, now: Timestamp, tally: &mut Vec<Moved>) -> bool {
    let run = Transferred {
        fetched_bytes: s.fetched_bytes,
        uploaded_bytes: s.uploaded_bytes,
    };
    let counted = count(t, run, tally);
    let (record, live) = (&mut t.record, &mut t.live);
    // The engine counts whole pieces, which may hold bytes of files that are not wanted: only its
    // word makes a torrent complete.
    let have_bytes = if s.finished {
        record.wanted_bytes
    } else {
        s.have_bytes.min(record.wanted_bytes.saturating_sub(1))
    };
    let completed = s.finished && live.flush == Flush::Done && record.completed_at.is_none();
    if completed {
        record.completed_at = Some(now);
    }
    let moved = counted || completed || record.have_bytes != have_bytes;
    live.reselected = false;
    if moved {
        live.tries = 0;
        live.totals_dirty = true;
        live.active_at = now;
    }
    live.pace_bps = smoothed(live.pace_bps, s.down_bps);
    live.up_pace_bps = smoothed(live.up_pace_bps, s.up_bps);
    let shown = (
        s.down_bps,
        s.up_bps,
        s.peers_connected,
        s.peers_sending,
        s.peers_known,
        s.peers_connecting,
    );
    let before = (
        live.down_bps,
        live.up_bps,
        live.peers_connected,
        live.peers_sending,
        live.peers_known,
        live.peers_connecting,
    );
    record.have_bytes = have_bytes;
    (
        live.down_bps,
        live.up_bps,
        live.peers_connected,
        live.peers_sending,
        live.peers_known,
        live.peers_connecting,
    ) = shown;
    moved || shown != before
}
