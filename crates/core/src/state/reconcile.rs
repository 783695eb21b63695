//! Brings what is happening to a torrent towards what the user wants, one step at a time.

use std::sync::Arc;

use shoal_metainfo::InfoHash;

use super::{
    SESSION_RETRY_MS, Session, State, TOTALS_EVERY_MS, Torrent, probe::PROBE_EVERY_MS,
    queue::is_able,
};
use crate::{Effect, EngineRequest, Fault, OpId, Phase, Retry, Timestamp, Trouble};

/// First wait before a trouble is tried again, in milliseconds; doubles up to [`RETRY_MAX_MS`].
pub(super) const RETRY_MIN_MS: i64 = 5_000;
/// Longest wait between two tries, in milliseconds.
const RETRY_MAX_MS: i64 = 300_000;

impl State {
    /// Takes the next step for one torrent. Does nothing when all is as it should be.
    pub(super) fn reconcile(&mut self, hash: InfoHash, effects: &mut Vec<Effect>) {
        self.queue.note(hash);
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        if self.quitting {
            // Only what was promised is still done: files on their way to or from the trash.
            if t.live.phase == Phase::Idle && t.record.moving.is_none() {
                self.begin_trash(hash, effects);
            }
            return;
        }
        // Only while slots are given and taken somebody is stopped for the lack of one.
        let may_run = self.may_run(t) && (!self.queue.is_settling() || self.has_slot(t));
        match t.live.phase {
            Phase::Idle => self.leave_idle(hash, effects),
            Phase::FetchingMetadata if !may_run => {
                effects.push(Effect::Engine(EngineRequest::CancelFetch { hash }));
                self.settle(hash);
                self.leave_idle(hash, effects);
            }
            Phase::Checking
                if t.record.moving.is_some()
                    || !(self.may_run(t) || (t.live.recheck && t.is_listed())) =>
            {
                effects.push(Effect::CancelPrepare(hash));
                self.settle(hash);
                self.leave_idle(hash, effects);
            }
            Phase::Starting | Phase::Running
                if !may_run || t.live.recheck || t.live.restart || t.record.moving.is_some() =>
            {
                let op = self.enter(hash, Phase::Stopping);
                effects.push(Effect::Engine(EngineRequest::Stop { hash, op }));
            }
            _ => {}
        }
    }

    /// Whether a torrent should be active now.
    pub(super) fn wants_run(&self, t: &Torrent) -> bool {
        self.may_run(t) && self.has_slot(t)
    }

    /// Whether nothing but the queue keeps it from being active.
    pub(super) fn may_run(&self, t: &Torrent) -> bool {
        is_able(t) && matches!(self.session, Session::Running { .. })
    }

    fn leave_idle(&mut self, hash: InfoHash, effects: &mut Vec<Effect>) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        t.live.restart = false;
        // What is to go to the trash is brought together first.
        if self.begin_move(hash, effects) || self.begin_trash(hash, effects) {
            return;
        }
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        let known = t.record.summary.is_some();
        // What lies there is looked at before its turn comes: it may be whole, or something is wrong.
        let look = !t.live.looked && self.may_run(t);
        if known && (look || self.wants_run(t) || (t.live.recheck && t.is_listed())) {
            let (full_check, fresh_name) = (t.live.recheck, t.live.fresh_name);
            let (adopt, held) = (t.live.adopt, t.live.held);
            // With 10,000 torrents the list is long; a name that is fixed does not need it.
            let named = !t.record.disk_name.is_empty() && !fresh_name;
            let avoid = if named {
                Arc::default()
            } else {
                self.names_taken(hash)
            };
            let op = self.enter(hash, Phase::Checking);
            effects.push(Effect::Prepare {
                hash,
                op,
                full_check,
                avoid,
                fresh_name,
                adopt,
            });
            if held {
                effects.push(Effect::HoldCheck(hash, true));
            }
        } else if !known && self.wants_run(t) {
            let (trackers, peers) = (t.record.trackers.clone(), t.live.peers.clone());
            let op = self.enter(hash, Phase::FetchingMetadata);
            effects.push(Effect::Engine(EngineRequest::FetchMetadata {
                hash,
                op,
                trackers,
                peers,
            }));
        }
    }

    pub(super) fn enter(&mut self, hash: InfoHash, phase: Phase) -> OpId {
        let op = self.new_op();
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.phase = phase;
            t.live.op = op;
            t.live.check = None;
        }
        self.touch(hash);
        op
    }

    pub(super) fn settle(&mut self, hash: InfoHash) {
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.settle();
        }
        self.touch(hash);
    }

    /// Lets a torrent stand still because of `fault`, until its next try if there is one.
    pub(super) fn fail(&mut self, hash: InfoHash, fault: Fault, now: Timestamp) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let wait = RETRY_MIN_MS
            .saturating_mul(1_i64 << t.live.tries.min(10))
            .min(RETRY_MAX_MS);
        let retry = if fault.is_probed() {
            Retry::At(now.plus_millis(PROBE_EVERY_MS))
        } else if fault.may_pass() {
            Retry::At(now.plus_millis(wait))
        } else {
            Retry::Never
        };
        t.live.settle();
        t.live.recheck = false;
        t.live.held = false;
        // What the user said holds until it was tried.
        t.live.adopt &= fault.may_pass();
        t.live.looked = false;
        t.live.probed_at = None;
        t.live.tries = t.live.tries.saturating_add(1);
        t.live.trouble = Some(Trouble { fault, retry });
        self.note_trouble(hash);
        self.touch(hash);
    }

    pub(super) fn on_tick(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = vec![];
        let passed_ms = self.goals.pass(now);
        self.tick_queue(passed_ms);
        if let Session::Failed { retry_at, .. } = &self.session
            && is_due(*retry_at, now, SESSION_RETRY_MS)
            && !self.quitting
            && !self.engine_down
        {
            self.session = Session::Starting;
            self.changes.totals = true;
            effects.push(Effect::Engine(EngineRequest::Configure(
                self.network_options(),
            )));
        }
        if matches!(self.session, Session::Running { .. }) {
            effects.push(Effect::Engine(EngineRequest::Sample));
        }
        let (mut due, mut look, mut checks) = (vec![], false, vec![]);
        for t in self.torrents.values() {
            if t.live.phase == Phase::Checking && t.live.check.is_none() && !t.live.held {
                checks.push((t.live.op, t.record.hash));
            }
            let Some(trouble) = t.live.trouble.as_ref() else {
                continue;
            };
            if let Retry::At(at) = trouble.retry
                && t.live.phase == Phase::Idle
                && is_due(at, now, RETRY_MAX_MS)
            {
                if trouble.fault.is_probed() {
                    look = true;
                } else {
                    due.push(t.record.hash);
                }
            }
        }
        self.tell_check_places(checks);
        for hash in due {
            self.try_again(hash, &mut effects);
        }
        if look && !self.quitting {
            self.probe(now, &mut effects);
        }
        if now < self.totals_stored_at || now.millis_since(self.totals_stored_at) >= TOTALS_EVERY_MS
        {
            self.totals_stored_at = now;
            let times = self.goals.is_store_due();
            let mut ops = self.dirty_totals(times);
            ops.extend(self.forget_old_steps(now));
            if !ops.is_empty() {
                effects.push(Effect::StoreSoon(ops));
            }
        }
        effects.push(Effect::Publish);
        self.follow(passed_ms, now, &mut effects);
        effects
    }

    /// What follows by itself: goals that are reached by a change of rules, what is due for complete
    /// torrents, and for all of them. One commit at a time, the others go with the next tick.
    fn follow(&mut self, passed_ms: u64, now: Timestamp, effects: &mut Vec<Effect>) {
        effects.extend(self.compare_goals(now));
        effects.extend(self.go_on_done(now));
        effects.extend(self.count_down(passed_ms, now));
    }

    /// Tries a troubled torrent again; its sentence stays until that succeeds.
    pub(super) fn try_again(&mut self, hash: InfoHash, effects: &mut Vec<Effect>) {
        if let Some(trouble) = self
            .torrents
            .get_mut(&hash)
            .and_then(|t| t.live.trouble.as_mut())
        {
            trouble.retry = Retry::Now;
        }
        self.reconcile(hash, effects);
    }
}

/// Whether the time `at` has come. A clock that was set back must not make anything wait for longer
/// than `longest_ms`.
pub(super) fn is_due(at: Timestamp, now: Timestamp, longest_ms: i64) -> bool {
    at <= now || at > now.plus_millis(longest_ms)
}

impl Fault {
    /// Whether it may pass without the user, so that trying again is worth it.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::FolderMissing(_)
            | Self::PermissionDenied(_)
            | Self::DiskFull { .. }
            | Self::VolumeChanged(_)
            | Self::ReadOnly(_)
            | Self::Io(_)
            | Self::Internal(_)
            | Self::TooManyRunning
            | Self::NoPeerSource => true,
            Self::FileInTheWay(_)
            | Self::FileTooBig(_)
            | Self::MatchesPartly { .. }
            | Self::MoveFailed { .. }
            | Self::FilesChanged
            | Self::Unsupported(_)
            | Self::BadMetadata(_)
            | Self::StoreDamaged
            | Self::TrashFailed(_) => false,
        }
    }
}
