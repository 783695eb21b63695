//! Questions to the engine that wait for their answers, by number.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;
use tokio::sync::oneshot;

/// The waiting questions. Whoever asks takes its ticket back, so none is left behind.
pub(crate) struct Tickets<T> {
    next: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<T>>>,
}

impl<T> Default for Tickets<T> {
    fn default() -> Self {
        Self {
            next: AtomicU64::new(1),
            waiting: Mutex::default(),
        }
    }
}

impl<T> Tickets<T> {
    pub(crate) fn put(&self, tell: oneshot::Sender<T>) -> u64 {
        let ticket = self.next.fetch_add(1, Ordering::Relaxed);
        self.waiting.lock().insert(ticket, tell);
        ticket
    }

    pub(crate) fn answer(&self, ticket: u64, answer: T) {
        if let Some(tell) = self.waiting.lock().remove(&ticket) {
            let _ = tell.send(answer);
        }
    }

    pub(crate) fn forget(&self, ticket: u64) {
        self.waiting.lock().remove(&ticket);
    }
}
