//! The list: one row a torrent, one column a fact. No constraint stands on a column but the key's:
//! a damaged value is for the decoder to find, so that it costs one row and not the database.

use std::{collections::BTreeMap, sync::Arc};

use rusqlite::{Connection, params};
use shoal_core::{
    InfoHash, Intent, MetaSummary, Order, PendingMove, Priorities, Priority, Renames, Rules,
    Selection, Source as From, Timestamp, TorrentRecord,
};

use super::{Cells, Source, bits_of, counter, execute, hash_of, json, places::MoveForm, rules};
use crate::{StoreError, path};

pub(crate) const V1: &str = "CREATE TABLE torrents (
    hash BLOB PRIMARY KEY,
    name TEXT,
    added_at INTEGER,
    source_kind TEXT,
    source TEXT,
    trackers TEXT,
    save_path BLOB,
    disk_name TEXT,
    total_bytes INTEGER,
    piece_length INTEGER,
    piece_count INTEGER,
    file_count INTEGER,
    private INTEGER,
    selection_len INTEGER,
    selection BLOB,
    awaiting_choice INTEGER,
    intent TEXT,
    labels TEXT,
    have_bytes INTEGER,
    wanted_bytes INTEGER,
    downloaded_bytes INTEGER,
    uploaded_bytes INTEGER,
    completed_at INTEGER,
    removed_at INTEGER,
    trashed INTEGER
);";

/// Columns of later versions stand behind the others, with what their absence meant before.
pub(crate) const V2: &str = "
    ALTER TABLE torrents ADD COLUMN piece_order TEXT DEFAULT 'spread';
    ALTER TABLE torrents ADD COLUMN first_last INTEGER DEFAULT 0;
    ALTER TABLE torrents ADD COLUMN priorities BLOB DEFAULT x'';
    ALTER TABLE torrents ADD COLUMN unfinished_path BLOB;
    ALTER TABLE torrents ADD COLUMN part_suffix INTEGER DEFAULT 0;
    ALTER TABLE torrents ADD COLUMN moving TEXT;
    ALTER TABLE torrents ADD COLUMN trash_pending INTEGER DEFAULT 0;
    ALTER TABLE torrents ADD COLUMN peers TEXT DEFAULT '[]';";

/// The list had no order of its own before: the one in which torrents were added.
pub(crate) const V7: &str = "
    ALTER TABLE torrents ADD COLUMN rank INTEGER;
    UPDATE torrents SET rank = ordered.place FROM
        (SELECT rowid AS id, row_number() OVER (ORDER BY added_at, rowid) AS place FROM torrents)
        AS ordered WHERE torrents.rowid = ordered.id;";

/// No torrent had rules of its own, and nobody counted how long one was offered.
pub(crate) const V8: &str = "
    ALTER TABLE torrents ADD COLUMN rules TEXT DEFAULT '';
    ALTER TABLE torrents ADD COLUMN seeded_s INTEGER DEFAULT 0;
    ALTER TABLE torrents ADD COLUMN idle_s INTEGER DEFAULT 0;
    ALTER TABLE torrents ADD COLUMN goal_done INTEGER DEFAULT 0;
    ALTER TABLE torrents ADD COLUMN done_due INTEGER DEFAULT 0;";

/// What is changed of thousands at once, as far as it was changed since the row itself was written: to write
/// so many of the long rows would take a second on a slow disk.
pub(crate) const V9: &str = "CREATE TABLE arranged (
    hash BLOB PRIMARY KEY,
    intent TEXT,
    labels TEXT,
    rank INTEGER,
    rules TEXT
) WITHOUT ROWID;";

pub(crate) const ALL: Source<TorrentRecord> = Source {
    table: "torrents",
    select: "SELECT t.rowid, t.hash, name, added_at, source_kind, source, trackers, save_path,
        disk_name, total_bytes, piece_length, piece_count, file_count, private, selection_len,
        selection, awaiting_choice, coalesce(a.intent, t.intent) AS intent,
        coalesce(a.labels, t.labels) AS labels, have_bytes, wanted_bytes, downloaded_bytes, uploaded_bytes, completed_at, removed_at, trashed,
        piece_order, first_last, priorities, unfinished_path, part_suffix, moving, trash_pending,
        peers, coalesce(a.rank, t.rank) AS rank, coalesce(a.rules, t.rules) AS rules, seeded_s,
        idle_s, goal_done, done_due
        FROM torrents t LEFT JOIN arranged a ON a.hash = t.hash ORDER BY t.rowid",
    decode,
};

/// Replaces the row in place, so that the list keeps its order. Numbers, not names: each name is
/// looked for among all others, for every row.
const PUT: &str = "INSERT INTO torrents VALUES (
        ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
        ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25,
        ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39)
    ON CONFLICT(hash) DO UPDATE SET
        name = excluded.name, added_at = excluded.added_at, source_kind = excluded.source_kind,
        source = excluded.source, trackers = excluded.trackers, save_path = excluded.save_path,
        disk_name = excluded.disk_name, total_bytes = excluded.total_bytes,
        piece_length = excluded.piece_length, piece_count = excluded.piece_count,
        file_count = excluded.file_count, private = excluded.private,
        selection_len = excluded.selection_len, selection = excluded.selection,
        awaiting_choice = excluded.awaiting_choice, intent = excluded.intent,
        labels = excluded.labels, have_bytes = excluded.have_bytes,
        wanted_bytes = excluded.wanted_bytes, downloaded_bytes = excluded.downloaded_bytes,
        uploaded_bytes = excluded.uploaded_bytes, completed_at = excluded.completed_at,
        removed_at = excluded.removed_at, trashed = excluded.trashed,
        piece_order = excluded.piece_order, first_last = excluded.first_last,
        priorities = excluded.priorities, unfinished_path = excluded.unfinished_path,
        part_suffix = excluded.part_suffix, moving = excluded.moving,
        trash_pending = excluded.trash_pending, peers = excluded.peers,
        rank = excluded.rank, rules = excluded.rules, seeded_s = excluded.seeded_s,
        idle_s = excluded.idle_s, goal_done = excluded.goal_done, done_due = excluded.done_due";

pub(crate) fn give_labels(
    conn: &Connection,
    hash: InfoHash,
    labels: &[String],
) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO arranged (hash, labels) VALUES (?1, ?2)
            ON CONFLICT(hash) DO UPDATE SET labels = excluded.labels",
        &[&hash.0, &json(labels)?],
    )
}

pub(crate) fn set_intent(
    conn: &Connection,
    hash: InfoHash,
    intent: Intent,
) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO arranged (hash, intent) VALUES (?1, ?2)
            ON CONFLICT(hash) DO UPDATE SET intent = excluded.intent",
        &[&hash.0, &intent_name(intent)],
    )
}

pub(crate) fn set_rank(conn: &Connection, hash: InfoHash, rank: i64) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO arranged (hash, rank) VALUES (?1, ?2)
            ON CONFLICT(hash) DO UPDATE SET rank = excluded.rank",
        &[&hash.0, &rank],
    )
}

pub(crate) fn set_rules(
    conn: &Connection,
    hash: InfoHash,
    rules: &Rules,
) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO arranged (hash, rules) VALUES (?1, ?2)
            ON CONFLICT(hash) DO UPDATE SET rules = excluded.rules",
        &[&hash.0, &rules::rules_to_text(rules)?],
    )
}

pub(crate) fn put(conn: &Connection, record: &TorrentRecord) -> Result<(), StoreError> {
    let (source_kind, source) = match &record.source {
        From::File(name) => ("file", name.as_str()),
        From::Magnet => ("magnet", ""),
        From::Url(url) => ("url", url.as_str()),
    };
    let selection = match &record.selection {
        Selection::All => None,
        Selection::Only(bits) => Some(bits),
    };
    let summary = record.summary.as_ref();
    let moving = record.moving.as_ref();
    conn.prepare_cached(PUT)?.execute(params![
        record.hash.0,
        record.name,
        record.added_at.0,
        source_kind,
        source,
        json(&record.trackers)?,
        path::to_bytes(&record.save_path),
        record.disk_name,
        summary.map(|s| counter(s.total_bytes)),
        summary.map(|s| s.piece_length),
        summary.map(|s| s.piece_count),
        summary.map(|s| s.file_count),
        summary.map(|s| s.private),
        selection.map(shoal_core::Bitfield::len),
        selection.map(shoal_core::Bitfield::as_bytes),
        record.awaiting_choice,
        intent_name(record.intent),
        json(&record.labels)?,
        counter(record.have_bytes),
        counter(record.wanted_bytes),
        counter(record.downloaded_bytes),
        counter(record.uploaded_bytes),
        record.completed_at.map(|t| t.0),
        record.removed_at.map(|t| t.0),
        record.trashed,
        order_name(record.order),
        record.first_last,
        priorities_to_bytes(&record.priorities),
        record.unfinished_path.as_deref().map(path::to_bytes),
        record.part_suffix,
        moving.map(|m| json(&MoveForm::of(m))).transpose()?,
        record.trash_pending,
        json(&record.peers)?,
        record.rank,
        rules::rules_to_text(&record.rules)?,
        counter(record.seeded_s),
        counter(record.idle_s),
        record.goal_done,
        record.done_due,
    ])?;
    // The row says all of it now.
    execute(
        conn,
        "DELETE FROM arranged WHERE hash = ?1",
        &[&record.hash.0],
    )
}

// Struct fields are evaluated in the order written, which is the order of the columns.
fn decode(cells: &mut Cells<'_>) -> Result<Option<TorrentRecord>, String> {
    let hash: InfoHash = hash_of(cells.blob()?)?;
    Ok(Some(TorrentRecord {
        hash,
        name: cells.text()?.to_owned(),
        added_at: Timestamp(cells.int()?),
        source: decode_source(cells)?,
        trackers: parse(cells)?,
        save_path: path::from_bytes(cells.blob()?)?,
        disk_name: cells.text()?.to_owned(),
        summary: decode_summary(cells)?,
        selection: decode_selection(cells)?,
        awaiting_choice: cells.flag()?,
        intent: intent_of(cells.text()?).ok_or_else(|| cells.wrong("a known intent"))?,
        labels: parse(cells)?,
        have_bytes: cells.int()?,
        wanted_bytes: cells.int()?,
        downloaded_bytes: cells.int()?,
        uploaded_bytes: cells.int()?,
        completed_at: cells.opt_time()?,
        removed_at: cells.opt_time()?,
        trashed: cells.flag()?,
        order: order_of(cells.text()?).ok_or_else(|| cells.wrong("a known order"))?,
        first_last: cells.flag()?,
        priorities: priorities_of(cells.blob()?)
            .ok_or_else(|| cells.wrong("a list of priorities"))?,
        unfinished_path: cells.opt_blob()?.map(path::from_bytes).transpose()?,
        part_suffix: cells.flag()?,
        moving: decode_moving(cells)?,
        trash_pending: cells.flag()?,
        peers: parse(cells)?,
        rank: cells.int()?,
        rules: rules::rules_of(cells.text()?).ok_or_else(|| cells.wrong("rules"))?,
        seeded_s: cells.int()?,
        idle_s: cells.int()?,
        goal_done: cells.flag()?,
        done_due: cells.flag()?,
        // From a table of their own.
        renames: Renames::default(),
    }))
}

fn decode_moving(cells: &mut Cells<'_>) -> Result<Option<PendingMove>, String> {
    let Some(text) = cells.opt_text()? else {
        return Ok(None);
    };
    let form: MoveForm = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let moving = form.back().ok_or("a move that makes no sense")?;
    Ok(Some(moving))
}

fn order_name(order: Order) -> &'static str {
    match order {
        Order::Spread => "spread",
        Order::Sequential => "sequential",
    }
}

fn order_of(name: &str) -> Option<Order> {
    match name {
        "spread" => Some(Order::Spread),
        "sequential" => Some(Order::Sequential),
        _ => None,
    }
}

/// Bytes a file: its number, low byte first, and its priority.
const PRIORITY: usize = 4 + 1;

pub(super) fn priorities_to_bytes(priorities: &Priorities) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(priorities.len() * PRIORITY);
    for (file, priority) in priorities.iter() {
        bytes.extend(file.to_le_bytes());
        bytes.push(match priority {
            Priority::High => 0,
            Priority::Normal => 1,
            Priority::Low => 2,
        });
    }
    bytes
}

pub(super) fn priorities_of(bytes: &[u8]) -> Option<Priorities> {
    if !bytes.len().is_multiple_of(PRIORITY) {
        return None;
    }
    let one = |b: &[u8]| {
        let priority = match b[4] {
            0 => Priority::High,
            1 => Priority::Normal,
            2 => Priority::Low,
            _ => return None,
        };
        Some((u32::from_le_bytes(b[..4].try_into().ok()?), priority))
    };
    let all: Option<BTreeMap<u32, Priority>> = bytes.chunks_exact(PRIORITY).map(one).collect();
    Some(Arc::new(all?))
}

fn decode_source(cells: &mut Cells<'_>) -> Result<From, String> {
    match (cells.text()?, cells.text()?) {
        ("file", name) => Ok(From::File(name.to_owned())),
        ("magnet", _) => Ok(From::Magnet),
        ("url", url) => Ok(From::Url(url.to_owned())),
        (kind, _) => Err(format!("a source of the unknown kind {kind:?}")),
    }
}

fn decode_summary(cells: &mut Cells<'_>) -> Result<Option<MetaSummary>, String> {
    let total_bytes = cells.opt_int()?;
    let piece_length = cells.opt_int()?;
    let piece_count = cells.opt_int()?;
    let file_count = cells.opt_int()?;
    let private = cells.opt_int::<i64>()?;
    match (total_bytes, piece_length, piece_count, file_count, private) {
        (None, None, None, None, None) => Ok(None),
        (
            Some(total_bytes),
            Some(piece_length),
            Some(piece_count),
            Some(file_count),
            Some(p @ 0..=1),
        ) => Ok(Some(MetaSummary {
            total_bytes,
            piece_length,
            piece_count,
            file_count,
            private: p == 1,
        })),
        _ => Err("half a summary of the metainfo".to_owned()),
    }
}

fn decode_selection(cells: &mut Cells<'_>) -> Result<Selection, String> {
    match (cells.opt_int()?, cells.opt_blob()?) {
        (None, None) => Ok(Selection::All),
        (Some(len), Some(bytes)) => bits_of(len, bytes).map(Selection::Only),
        _ => Err("half a selection".to_owned()),
    }
}

fn intent_name(intent: Intent) -> &'static str {
    match intent {
        Intent::Run => "run",
        Intent::Stop => "stop",
        Intent::ForceRun => "force_run",
    }
}

fn intent_of(name: &str) -> Option<Intent> {
    match name {
        "run" => Some(Intent::Run),
        "stop" => Some(Intent::Stop),
        "force_run" => Some(Intent::ForceRun),
        _ => None,
    }
}

fn parse<T: Default + serde::de::DeserializeOwned>(cells: &mut Cells<'_>) -> Result<T, String> {
    match cells.text()? {
        // By far the most common; saves a parser run for each of 10,000 rows.
        "[]" => Ok(T::default()),
        text => serde_json::from_str(text).map_err(|_| cells.wrong("a list of texts")),
    }
}
