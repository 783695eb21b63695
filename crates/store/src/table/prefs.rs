//! How the window is arranged: texts of the interface's own, by key. What they mean is nothing to the
//! store.

use rusqlite::Connection;

use super::{Cells, Source, execute};
use crate::StoreError;

pub(crate) const V3: &str = "CREATE TABLE prefs (key TEXT PRIMARY KEY, value TEXT);";

/// The order of the list was a setting once, a text in JSON; it is kept.
pub(crate) const V6: &str = "INSERT OR IGNORE INTO prefs
        SELECT 'list.sort', '{\"by\":' || value || '}' FROM settings WHERE key = 'window.sort';
    DELETE FROM settings WHERE key = 'window.sort';";

pub(crate) const ALL: Source<(String, String)> = Source {
    table: "prefs",
    select: "SELECT rowid, key, value FROM prefs ORDER BY key",
    decode,
};

pub(crate) fn put(conn: &Connection, key: &str, value: Option<&str>) -> Result<(), StoreError> {
    match value {
        Some(value) => execute(
            conn,
            "INSERT OR REPLACE INTO prefs VALUES (?1, ?2)",
            &[&key, &value],
        ),
        None => execute(conn, "DELETE FROM prefs WHERE key = ?1", &[&key]),
    }
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<(String, String)>, String> {
    Ok(Some((cells.text()?.to_owned(), cells.text()?.to_owned())))
}
