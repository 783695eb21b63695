//! Faults, retries, checks, refusing stores and clocks that jump.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{DAY, World, build::*};
use shoal_core::{
    Command, EngineEvent, EngineFault, Fault, Intent, Msg, Phase, Refusal, RemoveData, Reply,
    Retry, Session, SettingValue, Status, Timestamp, Transferred,
};

#[test]
fn a_network_that_fails_is_tried_again() {
    let mut w = World::new();
    w.engine.fail_next_configure(EngineFault::PortTaken);
    w.pump();
    let hash = w.running(&single("a", 1_000));
    w.engine.break_session(EngineFault::PortTaken);
    w.pump();
    assert!(matches!(w.state.session(), Session::Failed { .. }));
    assert_eq!(w.status(hash), (Status::Waiting, "waiting_network"));
    let said = w.state.explain_session().unwrap();
    assert_eq!(said.params[0], ("reason", "port_taken".to_owned()));
    w.engine.fail_next_configure(EngineFault::PortTaken);
    w.pass(30_000);
    assert!(matches!(w.state.session(), Session::Failed { .. }));
    w.pass(30_000);
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
}

#[test]
fn an_answer_to_a_stop_that_comes_late_does_not_end_the_next_run() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.hold = true;
    let dht = ("network.dht".to_owned(), SettingValue::Bool(false));
    w.done(Command::SetSettings([dht].into()));
    // The new session has ended that run already.
    w.stop(hash);
    w.run(hash);
    w.collect();
    while w.phase(hash) != Phase::Starting {
        w.deliver_one();
        w.tick();
    }
    w.hold = false;
    w.ticks(2);
    assert_eq!((w.phase(hash), w.starts()), (Phase::Running, 2));
    assert_eq!(w.engine.running_torrents(), [hash]);
    assert!(w.started.contains_key(&hash));
}

#[test]
fn nothing_runs_without_a_session_even_if_the_engine_says_no_more() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.feed(Msg::Engine(EngineEvent::Failed {
        fault: EngineFault::Internal,
        detail: "panicked".into(),
    }));
    assert_eq!(w.status(hash), (Status::Waiting, "waiting_network"));
    assert_eq!(w.torrent(hash).live.down_bps, 0);
}

#[test]
fn a_broken_torrent_is_tried_again_ever_more_slowly_and_at_once_when_asked() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.engine.break_torrent(hash, EngineFault::Io);
    w.pump();
    assert_eq!(w.status(hash), (Status::Attention, "io"));
    let mut waits = vec![];
    for _ in 0..9 {
        w.engine.fail_next_start(hash, EngineFault::Io);
        let trouble = w.torrent(hash).live.trouble.clone().unwrap();
        let Retry::At(at) = trouble.retry else {
            panic!("{trouble:?}");
        };
        waits.push(at.millis_since(w.now) / 1_000);
        w.now = at.plus_millis(-1_000);
        w.ticks(1);
        w.pump();
        assert_eq!(w.status(hash).1, "io");
    }
    assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
    w.run(hash);
    w.ticks(1);
    w.run(hash);
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
}

#[test]
fn a_failure_told_twice_counts_once() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    let op = w.torrent(hash).live.op;
    w.engine.break_torrent(hash, EngineFault::Io);
    w.pump();
    let before = w.torrent(hash).live.trouble.clone();
    w.now = w.now.plus_millis(1_000);
    w.feed(Msg::Engine(EngineEvent::TorrentFailed {
        hash,
        op,
        fault: EngineFault::DiskFull,
        detail: String::new(),
        have: None,
        owned: None,
        transferred: Transferred::default(),
    }));
    assert_eq!(w.torrent(hash).live.trouble, before);
}

#[test]
fn a_drive_that_comes_back_is_noticed() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    let hash = meta.info_hash;
    w.disk
        .faults
        .insert(hash, Fault::FolderMissing("/downloads".into()));
    w.add(from_file(&meta));
    w.ticks(20);
    assert_eq!(w.status(hash), (Status::Attention, "folder_missing"));
    w.disk.faults.clear();
    w.pass(300_000);
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
}

#[test]
fn a_file_in_the_way_is_gone_around_only_when_asked() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = meta.info_hash;
    w.disk
        .faults
        .insert(hash, Fault::FileInTheWay("/downloads/a".into()));
    w.add(from_file(&meta));
    w.pass(DAY);
    w.ticks(3);
    assert_eq!(w.status(hash), (Status::Attention, "file_in_the_way"));
    w.done(Command::SaveBeside(hash));
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(w.store.rows.torrents[&hash].disk_name, "a (2)");
    w.done(Command::SaveBeside(hash));
    w.stop(hash);
    w.run(hash);
    w.ticks(3);
    assert_eq!(
        w.torrent(hash).record.disk_name,
        "a (2)",
        "its data is not left behind"
    );
}

#[test]
fn two_torrents_of_one_name_never_share_a_file() {
    let mut w = World::ready();
    w.disk.delay = 2;
    let (a, b) = (single("same", 1_000), single("same", 1_001));
    w.add(from_file(&a));
    w.add(from_file(&b));
    w.ticks(8);
    let name = |h| w.torrent(h).record.disk_name.clone();
    assert_eq!(
        (name(a.info_hash), name(b.info_hash)),
        ("same".into(), "same (2)".into())
    );
    assert_eq!(w.starts(), 2);
}

#[test]
fn a_removed_torrent_has_its_name_until_the_engine_has_let_go_of_it() {
    let mut w = World::ready();
    let (first, new) = (single("same", 500), single("same", 600));
    let first_hash = w.running(&first);
    w.remove(first_hash, RemoveData::Keep);
    let leaving = w.running(&single("same", 1_000));
    w.hold = true;
    w.remove(leaving, RemoveData::Keep);
    assert_eq!(w.phase(leaving), Phase::Stopping);
    w.add(from_file(&new));
    w.ticks(2);
    assert_eq!(w.torrent(new.info_hash).record.disk_name, "same (2)");
    // One that has the name already waits until it can have it alone.
    w.add(from_file(&first));
    w.ticks(2);
    assert_eq!(w.status(first_hash), (Status::Attention, "file_in_the_way"));
    w.hold = false;
    w.ticks(6);
    assert_eq!(w.phase(first_hash), Phase::Running);
    w.is_at(first_hash, "/downloads/same");
}

#[test]
fn a_torrent_brought_back_does_not_take_the_file_of_its_successor() {
    let mut w = World::ready();
    let (a, b) = (single("same", 1_000), single("same", 1_001));
    w.running(&a);
    w.remove(a.info_hash, RemoveData::Trash);
    w.ticks(2);
    w.running(&b);
    w.done(Command::Undo);
    w.ticks(3);
    assert_eq!(
        w.status(a.info_hash),
        (Status::Attention, "file_in_the_way")
    );
    assert_eq!(w.phase(b.info_hash), Phase::Running);
}

#[test]
fn a_check_while_stopped_leaves_it_stopped() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.stop(hash);
    w.disk.delay = 2;
    w.disk.content.clear();
    w.done(Command::Recheck(vec![hash]));
    assert_eq!(w.status(hash).0, Status::Checking);
    w.ticks(4);
    assert_eq!(w.status(hash), (Status::Stopped, "stopped"));
    assert_eq!(w.torrent(hash).record.have_bytes, 0);
    assert_eq!(w.starts(), 1);
    w.done(Command::Recheck(vec![hash]));
    w.stop(hash);
    assert_eq!(w.phase(hash), Phase::Idle, "stop gives the check up");
}

#[test]
fn a_check_while_running_stops_checks_and_starts() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.done(Command::Recheck(vec![hash]));
    assert_eq!(w.phase(hash), Phase::Checking);
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
    assert_eq!(w.starts(), 2);
}

#[test]
fn a_check_asked_for_during_a_quick_look_is_not_lost() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.stop(hash);
    w.disk.content.clear();
    w.disk.delay = 2;
    w.run(hash);
    assert_eq!(w.phase(hash), Phase::Checking);
    w.done(Command::Recheck(vec![hash]));
    w.ticks(6);
    assert_eq!(
        w.status(hash).0,
        Status::Seeding,
        "files gone: said only without a full check"
    );
    assert_eq!(w.starts(), 2);
}

#[test]
fn files_that_vanished_are_said_and_not_fetched_in_silence() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.stop(hash);
    w.disk.content.clear();
    w.run(hash);
    w.pass(DAY);
    assert_eq!(w.status(hash), (Status::Attention, "files_changed"));
}

#[test]
fn a_store_that_refuses_leaves_everything_as_it_was() {
    let mut w = World::ready();
    let meta = folder("d", &[65_536, 10_000_000]);
    let hash = w.running(&meta);
    let gone = w.seeding(&single("gone", 1));
    w.remove(gone, RemoveData::Keep);
    w.done(Command::SetLabels(vec![hash], vec!["l".into()]));
    w.done(Command::Undo);
    let have = w.engine.have(hash).unwrap();
    let set = |key: &str, value| Command::SetSettings([(key.to_owned(), value)].into());
    let commands = [
        Command::Add(Box::new(from_file(&single("new", 3)))),
        Command::Add(Box::new(from_file(&single("gone", 1)))),
        Command::Add(Box::new(from_magnet(hash))),
        Command::SetIntent(vec![hash], Intent::Stop),
        Command::Remove(vec![hash], RemoveData::Trash),
        Command::Select(hash, choice(&meta, &[0], &have)),
        Command::SetLabels(vec![hash], vec!["m".into()]),
        Command::DropLabel("none".into()),
        set("network.dht", SettingValue::Bool(false)),
        set("window.sidebar", SettingValue::Bool(false)),
        Command::Undo,
        Command::Redo,
    ];
    w.store.refuse = true;
    w.requests.clear();
    for command in commands {
        let shown = |w: &World| {
            let mut all: Vec<String> = w.state.torrents().map(|t| format!("{t:?}")).collect();
            all.sort();
            let s = &w.state;
            let rest = format!("{:?}", (s.labels(), s.settings(), s.session()));
            (all, rest, s.next_undo().cloned(), s.next_redo().cloned())
        };
        let before = shown(&w);
        let said = format!("{command:?}");
        let reply = w.command(command);
        if said.starts_with("DropLabel") {
            assert_eq!(reply, Reply::Done, "nothing to store");
        } else {
            let full = "no space left on device".to_owned();
            assert_eq!(reply, Reply::Refused(Refusal::StoreFailed(full)), "{said}");
        }
        assert_eq!(shown(&w), before, "{said}");
    }
    assert_eq!(w.requests.len(), 0, "nothing was asked of the engine");
}

#[test]
fn metadata_that_could_not_be_stored_is_asked_for_again() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = meta.info_hash;
    w.metas.insert(hash, meta.clone());
    w.add(from_magnet(hash));
    w.store.refuse = true;
    w.engine.serve_metadata(meta);
    w.pump();
    assert_eq!(w.status(hash), (Status::Attention, "io"));
    assert!(w.torrent(hash).record.summary.is_none());
    w.store.refuse = false;
    w.pass(300_000);
    w.ticks(5);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_start_that_could_not_be_stored_is_tried_again() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    let hash = meta.info_hash;
    w.add(from_file(&meta));
    w.store.refuse = true;
    w.tick();
    assert_eq!((w.phase(hash), w.status(hash).1), (Phase::Idle, "io"));
    assert_eq!(w.starts(), 0);
    w.store.refuse = false;
    w.ticks(8);
    assert_eq!(w.phase(hash), Phase::Running);
}

#[test]
fn clocks_that_jump_lose_nothing_and_delay_nothing() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    let broken = w.running(&single("b", 1_000));
    let record = |w: &World| w.torrent(hash).record.clone();
    let before = (
        record(&w).intent,
        record(&w).completed_at,
        record(&w).added_at,
    );
    for jump in [365 * DAY, -DAY, -365 * DAY, i64::MIN / 2, i64::MAX] {
        w.engine.break_torrent(broken, EngineFault::Io);
        w.pump();
        w.now = Timestamp(w.now.0.saturating_add(jump));
        w.ticks(3);
        if jump < 0 {
            assert_eq!(w.phase(broken), Phase::Running, "it waits no year longer");
        }
    }
    w.now = Timestamp(1_000_000 * DAY);
    w.ticks(3);
    let after = (
        record(&w).intent,
        record(&w).completed_at,
        record(&w).added_at,
    );
    assert_eq!(after, before);
    w.ticks(31);
    let stored = w.store.rows.torrents[&hash].uploaded_bytes;
    assert!(
        stored + 1_000_000 > record(&w).uploaded_bytes,
        "totals are stored again"
    );
    w.engine.break_session(EngineFault::Internal);
    w.pump();
    w.now = w.now.plus_millis(-DAY);
    w.ticks(3);
    assert!(matches!(w.state.session(), Session::Running { .. }));
}
