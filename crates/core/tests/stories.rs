//! The life of a torrent, told as the user lives it.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{DAY, World, build::*};
use shoal_core::{
    Bitfield, Command, Effect, EngineEvent, EngineRequest, Intent, Msg, OpId, Phase, Refusal,
    RemoveData, Reply, Session, SettingValue, Status, StoreOp, Transferred,
};

#[test]
fn a_torrent_is_prepared_started_downloaded_flushed_and_seeded() {
    let mut w = World::ready();
    let meta = single("film.mkv", 100);
    let hash = meta.info_hash;
    assert_eq!(w.add(from_file(&meta)), Reply::Added(hash));
    assert_eq!(w.phase(hash), Phase::Checking);
    assert_eq!(w.status(hash), (Status::Checking, "check_queued"));
    w.tick();
    assert_eq!(w.phase(hash), Phase::Running);
    assert!(w.store.log.contains(&StoreOp::MarkDirty(hash)));
    w.tick();
    assert_eq!(w.status(hash), (Status::Downloading, "downloading"));
    w.disk.delay = 2;
    w.tick();
    assert_eq!(w.torrent(hash).record.completed_at, None, "not yet on disk");
    w.ticks(3);
    assert_eq!(w.status(hash), (Status::Seeding, "seeding"));
    let record = &w.store.rows.torrents[&hash];
    assert!(record.completed_at.is_some());
    assert_eq!(record.have_bytes, record.wanted_bytes);
    assert!(w.store.rows.resume[&hash].clean);
}

#[test]
fn a_flush_that_ends_before_the_next_look_still_completes() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 4));
    w.engine.advance(1_000);
    w.deliver();
    assert!(w.torrent(hash).record.completed_at.is_some());
}

#[test]
fn a_flush_counts_even_if_the_torrent_was_stopped_meanwhile() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 4));
    w.disk.delay = 3;
    w.tick();
    w.stop(hash);
    assert_eq!(w.phase(hash), Phase::Idle);
    w.ticks(4);
    assert!(w.store.rows.torrents[&hash].completed_at.is_some());
    assert_eq!(w.status(hash), (Status::Finished, "finished"));
}

#[test]
fn stop_and_start_keep_what_is_there() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 200));
    w.tick();
    w.stop(hash);
    assert_eq!(w.status(hash), (Status::Stopped, "stopped"));
    assert!(w.store.rows.resume[&hash].clean);
    let have = w.disk.content[&hash].count_ones();
    assert!(have > 0);
    w.run(hash);
    w.tick();
    assert_eq!(w.phase(hash), Phase::Running);
    assert_eq!(w.engine.have(hash).unwrap().count_ones(), have);
}

#[test]
fn a_magnet_is_a_row_before_anything_is_known_of_it() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = meta.info_hash;
    w.add(from_magnet(hash));
    assert_eq!(
        w.status(hash),
        (Status::FetchingMetadata, "fetching_metadata")
    );
    w.stop(hash);
    assert_eq!(w.status(hash), (Status::Stopped, "stopped"));
    let cancel = |r: &EngineRequest| matches!(r, EngineRequest::CancelFetch { .. });
    assert!(w.requests.iter().any(cancel));
    w.crash();
    w.pump();
    assert_eq!(w.status(hash).0, Status::Stopped);
    w.run(hash);
    w.restart();
    assert_eq!(w.phase(hash), Phase::FetchingMetadata);
    w.metas.insert(hash, meta.clone());
    w.engine.serve_metadata(meta);
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(w.torrent(hash).record.name, "a");
    assert!(w.store.rows.metainfo.contains_key(&hash));
}

#[test]
fn a_magnet_is_removed_while_it_is_fetched() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = meta.info_hash;
    w.add(from_magnet(hash));
    w.remove(hash, RemoveData::Trash);
    w.metas.insert(hash, meta.clone());
    w.engine.serve_metadata(meta);
    w.ticks(3);
    assert!(w.state.torrent(hash).is_none());
    assert!(w.torrent(hash).record.summary.is_none());
    w.done(Command::Undo);
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn the_files_of_a_magnet_are_chosen_before_it_starts() {
    let mut w = World::ready();
    let meta = folder("d", &[40_000, 40_000]);
    let hash = meta.info_hash;
    w.metas.insert(hash, meta.clone());
    w.engine.serve_metadata(meta.clone());
    w.add(shoal_core::NewTorrent {
        choose_files: true,
        ..from_magnet(hash)
    });
    w.ticks(3);
    assert_eq!(w.status(hash), (Status::Choosing, "choosing_files"));
    w.restart();
    w.ticks(3);
    assert_eq!(w.status(hash).0, Status::Choosing);
    assert_eq!(w.starts(), 0);
    let none = Bitfield::new(meta.piece_count);
    let empty = choice(&meta, &[], &none);
    let refused = w.command(Command::Select(hash, empty));
    assert_eq!(refused, Reply::Refused(Refusal::BadSelection));
    w.done(Command::Select(hash, choice(&meta, &[1], &none)));
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(w.torrent(hash).record.have_bytes, 40_000);
}

#[test]
fn metadata_that_is_not_acceptable_is_said_and_not_fetched_for_ever() {
    let mut w = World::ready();
    let hash = single("a", 4).info_hash;
    w.add(from_magnet(hash));
    w.engine.fail_metadata(hash, "too_many_files");
    w.pump();
    assert_eq!(w.status(hash), (Status::Attention, "bad_metadata"));
    let fetches = w.requests.len();
    w.pass(DAY);
    let fetch = |r: &EngineRequest| matches!(r, EngineRequest::FetchMetadata { .. });
    assert!(!w.requests[fetches..].iter().any(fetch));
}

#[test]
fn a_magnet_that_nobody_can_be_asked_for_says_so_and_tries_the_next_session() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = meta.info_hash;
    w.add(from_magnet(hash));
    w.engine.fail_metadata(hash, "no_peer_source");
    w.pump();
    assert_eq!(w.status(hash), (Status::Attention, "no_peer_source"));
    w.metas.insert(hash, meta.clone());
    w.engine.serve_metadata(meta);
    let dht = [("network.dht".to_owned(), SettingValue::Bool(false))];
    w.done(Command::SetSettings(dht.into()));
    w.pump();
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
}

#[test]
fn a_known_torrent_gets_the_new_trackers_and_asks_them() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    let hash = w.running(&meta);
    assert_eq!(w.add(from_magnet(hash)), Reply::AlreadyAdded(hash));
    w.ticks(2);
    assert_eq!(w.starts(), 2);
    assert_eq!(w.phase(hash), Phase::Running);
    assert_eq!(w.store.rows.torrents[&hash].trackers.len(), 2);
    assert_eq!(w.add(from_magnet(hash)), Reply::AlreadyAdded(hash));
    w.ticks(2);
    assert_eq!(w.starts(), 2, "nothing new, nothing to do");
}

#[test]
fn trackers_that_come_while_it_is_looked_at_need_no_restart() {
    let mut w = World::ready();
    w.disk.delay = 2;
    let meta = single("a", 1_000);
    let hash = meta.info_hash;
    w.add(from_file(&meta));
    w.add(from_magnet(hash));
    w.ticks(3);
    w.run(hash);
    w.ticks(3);
    assert_eq!(w.starts(), 1);
}

#[test]
fn a_file_gives_a_magnet_its_list_and_the_choice_made_with_it() {
    let mut w = World::ready();
    let meta = folder("d", &[40_000, 40_000]);
    let hash = meta.info_hash;
    w.add(shoal_core::NewTorrent {
        choose_files: true,
        ..from_magnet(hash)
    });
    w.engine.fail_metadata(hash, "internal");
    w.pump();
    assert_eq!(w.status(hash).0, Status::Attention);
    let chosen = choice(&meta, &[0], &Bitfield::new(meta.piece_count));
    let reply = w.add(shoal_core::NewTorrent {
        selection: chosen.selection.clone(),
        ..from_file(&meta)
    });
    assert_eq!(reply, Reply::AlreadyAdded(hash));
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
    let record = &w.store.rows.torrents[&hash];
    assert_eq!(
        (&record.selection, record.wanted_bytes),
        (&chosen.selection, 40_000)
    );
}

#[test]
fn settings_reconnect_and_leave_the_list_alone() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    let stopped = single("b", 10);
    w.running(&stopped);
    w.stop(stopped.info_hash);
    let magnet = single("c", 10);
    w.add(from_magnet(magnet.info_hash));
    w.hold = true;
    let set =
        |on| Command::SetSettings([("network.dht".to_owned(), SettingValue::Bool(on))].into());
    w.done(set(false));
    assert_eq!(w.state.session(), &Session::Starting);
    assert_eq!(w.torrent(hash).record.intent, Intent::Run);
    w.hold = false;
    w.ticks(3);
    assert!(matches!(w.state.session(), Session::Running { .. }));
    assert_eq!(w.phase(hash), Phase::Running);
    assert_eq!(w.phase(stopped.info_hash), Phase::Idle);
    assert_eq!(w.phase(magnet.info_hash), Phase::FetchingMetadata);
    w.done(set(false));
    let configures = |w: &World| {
        let is = |r: &&EngineRequest| matches!(r, EngineRequest::Configure(_));
        w.requests.iter().filter(is).count()
    };
    assert_eq!(configures(&w), 2, "the same again changes nothing");
    w.done(Command::Undo);
    w.ticks(3);
    assert_eq!(configures(&w), 3);
    assert_eq!(w.phase(hash), Phase::Running);
}

#[test]
fn a_fetch_that_ends_with_its_session_is_no_trouble() {
    let mut w = World::ready();
    let hash = single("a", 4).info_hash;
    w.add(from_magnet(hash));
    let op = w.torrent(hash).live.op;
    w.hold = true;
    w.done(Command::SetSettings(
        [("network.dht".to_owned(), SettingValue::Bool(false))].into(),
    ));
    w.feed(Msg::Engine(EngineEvent::MetadataFailed {
        hash,
        op,
        code: "internal".into(),
    }));
    assert!(w.torrent(hash).live.trouble.is_none());
    w.hold = false;
    w.pump();
    assert_eq!(w.phase(hash), Phase::FetchingMetadata);
}

#[test]
fn the_port_is_chosen_once() {
    let mut w = World::ready();
    assert_eq!(
        w.store.rows.settings["network.port"],
        SettingValue::Int(6_881)
    );
    w.restart();
    let EngineRequest::Configure(network) = &w.requests[0] else {
        panic!("{:?}", w.requests);
    };
    assert_eq!(network.port, 6_881);
}

#[test]
fn quitting_changes_no_intent_and_refuses_what_comes_later() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    let checking = single("b", 10);
    w.disk.delay = 5;
    w.add(from_file(&checking));
    w.tick();
    w.feed(Msg::Quit);
    w.feed(Msg::Quit);
    let reply = w.command(Command::SetIntent(vec![hash], Intent::Stop));
    assert_eq!(reply, Reply::Refused(Refusal::ShuttingDown));
    w.deliver();
    w.ticks(10);
    assert_eq!(w.exits, 1);
    assert_eq!(w.starts(), 1);
    for hash in [hash, checking.info_hash] {
        assert_eq!(w.store.rows.torrents[&hash].intent, Intent::Run);
    }
    assert!(w.store.rows.resume[&hash].clean);
}

#[test]
fn totals_survive_a_restart_and_being_added_again() {
    let mut w = World::ready();
    let meta = single("a", 4);
    let hash = w.seeding(&meta);
    w.ticks(2);
    let totals = |w: &World| {
        let r = &w.torrent(hash).record;
        (r.downloaded_bytes, r.uploaded_bytes)
    };
    let before = totals(&w);
    assert!(before.0 == meta.total_length && before.1 > 0);
    w.restart();
    assert_eq!(totals(&w), before);
    w.remove(hash, RemoveData::Trash);
    w.ticks(2);
    w.add(from_file(&meta));
    assert_eq!(totals(&w), before);
    w.ticks(4);
    assert_eq!(w.status(hash).0, Status::Seeding);
    assert_eq!(totals(&w).0, 2 * before.0);
}

#[test]
fn late_and_unknown_answers_change_nothing() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    let before = format!("{:?}", w.state);
    let op = OpId(w.torrent(hash).live.op.0 - 1);
    let gone = single("x", 1).info_hash;
    for (hash, op) in [(hash, op), (gone, op), (gone, OpId::default())] {
        let stopped = EngineEvent::Stopped {
            hash,
            op,
            have: None,
            owned: None,
            transferred: Transferred::default(),
        };
        let failed = EngineEvent::TorrentFailed {
            hash,
            op,
            fault: shoal_core::EngineFault::Io,
            detail: String::new(),
            have: None,
            owned: None,
            transferred: Transferred::default(),
        };
        for event in [stopped, failed] {
            let effects = w.state.handle(Msg::Engine(event), w.now);
            assert!(effects.iter().all(|e| matches!(e, Effect::Publish)));
        }
        w.feed(Msg::Flushed { hash, op, ok: true });
        w.feed(Msg::TrashDone { hash, error: None });
    }
    assert_eq!(format!("{:?}", w.state), before);
}
