//! From one version to the next, with migrations made up for the purpose.

use super::*;
use crate::{backup, open::open_with, schema::MIGRATIONS};

const GOOD: &[&[&str]] = &[
    MIGRATIONS[0],
    &["ALTER TABLE labels ADD COLUMN icon TEXT"],
    &["CREATE TABLE extra (a)", "INSERT INTO extra VALUES (5)"],
];

const FAILING: &[&[&str]] = &[
    MIGRATIONS[0],
    &["CREATE TABLE extra (a)", "INSERT INTO nowhere VALUES (5)"],
];

fn version(dir: &Path) -> i64 {
    let conn = raw(dir);
    conn.query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn every_step_is_taken_once_and_a_backup_made_before() {
    let dir = filled(3);
    for _ in 0..2 {
        let opened = open_with(dir.path(), NOW, GOOD).unwrap();
        assert_eq!(opened.loaded.torrents.len(), 3);
        drop(opened);
        assert_eq!(version(dir.path()), 3);
    }
    let backups = backup::list(dir.path());
    assert_eq!(backups.len(), 1);
    let old = Connection::open(&backups[0]).unwrap();
    let version: i64 = old
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 1);
    let sum: i64 = raw(dir.path())
        .query_row("SELECT sum(a) FROM extra", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sum, 5);
    // The program that knows one step less leaves it alone.
    assert!(matches!(
        Store::open(dir.path(), NOW),
        Err(StoreError::TooNew { found: 3, .. })
    ));
}

#[test]
fn a_step_that_fails_changes_nothing_and_loses_nothing() {
    let dir = filled(3);
    assert!(open_with(dir.path(), NOW, FAILING).is_err());
    let files = names(dir.path());
    assert!(!files.iter().any(|n| n.contains("damaged")), "{files:?}");
    assert_eq!(version(dir.path()), 1);
    let loaded = look(dir.path());
    assert_eq!((loaded.torrents.len(), loaded.set_aside.len()), (3, 0));
}

#[test]
fn a_backup_of_an_older_version_is_restored_and_migrated() {
    let dir = filled(3);
    let (store, _) = open(dir.path());
    store.backup_now_blocking(NOW).unwrap();
    close(&store);
    std::fs::write(db(dir.path()), b"rubbish").unwrap();
    let opened = open_with(dir.path(), NOW, GOOD).unwrap();
    assert_eq!(opened.loaded.torrents.len(), 3);
    assert_eq!(opened.loaded.set_aside.len(), 1);
    drop(opened);
    assert_eq!(version(dir.path()), 3);
}
