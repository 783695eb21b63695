//! Data that is moved, in every phase a torrent can be in, and whatever fails on the way.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::Path;

use common::{World, build::*};
use shoal_core::{
    Command, EngineEvent, EngineFault, Fault, InfoHash, Intent, Msg, NewTorrent, OpId, Phase,
    Refusal, RemoveData, Reply, Status, Transferred,
};

#[test]
fn a_running_torrent_is_moved_and_runs_on() {
    let mut w = World::ready();
    w.disk.delay = 2;
    let hash = w.seeding_slowly(&single("a", 4));
    w.move_to(hash, "/new");
    assert_eq!(w.phase(hash), Phase::Moving);
    assert_eq!(w.status(hash), (Status::Waiting, "move_waiting"));
    let op = w.torrent(hash).live.op;
    for (ms, done_bytes) in [(0, 0), (1_000, 100), (1_000, 200)] {
        w.now = w.now.plus_millis(ms);
        w.feed(Msg::MoveProgress {
            hash,
            op,
            done_bytes,
            total_bytes: 1_000,
        });
    }
    let (_, said) = w.state.explain(w.torrent(hash));
    let eta = said.params.iter().find(|(name, _)| *name == "eta_s");
    assert_eq!((said.code, eta.unwrap().1.as_str()), ("moving", "8"));
    w.ticks(6);
    w.is_at(hash, "/new/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(w.torrent(hash).record.save_path, Path::new("/new"));
}

#[test]
fn a_stopped_torrent_is_moved_and_stays_stopped() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.stop(hash);
    let starts = w.starts();
    w.move_to(hash, "/new");
    w.ticks(2);
    w.is_at(hash, "/new/a");
    assert_eq!(w.status(hash), (Status::Stopped, "stopped"));
    assert_eq!(w.starts(), starts);
}

#[test]
fn a_magnet_and_a_torrent_without_a_file_only_change_their_folder() {
    let mut w = World::ready();
    let (magnet, meta) = (InfoHash([7; 20]), single("a", 4));
    w.add(from_magnet(magnet));
    w.add(NewTorrent {
        intent: Intent::Stop,
        ..from_file(&meta)
    });
    w.done(Command::Move(vec![magnet, meta.info_hash], "/new".into()));
    w.ticks(2);
    assert_eq!(w.disk.moves, 0);
    for hash in [magnet, meta.info_hash] {
        assert_eq!(w.torrent(hash).record.save_path, Path::new("/new"));
    }
    assert_eq!(w.phase(magnet), Phase::FetchingMetadata);
    w.done(Command::Undo);
    assert_eq!(w.torrent(magnet).record.save_path, Path::new("/downloads"));
}

#[test]
fn a_torrent_that_is_checked_is_checked_at_its_new_place() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 3;
    w.done(Command::Recheck(vec![hash]));
    assert_eq!(w.phase(hash), Phase::Checking);
    w.move_to(hash, "/new");
    assert_eq!(w.phase(hash), Phase::Moving);
    w.ticks(3);
    assert_eq!(
        (w.phase(hash), w.torrent(hash).live.recheck),
        (Phase::Checking, true)
    );
    w.ticks(4);
    w.is_at(hash, "/new/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_move_that_fails_goes_back_and_is_said_until_the_user_does_something() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    let full = Fault::DiskFull {
        needed_bytes: 9,
        volume: "/new".into(),
    };
    w.disk.move_faults.insert("/new".into(), full);
    w.move_to(hash, "/new");
    w.ticks(3);
    w.is_at(hash, "/downloads/a");
    assert_eq!(w.status(hash), (Status::Seeding, "move_failed"));
    let (_, said) = w.state.explain(w.torrent(hash));
    let params = [
        ("path", "/new".to_owned()),
        ("reason", "disk_full".to_owned()),
    ];
    assert_eq!(said.params, params);
    w.run(hash);
    assert_eq!(w.status(hash).1, "seeding_idle");
}

#[test]
fn what_cannot_come_back_waits_and_is_not_forgotten() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    let gone = || Fault::FolderMissing("/downloads".into());
    w.disk
        .move_faults
        .insert("/new".into(), Fault::Io("broken".into()));
    w.disk.move_faults.insert("/downloads".into(), gone());
    w.disk.faults.insert(hash, gone());
    w.move_to(hash, "/new");
    w.ticks(12);
    assert_eq!(w.status(hash), (Status::Attention, "folder_missing"));
    assert!(!w.disk.probes.is_empty());
    w.restart();
    w.ticks(2);
    assert!(w.torrent(hash).record.moving.is_some());
    w.disk.move_faults.remove(Path::new("/downloads"));
    w.disk.faults.clear();
    w.ticks(8);
    w.is_at(hash, "/downloads/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_cancelled_move_brings_everything_back_and_says_nothing() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 2;
    w.move_to(hash, "/new");
    let old = w.torrent(hash).live.op;
    w.disk.late = true;
    w.done(Command::CancelMove(vec![hash]));
    assert_eq!(w.status(hash), (Status::Waiting, "moving_back"));
    w.feed(Msg::Relocated {
        hash,
        op: old,
        outcome: Ok(()),
    });
    assert_eq!(
        w.phase(hash),
        Phase::Moving,
        "an old answer counts for nothing"
    );
    w.ticks(6);
    w.is_at(hash, "/downloads/a");
    assert_eq!(w.status(hash), (Status::Seeding, "seeding"));
    // Undo has nothing left to bring back.
    w.done(Command::Undo);
    w.ticks(2);
    w.is_at(hash, "/downloads/a");
}

#[test]
fn the_last_word_counts_when_a_move_is_asked_for_twice() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 1;
    w.move_to(hash, "/one");
    w.move_to(hash, "/two");
    w.ticks(8);
    w.is_at(hash, "/two/a");
    w.done(Command::Undo);
    w.ticks(8);
    w.is_at(hash, "/one/a");
    w.done(Command::Undo);
    w.done(Command::Redo);
    w.ticks(8);
    w.is_at(hash, "/one/a");
    w.done(Command::Undo);
    w.ticks(8);
    w.is_at(hash, "/downloads/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn two_torrents_of_one_name_do_not_go_to_one_folder() {
    let mut w = World::ready();
    let (a, b) = (single("same", 4), single("same", 5));
    let (a, b) = (w.seeding(&a), w.seeding(&b));
    let names = |w: &World| [a, b].map(|h| w.torrent(h).record.disk_name.clone());
    assert_eq!(names(&w), ["same", "same (2)"]);
    assert_eq!(
        w.rename(b, "SAME"),
        Reply::Refused(Refusal::NameTaken("SAME".into()))
    );
    w.move_to(b, "/new");
    w.ticks(3);
    assert_eq!(w.rename(b, "same"), Reply::Done);
    w.ticks(3);
    w.is_at(b, "/new/same");
    let moves = w.disk.moves;
    w.move_to(a, "/new");
    w.ticks(3);
    w.is_at(a, "/downloads/same");
    assert_eq!((w.status(a).1, w.disk.moves), ("move_failed", moves));
    w.done(Command::Move(vec![a, b], "/third".into()));
    w.ticks(3);
    w.is_at(a, "/third/same");
    w.is_at(b, "/new/same");
}

#[test]
fn a_move_survives_quitting_and_being_killed() {
    for killed in [false, true] {
        let mut w = World::ready();
        let hash = w.seeding(&single("a", 4));
        w.disk.delay = 5;
        w.move_to(hash, "/new");
        assert_eq!(w.phase(hash), Phase::Moving);
        if killed {
            w.crash();
        } else {
            w.restart();
        }
        assert_eq!(w.phase(hash), Phase::Moving);
        assert_eq!(w.disk.places[&hash].len(), 2, "half here, half there");
        w.pump();
        w.ticks(14);
        w.is_at(hash, "/new/a");
        assert_eq!(w.status(hash).0, Status::Seeding);
    }
}

#[test]
fn a_move_that_cannot_be_stored_is_not_begun() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.store.refuse = true;
    let reply = w.command(Command::Move(vec![hash], "/new".into()));
    assert!(matches!(reply, Reply::Refused(Refusal::StoreFailed(_))));
    assert_eq!((w.phase(hash), w.disk.moves), (Phase::Running, 0));
    w.store.refuse = false;
    w.disk.delay = 1;
    w.move_to(hash, "/new");
    // That it arrived cannot be stored: it is looked at again, and nothing is lost.
    w.store.refuse = true;
    w.ticks(2);
    assert_eq!(w.status(hash), (Status::Attention, "io"));
    w.store.refuse = false;
    w.ticks(12);
    w.is_at(hash, "/new/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_torrent_that_is_removed_while_it_is_moved_arrives_before_it_is_thrown_away() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 2;
    w.move_to(hash, "/new");
    w.remove(hash, RemoveData::Trash);
    assert!(w.disk.trashed.is_empty());
    w.ticks(6);
    assert_eq!(w.disk.trashed, [hash]);
    w.done(Command::Undo);
    w.ticks(9);
    w.is_at(hash, "/new/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_removed_torrent_between_two_places_goes_on_from_there_when_it_is_added_anew() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.disk.delay = 3;
    w.move_to(hash, "/new");
    w.remove(hash, RemoveData::Keep);
    w.add(NewTorrent {
        save_path: "/third".into(),
        ..from_file(&meta)
    });
    w.ticks(20);
    w.is_at(hash, "/third/a");
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn many_are_moved_at_once() {
    let mut w = World::ready();
    w.slots(0, 0);
    let metas: Vec<_> = (0..300).map(|i| single(&format!("t{i}"), 1)).collect();
    let hashes: Vec<InfoHash> = metas.iter().map(|m| m.info_hash).collect();
    for meta in &metas {
        w.add(from_file(meta));
    }
    w.ticks(4);
    w.done(Command::Move(hashes.clone(), "/new".into()));
    w.ticks(3);
    for hash in &hashes {
        assert_eq!(w.torrent(*hash).record.save_path, Path::new("/new"));
        assert_eq!(w.status(*hash).0, Status::Seeding);
    }
    w.done(Command::Undo);
    w.ticks(3);
    assert!(
        w.state
            .torrents()
            .all(|t| t.record.save_path == Path::new("/downloads"))
    );
}

#[test]
fn an_answer_of_the_engine_does_not_end_a_move() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 3;
    w.move_to(hash, "/new");
    let op = w.torrent(hash).live.op;
    w.feed(Msg::Engine(EngineEvent::Stopped {
        hash,
        op: OpId::default(),
        have: None,
        owned: None,
        transferred: Transferred::default(),
    }));
    w.engine.break_session(shoal_core::EngineFault::Internal);
    w.pump();
    assert_eq!(
        (w.phase(hash), w.torrent(hash).live.op),
        (Phase::Moving, op)
    );
    w.ticks(5);
    assert_eq!(w.torrent(hash).record.save_path, Path::new("/new"));
}

#[test]
fn what_waits_for_another_try_is_tried_though_it_cannot_be_moved_there() {
    let mut w = World::ready();
    w.add(NewTorrent {
        save_path: "/new".into(),
        ..from_file(&single("same", 4))
    });
    let hash = w.running(&single("same", 1_000));
    w.engine.break_torrent(hash, EngineFault::Io);
    w.pump();
    assert_eq!(w.status(hash), (Status::Attention, "io"));
    w.move_to(hash, "/new");
    assert!(w.torrent(hash).live.mishap.is_some());
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
    w.is_at(hash, "/downloads/same");
}

#[test]
fn a_move_that_was_left_off_ends_before_the_way_back_begins() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    (w.disk.delay, w.disk.late) = (3, true);
    w.move_to(hash, "/new");
    w.disk.delay = 0;
    w.done(Command::Undo);
    w.ticks(5);
    w.is_at(hash, "/downloads/a");
    assert_eq!(w.phase(hash), Phase::Running);
}

#[test]
fn files_that_vanished_on_the_way_are_said_once_the_way_has_ended() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    let partly = Fault::MatchesPartly {
        path: "/downloads/b".into(),
        good_bytes: 1,
        total_bytes: 2,
    };
    w.disk.move_faults.insert("/downloads".into(), partly);
    assert_eq!(w.rename(hash, "b"), Reply::Done);
    w.ticks(2);
    assert_eq!(w.status(hash), (Status::Attention, "matches_partly"));
    w.disk.content.remove(&hash);
    w.disk.move_faults.clear();
    w.run(hash);
    w.ticks(3);
    w.is_at(hash, "/downloads/a");
    assert_eq!(w.status(hash), (Status::Attention, "files_changed"));
    w.done(Command::Recheck(vec![hash]));
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
}
