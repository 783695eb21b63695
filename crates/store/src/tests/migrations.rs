//! From one version to the next, with migrations made up for the purpose.

use std::collections::HashSet;

use shoal_core::{Change, Label, Limit, Rules, Then};

use super::*;
use crate::{
    backup,
    open::open_with,
    schema::{self, MIGRATIONS},
};

/// All steps there are, and these.
fn and(more: &[&'static [&'static str]]) -> Vec<&'static [&'static str]> {
    [MIGRATIONS, more].concat()
}

/// Two more steps.
fn good() -> Vec<&'static [&'static str]> {
    and(&[
        &["ALTER TABLE labels ADD COLUMN icon TEXT"],
        &["CREATE TABLE extra (a)", "INSERT INTO extra VALUES (5)"],
    ])
}

/// One more, which is wrong.
fn failing() -> Vec<&'static [&'static str]> {
    and(&[&["CREATE TABLE extra (a)", "INSERT INTO nowhere VALUES (5)"]])
}

/// The version that this Shoal makes.
fn newest() -> i64 {
    schema::newest(MIGRATIONS)
}

/// A database as version 0.1.0 left it, with two torrents and all that belongs to them.
const V1: &str = include_str!("v1.sql");
/// What is to be done with that for a database as the version before logs and searches left it.
const V2: &str = include_str!("v2.sql");
/// And with that for a database as the version before watch folders left it.
const V6: &str = include_str!("v6.sql");
/// And with that for a database as the version before limits and goals left it.
const V7: &str = include_str!("v7.sql");

/// The statements by which a database was made, however they are laid out.
fn tables(conn: &Connection) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0));
    let words = |sql: String| sql.split_whitespace().collect::<Vec<_>>().join(" ");
    rows.unwrap().map(|sql| words(sql.unwrap())).collect()
}

#[test]
fn a_version_that_was_released_is_never_edited() {
    let released = Connection::open_in_memory().unwrap();
    let ours = Connection::open_in_memory().unwrap();
    for (text, steps) in [(V1, 0..1), (V2, 1..2), (V6, 2..6), (V7, 6..7)] {
        released.execute_batch(text).unwrap();
        for sql in MIGRATIONS[steps].iter().copied().flatten() {
            ours.execute_batch(sql).unwrap();
        }
        assert_eq!(tables(&released), tables(&ours));
    }
}

#[test]
fn a_database_of_the_first_version_keeps_everything() {
    let dir = temp();
    raw(dir.path()).execute_batch(V1).unwrap();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.set_aside, []);
    let [whole, magnet] = &loaded.torrents[..] else {
        panic!("{:?}", loaded.torrents);
    };
    let mut expected = record(1);
    expected.labels = vec!["films".to_owned()];
    // The other was added before it.
    expected.rank = 2;
    assert_eq!(*whole, expected);
    assert_eq!((magnet.hash, magnet.summary.as_ref()), (hash(2), None));
    let resume = store.load_resume_blocking(hash(1)).unwrap().unwrap();
    let stamp = |size, modified_ns| shoal_core::FileStamp {
        size_bytes: size,
        modified_ns,
        file_id: 0,
    };
    assert_eq!(resume.stamps, [stamp(Some(256), 77), stamp(None, 0)]);
    assert!(resume.clean && resume.have.is_full() && resume.volume.is_none());
    let bytes = store.load_metainfo_blocking(hash(1)).unwrap();
    assert_eq!(bytes, Some(b"de".to_vec()));
    let removed = shoal_core::Change::Restore(hash(2));
    assert_eq!(loaded.undo[0].inverse, [removed]);
    close(&store);
    assert_eq!(version(dir.path()), newest());
    // The way back is a backup of before.
    let oldest = backup::list(dir.path()).pop().unwrap();
    let before = Connection::open(oldest).unwrap();
    let of_before = before.query_row("PRAGMA user_version", [], |row| row.get(0));
    assert_eq!(of_before, Ok(1));
    assert_eq!(look(dir.path()).torrents, loaded.torrents);
}

#[test]
fn a_database_of_the_second_version_keeps_everything_and_can_be_searched() {
    let dir = temp();
    raw(dir.path()).execute_batch(&[V1, V2].concat()).unwrap();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.set_aside, []);
    let mut expected = record(1);
    expected.rank = 2;
    let renames = [(1, "Unter/Ärger.mkv".to_owned())];
    expected.renames = Arc::new(renames.into_iter().collect());
    assert_eq!(loaded.torrents.len(), 2);
    assert_eq!(loaded.torrents[0], expected);
    let labels: Vec<_> = loaded.labels.iter().map(|l| (&*l.name, l.colour)).collect();
    assert_eq!(labels, [("films", 1), ("Films", 2)]);
    let steps: Vec<_> = loaded.undo.iter().map(|step| step.id).collect();
    assert_eq!(steps, [1, 2]);
    // The order of the list was a setting.
    let order = ("list.sort".to_owned(), "{\"by\":\"name\"}".to_owned());
    assert_eq!(loaded.prefs, [order]);
    let settings: Vec<_> = loaded.settings.iter().map(|(key, _)| &**key).collect();
    assert_eq!(settings, ["network.dht", "window.sidebar"]);
    // Nothing is known of what was before, and nothing is in the way of what comes.
    assert_eq!(loaded.tallied, crate::Tallied::default());
    assert_eq!(store.load_log_blocking(hash(1), None).unwrap(), []);
    for (text, file) in [("A.MKV", "a.mkv"), ("ärger unter", "Unter/Ärger.mkv")] {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        let found = store.find_files_blocking(&words, &HashSet::new(), 9);
        let there = vec![(hash(1), file.to_owned())];
        assert_eq!(found.unwrap(), (there, false), "{text}");
    }
    close(&store);
    assert_eq!(version(dir.path()), newest());
    assert_eq!(look(dir.path()).prefs, loaded.prefs);
}

#[test]
fn a_database_of_the_sixth_version_gets_an_order_and_knows_what_was_removed() {
    let dir = temp();
    let six = [V1, V2, V6].concat();
    raw(dir.path()).execute_batch(&six).unwrap();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.set_aside, []);
    // By when they were added, and of those of one moment as they were added.
    let order = loaded.torrents.iter().map(|t| (t.hash, t.rank));
    let order: Vec<_> = order.collect();
    assert_eq!(order, [(hash(1), 2), (hash(2), 1), (hash(3), 3)]);
    let removed = (hash(2), Timestamp(9));
    assert_eq!(loaded.watch.tombstones, [removed]);
    assert_eq!(loaded.watch.folders, []);
    assert_eq!(loaded.watch.next, (1, 1));
    assert_eq!(store.load_log_blocking(hash(1), None).unwrap().len(), 1);
    assert_eq!(loaded.tallied.downloaded_bytes, 7);
    assert_eq!(loaded.prefs.len(), 1);
    close(&store);
    assert_eq!(version(dir.path()), newest());
    let again = look(dir.path());
    assert_eq!(
        (again.torrents, again.watch),
        (loaded.torrents, loaded.watch)
    );
}

#[test]
fn a_database_of_the_seventh_version_has_no_rules_yet_and_takes_them() {
    let dir = temp();
    let seven = [V1, V2, V6, V7].concat();
    raw(dir.path()).execute_batch(&seven).unwrap();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.set_aside, []);
    assert_eq!(loaded.torrents.len(), 3);
    for t in &loaded.torrents {
        assert_eq!(t.rules, Rules::default());
        assert_eq!(
            (t.seeded_s, t.idle_s, t.goal_done, t.done_due),
            (0, 0, false, false)
        );
    }
    let plain = |name: &str, colour| Label {
        name: name.to_owned(),
        colour,
        ..Label::default()
    };
    assert_eq!(loaded.labels, [plain("films", 1), plain("Films", 2)]);
    // A step of before says nothing of what a label brings.
    let step = loaded.undo.iter().find(|step| step.id == 3).unwrap();
    assert_eq!(step.inverse, [Change::PutLabel(plain("old", 3))]);
    let rules = Rules {
        up: Limit::Value(50_000),
        then: Some(Then::Low),
        ..Rules::default()
    };
    let films = Label {
        rules,
        ..plain("films", 4)
    };
    let ops = vec![
        StoreOp::PutLabel(films.clone()),
        StoreOp::SetRules(hash(1), rules),
        StoreOp::SetRank(hash(2), -7),
    ];
    store.commit_blocking(ops).unwrap();
    close(&store);
    assert_eq!(version(dir.path()), newest());
    let again = look(dir.path());
    assert_eq!(again.labels, [films, plain("Films", 2)]);
    assert_eq!(again.torrents[0].rules, rules);
    assert_eq!(again.torrents[1].rank, -7);
}

fn version(dir: &Path) -> i64 {
    let conn = raw(dir);
    conn.query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

#[test]
fn every_step_is_taken_once_and_a_backup_made_before() {
    let dir = filled(3);
    for _ in 0..2 {
        let opened = open_with(dir.path(), NOW, &good(), &mut |_| ()).unwrap();
        assert_eq!(opened.loaded.torrents.len(), 3);
        drop(opened);
        assert_eq!(version(dir.path()), newest() + 2);
    }
    let backups = backup::list(dir.path());
    assert_eq!(backups.len(), 1);
    let old = Connection::open(&backups[0]).unwrap();
    let version: i64 = old
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, newest());
    let sum: i64 = raw(dir.path())
        .query_row("SELECT sum(a) FROM extra", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sum, 5);
    // The program that knows one step less leaves it alone.
    assert!(matches!(
        Store::open(dir.path(), NOW),
        Err(StoreError::TooNew { found, .. }) if found == newest() + 2
    ));
}

#[test]
fn a_step_that_fails_changes_nothing_and_loses_nothing() {
    let dir = filled(3);
    assert!(open_with(dir.path(), NOW, &failing(), &mut |_| ()).is_err());
    let files = names(dir.path());
    assert!(!files.iter().any(|n| n.contains("damaged")), "{files:?}");
    assert_eq!(version(dir.path()), newest());
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
    let opened = open_with(dir.path(), NOW, &good(), &mut |_| ()).unwrap();
    assert_eq!(opened.loaded.torrents.len(), 3);
    assert_eq!(opened.loaded.set_aside.len(), 1);
    drop(opened);
    assert_eq!(version(dir.path()), newest() + 2);
}
