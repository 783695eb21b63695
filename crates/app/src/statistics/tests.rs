#![allow(clippy::unwrap_used, reason = "tests")]

use shoal_core::{InfoHash, Moved};

use super::*;

const BEGAN: Timestamp = Timestamp(1_800_000_000_000);

fn at(seconds: u64) -> Moment {
    Moment {
        wall: BEGAN.plus_millis(i64::try_from(seconds * 1_000).unwrap()),
        steady: Duration::from_secs(seconds),
    }
}

fn moved(all: &[(u64, u64)], completed: u32) -> Movement {
    let one = |(fetched_bytes, uploaded_bytes): &(u64, u64)| Moved {
        hash: InfoHash([1; 20]),
        fetched_bytes: *fetched_bytes,
        uploaded_bytes: *uploaded_bytes,
    };
    Movement {
        torrents: all.iter().map(one).collect(),
        completed,
    }
}

fn on(tally: &mut Tally, day: &str, down: u64, up: u64) {
    tally.feed_on(|| day.to_owned(), &moved(&[(down, up)], 0));
}

fn days(view: &Statistics) -> Vec<(&str, u64, u64)> {
    let all = view.days.iter();
    all.map(|d| (d.day.as_str(), d.downloaded_bytes, d.uploaded_bytes))
        .collect()
}

#[test]
fn a_session_adds_to_what_was_before_it() {
    let mut tally = Tally::new(Tallied::default(), at(0));
    tally.feed_on(|| "2026-11-21".to_owned(), &moved(&[(100, 5), (50, 0)], 1));
    let first = tally.view(at(90));
    assert_eq!(first.session, first.all_time);
    assert_eq!(
        first.session,
        TotalsView {
            since: BEGAN.0,
            downloaded_bytes: 150,
            uploaded_bytes: 5,
            running_s: 90,
            finished: 1,
        }
    );
    let mut next = Tally::new(tally.to_store(at(90)), at(0));
    on(&mut next, "2026-11-21", 1, 1);
    on(&mut next, "2026-11-22", 2, 0);
    let view = next.view(at(10));
    assert_eq!(
        (view.session.downloaded_bytes, view.session.running_s),
        (3, 10)
    );
    assert_eq!(
        (view.all_time.downloaded_bytes, view.all_time.running_s),
        (153, 100)
    );
    assert_eq!(view.all_time.since, BEGAN.0);
    assert_eq!(days(&view), [("2026-11-21", 151, 6), ("2026-11-22", 2, 0)]);
}

#[test]
fn days_without_traffic_are_no_days_and_only_a_year_is_kept() {
    let mut tally = Tally::new(Tallied::default(), at(0));
    on(&mut tally, "2026-01-01", 0, 0);
    tally.feed_on(|| "2026-01-01".to_owned(), &moved(&[(0, 0)], 1));
    assert!(tally.view(at(1)).days.is_empty());
    assert_eq!(tally.view(at(1)).session.finished, 1);
    for n in 0..400 {
        on(
            &mut tally,
            &format!("20{:02}-01-{:02}", n / 28, n % 28 + 1),
            1,
            0,
        );
    }
    let view = tally.view(at(1));
    assert_eq!(view.days.len(), DAYS_MAX);
    assert_eq!(view.days.last().unwrap().day, "2014-01-08");
    assert_eq!(
        view.all_time.downloaded_bytes, 400,
        "the sums know all days"
    );
    // A clock that was wrong for a while costs no day of now.
    on(&mut tally, "1970-01-01", 9, 0);
    assert_eq!(tally.view(at(1)).days.last().unwrap().day, "2014-01-08");
}

#[test]
fn sums_that_change_are_stored_each_minute_and_an_idle_disk_sleeps() {
    let mut tally = Tally::new(Tallied::default(), at(0));
    on(&mut tally, "2026-11-21", 7, 0);
    assert_eq!(tally.due(at(59)), None);
    let stored = tally.due(at(60)).unwrap();
    assert_eq!((stored.downloaded_bytes, stored.running_s), (7, 60));
    assert_eq!(tally.due(at(61)), None);
    assert_eq!(tally.due(at(600)), None, "nothing moved");
    on(&mut tally, "2026-11-21", 1, 0);
    assert_eq!(
        tally.due(at(601)).unwrap().downloaded_bytes,
        8,
        "long since"
    );
    assert_eq!(tally.due(at(1_200)), None);
    assert_eq!(tally.due(at(1_201)).unwrap().running_s, 1_201);
}

#[test]
fn nothing_overflows() {
    let mut tally = Tally::new(Tallied::default(), at(0));
    for _ in 0..3 {
        on(&mut tally, "2026-11-21", u64::MAX, u64::MAX);
    }
    let view = tally.view(at(1));
    assert_eq!(view.all_time.downloaded_bytes, u64::MAX);
    assert_eq!(days(&view), [("2026-11-21", u64::MAX, u64::MAX)]);
}
