//! What the user says about the files and the order of a torrent's pieces, beyond where they lie.

use std::sync::Arc;

use shoal_metainfo::InfoHash;

use super::{State, commands::Outcome};
use crate::{
    Change, Effect, EngineRequest, Flush, LogNote, Order, Phase, Priorities, Priority, Refusal,
    Reply, SelectionChange, StepKind, StoreOp, Timestamp, Tone,
};

impl State {
    /// What lies there is the torrent's: all of it is checked, and what is missing may be written.
    pub(super) fn adopt(&mut self, hash: InfoHash) -> Outcome {
        self.all_listed(&[hash])?;
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.adopt = true;
            t.live.fresh_name = false;
        }
        self.check_anew(&[hash], "log_adopted").inspect_err(|_| {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.live.adopt = false;
            }
        })
    }

    pub(super) fn recheck(&mut self, hashes: &[InfoHash]) -> Outcome {
        self.check_anew(hashes, "log_check_started")
    }

    /// Checks everything of torrents, and says in their logs why.
    fn check_anew(&mut self, hashes: &[InfoHash], why: &'static str) -> Outcome {
        self.all_listed(hashes)?;
        let unknown = |t: &super::Torrent| t.record.summary.is_none();
        if hashes.iter().any(|h| self.torrent(*h).is_some_and(unknown)) {
            return Err(Refusal::NoMetadata);
        }
        let mut then = vec![];
        for &hash in hashes {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.live.forgive();
                t.live.flush = Flush::None;
                let looking = t.live.phase == Phase::Checking && (!t.live.recheck || t.live.adopt);
                t.live.recheck = true;
                if looking {
                    // What is under way may trust what was stored: begin again.
                    then.push(Effect::CancelPrepare(hash));
                    self.settle(hash);
                }
            }
            self.note(hash, LogNote::new(why, Tone::Neutral));
            self.touch(hash);
            self.reconcile(hash, &mut then);
        }
        Ok((vec![], then, Reply::Done))
    }

    /// Pauses checks that are under way or wait for their turn.
    pub(super) fn hold_check(&mut self, hashes: &[InfoHash], hold: bool) -> Outcome {
        self.all_listed(hashes)?;
        let mut then = vec![];
        for &hash in hashes {
            let Some(t) = self.torrents.get_mut(&hash) else {
                continue;
            };
            if t.live.phase == Phase::Checking && t.live.held != hold {
                t.live.held = hold;
                t.live.work_from = None;
                then.push(Effect::HoldCheck(hash, hold));
                self.touch(hash);
            }
        }
        Ok((vec![], then, Reply::Done))
    }

    pub(super) fn set_order(
        &mut self,
        hashes: &[InfoHash],
        order: Order,
        first_last: bool,
    ) -> Outcome {
        self.all_listed(hashes)?;
        let (mut ops, mut then) = (vec![], vec![]);
        for &hash in hashes {
            self.remember(hash);
            let Some(t) = self.torrents.get_mut(&hash) else {
                continue;
            };
            let record = &mut t.record;
            if (record.order, record.first_last) == (order, first_last) {
                continue;
            }
            (record.order, record.first_last) = (order, first_last);
            ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
            self.steer(hash, &mut then);
            self.touch(hash);
        }
        Ok((ops, then, Reply::Done))
    }

    pub(super) fn set_priorities(
        &mut self,
        hash: InfoHash,
        priorities: &Priorities,
        chosen: Option<SelectionChange>,
        now: Timestamp,
    ) -> Outcome {
        let t = self.torrent(hash).ok_or(Refusal::NoSuchTorrent(hash))?;
        if t.record.summary.is_none() {
            return Err(Refusal::NoMetadata);
        }
        if let Some(chosen) = &chosen {
            self.take_choice(hash, chosen)?;
        }
        let mut changes = vec![Change::Priorities(hash, special(priorities))];
        changes.extend(chosen.map(|chosen| Change::Select(hash, chosen)));
        Ok(self.step(StepKind::Prioritised, 1, changes, now))
    }

    pub(super) fn apply_priorities(
        &mut self,
        hash: InfoHash,
        priorities: Priorities,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        self.remember(hash);
        let t = self.torrents.get_mut(&hash)?;
        if t.record.priorities == priorities {
            return None;
        }
        let old = std::mem::replace(&mut t.record.priorities, priorities);
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        self.note(hash, LogNote::new("log_priorities", Tone::Neutral));
        self.steer(hash, then);
        self.touch(hash);
        Some(Change::Priorities(hash, old))
    }

    pub(super) fn apply_name(
        &mut self,
        hash: InfoHash,
        name: String,
        ops: &mut Vec<StoreOp>,
    ) -> Option<Change> {
        self.remember(hash);
        let t = self.torrents.get_mut(&hash)?;
        if t.record.name == name {
            return None;
        }
        let old = std::mem::replace(&mut t.record.name, name);
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        let note = LogNote::new("log_renamed", Tone::Neutral).with("from", &old);
        let note = note.with("to", &t.record.name);
        self.note(hash, note);
        self.touch(hash);
        Some(Change::Name(hash, old))
    }

    /// Tells the engine the order of a torrent that runs, now or as soon as it does.
    pub(super) fn steer(&mut self, hash: InfoHash, then: &mut Vec<Effect>) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        t.live.steer_due = t.live.phase == Phase::Starting;
        if t.live.phase == Phase::Running {
            then.push(Effect::Engine(EngineRequest::Steer {
                hash,
                order: t.record.order,
                first_last: t.record.first_last,
                priorities: t.record.priorities.clone(),
            }));
        }
    }
}

/// Those that are not normal.
pub(super) fn special(priorities: &Priorities) -> Priorities {
    if priorities.values().all(|p| *p != Priority::Normal) {
        return priorities.clone();
    }
    let all = priorities.iter().map(|(file, p)| (*file, *p));
    Arc::new(all.filter(|(_, p)| *p != Priority::Normal).collect())
}
