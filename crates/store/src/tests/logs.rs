//! The logs of torrents, and how the window is arranged.

use shoal_core::{LOG_MAX, LOG_RECOVERED, LogLine, LogNote, Tone};

use super::*;

fn note(code: &'static str, tone: Tone, value: &str) -> LogNote {
    LogNote {
        at: NOW,
        tone,
        code: code.into(),
        params: vec![("detail".into(), value.to_owned())],
    }
}

fn log(n: u32, note: LogNote) -> StoreOp {
    StoreOp::Log(hash(n), note)
}

fn numbered(n: u64) -> LogNote {
    note("log_started", Tone::Neutral, &n.to_string())
}

fn ids(lines: &[LogLine]) -> Vec<u64> {
    lines.iter().map(|l| l.id).collect()
}

#[test]
fn entries_come_back_newest_first_and_by_pages() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let odd = "a'\"\\\u{0}\u{202e}é\u{1f980}\n%_;--";
    let notes = [
        note("log_a", Tone::Neutral, odd),
        note("log_b", Tone::Good, ""),
        note("log_c", Tone::Warn, "x"),
        LogNote {
            params: vec![],
            ..note("log_d", Tone::Bad, "")
        },
    ];
    let ops = notes.iter().map(|n| log(1, n.clone()));
    store.commit_blocking(ops.collect()).unwrap();
    store.commit_soon(vec![log(2, numbered(0))]);
    close(&store);
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.set_aside, []);
    let lines = store.load_log_blocking(hash(1), None).unwrap();
    assert_eq!(ids(&lines), [4, 3, 2, 1]);
    let back: Vec<LogNote> = lines.into_iter().rev().map(|l| l.note).collect();
    assert_eq!(back, notes);
    assert_eq!(
        ids(&store.load_log_blocking(hash(1), Some(3)).unwrap()),
        [2, 1]
    );
    assert_eq!(ids(&store.load_log_blocking(hash(2), None).unwrap()), [1]);
    assert_eq!(store.load_log_blocking(hash(3), None).unwrap(), []);
    assert_eq!(store.load_log_blocking(hash(1), Some(0)).unwrap(), []);
    let far = store.load_log_blocking(hash(1), Some(u64::MAX)).unwrap();
    assert_eq!(far.len(), 4);
    close(&store);
}

#[test]
fn the_oldest_go_and_the_log_goes_with_its_torrent() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let more = LOG_MAX + 60;
    let ops = (1..=more).flat_map(|n| [log(1, numbered(n)), log(2, numbered(n))]);
    store.commit_blocking(ops.collect()).unwrap();
    let mut all = vec![];
    let mut before = None;
    loop {
        let page = store.load_log_blocking(hash(1), before).unwrap();
        assert!(page.len() <= 200);
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        all.extend(ids(&page));
    }
    let kept: Vec<u64> = (61..=more).rev().collect();
    assert_eq!(all, kept);
    store
        .commit_blocking(vec![StoreOp::DropTorrent(hash(1))])
        .unwrap();
    assert_eq!(store.load_log_blocking(hash(1), None).unwrap(), []);
    assert_eq!(store.load_log_blocking(hash(2), None).unwrap().len(), 200);
    close(&store);
}

#[test]
fn the_same_trouble_again_is_no_news_and_an_end_needs_one() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let missing = || note("log_trouble", Tone::Bad, "/a");
    let over = || note(LOG_RECOVERED, Tone::Good, "");
    let ops = [
        over(),
        missing(),
        missing(),
        note("log_trouble", Tone::Bad, "/b"),
        missing(),
        over(),
        over(),
        missing(),
        numbered(1),
        numbered(1),
        over(),
        missing(),
    ];
    store
        .commit_blocking(ops.into_iter().map(|n| log(1, n)).collect())
        .unwrap();
    let lines = store.load_log_blocking(hash(1), None).unwrap();
    let codes: Vec<&str> = lines.iter().rev().map(|l| &*l.note.code).collect();
    let (bad, good, other) = ("log_trouble", LOG_RECOVERED, "log_started");
    assert_eq!(codes, [bad, bad, bad, good, bad, other, other, bad]);
    close(&store);
}

#[test]
fn a_bad_entry_costs_itself() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let ops = (0..3).map(|n| log(1, numbered(n)));
    store.commit_blocking(ops.collect()).unwrap();
    close(&store);
    let damage = ["tone = 'loud' WHERE id = 1", "params = '{' WHERE id = 2"];
    for damage in damage {
        raw(dir.path())
            .execute_batch(&format!("UPDATE log SET {damage}"))
            .unwrap();
    }
    let (store, _) = open(dir.path());
    assert_eq!(ids(&store.load_log_blocking(hash(1), None).unwrap()), [3]);
    close(&store);
    let aside: i64 = raw(dir.path())
        .query_row("SELECT count(*) FROM set_aside", [], |row| row.get(0))
        .unwrap();
    assert_eq!(aside, 2);
}

#[test]
fn arrangements_come_back_changed_and_forgotten() {
    let dir = temp();
    let (store, loaded) = open(dir.path());
    assert_eq!(loaded.prefs, []);
    let put =
        |key: &str, value: Option<&str>| StoreOp::PutPref(key.to_owned(), value.map(str::to_owned));
    store
        .commit_blocking(vec![
            put("a", Some("{\"x\": \"é\u{0}\"}")),
            put("b", Some("1")),
            put("c", Some("2")),
            put("b", Some("3")),
            put("c", None),
            put("d", None),
        ])
        .unwrap();
    drop(store);
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(
        look(dir.path()).prefs,
        [pair("a", "{\"x\": \"é\u{0}\"}"), pair("b", "3")]
    );
    raw(dir.path())
        .execute_batch("UPDATE prefs SET value = x'00' WHERE key = 'a'")
        .unwrap();
    let loaded = look(dir.path());
    assert_eq!(
        (loaded.prefs, loaded.set_aside.len()),
        (vec![pair("b", "3")], 1)
    );
}

#[test]
fn a_label_keeps_its_place_under_another_name() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let label = |name: &str, colour| shoal_core::Label {
        name: name.to_owned(),
        colour,
        ..shoal_core::Label::default()
    };
    store
        .commit_blocking(vec![
            StoreOp::PutLabel(label("a", 1)),
            StoreOp::PutLabel(label("b", 2)),
            StoreOp::RenameLabel("a".to_owned(), "z".to_owned()),
        ])
        .unwrap();
    close(&store);
    assert_eq!(look(dir.path()).labels, [label("z", 1), label("b", 2)]);
}

#[test]
fn ten_thousand_entries_at_once_are_one_commit_and_little_work() {
    let dir = temp();
    let (store, _) = open(dir.path());
    let all = |n| (0..10_000).map(move |i| log(i, numbered(n)));
    for n in 0..3 {
        store.commit_blocking(all(n).collect()).unwrap();
    }
    let start = std::time::Instant::now();
    store.commit_blocking(all(9).collect()).unwrap();
    let took = start.elapsed();
    println!("10,000 entries: {took:?}");
    // Far above what is meant, for a busy machine and a slow build.
    assert!(took < Duration::from_secs(3), "{took:?}");
    close(&store);
}
