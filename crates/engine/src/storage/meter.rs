//! Measures how long the disk keeps the engine waiting. Cheap enough for every block: one counter
//! per power of two. It only counts; what to do about a slow disk is decided elsewhere. On a machine
//! that has too much to do, calls take long as well: that is no slow disk, and more threads would
//! make it worse.

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
/// Or so many slow calls, which took so long together.
const MIN_SLOW_CALLS: u64 = 4;
const MIN_SLOW_MICROS: u64 = 1_000_000;
/// The last bucket takes everything from 2^30 microseconds on.
const BUCKETS: usize = 32;

/// Counts storage calls by how long they took.
pub(crate) struct Meter {
    buckets: [AtomicU64; BUCKETS],
    /// Calls over [`SLOW`], and what they took together.
    slow_calls: AtomicU64,
    slow_micros: AtomicU64,
    window: Mutex<Window>,
}

/// One measurement.
struct Window {
    since: Instant,
    /// How long the thread had waited for a processor when it began.
    starved: Duration,
}

impl Meter {
    pub(crate) fn new() -> Self {
        Self {
            buckets: std::array::from_fn(|_| AtomicU64::new(0)),
            slow_calls: AtomicU64::new(0),
            slow_micros: AtomicU64::new(0),
            window: Mutex::new(Window {
                since: Instant::now(),
                starved: Duration::ZERO,
            }),
        }
    }

    /// Counts one call that began at `start`.
    pub(crate) fn count(&self, start: Instant) {
        let took = start.elapsed();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = (u64::BITS - micros.leading_zeros()).min(31) as usize;
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        if took > SLOW {
            self.slow_calls.fetch_add(1, Ordering::Relaxed);
            self.slow_micros.fetch_add(micros, Ordering::Relaxed);
        }
    }

    /// The time within which 99 of 100 calls returned, rounded up to a power of two, once it is
    /// known to be more than [`SLOW`]. A disk that merely had to spin up is not slow.
    pub(crate) fn slow(&self) -> Option<Duration> {
        let counts = self.buckets.each_ref().map(|b| b.load(Ordering::Relaxed));
        let total: u64 = counts.iter().sum();
        let slow = self.slow_calls.load(Ordering::Relaxed);
        let long = self.slow_micros.load(Ordering::Relaxed);
        let enough = total >= MIN_CALLS || (slow >= MIN_SLOW_CALLS && long >= MIN_SLOW_MICROS);
        if !enough || slow <= total / 100 {
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

    /// As [`Self::slow`], unless half of it may be due to the thread's wait for a processor, which
    /// has been `starved` in all its life; also begins a new measurement each minute.
    pub(crate) fn check(&self, starved: Duration) -> Option<Duration> {
        let mut window = self.window.lock();
        let waited = starved.saturating_sub(window.starved);
        let long = Duration::from_micros(self.slow_micros.load(Ordering::Relaxed));
        let slow = self.slow().filter(|_| waited < long / 2);
        if window.since.elapsed() >= WINDOW {
            *window = Window {
                since: Instant::now(),
                starved,
            };
            let counters = [&self.slow_calls, &self.slow_micros];
            for counter in self.buckets.iter().chain(counters) {
                counter.store(0, Ordering::Relaxed);
            }
        }
        slow
    }
}

/// How long this thread has been ready to run while others had all processors; nothing where the
/// system does not tell.
pub(crate) fn starved() -> Duration {
    // Nanoseconds on a processor, and in wait for one.
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited = told.split_whitespace().nth(1).and_then(|n| n.parse().ok());
    Duration::from_nanos(waited.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(meter: &Meter, took_ms: u64, times: u32) {
        let start = Instant::now()
            .checked_sub(Duration::from_millis(took_ms))
            .unwrap();
        (0..times).for_each(|_| meter.count(start));
    }

    #[test]
    fn one_slow_call_in_a_hundred_is_allowed_but_not_two() {
        let meter = Meter::new();
        assert_eq!(meter.slow(), None);
        call(&meter, 0, 990);
        call(&meter, 50, 9);
        assert_eq!(meter.slow(), None);
        call(&meter, 50, 20);
        assert!(meter.check(Duration::ZERO).unwrap() > SLOW);
    }

    #[test]
    fn a_machine_with_too_much_to_do_is_no_slow_disk() {
        let meter = Meter::new();
        call(&meter, 0, 200);
        call(&meter, 50, 20);
        assert_eq!(meter.check(Duration::from_millis(900)), None);
        assert!(meter.check(Duration::from_millis(100)).unwrap() > SLOW);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_wait_for_a_processor_is_told_and_never_shrinks() {
        let before = starved();
        let until = Instant::now() + Duration::from_secs(10);
        // Two threads for each processor.
        let busy = std::thread::available_parallelism().unwrap().get() * 2;
        let work = move || {
            let begun = starved();
            while starved() == begun && Instant::now() < until {}
            starved() > begun
        };
        let threads: Vec<_> = (0..busy).map(|_| std::thread::spawn(work)).collect();
        assert!(threads.into_iter().any(|t| t.join().unwrap()));
        assert!(starved() >= before);
    }

    #[test]
    fn a_disk_that_spins_up_once_is_not_slow_but_one_that_crawls_is_noticed_soon() {
        let meter = Meter::new();
        call(&meter, 0, 20);
        call(&meter, 8_000, 1);
        assert_eq!(meter.slow(), None);
        call(&meter, 300, 3);
        assert!(meter.slow().unwrap() > SLOW);
    }
}
