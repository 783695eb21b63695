#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use super::*;

/// A minute on the wall, so that steps are easy to count.
const BEGAN: i64 = 1_800_000_000_000;

/// A history with the hand on both clocks.
struct Bench {
    history: History,
    wall_ms: i64,
    steady_ms: u64,
}

impl Bench {
    fn new() -> Self {
        let at = |wall_ms, steady_ms| Moment {
            wall: Timestamp(wall_ms),
            steady: Duration::from_millis(steady_ms),
        };
        Self {
            history: History::new(at(BEGAN, 0)),
            wall_ms: BEGAN,
            steady_ms: 0,
        }
    }

    /// Looks again after so long on the wall and on the steady clock.
    fn later(&mut self, wall_ms: i64, steady_ms: u64, moved: &[(InfoHash, u64, u64)]) {
        self.wall_ms += wall_ms;
        self.steady_ms += steady_ms;
        let now = Moment {
            wall: Timestamp(self.wall_ms),
            steady: Duration::from_millis(self.steady_ms),
        };
        let moved = moved.iter().map(|(hash, fetched, uploaded)| Moved {
            hash: *hash,
            fetched_bytes: *fetched,
            uploaded_bytes: *uploaded,
        });
        self.history.feed(now, &moved.collect::<Vec<_>>());
    }

    fn second(&mut self, moved: &[(InfoHash, u64, u64)]) {
        self.later(1_000, 1_000, moved);
    }

    fn of(&mut self, hash: InfoHash, span: SpeedSpan) -> SpeedHistory {
        self.history.of_torrent(hash, Timestamp(0), span)
    }
}

fn hash(n: u32) -> InfoHash {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    InfoHash(bytes)
}

/// The last `n` of what was received.
fn last(history: &SpeedHistory, n: usize) -> Vec<Option<u32>> {
    history.down[history.down.len() - n..].to_vec()
}

#[test]
fn each_span_has_its_steps_and_nothing_from_before_the_start() {
    let mut bench = Bench::new();
    bench.second(&[(hash(1), 100, 7)]);
    for (span, step_ms, steps) in [
        (SpeedSpan::Minute, 1_000, 60),
        (SpeedSpan::TenMinutes, 1_000, 600),
        (SpeedSpan::Hour, 10_000, 360),
        (SpeedSpan::Day, 120_000, 720),
    ] {
        let view = bench.history.of_all(span);
        assert_eq!(
            (view.step_ms, view.down.len(), view.up.len()),
            (step_ms, steps, steps)
        );
        assert_eq!(
            last(&view, 2),
            [None, Some(100)],
            "the step that runs counts as far as it went"
        );
        assert_eq!(view.up[steps - 1], Some(7));
        assert_eq!(view.end_at, BEGAN + i64::from(step_ms));
        assert_eq!(bench.of(hash(1), span), view, "the only one that moved");
        assert_eq!(
            last(&bench.of(hash(2), span), 2),
            [None, Some(0)],
            "stood still"
        );
    }
}

#[test]
fn ticks_that_come_seldom_are_spread_over_their_seconds() {
    let mut bench = Bench::new();
    bench.later(5_000, 5_000, &[(hash(1), 5_000, 0)]);
    bench.later(5_000, 5_000, &[]);
    bench.later(2_500, 2_500, &[(hash(1), 2_500, 0)]);
    let one = bench.of(hash(1), SpeedSpan::Minute);
    let on = [Some(1_000); 5];
    let off = [Some(0); 5];
    let expected = [&[None][..], &on, &off, &[Some(1_000); 3]].concat();
    assert_eq!(last(&one, 14), expected);
    let hour = bench.of(hash(1), SpeedSpan::Hour);
    assert_eq!(last(&hour, 3), [None, Some(500), Some(1_000)]);
}

#[test]
fn a_machine_that_slept_leaves_a_gap() {
    let mut bench = Bench::new();
    bench.second(&[(hash(1), 10, 0)]);
    bench.later(30_000, 1_000, &[(hash(1), 20, 0)]);
    let one = bench.of(hash(1), SpeedSpan::Minute);
    let expected = [&[Some(10)][..], &[None; 29], &[Some(20)]].concat();
    assert_eq!(last(&one, 31), expected);
    assert_eq!(one.end_at, BEGAN + 31_000);
    // So does a steady clock that went on while nobody looked.
    bench.later(50_000, 50_000, &[]);
    let all = bench.history.of_all(SpeedSpan::Minute);
    let expected = [&[Some(20)][..], &[None; 20], &[Some(0); 30]].concat();
    assert_eq!(last(&all, 51), expected);
}

#[test]
fn a_clock_that_is_set_loses_nothing_and_breaks_nothing() {
    let mut bench = Bench::new();
    bench.second(&[(hash(1), 10, 0)]);
    bench.later(-3_600_000, 1_000, &[(hash(1), 20, 0)]);
    bench.second(&[(hash(1), 30, 0)]);
    let one = bench.of(hash(1), SpeedSpan::Minute);
    assert_eq!(last(&one, 4), [None, Some(10), Some(20), Some(30)]);
    assert_eq!(one.end_at, bench.wall_ms);
    // Years ahead: what was is too long ago, and no loop runs over each step.
    bench.later(400_000_000_000, 1_000, &[(hash(1), 40, 0)]);
    for span in [SpeedSpan::Minute, SpeedSpan::Day] {
        let one = bench.of(hash(1), span);
        assert_eq!(last(&one, 2), [None, Some(40)]);
        assert_eq!(one.down.iter().flatten().count(), 1);
    }
    bench.later(i64::MIN / 2, 0, &[(hash(1), 50, 0)]);
    bench.later(i64::MAX / 2, 0, &[(hash(1), 50, 0)]);
    bench.of(hash(1), SpeedSpan::Day);
}

#[test]
fn what_is_older_than_the_ring_is_gone() {
    let mut bench = Bench::new();
    bench.second(&[(hash(1), 10, 0)]);
    for _ in 0..600 {
        bench.second(&[]);
    }
    let one = bench.of(hash(1), SpeedSpan::TenMinutes);
    assert_eq!(one.down, vec![Some(0); 600]);
    let hour = bench.of(hash(1), SpeedSpan::Hour);
    assert_eq!(
        hour.down[hour.down.len() - 61],
        Some(1),
        "10 bytes in 10 seconds"
    );
}

#[test]
fn nothing_is_known_of_a_torrent_before_it_was_added() {
    let mut bench = Bench::new();
    for _ in 0..5 {
        bench.second(&[]);
    }
    let added = Timestamp(bench.wall_ms - 2_000);
    let new = bench.history.of_torrent(hash(1), added, SpeedSpan::Minute);
    assert_eq!(last(&new, 4), [None, None, Some(0), Some(0)]);
    let ahead = Timestamp(bench.wall_ms + 1_000_000);
    let new = bench.history.of_torrent(hash(1), ahead, SpeedSpan::Minute);
    assert_eq!(new.down, vec![None; 60], "by a clock that was set back");
}

#[test]
fn many_torrents_take_bounded_room_and_what_was_forgotten_is_not_nothing() {
    let mut bench = Bench::new();
    let most = u32::try_from(TORRENTS_MAX).unwrap();
    let all = |range: std::ops::Range<u32>| range.map(|n| (hash(n), 1_000, 0)).collect::<Vec<_>>();
    bench.second(&all(0..most + 100));
    assert_eq!(bench.history.torrents.len(), TORRENTS_MAX);
    assert_eq!(
        last(&bench.of(hash(0), SpeedSpan::Minute), 1),
        [Some(1_000)]
    );
    let left_out = hash(most + 1);
    assert_eq!(last(&bench.of(left_out, SpeedSpan::Minute), 1), [None]);
    assert_eq!(
        last(&bench.of(hash(9_999), SpeedSpan::Minute), 1),
        [None],
        "nobody knows which were left out"
    );
    // Somebody looks at one of them: it is kept from now on, though all others go on.
    bench.of(left_out, SpeedSpan::Minute);
    bench.second(&all(0..most + 100));
    assert_eq!(
        last(&bench.of(left_out, SpeedSpan::Minute), 2),
        [None, Some(1_000)]
    );
    assert_eq!(bench.history.torrents.len(), TORRENTS_MAX);
    // Those that rest give way.
    for _ in 0..61 {
        bench.second(&[]);
    }
    bench.second(&all(most + 50..most + 100));
    assert_eq!(
        last(&bench.of(hash(most + 60), SpeedSpan::Minute), 2),
        [Some(0), Some(1_000)]
    );
    assert_eq!(bench.history.torrents.len(), TORRENTS_MAX);
    let all = bench.history.of_all(SpeedSpan::Minute);
    assert_eq!(last(&all, 1), [Some(50_000)]);
}
