//! The versions of the database and the way from one to the next. A migration that was released is
//! never edited: later changes are later migrations. What belongs to a newer Shoal or to another
//! program is never changed.

use rusqlite::{Connection, TransactionBehavior};

use crate::{
    StoreError,
    table::{
        file_names, labels, log, meta, metainfo, names, prefs, resume, set_aside, settings, tally,
        tombstones, torrents, undo, watch, watch_entries,
    },
};

/// "Shoa": marks a database as ours, so that another program's is not mistaken for it.
const APPLICATION_ID: i64 = 0x5368_6f61;

/// The steps from nothing to the newest version; each is the list of its statements. The version of
/// a database is the number of steps it has behind it.
pub(crate) const MIGRATIONS: &[&[&str]] = &[
    &[
        torrents::V1,
        metainfo::V1,
        resume::V1,
        labels::V1,
        settings::V1,
        undo::V1,
        meta::V1,
        set_aside::V1,
    ],
    &[torrents::V2, resume::V2, names::V2],
    &[log::V3, prefs::V3],
    &[tally::V4],
    &[file_names::V5],
    &[prefs::V6],
    &[torrents::V7, watch::V7, watch_entries::V7, tombstones::V7],
    &[torrents::V8, labels::V8],
    &[torrents::V9],
];

/// What a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Nothing in it yet.
    New,
    /// Ours, with this many migrations behind it.
    Ours(usize),
}

/// The newest version that `migrations` lead to.
pub(crate) fn newest(migrations: &[&[&str]]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// Finds out what `conn` leads to, without changing it.
pub(crate) fn identify(conn: &Connection, known: i64) -> Result<Identity, StoreError> {
    let number = |sql| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if application == APPLICATION_ID && version > known {
        return Err(StoreError::TooNew {
            found: version,
            known,
        });
    }
    match usize::try_from(version) {
        Ok(version @ 1..) if application == APPLICATION_ID => Ok(Identity::Ours(version)),
        Ok(0) if application == 0 && tables == 0 => Ok(Identity::New),
        _ => Err(StoreError::Damaged(
            "it belongs to another program".to_owned(),
        )),
    }
}

/// What the first 100 bytes of a database file say. Reading them needs no connection, which could
/// leave files beside a database that is not to be touched.
pub(crate) struct Header {
    /// Its version, if it is one of ours.
    pub(crate) version: Option<i64>,
    /// Bytes that the file should have, apart from what is in the write-ahead log.
    pub(crate) size: u64,
}

impl Header {
    /// `None` if the bytes are not those of an `SQLite` database.
    pub(crate) fn parse(bytes: &[u8; 100]) -> Option<Self> {
        let number = |at: usize| {
            let [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            u32::from_be_bytes([a, b, c, d])
        };
        if !bytes.starts_with(b"SQLite format 3\0") {
            return None;
        }
        let page = match u16::from_be_bytes([bytes[16], bytes[17]]) {
            1 => 65_536,
            page => u64::from(page),
        };
        // The number of pages counts only if the program that wrote last knew of it.
        let pages = if number(24) == number(92) {
            number(28)
        } else {
            0
        };
        let ours = i64::from(number(68)) == APPLICATION_ID;
        Some(Self {
            version: ours.then(|| i64::from(number(60).cast_signed())),
            size: page * u64::from(pages),
        })
    }
}

/// Brings a sound database from version `from` to the newest: all the way or not at all.
pub(crate) fn migrate(
    conn: &mut Connection,
    from: usize,
    migrations: &[&[&str]],
) -> Result<(), StoreError> {
    take_steps(conn, from, migrations).map_err(|error| match error {
        // The step is wrong then, not the data, which must not be put beside for it.
        StoreError::Damaged(text) => StoreError::Io(format!("a migration failed: {text}")),
        other => other,
    })
}

fn take_steps(
    conn: &mut Connection,
    from: usize,
    migrations: &[&[&str]],
) -> Result<(), StoreError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for sql in migrations.iter().skip(from).copied().flatten() {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", newest(migrations))?;
    Ok(tx.commit()?)
}

/// Whether `SQLite` finds the whole database sound, indexes included: a row that only an index cannot
/// find any more would stay lost.
pub(crate) fn check(conn: &Connection) -> Result<(), StoreError> {
    let verdict: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged(verdict))
    }
}
