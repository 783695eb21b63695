//! The queue: who runs, who waits, and in which order.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, build::*};
use shoal_core::{
    Command, EngineFault, InfoHash, Intent, Phase, QueueTo, RemoveData, Reply, SettingValue, Status,
};

/// Torrents that take long, added in order.
fn long(w: &mut World, count: u32) -> Vec<InfoHash> {
    let one = |n| {
        let meta = single(&format!("long {n}"), 1_000);
        w.engine.set_down_bps(meta.info_hash, 5_000);
        w.add(from_file(&meta));
        meta.info_hash
    };
    (0..count).map(one).collect()
}

fn running(w: &World, all: &[InfoHash]) -> Vec<usize> {
    let runs = |(n, hash): (usize, &InfoHash)| (w.phase(*hash) == Phase::Running).then_some(n);
    all.iter().enumerate().filter_map(runs).collect()
}

fn place(w: &World, hash: InfoHash) -> Option<u32> {
    w.torrent(hash).live.place
}

fn queue_move(w: &mut World, hash: InfoHash, to: QueueTo) {
    w.done(Command::QueueMove(vec![hash], to));
    w.ticks(2);
}

#[test]
fn those_that_come_first_run_and_the_others_say_their_place() {
    let mut w = World::ready();
    let all = long(&mut w, 9);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 2, 3, 4]);
    assert_eq!(w.status(all[5]), (Status::Waiting, "queue_download"));
    let (_, said) = w.state.explain(w.torrent(all[7]));
    assert_eq!(said.params, [("place", "3".to_owned())]);
    assert_eq!(place(&w, all[0]), None);
    // Who is stopped makes room for the first of those that wait.
    w.stop(all[2]);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 3, 4, 5]);
    assert_eq!(place(&w, all[7]), Some(2));
    // And gets its slot back when it is wanted again: it comes first.
    w.run(all[2]);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 2, 3, 4]);
    assert_eq!(place(&w, all[5]), Some(1));
    // By force, nobody is asked and nobody has to go.
    w.done(Command::SetIntent(vec![all[8]], Intent::ForceRun));
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 2, 3, 4, 8]);
    w.run(all[8]);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 2, 3, 4]);
    w.remove(all[0], RemoveData::Keep);
    w.ticks(3);
    assert_eq!(running(&w, &all), [1, 2, 3, 4, 5]);
    w.done(Command::Undo);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 2, 3, 4]);
}

#[test]
fn moving_in_the_queue_holds_at_once_and_can_be_taken_back() {
    let mut w = World::ready();
    w.slots(2, 0);
    let all = long(&mut w, 5);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1]);
    queue_move(&mut w, all[4], QueueTo::Top);
    assert_eq!(running(&w, &all), [0, 4]);
    assert_eq!(place(&w, all[1]), Some(1));
    queue_move(&mut w, all[0], QueueTo::Down);
    assert_eq!(running(&w, &all), [1, 4]);
    queue_move(&mut w, all[3], QueueTo::Before(all[4]));
    assert_eq!(running(&w, &all), [3, 4]);
    queue_move(&mut w, all[3], QueueTo::Bottom);
    assert_eq!(running(&w, &all), [1, 4]);
    for _ in 0..4 {
        w.done(Command::Undo);
    }
    w.ticks(2);
    assert_eq!(running(&w, &all), [0, 1]);
    w.restart();
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1]);
    // More slots, fewer, and none but by the machine.
    w.slots(3, 0);
    w.ticks(2);
    assert_eq!(running(&w, &all), [0, 1, 2]);
    w.slots(1, 0);
    w.ticks(2);
    assert_eq!(running(&w, &all), [0]);
    w.slots(0, 0);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1, 2, 3, 4]);
    assert!(all.iter().all(|hash| place(&w, *hash).is_none()));
    w.slots(2, 0);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1]);
}

#[test]
fn what_the_store_refuses_stops_and_starts_nobody() {
    let mut w = World::ready();
    w.slots(1, 0);
    let all = long(&mut w, 3);
    w.ticks(3);
    let asked = w.requests.len();
    w.store.refuse = true;
    let refused = |reply| matches!(reply, Reply::Refused(_));
    assert!(refused(
        w.command(Command::SetIntent(vec![all[0]], Intent::Stop))
    ));
    let top = Command::QueueMove(vec![all[2]], QueueTo::Top);
    assert!(refused(w.command(top)));
    w.store.refuse = false;
    assert_eq!(w.requests.len(), asked, "nothing was asked of the engine");
    w.ticks(2);
    assert_eq!(running(&w, &all), [0]);
}

#[test]
fn one_that_moves_nothing_holds_nobody_up_and_counts_again_once_it_moves() {
    let mut w = World::ready();
    w.slots(1, 0);
    let all = long(&mut w, 4);
    w.ticks(3);
    w.engine.set_down_bps(all[0], 0);
    w.ticks(50);
    assert_eq!(running(&w, &all), [0], "a minute is not over");
    w.ticks(20);
    assert_eq!(running(&w, &all), [0, 1]);
    // A trickle is as good as nothing.
    w.engine.set_down_bps(all[1], 1_900);
    w.ticks(70);
    assert_eq!(running(&w, &all), [0, 1], "as many as slots, no more");
    w.engine.set_down_bps(all[1], 5_000);
    w.ticks(15);
    assert_eq!(running(&w, &all), [0, 1]);
    // The first moves again, for some seconds: now it is the only one that may.
    w.engine.set_down_bps(all[0], 5_000);
    w.ticks(5);
    assert_eq!(running(&w, &all), [0, 1]);
    w.ticks(10);
    assert_eq!(running(&w, &all), [0]);
    assert_eq!(place(&w, all[1]), Some(1));
}

#[test]
fn who_is_held_back_by_a_limit_is_not_slow() {
    let mut w = World::ready();
    w.slots(8, 0);
    let all = long(&mut w, 10);
    for hash in &all {
        w.engine.set_down_bps(*hash, 1_500);
    }
    let key = "speed.down_kbps".to_owned();
    let limit = |kbps| [(key.clone(), SettingValue::Int(kbps))].into();
    w.done(Command::SetSettings(limit(17)));
    w.ticks(90);
    assert_eq!(running(&w, &all).len(), 8);
    w.done(Command::SetSettings(limit(0)));
    w.ticks(90);
    assert_eq!(
        running(&w, &all).len(),
        10,
        "1.5 kB/s without a limit is slow"
    );
}

#[test]
fn without_a_network_nobody_loses_anything() {
    let mut w = World::ready();
    w.slots(2, 0);
    let all = long(&mut w, 4);
    w.ticks(3);
    w.engine.fail_next_configure(EngineFault::PortTaken);
    w.engine.break_session(EngineFault::PortTaken);
    w.ticks(200);
    assert_eq!(running(&w, &all), [0, 1]);
    assert_eq!(w.starts(), 4, "the two that ran, and nobody else");
}

#[test]
fn those_that_never_move_take_turns_and_all_others_end() {
    let mut w = World::ready();
    w.slots(2, 0);
    let dead = long(&mut w, 6);
    for hash in &dead {
        w.engine.set_down_bps(*hash, 0);
    }
    let metas: Vec<_> = (0..6).map(|n| single(&format!("good {n}"), 3)).collect();
    for meta in &metas {
        w.add(from_file(meta));
    }
    let mut tried = std::collections::BTreeSet::new();
    for _ in 0..1_500 {
        w.pass(5_000);
        tried.extend(running(&w, &dead));
    }
    for meta in &metas {
        assert_eq!(w.status(meta.info_hash).0, Status::Seeding);
    }
    assert_eq!(tried.len(), dead.len(), "each had its turn");
}

#[test]
fn many_that_never_move_do_not_keep_one_that_can_from_its_turn_for_long() {
    let mut w = World::ready();
    w.slots(5, 0);
    let dead = long(&mut w, 40);
    for hash in &dead {
        w.engine.set_down_bps(*hash, 0);
    }
    let good = single("good", 3);
    w.add(from_file(&good));
    let passes = (0..30 * 12).take_while(|_| {
        w.pass(5_000);
        w.status(good.info_hash).0 != Status::Seeding
    });
    let minutes = passes.count() / 12;
    assert!((5..16).contains(&minutes), "{minutes} minutes");
}

#[test]
fn what_is_broken_does_not_stop_others_again_and_again() {
    let mut w = World::ready();
    w.slots(1, 0);
    let all = long(&mut w, 2);
    w.ticks(3);
    w.engine.break_torrent(all[0], EngineFault::Internal);
    w.ticks(3);
    assert_eq!(running(&w, &all), [1]);
    let starts = w.starts();
    w.ticks(600);
    assert_eq!((running(&w, &all), w.starts()), (vec![1], starts));
    assert_eq!(w.status(all[0]), (Status::Waiting, "queue_download"));
    // It is tried when there is a slot, and before those behind it.
    w.stop(all[1]);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0]);
    w.run(all[1]);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0]);
}

#[test]
fn a_long_check_holds_nobody_up() {
    let mut w = World::ready();
    w.slots(1, 0);
    let all = long(&mut w, 2);
    w.ticks(3);
    // What is checked moves nothing: after a minute the next one runs as well.
    w.disk.delay = 100;
    w.done(Command::Recheck(vec![all[0]]));
    w.ticks(1);
    w.disk.delay = 0;
    w.ticks(90);
    assert_eq!(w.phase(all[0]), Phase::Checking);
    assert_eq!(running(&w, &all), [1]);
    w.ticks(15);
    assert_eq!(running(&w, &all), [0, 1]);
    w.ticks(15);
    assert_eq!(running(&w, &all), [0], "the first moves again");
}

#[test]
fn one_that_becomes_able_by_itself_waits_a_minute_before_it_takes_a_slot() {
    let mut w = World::ready();
    w.slots(1, 0);
    let all = long(&mut w, 2);
    w.ticks(3);
    // It failed, and then somebody chose files of it anew, as a check that ends does.
    w.engine.break_torrent(all[0], EngineFault::FilesChanged);
    w.ticks(3);
    assert_eq!(running(&w, &all), [1]);
    w.done(Command::Recheck(vec![all[0]]));
    w.ticks(3);
    assert_eq!(
        running(&w, &all),
        [0],
        "the user wants it, and it comes first"
    );
}

#[test]
fn data_that_is_there_is_found_though_there_is_no_slot() {
    let mut w = World::ready();
    w.slots(1, 0);
    let all = long(&mut w, 2);
    w.ticks(3);
    let whole = single("whole", 3);
    let full = shoal_core::Bitfield::full(whole.piece_count);
    w.disk.content.insert(whole.info_hash, full);
    w.add(from_file(&whole));
    let bad = single("bad", 3);
    let fault = shoal_core::Fault::FileInTheWay("/downloads/bad".into());
    w.disk.faults.insert(bad.info_hash, fault);
    w.add(from_file(&bad));
    w.ticks(3);
    assert_eq!(w.status(whole.info_hash).0, Status::Seeding);
    assert_eq!(w.status(bad.info_hash).0, Status::Attention);
    assert_eq!(running(&w, &all), [0]);
    // One that is only looked at is not started.
    assert_eq!(w.status(all[1]), (Status::Waiting, "queue_download"));
}

#[test]
fn magnets_count_while_their_metadata_is_fetched() {
    let mut w = World::ready();
    w.slots(1, 0);
    let (one, two) = (single("m1", 9_999), single("m2", 9_999));
    for meta in [&one, &two] {
        w.metas.insert(meta.info_hash, meta.clone());
        w.add(from_magnet(meta.info_hash));
    }
    w.ticks(2);
    assert_eq!(w.phase(one.info_hash), Phase::FetchingMetadata);
    assert_eq!(w.status(two.info_hash), (Status::Waiting, "queue_download"));
    w.engine.serve_metadata(one.clone());
    w.ticks(3);
    assert_eq!(w.phase(one.info_hash), Phase::Running);
    assert_eq!(w.phase(two.info_hash), Phase::Idle);
}

/// Complete torrents, added in order.
fn seeds(w: &mut World, count: u32) -> Vec<InfoHash> {
    let one = |n| {
        let meta = single(&format!("seed {n}"), 3);
        let full = shoal_core::Bitfield::full(meta.piece_count);
        w.disk.content.insert(meta.info_hash, full);
        w.engine.set_up_bps(meta.info_hash, 0);
        w.add(from_file(&meta));
        w.ticks(2);
        meta.info_hash
    };
    (0..count).map(one).collect()
}

#[test]
fn seeds_take_turns_and_those_that_are_wanted_stay() {
    let mut w = World::ready();
    let all = seeds(&mut w, 6);
    w.ticks(3);
    assert_eq!(running(&w, &all).len(), 6, "no limit at first");
    w.engine.set_up_bps(all[0], 50_000);
    w.engine.set_up_bps(all[1], 50_000);
    w.slots(0, 2);
    w.ticks(3);
    assert_eq!(running(&w, &all), [0, 1]);
    assert_eq!(w.status(all[2]), (Status::Waiting, "queue_seed"));
    for _ in 0..600 {
        w.pass(5_000);
    }
    assert_eq!(running(&w, &all), [0, 1], "both are wanted");
    w.engine.set_up_bps(all[1], 0);
    let mut turns = std::collections::BTreeSet::new();
    for _ in 0..2_000 {
        w.pass(5_000);
        let now = running(&w, &all);
        assert!(now.len() <= 4);
        turns.extend(now);
    }
    assert!(running(&w, &all).contains(&0));
    assert_eq!(turns.len(), 6, "each had its turn: {turns:?}");
}

#[test]
fn a_download_that_is_complete_goes_on_as_a_seed_when_there_is_room() {
    let mut w = World::ready();
    w.slots(1, 1);
    let metas: Vec<_> = (0..3).map(|n| single(&format!("t{n}"), 600)).collect();
    for meta in &metas {
        w.add(from_file(meta));
    }
    w.ticks(16);
    assert_eq!(w.status(metas[0].info_hash).0, Status::Seeding);
    assert_eq!(w.starts(), 2, "it was not started anew");
    w.ticks(30);
    assert_eq!(w.status(metas[0].info_hash).0, Status::Seeding);
    assert_eq!(
        w.status(metas[2].info_hash),
        (Status::Waiting, "queue_seed")
    );
    assert_eq!(place(&w, metas[2].info_hash), Some(2));
    assert_eq!(place(&w, metas[1].info_hash), Some(1));
}

#[test]
fn a_clock_that_jumps_stalls_nobody_and_gives_nobody_a_turn() {
    let mut w = World::ready();
    w.slots(2, 0);
    let all = long(&mut w, 4);
    w.ticks(5);
    for jump in [-common::DAY, 365 * common::DAY, -300 * common::DAY] {
        w.now = w.now.plus_millis(jump);
        w.engine.set_down_bps(all[0], 0);
        w.ticks(20);
        w.engine.set_down_bps(all[0], 5_000);
        w.ticks(20);
        assert_eq!(running(&w, &all), [0, 1]);
    }
}
