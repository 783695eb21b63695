//! The bounded queue in front of the store's thread, and the callbacks that travel on it. A caller
//! must never wait unless it asked to, and a callback must never go unanswered.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::StoreError;

/// Most requests that wait.
const LIMIT: usize = 1_024;

struct Waiting<T> {
    items: VecDeque<T>,
    closed: bool,
}

/// First in, first out; many senders, one receiver.
pub(crate) struct Queue<T> {
    waiting: Mutex<Waiting<T>>,
    came: Condvar,
    went: Condvar,
}

/// What the receiver got.
pub(crate) enum Popped<T> {
    Item(T),
    TimedOut,
    /// Nothing waits, and nothing will come any more.
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::new(Waiting {
                items: VecDeque::new(),
                closed: false,
            }),
            came: Condvar::new(),
            went: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<T>> {
        // Nothing panics while the lock is held, so the content is sound even if poisoned.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `item`, or hands it back at once with the reason.
    pub(crate) fn push(&self, item: T) -> Result<(), (T, StoreError)> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err((item, StoreError::Closed));
        }
        if waiting.items.len() >= LIMIT {
            return Err((item, StoreError::Busy));
        }
        waiting.items.push_back(item);
        self.came.notify_one();
        Ok(())
    }

    /// As [`push`](Self::push), unless `join` takes the item into the one that came last.
    pub(crate) fn push_or_join(
        &self,
        item: T,
        join: impl FnOnce(&mut T, T) -> Option<T>,
    ) -> Result<(), (T, StoreError)> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err((item, StoreError::Closed));
        }
        let left = match waiting.items.back_mut() {
            Some(last) => join(last, item),
            None => Some(item),
        };
        drop(waiting);
        left.map_or(Ok(()), |item| self.push(item))
    }

    /// Adds `item`, waiting for room; hands it back when the queue is closed.
    pub(crate) fn push_wait(&self, item: T) -> Result<(), (T, StoreError)> {
        let mut waiting = self.lock();
        while !waiting.closed && waiting.items.len() >= LIMIT {
            waiting = self
                .went
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if waiting.closed {
            return Err((item, StoreError::Closed));
        }
        waiting.items.push_back(item);
        self.came.notify_one();
        Ok(())
    }

    /// Closes the queue behind `last`, which always finds room. False when it was closed already.
    pub(crate) fn close(&self, last: Option<T>) -> bool {
        let mut waiting = self.lock();
        if waiting.closed {
            return false;
        }
        waiting.closed = true;
        waiting.items.extend(last);
        self.came.notify_all();
        self.went.notify_all();
        true
    }

    /// The next item; waits until `until`, or for ever.
    pub(crate) fn pop(&self, until: Option<Instant>) -> Popped<T> {
        let mut waiting = self.lock();
        loop {
            if let Some(item) = waiting.items.pop_front() {
                self.went.notify_one();
                return Popped::Item(item);
            }
            if waiting.closed {
                return Popped::Closed;
            }
            let Some(until) = until else {
                waiting = self
                    .came
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return Popped::TimedOut;
            }
            waiting = self
                .came
                .wait_timeout(waiting, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

type Callback<T> = Box<dyn FnOnce(Result<T, StoreError>) + Send>;

/// A callback that is called exactly once: with the result, or with [`StoreError::Closed`] when it
/// is dropped without one.
pub(crate) struct Done<T>(Option<Callback<T>>);

impl<T> Done<T> {
    pub(crate) fn new(callback: impl FnOnce(Result<T, StoreError>) + Send + 'static) -> Self {
        Self(Some(Box::new(callback)))
    }

    pub(crate) fn call(mut self, result: Result<T, StoreError>) {
        self.answer(result);
    }

    fn answer(&mut self, result: Result<T, StoreError>) {
        let Some(callback) = self.0.take() else {
            return;
        };
        // A panic in the caller's code must not take the store with it.
        if catch_unwind(AssertUnwindSafe(|| callback(result))).is_err() {
            tracing::error!("a callback of the store panicked");
        }
    }
}

impl<T> Drop for Done<T> {
    fn drop(&mut self) {
        self.answer(Err(StoreError::Closed));
    }
}
