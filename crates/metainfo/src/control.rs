//! The switch of a long run of hashing: go on, pause, cancel. It knows nothing of what runs.

use std::{
    fmt,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
};

/// Pauses and cancels a check or a creation from another thread; share it in an `Arc`.
///
/// Each order takes effect within one read of a few MiB. While paused, the run waits without using
/// the processor and holds no file open. Cancelling is final and also ends a paused run.
#[derive(Default)]
pub struct Control {
    state: AtomicU8,
    lock: Mutex<()>,
    changed: Condvar,
}

const PAUSED: u8 = 1;
const CANCELLED: u8 = 2;

impl Control {
    /// Neither paused nor cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the run, for good.
    pub fn cancel(&self) {
        self.change(|state| state | CANCELLED);
    }

    /// Lets the run wait until [`Control::resume`]. May be called before it begins.
    pub fn pause(&self) {
        self.change(|state| state | PAUSED);
    }

    /// Lets a paused run go on.
    pub fn resume(&self) {
        self.change(|state| state & !PAUSED);
    }

    /// [`Control::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.state.load(Ordering::Relaxed) & CANCELLED != 0
    }

    /// Paused and not cancelled.
    pub fn is_paused(&self) -> bool {
        self.state.load(Ordering::Relaxed) == PAUSED
    }

    /// Waits while paused and not `stop`, calling `before` once if it has to.
    pub(crate) fn wait_while_paused(&self, stop: &AtomicBool, before: impl FnOnce()) {
        let waits = || self.is_paused() && !stop.load(Ordering::Relaxed);
        if !waits() {
            return;
        }
        before();
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let _guard = self
            .changed
            .wait_while(guard, |()| waits())
            .unwrap_or_else(PoisonError::into_inner);
    }

    /// Lets those who wait look again at what they wait for.
    pub(crate) fn wake(&self) {
        self.change(|state| state);
    }

    fn change(&self, to: impl Fn(u8) -> u8) {
        // Under the lock, or a change between the look and the wait of another thread is missed.
        let _guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.state.load(Ordering::Relaxed);
        self.state.store(to(state), Ordering::Relaxed);
        self.changed.notify_all();
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.is_cancelled(), self.is_paused()) {
            (true, _) => "cancelled",
            (_, true) => "paused",
            _ => "going",
        };
        write!(f, "Control({state})")
    }
}
