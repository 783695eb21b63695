//! Full, missing and changed drives; files that are not what they were; orders and paused checks.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{World, build::*};
use shoal_core::{
    Bitfield, Command, EngineFault, EngineRequest, Existing, Fault, InfoHash, Intent, Msg,
    NewTorrent, Order, Phase, Priorities, Priority, Refusal, RemoveData, Reply, Selection,
    SelectionChange, SettingValue, Status, StoreOp, VolumeMark,
};

fn mark(mount: &str) -> VolumeMark {
    VolumeMark {
        mount: mount.into(),
        id: "1".into(),
    }
}

fn no_room() -> Fault {
    Fault::DiskFull {
        needed_bytes: 5,
        volume: "/".into(),
    }
}

fn two_volumes() -> World {
    let mut w = World::ready();
    w.disk.volumes.insert("/downloads".into(), mark("/"));
    w.disk.volumes.insert("/other".into(), mark("/other"));
    w
}

#[test]
fn on_a_full_drive_all_that_write_wait_and_the_others_go_on() {
    let mut w = two_volumes();
    let seeds = w.seeding(&single("s", 3));
    let (a, b) = (
        w.running(&single("a", 2_000)),
        w.running(&single("b", 3_000)),
    );
    let elsewhere = single("c", 2_000);
    w.add(NewTorrent {
        save_path: "/other".into(),
        ..from_file(&elsewhere)
    });
    w.ticks(3);
    w.engine.break_torrent(a, EngineFault::DiskFull);
    for hash in [a, b] {
        w.disk.faults.insert(hash, no_room());
    }
    w.pump();
    for hash in [a, b] {
        assert_eq!(w.status(hash), (Status::Attention, "disk_full"));
        assert_eq!(w.phase(hash), Phase::Idle);
        let (_, said) = w.state.explain(w.torrent(hash));
        assert_eq!(said.params[1], ("volume", "/".to_owned()));
    }
    assert_eq!(w.status(seeds).0, Status::Seeding);
    assert_eq!(w.phase(elsewhere.info_hash), Phase::Running);
    let starts = w.starts();
    w.ticks(31);
    assert_eq!(
        (w.disk.probes.len(), w.starts()),
        (6, starts),
        "one look for both each 5 s"
    );
    assert!(
        w.disk.probes.iter().all(|h| *h == a),
        "for the one that needs least"
    );
    // Room for the small one only.
    w.disk.faults.remove(&a);
    w.ticks(7);
    assert_eq!((w.phase(a), w.status(b).1), (Phase::Running, "disk_full"));
    w.disk.faults.clear();
    w.ticks(7);
    assert_eq!(w.phase(b), Phase::Running);
}

#[test]
fn what_waits_for_one_folder_shares_one_look_and_looks_are_bounded() {
    let mut w = World::ready();
    w.slots(0, 0);
    let count = 120;
    for i in 0..count {
        let meta = single(&format!("t{i}"), 1_000);
        let fault = if i < 60 {
            Fault::FolderMissing("/downloads".into())
        } else {
            Fault::PermissionDenied(format!("/downloads/t{i}").into())
        };
        w.disk.faults.insert(meta.info_hash, fault);
        w.add(from_file(&meta));
    }
    w.ticks(1);
    let mut most = 0;
    for _ in 0..20 {
        let before = w.disk.probes.len();
        w.tick();
        most = most.max(w.disk.probes.len() - before);
    }
    assert_eq!(most, 50);
    let asked: std::collections::BTreeSet<InfoHash> = w.disk.probes.iter().copied().collect();
    assert_eq!(
        asked.len(),
        61,
        "each has its turn, those of the folder have one"
    );
    w.disk.faults.clear();
    w.ticks(8);
    let running = w
        .state
        .torrents()
        .filter(|t| t.live.phase == Phase::Running);
    assert_eq!(running.count(), count);
}

#[test]
fn a_look_that_is_never_answered_is_asked_for_again_but_not_piled_up() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    let hash = meta.info_hash;
    w.disk
        .faults
        .insert(hash, Fault::VolumeChanged("/downloads".into()));
    w.add(from_file(&meta));
    w.ticks(2);
    w.disk.delay = 1_000;
    let asked = |w: &World| {
        let probes = |(_, j): &&(u32, common::disk::Job)| matches!(j, common::disk::Job::Probe(_));
        w.disk.jobs.iter().filter(probes).count()
    };
    w.ticks(55);
    assert_eq!(asked(&w), 1);
    w.ticks(15);
    assert_eq!(asked(&w), 2);
    assert_eq!(w.status(hash), (Status::Attention, "volume_changed"));
}

#[test]
fn changed_files_are_not_served_and_what_is_known_of_them_stays() {
    for by_engine in [false, true] {
        let mut w = World::ready();
        let hash = w.seeding(&single("a", 4));
        w.disk.content.remove(&hash);
        if by_engine {
            w.engine.break_torrent(hash, EngineFault::FilesChanged);
        } else {
            w.hold = true;
            w.feed(Msg::FilesChanged { hash });
            assert_eq!(w.phase(hash), Phase::Stopping);
            w.hold = false;
        }
        w.pump();
        assert_eq!(w.status(hash), (Status::Attention, "files_changed"));
        // What the engine believed to have is not what is there.
        w.disk.content.remove(&hash);
        w.ticks(400);
        assert!(w.engine.running_torrents().is_empty());
        w.restart();
        w.ticks(3);
        assert_eq!(w.status(hash), (Status::Attention, "files_changed"));
        w.done(Command::Recheck(vec![hash]));
        w.ticks(5);
        assert_eq!(w.status(hash).0, Status::Seeding);
    }
}

#[test]
fn what_matches_partly_is_used_only_when_the_user_says_so() {
    for existing in [Existing::Ask, Existing::Use, Existing::Beside] {
        let mut w = World::ready();
        let meta = single("a", 4);
        let hash = meta.info_hash;
        let partly = Fault::MatchesPartly {
            path: "/downloads/a".into(),
            good_bytes: 1,
            total_bytes: 2,
        };
        w.disk.faults.insert(hash, partly);
        w.add(NewTorrent {
            existing,
            ..from_file(&meta)
        });
        w.ticks(3);
        if existing == Existing::Ask {
            assert_eq!(w.status(hash), (Status::Attention, "matches_partly"));
            w.ticks(400);
            assert_eq!(w.status(hash), (Status::Attention, "matches_partly"));
            w.done(Command::Adopt(hash));
            w.ticks(3);
        }
        let name = &w.torrent(hash).record.disk_name;
        let beside = existing == Existing::Beside;
        assert_eq!(name == "a (2)", beside, "{name}");
        assert_eq!(w.phase(hash), Phase::Running);
        assert!(!w.torrent(hash).live.adopt, "said once, it holds once");
    }
}

#[test]
fn a_check_can_be_paused_and_says_how_long_it_takes() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 20;
    w.done(Command::Recheck(vec![hash]));
    assert_eq!(w.status(hash).1, "check_queued");
    let op = w.torrent(hash).live.op;
    let progress = |w: &mut World, done_bytes| {
        w.feed(Msg::CheckProgress {
            hash,
            op,
            done_bytes,
            total_bytes: 1_000,
        });
        w.tick();
    };
    progress(&mut w, 0);
    progress(&mut w, 100);
    let eta = shoal_core::work_eta_s(w.torrent(hash));
    assert_eq!((w.status(hash).1, eta), ("checking", Some(9)));
    w.done(Command::HoldCheck(vec![hash], true));
    assert_eq!(w.status(hash), (Status::Checking, "check_paused"));
    assert_eq!(shoal_core::work_eta_s(w.torrent(hash)), None);
    w.done(Command::HoldCheck(vec![hash], true));
    w.done(Command::HoldCheck(vec![hash], false));
    assert_eq!(w.held, [(hash, true), (hash, false)]);
    w.ticks(20);
    assert_eq!(w.status(hash).0, Status::Seeding);
    w.done(Command::HoldCheck(vec![hash], true));
    assert!(!w.torrent(hash).live.held, "there is nothing to pause");
}

#[test]
fn a_paused_check_that_begins_again_stays_paused() {
    let mut w = World::ready();
    let meta = folder("d", &[40_000, 10]);
    let hash = w.seeding(&meta);
    w.disk.delay = 3;
    w.done(Command::Recheck(vec![hash]));
    w.done(Command::HoldCheck(vec![hash], true));
    let have = shoal_core::Bitfield::full(meta.piece_count);
    w.done(Command::Select(hash, choice(&meta, &[0], &have)));
    assert_eq!(w.held, [(hash, true), (hash, true)]);
    w.stop(hash);
    assert!(!w.torrent(hash).live.held);
}

#[test]
fn the_order_is_told_to_what_runs_and_survives() {
    let mut w = World::ready();
    let settings = [("downloads.order", "sequential")]
        .map(|(k, v)| (k.to_owned(), SettingValue::Text(v.to_owned())));
    w.done(Command::SetSettings(settings.into()));
    let meta = folder("d", &[5_000_000, 9_000_000]);
    let hash = w.running(&meta);
    let plain = Arc::default();
    assert_eq!(
        w.engine.steering(hash),
        Some((Order::Sequential, false, plain))
    );
    w.done(Command::SetOrder(vec![hash], Order::Spread, true));
    let high = Arc::new([(1, Priority::High)].into());
    let all = Arc::new([(0, Priority::Normal), (1, Priority::High)].into());
    w.done(Command::SetPriorities(hash, all, None));
    let steering = Some((Order::Spread, true, Arc::clone(&high)));
    assert_eq!(w.engine.steering(hash), steering);
    w.restart();
    w.ticks(2);
    let record = &w.torrent(hash).record;
    assert_eq!((record.order, record.first_last), (Order::Spread, true));
    assert_eq!(record.priorities, high);
    w.done(Command::Undo);
    let steering = w.engine.steering(hash).unwrap();
    assert!(steering.2.is_empty());
    w.done(Command::Redo);
    assert_eq!(w.torrent(hash).record.priorities, high);
}

#[test]
fn what_is_urgent_and_what_is_wanted_change_in_one_step() {
    let mut w = World::ready();
    let meta = folder("d", &[5_000_000, 9_000_000]);
    let hash = w.running(&meta);
    let before = w.torrent(hash).record.clone();
    let high: Priorities = Arc::new([(1, Priority::High)].into());
    let only = choice(&meta, &[1], &Bitfield::new(meta.piece_count));
    w.done(Command::SetPriorities(
        hash,
        high.clone(),
        Some(only.clone()),
    ));
    let record = &w.torrent(hash).record;
    assert_eq!(
        (&record.priorities, &record.selection),
        (&high, &only.selection)
    );
    assert_eq!(record.wanted_bytes, only.wanted_bytes);
    w.done(Command::Undo);
    let record = &w.torrent(hash).record;
    assert_eq!(record.priorities, before.priorities);
    assert_eq!(record.selection, before.selection);
    w.done(Command::Redo);
    assert_eq!(w.torrent(hash).record.priorities, high);
    let none = SelectionChange {
        selection: Selection::Only(Bitfield::new(2)),
        ..only
    };
    let refused = w.command(Command::SetPriorities(hash, Arc::default(), Some(none)));
    assert_eq!(refused, Reply::Refused(Refusal::BadSelection));
    assert_eq!(w.torrent(hash).record.priorities, high, "nothing changed");
}

#[test]
fn an_order_that_changes_during_a_start_is_told_when_it_runs() {
    let mut w = World::ready();
    let meta = single("a", 1_000);
    w.add(from_file(&meta));
    w.hold = true;
    w.ticks(1);
    let hash = meta.info_hash;
    assert_eq!(w.phase(hash), Phase::Starting);
    w.done(Command::SetOrder(vec![hash], Order::Sequential, false));
    let steers = |w: &World| {
        let steers = |r: &&EngineRequest| matches!(r, EngineRequest::Steer { .. });
        w.requests.iter().filter(steers).count()
    };
    assert_eq!(steers(&w), 0);
    w.hold = false;
    w.pump();
    assert_eq!((w.phase(hash), steers(&w)), (Phase::Running, 1));
}

#[test]
fn peers_of_a_magnet_are_still_known_after_a_restart() {
    let mut w = World::ready();
    let hash = InfoHash([3; 20]);
    let peer = "192.0.2.1:6881".parse().unwrap();
    w.add(NewTorrent {
        peers: vec![peer],
        ..from_magnet(hash)
    });
    w.restart();
    let asked = w
        .requests
        .iter()
        .any(|r| matches!(r, EngineRequest::FetchMetadata { peers, .. } if *peers == vec![peer]));
    assert!(asked);
}

#[test]
fn what_was_promised_about_the_trash_is_done_after_a_kill() {
    let mut w = World::ready();
    let hash = w.seeding(&single("a", 4));
    w.disk.delay = 5;
    w.remove(hash, RemoveData::Trash);
    w.crash();
    w.disk.delay = 0;
    w.ticks(6);
    assert_eq!(w.disk.trashed, [hash]);
    w.disk.delay = 5;
    w.done(Command::Undo);
    assert_eq!(w.phase(hash), Phase::Trashing);
    w.crash();
    assert_eq!(
        w.phase(hash),
        Phase::Trashing,
        "without waiting for the network"
    );
    w.disk.delay = 0;
    w.pump();
    w.ticks(6);
    assert_eq!(w.status(hash).0, Status::Seeding);
    let kept = w.store.log.iter().rev().find_map(|op| match op {
        StoreOp::PutTorrent(r) => Some(r.trash_pending),
        _ => None,
    });
    assert_eq!(kept, Some(false));
}

#[test]
fn thousands_of_checks_are_asked_for_at_once() {
    let mut w = World::ready();
    let metas: Vec<_> = (0..400).map(|i| single(&format!("t{i}"), 1)).collect();
    for meta in &metas {
        w.add(NewTorrent {
            intent: Intent::Stop,
            ..from_file(meta)
        });
    }
    let hashes: Vec<InfoHash> = metas.iter().map(|m| m.info_hash).collect();
    w.disk.delay = 1;
    w.done(Command::Recheck(hashes.clone()));
    let checking = w
        .state
        .torrents()
        .filter(|t| t.live.phase == Phase::Checking);
    assert_eq!(checking.count(), 400);
    w.ticks(2);
    assert!(hashes.iter().all(|h| w.phase(*h) == Phase::Idle));
}

#[test]
fn a_torrent_file_for_a_magnet_brings_the_users_choices_along() {
    let mut w = World::ready();
    let meta = folder("d", &[5_000_000, 9_000_000]);
    let hash = meta.info_hash;
    w.add(from_magnet(hash));
    let low = Arc::new([(0, Priority::Low)].into());
    let partly = Fault::MatchesPartly {
        path: "/downloads/d".into(),
        good_bytes: 1,
        total_bytes: 2,
    };
    w.disk.faults.insert(hash, partly);
    w.add(NewTorrent {
        existing: Existing::Use,
        priorities: Arc::clone(&low),
        first_last: Some(true),
        ..from_file(&meta)
    });
    w.ticks(2);
    assert_eq!(w.phase(hash), Phase::Running);
    assert_eq!(w.engine.steering(hash), Some((Order::Spread, true, low)));
}
