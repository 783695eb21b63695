//! The queue with very many torrents: all of them end, in order, and it costs little.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{collections::BTreeMap, time::Instant};

use common::{World, build::*};
use shoal_core::{
    Command, CommandId, EngineEvent, EngineFault, EngineRequest, InfoHash, Intent, Msg, NewTorrent,
    Phase, QueueTo, Restored, State, Status, Timestamp, Wall,
};

/// Numbers that look like chance, the same each time.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % below
    }
}

#[test]
fn a_thousand_go_through_a_queue_of_five_though_many_fail() {
    let mut w = World::ready();
    let metas: Vec<_> = (0..1_000).map(|n| single(&format!("t{n}"), 3)).collect();
    // Past the checks of the world, which look at all of them each time.
    for (id, meta) in (1_000_000..).zip(&metas) {
        w.metas.insert(meta.info_hash, meta.clone());
        let add = Command::Add(Box::new(NewTorrent {
            intent: Intent::Stop,
            ..from_file(meta)
        }));
        let effects = w.state.handle(Msg::Command(CommandId(id), add), w.now);
        w.take(effects);
    }
    let all: Vec<InfoHash> = metas.iter().map(|m| m.info_hash).collect();
    // Asked for in any order: the list's own is what counts.
    let asked: Vec<InfoHash> = all.iter().rev().copied().collect();
    w.done(Command::SetIntent(asked, Intent::Run));
    let (mut dice, mut first) = (Dice(7), BTreeMap::new());
    let faults = [
        EngineFault::Internal,
        EngineFault::Io,
        EngineFault::FolderMissing,
        EngineFault::TooManyRunning,
    ];
    for second in 0..12_000_u32 {
        if dice.throw(3) == 0 {
            let hash = all[usize::try_from(dice.throw(1_000)).unwrap()];
            let fault = faults[usize::try_from(dice.throw(4)).unwrap()];
            if dice.throw(2) == 0 {
                w.engine.fail_next_start(hash, fault);
            } else if w.engine.break_torrent(hash, fault) {
                w.pump_past_checks();
            }
        }
        w.tick_past_checks();
        let slots = w.state.download_slots();
        assert!(slots.counted <= 5 && slots.held <= 10, "{slots:?}");
        for request in w.requests.drain(..) {
            if let EngineRequest::Start(spec) = request {
                let started = first.len();
                first.entry(spec.meta.info_hash).or_insert(started);
            }
        }
        if second % 16 == 0 && all.iter().all(|h| w.status(*h).0 == Status::Seeding) {
            break;
        }
    }
    for hash in &all {
        assert_eq!(w.status(*hash).0, Status::Seeding, "{:?}", w.torrent(*hash));
    }
    // Who never failed began in the order of the list; who did, somewhat later.
    let began: Vec<usize> = all.iter().map(|hash| first[hash]).collect();
    let late = |(n, at): &(usize, &usize)| **at > n + 20;
    let late = began.iter().enumerate().filter(late).count();
    assert!(late < 50, "{late} began long after their turn");
}

/// A state with so many torrents, of which every third is complete.
fn crowd(count: u32, settings: &[(&str, i64)]) -> (State, Vec<InfoHash>) {
    let mut w = World::ready();
    let meta = single("one", 3);
    w.add(NewTorrent {
        intent: Intent::Stop,
        ..from_file(&meta)
    });
    let mut rows = w.store.rows.restored();
    let one = rows.torrents[0].clone();
    rows.torrents = (1..=count)
        .map(|n| {
            let mut record = one.clone();
            record.hash.0[..4].copy_from_slice(&n.to_be_bytes());
            record.disk_name = format!("name {n}");
            record.rank = i64::from(n);
            record.intent = Intent::Run;
            record.have_bytes = if n % 3 == 0 { record.wanted_bytes } else { 0 };
            record
        })
        .collect();
    for (key, value) in settings {
        let value = shoal_core::SettingValue::Int(*value);
        rows.settings.set(key, value).unwrap();
    }
    let hashes = rows.torrents.iter().map(|r| r.hash).collect();
    let (mut state, _) = State::restore(
        Restored {
            watch: shoal_core::WatchMemory::default(),
            ..rows
        },
        w.now,
    );
    state.handle(Msg::Engine(EngineEvent::Ready { port: 6_881 }), w.now);
    (state, hashes)
}

/// The time that some messages take, in milliseconds a message.
#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn cost(state: &mut State, now: Timestamp, msgs: Vec<Msg>) -> f64 {
    let (count, begun) = (msgs.len(), Instant::now());
    for msg in msgs {
        let effects = state.handle(msg, now);
        if matches!(effects.first(), Some(shoal_core::Effect::Store(_))) {
            state.handle(Msg::Stored, now);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let count = count as f64;
    begun.elapsed().as_secs_f64() * 1_000.0 / count
}

#[test]
#[expect(clippy::print_stdout, reason = "figures for whoever asks for them")]
fn ten_thousand_in_line_cost_little() {
    let (mut state, all) = crowd(10_000, &[("queue.seeds", 20)]);
    let now = Timestamp(20_000 * common::DAY);
    let slots = (state.download_slots(), state.seed_slots());
    assert_eq!((slots.0.held, slots.1.held), (5, 20));
    let tick = cost(&mut state, now, vec![Msg::Tick(Wall::default()); 50]);
    let id = CommandId(1);
    let some: Vec<InfoHash> = all.iter().rev().step_by(2).copied().collect();
    let moves = [
        QueueTo::Top,
        QueueTo::Down,
        QueueTo::Before(all[77]),
        QueueTo::Bottom,
    ];
    let moves = moves.map(|to| Msg::Command(id, Command::QueueMove(some.clone(), to)));
    let reordered = cost(&mut state, now, moves.into());
    let one = |hash: &InfoHash| Msg::Command(id, Command::SetIntent(vec![*hash], Intent::Stop));
    let stopped = cost(&mut state, now, all.iter().take(200).map(one).collect());
    // Each that fails makes room for the next.
    let mut failed = 0.0;
    for _ in 0..200 {
        let checked = |t: &&shoal_core::Torrent| t.live.phase == Phase::Checking;
        let t = state.torrents().find(checked).unwrap();
        let fails = Msg::Prepared {
            hash: t.record.hash,
            op: t.live.op,
            outcome: Err(shoal_core::Fault::Io("broken".into())),
        };
        failed += cost(&mut state, now, vec![fails]) / 200.0;
    }
    println!(
        "10,000 torrents: tick {tick:.2} ms, move of 5,000 {reordered:.1} ms, stop of one {stopped:.3} ms, \
         failure of one {failed:.3} ms"
    );
    let running = state.torrents().filter(|t| t.live.phase != Phase::Idle);
    assert!(running.count() <= 50);
    // Far above what a slow computer without optimisation takes, far below what would be felt.
    assert!(tick < 100.0 && reordered < 3_000.0 && stopped < 50.0 && failed < 20.0);
}
