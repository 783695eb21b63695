//! Rolling backups: when, how many, and that they hold everything.

use std::{fs, time::Instant};

use super::*;

fn backups(dir: &Path) -> Vec<String> {
    let dir = dir.join("backups");
    if dir.exists() { names(&dir) } else { vec![] }
}

fn start(dir: &Path, at: Timestamp) {
    let (store, _) = Store::open(dir, at).unwrap();
    close(&store);
}

#[test]
fn one_a_day_from_the_second_start_on_and_five_are_kept() {
    let dir = filled(2);
    assert_eq!(backups(dir.path()), [""; 0]);
    start(dir.path(), NOW);
    assert_eq!(backups(dir.path()), ["shoal-1.db"]);
    start(dir.path(), NOW.plus_millis(DAY_MS - 600_000));
    assert_eq!(backups(dir.path()).len(), 1);
    for day in 1..7 {
        start(dir.path(), NOW.plus_millis(day * DAY_MS));
    }
    let kept = [
        "shoal-3.db",
        "shoal-4.db",
        "shoal-5.db",
        "shoal-6.db",
        "shoal-7.db",
    ];
    assert_eq!(backups(dir.path()), kept);
    // A clock that was set back does not put backups off for a year.
    start(dir.path(), NOW);
    assert!(backups(dir.path()).contains(&"shoal-8.db".to_owned()));
}

#[test]
fn one_a_day_while_it_runs_too() {
    let dir = filled(2);
    start(dir.path(), NOW);
    assert_eq!(backups(dir.path()), ["shoal-1.db"]);
    let (store, _) = Store::open(dir.path(), NOW.plus_millis(DAY_MS - 1)).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while backups(dir.path()).len() < 2 && Instant::now() < until {
        store.commit_blocking(vec![put(9)]).unwrap();
    }
    close(&store);
    assert_eq!(backups(dir.path()), ["shoal-1.db", "shoal-2.db"]);
}

#[test]
fn a_backup_is_a_whole_store() {
    let dir = filled(5);
    let (store, _) = open(dir.path());
    store.commit_soon(vec![put(9)]);
    store.commit_blocking(vec![]).unwrap();
    let path = store.backup_now_blocking(NOW).unwrap();
    close(&store);
    let other = temp();
    fs::copy(path, db(other.path())).unwrap();
    let (store, loaded) = open(other.path());
    assert_eq!(loaded.torrents.len(), 6);
    assert!(loaded.set_aside.is_empty());
    assert_eq!(
        store.load_metainfo_blocking(hash(4)),
        Ok(Some(vec![4; 3_000]))
    );
    close(&store);
}

#[test]
fn commits_go_on_while_a_backup_is_made() {
    let dir = filled(200);
    let (store, _) = open(dir.path());
    let (tell, told) = std::sync::mpsc::channel();
    store.backup_now(NOW, move |result| tell.send(result).unwrap());
    for n in 0..20 {
        store.commit_blocking(vec![put(1_000 + n)]).unwrap();
    }
    // The one of the start may have been running; then this one was refused, not forgotten.
    assert!(matches!(
        told.recv().unwrap(),
        Ok(_) | Err(StoreError::Busy)
    ));
    close(&store);
    assert_eq!(look(dir.path()).torrents.len(), 220);
}

#[test]
fn an_unfinished_backup_is_never_used() {
    let dir = filled(1);
    fs::create_dir_all(dir.path().join("backups")).unwrap();
    fs::write(dir.path().join("backups/unfinished"), b"half").unwrap();
    fs::write(dir.path().join("backups/shoal-x.db"), b"not ours").unwrap();
    fs::write(db(dir.path()), b"rubbish").unwrap();
    let loaded = look(dir.path());
    assert!(loaded.set_aside[0].reason.ends_with("started afresh"));
}
