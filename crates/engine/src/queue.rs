//! The bounded queue between [`send`](shoal_core::Engine::send) and the engine's loop. Pushing
//! never waits; what is refused when the queue is full is handed back, never lost in silence.

use std::collections::VecDeque;

use parking_lot::Mutex;
use shoal_core::EngineRequest;
use tokio::sync::Notify;

/// Requests that may wait. Twice the torrents that Shoal keeps, so that stopping and starting all
/// of them fits.
const MAX_WAITING: usize = 65_536;

/// Requests on their way to the loop, in order.
#[derive(Default)]
pub(crate) struct Queue {
    inner: Mutex<Inner>,
    ready: Notify,
}

#[derive(Default)]
struct Inner {
    waiting: VecDeque<EngineRequest>,
    /// A `Sample` is in the queue: one more would answer the same.
    sample: bool,
    closed: bool,
}

/// Why a request was not taken.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Too many wait; someone must be told.
    Full(EngineRequest),
    /// The engine is down, and said so.
    Closed,
}

impl Queue {
    /// Adds a request. Those that end something are taken even when the queue is full: there is
    /// at most one useful one a torrent.
    pub(crate) fn push(&self, request: EngineRequest) -> Result<(), Refused> {
        let mut inner = self.inner.lock();
        if inner.closed {
            return Err(Refused::Closed);
        }
        let is_sample = matches!(request, EngineRequest::Sample);
        if is_sample && inner.sample {
            return Ok(());
        }
        let ends = matches!(
            request,
            EngineRequest::Stop { .. }
                | EngineRequest::CancelFetch { .. }
                | EngineRequest::Configure(_)
                | EngineRequest::Shutdown
        );
        if inner.waiting.len() >= MAX_WAITING && !ends {
            return Err(Refused::Full(request));
        }
        inner.sample |= is_sample;
        inner.waiting.push_back(request);
        drop(inner);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for the next request. Only one may wait at a time.
    pub(crate) async fn pop(&self) -> EngineRequest {
        loop {
            if let Some(request) = self.try_pop() {
                return request;
            }
            self.ready.notified().await;
        }
    }

    fn try_pop(&self) -> Option<EngineRequest> {
        let mut inner = self.inner.lock();
        let request = inner.waiting.pop_front()?;
        if matches!(request, EngineRequest::Sample) {
            inner.sample = false;
        }
        Some(request)
    }

    /// Refuses everything from now on.
    pub(crate) fn close(&self) {
        let mut inner = self.inner.lock();
        inner.closed = true;
        inner.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use shoal_core::OpId;
    use shoal_metainfo::InfoHash;

    use super::*;

    #[test]
    fn samples_fold_and_a_full_queue_hands_back_all_but_endings() {
        let queue = Queue::default();
        queue.push(EngineRequest::Sample).unwrap();
        queue.push(EngineRequest::Sample).unwrap();
        assert_eq!(queue.inner.lock().waiting.len(), 1);
        let pieces = |ticket| EngineRequest::Pieces {
            hash: InfoHash([0; 20]),
            ticket,
        };
        for ticket in 1..MAX_WAITING as u64 {
            queue.push(pieces(ticket)).unwrap();
        }
        assert!(matches!(queue.push(pieces(0)), Err(Refused::Full(_))));
        let stop = EngineRequest::Stop {
            hash: InfoHash([0; 20]),
            op: OpId(1),
        };
        queue.push(stop).unwrap();
        assert!(matches!(queue.try_pop(), Some(EngineRequest::Sample)));
        queue.push(pieces(7)).unwrap_err();
        queue.close();
        assert!(matches!(
            queue.push(EngineRequest::Sample),
            Err(Refused::Closed)
        ));
    }
}
