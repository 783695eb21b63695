//! Names that the user gave to files on disk: one row a torrent that has any. They are apart from the
//! list, whose rows are written often, because there may be 50,000 of them. A row that cannot be read
//! is never guessed at: without it the files count as missing, which is said, and nothing is written.

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::Connection;
use shoal_core::{InfoHash, Renames};

use super::{Cells, Source, execute, hash_of, json};
use crate::StoreError;

pub(crate) const V2: &str = "CREATE TABLE names (hash BLOB PRIMARY KEY, names TEXT);";

pub(crate) const ALL: Source<(InfoHash, Renames)> = Source {
    table: "names",
    select: "SELECT rowid, hash, names FROM names ORDER BY rowid",
    decode,
};

pub(crate) fn put(conn: &Connection, hash: InfoHash, names: &Renames) -> Result<(), StoreError> {
    if names.is_empty() {
        return execute(conn, "DELETE FROM names WHERE hash = ?1", &[&hash.0]);
    }
    execute(
        conn,
        "INSERT OR REPLACE INTO names VALUES (?1, ?2)",
        &[&hash.0, &json(names.as_ref())?],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<(InfoHash, Renames)>, String> {
    let hash = hash_of(cells.blob()?)?;
    let names: Map = serde_json::from_str(cells.text()?).map_err(|e| e.to_string())?;
    if !are_safe(&names) {
        return Err("a path that leads out of the torrent's folder".to_owned());
    }
    Ok(Some((hash, Arc::new(names))))
}

/// Index of the file to its path below the torrent's folder.
pub(super) type Map = BTreeMap<u32, String>;

/// Whether no path leads out of the torrent's folder.
pub(super) fn are_safe(names: &Map) -> bool {
    let safe = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
    names.values().all(|name| name.split('/').all(safe))
}
