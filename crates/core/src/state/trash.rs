//! Files on their way to the trash and back, or being deleted.

use shoal_metainfo::InfoHash;

use super::State;
use crate::{Effect, Fault, Intent, Phase, StoreOp, Timestamp, TorrentRecord, TrashMove};

impl State {
    /// Begins to move the files of a torrent that does nothing, if they are due to.
    pub(super) fn begin_trash(&mut self, hash: InfoHash, effects: &mut Vec<Effect>) -> bool {
        let Some(way) = self
            .torrents
            .get_mut(&hash)
            .and_then(|t| t.live.trash_due.take())
        else {
            return false;
        };
        self.enter(hash, Phase::Trashing);
        effects.push(match way {
            TrashMove::Into => Effect::Trash(hash),
            TrashMove::Gone => Effect::Delete(hash),
            TrashMove::OutOf => Effect::Untrash(hash),
        });
        true
    }

    pub(super) fn on_trash_done(
        &mut self,
        hash: InfoHash,
        error: Option<String>,
        now: Timestamp,
    ) -> Vec<Effect> {
        let mut effects = vec![];
        if self
            .torrents
            .get(&hash)
            .is_none_or(|t| t.live.phase != Phase::Trashing)
        {
            return effects;
        }
        self.settle(hash);
        self.keep_promise(hash, &mut effects);
        if let Some(detail) = error {
            self.on_trash_failed(hash, detail, now, &mut effects);
        }
        self.reconcile(hash, &mut effects);
        self.leave_if_done(&mut effects);
        effects.push(Effect::Publish);
        effects
    }

    /// A way to or from the trash has ended; what is stored of it now is whether one is still due.
    fn keep_promise(&mut self, hash: InfoHash, effects: &mut Vec<Effect>) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let pending = t.live.trash_due.is_some();
        if t.record.trash_pending != pending {
            t.record.trash_pending = pending;
            let record = Box::new(t.record.clone());
            effects.push(Effect::StoreSoon(vec![StoreOp::PutTorrent(record)]));
        }
    }

    fn on_trash_failed(
        &mut self,
        hash: InfoHash,
        detail: String,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        if t.live.trash_due.is_some() {
            // The user has changed their mind meanwhile: what is due now comes next.
            return;
        }
        if t.is_listed() {
            self.fail(hash, Fault::Io(detail), now);
            return;
        }
        if !t.record.trashed {
            return;
        }
        // The files are still there: a torrent that vanished from the list would hide that.
        t.record.removed_at = None;
        t.record.trashed = false;
        t.record.intent = Intent::Stop;
        let mut ops = vec![StoreOp::PutTorrent(Box::new(t.record.clone()))];
        self.unbury(hash, &mut ops);
        effects.push(Effect::StoreSoon(ops));
        self.fail(hash, Fault::TrashFailed(detail), now);
    }
}

impl TrashMove {
    /// Whether the files are to leave their place.
    pub(super) fn is_away(self) -> bool {
        self != Self::OutOf
    }
}

/// The way that files of a torrent still have to go after a restart.
pub(super) fn due_at_start(record: &TorrentRecord) -> Option<TrashMove> {
    let into = record.removed_at.is_some() && record.trashed;
    let way = if into {
        TrashMove::Into
    } else {
        TrashMove::OutOf
    };
    record.trash_pending.then_some(way)
}
