//! The time that speeds are kept by. It never goes back and never stands still while the machine works;
//! while it sleeps, or when somebody sets the clock forward, there is a gap.

use std::time::{Duration, Instant};

use shoal_core::Timestamp;

/// Longest time between two looks that is taken for watched.
const LOOK_MS: u64 = 30_000;

/// One moment, on two clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The wall's, which jumps when it is set, and goes on while the machine sleeps.
    pub(crate) wall: Timestamp,
    /// One that never jumps, and may stand still while the machine sleeps.
    pub(crate) steady: Duration,
}

impl Moment {
    /// Now, for a steady clock that began at `begun`.
    pub(crate) fn now(begun: Instant) -> Self {
        Self {
            wall: crate::actor::now(),
            steady: begun.elapsed(),
        }
    }
}

/// What of the time was looked at since the last look, in milliseconds of [`Clock`]: never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
}

/// Counts milliseconds, beginning with those since the Unix epoch, so that steps begin on the minute.
pub(super) struct Clock {
    at_ms: u64,
    last: Moment,
}

impl Clock {
    pub(super) fn new(now: Moment) -> Self {
        Self {
            at_ms: u64::try_from(now.wall.0).unwrap_or(0),
            last: now,
        }
    }

    /// When the last look was.
    pub(super) fn at_ms(&self) -> u64 {
        self.at_ms
    }

    pub(super) fn advance(&mut self, now: Moment) -> Stretch {
        let steady = now.steady.saturating_sub(self.last.steady).as_millis();
        let steady_ms = u64::try_from(steady).unwrap_or(u64::MAX).max(1);
        let wall_ms = now.wall.0.saturating_sub(self.last.wall.0);
        let passed_ms = steady_ms.max(u64::try_from(wall_ms).unwrap_or(0));
        self.at_ms = self.at_ms.saturating_add(passed_ms);
        self.last = now;
        Stretch {
            from_ms: self.at_ms - steady_ms.min(LOOK_MS).min(self.at_ms),
            to_ms: self.at_ms,
        }
    }

    /// What the wall says at `ms`.
    pub(super) fn to_wall(&self, ms: u64) -> Timestamp {
        let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        Timestamp(
            self.last
                .wall
                .0
                .saturating_add(signed(ms) - signed(self.at_ms)),
        )
    }

    /// When the wall said `wall`; now, when that is still to come.
    pub(super) fn of_wall(&self, wall: Timestamp) -> u64 {
        let ago_ms = self.last.wall.0.saturating_sub(wall.0);
        self.at_ms
            .saturating_sub(u64::try_from(ago_ms).unwrap_or(0))
    }
}
