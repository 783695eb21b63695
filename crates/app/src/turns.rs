//! Turns: who comes first goes first, but nobody waits for long for one who does not go.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::{sync::oneshot, time::timeout};

/// Gives out turns, one after the other.
#[derive(Default)]
pub(crate) struct Turns {
    last: Mutex<Option<oneshot::Receiver<()>>>,
}

/// One's turn. It is over when it is dropped.
pub(crate) struct Turn {
    before: Option<oneshot::Receiver<()>>,
    _over: oneshot::Sender<()>,
}

impl Turns {
    /// The turn after all that were given.
    pub(crate) fn take(&self) -> Turn {
        let (over, seen) = oneshot::channel();
        Turn {
            before: self.last.lock().replace(seen),
            _over: over,
        }
    }
}

impl Turn {
    /// Waits until the turn before is over, at most for `patience`.
    pub(crate) async fn come(&mut self, patience: Duration) {
        if let Some(before) = self.before.take() {
            let _ = timeout(patience, before).await;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use std::sync::Arc;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn turns_come_in_the_order_they_were_taken() {
        let turns = Turns::default();
        let taken: Vec<Turn> = (0..5).map(|_| turns.take()).collect();
        let came = Arc::new(Mutex::new(vec![]));
        // The last one is let run first.
        let tasks = taken.into_iter().enumerate().rev().map(|(n, mut turn)| {
            let came = came.clone();
            tokio::spawn(async move {
                turn.come(LONG).await;
                came.lock().push(n);
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(*came.lock(), [0, 1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn one_who_does_not_go_is_not_waited_for_long() {
        let turns = Turns::default();
        let stuck = turns.take();
        let mut next = turns.take();
        let mut last = turns.take();
        next.come(Duration::from_millis(1)).await;
        drop(next);
        last.come(LONG).await;
        drop(stuck);
    }
}
