//! Which files are wanted, and what counts as complete.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, build::*};
use shoal_core::{Command, EngineEvent, EngineSample, Msg, Selection, Status, TorrentSample};

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
