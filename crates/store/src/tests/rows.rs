//! One bad row costs that row, is kept, and is told.

use shoal_core::{Label, ResumeData, SettingValue, StepKind, UndoStep};

use super::*;

/// A store with one good row in each table; `damage` is then run on it.
fn damaged(damage: &str) -> TempDir {
    let dir = temp();
    let (store, _) = open(dir.path());
    let data = ResumeData {
        have: Bitfield::full(9),
        stamps: vec![],
        owned: Bitfield::full(1),
        clean: true,
        volume: None,
    };
    store
        .commit_blocking(vec![
            put(1),
            put(2),
            metainfo(1, 10),
            metainfo(2, 10),
            StoreOp::PutLabel(Label {
                name: "good".to_owned(),
                colour: 1,
                ..Label::default()
            }),
            StoreOp::PutSetting("network.dht".to_owned(), Some(SettingValue::Bool(false))),
            StoreOp::PutUndo(UndoStep {
                id: 1,
                at: NOW,
                kind: StepKind::Removed,
                count: 1,
                inverse: vec![],
                undone: false,
            }),
        ])
        .unwrap();
    store.save_resume_blocking(hash(1), data.clone()).unwrap();
    store.save_resume_blocking(hash(2), data).unwrap();
    close(&store);
    raw(dir.path()).execute_batch(damage).unwrap();
    dir
}

/// After `damage`, exactly one row is set aside from `table`, once and for good.
fn one_row_less(table: &str, damage: &str) -> (TempDir, Loaded) {
    let dir = damaged(damage);
    let loaded = look(dir.path());
    assert_eq!(
        loaded.set_aside.len(),
        1,
        "{damage}: {:?}",
        loaded.set_aside
    );
    let what = &loaded.set_aside[0].what;
    assert!(what.starts_with(table), "{damage}: {what}");
    assert_eq!(look(dir.path()).set_aside, [], "{damage}");
    let kept: (String, String, i64) = raw(dir.path())
        .query_row("SELECT table_name, dump, at FROM set_aside", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!((kept.0.as_str(), kept.2), (table, NOW.0));
    let dump: serde_json::Value = serde_json::from_str(&kept.1).unwrap();
    assert!(dump.is_object());
    (dir, loaded)
}

#[test]
fn torrents() {
    let changes = [
        "hash = x'0102'",
        "hash = 'text'",
        "hash = NULL",
        "name = x'05'",
        "name = NULL",
        "name = CAST(x'ff' AS TEXT)",
        "added_at = 'soon'",
        "source_kind = 'stork'",
        "trackers = '[['",
        "trackers = '{}'",
        "save_path = 'text'",
        "total_bytes = -1",
        "total_bytes = NULL",
        "piece_length = 5000000000",
        "private = 2",
        "selection_len = 900",
        "selection = NULL",
        "awaiting_choice = 7",
        "intent = 'fly'",
        "labels = 'x'",
        "have_bytes = -5",
        "wanted_bytes = 1.5",
        "completed_at = x'00'",
        "trashed = NULL",
        "piece_order = 'random'",
        "first_last = NULL",
        "priorities = x'0102'",
        "priorities = x'0000000009'",
        "unfinished_path = 'text'",
        "part_suffix = 2",
        "moving = '{}'",
        "moving = x'2f'",
        "trash_pending = 'x'",
        "peers = '[\"nobody\"]'",
    ];
    for change in changes {
        let damage = format!("UPDATE torrents SET {change} WHERE rowid = 1");
        let (dir, loaded) = one_row_less("torrents", &damage);
        assert_eq!(loaded.torrents, [record(2)], "{change}");
        // What belongs to it stays: the row may be mended by hand.
        let (store, _) = open(dir.path());
        assert!(store.load_metainfo_blocking(hash(1)).unwrap().is_some());
        close(&store);
    }
}

#[test]
fn labels_settings_and_meta() {
    let (_dir, loaded) = one_row_less("labels", "INSERT INTO labels VALUES ('bad', 999, '')");
    assert_eq!(loaded.labels.len(), 1);
    one_row_less("labels", "INSERT INTO labels VALUES (x'00', 1, '')");
    for value in ["'{'", "'[1]'", "'null'", "'1.5'", "x'05'", "NULL"] {
        let damage = format!("INSERT INTO settings VALUES ('network.utp', {value})");
        let (_dir, loaded) = one_row_less("settings", &damage);
        assert_eq!(loaded.settings.len(), 1, "{value}");
    }
    one_row_less(
        "meta",
        "UPDATE meta SET value = 'x' WHERE key = 'ended_clean'",
    );
}

#[test]
fn a_setting_of_a_newer_version_stays_untouched() {
    let dir = damaged(
        "INSERT INTO settings VALUES ('new.list', '[1, {\"a\": 2}]'), ('new.flag', 'true')",
    );
    let loaded = look(dir.path());
    assert_eq!(loaded.set_aside, []);
    let flag = ("new.flag".to_owned(), SettingValue::Bool(true));
    assert!(loaded.settings.contains(&flag));
    let sql = "SELECT value FROM settings WHERE key = 'new.list'";
    let value: String = raw(dir.path())
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    assert_eq!(value, "[1, {\"a\": 2}]");
}

#[test]
fn undo_steps() {
    let bad = [
        "(2, 999, '{}')",
        "(2, 1, '{}')",
        "(2, 1, 'x')",
        "(2, 1, NULL)",
        "(-2, 1, '{\"at\":1,\"kind\":\"removed\",\"count\":1,\"inverse\":[],\"undone\":false}')",
        "(2, 1, '{\"at\":1,\"kind\":\"flown\",\"count\":1,\"inverse\":[],\"undone\":false}')",
        "(2, 1, '{\"at\":1,\"kind\":\"removed\",\"count\":1,\"inverse\":[{\"restore\":\"zz\"}],\"undone\":false}')",
    ];
    for row in bad {
        let (_dir, loaded) = one_row_less("undo", &format!("INSERT INTO undo VALUES {row}"));
        assert_eq!(loaded.undo.len(), 1, "{row}");
    }
}

#[test]
fn metainfo_and_resume() {
    for change in ["bytes = 'text'", "bytes = NULL", "hash = x'01'"] {
        let damage = format!("UPDATE metainfo SET {change} WHERE rowid = 1");
        let (dir, _) = one_row_less("metainfo", &damage);
        let (store, _) = open(dir.path());
        assert_eq!(store.load_metainfo_blocking(hash(1)), Ok(None));
        assert!(store.load_metainfo_blocking(hash(2)).unwrap().is_some());
        close(&store);
    }
    for change in [
        "have = x'00'",
        "have_len = -1",
        "owned = 'x'",
        "stamps = 1",
        "clean = 'x'",
        "file_ids = x'01'",
        "file_ids = 5",
    ] {
        let damage = format!("UPDATE resume SET {change} WHERE rowid = 1");
        let (dir, _) = one_row_less("resume", &damage);
        let (store, _) = open(dir.path());
        assert_eq!(store.load_resume_blocking(hash(1)), Ok(None));
        assert!(store.load_resume_blocking(hash(2)).unwrap().is_some());
        close(&store);
    }
}

#[test]
fn names() {
    for names in [
        "NULL",
        "x'00'",
        "'[]'",
        "'{\"1\":\"../x\"}'",
        "'{\"1\":\"/etc\"}'",
        "'{\"one\":\"x\"}'",
    ] {
        let damage =
            format!("INSERT INTO names SELECT hash, {names} FROM torrents WHERE rowid = 1");
        let (_dir, loaded) = one_row_less("names", &damage);
        assert_eq!(loaded.torrents, [record(1), record(2)], "{names}");
    }
}

#[test]
fn what_only_a_read_finds_is_set_aside_then() {
    for change in [
        "stamps = x'0102'",
        "clean = 5",
        "volume = 'half'",
        "file_ids = x'0102030405060708'",
    ] {
        let dir = damaged(&format!("UPDATE resume SET {change} WHERE rowid = 1"));
        let (store, loaded) = open(dir.path());
        assert_eq!(loaded.set_aside, []);
        assert_eq!(store.load_resume_blocking(hash(1)), Ok(None));
        assert!(store.load_resume_blocking(hash(2)).unwrap().is_some());
        close(&store);
        let sql = "SELECT count(*) FROM set_aside WHERE table_name = 'resume'";
        let kept: u32 = raw(dir.path())
            .query_row(sql, [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, 1);
    }
}
