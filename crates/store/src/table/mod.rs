//! The tables, one file each: its SQL and the way between a row and a type of core. A table must
//! never let a bad row stop a load: what cannot be decoded is moved to `set_aside` and reported.

pub(crate) mod file_names;
pub(crate) mod labels;
pub(crate) mod log;
pub(crate) mod meta;
pub(crate) mod metainfo;
pub(crate) mod names;
pub(crate) mod prefs;
pub(crate) mod resume;
pub(crate) mod set_aside;
pub(crate) mod settings;
pub(crate) mod tally;
pub(crate) mod tombstones;
pub(crate) mod torrents;
pub(crate) mod undo;
pub(crate) mod watch;
pub(crate) mod watch_entries;

mod cells;
mod places;
mod rules;

use cells::Cells;
use rusqlite::{Connection, ToSql};
use shoal_core::{Bitfield, InfoHash, StoreOp};

use crate::StoreError;

/// How a table is read: `select` gives the rowid, then the key, then the rest.
pub(crate) struct Source<T> {
    pub(crate) table: &'static str,
    pub(crate) select: &'static str,
    /// `None` for a row that is to stay but means nothing to this version.
    pub(crate) decode: fn(&mut Cells<'_>) -> Result<Option<T>, String>,
}

/// A row that could not be decoded.
#[derive(Debug)]
pub(crate) struct BadRow {
    pub(crate) table: &'static str,
    pub(crate) rowid: i64,
    pub(crate) key: String,
    pub(crate) dump: String,
    pub(crate) reason: String,
}

/// Reads every row that `source` selects; the bad ones are handed back beside the good ones.
pub(crate) fn read<T>(
    conn: &Connection,
    source: &Source<T>,
    params: &[&dyn ToSql],
) -> Result<(Vec<T>, Vec<BadRow>), StoreError> {
    let mut statement = conn.prepare_cached(source.select)?;
    let mut rows = statement.query(params)?;
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let mut cells = Cells::new(row);
        let rowid = cells.rowid()?;
        match (source.decode)(&mut cells) {
            Ok(value) => good.extend(value),
            Err(reason) => bad.push(BadRow {
                table: source.table,
                rowid,
                key: cells.key(),
                dump: cells.dump(),
                reason,
            }),
        }
    }
    Ok((good, bad))
}

/// Carries out one operation inside the caller's transaction.
pub(crate) fn apply(conn: &Connection, op: &StoreOp) -> Result<(), StoreError> {
    match op {
        StoreOp::PutTorrent(record) => {
            torrents::put(conn, record)?;
            file_names::renamed(conn, record.hash, &record.disk_name)
        }
        StoreOp::PutMetainfo(hash, bytes) => {
            metainfo::put(conn, *hash, bytes)?;
            file_names::renew(conn, *hash)
        }
        StoreOp::DropTorrent(hash) => {
            for table in [
                "torrents",
                "arranged",
                "metainfo",
                "resume",
                "names",
                "log",
                "file_names",
            ] {
                execute(
                    conn,
                    &format!("DELETE FROM {table} WHERE hash = ?1"),
                    &[&hash.0],
                )?;
            }
            Ok(())
        }
        StoreOp::PutResume(hash, data) => resume::put(conn, *hash, data),
        StoreOp::PutNames(hash, names) => {
            names::put(conn, *hash, names)?;
            file_names::forget(conn, *hash)
        }
        StoreOp::MarkDirty(hash) => resume::mark_dirty(conn, *hash),
        StoreOp::GiveLabels(hash, labels) => torrents::give_labels(conn, *hash, labels),
        StoreOp::SetIntent(hash, intent) => torrents::set_intent(conn, *hash, *intent),
        StoreOp::SetRank(hash, rank) => torrents::set_rank(conn, *hash, *rank),
        StoreOp::SetRules(hash, rules) => torrents::set_rules(conn, *hash, rules),
        StoreOp::PutLabel(label) => labels::put(conn, label),
        StoreOp::RenameLabel(from, to) => execute(
            conn,
            "UPDATE labels SET name = ?2 WHERE name = ?1",
            &[from, to],
        ),
        StoreOp::DropLabel(name) => execute(conn, "DELETE FROM labels WHERE name = ?1", &[name]),
        StoreOp::PutSetting(key, Some(value)) => settings::put(conn, key, value),
        StoreOp::PutSetting(key, None) => {
            execute(conn, "DELETE FROM settings WHERE key = ?1", &[key])
        }
        StoreOp::PutPref(key, value) => prefs::put(conn, key, value.as_deref()),
        StoreOp::Log(hash, note) => log::add(conn, *hash, note),
        StoreOp::PutWatch(folder) => watch::put(conn, folder),
        StoreOp::DropWatch(id) => {
            execute(conn, "DELETE FROM watch_folders WHERE id = ?1", &[&id.0])
        }
        StoreOp::PutWatchEntry(entry) => watch_entries::put(conn, entry),
        StoreOp::SetWatchAfter(id, after) => watch_entries::set_after(conn, *id, after),
        StoreOp::PutTombstone(hash, name, at) => tombstones::put(conn, *hash, name, *at),
        StoreOp::DropTombstone(hash) => {
            execute(conn, "DELETE FROM tombstones WHERE hash = ?1", &[&hash.0])
        }
        StoreOp::PutUndo(step) => undo::put(conn, step),
        StoreOp::DropUndo(id) => {
            execute(conn, "DELETE FROM undo WHERE id = ?1", &[&undo::key(*id)?])
        }
    }
}

fn execute(conn: &Connection, sql: &str, params: &[&dyn ToSql]) -> Result<(), StoreError> {
    conn.prepare_cached(sql)?.execute(params)?;
    Ok(())
}

/// A counter as `SQLite`'s signed integer. One that is too big stays at the top: a counter must never
/// be the reason for a refused commit.
fn counter(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Unstorable(e.to_string()))
}

fn hash_of(bytes: &[u8]) -> Result<InfoHash, String> {
    let bytes = bytes
        .try_into()
        .map_err(|_| format!("an info-hash of {} bytes", bytes.len()))?;
    Ok(InfoHash(bytes))
}

fn bits_of(len: u32, bytes: &[u8]) -> Result<Bitfield, String> {
    Bitfield::from_bytes(len, bytes)
        .ok_or_else(|| format!("{} bytes for a bitfield of {len}", bytes.len()))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(b & 15)])
        .collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|d| d.len() % 2 == 0)?;
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok())
        .collect()
}
