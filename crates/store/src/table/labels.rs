//! The labels, in the order in which they were made. Which torrent has which is in the torrent's own
//! row.

use rusqlite::Connection;
use shoal_core::Label;

use super::{Cells, Source, execute};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE labels (name TEXT PRIMARY KEY, colour INTEGER);";

pub(crate) const ALL: Source<Label> = Source {
    table: "labels",
    select: "SELECT rowid, name, colour FROM labels ORDER BY rowid",
    decode,
};

pub(crate) fn put(conn: &Connection, label: &Label) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO labels VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET colour = excluded.colour",
        &[&label.name, &label.colour],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<Label>, String> {
    Ok(Some(Label {
        name: cells.text()?.to_owned(),
        colour: cells.int()?,
    }))
}
