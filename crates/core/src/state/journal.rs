//! The undo journal: a bounded stack of steps, each with the changes that take it back.

use std::{collections::BTreeSet, sync::Arc};

use shoal_metainfo::InfoHash;

use super::State;
use crate::{
    Change, Effect, Refusal, Reply, StepKind, StoreOp, Timestamp, UNDO_AGE_MAX_MS, UNDO_STEPS_MAX,
    UndoStep,
};

type Outcome = Result<(Vec<StoreOp>, Vec<Effect>, Reply), Refusal>;

impl State {
    /// The step that undo would take back.
    pub fn next_undo(&self) -> Option<&UndoStep> {
        self.journal
            .iter()
            .rev()
            .find(|s| !s.undone)
            .map(Arc::as_ref)
    }

    /// The step that redo would do again.
    pub fn next_redo(&self) -> Option<&UndoStep> {
        self.journal.iter().find(|s| s.undone).map(Arc::as_ref)
    }

    /// Applies `changes` as one step of the journal.
    pub(super) fn step(
        &mut self,
        kind: StepKind,
        count: usize,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> (Vec<StoreOp>, Vec<Effect>, Reply) {
        let (mut ops, mut then) = (vec![], vec![]);
        let mut inverse: Vec<Change> = changes
            .into_iter()
            .filter_map(|c| self.apply(c, now, &mut ops, &mut then))
            .collect();
        if inverse.is_empty() {
            return (ops, then, Reply::Done);
        }
        inverse.reverse();
        self.remember_journal();
        let id = self.journal.iter().map(|s| s.id).max().unwrap_or(0) + 1;
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let step = UndoStep {
            id,
            at: now,
            kind,
            count,
            inverse,
            undone: false,
        };
        // A new step ends what could be redone.
        let mut gone: Vec<Arc<UndoStep>> = self.journal.extract_if(.., |s| s.undone).collect();
        ops.push(StoreOp::PutUndo(step.clone()));
        self.journal.push(Arc::new(step));
        let over = self.journal.len().saturating_sub(UNDO_STEPS_MAX);
        gone.extend(self.journal.drain(..over));
        ops.extend(self.forget(&gone));
        self.changes.undo = true;
        (ops, then, Reply::Done)
    }

    pub(super) fn undo(&mut self, now: Timestamp) -> Outcome {
        let id = self
            .next_undo()
            .map(|s| s.id)
            .ok_or(Refusal::NothingToUndo)?;
        Ok(self.turn(id, now))
    }

    pub(super) fn redo(&mut self, now: Timestamp) -> Outcome {
        let id = self
            .next_redo()
            .map(|s| s.id)
            .ok_or(Refusal::NothingToUndo)?;
        Ok(self.turn(id, now))
    }

    /// Takes a step back or does it again.
    fn turn(&mut self, id: u64, now: Timestamp) -> (Vec<StoreOp>, Vec<Effect>, Reply) {
        let (mut ops, mut then) = (vec![], vec![]);
        self.remember_journal();
        let Some(at) = self.journal.iter().position(|s| s.id == id) else {
            return (ops, then, Reply::Done);
        };
        let changes = self.journal[at].inverse.clone();
        let mut inverse: Vec<Change> = changes
            .into_iter()
            .filter_map(|c| self.apply(c, now, &mut ops, &mut then))
            .collect();
        inverse.reverse();
        let old = &self.journal[at];
        let step = UndoStep {
            inverse,
            undone: !old.undone,
            ..**old
        };
        ops.push(StoreOp::PutUndo(step.clone()));
        self.journal[at] = Arc::new(step);
        self.changes.undo = true;
        (ops, then, Reply::Done)
    }

    /// Forgets steps that are too old. A clock that went backwards keeps them longer.
    pub(super) fn forget_old_steps(&mut self, now: Timestamp) -> Vec<StoreOp> {
        let old: Vec<Arc<UndoStep>> = self
            .journal
            .extract_if(.., |s| now.millis_since(s.at) > UNDO_AGE_MAX_MS)
            .collect();
        if !old.is_empty() {
            self.changes.undo = true;
        }
        self.forget(&old)
    }

    /// Drops steps, and with them the removed torrents that nothing can bring back any more.
    fn forget(&mut self, steps: &[Arc<UndoStep>]) -> Vec<StoreOp> {
        let mut ops: Vec<StoreOp> = steps.iter().map(|s| StoreOp::DropUndo(s.id)).collect();
        let removed = self.torrents.values().filter(|t| !t.is_listed());
        // What the engine or the trash still holds is let go first, and forgotten another time.
        let idle = removed.filter(|t| {
            let promised = t.live.trash_due.is_some() || t.record.moving.is_some();
            t.live.phase == crate::Phase::Idle && !promised
        });
        let mut gone: BTreeSet<InfoHash> = idle.map(|t| t.record.hash).collect();
        if !gone.is_empty() {
            // Only then: the journal may name many thousands.
            let named = self.journal.iter().flat_map(|s| &s.inverse);
            for hash in named.filter_map(torrent_of) {
                gone.remove(&hash);
            }
        }
        for hash in gone {
            self.remember(hash);
            self.torrents.remove(&hash);
            ops.push(StoreOp::DropTorrent(hash));
        }
        ops
    }
}

fn torrent_of(change: &Change) -> Option<InfoHash> {
    match change {
        Change::Restore(hash)
        | Change::Remove(hash, _)
        | Change::Select(hash, _)
        | Change::Move(hash, _)
        | Change::Name(hash, _)
        | Change::Priorities(hash, _)
        | Change::Rank(hash, _)
        | Change::Rules(hash, _)
        | Change::Labels(hash, _) => Some(*hash),
        Change::PutLabel(_)
        | Change::DropLabel(_)
        | Change::RenameLabel(..)
        | Change::Setting(..)
        | Change::PutWatch(_)
        | Change::DropWatch(_) => None,
    }
}
