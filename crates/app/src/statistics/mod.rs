//! Sums of what was received and sent: of this session, of all, and of each day by the local calendar.
//! Stored as sums, never as what to add, so that nothing is counted twice after a kill.

mod day;
#[cfg(test)]
mod tests;

use std::time::Duration;

use shoal_api::{DayView, Statistics, TotalsView};
use shoal_core::{Movement, Timestamp};
use shoal_store::{DAYS_MAX, Tallied};

use crate::history::Moment;

pub(crate) use day::{began as day_began, local as today};

/// How often sums that changed are stored: as much may be lost by a kill.
const STORE_EVERY: Duration = Duration::from_secs(60);
/// How often only the time that Shoal ran is stored, so that idle disks may sleep.
const STORE_IDLE_EVERY: Duration = Duration::from_secs(600);

/// The sums.
pub(crate) struct Tally {
    /// All of it. Its running time is without that of this session.
    all: Tallied,
    session: TotalsView,
    changed: bool,
    stored: Duration,
}

impl Tally {
    /// Goes on from what was stored.
    pub(crate) fn new(mut stored: Tallied, now: Moment) -> Self {
        if stored.since.is_none() {
            stored.since = Some(now.wall);
        }
        Self {
            all: stored,
            session: TotalsView {
                since: now.wall.0,
                ..TotalsView::default()
            },
            changed: false,
            stored: now.steady,
        }
    }

    /// Adds what moved.
    pub(crate) fn feed(&mut self, now: Moment, moved: &Movement) {
        self.feed_on(|| day::local(now.wall), moved);
    }

    fn feed_on(&mut self, day: impl FnOnce() -> String, moved: &Movement) {
        let (mut down, mut up, finished) = (0_u64, 0_u64, moved.completed);
        for one in &moved.torrents {
            down = down.saturating_add(one.fetched_bytes);
            up = up.saturating_add(one.uploaded_bytes);
        }
        if (down, up, finished) == (0, 0, 0) {
            return;
        }
        self.changed = true;
        let session = &mut self.session;
        session.downloaded_bytes = session.downloaded_bytes.saturating_add(down);
        session.uploaded_bytes = session.uploaded_bytes.saturating_add(up);
        session.finished = session.finished.saturating_add(finished);
        let all = &mut self.all;
        all.downloaded_bytes = all.downloaded_bytes.saturating_add(down);
        all.uploaded_bytes = all.uploaded_bytes.saturating_add(up);
        all.finished = all.finished.saturating_add(finished);
        if (down, up) == (0, 0) {
            return;
        }
        let sums = all.days.entry(day()).or_default();
        sums.0 = sums.0.saturating_add(down);
        sums.1 = sums.1.saturating_add(up);
        while all.days.len() > DAYS_MAX {
            all.days.pop_first();
        }
    }

    /// What is to be stored, when it is time for it.
    pub(crate) fn due(&mut self, now: Moment) -> Option<Tallied> {
        let every = if self.changed {
            STORE_EVERY
        } else {
            STORE_IDLE_EVERY
        };
        let due = now.steady.saturating_sub(self.stored) >= every;
        due.then(|| {
            self.stored = now.steady;
            self.changed = false;
            self.to_store(now)
        })
    }

    /// All of it, to be stored.
    pub(crate) fn to_store(&self, now: Moment) -> Tallied {
        let mut all = self.all.clone();
        all.running_s = all.running_s.saturating_add(now.steady.as_secs());
        all
    }

    /// For the window.
    pub(crate) fn view(&self, now: Moment) -> Statistics {
        let all = self.to_store(now);
        let since = |at: Option<Timestamp>| at.map_or(self.session.since, |at| at.0);
        Statistics {
            session: TotalsView {
                running_s: now.steady.as_secs(),
                ..self.session.clone()
            },
            all_time: TotalsView {
                since: since(all.since),
                downloaded_bytes: all.downloaded_bytes,
                uploaded_bytes: all.uploaded_bytes,
                running_s: all.running_s,
                finished: all.finished,
            },
            days: all
                .days
                .into_iter()
                .map(|(day, (downloaded_bytes, uploaded_bytes))| DayView {
                    day,
                    downloaded_bytes,
                    uploaded_bytes,
                })
                .collect(),
        }
    }
}
