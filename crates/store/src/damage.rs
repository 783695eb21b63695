//! A database that cannot be used is renamed, and the newest good backup takes its place. Nothing is
//! deleted, a name that is taken is never used, and the replacement is complete on disk before the
//! damaged one is moved, so that a crash in between loses neither.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    SetAside, StoreError,
    atomic::{remove_if_there, sync_dir, sync_file},
    open::{DB, connect, files_of},
    schema::{self, Identity},
};

/// Where the replacement is made ready.
const READY: &str = "shoal.db.restoring";

/// One replacement of the database.
pub(crate) struct Replaced {
    reason: String,
    damaged: Option<PathBuf>,
    /// The backup that was used; none for a fresh start.
    pub(crate) from: Option<PathBuf>,
}

impl Replaced {
    pub(crate) fn report(self) -> SetAside {
        let what_now = match &self.from {
            Some(path) => format!("restored from {}", path.display()),
            None => "started afresh".to_owned(),
        };
        SetAside {
            what: "database".to_owned(),
            reason: format!("{}; {what_now}", self.reason),
            file: self.damaged,
        }
    }
}

/// Puts the database in `dir` beside and the first good one of `backups` in its place; those looked
/// at are taken off the list. With none left the place stays empty.
pub(crate) fn replace(
    dir: &Path,
    backups: &mut Vec<PathBuf>,
    reason: &str,
    migrations: &[&[&str]],
) -> Result<Replaced, StoreError> {
    let ready = dir.join(READY);
    let mut from = None;
    while from.is_none() && !backups.is_empty() {
        let candidate = backups.remove(0);
        match prepare(&candidate, &ready, migrations) {
            Ok(()) => from = Some(candidate),
            // No room for the copy says nothing about the backup: better no start than a fresh one.
            Err(error @ (StoreError::Full | StoreError::ReadOnly)) => return Err(error),
            Err(error) => tracing::warn!(%error, backup = %candidate.display(), "unusable backup"),
        }
    }
    let damaged = put_beside(dir)?;
    if from.is_some() {
        fs::rename(&ready, dir.join(DB))?;
    }
    sync_dir(dir)?;
    Ok(Replaced {
        reason: reason.to_owned(),
        damaged,
        from,
    })
}

fn prepare(backup: &Path, ready: &Path, migrations: &[&[&str]]) -> Result<(), StoreError> {
    for file in files_of(ready) {
        remove_if_there(&file)?;
    }
    fs::copy(backup, ready)?;
    let conn = connect(ready)?;
    match schema::identify(&conn, schema::newest(migrations))? {
        Identity::Ours(_) => schema::check(&conn)?,
        Identity::New => return Err(StoreError::Damaged("it is empty".to_owned())),
    }
    conn.close().map_err(|(_, error)| error)?;
    Ok(sync_file(ready)?)
}

/// Renames the database and the files that belong to it. Gives the new name if there was one.
fn put_beside(dir: &Path) -> Result<Option<PathBuf>, StoreError> {
    let path = dir.join(DB);
    let exists = |path: &PathBuf| fs::symlink_metadata(path).is_ok();
    let taken = |n: &u32| {
        let target = dir.join(format!("{DB}.damaged-{n}"));
        files_of(&target).iter().any(exists)
    };
    let free = (1..u32::MAX).find(|n| !taken(n)).unwrap_or(u32::MAX);
    let target = dir.join(format!("{DB}.damaged-{free}"));
    let mut moved = None;
    for (old, new) in files_of(&path).iter().zip(files_of(&target)) {
        if exists(old) {
            fs::rename(old, &new)?;
            moved.get_or_insert(new);
        }
    }
    Ok(moved)
}
