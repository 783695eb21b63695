//! Data that is renamed, found elsewhere, and brought home when it is complete.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{path::Path, sync::Arc};

use common::{World, build::*};
use shoal_core::{
    Bitfield, Command, Fault, Intent, NewTorrent, Phase, Place, Refusal, RemoveData, Renaming,
    Reply, Status,
};

#[test]
fn names_can_be_changed_and_changed_back() {
    let mut w = World::ready();
    let meta = folder("d", &[40_000, 10]);
    let hash = w.seeding(&meta);
    let names = Arc::new([(1, "inner/b.bin".to_owned())].into());
    let new = Renaming {
        name: Some("A better name".into()),
        disk_name: Some("better".into()),
        renames: Some(Arc::clone(&names)),
    };
    w.done(Command::Rename(hash, new));
    w.ticks(3);
    w.is_at(hash, "/downloads/better");
    let record = &w.torrent(hash).record;
    assert_eq!(
        (record.name.as_str(), &record.renames),
        ("A better name", &names)
    );
    w.restart();
    w.ticks(3);
    assert_eq!(w.torrent(hash).record.renames, names, "names survive");
    w.done(Command::Undo);
    w.ticks(3);
    w.is_at(hash, "/downloads/d");
    let record = &w.torrent(hash).record;
    assert!(record.name == "d" && record.renames.is_empty());
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let mut w = World::ready();
    let hash = w.seeding(&folder("d", &[40_000, 10]));
    for bad in ["", "..", "a/b", "a\\b", "con", "dot.", ".hidden"] {
        let refused = Reply::Refused(Refusal::BadName(bad.into()));
        assert_eq!(w.rename(hash, bad), refused);
    }
    let files = |names: &[(u32, &str)]| Renaming {
        renames: Some(Arc::new(
            names.iter().map(|(i, n)| (*i, (*n).to_owned())).collect(),
        )),
        ..Renaming::default()
    };
    for bad in ["../x", "/x", "x//y", "x/", "a/../b"] {
        let reply = w.command(Command::Rename(hash, files(&[(0, bad)])));
        assert_eq!(reply, Reply::Refused(Refusal::BadName(bad.into())));
    }
    for bad in [[(0, "x"), (1, "X")], [(0, "x"), (1, "x/y")]] {
        let reply = w.command(Command::Rename(hash, files(&bad)));
        assert!(
            matches!(reply, Reply::Refused(Refusal::NameTaken(_))),
            "{reply:?}"
        );
    }
    for bad in ["", "relative", "/a/../b"] {
        let reply = w.command(Command::Move(vec![hash], bad.into()));
        assert_eq!(reply, Reply::Refused(Refusal::BadFolder));
    }
    assert_eq!(w.disk.moves, 0);
}

#[test]
fn data_that_lies_elsewhere_is_found_and_checked_and_nothing_moved() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.disk
        .faults
        .insert(hash, Fault::FolderMissing("/downloads".into()));
    w.done(Command::Recheck(vec![hash]));
    w.ticks(2);
    assert_eq!(w.status(hash).1, "folder_missing");
    w.disk.faults.clear();
    let there = Place {
        folder: "/there".into(),
        disk_name: "b".into(),
        renames: Arc::default(),
    };
    w.disk.places.insert(hash, vec![there.clone()]);
    w.done(Command::Locate(hash, there));
    w.ticks(2);
    w.is_at(hash, "/there/b");
    assert_eq!((w.status(hash).0, w.disk.moves), (Status::Seeding, 0));
}

#[test]
fn what_the_engine_says_of_the_old_place_is_not_believed_of_the_new_one() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.ticks(8);
    let before = w.engine.have(hash).unwrap().count_ones();
    w.hold = true;
    let there = Place {
        folder: "/there".into(),
        disk_name: "a".into(),
        renames: Arc::default(),
    };
    w.done(Command::Locate(hash, there));
    w.hold = false;
    w.ticks(3);
    let t = w.torrent(hash);
    assert_eq!(t.record.content_path().unwrap(), Path::new("/there/a"));
    let have = w.engine.have(hash).unwrap().count_ones();
    assert!(before > 400 && have < 250, "nothing is there: {have}");
}

#[test]
fn a_torrent_comes_home_when_it_is_complete_and_flushed() {
    let mut w = World::ready();
    w.unfinished_in("/half");
    let meta = single("a", 100);
    let hash = w.running(&meta);
    let record = &w.torrent(hash).record;
    assert_eq!(record.content_path().unwrap(), Path::new("/half/a"));
    w.move_to(hash, "/home");
    assert_eq!(w.phase(hash), Phase::Running, "it is not complete yet");
    w.disk.flush_fails = true;
    w.ticks(5);
    assert_eq!(
        (w.disk.moves, w.torrent(hash).record.completed_at),
        (0, None)
    );
    w.disk.flush_fails = false;
    w.done(Command::SetIntent(vec![hash], Intent::Stop));
    w.run(hash);
    w.ticks(6);
    w.is_at(hash, "/home/a");
    let record = &w.torrent(hash).record;
    assert!(record.completed_at.is_some() && record.unfinished_path.is_none());
    assert_eq!(w.status(hash).0, Status::Seeding);
    // The folder for unfinished torrents is behind it.
    w.done(Command::Undo);
    w.ticks(4);
    w.is_at(hash, "/downloads/a");
}

#[test]
fn a_way_home_that_is_barred_or_given_up_is_not_tried_over_and_over() {
    let mut w = World::ready();
    w.unfinished_in("/half");
    let full = Fault::FileInTheWay("/downloads/a".into());
    w.disk.move_faults.insert("/downloads".into(), full);
    let hash = w.running(&single("a", 100));
    w.ticks(20);
    w.is_at(hash, "/half/a");
    assert_eq!(
        (w.status(hash), w.disk.moves),
        ((Status::Seeding, "move_failed"), 2)
    );
    w.disk.move_faults.clear();
    w.disk.delay = 3;
    w.run(hash);
    assert_eq!(w.phase(hash), Phase::Moving, "asked, it tries again");
    w.done(Command::CancelMove(vec![hash]));
    w.ticks(20);
    w.is_at(hash, "/half/a");
    w.restart();
    w.ticks(12);
    w.is_at(hash, "/downloads/a");
}

#[test]
fn a_way_home_that_cannot_be_stored_leaves_it_seeding() {
    let mut w = World::ready();
    w.unfinished_in("/half");
    let hash = w.running(&single("a", 200));
    w.store.refuse = true;
    w.ticks(6);
    assert_eq!(w.status(hash), (Status::Seeding, "move_failed"));
    assert!(w.engine.running_torrents().contains(&hash));
    w.store.refuse = false;
    w.run(hash);
    w.ticks(6);
    w.is_at(hash, "/downloads/a");
}

#[test]
fn what_is_whole_where_it_is_saved_is_not_moved_and_a_torrent_made_here_is_whole() {
    let mut w = World::ready();
    w.unfinished_in("/half");
    let meta = single("a", 4);
    let hash = meta.info_hash;
    let whole = shoal_core::ResumeData {
        have: shoal_core::Bitfield::full(4),
        stamps: vec![],
        owned: shoal_core::Bitfield::full(1),
        clean: true,
        volume: None,
    };
    w.disk.content.insert(hash, whole.have.clone());
    w.add(NewTorrent {
        resume: Some(Box::new(whole)),
        disk_name: Some("mine".into()),
        ..from_file(&meta)
    });
    assert!(w.torrent(hash).record.completed_at.is_some());
    w.ticks(3);
    w.is_at(hash, "/downloads/mine");
    assert_eq!((w.status(hash).0, w.disk.moves), (Status::Seeding, 0));
}

#[test]
fn what_is_complete_because_less_is_wanted_comes_home_too() {
    let mut w = World::ready();
    w.unfinished_in("/half");
    let meta = folder("d", &[100_000, 9_000_000]);
    let hash = w.running(&meta);
    w.ticks(2);
    let nothing = Bitfield::new(meta.piece_count);
    w.done(Command::Select(hash, choice(&meta, &[0], &nothing)));
    // It is flushed before the engine has said how much of it is there.
    w.deliver();
    assert_eq!(w.torrent(hash).record.completed_at, None);
    w.ticks(4);
    w.is_at(hash, "/downloads/d");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_torrent_does_not_come_home_to_where_another_one_lies() {
    let mut w = World::ready();
    let there = single("same", 4);
    let hash = w.seeding(&there);
    w.remove(hash, RemoveData::Keep);
    w.unfinished_in("/half");
    let late = w.running(&single("same", 100));
    w.add(from_file(&there));
    w.ticks(6);
    w.is_at(hash, "/downloads/same");
    w.is_at(late, "/half/same");
    assert_eq!((w.status(late).0, w.disk.moves), (Status::Seeding, 0));
    assert!(w.torrent(late).live.mishap.is_some(), "and it is said");
}
