//! Looking for torrents by their files.

use std::{collections::HashSet, time::Instant};

use super::*;

/// A torrent of these files, as bytes.
fn torrent(n: u32, files: &[String]) -> StoreOp {
    let file = |path: &String| {
        let parts = path.split('/').map(|p| format!("{}:{p}", p.len()));
        format!(
            "d6:lengthi1e4:pathl{}ee",
            parts.collect::<Vec<_>>().concat()
        )
    };
    let files = files.iter().map(file).collect::<Vec<_>>().concat();
    let name = format!("t{n}");
    let pieces = "x".repeat(20);
    let text = format!(
        "d4:infod5:filesl{files}e4:name{}:{name}12:piece lengthi16384e6:pieces20:{pieces}ee",
        name.len()
    );
    StoreOp::PutMetainfo(hash(n), Arc::new(text.into_bytes()))
}

fn names(n: u32) -> Vec<String> {
    (0..20)
        .map(|i| format!("Season {}/Torrent {n} episode {i} of many.mkv", i / 10))
        .collect()
}

fn find(store: &Store, text: &str) -> Vec<u32> {
    let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let found = store
        .find_files_blocking(&words, &HashSet::new(), 50)
        .unwrap();
    let number = |hash: &InfoHash| u32::from_be_bytes(hash.0[..4].try_into().unwrap());
    found.0.iter().map(|(hash, _)| number(hash)).collect()
}

#[test]
fn ten_thousand_torrents_are_looked_through_at_once() {
    let dir = temp();
    let (store, _) = open(dir.path());
    for batch in 0..10 {
        let ops = (batch * 1_000..(batch + 1) * 1_000).map(|n| torrent(n, &names(n)));
        store.commit_blocking(ops.collect()).unwrap();
    }
    let begun = Instant::now();
    assert_eq!(find(&store, "TORRENT 4711 episode"), [4_711]);
    eprintln!("one of 200,000 files after {:?}", begun.elapsed());
    let begun = Instant::now();
    assert_eq!(find(&store, "no such file"), [] as [u32; 0]);
    eprintln!("none of 200,000 files after {:?}", begun.elapsed());
    let words = ["episode".to_owned()];
    let except = HashSet::from([hash(0), hash(2)]);
    let (found, more) = store.find_files_blocking(&words, &except, 2).unwrap();
    assert!(more);
    let file = |n: u32| (hash(n), names(n)[0].clone());
    assert_eq!(found, [file(1), file(3)]);
    close(&store);
}

#[test]
fn what_an_older_shoal_stored_is_found_too_and_what_cannot_be_read_is_no_trouble() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let ops = (0..200).map(|n| torrent(n, &names(n)));
    store.commit_blocking(ops.collect()).unwrap();
    store.commit_blocking(vec![metainfo(900, 50)]).unwrap();
    close(&store);
    let conn = raw(dir.path());
    conn.execute_batch("DELETE FROM file_names; UPDATE metainfo SET bytes = 5 WHERE rowid = 3;")
        .unwrap();
    drop(conn);
    let (store, _) = open(dir.path());
    assert_eq!(find(&store, "199 episode"), [199]);
    store
        .commit_blocking(vec![StoreOp::DropTorrent(hash(199))])
        .unwrap();
    assert_eq!(find(&store, "199 episode"), [] as [u32; 0]);
    close(&store);
}

#[test]
fn what_cannot_be_listed_now_is_no_reason_to_find_nothing() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let ops = (0..3).map(|n| torrent(n, &names(n)));
    store.commit_blocking(ops.collect()).unwrap();
    let trap = "DELETE FROM file_names WHERE shown LIKE '%Torrent 1 %';
        CREATE TEMP TRIGGER trap BEFORE INSERT ON main.file_names
        BEGIN SELECT RAISE(ABORT, 'trapped'); END";
    store.with_connection(move |conn| conn.execute_batch(trap).unwrap());
    assert_eq!(find(&store, "episode"), [0, 2]);
    store.with_connection(|conn| conn.execute_batch("DROP TRIGGER trap").unwrap());
    assert_eq!(find(&store, "episode"), [0, 1, 2]);
    close(&store);
    assert!(
        store
            .find_files_blocking(&["episode".to_owned()], &HashSet::new(), 9)
            .is_err(),
        "nobody is there"
    );
}
