//! The store's notes to itself: whether the last run ended well, and when the last backup was made.
//! Nothing of the user's is kept here.

use rusqlite::Connection;
use shoal_core::Timestamp;

use super::{Cells, Source, execute};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);";

/// What the notes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// Whether the run that wrote this was closed in order.
    EndedClean(bool),
    /// When the last rolling backup was made.
    BackupAt(Timestamp),
}

pub(crate) const ALL: Source<Note> = Source {
    table: "meta",
    select: "SELECT rowid, key, value FROM meta",
    decode,
};

pub(crate) fn put(conn: &Connection, note: Note) -> Result<(), StoreError> {
    let (key, value) = match note {
        Note::EndedClean(clean) => ("ended_clean", i64::from(clean)),
        Note::BackupAt(at) => ("backup_at", at.0),
    };
    execute(
        conn,
        "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
        &[&key, &value.to_string()],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<Note>, String> {
    let key = cells.text()?;
    let value = cells.text()?;
    let number = || value.parse::<i64>().map_err(|_| cells.wrong("a number"));
    Ok(match key {
        "ended_clean" => Some(Note::EndedClean(number()? == 1)),
        "backup_at" => Some(Note::BackupAt(Timestamp(number()?))),
        _ => None,
    })
}
