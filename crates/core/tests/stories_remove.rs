//! Removing, the trash, undo and redo.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{DAY, World, build::*};
use shoal_core::{
    Bitfield, Command, Effect, EngineEvent, Intent, Msg, NewTorrent, Phase, Refusal, RemoveData,
    Reply, SettingValue, Status, StoreOp, Transferred, UNDO_STEPS_MAX,
};

fn nothing_to_undo() -> Reply {
    Reply::Refused(Refusal::NothingToUndo)
}

#[test]
fn removed_and_kept_it_comes_back_and_goes_again() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.remove(hash, RemoveData::Keep);
    w.ticks(2);
    assert!(w.state.torrent(hash).is_none() && w.engine.running_torrents().is_empty());
    w.done(Command::Undo);
    w.ticks(2);
    assert_eq!(w.status(hash).0, Status::Seeding);
    w.done(Command::Redo);
    assert!(w.state.torrent(hash).is_none());
    w.restart();
    w.done(Command::Undo);
    w.ticks(2);
    assert_eq!(w.status(hash).0, Status::Seeding);
    w.restart();
    w.done(Command::Redo);
    assert!(w.state.torrent(hash).is_none());
    assert_eq!(w.command(Command::Redo), nothing_to_undo());
    assert!(w.disk.trashed.is_empty());
}

#[test]
fn files_go_to_the_trash_and_come_back() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.remove(hash, RemoveData::Trash);
    w.ticks(2);
    assert!(!w.disk.content.contains_key(&hash) && w.disk.trash.contains_key(&hash));
    w.done(Command::Undo);
    w.ticks(3);
    assert_eq!(w.status(hash).0, Status::Seeding);
    w.done(Command::Redo);
    w.ticks(3);
    assert!(w.disk.trash.contains_key(&hash));
    w.restart();
    w.done(Command::Undo);
    w.ticks(3);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn undo_before_the_files_went_leaves_them() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.hold = true;
    w.remove(hash, RemoveData::Trash);
    assert_eq!(w.phase(hash), Phase::Stopping);
    w.done(Command::Undo);
    w.hold = false;
    w.ticks(3);
    assert!(w.disk.trashed.is_empty());
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn undo_then_removal_while_the_files_are_on_their_way_brings_them_back() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 2;
    w.remove(hash, RemoveData::Trash);
    assert_eq!(w.phase(hash), Phase::Trashing);
    w.done(Command::Undo);
    w.remove(hash, RemoveData::Keep);
    w.ticks(6);
    assert!(w.disk.content.contains_key(&hash), "they were to be kept");
    assert_eq!(w.phase(hash), Phase::Idle);
}

#[test]
fn files_that_could_not_be_trashed_bring_their_torrent_back() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.trash_fails = true;
    w.remove(hash, RemoveData::Trash);
    w.ticks(2);
    assert!(w.state.torrent(hash).is_some());
    assert_eq!(w.status(hash), (Status::Attention, "trash_failed"));
    let (_, said) = w.state.explain(w.torrent(hash));
    assert_eq!(said.params, [("detail", "there is no trash".to_owned())]);
    let row = &w.store.rows.torrents[&hash];
    assert_eq!(
        (row.intent, row.removed_at, row.trashed),
        (Intent::Stop, None, false)
    );
    w.ticks(400);
    assert_eq!(w.phase(hash), Phase::Idle, "not tried again by itself");
    w.done(Command::Undo);
    w.run(hash);
    w.ticks(2);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn where_there_is_no_trash_files_are_deleted_when_that_is_said() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.trash_fails = true;
    w.remove(hash, RemoveData::Trash);
    w.ticks(2);
    assert_eq!(w.status(hash).1, "trash_failed");
    let steps = w.store.rows.undo.len();
    w.remove(hash, RemoveData::Delete);
    w.ticks(2);
    assert!(w.state.torrent(hash).is_none());
    assert!(!w.disk.content.contains_key(&hash) && w.disk.trash.is_empty());
    assert_eq!(
        w.store.rows.undo.len(),
        steps,
        "nothing that could be undone"
    );
    // The step before it is still there to be undone: the torrent comes back, its files do not, and
    // nothing is fetched again in silence.
    w.done(Command::Undo);
    w.run(hash);
    w.ticks(3);
    assert_eq!(w.status(hash), (Status::Attention, "files_changed"));
}

#[test]
fn a_deletion_that_a_kill_cuts_short_is_not_gone_on_with() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 5;
    w.remove(hash, RemoveData::Delete);
    w.ticks(1);
    assert_eq!(w.phase(hash), Phase::Trashing);
    w.disk.delay = 0;
    w.crash();
    w.ticks(3);
    assert!(
        w.disk.trash.contains_key(&hash),
        "what is left is in the trash"
    );
}

#[test]
fn a_trash_that_fails_after_undo_is_no_trouble() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 2;
    w.disk.trash_fails = true;
    w.remove(hash, RemoveData::Trash);
    w.done(Command::Undo);
    w.ticks(8);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn steps_are_forgotten_after_a_day_and_torrents_with_them() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.remove(hash, RemoveData::Keep);
    w.pass(DAY);
    assert!(w.state.any_torrent(hash).is_some());
    w.pass(31_000);
    assert!(w.state.any_torrent(hash).is_none());
    assert!(w.store.log.contains(&StoreOp::DropTorrent(hash)));
    assert_eq!(w.command(Command::Undo), nothing_to_undo());
}

#[test]
fn steps_that_are_too_old_are_forgotten_at_start() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.remove(hash, RemoveData::Keep);
    w.now = w.now.plus_millis(2 * DAY);
    w.crash();
    assert!(w.store.rows.torrents.is_empty() && w.store.rows.undo.is_empty());
}

#[test]
fn no_more_than_fifty_steps_are_kept() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.remove(hash, RemoveData::Keep);
    for i in 0..UNDO_STEPS_MAX {
        assert!(w.state.any_torrent(hash).is_some());
        let on = SettingValue::Bool(i % 2 == 0);
        w.done(Command::SetSettings(
            [("appearance.binary_units".to_owned(), on)].into(),
        ));
    }
    assert!(w.state.any_torrent(hash).is_none());
    assert_eq!(w.store.rows.undo.len(), UNDO_STEPS_MAX);
    assert!(w.store.log.contains(&StoreOp::DropTorrent(hash)));
    for _ in 0..UNDO_STEPS_MAX {
        w.done(Command::Undo);
    }
    assert_eq!(w.command(Command::Undo), nothing_to_undo());
}

#[test]
fn a_torrent_is_removed_while_it_starts_and_while_it_stops() {
    let mut w = World::ready();
    let meta = single("a", 100);
    let hash = meta.info_hash;
    w.add(from_file(&meta));
    w.hold = true;
    w.tick();
    assert_eq!(w.phase(hash), Phase::Starting);
    w.remove(hash, RemoveData::Trash);
    assert_eq!(w.phase(hash), Phase::Stopping);
    w.hold = false;
    w.ticks(2);
    assert_eq!(w.disk.trashed, [hash]);
    let other = w.running(&single("b", 1_000));
    w.hold = true;
    w.stop(other);
    w.remove(other, RemoveData::Trash);
    assert!(w.disk.trashed == [hash], "not before it is let go of");
    w.hold = false;
    w.ticks(2);
    assert_eq!(w.disk.trashed, [hash, other]);
}

#[test]
fn added_again_while_its_files_wait_for_the_trash_they_stay() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.hold = true;
    w.remove(hash, RemoveData::Trash);
    w.add(from_file(&meta));
    w.hold = false;
    w.ticks(3);
    assert!(w.disk.trashed.is_empty());
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn added_again_it_finds_its_files_or_fetches_them() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    for data in [RemoveData::Keep, RemoveData::Trash] {
        w.remove(hash, data);
        w.ticks(2);
        assert_eq!(w.add(from_file(&meta)), Reply::Added(hash));
        w.ticks(4);
        assert_eq!(w.status(hash).0, Status::Seeding);
    }
    w.remove(hash, RemoveData::Keep);
    w.disk.content.clear();
    w.add(from_file(&meta));
    w.ticks(4);
    assert_eq!(
        w.status(hash).0,
        Status::Seeding,
        "what was deleted by hand is fetched"
    );
}

#[test]
fn what_was_owned_elsewhere_is_not_owned_here() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.remove(hash, RemoveData::Keep);
    w.add(NewTorrent {
        save_path: "/elsewhere".into(),
        intent: Intent::Stop,
        ..from_file(&meta)
    });
    assert!(!w.store.rows.resume.contains_key(&hash));
    assert!(w.store.rows.torrents.contains_key(&hash));
    assert!(w.store.rows.metainfo.contains_key(&hash));
}

#[test]
fn quitting_waits_for_the_trash() {
    for delay in [0, 3] {
        let mut w = World::ready();
        let hash = w.seeding(&single("a", 4));
        w.disk.delay = delay;
        w.hold = true;
        w.remove(hash, RemoveData::Trash);
        w.quit();
        assert_eq!(w.disk.trashed, [hash]);
    }
}

#[test]
fn an_engine_that_ends_by_itself_ends_nothing_else() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.down = true;
    let effects = w
        .state
        .handle(Msg::Engine(shoal_core::EngineEvent::Down), w.now);
    assert!(!effects.iter().any(|e| matches!(e, Effect::Exit)));
    assert_eq!(w.status(hash), (Status::Waiting, "waiting_network"));
    assert!(w.state.explain_session().is_some());
    let effects = w.state.handle(Msg::Quit, w.now);
    assert!(effects.iter().any(|e| matches!(e, Effect::Exit)));
}

#[test]
fn what_the_engine_says_at_last_of_an_old_place_is_not_kept_for_the_new_one() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.hold = true;
    w.remove(hash, RemoveData::Keep);
    assert_eq!(w.phase(hash), Phase::Stopping);
    let new = NewTorrent {
        save_path: "/elsewhere".into(),
        ..from_file(&meta)
    };
    w.add(new);
    assert_eq!(w.phase(hash), Phase::Stopping);
    let op = w.state.torrent(hash).unwrap().live.op;
    let full = Bitfield::full(meta.piece_count);
    let stopped = EngineEvent::Stopped {
        hash,
        op,
        have: Some(full),
        owned: Some(Bitfield::full(1)),
        transferred: Transferred::default(),
    };
    let effects = w.state.handle(Msg::Engine(stopped), w.now);
    let saved = |e: &Effect| matches!(e, Effect::SaveResume { .. });
    assert!(!effects.iter().any(saved), "{effects:?}");
    let prepares = |e: &Effect| matches!(e, Effect::Prepare { .. });
    assert!(effects.iter().any(prepares), "{effects:?}");
}
