//! From a folder to a database that can be used: what cannot be used is put beside and replaced by
//! the newest good backup. Nothing may be deleted here, and a database that merely cannot be read
//! just now (no rights, no memory, a failing disk) must never be taken for a damaged one.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use shoal_core::Timestamp;

use crate::{
    StoreError, backup,
    damage::{self, Replaced},
    load::{self, Loaded},
    schema::{self, Header, Identity, MIGRATIONS},
    table::{meta, resume},
};

pub(crate) const DB: &str = "shoal.db";

/// KiB of pages that SQLite keeps. The list is read once and from then on only written; what is read again later lies
/// in the system's own cache.
const CACHE_KIB: i64 = 256;

/// Least time between two rolling backups: a day.
pub(crate) const BACKUP_EVERY_MS: u64 = 24 * 3_600 * 1_000;
/// A new database gets its first backup when there is something in it.
const FIRST_BACKUP_MS: u64 = 3_600 * 1_000;

/// A database in use.
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) loaded: Loaded,
    /// Milliseconds until a rolling backup should be made.
    pub(crate) backup_in_ms: u64,
}

/// Opens the database in `dir`, whatever is there. `tell` hears of the settings and what the window remembers as
/// soon as they are read, before the list is; more than once when what was read first is of no use.
pub(crate) fn open(
    dir: &Path,
    now: Timestamp,
    tell: &mut dyn FnMut(&Loaded),
) -> Result<Opened, StoreError> {
    open_with(dir, now, MIGRATIONS, tell)
}

/// As [`open`], with other migrations.
pub(crate) fn open_with(
    dir: &Path,
    now: Timestamp,
    migrations: &[&[&str]],
    tell: &mut dyn FnMut(&Loaded),
) -> Result<Opened, StoreError> {
    let path = dir.join(DB);
    let mut backups = backup::list(dir);
    let mut replaced = Vec::new();
    if size(&path)? == 0 && !backups.is_empty() {
        // Lost between two renames, emptied by a crash of the file system, or deleted by mistake.
        replaced.push(damage::replace(
            dir,
            &mut backups,
            "it was missing or empty",
            migrations,
        )?);
    }
    loop {
        match try_open(dir, now, migrations, tell) {
            Ok(mut opened) => {
                finish(&mut opened, replaced)?;
                return Ok(opened);
            }
            // The last replacement is a fresh database; if even that fails it is not the data's fault.
            Err(StoreError::Damaged(reason))
                if replaced.last().is_none_or(|r| r.from.is_some()) =>
            {
                tracing::error!(reason, "the database is damaged");
                replaced.push(damage::replace(dir, &mut backups, &reason, migrations)?);
            }
            Err(error) => return Err(error),
        }
    }
}

fn finish(opened: &mut Opened, replaced: Vec<Replaced>) -> Result<(), StoreError> {
    if replaced.is_empty() {
        return Ok(());
    }
    // A backup knows the data on disk only as it was then.
    resume::mark_all_dirty(&opened.conn)?;
    opened.loaded.clean_end = false;
    let reports = replaced.into_iter().map(Replaced::report);
    opened.loaded.set_aside.splice(0..0, reports);
    Ok(())
}

fn try_open(
    dir: &Path,
    now: Timestamp,
    migrations: &[&[&str]],
    tell: &mut dyn FnMut(&Loaded),
) -> Result<Opened, StoreError> {
    let path = dir.join(DB);
    let known = schema::newest(migrations);
    probe_header(&path, known)?;
    let mut conn = connect(&path)?;
    let identity = schema::identify(&conn, known)?;
    set_up(&conn)?;
    let from = match identity {
        Identity::New => 0,
        Identity::Ours(version) => version,
    };
    if from < migrations.len() {
        if from > 0 {
            schema::check(&conn)?;
            backup::make(dir, &conn)?;
        }
        schema::migrate(&mut conn, from, migrations)?;
        checkpoint(&conn)?;
    }
    let notes = load::notes(&conn, now)?;
    if !notes.ended_clean && from > 0 {
        schema::check(&conn)?;
    }
    let backup_in_ms = match notes.backup_at {
        _ if identity == Identity::New => FIRST_BACKUP_MS,
        // A clock that was set back does not put it off for a year.
        Some(at) if now >= at => BACKUP_EVERY_MS.saturating_sub(now.millis_since(at)),
        _ => 0,
    };
    let mut loaded = load::everything(&conn, now, tell)?;
    loaded.set_aside.extend(notes.set_aside);
    loaded.clean_end = notes.ended_clean || identity == Identity::New;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    // A database that cannot even take this note would tell every later start that all is well. For
    // lack of room or rights it is tried again with the first write.
    match meta::put(&conn, meta::Note::EndedClean(false)) {
        Err(error @ StoreError::Damaged(_)) => return Err(error),
        Err(error) => tracing::warn!(%error, "the start could not be noted"),
        Ok(()) => {}
    }
    Ok(Opened {
        conn,
        loaded,
        backup_in_ms,
    })
}

/// Size of the file at `path`; 0 when there is none.
fn size(path: &Path) -> Result<u64, StoreError> {
    match fs::metadata(path) {
        Ok(meta) => Ok(meta.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error.into()),
    }
}

/// Refuses what can be refused without `SQLite`, which would take a few bytes for an empty database
/// and write over them, and does not mind when the last page is cut.
fn probe_header(path: &Path, known: i64) -> Result<(), StoreError> {
    let damaged = |text: &str| Err(StoreError::Damaged(text.to_owned()));
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let meta = file.metadata()?;
    if !meta.is_file() {
        return damaged("it is not a file");
    }
    if meta.len() == 0 {
        return Ok(());
    }
    let mut bytes = [0; 100];
    if meta.len() < 100 {
        return damaged("it is cut short");
    }
    file.read_exact(&mut bytes)?;
    let Some(header) = Header::parse(&bytes) else {
        return damaged("it is not a database");
    };
    if let Some(found) = header.version.filter(|v| *v > known) {
        return Err(StoreError::TooNew { found, known });
    }
    // With a log beside it, it may be the log that has the rest.
    let [_, log, ..] = files_of(path);
    if meta.len() < header.size && size(&log)? == 0 {
        return damaged("it is cut short");
    }
    Ok(())
}

/// Announce addresses in it may hold the user's secret keys: nobody else may read it, even when the
/// folder was there before and is open. The log and the index take over the mode of the database.
fn keep_private(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = std::fs::Permissions::from_mode(0o600);
        if let Err(error) = std::fs::set_permissions(path, private) {
            tracing::debug!(%error, "the mode of the database stays as it is");
        }
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// A connection that has not changed anything yet, nor will when it is dropped.
pub(crate) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    keep_private(path);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // A backup thread may hold a lock for a moment.
    conn.busy_timeout(Duration::from_secs(5))?;
    // The file is not trusted: nothing in it may call functions with side effects.
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.set_prepared_statement_cache_capacity(64);
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(conn)
}

/// A connection beside the one in use, which can only read.
pub(crate) fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    conn.pragma_update(None, "trusted_schema", false)?;
    Ok(conn)
}

fn set_up(conn: &Connection) -> Result<(), StoreError> {
    // Readers and the writer do not wait for each other; a commit is one append and one flush.
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        // Some network file systems cannot; the rollback journal is as safe, only slower.
        tracing::warn!(mode, "the database works without a write-ahead log");
    }
    // NORMAL may lose the last commits on power loss, and they have been acknowledged.
    conn.pragma_update(None, "synchronous", "FULL")?;
    // No table refers to another today: a row that is set aside must not drag others along.
    conn.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// Moves everything from the write-ahead log into the database file.
pub(crate) fn checkpoint(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

/// The files that make up the database at `path`: itself, its write-ahead log, the index of that,
/// and the rollback journal where there can be no log. One left behind would be applied to whatever
/// database comes next.
pub(crate) fn files_of(path: &Path) -> [PathBuf; 4] {
    ["", "-wal", "-shm", "-journal"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    })
}
