//! Which files are wanted, and what counts as complete.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, build::*};
use shoal_core::{
    Command, EngineEvent, EngineSample, Movement, Msg, Selection, Status, TorrentSample,
};

#[test]
fn files_are_chosen_while_running_stopped_and_complete() {
    let mut w = World::ready();
    let meta = folder("d", &[65_536, 65_536, 10_000_000]);
    let hash = w.running(&meta);
    let have = w.engine.have(hash).unwrap();
    w.done(Command::Select(hash, choice(&meta, &[0, 1], &have)));
    w.ticks(2);
    assert_eq!(w.status(hash).0, Status::Seeding);
    let have = w.engine.have(hash).unwrap();
    w.done(Command::Select(hash, choice(&meta, &[0, 1, 2], &have)));
    w.ticks(2);
    assert_eq!(w.starts(), 2, "all files: started anew");
    assert_eq!(w.status(hash).0, Status::Downloading);
    assert!(!w.store.rows.resume[&hash].clean, "it writes again");
    w.stop(hash);
    let have = w.disk.content[&hash].clone();
    w.done(Command::Select(hash, choice(&meta, &[0], &have)));
    assert_eq!(w.status(hash), (Status::Finished, "finished"));
    w.done(Command::Undo);
    assert_eq!(w.status(hash), (Status::Stopped, "stopped"));
    assert_eq!(w.torrent(hash).record.selection, Selection::All);
}

#[test]
fn a_complete_torrent_that_wants_more_is_marked_before_it_writes() {
    let mut w = World::ready();
    let meta = folder("d", &[65_536, 10_000_000, 10]);
    let hash = w.running(&meta);
    let have = w.engine.have(hash).unwrap();
    w.done(Command::Select(hash, choice(&meta, &[0], &have)));
    w.ticks(3);
    assert!(w.store.rows.resume[&hash].clean);
    let have = w.engine.have(hash).unwrap();
    w.done(Command::Select(hash, choice(&meta, &[0, 1], &have)));
    assert!(!w.store.rows.resume[&hash].clean);
    assert_eq!(w.starts(), 1);
}

#[test]
fn a_choice_without_bytes_is_complete_and_divides_nothing_by_zero() {
    let mut w = World::ready();
    let meta = folder("d", &[40_000, -25_536, 0]);
    let hash = w.running(&meta);
    let have = w.engine.have(hash).unwrap();
    for files in [&[1][..], &[2], &[1, 2]] {
        w.done(Command::Select(hash, choice(&meta, files, &have)));
        w.ticks(3);
        assert_eq!(w.status(hash).0, Status::Seeding);
        assert_eq!(w.torrent(hash).record.wanted_bytes, 0);
    }
    w.restart();
    w.ticks(3);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn pieces_shared_with_unwanted_files_complete_nothing() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    let hash = w.running(&meta);
    let sample = |finished| {
        let one = TorrentSample {
            have_bytes: meta.total_length + 5,
            finished,
            ..TorrentSample::default()
        };
        Msg::Engine(EngineEvent::Sample(EngineSample {
            torrents: vec![(hash, one)],
            dht_nodes: None,
        }))
    };
    w.feed(sample(false));
    assert_eq!(w.status(hash).0, Status::Downloading);
    assert_eq!(w.torrent(hash).record.have_bytes, meta.total_length - 1);
    w.state.take_changes();
    w.feed(sample(false));
    assert!(
        !w.state.take_changes().torrents.contains(&hash),
        "nothing moved"
    );
    w.feed(sample(true));
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn what_a_look_adds_to_the_totals_is_told_once() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    let hash = w.running(&meta);
    w.state.take_moved();
    // More than the engine has fetched by itself.
    let base = 1 << 40;
    let feed = |w: &mut World, fetched_bytes: u64, uploaded_bytes: u64| {
        let one = TorrentSample {
            fetched_bytes: base + fetched_bytes,
            uploaded_bytes: base + uploaded_bytes,
            ..TorrentSample::default()
        };
        w.feed(Msg::Engine(EngineEvent::Sample(EngineSample {
            torrents: vec![(hash, one)],
            dht_nodes: None,
        })));
        let moved = w.state.take_moved();
        assert_eq!(w.state.take_moved(), Movement::default(), "told before");
        let torrents = moved.torrents.iter();
        torrents
            .map(|m| (m.fetched_bytes, m.uploaded_bytes))
            .collect::<Vec<_>>()
    };
    feed(&mut w, 0, 0);
    assert_eq!(feed(&mut w, 500, 0), [(500, 0)]);
    assert_eq!(feed(&mut w, 500, 0), []);
    assert_eq!(feed(&mut w, 700, 30), [(200, 30)]);
    assert_eq!(feed(&mut w, 600, 30), [], "nothing is counted twice");
    let before = w.torrent(hash).record.downloaded_bytes;
    assert_eq!(feed(&mut w, 900, 30), [(200, 0)]);
    assert_eq!(w.torrent(hash).record.downloaded_bytes, before + 200);
}

#[test]
fn a_torrent_becomes_complete_once() {
    let mut w = World::ready();
    let meta = folder("d", &[10_000_000]);
    w.add(from_file(&meta));
    let hash = meta.info_hash;
    let mut completed = 0;
    for _ in 0..30 {
        w.ticks(1);
        completed += w.state.take_moved().completed;
    }
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(completed, 1);
}
