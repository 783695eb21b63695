//! What a torrent has moved in all: every byte once, whatever ends a run and whenever.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{World, build::*};
use proptest::{prelude::*, test_runner::Config};
use shoal_core::{
    Command, EngineFault, InfoHash, Intent, Msg, Phase, SettingValue, Transferred, Wall,
};
use shoal_metainfo::Metainfo;

/// A world with one torrent that downloads for long, and what it moved before the last restart.
struct Play {
    w: World,
    hash: InfoHash,
    /// Moved in engines that are gone.
    before: Transferred,
    /// Its totals when it was last looked at.
    last: Transferred,
    folders: u32,
}

impl Play {
    fn new() -> Self {
        let mut w = World::ready();
        let meta: Arc<Metainfo> = single("a", 1_000);
        let hash = w.running(&meta);
        w.engine.set_down_bps(hash, 1_003);
        w.engine.set_up_bps(hash, 701);
        Self {
            w,
            hash,
            before: Transferred::default(),
            last: Transferred::default(),
            folders: 0,
        }
    }

    fn totals(&self) -> Transferred {
        let record = &self.w.torrent(self.hash).record;
        Transferred {
            fetched_bytes: record.downloaded_bytes,
            uploaded_bytes: record.uploaded_bytes,
        }
    }

    fn runs(&self) -> bool {
        self.w.engine.running_torrents().contains(&self.hash)
    }

    /// All that was really moved.
    fn truth(&self) -> Transferred {
        add(self.before, self.w.engine.transferred(self.hash))
    }

    /// Totals never go down and never say more than was moved; those of what does not run say all.
    fn check(&mut self) {
        let (totals, truth) = (self.totals(), self.truth());
        assert!(is_within(self.last, totals), "{:?} {totals:?}", self.last);
        assert!(is_within(totals, truth), "{totals:?} {truth:?}");
        self.last = totals;
        if !self.runs() && !self.w.hold && self.w.on_way.is_empty() {
            assert_eq!(totals, truth);
        }
    }

    /// The engine moves bytes, and nobody looks.
    fn unseen(&mut self, ms: u16) {
        self.w.engine.advance(u64::from(ms));
        self.w.pump();
    }

    fn act(&mut self, act: &Act) {
        let hash = self.hash;
        match act {
            Act::Unseen(ms) => self.unseen(*ms),
            Act::Tick => self.w.tick(),
            Act::Stop => self.w.stop(hash),
            Act::Run => self.w.run(hash),
            Act::Move => {
                self.folders += 1;
                let folder = format!("/f{}", self.folders % 3);
                self.w.command(Command::Move(vec![hash], folder.into()));
            }
            Act::Break => {
                self.w.engine.break_torrent(hash, EngineFault::Io);
                self.w.pump();
            }
            Act::BreakSession => {
                self.w.engine.break_session(EngineFault::Internal);
                self.w.pump();
            }
            Act::Network(on) => {
                let set = [("network.dht".to_owned(), SettingValue::Bool(*on))];
                self.w.done(Command::SetSettings(set.into()));
            }
            Act::Hold(hold) => {
                self.w.hold = *hold;
                self.w.pump();
            }
            Act::Restart => {
                self.w.hold = false;
                self.w.quit();
                self.check();
                self.before = self.truth();
                self.w.crash();
                self.w.pump();
                self.w.engine.set_down_bps(hash, 1_003);
                self.w.engine.set_up_bps(hash, 701);
                assert_eq!(self.totals(), self.before);
            }
        }
        self.check();
    }
}

fn add(a: Transferred, b: Transferred) -> Transferred {
    Transferred {
        fetched_bytes: a.fetched_bytes + b.fetched_bytes,
        uploaded_bytes: a.uploaded_bytes + b.uploaded_bytes,
    }
}

fn is_within(a: Transferred, b: Transferred) -> bool {
    a.fetched_bytes <= b.fetched_bytes && a.uploaded_bytes <= b.uploaded_bytes
}

#[derive(Clone, Debug)]
enum Act {
    Unseen(u16),
    Tick,
    Stop,
    Run,
    Move,
    Break,
    BreakSession,
    Network(bool),
    Hold(bool),
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1_u16..3_000).prop_map(Act::Unseen),
        4 => Just(Act::Tick),
        2 => Just(Act::Stop),
        3 => Just(Act::Run),
        1 => Just(Act::Move),
        1 => Just(Act::Break),
        1 => Just(Act::BreakSession),
        1 => any::<bool>().prop_map(Act::Network),
        1 => any::<bool>().prop_map(Act::Hold),
        1 => Just(Act::Restart),
    ]
}

#[test]
fn a_stop_counts_what_was_moved_since_the_last_look() {
    let mut play = Play::new();
    play.w.ticks(2);
    play.check();
    let before = play.totals();
    play.unseen(999);
    assert_eq!(play.totals(), before, "nobody has looked");
    play.w.state.take_moved();
    play.w.stop(play.hash);
    assert_eq!(play.w.phase(play.hash), Phase::Idle);
    play.check();
    assert!(play.totals().fetched_bytes >= before.fetched_bytes + 1_000);
    // The statistics are told of it, too.
    let moved = play.w.state.take_moved().torrents;
    let [one] = &moved[..] else {
        panic!("{moved:?}");
    };
    let told = before.fetched_bytes + one.fetched_bytes;
    assert_eq!(told, play.totals().fetched_bytes);
    // The next run begins at nothing, and adds to that.
    play.w.run(play.hash);
    play.w.ticks(3);
    play.check();
    assert_eq!(play.totals(), play.truth());
}

#[test]
fn a_move_a_fault_and_a_new_session_count_it_too() {
    let ends = [
        Act::Move,
        Act::Break,
        Act::BreakSession,
        Act::Network(false),
        Act::Restart,
    ];
    for end in ends {
        let mut play = Play::new();
        play.w.ticks(2);
        play.unseen(777);
        let truth = play.truth();
        play.act(&end);
        assert_eq!(play.totals(), truth, "{end:?}");
        let row = &play.w.store.rows;
        assert!(row.restored().torrents[0].downloaded_bytes <= truth.fetched_bytes);
    }
}

#[test]
fn what_is_told_twice_is_counted_once() {
    let mut play = Play::new();
    play.w.hold = true;
    play.w.engine.advance(1_234);
    // A look whose answer comes behind the end of the run it is of.
    play.w.feed(Msg::Tick(Wall::default()));
    play.w
        .done(Command::SetIntent(vec![play.hash], Intent::Stop));
    play.w.feed(Msg::Tick(Wall::default()));
    play.w.hold = false;
    play.w.pump();
    play.check();
    assert_eq!(play.totals(), play.truth());
}

proptest! {
    #![proptest_config(Config { cases: 192, ..Config::default() })]

    #[test]
    fn totals_are_what_was_moved(acts in prop::collection::vec(act(), 1..60)) {
        let mut play = Play::new();
        play.check();
        for act in &acts {
            play.act(act);
        }
        play.w.hold = false;
        play.w.pump();
        play.w.stop(play.hash);
        play.w.ticks(20);
        play.check();
        prop_assert!(!play.runs());
        prop_assert_eq!(play.totals(), play.truth());
    }
}
