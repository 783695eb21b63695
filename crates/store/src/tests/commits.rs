//! A commit is all or nothing, and what was put off arrives in order.

use std::sync::mpsc;

use shoal_core::{SettingValue, UndoStep};

use super::*;

/// Makes every write of torrent 13 fail inside `SQLite`.
const TRAP: &str = "CREATE TEMP TRIGGER trap BEFORE INSERT ON main.torrents
    WHEN NEW.name = 'Torrent 13' BEGIN SELECT RAISE(ABORT, 'trapped'); END";

fn torrents(dir: &Path) -> Vec<InfoHash> {
    let list = look(dir).torrents;
    list.into_iter().map(|t| t.hash).collect()
}

#[test]
fn a_failing_operation_takes_the_whole_commit_back() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.commit_blocking(vec![put(1)]).unwrap();
    store.with_connection(|conn| conn.execute_batch(TRAP).unwrap());
    let ops = vec![
        StoreOp::DropTorrent(hash(1)),
        put(2),
        metainfo(2, 10),
        put(13),
        put(3),
    ];
    let result = store.commit_blocking(ops);
    assert!(matches!(result, Err(StoreError::Io(_))), "{result:?}");
    assert_eq!(store.load_metainfo_blocking(hash(2)), Ok(None));
    // The store works on.
    store.commit_blocking(vec![put(4)]).unwrap();
    close(&store);
    assert_eq!(torrents(dir.path()), [hash(1), hash(4)]);
}

#[test]
fn what_cannot_be_stored_is_refused_whole() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let step = UndoStep {
        id: u64::MAX,
        at: NOW,
        kind: shoal_core::StepKind::Removed,
        count: 0,
        inverse: vec![],
        undone: false,
    };
    let result = store.commit_blocking(vec![put(1), StoreOp::PutUndo(step)]);
    assert!(matches!(result, Err(StoreError::Unstorable(_))));
    close(&store);
    assert_eq!(torrents(dir.path()), []);
}

#[test]
fn what_was_put_off_is_written_on_close_and_on_drop() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.commit_soon(vec![put(1), put(2)]);
    close(&store);
    assert_eq!(torrents(dir.path()), [hash(1), hash(2)]);
    let (store, _) = open(dir.path());
    store.commit_soon(vec![put(3)]);
    drop(store);
    assert_eq!(torrents(dir.path()), [hash(1), hash(2), hash(3)]);
}

#[test]
fn what_was_put_off_goes_before_the_next_commit_and_before_reads() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let set = |value| StoreOp::PutSetting("a".to_owned(), Some(SettingValue::Int(value)));
    store.commit_soon(vec![set(1), metainfo(1, 5)]);
    store.commit_blocking(vec![set(2)]).unwrap();
    store.commit_soon(vec![metainfo(2, 5)]);
    assert!(store.load_metainfo_blocking(hash(2)).unwrap().is_some());
    close(&store);
    let setting = ("a".to_owned(), SettingValue::Int(2));
    assert_eq!(look(dir.path()).settings, [setting]);
}

#[test]
fn as_many_as_there_are_torrents_can_be_put_off_at_once() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.commit_soon((0..6_000).map(put).collect());
    close(&store);
    assert_eq!(look(dir.path()).torrents.len(), 6_000);
}

#[test]
fn many_that_wait_are_written_without_waiting_for_the_clock() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.commit_soon((0..256).map(put).collect());
    let count = |conn: &mut Connection| {
        let count = conn.query_row("SELECT count(*) FROM torrents", [], |row| row.get(0));
        count.unwrap()
    };
    let written: u32 = store.with_connection(count);
    assert_eq!(written, 256);
    close(&store);
}

#[test]
fn a_bad_write_that_was_put_off_does_not_stop_a_command() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store.with_connection(|conn| conn.execute_batch(TRAP).unwrap());
    store.commit_soon(vec![put(13)]);
    store.commit_blocking(vec![put(1)]).unwrap();
    close(&store);
    assert_eq!(torrents(dir.path()), [hash(1)]);
}

#[test]
fn callbacks_come_in_order_and_a_panic_in_one_harms_nobody() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let (tell, told) = mpsc::channel();
    for n in 0..50 {
        let tell = tell.clone();
        store.commit(vec![put(n)], move |result| tell.send((n, result)).unwrap());
    }
    store.commit(vec![put(50)], |_| panic!("on purpose"));
    store.load_metainfo(hash(1), move |result| {
        tell.send((99, result.map(|_| ()))).unwrap();
    });
    let order: Vec<_> = told.iter().collect();
    let expected: Vec<_> = (0..50).chain([99]).map(|n| (n, Ok(()))).collect();
    assert_eq!(order, expected);
    close(&store);
    assert_eq!(torrents(dir.path()).len(), 51);
}

#[test]
fn too_many_requests_are_refused_at_once_and_all_are_answered() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let (go, wait) = mpsc::channel::<()>();
    store.commit(vec![], move |_| wait.recv().unwrap());
    let (tell, told) = mpsc::channel();
    for n in 0..3_000 {
        let tell = tell.clone();
        store.commit(vec![put(n)], move |result| tell.send(result).unwrap());
    }
    drop(tell);
    go.send(()).unwrap();
    let results: Vec<_> = told.iter().collect();
    assert_eq!(results.len(), 3_000);
    let done = results.iter().filter(|r| r.is_ok()).count();
    assert!(
        results
            .iter()
            .all(|r| matches!(r, Ok(()) | Err(StoreError::Busy)))
    );
    close(&store);
    assert_eq!(torrents(dir.path()).len(), done);
}

#[test]
fn many_small_writes_that_may_wait_are_in_nobodys_way() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let (go, gate) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    store.load_metainfo(hash(0), move |_| gate.recv().unwrap());
    // The thread waits with us.
    for n in 0..5_000 {
        store.commit_soon(vec![put(n)]);
    }
    store.commit(vec![put(9_000)], move |result| tell.send(result).unwrap());
    go.send(()).unwrap();
    assert_eq!(told.recv().unwrap(), Ok(()));
    close(&store);
    assert_eq!(torrents(dir.path()).len(), 5_001, "none is lost");
}

#[test]
fn the_last_handle_may_be_dropped_by_a_callback() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let store = Arc::new(store);
    let held = Arc::clone(&store);
    let (tell, told) = mpsc::channel();
    store.commit(vec![put(1)], move |result| {
        drop(held);
        tell.send(result).unwrap();
    });
    drop(store);
    assert_eq!(told.recv().unwrap(), Ok(()));
}

#[test]
fn when_the_thread_dies_nobody_waits_for_it() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    let dir = temp();
    let (store, _) = open(dir.path());
    store.commit_blocking(vec![put(1)]).unwrap();
    let died = AssertUnwindSafe(|| store.with_connection(|_| panic!("as a test")));
    assert!(catch_unwind(died).is_err());
    assert_eq!(store.commit_blocking(vec![put(2)]), Err(StoreError::Closed));
    // The folder is free again.
    drop(store);
    assert_eq!(torrents(dir.path()), [hash(1)]);
}

#[test]
fn ten_thousand_torrents_are_labelled_and_that_is_taken_back() {
    let dir = temp();
    let (store, _) = open(dir.path());
    store
        .commit_blocking((0..10_000).map(put).collect())
        .unwrap();
    let films = shoal_core::Label {
        name: "films".to_owned(),
        colour: 1,
        ..shoal_core::Label::default()
    };
    let restored = shoal_core::Restored {
        torrents: (0..10_000).map(record).collect(),
        labels: vec![films],
        ..shoal_core::Restored::default()
    };
    let (mut state, _) = shoal_core::State::restore(restored, NOW);
    let all: Vec<InfoHash> = (0..10_000).map(hash).collect();
    let change = shoal_core::Command::ChangeLabels {
        hashes: all,
        add: vec!["new".to_owned()],
        remove: vec![],
    };
    for command in [change, shoal_core::Command::Undo, shoal_core::Command::Redo] {
        let begun = std::time::Instant::now();
        let id = shoal_core::CommandId(1);
        let effects = state.handle(shoal_core::Msg::Command(id, command), NOW);
        let decided = begun.elapsed();
        for effect in effects {
            if let shoal_core::Effect::Store(ops) = effect {
                store.commit_blocking(ops).unwrap();
            }
        }
        let took = begun.elapsed();
        state.handle(shoal_core::Msg::Stored, NOW);
        println!("decided {decided:?}, stored {took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
    close(&store);
    let expected = |n| TorrentRecord {
        labels: vec!["films".to_owned(), "new".to_owned()],
        ..record(n)
    };
    let loaded = look(dir.path()).torrents;
    assert!(loaded.into_iter().eq((0..10_000).map(expected)));
}
