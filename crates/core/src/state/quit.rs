//! Leaving: what runs is stopped without any intent changed, and what was promised is kept or
//! remembered.

use super::{State, Torrent};
use crate::{Effect, EngineRequest, Phase};

impl State {
    pub(super) fn on_quit(&mut self) -> Vec<Effect> {
        if self.quitting {
            return vec![];
        }
        self.quitting = true;
        let mut effects = vec![];
        let ops = self.dirty_totals(true);
        if !ops.is_empty() {
            effects.push(Effect::StoreSoon(ops));
        }
        for (hash, t) in &mut self.torrents {
            match t.live.phase {
                Phase::Checking => effects.push(Effect::CancelPrepare(*hash)),
                // The next start goes on with it.
                Phase::Moving => effects.push(Effect::CancelRelocate(*hash)),
                _ => continue,
            }
            t.live.settle();
        }
        if self.engine_down {
            self.leave_if_done(&mut effects);
        } else {
            effects.push(Effect::Engine(EngineRequest::Shutdown));
        }
        effects
    }

    /// Leaves once the engine is down, no files are on their way to or from the trash, and it is known what
    /// came of the program that ran. Files that must be moved first go to the trash after the next start.
    pub(super) fn leave_if_done(&mut self, effects: &mut Vec<Effect>) {
        let busy = |t: &Torrent| {
            t.live.phase == Phase::Trashing
                || t.live.trash_due.is_some() && t.record.moving.is_none()
        };
        let down = self.engine_down && !self.is_program_asked();
        if self.quitting && down && !self.exited && !self.torrents().any(busy) {
            self.exited = true;
            effects.push(Effect::Exit);
        }
    }
}
