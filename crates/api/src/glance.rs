//! What the window draws its first picture of, before it has the whole list: the rows that can be seen, and
//! how many there are of each kind. Only where the list's order is one that can be known here: names are sorted
//! as the language does, which is the interface's matter. Then, and with few torrents, there is none.
//!
//! The orders are those of `ui/src/lib/domain/view-sort.ts`, whose test writes what the test here compares.

use std::{cmp::Ordering, collections::HashMap};

use serde::Serialize;
use serde_json::Value;

use crate::{PackedRow, Sentence, Snapshot, Status, TorrentRow};

/// So many rows fill the tallest window.
const ROWS: usize = 100;
/// A shorter list comes as quickly as a whole.
const LONG: usize = 400;
/// More kinds than this would be a list of their own.
const KINDS_MAX: usize = 256;
/// Torrents active within the same minute count as equally new.
const ACTIVITY_STEP_MS: i64 = 60_000;
/// The key of what is remembered about the order.
const ORDER: &str = "list.sort";

/// The event `glance`, which only the window gets, and which its snapshot follows.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "glance")]
pub struct Glance<'a> {
    /// The first rows of the list, in its order.
    pub rows: Vec<PackedRow<'a>>,
    /// How many torrents there are of each kind, with one of them.
    pub kinds: Vec<(usize, PackedRow<'a>)>,
    /// All else, without any rows.
    pub snapshot: &'a Snapshot,
}

impl<'a> Glance<'a> {
    /// Of `rows`, which were taken out of `snapshot`; none where only the whole list will do.
    pub fn of(rows: &'a [TorrentRow], snapshot: &'a Snapshot) -> Option<Self> {
        if rows.len() < LONG {
            return None;
        }
        let order = Order::read(snapshot.prefs.get(ORDER).map(String::as_str))?;
        Some(Self {
            rows: first(rows, order).into_iter().map(PackedRow).collect(),
            kinds: kinds(rows)?,
            snapshot,
        })
    }
}

/// What the list is sorted by.
#[derive(Clone, Copy)]
struct Order {
    /// None for what is not known of a row, which comes last whichever way round.
    value: fn(&TorrentRow) -> Option<f64>,
    desc: bool,
}

impl Order {
    /// The one that is remembered, the usual one without; none for one that only the interface knows.
    fn read(saved: Option<&str>) -> Option<Self> {
        let saved: Value = saved
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let by = saved["by"].as_str().unwrap_or("activity");
        let desc = saved["desc"].as_bool();
        Some(Self {
            value: value(by)?,
            desc: desc.unwrap_or(!matches!(by, "status" | "eta" | "rank")),
        })
    }

    /// Total: equal ones stand as they were added, the newest first.
    fn compare(self, a: &TorrentRow, b: &TorrentRow) -> Ordering {
        let values = match ((self.value)(a), (self.value)(b)) {
            (Some(x), Some(y)) if self.desc => y.total_cmp(&x),
            (Some(x), Some(y)) => x.total_cmp(&y),
            (x, y) => y.is_some().cmp(&x.is_some()),
        };
        let added = b.added_at.cmp(&a.added_at);
        values.then(added).then_with(|| a.hash.cmp(&b.hash))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the interface's numbers are the same"
)]
fn value(by: &str) -> Option<fn(&TorrentRow) -> Option<f64>> {
    Some(match by {
        "activity" => |row| Some(row.active_at.div_euclid(ACTIVITY_STEP_MS) as f64),
        "added" => |row| Some(row.added_at as f64),
        "size" => |row| row.wanted_bytes.map(|n| n as f64),
        "progress" => |row| match row.wanted_bytes? {
            0 => Some(1.0),
            wanted => Some(row.have_bytes as f64 / wanted as f64),
        },
        "status" => |row| Some(f64::from(urgency(row.status))),
        "down" => |row| seen(row.down_bps),
        "up" => |row| seen(row.up_bps),
        "eta" => |row| row.eta_s.map(|n| n as f64),
        "ratio" => |row| row.ratio,
        "peers" => |row| seen(row.peers_connected.into()),
        "downloaded" => |row| seen(row.downloaded_bytes),
        "uploaded" => |row| seen(row.uploaded_bytes),
        "completed" => |row| row.completed_at.map(|at| at as f64),
        "rank" => |row| Some(row.rank as f64),
        _ => return None,
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the interface's numbers are the same"
)]
fn seen(n: u64) -> Option<f64> {
    (n > 0).then_some(n as f64)
}

/// What needs somebody first, what needs nothing last.
fn urgency(status: Status) -> u8 {
    match status {
        Status::Attention => 0,
        Status::Choosing => 1,
        Status::FetchingMetadata => 2,
        Status::Downloading => 3,
        Status::Checking => 4,
        Status::Waiting => 5,
        Status::Seeding => 6,
        Status::Finished => 7,
        Status::Stopped => 8,
    }
}

/// The first of them in that order.
fn first(rows: &[TorrentRow], order: Order) -> Vec<&TorrentRow> {
    let mut all: Vec<&TorrentRow> = rows.iter().collect();
    if all.len() > ROWS {
        all.select_nth_unstable_by(ROWS, |a, b| order.compare(a, b));
        all.truncate(ROWS);
    }
    all.sort_unstable_by(|a, b| order.compare(a, b));
    all
}

/// Torrents of one kind are counted alike wherever the interface counts.
fn kinds(rows: &[TorrentRow]) -> Option<Vec<(usize, PackedRow<'_>)>> {
    let mut places = HashMap::new();
    let mut kinds: Vec<(usize, PackedRow<'_>)> = Vec::new();
    for row in rows {
        let whole = row.wanted_bytes.is_some_and(|n| row.have_bytes >= n);
        let Sentence { code, .. } = &row.sentence;
        let kind = (
            row.status,
            row.intent,
            whole,
            code,
            &row.labels,
            &row.trackers,
        );
        let place = *places.entry(kind).or_insert(kinds.len());
        if place == kinds.len() {
            if place == KINDS_MAX {
                return None;
            }
            kinds.push((0, PackedRow(row)));
        }
        kinds[place].0 += 1;
    }
    Some(kinds)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[derive(serde::Deserialize)]
    struct Told {
        rows: Vec<TorrentRow>,
        orders: Vec<(Value, Vec<String>)>,
    }

    fn told() -> Told {
        serde_json::from_str(include_str!("glance/orders.json")).unwrap()
    }

    #[test]
    fn rows_stand_as_the_interface_sorts_them() {
        let Told { rows, orders } = told();
        let mut known = 0;
        for (order, hashes) in orders {
            let text = order.to_string();
            let Some(order) = Order::read(Some(&text)) else {
                let by = order["by"].as_str().unwrap();
                let is_text = matches!(by, "name" | "label" | "path" | "tracker" | "hash");
                assert!(is_text, "{by} is a number");
                continue;
            };
            known += 1;
            let got: Vec<_> = first(&rows, order).iter().map(|row| &row.hash).collect();
            let wanted: Vec<_> = hashes.iter().take(ROWS).collect();
            assert_eq!(got, wanted, "{text}");
        }
        assert!(known >= 28, "only {known} orders were compared");
    }

    #[test]
    fn what_was_not_chosen_or_makes_no_sense_is_by_activity() {
        let rows = told().rows;
        let of = |saved| {
            let first = first(&rows, Order::read(saved).unwrap());
            first.iter().map(|row| row.hash.clone()).collect::<Vec<_>>()
        };
        let usual = of(Some(r#"{"by":"activity","desc":true}"#));
        assert_eq!(of(None), usual);
        assert_eq!(of(Some("{")), usual);
        assert_ne!(of(Some(r#"{"by":"added"}"#)), usual);
    }

    #[test]
    fn every_torrent_is_of_one_kind() {
        let rows = told().rows;
        let kinds = kinds(&rows).unwrap();
        assert!(kinds.len() > 4, "{}", kinds.len());
        assert_eq!(kinds.iter().map(|(n, _)| n).sum::<usize>(), rows.len());
        let own = |n: usize| TorrentRow {
            labels: vec![n.to_string()],
            ..rows[0].clone()
        };
        let many: Vec<_> = (0..=KINDS_MAX).map(own).collect();
        assert!(super::kinds(&many).is_none());
        assert_eq!(super::kinds(&many[1..]).unwrap().len(), KINDS_MAX);
    }
}
