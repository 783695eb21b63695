//! How much of all folders' files may be in flight at once.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::mail::Mailbox;

pub(crate) struct Budget {
    max_files: usize,
    max_bytes: u64,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    files: usize,
    bytes: u64,
    /// Who was refused, to be told of room.
    waiting: Vec<Arc<Mailbox>>,
}

impl Budget {
    pub(crate) fn new(max_files: usize, max_bytes: u64) -> Self {
        Self {
            max_files: max_files.max(1),
            max_bytes,
            used: Mutex::default(),
        }
    }

    /// Takes room for a file. One alone always fits. Who is refused is told when to ask again.
    pub(crate) fn take(&self, bytes: u64, mailbox: &Arc<Mailbox>) -> bool {
        let mut used = self.used.lock();
        let fits =
            used.files < self.max_files && used.bytes.saturating_add(bytes) <= self.max_bytes;
        if fits || used.files == 0 {
            used.files += 1;
            used.bytes = used.bytes.saturating_add(bytes);
            return true;
        }
        if !used.waiting.iter().any(|known| Arc::ptr_eq(known, mailbox)) {
            used.waiting.push(Arc::clone(mailbox));
        }
        false
    }

    /// Gives it back.
    pub(crate) fn give(&self, bytes: u64) {
        let waiting = {
            let mut used = self.used.lock();
            used.files = used.files.saturating_sub(1);
            used.bytes = used.bytes.saturating_sub(bytes);
            std::mem::take(&mut used.waiting)
        };
        for mailbox in waiting {
            mailbox.room();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_bytes_are_bounded_and_one_alone_always_fits() {
        let mailbox = Arc::new(Mailbox::default());
        let budget = Budget::new(2, 100);
        assert!(budget.take(1_000, &mailbox));
        assert!(!budget.take(1, &mailbox));
        assert!(!mailbox.take().room);
        budget.give(1_000);
        assert!(mailbox.take().room);
        assert!(budget.take(60, &mailbox) && budget.take(40, &mailbox));
        assert!(!budget.take(0, &mailbox));
        budget.give(60);
        assert!(mailbox.take().room);
        assert!(!budget.take(61, &mailbox) && budget.take(60, &mailbox));
    }
}
