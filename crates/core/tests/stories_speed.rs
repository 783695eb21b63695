//! Which limits hold, why and until when; and how those of one torrent take hold.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::num::NonZeroU32;

use common::{World, build::*};
use jiff::{ToSpan, Zoned, civil::Weekday, tz::TimeZone};
use shoal_core::{
    Around, Command, Effect, EngineRequest, InfoHash, Intent, Label, Limit, Limits, Msg, Phase,
    Restored, Rules, RulesChange, SettingValue, State, Timestamp, Wall, Why,
};

impl World {
    fn set(&mut self, values: &[(&str, SettingValue)]) {
        let values = values.iter().map(|(k, v)| ((*k).to_owned(), v.clone()));
        self.done(Command::SetSettings(values.collect()));
    }

    /// The limits that the engine was told last.
    fn told(&self) -> Limits {
        let last = self.requests.iter().rev().find_map(|r| match r {
            EngineRequest::Limits { down_bps, up_bps } => Some(limits(*down_bps, *up_bps)),
            _ => None,
        });
        last.expect("it was told")
    }

    fn times_told(&self) -> usize {
        let told = |r: &&EngineRequest| matches!(r, EngineRequest::Limits { .. });
        self.requests.iter().filter(told).count()
    }

    fn around(&mut self, around: Around) {
        self.feed(Msg::Around(around));
    }

    fn why(&self) -> Why {
        let in_force = self.state.speed_in_force();
        assert_eq!(in_force.limits, self.told(), "{in_force:?}");
        in_force.why
    }

    /// What a torrent was started with last.
    fn started_with(&self, hash: InfoHash) -> Limits {
        let last = self.requests.iter().rev().find_map(|r| match r {
            EngineRequest::Start(spec) if spec.meta.info_hash == hash => {
                Some(limits(spec.down_bps, spec.up_bps))
            }
            _ => None,
        });
        last.expect("it was started")
    }
}

fn limits(down_bps: Option<NonZeroU32>, up_bps: Option<NonZeroU32>) -> Limits {
    Limits { down_bps, up_bps }
}

fn kbps(down: u32, up: u32) -> Limits {
    limits(NonZeroU32::new(down * 1_000), NonZeroU32::new(up * 1_000))
}

fn int(value: i64) -> SettingValue {
    SettingValue::Int(value)
}

fn text(value: &str) -> SettingValue {
    SettingValue::Text(value.to_owned())
}

const ON: SettingValue = SettingValue::Bool(true);
const NONE: Limits = Limits {
    down_bps: None,
    up_bps: None,
};

#[test]
fn the_engine_is_told_of_changes_and_of_nothing_else() {
    let mut w = World::ready();
    assert_eq!((w.told(), w.times_told()), (NONE, 1));
    w.ticks(5);
    w.set(&[("speed.down_kbps", int(700)), ("speed.up_kbps", int(70))]);
    assert_eq!((w.told(), w.times_told()), (kbps(700, 70), 2));
    w.set(&[("speed.slow_up_kbps", int(33))]);
    w.ticks(5);
    assert_eq!(w.times_told(), 2);
    w.done(Command::Slow(None));
    assert_eq!((w.told(), w.why()), (kbps(500, 33), Why::Switch));
    // One step to take back, like any setting.
    w.done(Command::Undo);
    assert_eq!((w.told(), w.why()), (kbps(700, 70), Why::Usual));
    // What is not stored does not hold.
    w.store.refuse = true;
    let before = w.times_told();
    w.command(Command::Slow(Some(true)));
    assert_eq!((w.told(), w.why()), (kbps(700, 70), Why::Usual));
    w.store.refuse = false;
    assert!(w.times_told() <= before + 1);
    // A new start tells it before anything runs.
    w.restart();
    assert_eq!((w.told(), w.times_told()), (kbps(700, 70), 1));
}

#[test]
fn a_start_within_a_slow_hour_is_slow_before_anything_runs() {
    let mut w = World::ready();
    w.set(&[("speed.schedule", text("mon 08:00-09:00 slow"))]);
    for (minute, told) in [(8 * 60, kbps(500, 100)), (9 * 60, NONE)] {
        let restored = Restored {
            wall: Wall::new(0, minute),
            ..w.store.rows.restored()
        };
        let (state, effects) = State::restore(restored, w.now);
        let first = effects.iter().find_map(|e| match e {
            Effect::Engine(EngineRequest::Limits { down_bps, up_bps }) => {
                Some(limits(*down_bps, *up_bps))
            }
            _ => None,
        });
        assert_eq!(first, Some(told));
        assert_eq!(state.speed_in_force().limits, told);
    }
}

#[test]
fn the_first_reason_to_be_slow_is_said() {
    let mut w = World::ready();
    w.set(&[
        ("speed.slow_on_battery", ON),
        ("speed.slow_in_fullscreen", ON),
        ("speed.schedule", text("daily 00:00-24:00 50/40")),
    ]);
    w.tick();
    assert_eq!((w.told(), w.why()), (kbps(50, 40), Why::Schedule));
    let mut around = Around::default();
    for (why, turn) in [(Why::FullScreen, 0), (Why::Battery, 1), (Why::Metered, 2)] {
        match turn {
            0 => around.fullscreen = true,
            1 => around.battery = true,
            _ => around.metered = true,
        }
        w.around(around);
        assert_eq!((w.told(), w.why()), (kbps(500, 100), why));
        assert_eq!(w.state.speed_in_force().until, None);
    }
    w.done(Command::Slow(Some(true)));
    // It is slow: the switch has nothing to add, and is not set.
    assert!(!w.state.settings().speed_slow);
    w.around(Around::default());
    assert_eq!(w.why(), Why::Schedule);
    // A reason that nobody asked for is none.
    let off = SettingValue::Bool(false);
    w.set(&[("speed.slow_on_metered", off), ("speed.schedule", text(""))]);
    w.around(around);
    assert_eq!(w.why(), Why::Battery);
    w.around(Around {
        metered: true,
        ..Around::default()
    });
    assert_eq!((w.told(), w.why()), (NONE, Why::Usual));
}

#[test]
fn what_is_switched_off_by_hand_is_lifted_until_it_changes() {
    let mut w = World::ready();
    let battery = Around {
        battery: true,
        ..Around::default()
    };
    w.set(&[("speed.slow_on_battery", ON)]);
    w.around(battery);
    assert_eq!(w.why(), Why::Battery);
    w.done(Command::Slow(None));
    assert!(w.state.speed_in_force().lifted);
    assert_eq!((w.told(), w.why()), (NONE, Why::Usual));
    w.ticks(3);
    assert_eq!(w.why(), Why::Usual);
    // And on again: for the same reason as before.
    w.done(Command::Slow(None));
    assert_eq!(w.why(), Why::Battery);
    w.done(Command::Slow(Some(false)));
    w.around(Around::default());
    w.around(battery);
    assert_eq!(w.why(), Why::Battery);
    // Another reason is another matter.
    w.done(Command::Slow(Some(false)));
    w.around(Around {
        metered: true,
        ..battery
    });
    assert_eq!(w.why(), Why::Metered);
    // The switch, and what is behind it, go together.
    w.set(&[("speed.slow", ON)]);
    assert_eq!(w.why(), Why::Switch);
    w.done(Command::Slow(Some(false)));
    assert_eq!((w.told(), w.why()), (NONE, Why::Usual));
    assert!(!w.state.settings().speed_slow);
}

/// Lets the minutes of a week go by that begins at `from`, and compares what the engine was told with
/// what a clock on the wall says.
fn a_week(from: &str, schedule: &str, slow: impl Fn(Weekday, i8, i8) -> bool) -> Vec<Zoned> {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let begin: jiff::civil::DateTime = from.parse().unwrap();
    let mut at = begin.to_zoned(zone).unwrap();
    let end = at.checked_add(8.days()).unwrap();
    let mut w = World::ready();
    w.set(&[("speed.schedule", text(schedule))]);
    let mut turns = vec![];
    let mut before = false;
    while at < end {
        w.now = Timestamp(at.timestamp().as_millisecond());
        let weekday = u8::try_from(at.weekday().to_monday_zero_offset()).unwrap();
        let minute = u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).unwrap();
        let wall = Wall::new(weekday, minute).unwrap();
        w.feed(Msg::Tick(wall));
        let is = slow(at.weekday(), at.hour(), at.minute());
        assert_eq!(w.told() == kbps(500, 100), is, "{at}");
        let until = w.state.speed_in_force().until.unwrap();
        assert_ne!(until, wall, "{at}: it is over at once");
        if is != before {
            turns.push(at.clone());
        }
        before = is;
        at = at.checked_add(1.minute()).unwrap();
    }
    // Each turn once, and at the start.
    assert_eq!(w.times_told(), turns.len() + 1);
    turns
}

#[test]
fn a_week_in_which_an_hour_comes_twice_keeps_to_the_clock_on_the_wall() {
    let office = |day: Weekday, hour: i8| {
        let weekend = matches!(day, Weekday::Saturday | Weekday::Sunday);
        !weekend && (8..18).contains(&hour)
    };
    let rules = "mon-fri 08:00-18:00 slow; sun 02:00-03:00 slow";
    let slow = |day, hour, _| office(day, hour) || (day == Weekday::Sunday && hour == 2);
    let turns = a_week("2026-10-21T00:00", rules, slow);
    let sunday = turns.iter().filter(|t| t.weekday() == Weekday::Sunday);
    let sunday: Vec<i64> = sunday.map(|t| t.timestamp().as_second()).collect();
    // It lasts both hours that the clock calls two, and ends once.
    assert_eq!(sunday.len(), 2);
    assert_eq!(sunday[1] - sunday[0], 2 * 3_600);
}

#[test]
fn a_week_that_lacks_an_hour_keeps_to_the_clock_on_the_wall() {
    let rules = "sun 02:00-03:00 slow; sat 23:00-01:00 slow; mon 00:00-06:30 slow";
    let slow = |day, hour, minute| match day {
        Weekday::Saturday => hour == 23,
        Weekday::Sunday => hour < 1 || hour == 2,
        Weekday::Monday => hour < 6 || (hour == 6 && minute < 30),
        _ => false,
    };
    let turns = a_week("2026-03-25T12:00", rules, slow);
    // From 01:00 on there is nothing on Sunday: the hour of the rule does not come.
    let sunday = turns.iter().filter(|t| t.weekday() == Weekday::Sunday);
    assert_eq!(sunday.count(), 1);
}

fn own(up: u32) -> RulesChange {
    RulesChange {
        up: Some(Limit::Value(up)),
        ..RulesChange::default()
    }
}

#[test]
fn limits_of_one_torrent_take_hold_by_one_new_start_when_no_more_changes_come() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.engine.set_down_bps(hash, 1_000);
    assert_eq!((w.started_with(hash), w.starts()), (NONE, 1));
    for up in [30_000, 40_000, 50_000] {
        w.done(Command::SetRules(vec![hash], own(up)));
        assert_eq!(w.status(hash).1, "reconnecting_limits");
        w.tick();
        assert_eq!(w.starts(), 1, "too soon");
    }
    w.ticks(3);
    assert_eq!((w.started_with(hash), w.starts()), (kbps(0, 50), 2));
    assert_eq!(w.phase(hash), Phase::Running);
    assert_eq!(w.status(hash).1, "downloading");
    // What changes nothing of it, and what is taken back in time, starts nothing.
    let ratio = RulesChange {
        ratio_percent: Some(Limit::Value(500)),
        ..RulesChange::default()
    };
    w.done(Command::SetRules(vec![hash], ratio));
    w.done(Command::SetRules(vec![hash], own(60_000)));
    w.done(Command::Undo);
    assert_eq!(w.status(hash).1, "downloading");
    w.ticks(5);
    assert_eq!(w.starts(), 2);
}

#[test]
fn limits_of_labels_are_those_of_their_torrents() {
    let mut w = World::ready();
    let hash = w.running(&single("a", 1_000));
    w.engine.set_down_bps(hash, 1_000);
    let label = |up: Limit<u32>| Label {
        name: "films".into(),
        rules: Rules {
            up,
            ..Rules::default()
        },
        ..Label::default()
    };
    w.done(Command::PutLabel(label(Limit::Value(20_000))));
    w.ticks(4);
    assert_eq!(w.starts(), 1, "it has no such label");
    w.done(Command::SetLabels(vec![hash], vec!["films".into()]));
    w.ticks(4);
    assert_eq!(w.started_with(hash), kbps(0, 20));
    assert!(w.state.is_limited(w.torrent(hash)));
    w.done(Command::SetRules(vec![hash], own(90_000)));
    w.ticks(4);
    assert_eq!(w.started_with(hash), kbps(0, 90));
    // Its own wins.
    w.done(Command::PutLabel(label(Limit::Unlimited)));
    w.ticks(4);
    assert_eq!(w.starts(), 3);
    // One that does not run has them from its next start on.
    w.stop(hash);
    let none = RulesChange {
        up: Some(Limit::Inherit),
        ..RulesChange::default()
    };
    w.done(Command::SetRules(vec![hash], none));
    w.ticks(4);
    assert_eq!(w.starts(), 3);
    w.done(Command::SetIntent(vec![hash], Intent::Run));
    w.ticks(4);
    assert_eq!((w.started_with(hash), w.starts()), (NONE, 4));
}
