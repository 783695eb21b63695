//! Gives whole files their final names: brought to the disk first, then renamed, never in place of
//! anything. Waits for disks; called on threads for that.

use std::sync::atomic::Ordering;

use super::files::TorrentFiles;
use crate::fault::Fault;

impl TorrentFiles {
    /// All files that wait for it. Those for which it failed wait on.
    pub(crate) fn settle(&self) -> Result<(), Fault> {
        let _settling = self.settling.lock();
        let mut waiting = std::mem::take(&mut *self.whole.lock());
        while let Some(&index) = waiting.last() {
            let outcome = self.settle_file(index);
            if outcome.is_err() {
                self.whole.lock().extend(waiting);
                return outcome;
            }
            waiting.pop();
        }
        Ok(())
    }

    fn settle_file(&self, index: usize) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let (Some(temp), Some(path)) = (&slot.temp, &slot.path) else {
            return Ok(());
        };
        if self.closed.load(Ordering::Acquire) || !slot.place.read().at_temp {
            return Ok(());
        }
        self.flush_file(index)?;
        self.disk
            .rename_no_replace(&self.root, temp, &self.root, path)?;
        slot.place.write().at_temp = false;
        Ok(())
    }
}
