//! The .torrent bytes, kept apart from the list because they are big and seldom needed. They are
//! never read to fill the list.

use std::sync::Arc;

use rusqlite::Connection;
use shoal_core::InfoHash;

use super::{Cells, Source, execute, hash_of};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE metainfo (hash BLOB PRIMARY KEY, bytes BLOB);";

pub(crate) const ONE: Source<Vec<u8>> = Source {
    table: "metainfo",
    select: "SELECT rowid, hash, bytes FROM metainfo WHERE hash = ?1",
    decode,
};

/// The rows that cannot be right, found without reading the bytes of the others.
pub(crate) const BAD: Source<Vec<u8>> = Source {
    table: "metainfo",
    select: "SELECT rowid, hash, bytes FROM metainfo WHERE typeof(hash) <> 'blob'
        OR length(hash) <> 20 OR typeof(bytes) <> 'blob' ORDER BY rowid",
    decode,
};

pub(crate) fn put(
    conn: &Connection,
    hash: InfoHash,
    bytes: &Arc<Vec<u8>>,
) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT OR REPLACE INTO metainfo VALUES (?1, ?2)",
        &[&hash.0, bytes.as_ref()],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<Vec<u8>>, String> {
    hash_of(cells.blob()?)?;
    Ok(Some(cells.blob()?.to_vec()))
}
