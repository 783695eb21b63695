//! Measures how long the disk keeps the engine waiting. Cheap enough for every block: one counter
//! per power of two. It only counts and warns; what to do about a slow disk is decided elsewhere.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;

/// A call slower than this, one in a hundred, means that the disk should not be waited for on the
/// thread that serves all peers.
pub(crate) const SLOW: Duration = Duration::from_millis(20);
/// How long one measurement collects.
const WINDOW: Duration = Duration::from_secs(60);
/// Fewer calls than this say nothing about one in a hundred.
const MIN_CALLS: u64 = 200;
/// The last bucket takes everything from 2^30 microseconds on.
const BUCKETS: usize = 32;

/// Counts storage calls by how long they took.
pub(crate) struct Meter {
    buckets: [AtomicU64; BUCKETS],
    since: Mutex<Instant>,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            buckets: std::array::from_fn(|_| AtomicU64::new(0)),
            since: Mutex::new(Instant::now()),
        }
    }

    /// Counts one call that began at `start`.
    pub(crate) fn count(&self, start: Instant) {
        let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        let bucket = (u64::BITS - micros.leading_zeros()).min(31) as usize;
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
    }

    /// The time within which 99 of 100 calls returned, rounded up to a power of two; none after
    /// too few calls.
    pub(crate) fn p99(&self) -> Option<Duration> {
        let counts: Vec<u64> = self
            .buckets
            .iter()
            .map(|b| b.load(Ordering::Relaxed))
            .collect();
        let total: u64 = counts.iter().sum();
        if total < MIN_CALLS {
            return None;
        }
        let mut above = total / 100;
        for (i, &n) in counts.iter().enumerate().rev() {
            if n > above {
                return Some(Duration::from_micros(1 << i));
            }
            above -= n;
        }
        None
    }

    /// Warns when the disk was slow in the last minute, and begins a new minute.
    pub(crate) fn check(&self) {
        {
            let mut since = self.since.lock();
            if since.elapsed() < WINDOW {
                return;
            }
            *since = Instant::now();
        }
        if let Some(p99) = self.p99().filter(|&t| t > SLOW) {
            let p99_ms = u64::try_from(p99.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(p99_ms, "storage is slow: peers wait for the disk");
        }
        for bucket in &self.buckets {
            bucket.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slow_call_in_a_hundred_is_allowed_but_not_two() {
        let meter = Meter::new();
        assert_eq!(meter.p99(), None);
        for _ in 0..990 {
            meter.count(Instant::now());
        }
        let slow = Instant::now()
            .checked_sub(Duration::from_millis(50))
            .unwrap();
        for _ in 0..9 {
            meter.count(slow);
        }
        assert!(meter.p99().unwrap() < SLOW);
        for _ in 0..20 {
            meter.count(slow);
        }
        assert!(meter.p99().unwrap() > SLOW);
    }
}
