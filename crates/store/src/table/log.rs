//! The logs of the torrents, each with numbers of its own and at most [`LOG_MAX`] rows. It is written
//! often and read rarely, by one torrent: nothing here goes through the whole table.

use rusqlite::{Connection, OptionalExtension as _, params};
use shoal_core::{InfoHash, LOG_MAX, LOG_RECOVERED, LogLine, LogNote, Timestamp, Tone};

use super::{Cells, Source, json};
use crate::StoreError;

pub(crate) const V3: &str = "CREATE TABLE log (
    hash BLOB,
    id INTEGER,
    at INTEGER,
    tone TEXT,
    code TEXT,
    params TEXT,
    PRIMARY KEY (hash, id)
);";

/// The newest entries of one torrent before the one with the id given, newest first.
pub(crate) const PAGE: Source<LogLine> = Source {
    table: "log",
    select: "SELECT rowid, hash, id, at, tone, code, params FROM log
        WHERE hash = ?1 AND id < ?2 ORDER BY id DESC LIMIT 200",
    decode,
};

const ADD: &str = "INSERT INTO log SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5 FROM log
    WHERE hash = ?1 RETURNING id";
const TRIM: &str = "DELETE FROM log WHERE hash = ?1 AND id <= ?2";
const NEWEST: &str = "SELECT tone, code, params FROM log WHERE hash = ?1 ORDER BY id DESC LIMIT 1";

/// Adds an entry if it is news. What is wrong and was wrong already, as of the newest entry, is none: it
/// is tried again and again, also at every start. What is over was wrong before.
pub(crate) fn add(conn: &Connection, hash: InfoHash, note: &LogNote) -> Result<(), StoreError> {
    let values: Vec<(&str, &str)> = note
        .params
        .iter()
        .map(|(name, value)| (name.as_ref(), value.as_str()))
        .collect();
    let values = json(&values)?;
    let tone = tone_name(note.tone);
    let over = note.code == LOG_RECOVERED;
    if over || note.tone == Tone::Bad {
        let mut newest = conn.prepare_cached(NEWEST)?;
        let news = newest.query_row([&hash.0[..]], |row| {
            let cell = |at| Ok::<_, rusqlite::Error>(row.get_ref(at)?.as_str().unwrap_or_default());
            let same = (cell(0)?, cell(1)?, cell(2)?) == (tone, &*note.code, &*values);
            Ok(if over { cell(0)? == "bad" } else { !same })
        });
        if !news.optional()?.unwrap_or(!over) {
            return Ok(());
        }
    }
    let id: i64 = conn
        .prepare_cached(ADD)?
        .query_row(params![hash.0, note.at.0, tone, note.code, values], |row| {
            row.get(0)
        })?;
    let old = id - i64::try_from(LOG_MAX).unwrap_or(i64::MAX);
    if old > 0 {
        conn.prepare_cached(TRIM)?.execute(params![hash.0, old])?;
    }
    Ok(())
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<LogLine>, String> {
    let _hash = cells.blob()?;
    let id = cells.int()?;
    let at = Timestamp(cells.int()?);
    let tone = tone_of(cells.text()?).ok_or_else(|| cells.wrong("a known tone"))?;
    let code = cells.text()?.to_owned().into();
    let params: Vec<(String, String)> =
        serde_json::from_str(cells.text()?).map_err(|_| cells.wrong("a list of values"))?;
    let params = params
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    let note = LogNote {
        at,
        tone,
        code,
        params,
    };
    Ok(Some(LogLine { id, note }))
}

fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

fn tone_of(name: &str) -> Option<Tone> {
    match name {
        "neutral" => Some(Tone::Neutral),
        "good" => Some(Tone::Good),
        "warn" => Some(Tone::Warn),
        "bad" => Some(Tone::Bad),
        _ => None,
    }
}
