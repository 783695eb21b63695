//! Tests of the whole store, through its handle, on temporary folders. Those that need a database in
//! a state which no correct program makes get there with a connection of their own.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests"
)]

mod backups;
mod commits;
mod damaged;
mod file_names;
mod full_disk;
mod killed;
mod logs;
mod migrations;
mod round_trip;
mod rows;
mod rules;
mod tally;
mod watch;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rusqlite::Connection;
use shoal_core::{
    Bitfield, InfoHash, Intent, MetaSummary, Selection, SettingValue, Source, StoreOp, Timestamp,
    TorrentRecord,
};
use tempfile::TempDir;

use crate::{Loaded, Store, StoreError};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const DAY_MS: i64 = 24 * 3_600 * 1_000;
const DEADLINE: Duration = Duration::from_secs(30);

fn temp() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(dir: &Path) -> (Store, Loaded) {
    Store::open(dir, NOW).unwrap()
}

fn close(store: &Store) {
    store.close(DEADLINE).unwrap();
}

/// What a start finds, after which the store is closed again.
fn look(dir: &Path) -> Loaded {
    let (store, loaded) = open(dir);
    close(&store);
    loaded
}

fn db(dir: &Path) -> PathBuf {
    dir.join("shoal.db")
}

fn raw(dir: &Path) -> Connection {
    Connection::open(db(dir)).unwrap()
}

fn hash(n: u32) -> InfoHash {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    InfoHash(bytes)
}

fn record(n: u32) -> TorrentRecord {
    TorrentRecord {
        hash: hash(n),
        name: format!("Torrent {n}"),
        added_at: NOW.plus_millis(i64::from(n)),
        source: Source::File(format!("{n}.torrent")),
        trackers: vec![vec![format!("https://tracker.example/{n}/announce")]],
        save_path: PathBuf::from("/downloads"),
        disk_name: format!("Torrent {n}"),
        summary: Some(MetaSummary {
            total_bytes: 1 << 30,
            piece_length: 1 << 20,
            piece_count: 1 << 10,
            file_count: 3,
            private: false,
        }),
        selection: Selection::Only(Bitfield::full(3)),
        awaiting_choice: false,
        rank: i64::from(n),
        intent: Intent::Run,
        labels: vec!["films".to_owned()],
        have_bytes: 5,
        wanted_bytes: 1 << 30,
        downloaded_bytes: 7,
        uploaded_bytes: 9,
        completed_at: None,
        removed_at: None,
        trashed: false,
        order: shoal_core::Order::Spread,
        first_last: false,
        priorities: Arc::default(),
        renames: Arc::default(),
        unfinished_path: None,
        part_suffix: false,
        moving: None,
        trash_pending: false,
        peers: vec![],
        rules: shoal_core::Rules::default(),
        seeded_s: 0,
        idle_s: 0,
        goal_done: false,
        done_due: false,
    }
}

fn put(n: u32) -> StoreOp {
    StoreOp::PutTorrent(Box::new(record(n)))
}

fn metainfo(n: u32, bytes: usize) -> StoreOp {
    StoreOp::PutMetainfo(hash(n), Arc::new(vec![n.to_be_bytes()[3]; bytes]))
}

/// A folder whose store holds `count` torrents with metainfo and was closed.
fn filled(count: u32) -> TempDir {
    let dir = temp();
    let (store, _) = open(dir.path());
    let ops = (0..count).flat_map(|n| [put(n), metainfo(n, 3_000)]);
    store.commit_blocking(ops.collect()).unwrap();
    close(&store);
    dir
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_store_is_empty_and_a_second_start_knows_how_the_first_ended() {
    let dir = temp();
    let (store, loaded) = open(dir.path());
    assert!(loaded.clean_end && loaded.torrents.is_empty() && loaded.set_aside.is_empty());
    close(&store);
    assert_eq!(store.close(DEADLINE), Err(StoreError::Closed));
    assert_eq!(store.commit_blocking(vec![put(1)]), Err(StoreError::Closed));
    let (store, loaded) = open(dir.path());
    assert!(loaded.clean_end);
    drop(store);
    let loaded = look(dir.path());
    assert!(!loaded.clean_end && loaded.set_aside.is_empty());
    assert!(look(dir.path()).clean_end);
    // The database is one file again when nobody uses it.
    assert!(!names(dir.path()).iter().any(|n| n.ends_with("-wal")));
}

#[test]
fn a_second_instance_is_refused_while_the_first_lives() {
    let dir = temp();
    let (store, _) = open(dir.path());
    assert_eq!(Store::open(dir.path(), NOW).err(), Some(StoreError::InUse));
    assert!(crate::InstanceLock::acquire(dir.path()).unwrap().is_none());
    drop(store);
    let lock = crate::InstanceLock::acquire(dir.path()).unwrap().unwrap();
    assert_eq!(Store::open(dir.path(), NOW).err(), Some(StoreError::InUse));
    let (store, _) = Store::open_locked(lock, NOW).unwrap();
    close(&store);
    // Closed is enough: the handle may live on.
    let (second, _) = open(dir.path());
    close(&second);
    drop(store);
}

#[test]
fn what_a_window_is_made_by_is_told_before_the_list() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let setting = StoreOp::PutSetting("a".to_owned(), Some(SettingValue::Int(7)));
    let pref = StoreOp::PutPref("b".to_owned(), Some("c".to_owned()));
    store.commit_blocking(vec![put(1), setting, pref]).unwrap();
    close(&store);
    let lock = crate::InstanceLock::acquire(dir.path()).unwrap().unwrap();
    let mut told = Vec::new();
    let tell = |ahead: &Loaded| {
        told.push((ahead.settings.clone(), ahead.prefs.clone()));
        assert!(ahead.torrents.is_empty());
    };
    let (_store, loaded) = Store::open_telling(lock, NOW, tell).unwrap();
    assert_eq!(loaded.torrents.len(), 1);
    assert_eq!(loaded.prefs, [("b".to_owned(), "c".to_owned())]);
    assert_eq!(told, [(loaded.settings, loaded.prefs)]);
}

#[test]
fn ten_thousand_torrents_load_fast() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store
        .commit_blocking((0..10_000).map(put).collect())
        .unwrap();
    let start = std::time::Instant::now();
    for n in 0..20 {
        store.commit_blocking(vec![put(n)]).unwrap();
    }
    let commits = start.elapsed();
    close(&store);
    let start = std::time::Instant::now();
    let (store, loaded) = open(dir.path());
    let load = start.elapsed();
    println!("load {load:?}, 20 commits {commits:?}");
    assert_eq!(loaded.torrents.len(), 10_000);
    // Far above what is meant, for a busy machine: it is to find a change of kind, not of degree.
    assert!(load < Duration::from_secs(3), "{load:?}");
    close(&store);
}

#[test]
fn the_handle_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Store>();
    shared::<crate::InstanceLock>();
    shared::<StoreError>();
}
