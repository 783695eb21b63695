//! Reading everything that a start needs, in one pass. It must not read the metainfo of every
//! torrent, and no row may stop it.

use std::{collections::HashMap, path::PathBuf};

use rusqlite::Connection;
use shoal_core::{Label, SettingValue, Timestamp, TorrentRecord, UndoStep, WatchMemory};

use crate::{
    StoreError,
    table::{
        self, BadRow, Source, labels, meta, metainfo, names, prefs, resume, set_aside, settings,
        tally, tally::Tallied, tombstones, torrents, undo, watch, watch_entries,
    },
};

/// What the store held when it was opened.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The list, in the order in which torrents were added.
    pub torrents: Vec<TorrentRecord>,
    /// Labels, in the order in which they were made.
    pub labels: Vec<Label>,
    /// Settings that differ from their defaults, by key; also keys that this version does not know.
    pub settings: Vec<(String, SettingValue)>,
    /// How the window is arranged, by key.
    pub prefs: Vec<(String, String)>,
    /// Sums since Shoal was first started.
    pub tallied: Tallied,
    /// The undo journal, oldest step first.
    pub undo: Vec<UndoStep>,
    /// Watch folders, and what was removed.
    pub watch: WatchMemory,
    /// What could not be used and was put beside.
    pub set_aside: Vec<SetAside>,
    /// Whether the run before ended with [`Store::close`](crate::Store::close). True for a new store.
    pub clean_end: bool,
}

/// Something that could not be used. It was kept, not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// What it was: "database", or a table and a key such as `torrents a9cd…`.
    pub what: String,
    /// Why, for the log.
    pub reason: String,
    /// The file it was moved to; rows stay in the database, in a table of their own.
    pub file: Option<PathBuf>,
}

/// The store's notes to itself.
pub(crate) struct Notes {
    pub(crate) ended_clean: bool,
    pub(crate) backup_at: Option<Timestamp>,
    pub(crate) set_aside: Vec<SetAside>,
}

pub(crate) fn notes(conn: &Connection, now: Timestamp) -> Result<Notes, StoreError> {
    let (rows, bad) = table::read(conn, &meta::ALL, &[])?;
    let mut notes = Notes {
        ended_clean: false,
        backup_at: None,
        set_aside: Vec::new(),
    };
    for note in rows {
        match note {
            meta::Note::EndedClean(clean) => notes.ended_clean = clean,
            meta::Note::BackupAt(at) => notes.backup_at = Some(at),
        }
    }
    notes.set_aside = keep(conn, &bad, now)?;
    Ok(notes)
}

/// Reads it; `tell` hears first of what a window is made by, before the list is read.
pub(crate) fn everything(
    conn: &Connection,
    now: Timestamp,
    tell: &mut dyn FnMut(&Loaded),
) -> Result<Loaded, StoreError> {
    let mut bad = Vec::new();
    let ahead = Loaded {
        settings: all(conn, &settings::ALL, &mut bad)?,
        prefs: all(conn, &prefs::ALL, &mut bad)?,
        ..Loaded::default()
    };
    tell(&ahead);
    let mut renames: HashMap<_, _> = all(conn, &names::ALL, &mut bad)?.into_iter().collect();
    let mut torrents = all(conn, &torrents::ALL, &mut bad)?;
    for torrent in &mut torrents {
        torrent.renames = renames.remove(&torrent.hash).unwrap_or_default();
    }
    let loaded = Loaded {
        torrents,
        labels: all(conn, &labels::ALL, &mut bad)?,
        tallied: tally::of(
            all(conn, &tally::SUMS, &mut bad)?,
            all(conn, &tally::DAYS, &mut bad)?,
        ),
        undo: all(conn, &undo::ALL, &mut bad)?,
        watch: WatchMemory {
            folders: all(conn, &watch::ALL, &mut bad)?,
            tombstones: all(conn, &tombstones::ALL, &mut bad)?,
            next: watch_entries::next(conn)?,
        },
        ..ahead
    };
    // Only the bad ones are read; the others wait until somebody asks for them.
    all(conn, &metainfo::BAD, &mut bad)?;
    all(conn, &resume::BAD, &mut bad)?;
    Ok(Loaded {
        set_aside: keep(conn, &bad, now)?,
        ..loaded
    })
}

fn all<T>(
    conn: &Connection,
    source: &Source<T>,
    bad: &mut Vec<BadRow>,
) -> Result<Vec<T>, StoreError> {
    let (good, found) = table::read(conn, source, &[])?;
    bad.extend(found);
    Ok(good)
}

/// Moves bad rows to their own table and says so. When even that is impossible, because the disk is
/// full, they stay where they are and are found again next time.
pub(crate) fn keep(
    conn: &Connection,
    bad: &[BadRow],
    now: Timestamp,
) -> Result<Vec<SetAside>, StoreError> {
    match set_aside::take(conn, bad, now) {
        Err(error @ StoreError::Damaged(_)) => return Err(error),
        Err(error) => tracing::error!(%error, "bad rows could not be moved"),
        Ok(()) => {}
    }
    let report = |row: &BadRow| {
        tracing::error!(
            table = row.table,
            key = row.key,
            reason = row.reason,
            "a row was set aside"
        );
        SetAside {
            what: format!("{} {}", row.table, row.key),
            reason: row.reason.clone(),
            file: None,
        }
    };
    Ok(bad.iter().map(report).collect())
}
