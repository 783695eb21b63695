//! What follows when it is known what of a torrent is on disk.

use shoal_metainfo::InfoHash;

use super::{Owner, State, Torrent, reconcile::RETRY_MIN_MS};
use crate::{Effect, Fault, Flush, OpId, Phase, Prepared, Retry, StoreOp, Timestamp};

impl State {
    pub(super) fn on_prepared(
        &mut self,
        hash: InfoHash,
        op: OpId,
        outcome: Result<Prepared, Fault>,
        now: Timestamp,
    ) -> Vec<Effect> {
        if self.quitting
            || self
                .current(hash, op)
                .is_none_or(|t| t.live.phase != Phase::Checking)
        {
            return vec![];
        }
        let prepared = match outcome {
            Ok(prepared) => prepared,
            Err(fault) => {
                // Too little room for this one may be enough for the others.
                self.fail(hash, fault, now);
                return vec![Effect::Publish];
            }
        };
        if let Some(other) = self.who_has_name(hash, &prepared) {
            let leaves = !other.is_listed();
            return self.on_name_taken(hash, &prepared, leaves, now);
        }
        self.begin(Owner::Torrent(hash));
        self.remember(hash);
        let may = self.torrents.get(&hash).is_some_and(|t| self.may_run(t));
        self.note_checked(hash, &prepared);
        let (mut ops, complete) = self.take_prepared(hash, &prepared, now);
        self.change_lines(hash);
        let start = may && self.torrents.get(&hash).is_some_and(|t| self.has_slot(t));
        let mut then = vec![Effect::Publish];
        self.set_out_for_home(hash, &mut ops, &mut then);
        let moves = |t: &Torrent| t.record.moving.is_some();
        if start && !self.any_torrent(hash).is_some_and(moves) {
            // From here on data may be written: the stored bitfield is not to be trusted until a
            // clean stop. A complete torrent only reads.
            if !complete {
                ops.push(StoreOp::MarkDirty(hash));
            }
            let op = self.enter(hash, Phase::Starting);
            let limits = self.torrents.get(&hash).map(|t| self.limits_of(t));
            let limits = limits.unwrap_or_default();
            let mut peers = vec![];
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.live.limits = limits;
                peers.clone_from(&t.live.peers);
            }
            then.push(Effect::EngineStart {
                hash,
                op,
                prepared: Box::new(prepared),
                peers,
                limits,
            });
        }
        self.commit(ops, then)
    }

    /// Writes what was found into the record; part of a transaction. Tells what to store, and
    /// whether everything wanted is there.
    fn take_prepared(
        &mut self,
        hash: InfoHash,
        prepared: &Prepared,
        now: Timestamp,
    ) -> (Vec<StoreOp>, bool) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return (vec![], false);
        };
        let changed = t.record.disk_name != prepared.disk_name
            || t.record.have_bytes != prepared.have_bytes
            || t.record.unfinished_path != prepared.unfinished_path;
        t.record
            .unfinished_path
            .clone_from(&prepared.unfinished_path);
        t.live.volume.clone_from(&prepared.volume);
        t.record.disk_name.clone_from(&prepared.disk_name);
        t.record.have_bytes = prepared.have_bytes;
        let complete = t.record.is_complete();
        let newly_complete = complete && t.record.completed_at.is_none();
        // Shoal died as it had just fetched the last of it, and before it could say so. What somebody put
        // there, or had looked for, is no download that ends.
        let asked = t.live.recheck || t.live.adopt;
        let fetched = t.live.looked && !asked && t.record.downloaded_bytes > 0;
        if newly_complete {
            t.record.completed_at = Some(now);
        }
        t.live.settle();
        t.live.recheck = false;
        t.live.looked = true;
        t.live.fresh_name = false;
        t.live.adopt = false;
        t.live.held = false;
        t.live.probed_at = None;
        // The start that follows already knows what a restart was for.
        t.live.restart = false;
        t.live.trouble = None;
        t.live.flush = Flush::None;
        if newly_complete && fetched {
            self.begin_done(hash);
            self.note_finished(hash, now);
        }
        let mut ops = vec![];
        if (changed || newly_complete)
            && let Some(t) = self.torrents.get(&hash)
        {
            ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        }
        self.touch(hash);
        (ops, complete)
    }

    /// Another torrent has the name; `leaves`: it is removed, and has it for a moment only.
    fn on_name_taken(
        &mut self,
        hash: InfoHash,
        prepared: &Prepared,
        leaves: bool,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = vec![];
        let Some(t) = self.torrents.get(&hash) else {
            return effects;
        };
        if t.record.disk_name == prepared.disk_name {
            let (recheck, adopt) = (t.live.recheck, t.live.adopt);
            let path = t.record.folder().join(&prepared.disk_name);
            self.fail(hash, Fault::FileInTheWay(path), now);
            if leaves && let Some(t) = self.torrents.get_mut(&hash) {
                (t.live.recheck, t.live.adopt) = (recheck, adopt);
                if let Some(trouble) = &mut t.live.trouble {
                    trouble.retry = Retry::At(now.plus_millis(RETRY_MIN_MS));
                }
            }
        } else {
            // No name was fixed yet: another one is chosen.
            self.settle(hash);
            self.reconcile(hash, &mut effects);
        }
        effects.push(Effect::Publish);
        effects
    }

    pub(super) fn on_flushed(
        &mut self,
        hash: InfoHash,
        op: OpId,
        ok: bool,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return vec![];
        };
        // Not the number of what it does now: it may have been stopped since, and what was flushed
        // stays flushed.
        if t.live.flush != Flush::Pending(op) {
            return vec![];
        }
        t.live.flush = if ok { Flush::Done } else { Flush::None };
        if !ok || !t.record.is_complete() {
            // The next sample may tell that it is complete.
            return vec![];
        }
        let first = t.record.completed_at.is_none();
        if first {
            t.record.completed_at = Some(now);
            self.begin_done(hash);
            self.note_finished(hash, now);
        }
        let Some(t) = self.torrents.get(&hash) else {
            return vec![];
        };
        let record = Box::new(t.record.clone());
        self.touch(hash);
        let mut effects = vec![
            Effect::StoreSoon(vec![StoreOp::PutTorrent(record)]),
            Effect::Publish,
        ];
        effects.extend(self.go_home(hash));
        effects
    }
}
