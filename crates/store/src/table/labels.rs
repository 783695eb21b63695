//! The labels, in the order in which they were made. Which torrent has which is in the torrent's own
//! row.

use rusqlite::Connection;
use shoal_core::Label;

use super::{Cells, Source, execute, rules};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE labels (name TEXT PRIMARY KEY, colour INTEGER);";

/// What a label brings with it, as JSON: nothing before.
pub(crate) const V8: &str = "ALTER TABLE labels ADD COLUMN brings TEXT DEFAULT '';";

pub(crate) const ALL: Source<Label> = Source {
    table: "labels",
    select: "SELECT rowid, name, colour, brings FROM labels ORDER BY rowid",
    decode,
};

pub(crate) fn put(conn: &Connection, label: &Label) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO labels VALUES (?1, ?2, ?3)
            ON CONFLICT(name) DO UPDATE SET colour = excluded.colour, brings = excluded.brings",
        &[&label.name, &label.colour, &rules::brings_to_text(label)?],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<Label>, String> {
    let (name, colour) = (cells.text()?.to_owned(), cells.int()?);
    let label = rules::label_of(name, colour, cells.text()?);
    label
        .map(Some)
        .ok_or_else(|| cells.wrong("what a label brings"))
}
