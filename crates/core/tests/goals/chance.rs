//! Whatever happens to one torrent: what follows a goal comes once, and neither time nor bytes are lost.

use proptest::{prelude::*, test_runner::Config};
use shoal_core::{Command, InfoHash, Intent, Limit, RulesChange, SettingValue, Then};

use super::common::{World, cases};

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
    #![proptest_config(Config { cases: cases(96), ..Config::default() })]

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
