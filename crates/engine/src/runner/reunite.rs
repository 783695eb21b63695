//! Takes a torrent out of the engine and in again, within one run, so that its peers are met anew.
//! Nobody outside notices: no event, no look at files, no other journal; only the connections end.

use std::{sync::Arc, time::Duration};

use shoal_metainfo::InfoHash;

use super::Runner;
use crate::{
    RuntimeFlavour,
    entry::{Entry, Phase},
    start,
};

/// How often torrents that began with nothing are looked at until they have something.
pub(super) const LOOK: Duration = Duration::from_millis(250);

impl Runner {
    pub(super) fn is_looking(&self) -> bool {
        self.entries.values().any(|e| !e.reunion.is_over())
    }

    /// Finds torrents with peers that will never hear what we have.
    pub(super) fn look(&mut self) {
        let family = self.config.user_agent.split('/').next();
        let family = family.unwrap_or_default();
        let mut due = Vec::new();
        for (&hash, entry) in &mut self.entries {
            if let Phase::Running(handle) = &entry.phase
                && !entry.reunion.is_over()
                && entry.reunion.look(handle, &entry.files, family)
            {
                due.push(hash);
            }
        }
        for hash in due {
            self.reunite(hash);
        }
    }

    fn reunite(&mut self, hash: InfoHash) {
        let (Some(session), Some(net)) = (self.session(), self.net.clone()) else {
            return;
        };
        let Some(entry) = self.entries.get_mut(&hash) else {
            return;
        };
        // With several threads, the old connections may still be writing when the new ones are.
        if self.config.flavour == RuntimeFlavour::MultiThread || is_selecting(entry) {
            return;
        }
        let Phase::Running(old) = std::mem::replace(&mut entry.phase, Phase::Adding) else {
            return;
        };
        tracing::info!(%hash, "meeting peers anew that were met before there was a piece");
        self.helm.rest(hash);
        let door = start::Door {
            session,
            turn: self.turn.clone(),
            files: entry.files.clone(),
            net,
            scratch: self.config.scratch.clone(),
            limits: entry.limits,
            given_up: entry.given_up.clone(),
        };
        let task = tokio::spawn(start::again(door, old));
        entry.adding = task.abort_handle();
        let run = entry.run;
        self.tell_added(hash, run, task);
    }
}

/// Whether a selection is being told to the engine: each of those tasks holds on to its turn.
fn is_selecting(entry: &Entry) -> bool {
    Arc::strong_count(&entry.selecting) > 1
}
