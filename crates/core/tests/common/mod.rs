//! A world around the state machine: a clock that the test sets, a store, a disk and an engine that
//! carry out effects as the composition does, and invariants that are checked at every step.

#![allow(dead_code, reason = "each test crate uses its part")]
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(unreachable_pub, reason = "shared by test crates")]

pub mod build;
pub mod disk;
mod effects;
mod invariants;
mod programs;
pub mod store;
pub mod user;
pub mod watch;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ffi::OsString,
    sync::{Arc, mpsc},
};

use shoal_core::{
    AllDoneKind, Bitfield, CommandId, Effect, EngineEvent, EngineRequest, InfoHash, Msg, OpId,
    Reply, State, Timestamp, Wall, WatchFolder,
};
use shoal_metainfo::Metainfo;
use shoal_testkit::FakeEngine;

use disk::{Disk, Job};
use store::Store;

/// A day in milliseconds.
pub const DAY: i64 = 86_400_000;

/// How many cases of a property are tried: `PROPTEST_CASES`, else as many as usual, or ten times that in a
/// soak.
#[expect(clippy::disallowed_methods, reason = "whoever runs them says how long")]
pub fn cases(usual: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES").ok();
    let soak = std::env::var_os("SHOAL_SOAK").is_some();
    let usual = if soak { 10 * usual } else { usual };
    asked.and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// A program for a torrent: its arguments and its environment.
pub type Program = (InfoHash, Vec<OsString>, Vec<(&'static str, OsString)>);

#[allow(clippy::struct_excessive_bools, reason = "switches of a test")]
pub struct World {
    pub state: State,
    pub now: Timestamp,
    pub store: Store,
    pub disk: Disk,
    pub engine: FakeEngine,
    events: mpsc::Receiver<EngineEvent>,
    /// Events on their way, when they are held back.
    pub on_way: VecDeque<EngineEvent>,
    /// Hold events and finished jobs back until asked for.
    pub hold: bool,
    pub metas: HashMap<InfoHash, Arc<Metainfo>>,
    pub replies: BTreeMap<CommandId, Vec<Reply>>,
    next_command: u64,
    /// Starts that were not yet answered by an end.
    pub started: BTreeMap<InfoHash, OpId>,
    pub requests: Vec<EngineRequest>,
    /// Checks that were paused and let go on.
    pub held: Vec<(InfoHash, bool)>,
    /// The folders that are watched, as was told last.
    pub watched: Vec<WatchFolder>,
    /// Programs that were to be run.
    pub programs: Vec<Program>,
    /// What came of them.
    pub ended: programs::Ended,
    /// What was to be done when all was done.
    pub rested: Vec<AllDoneKind>,
    pub exits: u32,
    pub down: bool,
    /// What must hold is not looked at.
    unchecked: bool,
    /// It was told to quit: nobody starts any more, and all are stopped by the engine itself.
    quitting: bool,
}

impl World {
    pub fn new() -> Self {
        Self::over(Store::default(), Disk::default(), Timestamp(20_000 * DAY))
    }

    /// A world over what an earlier one has left.
    fn over(store: Store, disk: Disk, now: Timestamp) -> Self {
        let (engine, events) = FakeEngine::with_events();
        let (state, effects) = State::restore(store.rows.restored(), now);
        let metas = store.rows.metainfo.values().map(|bytes| {
            let meta = Metainfo::parse(bytes).unwrap();
            (meta.info_hash, Arc::new(meta))
        });
        let mut world = Self {
            metas: metas.collect(),
            state,
            now,
            store,
            disk,
            engine,
            events,
            on_way: VecDeque::new(),
            hold: false,
            replies: BTreeMap::new(),
            next_command: 0,
            started: BTreeMap::new(),
            requests: vec![],
            held: vec![],
            watched: vec![],
            programs: vec![],
            ended: programs::Ended::default(),
            rested: vec![],
            exits: 0,
            down: false,
            unchecked: false,
            quitting: false,
        };
        world.carry_out(effects);
        world
    }

    /// A world whose session runs.
    pub fn ready() -> Self {
        let mut world = Self::new();
        world.pump();
        world
    }

    /// The process dies and is started again. What was put off is lost; what the engine wrote is not.
    pub fn crash(&mut self) {
        self.save_content();
        let mut disk = std::mem::take(&mut self.disk);
        // A process that dies leaves a move half done.
        let moving: Vec<InfoHash> = self.metas.keys().copied().collect();
        disk.late = false;
        for hash in moving {
            disk.cancel_relocate(hash);
        }
        disk.jobs.clear();
        let mut store = std::mem::take(&mut self.store);
        store.soon.clear();
        let (hold, metas) = (self.hold, std::mem::take(&mut self.metas));
        *self = Self::over(store, disk, self.now);
        self.hold = hold;
        self.metas.extend(metas);
    }

    /// Quits in order and starts again.
    pub fn restart(&mut self) {
        self.quit();
        self.crash();
        self.pump();
    }

    /// Quits and waits for the end.
    pub fn quit(&mut self) {
        self.store.refuse = false;
        self.quitting = true;
        self.feed(Msg::Quit);
        self.end_programs();
        for _ in 0..50 {
            self.deliver();
            if self.exits > 0 {
                break;
            }
            self.tick();
        }
        assert_eq!(self.exits, 1, "Shoal did not leave, or twice");
    }

    fn save_content(&mut self) {
        for hash in self.engine.running_torrents() {
            if let Some(have) = self.engine.have(hash) {
                self.disk.content.insert(hash, have);
            }
        }
    }

    /// Lets the state machine take one message, and carries out what follows.
    pub fn feed(&mut self, msg: Msg) {
        let effects = self.state.handle(msg, self.now);
        self.carry_out(effects);
        if !self.unchecked {
            self.check();
        }
    }

    /// Carries out what follows, past the checks, which look at all torrents each time.
    pub fn take(&mut self, effects: Vec<Effect>) {
        self.carry_out(effects);
    }

    /// As [`tick`](Self::tick), past the checks.
    pub fn tick_past_checks(&mut self) {
        self.unchecked = true;
        self.tick();
        self.unchecked = false;
    }

    /// As [`pump`](Self::pump), past the checks.
    pub fn pump_past_checks(&mut self) {
        self.unchecked = true;
        self.pump();
        self.unchecked = false;
    }

    /// Delivers everything the engine has said, unless it is held back.
    pub fn pump(&mut self) {
        self.collect();
        while !self.hold && self.deliver_one() {}
    }

    /// Delivers everything, held back or not, with the jobs that are done.
    pub fn deliver(&mut self) {
        loop {
            self.collect();
            let mut some = false;
            while self.deliver_one() {
                some = true;
            }
            for job in self.disk.due() {
                self.run_job(job);
                some = true;
            }
            if !some {
                return;
            }
        }
    }

    pub fn collect(&mut self) {
        self.on_way.extend(self.events.try_iter());
    }

    pub fn deliver_one(&mut self) -> bool {
        let Some(event) = self.on_way.pop_front() else {
            return false;
        };
        self.note(&event);
        self.feed(Msg::Engine(event));
        self.collect();
        true
    }

    /// What an event ends, as far as the engine is concerned.
    fn note(&mut self, event: &EngineEvent) {
        match event {
            // Without pieces it did not run when its stop was asked for: what runs by now was started
            // after the session itself had ended the run that was meant.
            EngineEvent::Stopped { have: None, .. } => {}
            EngineEvent::Stopped { hash, have, .. } => self.ended(*hash, have.as_ref()),
            EngineEvent::TorrentFailed { hash, op, have, .. }
                if self.started.get(hash) == Some(op) =>
            {
                self.ended(*hash, have.as_ref());
            }
            EngineEvent::Failed { .. } => self.started.clear(),
            EngineEvent::Down => {
                self.started.clear();
                self.down = true;
            }
            _ => {}
        }
    }

    fn ended(&mut self, hash: InfoHash, have: Option<&Bitfield>) {
        self.started.remove(&hash);
        if let Some(have) = have {
            self.disk.content.insert(hash, have.clone());
        }
    }

    pub fn run_job(&mut self, job: Job) {
        let hash = match &job {
            Job::Prepare { hash, .. }
            | Job::Flush { hash, .. }
            | Job::Relocate { hash, .. }
            | Job::Probe(hash)
            | Job::Trash(hash)
            | Job::Delete(hash)
            | Job::Untrash(hash) => *hash,
        };
        let record = self.state.any_torrent(hash).map(|t| t.record.clone());
        let meta = self.metas.get(&hash).cloned();
        let msg = self.disk.run(job, &mut self.store, record, meta.as_deref());
        self.feed(msg);
    }

    /// One second passes.
    pub fn tick(&mut self) {
        self.pass(1_000);
    }

    /// Time passes, with one tick at its end.
    pub fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_millis(ms);
        self.engine
            .advance(u64::try_from(ms.clamp(0, 60_000)).unwrap());
        self.pump();
        self.feed(Msg::Tick(Wall::default()));
        self.pump();
        for job in self.disk.pass() {
            self.run_job(job);
        }
        self.pump();
    }

    pub fn ticks(&mut self, n: u32) {
        for _ in 0..n {
            self.tick();
        }
    }
}
