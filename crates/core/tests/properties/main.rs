//! Whatever happens in whatever order: nothing panics, nothing is lost, nothing waits for ever.
//! The invariants of each step are in `../common/invariants.rs`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod acts;
mod choices;
#[path = "../common/mod.rs"]
mod common;
mod watch;

use std::sync::Arc;

use acts::{Act, act};
use choices::{engine_fault, fault, folder_of, label, label_command, metas, place_command};
use common::{World, build::*, cases};
use proptest::{prelude::*, test_runner::Config};
use shoal_core::{
    Bitfield, Command, EngineEvent, EngineFault, EngineSample, Fault, InfoHash, Intent, Msg,
    NewTorrent, OpId, Phase, RemoveData, Retry, SettingValue, Timestamp, TorrentSample,
    Transferred,
};
use shoal_metainfo::Metainfo;

/// What a stale answer says was moved.
const MUCH: Transferred = Transferred {
    fetched_bytes: 1 << 40,
    uploaded_bytes: 1 << 40,
};

/// A torrent with all that is known of it, but whether what was counted is stored already.
fn looks(w: &World, hash: InfoHash) -> String {
    let all = format!("{:?}", w.state.any_torrent(hash));
    all.replace("_dirty: true", "_dirty: false")
}

struct Play {
    w: World,
    metas: Vec<Arc<Metainfo>>,
}

impl Play {
    fn new() -> Self {
        let (w, metas) = (World::new(), metas());
        let mut play = Self { w, metas };
        play.learn();
        play
    }

    fn learn(&mut self) {
        for meta in &self.metas {
            self.w.metas.insert(meta.info_hash, meta.clone());
        }
    }

    fn hash(&self, i: usize) -> InfoHash {
        self.metas[i].info_hash
    }

    fn act(&mut self, act: Act) {
        let before = self.buried(&act);
        match act {
            Act::Watch(folder, how) => self.watch(folder, how),
            Act::Unwatch(folder) => self.unwatch(folder),
            Act::Found(files) => self.found(files),
            Act::Add(..)
            | Act::Magnet(..)
            | Act::Intent(..)
            | Act::Remove(..)
            | Act::Select(..)
            | Act::Recheck(_)
            | Act::Beside(_)
            | Act::Move(..)
            | Act::CancelMove(_)
            | Act::Rename(..)
            | Act::Locate(..)
            | Act::Adopt(_)
            | Act::Order(..)
            | Act::Queue(..)
            | Act::Slots(..)
            | Act::HoldCheck(..)
            | Act::Unfinished(_)
            | Act::Labels(..)
            | Act::ChangeLabels(..)
            | Act::PutLabel(..)
            | Act::RenameLabel(..)
            | Act::DropLabel(_)
            | Act::Pref(..)
            | Act::Setting(..)
            | Act::Undo
            | Act::Redo => {
                let command = self.command(act);
                self.w.command(command);
            }
            Act::Serve(..)
            | Act::Break(..)
            | Act::BreakStart(_)
            | Act::BreakSession
            | Act::BreakConfigure
            | Act::Ready
            | Act::Stale(..)
            | Act::Sample(..)
            | Act::Events(_)
            | Act::Hold(_) => self.engine(&act),
            _ => self.world(&act),
        }
        self.w.pump();
        self.stay_away(before);
    }

    fn command(&self, act: Act) -> Command {
        match act {
            Act::Add(i, run, elsewhere, l) => Command::Add(Box::new(NewTorrent {
                intent: if run { Intent::Run } else { Intent::Stop },
                save_path: if elsewhere { "/other" } else { "/downloads" }.into(),
                labels: (0..l).map(label).collect(),
                ..from_file(&self.metas[i])
            })),
            Act::Magnet(i, choose_files) => Command::Add(Box::new(NewTorrent {
                choose_files,
                ..from_magnet(self.hash(i))
            })),
            Act::Intent(i, k) => {
                let intent = [Intent::Run, Intent::Stop, Intent::ForceRun][usize::from(k)];
                Command::SetIntent(vec![self.hash(i)], intent)
            }
            Act::Remove(v, trash) => {
                let data = if trash {
                    RemoveData::Trash
                } else {
                    RemoveData::Keep
                };
                Command::Remove(v.into_iter().map(|i| self.hash(i)).collect(), data)
            }
            Act::Select(i, files) => {
                let meta = &self.metas[i];
                let count = u32::try_from(meta.files.len()).unwrap();
                let files: Vec<u32> = files.into_iter().map(|f| f % count).collect();
                let have = self.w.engine.have(meta.info_hash);
                let have = have.unwrap_or_else(|| Bitfield::new(meta.piece_count));
                Command::Select(meta.info_hash, choice(meta, &files, &have))
            }
            Act::Recheck(i) => Command::Recheck(vec![self.hash(i)]),
            Act::Beside(i) => Command::SaveBeside(self.hash(i)),
            Act::Move(..)
            | Act::CancelMove(_)
            | Act::Rename(..)
            | Act::Locate(..)
            | Act::Adopt(_)
            | Act::Order(..)
            | Act::Queue(..)
            | Act::Slots(..)
            | Act::HoldCheck(..) => place_command(act, |i| self.hash(i)),
            Act::Unfinished(on) => {
                let folder = if on { "/half" } else { "" };
                let key = "downloads.unfinished_folder".to_owned();
                Command::SetSettings([(key, SettingValue::Text(folder.to_owned()))].into())
            }
            Act::Labels(..)
            | Act::ChangeLabels(..)
            | Act::PutLabel(..)
            | Act::RenameLabel(..)
            | Act::DropLabel(_)
            | Act::Pref(..) => label_command(act, |i| self.hash(i)),
            Act::Setting(k, on) => {
                let (key, value) = [
                    ("network.dht", SettingValue::Bool(on)),
                    (
                        "network.port",
                        SettingValue::Int(if on { 0 } else { 7_000 }),
                    ),
                    ("window.sidebar", SettingValue::Bool(on)),
                    ("appearance.binary_units", SettingValue::Bool(on)),
                ][usize::from(k)]
                .clone();
                Command::SetSettings([(key.to_owned(), value)].into())
            }
            Act::Redo => Command::Redo,
            _ => Command::Undo,
        }
    }

    fn engine(&mut self, act: &Act) {
        match act {
            Act::Serve(i, true) => self.w.engine.serve_metadata(self.metas[*i].clone()),
            Act::Serve(i, false) => self.w.engine.fail_metadata(self.hash(*i), "internal"),
            Act::Break(i, f) => {
                self.w.engine.break_torrent(self.hash(*i), engine_fault(*f));
            }
            Act::BreakStart(i) => self
                .w
                .engine
                .fail_next_start(self.hash(*i), EngineFault::Io),
            Act::BreakSession => self.w.engine.break_session(EngineFault::Internal),
            Act::BreakConfigure => self.w.engine.fail_next_configure(EngineFault::PortTaken),
            // A second word of a session that runs.
            Act::Ready => {
                if matches!(self.w.state.session(), shoal_core::Session::Running { .. }) {
                    self.w.feed(Msg::Engine(EngineEvent::Ready { port: 6_881 }));
                }
            }
            Act::Stale(i, back, kind) => self.stale(*i, *back, *kind),
            Act::Sample(i, have_bytes, finished) => {
                let sample = TorrentSample {
                    have_bytes: *have_bytes,
                    finished: *finished,
                    ..TorrentSample::default()
                };
                self.w.feed(Msg::Engine(EngineEvent::Sample(EngineSample {
                    torrents: vec![(self.hash(*i), sample)],
                    dht_nodes: Some(3),
                })));
            }
            Act::Events(n) => {
                self.w.collect();
                for _ in 0..*n {
                    self.w.deliver_one();
                }
            }
            Act::Hold(hold) => self.w.hold = *hold,
            _ => {}
        }
    }

    /// An answer with a number that is not the torrent's present one: it must change nothing.
    fn stale(&mut self, i: usize, back: u64, kind: u8) {
        let (hash, meta) = (self.hash(i), self.metas[i].clone());
        let known = self.w.state.any_torrent(hash);
        let now = known.map_or(1_000, |t| t.live.op.0);
        let flushing = kind == 6;
        let op = OpId(if flushing {
            now + 1_000
        } else {
            now.saturating_sub(back)
                .max(if back < now { 1 } else { now + back })
        });
        let (have, owned) = (Bitfield::full(meta.piece_count), Bitfield::full(1));
        let msg = match kind {
            0 => Msg::Engine(EngineEvent::Started { hash, op }),
            1 => Msg::Engine(EngineEvent::Stopped {
                hash,
                op,
                have: Some(have),
                owned: Some(owned),
                transferred: MUCH,
            }),
            2 => Msg::Engine(EngineEvent::TorrentFailed {
                hash,
                op,
                fault: EngineFault::Io,
                detail: String::new(),
                have: None,
                owned: None,
                // What is being stopped may have ended by itself before.
                transferred: Transferred::default(),
            }),
            3 => Msg::Engine(EngineEvent::Metadata {
                hash,
                op,
                meta,
                peers: vec![],
            }),
            4 => Msg::Engine(EngineEvent::Finished {
                hash,
                op,
                have,
                owned,
            }),
            5 => Msg::Prepared {
                hash,
                op,
                outcome: Err(Fault::FilesChanged),
            },
            6 => Msg::Flushed { hash, op, ok: true },
            7 => Msg::Relocated {
                hash,
                op,
                outcome: Ok(()),
            },
            8 => Msg::MoveProgress {
                hash,
                op,
                done_bytes: 1,
                total_bytes: 2,
            },
            _ => Msg::CheckProgress {
                hash,
                op,
                done_bytes: 1,
                total_bytes: 2,
            },
        };
        let before = looks(&self.w, hash);
        self.w.feed(msg);
        assert_eq!(looks(&self.w, hash), before);
    }

    fn world(&mut self, act: &Act) {
        let w = &mut self.w;
        match act {
            Act::Ticks(n) => w.ticks(u32::from(*n)),
            Act::Jump(ms) => w.now = Timestamp(w.now.0 + ms),
            Act::DiskFault(i, f) => {
                let hash = self.metas[*i].info_hash;
                match fault(*f) {
                    Some(fault) => w.disk.faults.insert(hash, fault),
                    None => w.disk.faults.remove(&hash),
                };
            }
            Act::MoveFault(f, k) => {
                match fault(*k) {
                    Some(fault) => w.disk.move_faults.insert(folder_of(*f), fault),
                    None => w.disk.move_faults.remove(&folder_of(*f)),
                };
            }
            Act::Changed(i) => {
                let hash = self.metas[*i].info_hash;
                w.feed(Msg::FilesChanged { hash });
            }
            // An answer that nobody waits for, or a wrong one.
            Act::Probed(i, passed) => w.feed(Msg::Probed {
                hash: self.metas[*i].info_hash,
                passed: *passed,
            }),
            Act::DiskDelay(n) => w.disk.delay = *n,
            Act::Late(late) => w.disk.late = *late,
            Act::Lose(i) => {
                // Never under the engine's hands.
                let hash = self.metas[*i].info_hash;
                if !w.started.contains_key(&hash) {
                    w.disk.content.remove(&hash);
                }
            }
            Act::FlushFails(fails) => w.disk.flush_fails = *fails,
            Act::TrashFails(fails) => w.disk.trash_fails = *fails,
            Act::Refuse(refuse) => w.store.refuse = *refuse,
            Act::Crash => w.crash(),
            _ => w.restart(),
        }
        self.learn();
    }

    /// Minutes pass.
    fn wait(&mut self) {
        for _ in 0..16 {
            self.w.pass(30_000);
        }
    }

    /// Nobody but the user can help what cannot come back.
    fn help(&mut self) {
        let w = &mut self.w;
        for meta in &self.metas {
            let Some(t) = w.state.torrent(meta.info_hash) else {
                continue;
            };
            let trouble = t.live.trouble.as_ref();
            let stuck = trouble.filter(|t| t.retry == Retry::Never);
            match stuck.map(|t| t.fault.clone()) {
                Some(_) if t.record.moving.is_some() => {
                    let intent = t.record.intent;
                    w.done(Command::SetIntent(vec![meta.info_hash], intent));
                }
                Some(Fault::FileInTheWay(_)) => w.done(Command::SaveBeside(meta.info_hash)),
                Some(_) => w.done(Command::Recheck(vec![meta.info_hash])),
                None => {}
            }
        }
    }

    /// Everything works again: then everything that is wanted runs, without help unless it was said
    /// that help is needed.
    fn heal(mut self) {
        let w = &mut self.w;
        w.hold = false;
        w.disk.faults.clear();
        w.disk.move_faults.clear();
        w.disk.delay = 0;
        (w.disk.trash_fails, w.disk.flush_fails) = (false, false);
        w.store.refuse = false;
        for meta in &self.metas {
            w.engine.serve_metadata(meta.clone());
        }
        w.deliver();
        // What is said of a place is dealt with before what lies there is looked at.
        for _ in 0..2 {
            self.wait();
            self.help();
        }
        self.wait();
        let w = &mut self.w;
        // What does not run waits for a slot, and runs as soon as there is no limit.
        let able = |t: &&shoal_core::Torrent| {
            let choosing = t.record.awaiting_choice && t.record.summary.is_some();
            t.is_listed() && t.record.intent.wants_run() && !choosing
        };
        for t in w.state.torrents().filter(able) {
            let waits = t.live.phase == Phase::Idle && t.live.place.is_some();
            assert!(waits || t.live.phase == Phase::Running, "{t:#?}");
        }
        w.slots(0, 0);
        self.wait();
        let w = &mut self.w;
        for t in w.state.torrents() {
            let r = &t.record;
            let wanted = t.is_listed() && r.intent.wants_run();
            let choosing = r.awaiting_choice && r.summary.is_some();
            let expected = if wanted && !choosing {
                Phase::Running
            } else {
                Phase::Idle
            };
            assert_eq!(t.live.phase, expected, "{t:#?}");
            assert_eq!(r.moving, None, "{t:#?}");
            assert!(!r.trash_pending, "{t:#?}");
        }
        let started: Vec<InfoHash> = w.started.keys().copied().collect();
        assert_eq!(started, w.engine.running_torrents());
        w.restart();
    }
}

proptest! {
    #![proptest_config(Config { cases: cases(600), max_shrink_iters: 3_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn whatever_happens_nothing_is_lost_and_nothing_waits_for_ever(acts in prop::collection::vec(act(), 20..70)) {
        let mut play = Play::new();
        for act in acts {
            play.act(act);
        }
        play.heal();
    }
}
