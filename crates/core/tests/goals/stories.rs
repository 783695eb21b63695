//! What happens to torrents on their way to a goal and behind it.

use std::num::NonZeroU32;

use shoal_core::{
    Command, EngineRequest, GoalKind, InfoHash, Intent, LOW_UP_BPS, Label, Limit, Phase,
    RemoveData, Rules, RulesChange, SettingValue, Status,
};

use super::{
    BYTES, PIECES,
    common::{World, build::*},
};

#[test]
fn the_ratio_is_of_what_is_wanted_and_its_way_is_shown() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    let base = w.torrent(hash).record.downloaded_bytes.max(BYTES);
    let sent = w.torrent(hash).record.uploaded_bytes;
    assert_eq!(w.state.goal(hash), None);
    w.goal("ratio_percent", 3_000);
    let way = w.state.goal(hash).unwrap();
    assert_eq!((way.kind, way.target), (GoalKind::Ratio, 3_000));
    assert_eq!(way.left, 30 * base - sent);
    assert!(!way.reached && way.share < 0.9, "{way:?}");
    assert_eq!(w.status(hash).1, "seeding_to_ratio");
    w.somebody_takes(hash, 30 * base - sent - 1);
    assert_eq!(w.intent(hash), Intent::Run);
    w.somebody_takes(hash, 1);
    w.ticks(2);
    assert_eq!(w.intent(hash), Intent::Stop);
    assert_eq!(w.status(hash), (Status::Finished, "goal_reached"));
    assert_eq!(w.state.goal(hash).map(|way| way.share), Some(1.0));
    assert_eq!(w.notes(hash, "log_goal_stopped"), 1);
    assert!(w.store.rows.torrents[&hash].goal_done);
}

#[test]
fn the_time_to_a_ratio_is_said_while_somebody_takes_something() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.goal("ratio_percent", 100_000);
    let eta = |w: &World| {
        let (_, said) = w.state.explain(w.torrent(hash));
        assert_eq!(said.code, "seeding_to_ratio");
        let eta = said.params.iter().find(|(name, _)| *name == "eta_s");
        eta.map(|(_, s)| s.parse::<u64>().unwrap())
    };
    w.tick();
    assert_eq!(eta(&w), None, "nobody takes anything");
    w.engine.set_up_bps(hash, 100);
    w.ticks(120);
    let left = w.state.goal(hash).unwrap().left;
    let said = eta(&w).unwrap();
    let exact = left / 100;
    assert!(said.abs_diff(exact) <= exact / 50, "{said} for {exact}");
    w.engine.set_up_bps(hash, 0);
    w.tick();
    assert_eq!(eta(&w), None, "they went");
    // Nor is a time said that is as good as never.
    w.engine.set_up_bps(hash, 1);
    w.ticks(120);
    assert_eq!(eta(&w), None);
}

#[test]
fn what_holds_is_shown_at_once_whoever_says_it() {
    let mut w = World::ready();
    let [a, b] = ["a", "b"].map(|name| w.quiet(name));
    let waits = single("waits", 1_000);
    w.add(from_file(&waits));
    let waits = waits.info_hash;
    w.ticks(2);
    w.stop(waits);
    w.stop(b);
    // From the first change on what holds is known of each.
    w.goal("ratio_percent", 90_000);
    w.ticks(2);
    w.state.take_changes();
    let shown = |w: &mut World| {
        w.tick();
        let changes = w.state.take_changes().torrents;
        [a, b, waits].map(|hash| changes.contains(&hash))
    };
    assert_eq!(shown(&mut w), [false; 3]);
    w.goal("seed_minutes", 600);
    assert_eq!(shown(&mut w), [true, true, false]);
    w.goal("idle_minutes", 7);
    assert_eq!(shown(&mut w), [true, true, false]);
    // A limit says something of each that has it.
    w.done(Command::SetLabels(vec![b, waits], vec!["slow".into()]));
    shown(&mut w);
    let slow = Label {
        name: "slow".into(),
        rules: Rules {
            up: Limit::Value(20_000),
            ..Rules::default()
        },
        ..Label::default()
    };
    w.done(Command::PutLabel(slow));
    assert_eq!(shown(&mut w), [false, true, true]);
    w.done(Command::Undo);
    assert_eq!(shown(&mut w), [false, true, true]);
    w.ticks(30);
    w.state.take_changes();
    assert_eq!(shown(&mut w), [false; 3]);
}

#[test]
fn who_starts_it_again_goes_on_beyond_the_goal_until_that_is_another() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.goal("seed_minutes", 1);
    w.ticks(62);
    assert_eq!(
        (w.intent(hash), w.status(hash).1),
        (Intent::Stop, "goal_reached")
    );
    w.run(hash);
    w.ticks(200);
    assert_eq!(w.intent(hash), Intent::Run);
    // Nor does another limit stop it.
    let down = RulesChange {
        down: Some(Limit::Value(50_000)),
        ..RulesChange::default()
    };
    w.done(Command::SetRules(vec![hash], down));
    w.ticks(20);
    assert_eq!(w.intent(hash), Intent::Run);
    // A later goal counts again, over a restart too.
    w.goal("seed_minutes", 6);
    w.ticks(2);
    assert!(!w.torrent(hash).record.goal_done);
    w.restart();
    w.ticks(100);
    assert_eq!(w.intent(hash), Intent::Stop);
    assert_eq!(w.notes(hash, "log_goal_stopped"), 2);
    // What is forced knows no goal.
    w.done(Command::SetIntent(vec![hash], Intent::ForceRun));
    w.goal("seed_minutes", 7);
    w.ticks(100);
    assert_eq!(w.intent(hash), Intent::ForceRun);
    assert_eq!(w.state.goal(hash), None);
}

#[test]
fn a_goal_of_its_own_wins_and_none_is_one_too() {
    let mut w = World::ready();
    let [a, b, c] = ["a", "b", "c"].map(|name| w.quiet(name));
    let own = |seed_minutes| RulesChange {
        seed_minutes: Some(seed_minutes),
        ..RulesChange::default()
    };
    w.done(Command::SetRules(vec![a], own(Limit::Unlimited)));
    w.done(Command::SetRules(vec![b], own(Limit::Value(1))));
    w.goal("seed_minutes", 2);
    let of = |w: &World| [a, b, c].map(|hash| w.intent(hash));
    w.ticks(63);
    assert_eq!(of(&w), [Intent::Run, Intent::Stop, Intent::Run]);
    w.ticks(63);
    assert_eq!(of(&w), [Intent::Run, Intent::Stop, Intent::Stop]);
}

#[test]
fn time_without_demand_begins_anew_when_somebody_takes_something() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.goal("idle_minutes", 1);
    w.ticks(50);
    w.somebody_takes(hash, 1);
    w.ticks(50);
    assert_eq!(
        (w.intent(hash), w.status(hash).1),
        (Intent::Run, "seeding_to_idle")
    );
    w.ticks(15);
    assert_eq!(w.intent(hash), Intent::Stop);
    // Started again it waits for somebody, and only behind that one the time counts again.
    w.run(hash);
    w.ticks(90);
    assert_eq!(w.intent(hash), Intent::Run);
    w.somebody_takes(hash, 1);
    w.ticks(65);
    assert_eq!(w.intent(hash), Intent::Stop);
}

#[test]
fn a_clock_that_jumps_is_no_time_that_passed() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.goal("seed_minutes", 60);
    w.ticks(10);
    let before = w.seeded_s(hash);
    for jump in [3_600_000, -7_200_000, 30_000, -1_000, 86_400_000] {
        w.now = w.now.plus_millis(jump);
        w.tick();
    }
    assert!(w.seeded_s(hash) <= before + 1, "a jump was counted");
    let now = w.seeded_s(hash);
    w.ticks(30);
    assert_eq!(w.seeded_s(hash), now + 30);
    // While nobody watches, ticks are five seconds apart.
    for _ in 0..6 {
        w.pass(5_000);
    }
    assert_eq!(w.seeded_s(hash), now + 60);
}

#[test]
fn seconds_survive_a_restart_and_do_not_pass_while_it_is_stopped() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.ticks(100);
    let before = w.seeded_s(hash);
    assert!(before >= 100);
    w.restart();
    w.engine.set_up_bps(hash, 0);
    assert_eq!(w.seeded_s(hash), before);
    w.ticks(20);
    w.stop(hash);
    let stopped = w.seeded_s(hash);
    assert!(stopped > before && w.torrent(hash).record.idle_s >= 100);
    w.ticks(100);
    assert_eq!(w.seeded_s(hash), stopped);
    // A kill loses a few minutes at most.
    w.run(hash);
    w.ticks(700);
    let killed = w.seeded_s(hash);
    w.crash();
    let left = w.seeded_s(hash);
    assert!(left <= killed && left + 330 >= killed, "{left} of {killed}");
}

#[test]
fn a_goal_that_is_reached_without_a_network_is_acted_on() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.ticks(130);
    w.hold = true;
    w.engine.break_session(shoal_core::EngineFault::Internal);
    w.deliver();
    assert_ne!(w.phase(hash), Phase::Running);
    w.goal("seed_minutes", 1);
    w.feed(shoal_core::Msg::Tick(w.state.wall()));
    assert_eq!(w.intent(hash), Intent::Stop);
    assert_eq!(w.status(hash).1, "goal_reached");
    // The same from one start to the next: the settings came from elsewhere.
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.ticks(130);
    w.quit();
    let key = "goals.seed_minutes".to_owned();
    w.store.rows.settings.insert(key, SettingValue::Int(1));
    w.crash();
    w.ticks(3);
    assert_eq!(w.intent(hash), Intent::Stop);
}

#[test]
fn time_without_a_session_is_no_time_of_seeding() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.goal("seed_minutes", 10);
    w.ticks(5);
    let before = w.seeded_s(hash);
    w.engine.break_session(shoal_core::EngineFault::Internal);
    for _ in 0..30 {
        w.engine
            .fail_next_configure(shoal_core::EngineFault::Internal);
        w.ticks(31);
    }
    assert_eq!(w.seeded_s(hash), before);
    w.ticks(60);
    assert_eq!(w.phase(hash), Phase::Running);
    assert!((1..=60).contains(&(w.seeded_s(hash) - before)));
    assert_eq!(w.intent(hash), Intent::Run);
}

#[test]
fn what_follows_is_what_was_asked_for() {
    let mut w = World::ready();
    let hash = w.quiet("removed");
    w.then("remove");
    w.goal("seed_minutes", 1);
    w.ticks(63);
    assert!(!w.torrent(hash).is_listed() && !w.torrent(hash).record.trashed);
    // It can be taken back, and is not taken off the list again for the same.
    w.goal("seed_minutes", 0);
    w.done(Command::Undo);
    w.done(Command::Undo);
    assert!(w.torrent(hash).is_listed());
    w.goal("seed_minutes", 1);
    w.ticks(100);
    assert!(w.torrent(hash).is_listed());
    // Nor when it is added anew: it counts what it gave.
    let before = w.torrent(hash).record.clone();
    w.remove(hash, RemoveData::Keep);
    w.add(from_file(&single("removed", PIECES)));
    w.ticks(20);
    let again = w.torrent(hash).record.clone();
    assert!(again.removed_at.is_none() && again.goal_done);
    assert!(again.seeded_s >= before.seeded_s && again.uploaded_bytes >= before.uploaded_bytes);
    w.stop(hash);

    w.then("trash");
    let trashed = w.quiet("trashed");
    w.ticks(65);
    assert!(!w.torrent(trashed).is_listed() && w.torrent(trashed).record.trashed);

    w.then("low");
    let low = w.quiet("low");
    w.ticks(75);
    assert_eq!((w.intent(low), w.phase(low)), (Intent::Run, Phase::Running));
    assert!(w.state.is_low(w.torrent(low)));
    assert_eq!(up(&w, low), Some(LOW_UP_BPS));
    assert_eq!(w.notes(low, "log_goal_low"), 1);
}

/// The limit of what it sends that it was started with last.
fn up(w: &World, hash: InfoHash) -> Option<u32> {
    let last = w.requests.iter().rev().find_map(|r| match r {
        EngineRequest::Start(spec) if spec.meta.info_hash == hash => Some(spec.up_bps),
        _ => None,
    });
    last.expect("it was started").map(NonZeroU32::get)
}

#[test]
fn who_goes_on_with_what_is_left_over_gets_all_again_when_the_goal_is_another() {
    let mut w = World::ready();
    w.then("low");
    w.goal("seed_minutes", 1);
    let hash = w.quiet("a");
    w.ticks(75);
    assert_eq!(up(&w, hash), Some(LOW_UP_BPS));
    w.goal("seed_minutes", 60);
    w.ticks(10);
    assert!(!w.state.is_low(w.torrent(hash)));
    assert_eq!(up(&w, hash), None);
    // The same when it is somebody who takes something that makes it so.
    w.goal("idle_minutes", 1);
    w.ticks(75);
    assert_eq!(up(&w, hash), Some(LOW_UP_BPS));
    w.somebody_takes(hash, 1);
    w.ticks(10);
    assert!(!w.state.is_low(w.torrent(hash)));
    assert_eq!(up(&w, hash), None);
}

#[test]
fn many_that_reach_it_at_once_are_all_acted_on_at_once() {
    let mut w = World::ready();
    let some: Vec<InfoHash> = (0..20).map(|i| w.quiet(&format!("t{i}"))).collect();
    w.ticks(130);
    w.goal("seed_minutes", 1);
    w.tick();
    assert!(some.iter().all(|hash| w.intent(*hash) == Intent::Stop));
}

#[test]
fn a_store_that_refuses_loses_no_goal() {
    let mut w = World::ready();
    let hash = w.quiet("a");
    w.goal("seed_minutes", 1);
    w.store.refuse = true;
    w.ticks(65);
    assert_eq!(w.intent(hash), Intent::Run);
    assert!(!w.torrent(hash).record.goal_done);
    w.store.refuse = false;
    w.ticks(2);
    assert_eq!(w.intent(hash), Intent::Stop);
}
