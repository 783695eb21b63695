//! Looks after storage while the loop runs: signs of life, flushes, and whether disks are slow.
//! Everything that waits for a disk goes to a thread for that.

use std::time::Duration;

use tokio::{
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use super::Runner;
use crate::RuntimeFlavour;

/// How long the end of a session waits for what was written to be on the disk.
const FLUSH_DEADLINE: Duration = Duration::from_secs(2);

impl Runner {
    /// Once a second: what was written is noted and flushed in its turn. True when the storage is
    /// too slow for this thread.
    pub(super) fn beat(&mut self) -> bool {
        for entry in self.entries.values() {
            if entry.files.wants_tick() {
                let files = entry.files.clone();
                spawn_blocking(move || files.tick());
            }
        }
        // Of several threads none does all the work.
        if self.config.flavour == RuntimeFlavour::CurrentThread {
            self.calm.beat(self.moved_bytes());
        }
        let Some(p99) = self.storage.slowness() else {
            return false;
        };
        let moves = self.config.flavour == RuntimeFlavour::CurrentThread && self.open.is_some();
        if moves {
            let p99_ms = u64::try_from(p99.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(
                p99_ms,
                "storage is slow: the engine moves to several threads"
            );
        }
        moves
    }

    /// By this session, in both directions.
    fn moved_bytes(&self) -> u64 {
        let counters = self
            .open
            .as_ref()
            .map(|o| o.session.stats_snapshot().counters);
        counters.map_or(0, |c| c.fetched_bytes.saturating_add(c.uploaded_bytes))
    }

    /// Brings to the disk what was written, within a deadline: what is told as verified after this
    /// is believed after a power cut, too.
    pub(super) async fn flush_all(&self) {
        let mut flushes = JoinSet::new();
        for entry in self.entries.values() {
            let files = entry.files.clone();
            flushes.spawn_blocking(move || files.flush());
        }
        let all = async { while flushes.join_next().await.is_some() {} };
        if timeout(FLUSH_DEADLINE, all).await.is_err() {
            tracing::warn!("not all that was written is on the disk yet");
        }
        // Or dropping the set would give up those that have not begun.
        flushes.detach_all();
    }
}
