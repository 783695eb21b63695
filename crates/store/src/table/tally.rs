//! Sums of what was received and sent, in all and for each day. Always whole sums: writing them twice
//! counts nothing twice.

use std::collections::BTreeMap;

use rusqlite::Connection;
use shoal_core::Timestamp;

use super::{Cells, Source, counter, execute};
use crate::StoreError;

/// Most days that are kept.
pub const DAYS_MAX: usize = 366;

/// Sums since Shoal was first started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tallied {
    /// When that was; none before it was first stored.
    pub since: Option<Timestamp>,
    /// Payload received.
    pub downloaded_bytes: u64,
    /// Payload sent.
    pub uploaded_bytes: u64,
    /// Seconds that Shoal ran.
    pub running_s: u64,
    /// Torrents that became complete.
    pub finished: u32,
    /// Bytes received and sent by local date, such as `2026-11-21`; the newest [`DAYS_MAX`].
    pub days: BTreeMap<String, (u64, u64)>,
}

pub(crate) const V4: &str = "CREATE TABLE tally (key TEXT PRIMARY KEY, value INTEGER);
    CREATE TABLE days (day TEXT PRIMARY KEY, downloaded INTEGER, uploaded INTEGER);";

/// A day with the bytes received and sent on it.
type Day = (String, (u64, u64));

/// One sum by its name.
pub(crate) const SUMS: Source<(String, i64)> = Source {
    table: "tally",
    select: "SELECT rowid, key, value FROM tally ORDER BY key",
    decode: |cells| Ok(Some((cells.text()?.to_owned(), cells.int()?))),
};

pub(crate) const DAYS: Source<Day> = Source {
    table: "days",
    select: "SELECT rowid, day, downloaded, uploaded FROM days ORDER BY day DESC LIMIT 366",
    decode: day,
};

fn day(cells: &mut Cells<'_>) -> Result<Option<Day>, String> {
    let day = cells.text()?.to_owned();
    Ok(Some((day, (cells.int()?, cells.int()?))))
}

/// Puts the rows together again. A sum that this version does not know is passed over.
pub(crate) fn of(sums: Vec<(String, i64)>, days: Vec<Day>) -> Tallied {
    let mut all = Tallied {
        days: days.into_iter().collect(),
        ..Tallied::default()
    };
    for (key, value) in sums {
        let bytes = u64::try_from(value).unwrap_or(0);
        match key.as_str() {
            "since" => all.since = Some(Timestamp(value)),
            "downloaded" => all.downloaded_bytes = bytes,
            "uploaded" => all.uploaded_bytes = bytes,
            "running" => all.running_s = bytes,
            "finished" => all.finished = u32::try_from(bytes).unwrap_or(u32::MAX),
            _ => {}
        }
    }
    all
}

/// Replaces what changed.
pub(crate) fn put(conn: &Connection, all: &Tallied) -> Result<(), StoreError> {
    let sums = [
        ("since", all.since.map_or(0, |at| at.0)),
        ("downloaded", counter(all.downloaded_bytes)),
        ("uploaded", counter(all.uploaded_bytes)),
        ("running", counter(all.running_s)),
        ("finished", i64::from(all.finished)),
    ];
    for (key, value) in sums {
        execute(
            conn,
            "INSERT INTO tally VALUES (?1, ?2) ON CONFLICT(key)
                DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
            &[&key, &value],
        )?;
    }
    for (day, (downloaded, uploaded)) in &all.days {
        execute(
            conn,
            "INSERT INTO days VALUES (?1, ?2, ?3) ON CONFLICT(day)
                DO UPDATE SET downloaded = excluded.downloaded, uploaded = excluded.uploaded
                WHERE downloaded IS NOT excluded.downloaded OR uploaded IS NOT excluded.uploaded",
            &[day, &counter(*downloaded), &counter(*uploaded)],
        )?;
    }
    execute(
        conn,
        "DELETE FROM days WHERE day NOT IN (SELECT day FROM days ORDER BY day DESC LIMIT 366)",
        &[],
    )
}
