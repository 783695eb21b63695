//! Goals of sharing: how far it is, what follows, and what time counts for them.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{World, build::*};
use proptest::{prelude::*, test_runner::Config};
use shoal_core::{
    Command, GoalKind, InfoHash, Intent, Limit, Phase, RemoveData, RulesChange, SettingValue,
    Status, Then,
};

const PIECES: u64 = 4;
const BYTES: u64 = PIECES * PIECE;

impl World {
    fn set(&mut self, key: &str, value: SettingValue) {
        self.done(Command::SetSettings([(key.to_owned(), value)].into()));
    }

    fn goal(&mut self, key: &str, value: i64) {
        self.set(&format!("goals.{key}"), SettingValue::Int(value));
    }

    fn then(&mut self, what: &str) {
        self.set("goals.then", SettingValue::Text(what.to_owned()));
    }

    /// A torrent that seeds, from which nobody takes anything.
    fn quiet(&mut self, name: &str) -> InfoHash {
        let hash = self.seeding(&single(name, PIECES));
        self.engine.set_up_bps(hash, 0);
        hash
    }

    /// Somebody takes so much of it.
    fn somebody_takes(&mut self, hash: InfoHash, bytes: u64) {
        self.engine.set_up_bps(hash, bytes);
        self.tick();
        self.engine.set_up_bps(hash, 0);
    }

    fn intent(&self, hash: InfoHash) -> Intent {
        self.torrent(hash).record.intent
    }

    fn seeded_s(&self, hash: InfoHash) -> u64 {
        self.torrent(hash).record.seeded_s
    }

    fn notes(&self, hash: InfoHash, code: &str) -> usize {
        let log = self.store.rows.logs.get(&hash);
        log.map_or(0, |log| log.iter().filter(|n| n.code == code).count())
    }
}

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
    let up = w.requests.iter().rev().find_map(|r| match r {
        shoal_core::EngineRequest::Start(spec) if spec.meta.info_hash == low => Some(spec.up_bps),
        _ => None,
    });
    let most = up.unwrap().unwrap().get();
    assert_eq!(most, shoal_core::LOW_UP_BPS);
    assert_eq!(w.notes(low, "log_goal_low"), 1);
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

#[derive(Clone, Debug)]
enum Act {
    Ticks(u8),
    Jump(i32),
    Take(u16),
    Goal(&'static str, u8),
    Own(Limit<u32>),
    Then(Then),
    Intent(Intent),
    Undo,
    Redo,
    Refuse(bool),
    Restart,
    Crash,
    Network(bool),
}

fn act() -> impl Strategy<Value = Act> {
    const GOALS: [&str; 3] = ["seed_minutes", "idle_minutes", "ratio_percent"];
    let own = prop_oneof![
        Just(Limit::Inherit),
        Just(Limit::Unlimited),
        (1_u32..4).prop_map(Limit::Value),
    ];
    let intents = [Intent::Run, Intent::Stop, Intent::ForceRun];
    prop_oneof![
        6 => (1_u8..90).prop_map(Act::Ticks),
        1 => (-100_000_i32..200_000).prop_map(Act::Jump),
        3 => any::<u16>().prop_map(Act::Take),
        3 => (prop::sample::select(&GOALS[..]), 0_u8..4).prop_map(|(k, v)| Act::Goal(k, v)),
        1 => own.prop_map(Act::Own),
        1 => prop::sample::select(vec![Then::Stop, Then::Low, Then::Remove]).prop_map(Act::Then),
        3 => prop::sample::select(intents.to_vec()).prop_map(Act::Intent),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
        1 => any::<bool>().prop_map(Act::Refuse),
        1 => Just(Act::Restart),
        1 => Just(Act::Crash),
        1 => any::<bool>().prop_map(Act::Network),
    ]
}

/// What a torrent has had of goals, and what it has moved.
struct Play {
    w: World,
    hash: InfoHash,
    fired: usize,
    /// A goal was seen not to be reached since the last one fired.
    open: bool,
    seeded_s: u64,
    uploaded: u64,
    /// Most seconds that can have passed.
    passed_s: u64,
}

impl Play {
    fn check(&mut self) {
        let (w, hash) = (&self.w, self.hash);
        let all = ["log_goal_stopped", "log_goal_low", "log_goal_removed"];
        let fired: usize = all.iter().map(|code| w.notes(hash, code)).sum();
        let record = &w.torrent(hash).record;
        assert!(fired <= self.fired + 1, "twice at once");
        if fired > self.fired {
            assert!(self.open, "it fired again, and was reached all the time");
            self.open = false;
        }
        self.fired = fired;
        // As the record says: forgotten only where no goal is reached.
        self.open |= !record.goal_done;
        assert!(record.seeded_s >= self.seeded_s, "time went back");
        assert!(record.uploaded_bytes >= self.uploaded, "totals went down");
        assert!(record.seeded_s <= self.passed_s, "time that did not pass");
        (self.seeded_s, self.uploaded) = (record.seeded_s, record.uploaded_bytes);
    }

    fn ticks(&mut self, n: u32) {
        for _ in 0..n {
            self.passed_s += 1;
            self.w.tick();
            self.check();
        }
    }

    fn act(&mut self, act: &Act) {
        let (w, hash) = (&mut self.w, self.hash);
        match act {
            Act::Ticks(n) => self.ticks(u32::from(*n)),
            Act::Jump(ms) => {
                w.now = w.now.plus_millis(i64::from(*ms));
                // A small one cannot be told from time that passed.
                self.passed_s += 10;
            }
            Act::Take(bytes) => {
                w.engine.set_up_bps(hash, u64::from(*bytes));
                self.ticks(1);
                self.w.engine.set_up_bps(hash, 0);
            }
            Act::Goal(key, value) => {
                let key = format!("goals.{key}");
                let value = SettingValue::Int(i64::from(*value));
                w.command(Command::SetSettings([(key, value)].into()));
            }
            Act::Own(limit) => {
                let change = RulesChange {
                    seed_minutes: Some(*limit),
                    ..RulesChange::default()
                };
                w.command(Command::SetRules(vec![hash], change));
            }
            Act::Then(then) => {
                let change = RulesChange {
                    then: Some(Some(*then)),
                    ..RulesChange::default()
                };
                w.command(Command::SetRules(vec![hash], change));
            }
            Act::Intent(intent) => drop(w.command(Command::SetIntent(vec![hash], *intent))),
            Act::Undo => drop(w.command(Command::Undo)),
            Act::Redo => drop(w.command(Command::Redo)),
            Act::Refuse(refuse) => w.store.refuse = *refuse,
            Act::Restart => {
                w.store.refuse = false;
                w.restart();
                w.engine.set_up_bps(hash, 0);
            }
            Act::Crash => {
                w.store.flush();
                w.crash();
                w.pump();
                w.engine.set_up_bps(hash, 0);
                // What was not stored yet is lost.
                let record = &self.w.torrent(hash).record;
                assert!(record.seeded_s + 360 >= self.seeded_s, "more was lost");
                (self.seeded_s, self.uploaded) = (record.seeded_s, record.uploaded_bytes);
                let fired: Vec<_> = self.w.store.rows.logs[&hash].clone();
                self.fired = fired
                    .iter()
                    .filter(|n| n.code.starts_with("log_goal"))
                    .count();
                self.open = true;
            }
            Act::Network(on) => {
                let set = [("network.dht".to_owned(), SettingValue::Bool(*on))];
                w.command(Command::SetSettings(set.into()));
            }
        }
        if self.w.state.any_torrent(self.hash).is_some() {
            self.check();
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 96, ..Config::default() })]

    #[test]
    fn goals_fire_once_and_nothing_is_lost(acts in prop::collection::vec(act(), 1..40)) {
        let mut w = World::ready();
        let hash = w.quiet("a");
        let (seeded_s, uploaded) = (w.seeded_s(hash), w.torrent(hash).record.uploaded_bytes);
        let mut play = Play {
            w, hash, fired: 0, open: true, seeded_s, uploaded, passed_s: seeded_s + 20,
        };
        for act in &acts {
            play.act(act);
            if play.w.state.any_torrent(hash).is_none() {
                return Ok(());
            }
        }
    }
}
