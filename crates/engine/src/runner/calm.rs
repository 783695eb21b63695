//! Lets the timers of the engine's thread be late while nothing is moved. The engine looks at each running
//! torrent ten times a second, each at a time of its own: fifty that seed to nobody woke the processor up to a
//! hundred times a second. What is late becomes due together.
//!
//! It delays nothing that comes from a peer, a tracker, a disk or Shoal, which wake the thread at once, and
//! nothing while bytes are moved: how many go in a second is kept by timers. Only Linux is asked for it; other
//! systems gather timers by themselves.

/// How late a timer may be. Twice as much saves little more.
const LATE_NS: u64 = 50_000_000;
/// So many beats without a byte are rest.
const REST_BEATS: u32 = 5;

/// Belongs to the thread that it is used on, and only makes sense where that one does all of the engine's work.
#[derive(Debug, Default)]
pub(super) struct Calm {
    moved_bytes: u64,
    still_beats: u32,
    is_late: bool,
}

impl Calm {
    /// One look: how many bytes were moved until now, in both directions.
    pub(super) fn beat(&mut self, moved_bytes: u64) {
        if moved_bytes == self.moved_bytes {
            self.still_beats = self.still_beats.saturating_add(1);
        } else {
            self.moved_bytes = moved_bytes;
            self.still_beats = 0;
        }
        self.set(self.still_beats >= REST_BEATS);
    }

    /// Timers are on time again. Threads inherit it, so this comes before others are started to do the work.
    pub(super) fn end(&mut self) {
        self.still_beats = 0;
        self.set(false);
    }

    fn set(&mut self, is_late: bool) {
        if is_late != self.is_late {
            self.is_late = is_late;
            let_be_late(is_late.then_some(LATE_NS));
        }
    }
}

/// For the calling thread; `None` for what it began with.
#[cfg(target_os = "linux")]
fn let_be_late(by_ns: Option<u64>) {
    let slack = by_ns.and_then(std::num::NonZeroU64::new);
    if let Err(e) = rustix::thread::set_current_timer_slack(slack) {
        tracing::debug!("timers stay on time: {e}");
    }
}

#[cfg(not(target_os = "linux"))]
fn let_be_late(_by_ns: Option<u64>) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::Arc;

    use shoal_files::Disk;

    use super::*;
    use crate::{EngineConfig, RuntimeFlavour, runner::Runner};

    fn late_ns() -> u64 {
        rustix::thread::current_timer_slack().unwrap()
    }

    #[test]
    fn timers_are_late_only_after_seconds_without_a_byte() {
        let on_time = late_ns();
        let mut calm = Calm::default();
        for _ in 1..REST_BEATS {
            calm.beat(0);
        }
        assert_eq!(late_ns(), on_time);
        calm.beat(0);
        assert_eq!(late_ns(), LATE_NS);
        calm.beat(16_384);
        assert_eq!(late_ns(), on_time);
        for _ in 0..REST_BEATS {
            calm.beat(16_384);
        }
        assert_eq!(late_ns(), LATE_NS);
        calm.end();
        assert_eq!(late_ns(), on_time);
        calm.beat(16_384);
        assert_eq!(late_ns(), on_time, "a session that begins is no rest");
    }

    fn runner(flavour: RuntimeFlavour) -> Runner {
        let config = EngineConfig {
            scratch: "/nowhere".into(),
            peer_id_prefix: *b"-SH0000-",
            user_agent: "Shoal".to_owned(),
            flavour,
        };
        Runner::new(config, Disk::real(), Arc::new(|_| ()), Arc::default())
    }

    #[test]
    fn the_engine_comes_to_rest_where_one_thread_does_all() {
        let on_time = late_ns();
        let mut runner = runner(RuntimeFlavour::CurrentThread);
        for _ in 0..REST_BEATS {
            runner.beat();
        }
        assert_eq!(late_ns(), LATE_NS);
        runner.calm.end();
        let mut runner = self::runner(RuntimeFlavour::MultiThread);
        for _ in 0..=REST_BEATS {
            runner.beat();
        }
        assert_eq!(late_ns(), on_time);
    }
}
