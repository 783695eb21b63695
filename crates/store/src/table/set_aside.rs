//! Rows that could not be decoded, whole and with the reason. Nothing is ever deleted from here by
//! the program: a person or a later version may still make sense of it.

use rusqlite::Connection;
use shoal_core::Timestamp;

use super::{BadRow, execute};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE set_aside (
    id INTEGER PRIMARY KEY,
    table_name TEXT,
    key TEXT,
    dump TEXT,
    reason TEXT,
    at INTEGER
);";

/// Moves `rows` here from their tables: all of them or none.
pub(crate) fn take(conn: &Connection, rows: &[BadRow], at: Timestamp) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let tx = conn.unchecked_transaction()?;
    for row in rows {
        execute(
            &tx,
            "INSERT INTO set_aside (table_name, key, dump, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[&row.table, &row.key, &row.dump, &row.reason, &at.0],
        )?;
        execute(
            &tx,
            &format!("DELETE FROM {} WHERE rowid = ?1", row.table),
            &[&row.rowid],
        )?;
    }
    Ok(tx.commit()?)
}
