//! Sums since Shoal was first started.

use super::*;
use crate::{DAYS_MAX, Tallied};

fn sums(days: &[(&str, u64, u64)]) -> Tallied {
    let days = days
        .iter()
        .map(|(day, down, up)| ((*day).to_owned(), (*down, *up)));
    Tallied {
        since: Some(NOW),
        downloaded_bytes: 10,
        uploaded_bytes: 20,
        running_s: 30,
        finished: 4,
        days: days.collect(),
    }
}

#[test]
fn sums_come_back_and_are_replaced_not_added() {
    let dir = temp();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.tallied, Tallied::default());
    let first = sums(&[("2026-11-20", 1, 2), ("2026-11-21", 3, 4)]);
    store.save_tallied(first.clone());
    store.save_tallied(first.clone());
    close(&store);
    assert_eq!(look(dir.path()).tallied, first);
    let (store, _) = open(dir.path());
    let next = sums(&[
        ("2026-11-20", 1, 2),
        ("2026-11-21", 5, 6),
        ("2026-11-22", u64::MAX, 0),
    ]);
    store.save_tallied(next.clone());
    close(&store);
    let most = i64::MAX.unsigned_abs();
    let kept = sums(&[
        ("2026-11-20", 1, 2),
        ("2026-11-21", 5, 6),
        ("2026-11-22", most, 0),
    ]);
    assert_eq!(
        look(dir.path()).tallied,
        kept,
        "as much as the database holds"
    );
}

#[test]
fn only_the_newest_days_are_kept() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let names: Vec<String> = (0..DAYS_MAX + 5).map(|n| format!("2026-{n:04}")).collect();
    let days: Vec<_> = names.iter().map(|day| (day.as_str(), 1, 1)).collect();
    store.save_tallied(sums(&days));
    close(&store);
    let days = look(dir.path()).tallied.days;
    assert_eq!(days.len(), DAYS_MAX);
    assert_eq!(days.keys().next().unwrap(), "2026-0005");
}

#[test]
fn a_bad_sum_costs_only_itself() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.save_tallied(sums(&[("2026-11-20", 1, 2), ("2026-11-21", 3, 4)]));
    close(&store);
    let conn = raw(dir.path());
    conn.execute_batch(
        "UPDATE tally SET value = 'much' WHERE key = 'uploaded';
        UPDATE days SET downloaded = -1 WHERE day = '2026-11-20';
        INSERT INTO tally VALUES ('of a later Shoal', 7);",
    )
    .unwrap();
    drop(conn);
    let loaded = look(dir.path());
    let mut expected = sums(&[("2026-11-21", 3, 4)]);
    expected.uploaded_bytes = 0;
    assert_eq!(loaded.tallied, expected);
    assert_eq!(loaded.set_aside.len(), 2, "{:?}", loaded.set_aside);
}
