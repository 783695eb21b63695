//! Whatever lies where the database should be: the store opens, and nothing is lost.

use std::fs;

use super::*;
use crate::schema;

/// Opens a damaged store: it says so, and the damaged bytes are still there.
fn set_aside(dir: &Path, bytes: &[u8]) -> Loaded {
    let (store, loaded) = open(dir);
    assert_eq!(loaded.set_aside.len(), 1, "{:?}", loaded.set_aside);
    assert_eq!(loaded.set_aside[0].what, "database");
    let file = loaded.set_aside[0].file.as_ref().unwrap();
    assert_eq!(fs::read(file).unwrap(), bytes);
    assert!(!loaded.clean_end);
    store.commit_blocking(vec![put(77)]).unwrap();
    close(&store);
    let again = look(dir);
    assert!(again.torrents.contains(&record(77)) && again.set_aside.is_empty());
    loaded
}

#[test]
fn garbage_is_renamed_and_a_fresh_store_made() {
    let dir = temp();
    for (n, garbage) in [
        &b"x"[..],
        &[0; 5_000],
        &[b'S'; 10_000],
        b"SQLite format 3\0",
        b"SQLite format 3\0aaaaaaaaaaa",
    ]
    .into_iter()
    .enumerate()
    {
        let dir = dir.path().join(n.to_string());
        fs::create_dir(&dir).unwrap();
        fs::write(db(&dir), garbage).unwrap();
        let loaded = set_aside(&dir, garbage);
        assert_eq!(loaded.torrents, []);
    }
}

#[test]
fn an_empty_file_is_a_new_store() {
    let dir = temp();
    fs::write(db(dir.path()), b"").unwrap();
    let (store, loaded) = open(dir.path());
    assert!(loaded.clean_end && loaded.set_aside.is_empty());
    close(&store);
}

#[test]
fn a_truncated_database_is_found_at_every_length() {
    let dir = filled(40);
    let whole = fs::read(db(dir.path())).unwrap();
    let lengths = [
        1,
        50,
        99,
        100,
        511,
        512,
        4_095,
        4_096,
        4_097,
        8_192,
        40_000,
        whole.len() / 2,
    ];
    for length in lengths
        .into_iter()
        .chain([whole.len() - 4_096, whole.len() - 1])
    {
        let dir = temp();
        fs::write(db(dir.path()), &whole[..length]).unwrap();
        let loaded = set_aside(dir.path(), &whole[..length]);
        assert_eq!(loaded.torrents, [], "{length}");
    }
}

#[test]
fn a_page_of_rubbish_is_found_after_a_crash() {
    let dir = filled(40);
    let (store, _) = open(dir.path());
    store.backup_now_blocking(NOW).unwrap();
    drop(store);
    let mut bytes = fs::read(db(dir.path())).unwrap();
    let middle = bytes.len() / 4_096 / 2 * 4_096;
    bytes[middle..middle + 4_096].fill(0xa5);
    fs::write(db(dir.path()), &bytes).unwrap();
    let loaded = set_aside(dir.path(), &bytes);
    assert_eq!(loaded.torrents.len(), 40);
}

#[test]
fn the_newest_good_backup_takes_the_place() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store
        .commit_blocking(vec![put(1), metainfo(1, 9_000)])
        .unwrap();
    let data = shoal_core::ResumeData {
        have: Bitfield::full(9),
        stamps: vec![],
        owned: Bitfield::full(1),
        clean: true,
        volume: None,
    };
    store.save_resume_blocking(hash(1), data).unwrap();
    store.backup_now_blocking(NOW).unwrap();
    store.commit_blocking(vec![put(2)]).unwrap();
    let newest = store.backup_now_blocking(NOW).unwrap();
    close(&store);
    // The newest is damaged as well: the one before is used.
    fs::write(newest, b"rubbish").unwrap();
    fs::write(db(dir.path()), b"rubbish").unwrap();
    let loaded = set_aside(dir.path(), b"rubbish");
    assert_eq!(loaded.torrents, [record(1)]);
    let (store, _) = open(dir.path());
    assert!(store.load_metainfo_blocking(hash(1)).unwrap().is_some());
    // What it knew of the data is history.
    let resume = store.load_resume_blocking(hash(1)).unwrap().unwrap();
    assert!(!resume.clean && resume.have.is_full());
    close(&store);
    assert!(!names(dir.path()).iter().any(|n| n.contains("restoring")));
}

#[test]
fn a_missing_or_emptied_database_is_restored_too() {
    let dir = filled(3);
    let (store, _) = open(dir.path());
    store.backup_now_blocking(NOW).unwrap();
    close(&store);
    fs::write(db(dir.path()), b"").unwrap();
    assert_eq!(set_aside(dir.path(), b"").torrents.len(), 3);
    fs::remove_file(db(dir.path())).unwrap();
    let loaded = look(dir.path());
    assert_eq!((loaded.torrents.len(), loaded.set_aside.len()), (3, 1));
    assert_eq!(loaded.set_aside[0].file, None);
}

#[test]
fn another_programs_database_is_kept_whole() {
    let dir = temp();
    let other = raw(dir.path());
    other
        .execute_batch(
            "CREATE TABLE torrents (a); INSERT INTO torrents VALUES (1); PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(other);
    let bytes = fs::read(db(dir.path())).unwrap();
    set_aside(dir.path(), &bytes);
}

#[test]
fn our_own_database_without_its_tables_is_damaged() {
    let dir = filled(1);
    raw(dir.path()).execute_batch("DROP TABLE labels").unwrap();
    let bytes = fs::read(db(dir.path())).unwrap();
    set_aside(dir.path(), &bytes);
}

#[test]
fn a_folder_in_its_place_is_renamed() {
    let dir = temp();
    fs::create_dir(db(dir.path())).unwrap();
    let loaded = look(dir.path());
    assert!(loaded.set_aside[0].file.as_ref().unwrap().is_dir());
}

#[test]
fn names_that_are_taken_are_never_reused() {
    let dir = temp();
    for n in 1..4 {
        fs::write(db(dir.path()), b"rubbish").unwrap();
        look(dir.path());
        let name = format!("shoal.db.damaged-{n}");
        assert!(names(dir.path()).contains(&name), "{name}");
    }
}

#[test]
fn a_newer_database_is_refused_and_not_touched() {
    let dir = filled(1);
    raw(dir.path())
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = (fs::read(db(dir.path())).unwrap(), names(dir.path()));
    let error = StoreError::TooNew {
        found: 99,
        known: schema::newest(schema::MIGRATIONS),
    };
    assert_eq!(Store::open(dir.path(), NOW).err(), Some(error.clone()));
    assert_eq!(
        (fs::read(db(dir.path())).unwrap(), names(dir.path())),
        before
    );

    // Also when the new version is still in the write-ahead log only.
    raw(dir.path())
        .pragma_update(None, "user_version", schema::newest(schema::MIGRATIONS))
        .unwrap();
    let conn = raw(dir.path());
    conn.set_db_config(
        rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
        true,
    )
    .unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let before = fs::read(db(dir.path())).unwrap();
    assert_eq!(Store::open(dir.path(), NOW).err(), Some(error));
    assert_eq!(fs::read(db(dir.path())).unwrap(), before);
}

/// Numbers that look random and are the same in every run.
fn noise(seed: u64) -> impl Iterator<Item = usize> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::from_fn(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).ok()
    })
}

#[test]
fn bytes_changed_anywhere_never_stop_a_start() {
    let dir = filled(30);
    let (store, _) = open(dir.path());
    store.backup_now_blocking(NOW).unwrap();
    close(&store);
    let whole = fs::read(db(dir.path())).unwrap();
    for seed in 0..60 {
        let mut bytes = whole.clone();
        let mut noise = noise(seed);
        for _ in 0..=seed % 7 * 20 {
            // Every other time near the start of a page, where the structure is.
            let at = noise.next().unwrap() % bytes.len();
            let at = if seed % 2 == 0 {
                at
            } else {
                at / 4_096 * 4_096 + at % 64
            };
            let byte = noise.next().unwrap().to_le_bytes()[0];
            // What looks like a newer Shoal's is refused, not replaced: that is another story.
            if !(60..64).contains(&at) {
                bytes[at] = byte;
            }
        }
        fs::write(db(dir.path()), &bytes).unwrap();
        // Damage that no start looks for is met by a read, a write or the daily check, and then the
        // next start looks for it: soon the store is sound, whatever it was.
        let sound = (0..3).any(|_| {
            let (store, loaded) = open(dir.path());
            let read = (0..30).all(|n| store.load_metainfo_blocking(hash(n)).is_ok());
            let written = store.commit_blocking((50..80).map(put).collect()).is_ok();
            let backed_up = store.backup_now_blocking(NOW).is_ok();
            let sound = read && written && backed_up;
            let closed = store.close(DEADLINE);
            assert!(closed.is_ok() || !sound, "{seed} {closed:?}");
            sound && loaded.torrents.len() >= 29
        });
        assert!(sound, "{seed}");
        // Start the next round from the same backup only.
        for file in crate::backup::list(dir.path()).iter().rev().skip(1) {
            fs::remove_file(file).unwrap();
        }
    }
}
