//! Keeps the system from going to sleep by itself while something downloads. Must never stand in the way of a
//! person who sends it to sleep, or keep a screen lit.

use std::time::{Duration, Instant};

use crate::Summary;

#[cfg(not(target_os = "linux"))]
#[path = "awake/elsewhere.rs"]
mod holding;
#[cfg(target_os = "linux")]
#[path = "awake/linux.rs"]
mod holding;

pub use holding::{Awake, spawn};

/// A download that has had no byte for this long does not count.
const QUIET: Duration = Duration::from_secs(60);

/// For how long the system is still held when there is no reason left: another download often follows.
const GRACE: Duration = Duration::from_secs(30);

/// What a person chose to stay awake for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Nothing.
    Never,
    /// What downloads, or is checked.
    #[default]
    Downloading,
    /// That, and what seeds.
    Sharing,
}

impl Choice {
    /// The choice as the setting `desktop.awake` has it.
    pub fn of(setting: &str) -> Self {
        match setting {
            "never" => Self::Never,
            "sharing" => Self::Sharing,
            _ => Self::Downloading,
        }
    }
}

/// Why the system is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// Until something is told that ends it.
    Open,
    /// Until then, when nothing is told.
    Until(Instant),
}

/// The reason to stay awake at this moment, with `bytes` the time when the last ones came.
fn wants(
    choice: Choice,
    summary: &Summary,
    bytes: Option<Instant>,
    now: Instant,
) -> Option<Reason> {
    let shares = choice == Choice::Sharing && summary.seeding > 0;
    match choice {
        Choice::Never => return None,
        _ if shares || summary.checking > 0 => return Some(Reason::Open),
        Choice::Downloading | Choice::Sharing => (),
    }
    let quiet = bytes.map(|bytes| bytes + QUIET);
    let quiet = quiet.filter(|quiet| summary.downloading > 0 && *quiet > now);
    quiet.map(Reason::Until)
}

/// What was so far, for the rules that look back.
#[derive(Debug, Default)]
struct Model {
    bytes: Option<Instant>,
    reason: Option<Reason>,
    /// Until when there was a reason, once there is none.
    ended: Option<Instant>,
}

impl Model {
    /// Whether the system is to be held, and when to ask again though nothing is told until then.
    fn take(&mut self, choice: Choice, summary: &Summary, now: Instant) -> (bool, Option<Instant>) {
        if summary.down_bps > 0 {
            self.bytes = Some(now);
        }
        match self.reason.take() {
            Some(Reason::Open) => self.ended = Some(now),
            Some(Reason::Until(end)) => self.ended = Some(end.min(now)),
            None => (),
        }
        self.reason = wants(choice, summary, self.bytes, now);
        match self.reason {
            Some(Reason::Open) => return (true, None),
            Some(Reason::Until(end)) => return (true, Some(end)),
            None => (),
        }
        let until = self.ended.map(|ended| ended + GRACE);
        match until.filter(|until| *until > now && choice != Choice::Never) {
            Some(until) => (true, Some(until)),
            None => (false, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn downloads(down_bps: u64) -> Summary {
        Summary {
            downloading: 1,
            seeding: 3,
            down_bps,
            ..Summary::default()
        }
    }

    fn seeds() -> Summary {
        Summary {
            seeding: 3,
            up_bps: 1000,
            ..Summary::default()
        }
    }

    #[test]
    fn the_setting_names_a_choice() {
        assert_eq!(Choice::of("never"), Choice::Never);
        assert_eq!(Choice::of("downloading"), Choice::Downloading);
        assert_eq!(Choice::of("sharing"), Choice::Sharing);
        assert_eq!(Choice::of("what is this"), Choice::default());
    }

    #[test]
    fn a_download_that_gets_bytes_is_a_reason_and_seeding_alone_is_none() {
        let now = Instant::now();
        let hold = |choice, summary: &Summary| Model::default().take(choice, summary, now).0;
        assert!(hold(Choice::Downloading, &downloads(5)));
        assert!(!hold(Choice::Downloading, &downloads(0)));
        assert!(!hold(Choice::Downloading, &seeds()));
        assert!(!hold(Choice::Never, &downloads(5)));
        assert!(hold(Choice::Sharing, &seeds()));
        assert!(!hold(Choice::Sharing, &Summary::default()));
    }

    #[test]
    fn a_check_is_a_reason_without_any_byte() {
        let checks = Summary {
            checking: 1,
            ..Summary::default()
        };
        let (hold, again) = Model::default().take(Choice::Downloading, &checks, Instant::now());
        assert!(hold);
        assert_eq!(again, None);
    }

    #[test]
    fn a_download_without_bytes_is_let_go_after_a_minute_and_the_grace() {
        let mut model = Model::default();
        let start = Instant::now();
        assert!(model.take(Choice::Downloading, &downloads(5), start).0);
        let stalled = downloads(0);
        let mut take = |after| model.take(Choice::Downloading, &stalled, start + after);
        assert_eq!(take(SECOND), (true, Some(start + QUIET)));
        assert_eq!(take(QUIET), (true, Some(start + QUIET + GRACE)));
        assert_eq!(take(QUIET + GRACE), (false, None));
    }

    #[test]
    fn a_long_check_gets_its_grace_too() {
        let mut model = Model::default();
        let start = Instant::now();
        let checks = Summary {
            checking: 1,
            ..Summary::default()
        };
        model.take(Choice::Downloading, &checks, start);
        let end = start + SECOND * 3600;
        let (hold, again) = model.take(Choice::Downloading, &Summary::default(), end);
        assert_eq!((hold, again), (true, Some(end + GRACE)));
    }

    #[test]
    fn the_end_of_a_download_is_followed_by_a_grace() {
        let mut model = Model::default();
        let start = Instant::now();
        model.take(Choice::Downloading, &downloads(5), start);
        let (hold, again) = model.take(Choice::Downloading, &seeds(), start + SECOND);
        assert_eq!((hold, again), (true, Some(start + SECOND + GRACE)));
        let end = start + SECOND + GRACE;
        let (hold, _) = model.take(Choice::Downloading, &seeds(), end);
        assert!(!hold);
    }

    #[test]
    fn never_lets_go_at_once() {
        let mut model = Model::default();
        let start = Instant::now();
        model.take(Choice::Downloading, &downloads(5), start);
        let (hold, again) = model.take(Choice::Never, &downloads(5), start + SECOND);
        assert_eq!((hold, again), (false, None));
    }
}
