//! Bounds how many files all torrents together hold open. Asked only when a file is opened, never
//! per block; knows no paths and does no IO but closing what was not used lately.

use std::{
    collections::VecDeque,
    sync::{
        Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;

/// Files that can be closed again by their number.
pub(crate) trait Closes: Send + Sync {
    /// Closes file `index` unless it is in use or was used since the last call.
    fn close_if_idle(&self, index: usize) -> Closed;
}

/// What became of a file that was asked to close.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// It is closed now, or was already.
    Yes,
    /// It was used lately: ask again later.
    Used,
}

/// The open files of all torrents, in a ring: the hand goes round, spares each file that was used
/// since it last came by, and closes the others (the "second chance" form of least recently used).
pub(crate) struct Pool<T: Closes> {
    ring: Mutex<VecDeque<(Weak<T>, usize)>>,
    limit: AtomicUsize,
}

impl<T: Closes> Pool<T> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            ring: Mutex::default(),
            limit: AtomicUsize::new(limit.max(1)),
        }
    }

    /// Notes that `owner` has opened file `index`, and closes others as needed. The caller may
    /// hold the lock of that file: others are only ever tried.
    pub(crate) fn opened(&self, owner: Weak<T>, index: usize) {
        let mut ring = self.ring.lock();
        let limit = self.limit.load(Ordering::Relaxed);
        Self::shrink(&mut ring, limit.saturating_sub(1));
        ring.push_back((owner, index));
    }

    /// Closes half of what is open, after the system itself ran out of files.
    pub(crate) fn relieve(&self) {
        let mut ring = self.ring.lock();
        let target = ring.len() / 2;
        Self::shrink(&mut ring, target);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.ring.lock().len()
    }

    fn shrink(ring: &mut VecDeque<(Weak<T>, usize)>, target: usize) {
        // Twice round at most: the first round takes away each second chance.
        let mut steps = ring.len() * 2;
        while ring.len() > target && steps > 0 {
            steps -= 1;
            let Some((owner, index)) = ring.pop_front() else {
                return;
            };
            let spared = owner
                .upgrade()
                .is_some_and(|o| o.close_if_idle(index) == Closed::Used);
            if spared {
                ring.push_back((owner, index));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, atomic::AtomicBool};

    use super::*;

    struct Files(Vec<(AtomicBool, AtomicBool)>);

    impl Closes for Files {
        fn close_if_idle(&self, index: usize) -> Closed {
            let (open, used) = &self.0[index];
            if used.swap(false, Ordering::Relaxed) {
                return Closed::Used;
            }
            open.store(false, Ordering::Relaxed);
            Closed::Yes
        }
    }

    #[test]
    fn the_limit_holds_and_used_files_stay() {
        let make = || (AtomicBool::new(true), AtomicBool::new(false));
        let files = Arc::new(Files((0..10).map(|_| make()).collect()));
        let pool = Pool::new(3);
        for i in 0..10 {
            files.0[0].1.store(true, Ordering::Relaxed);
            pool.opened(Arc::downgrade(&files), i);
            assert!(pool.len() <= 3);
        }
        assert!(files.0[0].0.load(Ordering::Relaxed), "used all the time");
        assert!(!files.0[1].0.load(Ordering::Relaxed), "never used again");
        pool.relieve();
        assert_eq!(pool.len(), 1);
    }
}
