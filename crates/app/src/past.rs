//! What was: speeds over time and sums of days. Fed by the actor with each look at the running torrents,
//! read by the API. Never waited for: a lock is held for as long as it takes to add some numbers.

use std::time::Instant;

use parking_lot::Mutex;
use shoal_api::{SpeedHistory, SpeedSpan, Statistics};
use shoal_core::{InfoHash, Movement, Timestamp};
use shoal_store::Tallied;

use crate::{
    history::{History, Moment},
    statistics::Tally,
};

/// Speeds and sums of this run of Shoal.
pub(crate) struct Past {
    begun: Instant,
    history: Mutex<History>,
    tally: Mutex<Tally>,
}

impl Past {
    /// Goes on from what was stored.
    pub(crate) fn new(stored: Tallied) -> Self {
        let begun = Instant::now();
        let now = Moment::now(begun);
        Self {
            begun,
            history: Mutex::new(History::new(now)),
            tally: Mutex::new(Tally::new(stored, now)),
        }
    }

    /// Takes what moved since the last call; gives back what is to be stored now, now and then.
    pub(crate) fn feed(&self, moved: &Movement) -> Option<Tallied> {
        let now = Moment::now(self.begun);
        self.history.lock().feed(now, &moved.torrents);
        let mut tally = self.tally.lock();
        tally.feed(now, moved);
        tally.due(now)
    }

    /// What is to be stored at the end.
    pub(crate) fn last(&self) -> Tallied {
        self.tally.lock().to_store(Moment::now(self.begun))
    }

    pub(crate) fn statistics(&self) -> Statistics {
        self.tally.lock().view(Moment::now(self.begun))
    }

    pub(crate) fn speeds(&self, span: SpeedSpan) -> SpeedHistory {
        self.history.lock().of_all(span)
    }

    pub(crate) fn speeds_of(
        &self,
        hash: InfoHash,
        added_at: Timestamp,
        span: SpeedSpan,
    ) -> SpeedHistory {
        self.history.lock().of_torrent(hash, added_at, span)
    }
}
