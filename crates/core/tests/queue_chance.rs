//! Whatever is done to the queue: as long as one slot is left, nobody waits in it for ever. Each that moves
//! ends, each that does not gets its turn, and so does each seed. That there are never more than slots is
//! looked at in every step, in `common/invariants.rs`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{World, build::*, cases};
use proptest::{prelude::*, test_runner::Config};
use shoal_core::{
    Bitfield, Command, EngineFault, InfoHash, Intent, Phase, QueueTo, SettingValue, Status,
};

/// The first of them download, the others are whole.
const DOWNLOADS: usize = 5;
const ALL: usize = 9;
/// What one that moves gets, in bytes a second.
const LIVELY_BPS: u64 = 20_000;
/// Longer than all turns of all of them together, in steps of ten seconds.
const PATIENCE: u32 = 2 * 24 * 360;

#[derive(Clone, Debug)]
enum Act {
    Move(usize, usize, u8),
    Intent(usize, u8),
    Down(usize, u16),
    Up(usize, u16),
    Slots(i64, i64),
    Limit(i64),
    Stalled(i64),
    Break(usize, bool),
    Network,
    Pass(u16),
    Jump(i64),
    Undo,
    Redo,
    Refuse(bool),
    Restart,
    Crash,
}

fn act() -> impl Strategy<Value = Act> {
    let n = || 0..ALL;
    prop_oneof![
        6 => (n(), n(), 0..5_u8).prop_map(|(i, k, to)| Act::Move(i, k, to)),
        4 => (n(), 0..3_u8).prop_map(|(i, k)| Act::Intent(i, k)),
        4 => (n(), 0..30_000_u16).prop_map(|(i, bps)| Act::Down(i, bps)),
        3 => (n(), 0..30_000_u16).prop_map(|(i, bps)| Act::Up(i, bps)),
        3 => (0..4_i64, 0..4_i64).prop_map(|(d, s)| Act::Slots(d, s)),
        1 => (17..60_i64).prop_map(Act::Limit),
        1 => (10..300_i64).prop_map(Act::Stalled),
        3 => (n(), any::<bool>()).prop_map(|(i, start)| Act::Break(i, start)),
        1 => Just(Act::Network),
        6 => (1..200_u16).prop_map(Act::Pass),
        1 => (-100_000_000..100_000_000_i64).prop_map(Act::Jump),
        2 => Just(Act::Undo),
        1 => Just(Act::Redo),
        1 => any::<bool>().prop_map(Act::Refuse),
        1 => Just(Act::Restart),
        1 => Just(Act::Crash),
    ]
}

struct Play {
    w: World,
    all: Vec<InfoHash>,
    down: BTreeMap<InfoHash, u64>,
    up: BTreeMap<InfoHash, u64>,
}

impl Play {
    fn new() -> Self {
        let mut w = World::ready();
        let mut all = vec![];
        for n in 0..ALL {
            let meta = single(&format!("t{n}"), 20 + 7 * u64::try_from(n).unwrap());
            if n >= DOWNLOADS {
                let full = Bitfield::full(meta.piece_count);
                w.disk.content.insert(meta.info_hash, full);
            }
            all.push(meta.info_hash);
            w.add(from_file(&meta));
        }
        w.slots(2, 2);
        let none = |hash: &InfoHash| (*hash, 0);
        let (down, up) = (
            all.iter().map(none).collect(),
            all.iter().map(none).collect(),
        );
        let mut play = Self { w, all, down, up };
        play.pace();
        play
    }

    /// A new engine knows nothing of how fast they are.
    fn pace(&mut self) {
        for hash in &self.all {
            self.w.engine.set_down_bps(*hash, self.down[hash]);
            self.w.engine.set_up_bps(*hash, self.up[hash]);
        }
    }

    fn set(&mut self, key: &str, value: i64) {
        let values = [(key.to_owned(), SettingValue::Int(value))].into();
        self.w.command(Command::SetSettings(values));
    }

    fn act(&mut self, act: &Act) {
        let hash = |i: usize| self.all[i];
        match *act {
            Act::Move(i, k, to) => {
                let to = match to {
                    0 => QueueTo::Top,
                    1 => QueueTo::Up,
                    2 => QueueTo::Down,
                    3 => QueueTo::Bottom,
                    _ => QueueTo::Before(hash(k)),
                };
                self.w.command(Command::QueueMove(vec![hash(i)], to));
            }
            Act::Intent(i, kind) => {
                let intent = [Intent::Run, Intent::Stop, Intent::ForceRun][usize::from(kind)];
                self.w.command(Command::SetIntent(vec![hash(i)], intent));
            }
            Act::Down(i, bps) => drop(self.down.insert(hash(i), bps.into())),
            Act::Up(i, bps) => drop(self.up.insert(hash(i), bps.into())),
            Act::Slots(downloads, seeds) => {
                self.set("queue.downloads", downloads);
                self.set("queue.seeds", seeds);
            }
            Act::Limit(kbps) => self.set("speed.down_kbps", kbps),
            Act::Stalled(seconds) => self.set("queue.stalled_s", seconds),
            Act::Break(i, true) => self
                .w
                .engine
                .fail_next_start(hash(i), EngineFault::Internal),
            Act::Break(i, false) => {
                self.w.engine.break_torrent(hash(i), EngineFault::Io);
                self.w.pump();
            }
            Act::Network => self.w.engine.break_session(EngineFault::PortTaken),
            Act::Pass(seconds) => self.w.ticks(u32::from(seconds)),
            Act::Jump(ms) => self.w.now = self.w.now.plus_millis(ms),
            Act::Undo => drop(self.w.command(Command::Undo)),
            Act::Redo => drop(self.w.command(Command::Redo)),
            Act::Refuse(refuse) => self.w.store.refuse = refuse,
            Act::Restart => self.w.restart(),
            Act::Crash => {
                self.w.crash();
                self.w.pump();
            }
        }
        self.pace();
    }

    /// From now on nothing fails and nobody does anything: those of `dead` move nothing, two of the seeds
    /// are wanted, and all are to run.
    fn calm(mut self, dead: &BTreeSet<usize>, slots: (i64, i64)) {
        self.w.store.refuse = false;
        self.w.slots(slots.0, slots.1);
        self.set("speed.down_kbps", 0);
        self.set("queue.stalled_s", 60);
        let all = self.all.clone();
        self.w.done(Command::SetIntent(all.clone(), Intent::Run));
        for (i, hash) in all.iter().enumerate() {
            let bps = if dead.contains(&i) { 0 } else { LIVELY_BPS };
            self.down.insert(*hash, bps);
            let wanted = (DOWNLOADS..DOWNLOADS + 2).contains(&i);
            self.up.insert(*hash, if wanted { 9_000 } else { 0 });
        }
        self.pace();
        let whole = |w: &World, hash: InfoHash| w.torrent(hash).record.is_complete();
        // Those that are dead need not be seeds to have had their turn.
        let (mut ran, mut seeded) = (BTreeSet::new(), BTreeSet::new());
        let is_over = |w: &World, ran: &BTreeSet<InfoHash>, seeded: &BTreeSet<InfoHash>| {
            let over = |(i, hash): (usize, &InfoHash)| {
                if dead.contains(&i) && !whole(w, *hash) {
                    ran.contains(hash)
                } else {
                    seeded.contains(hash)
                }
            };
            all.iter().enumerate().all(over)
        };
        for _ in 0..PATIENCE {
            self.w.pass(10_000);
            for hash in all.iter().filter(|h| self.w.phase(**h) == Phase::Running) {
                ran.insert(*hash);
                if self.w.status(*hash).0 == Status::Seeding {
                    seeded.insert(*hash);
                }
            }
            if is_over(&self.w, &ran, &seeded) {
                return;
            }
        }
        for (i, hash) in all.iter().enumerate() {
            let (t, dead) = (self.w.torrent(*hash), dead.contains(&i));
            let (ran, seeded) = (ran.contains(hash), seeded.contains(hash));
            let had = if dead && !t.record.is_complete() {
                ran
            } else {
                seeded
            };
            assert!(had, "{i} (dead: {dead}, ran: {ran}) waits for ever: {t:#?}");
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: cases(48), ..Config::default() })]

    #[test]
    fn nobody_waits_for_ever(
        acts in prop::collection::vec(act(), 0..40),
        dead in prop::collection::btree_set(0..DOWNLOADS, 0..=DOWNLOADS),
        slots in (1..4_i64, 1..4_i64),
    ) {
        let mut play = Play::new();
        for act in &acts {
            play.act(act);
        }
        play.calm(&dead, slots);
    }
}
