//! What became of every file seen in a watch folder, newest [`WATCH_ENTRIES_MAX`] entries. An entry is
//! written with the torrents it tells of; only what became of the original is filled in later.

use std::borrow::Cow;

use rusqlite::{Connection, params};
use shoal_core::{
    AfterState, InfoHash, Timestamp, WATCH_ENTRIES_MAX, WatchCounts, WatchEntry, WatchId,
    WatchOutcome, WatchParams, WatchStamp,
};

use super::{Cells, Source, counter, execute, json};
use crate::{StoreError, path};

pub(crate) const V7: &str = "CREATE TABLE watch_entries (
    id INTEGER PRIMARY KEY,
    at INTEGER,
    folder INTEGER,
    folder_path BLOB,
    file BLOB,
    size INTEGER,
    mtime INTEGER,
    file_id INTEGER,
    kind TEXT,
    code TEXT,
    params TEXT,
    added INTEGER,
    already INTEGER,
    removed INTEGER,
    bad INTEGER,
    trackers INTEGER,
    removed_at INTEGER,
    hashes BLOB,
    after TEXT,
    after_path BLOB,
    after_code TEXT,
    after_params TEXT
);
    CREATE INDEX watch_files ON watch_entries (folder, file, id);
    CREATE INDEX watch_kinds ON watch_entries (kind, id);
    CREATE INDEX watch_sums ON watch_entries (folder, at, added, kind);";

macro_rules! entries {
    ($rest:literal) => {
        Source {
            table: "watch_entries",
            select: concat!(
                "SELECT rowid, id, at, folder, folder_path, file, size, mtime, file_id, kind, code,
                params, added, already, removed, bad, trackers, removed_at, hashes, after,
                after_path, after_code, after_params FROM watch_entries ",
                $rest
            ),
            decode,
        }
    };
}

/// Entries before the one with the id given, newest first.
pub(crate) const PAGE: Source<WatchEntry> = entries!("WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
/// The same of one folder.
pub(crate) const PAGE_OF: Source<WatchEntry> =
    entries!("WHERE id < ?1 AND folder = ?3 ORDER BY id DESC LIMIT ?2");
/// The same of files of which nothing could be added.
pub(crate) const PROBLEMS: Source<WatchEntry> =
    entries!("WHERE id < ?1 AND kind = 'bad' ORDER BY id DESC LIMIT ?2");
/// The same of one folder.
pub(crate) const PROBLEMS_OF: Source<WatchEntry> =
    entries!("WHERE id < ?1 AND kind = 'bad' AND folder = ?3 ORDER BY id DESC LIMIT ?2");
/// One entry.
pub(crate) const ONE: Source<WatchEntry> = entries!("WHERE id = ?1");
/// The newest entry of each file, and of each folder's news.
pub(crate) const SEEN: Source<WatchEntry> =
    entries!("WHERE id IN (SELECT max(id) FROM watch_entries GROUP BY folder, file) ORDER BY id");

/// What there is of one folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchSum {
    /// Which folder.
    pub folder: WatchId,
    /// Torrents added since the time asked for.
    pub added: u32,
    /// When the last one was added, ever.
    pub last_added_at: Option<Timestamp>,
    /// Entries of files of which nothing could be added.
    pub problems: u32,
}

pub(crate) const SUMS: Source<WatchSum> = Source {
    table: "watch_entries",
    select: "SELECT max(rowid), folder, sum(CASE WHEN at >= ?1 THEN added ELSE 0 END),
        max(CASE WHEN added > 0 THEN at END), sum(kind = 'bad')
        FROM watch_entries GROUP BY folder ORDER BY folder",
    decode: |cells| {
        Ok(Some(WatchSum {
            folder: WatchId(cells.int()?),
            added: cells.int()?,
            last_added_at: cells.opt_time()?,
            problems: cells.int()?,
        }))
    },
};

/// Numbers that no folder and no entry has.
pub(crate) fn next(conn: &Connection) -> Result<(u32, u64), StoreError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let folder = number("SELECT coalesce(max(folder), 0) + 1 FROM watch_entries")?;
    let entry = number("SELECT coalesce(max(id), 0) + 1 FROM watch_entries")?;
    Ok((
        u32::try_from(folder).unwrap_or(1),
        u64::try_from(entry).unwrap_or(1),
    ))
}

const PUT: &str =
    "INSERT OR REPLACE INTO watch_entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
    ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)";
const TRIM: &str = "DELETE FROM watch_entries WHERE id <= ?1";

pub(crate) fn put(conn: &Connection, entry: &WatchEntry) -> Result<(), StoreError> {
    let id = key(entry.id)?;
    let nothing = WatchCounts::default();
    let (kind, code, params, counts) = match &entry.outcome {
        WatchOutcome::Torrents(counts) => ("torrents", counts.name.as_str(), None, counts),
        WatchOutcome::Bad { code, params } => ("bad", code.as_ref(), Some(params), &nothing),
        WatchOutcome::Folder { code, params } => ("folder", code.as_ref(), Some(params), &nothing),
    };
    let params = match params {
        Some(params) => params_to_text(params)?,
        None => "[]".to_owned(),
    };
    let hashes: Vec<u8> = entry.hashes.iter().flat_map(|hash| hash.0).collect();
    let after = after_cells(&entry.after)?;
    conn.prepare_cached(PUT)?.execute(params![
        id,
        entry.at.0,
        entry.folder.0,
        path::to_bytes(&entry.folder_path),
        path::to_bytes(&entry.file),
        counter(entry.stamp.size),
        entry.stamp.mtime_ns,
        entry.stamp.file_id.cast_signed(),
        kind,
        code,
        params,
        counts.added,
        counts.already,
        counts.removed,
        counts.bad,
        counts.trackers,
        counts.removed_at.map(|t| t.0),
        hashes,
        after.name,
        after.path,
        after.code,
        after.params,
    ])?;
    let old = id - i64::try_from(WATCH_ENTRIES_MAX).unwrap_or(i64::MAX);
    if old > 0 {
        conn.prepare_cached(TRIM)?.execute([old])?;
    }
    Ok(())
}

pub(crate) fn set_after(conn: &Connection, id: u64, after: &AfterState) -> Result<(), StoreError> {
    let after = after_cells(after)?;
    execute(
        conn,
        "UPDATE watch_entries SET after = ?2, after_path = ?3, after_code = ?4, after_params = ?5
            WHERE id = ?1",
        &[
            &key(id)?,
            &after.name,
            &after.path,
            &after.code,
            &after.params,
        ],
    )
}

fn key(id: u64) -> Result<i64, StoreError> {
    i64::try_from(id).map_err(|_| StoreError::Unstorable(format!("the entry {id}")))
}

fn params_to_text(params: &WatchParams) -> Result<String, StoreError> {
    let values = params.iter().map(|(name, value)| (name.as_ref(), value));
    json(&values.collect::<Vec<(&str, &String)>>())
}

/// The name of a state, where the original is, and why it did not work.
struct AfterCells {
    name: &'static str,
    path: Option<Vec<u8>>,
    code: Option<String>,
    params: Option<String>,
}

fn after_cells(after: &AfterState) -> Result<AfterCells, StoreError> {
    let (name, path, why) = match after {
        AfterState::None => ("none", None, None),
        AfterState::Pending => ("pending", None, None),
        AfterState::Done(path) => ("done", path.as_deref().map(path::to_bytes), None),
        AfterState::Trashed => ("trashed", None, None),
        AfterState::Failed(code, params) => ("failed", None, Some((code, params))),
    };
    Ok(AfterCells {
        name,
        path,
        code: why.map(|(code, _)| code.clone().into_owned()),
        params: why.map(|(_, params)| params_to_text(params)).transpose()?,
    })
}

// Struct fields are evaluated in the order written, which is the order of the columns.
fn decode(cells: &mut Cells<'_>) -> Result<Option<WatchEntry>, String> {
    Ok(Some(WatchEntry {
        id: cells.int()?,
        at: Timestamp(cells.int()?),
        folder: WatchId(cells.int()?),
        folder_path: path::from_bytes(cells.blob()?)?,
        file: path::from_bytes(cells.blob()?)?,
        stamp: WatchStamp {
            size: cells.int()?,
            mtime_ns: cells.int()?,
            file_id: cells.int::<i64>()?.cast_unsigned(),
        },
        outcome: decode_outcome(cells)?,
        hashes: decode_hashes(cells)?,
        after: decode_after(cells)?,
    }))
}

fn decode_outcome(cells: &mut Cells<'_>) -> Result<WatchOutcome, String> {
    let kind = cells.text()?;
    let code = cells.text()?.to_owned();
    let params = params_of(cells.text()?).ok_or_else(|| cells.wrong("a list of values"))?;
    let counts = WatchCounts {
        name: String::new(),
        added: cells.int()?,
        already: cells.int()?,
        removed: cells.int()?,
        bad: cells.int()?,
        trackers: cells.int()?,
        removed_at: cells.opt_time()?,
    };
    match kind {
        "torrents" => Ok(WatchOutcome::Torrents(WatchCounts {
            name: code,
            ..counts
        })),
        "bad" => Ok(WatchOutcome::Bad {
            code: code.into(),
            params,
        }),
        "folder" => Ok(WatchOutcome::Folder {
            code: code.into(),
            params,
        }),
        kind => Err(format!("an entry of the unknown kind {kind:?}")),
    }
}

fn decode_hashes(cells: &mut Cells<'_>) -> Result<Vec<InfoHash>, String> {
    let (hashes, rest) = cells.blob()?.as_chunks();
    if !rest.is_empty() {
        return Err(cells.wrong("a list of info-hashes"));
    }
    Ok(hashes.iter().copied().map(InfoHash).collect())
}

fn decode_after(cells: &mut Cells<'_>) -> Result<AfterState, String> {
    let name = cells.text()?;
    let path = cells.opt_blob()?.map(path::from_bytes).transpose()?;
    let code = cells.opt_text()?.map(str::to_owned);
    let params = cells.opt_text()?;
    match (name, path, code, params) {
        ("none", None, None, None) => Ok(AfterState::None),
        ("pending", None, None, None) => Ok(AfterState::Pending),
        ("done", path, None, None) => Ok(AfterState::Done(path)),
        ("trashed", None, None, None) => Ok(AfterState::Trashed),
        ("failed", None, Some(code), Some(params)) => {
            let params = params_of(params).ok_or_else(|| cells.wrong("a list of values"))?;
            Ok(AfterState::Failed(code.into(), params))
        }
        _ => Err("what became of an original makes no sense".to_owned()),
    }
}

fn params_of(text: &str) -> Option<WatchParams> {
    let params: Vec<(String, String)> = serde_json::from_str(text).ok()?;
    let named = |(name, value)| (Cow::Owned(name), value);
    Some(params.into_iter().map(named).collect())
}
