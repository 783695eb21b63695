//! Carries out what was decided about a torrent's place: stops it, asks for the files to be moved,
//! and takes the answer.
//!
//! Stored before acted on: a torrent that is being moved says so in its row from before the first
//! file is touched until after the last, so that a killed Shoal goes on where it was. What cannot be
//! moved goes back. The engine never has a torrent that is being moved.

use shoal_metainfo::InfoHash;

use super::{Owner, State, Torrent};
use crate::{
    Effect, Fault, OpId, PendingMove, Phase, Retry, StoreOp, Timestamp, Told, TorrentRecord,
    Whereabouts,
};

impl State {
    /// Begins or goes on to move the files of a torrent that does nothing, if they are to be moved.
    /// False when there is nothing to move; a move that waits is something.
    pub(super) fn begin_move(&mut self, hash: InfoHash, effects: &mut Vec<Effect>) -> bool {
        let Some(t) = self.torrents.get(&hash) else {
            return false;
        };
        let Some(m) = &t.record.moving else {
            return false;
        };
        let waits = |trouble: &crate::Trouble| trouble.retry != Retry::Now;
        if t.live.trouble.as_ref().is_some_and(waits) {
            return true;
        }
        let (from, to) = if m.back {
            (m.to.clone(), t.record.place())
        } else {
            (t.record.place(), m.to.clone())
        };
        let op = self.enter(hash, Phase::Moving);
        effects.push(Effect::Relocate { hash, op, from, to });
        true
    }

    /// A torrent that is complete belongs into the folder it is saved to; whether it is to go there.
    pub(super) fn is_home_due(t: &Torrent) -> bool {
        t.record.unfinished_path.is_some()
            && t.record.moving.is_none()
            && t.record.is_complete()
            && !t.live.stays
    }

    /// Sends a complete torrent to the folder it is saved to, in a transaction of its own.
    pub(super) fn go_home(&mut self, hash: InfoHash) -> Vec<Effect> {
        if !self.any_torrent(hash).is_some_and(Self::is_home_due) {
            return vec![];
        }
        self.begin(Owner::Home(hash));
        self.remember(hash);
        let (mut ops, mut then) = (vec![], vec![Effect::Publish]);
        self.set_out_for_home(hash, &mut ops, &mut then);
        self.commit(ops, then)
    }

    /// The same, as part of a transaction that remembers the torrent.
    pub(super) fn set_out_for_home(
        &mut self,
        hash: InfoHash,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) {
        let Some(t) = self.torrents.get(&hash).filter(|t| Self::is_home_due(t)) else {
            return;
        };
        let mut place = t.record.place();
        place.folder.clone_from(&t.record.save_path);
        let save_path = t.record.save_path.clone();
        if self.is_claimed(hash, &[&save_path], &place.disk_name) {
            // One that was brought back lies there whole.
            let why = Fault::FileInTheWay(save_path.join(&place.disk_name));
            return self.stay(hash, why);
        }
        self.aim(hash, Whereabouts { place, save_path }, ops, then);
    }

    /// The place could not even be promised.
    pub(super) fn on_home_unstored(&mut self, hash: InfoHash, detail: String) {
        self.stay(hash, Fault::Io(detail));
    }

    /// It cannot go home: it goes on where it is.
    fn stay(&mut self, hash: InfoHash, why: Fault) {
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.stays = true;
            t.live.mishap = Some(Fault::MoveFailed {
                to: t.record.save_path.clone(),
                why: Box::new(why),
            });
        }
        self.note_mishap(hash);
        self.touch(hash);
    }

    pub(super) fn on_move_progress(
        &mut self,
        hash: InfoHash,
        op: OpId,
        (done, total): (u64, u64),
        now: Timestamp,
    ) {
        if let Some(t) = self
            .current(hash, op)
            .filter(|t| t.live.phase == Phase::Moving)
        {
            t.live.moved = Some((done, total));
            t.live.measure(done, now);
            self.touch(hash);
        }
    }

    pub(super) fn on_relocated(
        &mut self,
        hash: InfoHash,
        op: OpId,
        outcome: Result<(), Fault>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let moving = |t: &&mut Torrent| t.live.phase == Phase::Moving;
        let Some(t) = self.current(hash, op).filter(moving) else {
            return vec![];
        };
        let back = t.record.moving.as_ref().is_some_and(|m| m.back);
        if let (Err(fault), true) = (&outcome, back) {
            let fault = fault.clone();
            return self.on_no_way_back(hash, fault, now);
        }
        self.begin(Owner::Torrent(hash));
        self.remember(hash);
        let (mut ops, mut then) = (vec![], vec![Effect::Publish]);
        self.settle(hash);
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.trouble = None;
            t.live.told = Told::Well;
            t.live.tries = 0;
            t.live.active_at = now;
        }
        match outcome {
            Ok(()) => self.arrive(hash, &mut ops, &mut then),
            Err(why) => self.send_back(hash, why, &mut ops),
        }
        self.reconcile(hash, &mut then);
        self.commit(ops, then)
    }

    /// Every file is where it was to go.
    fn arrive(&mut self, hash: InfoHash, ops: &mut Vec<StoreOp>, then: &mut Vec<Effect>) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let Some(done) = t.record.moving.take() else {
            return;
        };
        let before = t.record.whereabouts();
        if !done.back {
            t.live.stays = false;
            if t.record.renames != done.to.renames {
                ops.push(StoreOp::PutNames(hash, done.to.renames.clone()));
            }
            t.record.settle_at(Whereabouts {
                place: done.to,
                save_path: done.then_save_path,
            });
        }
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        self.note_place(hash, &before);
        if let Some(next) = done.next.filter(|_| done.back) {
            self.aim(hash, *next, ops, then);
        }
    }

    /// It cannot go there: what was moved goes back.
    fn send_back(&mut self, hash: InfoHash, why: Fault, ops: &mut Vec<StoreOp>) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let TorrentRecord {
            moving: Some(PendingMove { to, back, .. }),
            ..
        } = &mut t.record
        else {
            return;
        };
        *back = true;
        t.live.mishap = Some(Fault::MoveFailed {
            to: to.folder.clone(),
            why: Box::new(why),
        });
        t.live.stays = t.record.unfinished_path.is_some() && t.record.is_complete();
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        self.note_mishap(hash);
    }

    /// What was moved cannot be brought back now. It stays promised.
    fn on_no_way_back(&mut self, hash: InfoHash, fault: Fault, now: Timestamp) -> Vec<Effect> {
        self.fail(hash, fault, now);
        let mut effects = vec![];
        if let Some(t) = self.torrents.get_mut(&hash)
            && !t.is_listed()
            && t.live
                .trouble
                .as_ref()
                .is_some_and(|trouble| trouble.retry == Retry::Never)
        {
            // A removed torrent whose files nobody deals with any more would hide that.
            t.record.removed_at = None;
            t.record.trashed = false;
            t.record.trash_pending = false;
            t.record.intent = crate::Intent::Stop;
            t.live.trash_due = None;
            let record = Box::new(t.record.clone());
            effects.push(Effect::StoreSoon(vec![StoreOp::PutTorrent(record)]));
        }
        effects.push(Effect::Publish);
        effects
    }
}
