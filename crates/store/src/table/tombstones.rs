//! Torrents that the user has removed, so that no watch folder brings them back. They outlive the row in
//! the list; how many there are is core's to say.

use rusqlite::{Connection, params};
use shoal_core::{InfoHash, Timestamp};

use super::{Cells, Source, hash_of};
use crate::StoreError;

pub(crate) const V7: &str =
    "CREATE TABLE tombstones (hash BLOB PRIMARY KEY, name TEXT, removed_at INTEGER);
    INSERT INTO tombstones
        SELECT hash, name, removed_at FROM torrents WHERE removed_at IS NOT NULL;";

pub(crate) const ALL: Source<(InfoHash, Timestamp)> = Source {
    table: "tombstones",
    select: "SELECT rowid, hash, removed_at FROM tombstones",
    decode,
};

pub(crate) fn put(
    conn: &Connection,
    hash: InfoHash,
    name: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut put = conn.prepare_cached("INSERT OR REPLACE INTO tombstones VALUES (?1, ?2, ?3)")?;
    put.execute(params![hash.0, name, at.0])?;
    Ok(())
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<(InfoHash, Timestamp)>, String> {
    Ok(Some((hash_of(cells.blob()?)?, Timestamp(cells.int()?))))
}
