//! The paths of the files of each torrent, to be searched: one row a torrent, made of its metainfo and of
//! the names that the user gave. Everything here can be made anew; a row that is missing is.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension as _};
use shoal_core::InfoHash;
use shoal_metainfo::{Metainfo, sanitize::fold};

use super::{execute, hash_of, names};
use crate::StoreError;

/// `shown` has a path a line, `folded` the same without upper and lower case, where that is more than
/// ASCII's; `single` is the torrent's only file, whose name is in its own row.
pub(crate) const V5: &str = "CREATE TABLE file_names
    (hash BLOB PRIMARY KEY, single INTEGER, shown TEXT, folded TEXT);";

/// Torrents with the path of one file each that was looked for, and whether there are more of them.
pub type Found = (Vec<(InfoHash, String)>, bool);

/// Writes the row of a torrent, from what the other tables have.
pub(crate) fn renew(conn: &Connection, hash: InfoHash) -> Result<(), StoreError> {
    let text = |sql| -> Result<Option<String>, StoreError> {
        let cell: Option<Option<String>> = conn
            .prepare_cached(sql)?
            .query_row([&hash.0], |row| row.get(0))
            .optional()
            // A cell of another kind is the business of those who own the table.
            .or_else(|error| match error {
                rusqlite::Error::InvalidColumnType(..) => Ok(None),
                error => Err(error),
            })?;
        Ok(cell.flatten())
    };
    let bytes: Option<Vec<u8>> = conn
        .prepare_cached("SELECT bytes FROM metainfo WHERE hash = ?1 AND typeof(bytes) = 'blob'")?
        .query_row([&hash.0], |row| row.get(0))
        .optional()?;
    let renames = text("SELECT names FROM names WHERE hash = ?1")?;
    let renames: names::Map = renames
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default();
    let disk_name = text("SELECT disk_name FROM torrents WHERE hash = ?1")?.unwrap_or_default();
    // What cannot be read has no files, and a row all the same: it is not missing.
    let meta = bytes.and_then(|bytes| Metainfo::parse(&bytes).ok());
    let single = meta.as_ref().is_some_and(|meta| meta.single_file);
    let shown = meta.map_or_else(String::new, |meta| paths(&meta, &renames, &disk_name));
    let folded = (!shown.is_ascii()).then(|| fold_lines(&shown));
    execute(
        conn,
        "INSERT OR REPLACE INTO file_names VALUES (?1, ?2, ?3, ?4)",
        &[&hash.0, &single, &shown, &folded],
    )
}

fn paths(meta: &Metainfo, renames: &names::Map, disk_name: &str) -> String {
    let mut all = String::new();
    for (i, file) in (0..).zip(&meta.files).filter(|(_, f)| f.on_disk()) {
        if !all.is_empty() {
            all.push('\n');
        }
        match renames.get(&i) {
            _ if meta.single_file && !disk_name.is_empty() => all.push_str(disk_name),
            Some(path) => all.push_str(path),
            None => all.push_str(&file.path.join("/")),
        }
    }
    all
}

/// As [`fold`], line by line: as many lines come out as went in.
fn fold_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(fold).collect();
    lines.join("\n")
}

/// The name of a torrent's only file may have become another one.
pub(crate) fn renamed(
    conn: &Connection,
    hash: InfoHash,
    disk_name: &str,
) -> Result<(), StoreError> {
    if disk_name.is_empty() {
        return Ok(());
    }
    execute(
        conn,
        "DELETE FROM file_names WHERE hash = ?1 AND single AND shown <> ?2",
        &[&hash.0, &disk_name],
    )
}

pub(crate) fn forget(conn: &Connection, hash: InfoHash) -> Result<(), StoreError> {
    execute(conn, "DELETE FROM file_names WHERE hash = ?1", &[&hash.0])
}

/// Torrents without a row, at most `limit`.
pub(crate) fn missing(conn: &Connection, limit: u32) -> Result<Vec<InfoHash>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT hash FROM metainfo AS all_there
            WHERE typeof(hash) = 'blob' AND length(hash) = 20
            AND NOT EXISTS (SELECT 1 FROM file_names WHERE hash = all_there.hash) LIMIT ?1",
    )?;
    let rows = statement.query_map([limit], |row| row.get::<_, Vec<u8>>(0))?;
    let mut hashes = Vec::new();
    for row in rows {
        hashes.extend(hash_of(&row?).ok());
    }
    Ok(hashes)
}

/// The torrents with a file whose path has all of `words`, which are folded; those in `except` left out.
pub(crate) fn find(
    conn: &Connection,
    words: &[String],
    except: &HashSet<InfoHash>,
    limit: usize,
) -> Result<Found, StoreError> {
    let mut found = Vec::new();
    let mut statement = conn.prepare("SELECT hash, shown, folded FROM file_names ORDER BY hash")?;
    let mut rows = statement.query([])?;
    let mut lower = String::new();
    while let Some(row) = rows.next()? {
        let text = |column| {
            let cell = row.get_ref(column).ok();
            cell.and_then(|cell| cell.as_str().ok())
        };
        let Some(shown) = text(1) else {
            continue;
        };
        let line = if let Some(folded) = text(2) {
            line_with(folded, words)
        } else {
            lower.clear();
            lower.push_str(shown);
            lower.make_ascii_lowercase();
            line_with(&lower, words)
        };
        let Some(line) = line else {
            continue;
        };
        let hash = row.get_ref(0)?.as_blob().ok().and_then(|b| hash_of(b).ok());
        let Some(hash) = hash.filter(|hash| !except.contains(hash)) else {
            continue;
        };
        if found.len() >= limit {
            return Ok((found, true));
        }
        let path = shown.lines().nth(line).unwrap_or_default();
        found.push((hash, path.to_owned()));
    }
    Ok((found, false))
}

/// Number of the first line of `text` that has all of `words`.
fn line_with(text: &str, words: &[String]) -> Option<usize> {
    let (first, others) = words.split_first()?;
    let mut at = 0;
    loop {
        let hit = at + text[at..].find(first.as_str())?;
        let start = text[..hit].rfind('\n').map_or(0, |before| before + 1);
        let end = text[hit..]
            .find('\n')
            .map_or(text.len(), |after| hit + after);
        let line = &text[start..end];
        if others.iter().all(|word| line.contains(word.as_str())) {
            return Some(text[..start].matches('\n').count());
        }
        if end == text.len() {
            return None;
        }
        at = end + 1;
    }
}
