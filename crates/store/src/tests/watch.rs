//! Watch folders: their rules, their history, and what was removed.

use std::sync::mpsc;

use shoal_core::{
    AfterAdd, AfterState, Change, StepKind, Subfolders, UndoStep, WATCH_ENTRIES_MAX, WatchCounts,
    WatchEntry, WatchFolder, WatchId, WatchOutcome, WatchRules, WatchStamp,
};

use super::*;

const ODD: &str = "a'\"\\\u{0}\u{202e}é\u{1f980}\n%_;--";

/// A path that is no text, where that can be.
fn odd_path() -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        PathBuf::from(std::ffi::OsStr::from_bytes(b"/a\xff/b"))
    }
    #[cfg(not(unix))]
    PathBuf::from("C:\\a")
}

fn plain(id: u32) -> WatchFolder {
    WatchFolder {
        id: WatchId(id),
        rules: WatchRules::of(format!("/in/{id}").into()),
    }
}

fn elaborate(id: u32) -> WatchFolder {
    WatchFolder {
        id: WatchId(id),
        rules: WatchRules {
            path: odd_path(),
            enabled: false,
            save_to: Some(odd_path()),
            labels: vec![ODD.to_owned()],
            start: false,
            top: true,
            subfolders: Subfolders::Labels,
            after: AfterAdd::Move(odd_path()),
            bad_folder: Some(odd_path()),
            include: vec![ODD.to_owned(), "*".to_owned()],
            exclude: vec!["[a-z]".to_owned()],
            always_poll: true,
        },
    }
}

fn entry(id: u64, folder: u32, file: &str, outcome: WatchOutcome) -> WatchEntry {
    WatchEntry {
        id,
        at: NOW.plus_millis(i64::try_from(id).unwrap()),
        folder: WatchId(folder),
        folder_path: format!("/in/{folder}").into(),
        file: file.into(),
        stamp: WatchStamp {
            size: 7,
            mtime_ns: -5,
            file_id: u64::MAX,
        },
        outcome,
        hashes: vec![],
        after: AfterState::None,
    }
}

fn added(n: u32) -> WatchOutcome {
    WatchOutcome::Torrents(WatchCounts {
        name: ODD.to_owned(),
        added: n,
        ..WatchCounts::default()
    })
}

fn bad() -> WatchOutcome {
    WatchOutcome::Bad {
        code: "watch_bad_io".into(),
        params: vec![("detail".into(), ODD.to_owned())],
    }
}

fn news() -> WatchOutcome {
    WatchOutcome::Folder {
        code: "watch_gone".into(),
        params: vec![],
    }
}

fn put_entry(entry: &WatchEntry) -> StoreOp {
    StoreOp::PutWatchEntry(Box::new(entry.clone()))
}

fn put_folder(folder: WatchFolder) -> StoreOp {
    StoreOp::PutWatch(Box::new(folder))
}

/// An entry that tells of this torrent.
pub(super) fn told(id: u64, hash: InfoHash) -> StoreOp {
    let mut entry = entry(id, 1, &id.to_string(), added(1));
    entry.hashes = vec![hash];
    put_entry(&entry)
}

/// Waits for what the store tells.
fn wait<T: Send + 'static>(ask: impl FnOnce(Box<dyn FnOnce(Result<T, StoreError>) + Send>)) -> T {
    let (tell, told) = mpsc::channel();
    ask(Box::new(move |result| drop(tell.send(result))));
    told.recv().unwrap().unwrap()
}

pub(super) fn page(
    store: &Store,
    before: Option<u64>,
    folder: Option<u32>,
    problems: bool,
    n: u32,
) -> Vec<WatchEntry> {
    wait(|done| store.watch_history(before, folder.map(WatchId), problems, n, done))
}

fn ids(entries: &[WatchEntry]) -> Vec<u64> {
    entries.iter().map(|e| e.id).collect()
}

#[test]
fn rules_and_what_was_removed_come_back_as_they_were() {
    let dir = temp();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.watch.next, (1, 1));
    let mut afters = vec![];
    for (n, after) in (4..).zip([AfterAdd::Trash, AfterAdd::Delete, AfterAdd::Keep]) {
        let mut folder = plain(n);
        (folder.rules.after, folder.rules.subfolders) = (after, Subfolders::On);
        afters.push(folder);
    }
    let mut ops = vec![
        put_folder(plain(3)),
        put_folder(plain(2)),
        put_folder(plain(1)),
    ];
    ops.push(put_folder(elaborate(2)));
    ops.push(StoreOp::DropWatch(WatchId(1)));
    ops.extend(afters.iter().cloned().map(put_folder));
    let dead = |n, at| StoreOp::PutTombstone(hash(n), ODD.to_owned(), Timestamp(at));
    ops.extend([dead(1, 5), dead(2, i64::MIN), dead(1, 7), dead(3, 1)]);
    ops.extend([
        StoreOp::DropTombstone(hash(3)),
        StoreOp::DropTombstone(hash(9)),
    ]);
    // They outlive the torrent itself.
    ops.extend([put(1), StoreOp::DropTorrent(hash(1))]);
    store.commit_blocking(ops).unwrap();
    drop(store);
    let loaded = look(dir.path());
    assert_eq!(loaded.set_aside, []);
    let kept = [vec![elaborate(2), plain(3)], afters].concat();
    assert_eq!(loaded.watch.folders, kept);
    let mut dead = loaded.watch.tombstones;
    dead.sort_unstable();
    let expected = [(hash(1), Timestamp(7)), (hash(2), Timestamp(i64::MIN))];
    assert_eq!(dead, expected);
}

#[test]
fn steps_about_them_come_back_as_they_were() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let step = |id, kind, inverse| UndoStep {
        id,
        at: NOW,
        kind,
        count: 1,
        inverse,
        undone: false,
    };
    let put = Change::PutWatch(Box::new(elaborate(3)));
    let steps = [
        step(
            1,
            StepKind::WatchPut,
            vec![Change::DropWatch(WatchId(9)), put],
        ),
        step(
            2,
            StepKind::WatchDropped,
            vec![Change::PutWatch(Box::new(plain(4)))],
        ),
    ];
    let ops = steps.iter().cloned().map(StoreOp::PutUndo);
    store.commit_blocking(ops.collect()).unwrap();
    close(&store);
    assert_eq!(look(dir.path()).undo, steps);
}

#[test]
fn entries_come_back_as_they_were_and_tell_later_what_became_of_the_original() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let counts = WatchCounts {
        name: ODD.to_owned(),
        added: 1,
        already: 2,
        removed: 3,
        bad: 4,
        trackers: u32::MAX,
        removed_at: Some(Timestamp(-1)),
    };
    let mut all = vec![
        entry(1, 1, "a", WatchOutcome::Torrents(counts)),
        entry(2, 1, ODD, bad()),
        entry(3, 2, "", news()),
        entry(4, 2, "x", added(1)),
        entry(5, 2, "y", added(1)),
    ];
    all[0].hashes = vec![hash(1), hash(2)];
    all[0].folder_path = odd_path();
    all[0].file = odd_path();
    let failed = AfterState::Failed(
        "watch_after_io".into(),
        vec![("detail".into(), ODD.to_owned())],
    );
    let afters = [
        AfterState::Pending,
        AfterState::Done(Some(odd_path())),
        AfterState::Done(None),
        AfterState::Trashed,
        failed,
    ];
    for (entry, after) in all.iter_mut().zip(&afters) {
        entry.after = after.clone();
    }
    store
        .commit_blocking(all.iter().map(put_entry).collect())
        .unwrap();
    let read = |store: &Store| {
        let mut read = page(store, None, None, false, 100);
        read.reverse();
        read
    };
    assert_eq!(read(&store), all);
    let news = all.iter_mut().zip(afters.iter().cycle().skip(2));
    let ops = news.map(|(entry, after)| {
        entry.after = after.clone();
        StoreOp::SetWatchAfter(entry.id, after.clone())
    });
    let nobody = StoreOp::SetWatchAfter(99, AfterState::Trashed);
    store.commit_soon(ops.chain([nobody]).collect());
    assert_eq!(read(&store), all);
    drop(store);
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.watch.next, (3, 6));
    assert_eq!(read(&store), all);
    close(&store);
}

#[test]
fn the_history_comes_by_pages_by_folder_and_by_what_was_wrong() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let entries = [
        entry(1, 1, "a", bad()),
        entry(2, 2, "a", added(2)),
        entry(3, 1, "a", added(1)),
        entry(4, 1, "", news()),
        entry(5, 2, "b", bad()),
        entry(6, 1, "c", bad()),
        entry(7, 1, "", news()),
    ];
    store
        .commit_blocking(entries.iter().map(put_entry).collect())
        .unwrap();
    assert_eq!(ids(&page(&store, None, None, false, 3)), [7, 6, 5]);
    assert_eq!(ids(&page(&store, Some(5), None, false, 3)), [4, 3, 2]);
    assert_eq!(ids(&page(&store, Some(u64::MAX), None, false, 1)), [7]);
    assert_eq!(ids(&page(&store, Some(1), None, false, 3)), [0; 0]);
    assert_eq!(ids(&page(&store, None, Some(1), false, 9)), [7, 6, 4, 3, 1]);
    assert_eq!(ids(&page(&store, None, None, true, 9)), [6, 5, 1]);
    assert_eq!(ids(&page(&store, Some(6), Some(1), true, 9)), [1]);
    assert_eq!(ids(&page(&store, None, Some(3), false, 9)), [0; 0]);
    // What is known of each file, and of each folder, is what was said last.
    let seen = wait(|done| store.watch_seen(done));
    assert_eq!(ids(&seen), [2, 3, 5, 6, 7]);
    let some = wait(|done| store.watch_entries(vec![5, 99, 1, u64::MAX], done));
    assert_eq!(ids(&some), [5, 1]);
    let sums = wait(|done| store.watch_sums(NOW.plus_millis(3), done));
    let sum = |folder, added, last: i64, problems| crate::WatchSum {
        folder: WatchId(folder),
        added,
        last_added_at: Some(NOW.plus_millis(last)),
        problems,
    };
    assert_eq!(sums, [sum(1, 1, 3, 2), sum(2, 0, 2, 1)]);
    close(&store);
    let closed = |result: Result<Vec<WatchEntry>, _>| assert_eq!(result, Err(StoreError::Closed));
    store.watch_seen(closed);
    store.watch_sums(NOW, |result| assert_eq!(result, Err(StoreError::Closed)));
}

#[test]
fn the_oldest_entries_go() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let last = WATCH_ENTRIES_MAX + 10;
    let numbered = |id: u64| put_entry(&entry(id, 1, &(id % 100).to_string(), added(1)));
    store
        .commit_blocking((1..=last).map(numbered).collect())
        .unwrap();
    let count = |conn: &mut Connection| {
        let sql = "SELECT count(*), min(id) FROM watch_entries";
        conn.query_row(sql, [], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?))
        })
    };
    let kept = store.with_connection(count).unwrap();
    assert_eq!(kept, (WATCH_ENTRIES_MAX, 11));
    let start = std::time::Instant::now();
    assert_eq!(wait(|done| store.watch_seen(done)).len(), 100);
    assert_eq!(page(&store, None, Some(1), false, 100).len(), 100);
    assert_eq!(wait(|done| store.watch_sums(NOW, done)).len(), 1);
    let took = start.elapsed();
    println!("read: {took:?}");
    // Sums are made of an index alone: the rows may be long.
    let plan = store.with_connection(|conn| {
        let sql = format!(
            "EXPLAIN QUERY PLAN {}",
            crate::table::watch_entries::SUMS.select
        );
        conn.query_row(&sql, [0], |row| row.get::<_, String>(3))
    });
    assert!(plan.unwrap().contains("COVERING INDEX watch_sums"));
    // Far above what is meant, for a busy machine and a slow build.
    assert!(took < Duration::from_secs(3), "{took:?}");
    close(&store);
    assert_eq!(look(dir.path()).watch.next, (2, last + 1));
}

#[test]
fn a_bad_row_costs_itself() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let mut ops: Vec<StoreOp> = (1..=4).map(|n| put_folder(plain(n))).collect();
    ops.extend((1..=7).map(|n| put_entry(&entry(n, 1, &n.to_string(), bad()))));
    ops.extend((1..=2).map(|n| StoreOp::PutTombstone(hash(n), String::new(), NOW)));
    store.commit_blocking(ops).unwrap();
    close(&store);
    let damage = [
        "watch_folders SET after = 'move' WHERE id = 1",
        "watch_folders SET labels = '{' WHERE id = 2",
        "watch_folders SET enabled = 5 WHERE id = 3",
        "watch_entries SET kind = 'x' WHERE id = 1",
        "watch_entries SET hashes = x'00' WHERE id = 2",
        "watch_entries SET after = 'failed' WHERE id = 3",
        "watch_entries SET params = '{' WHERE id = 4",
        "watch_entries SET added = -1 WHERE id = 5",
        "watch_entries SET file = NULL WHERE id = 6",
        "tombstones SET removed_at = 'x' WHERE hash = x'0000000100000000000000000000000000000000'",
    ];
    for damage in damage {
        raw(dir.path())
            .execute_batch(&format!("UPDATE {damage}"))
            .unwrap();
    }
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.set_aside.len(), 4);
    assert_eq!(loaded.watch.folders, [plain(4)]);
    assert_eq!(loaded.watch.tombstones, [(hash(2), NOW)]);
    assert_eq!(ids(&page(&store, None, None, false, 100)), [7]);
    close(&store);
    assert_eq!(look(dir.path()).set_aside, []);
}
