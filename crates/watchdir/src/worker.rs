//! One folder's state: which files are there, which wait for what, and what is due when. It has no
//! thread and no clock of its own: it is told the time (since the watcher's start), does what is
//! due, and says when it wants to be asked again. So every story can be told without waiting.

mod hand;
mod look;
mod owed;

use std::{
    collections::{BTreeMap, HashMap},
    path::{Component, Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;

use crate::{
    After, FolderSpec, FolderState, Options, PollWhy, Sink, Stamp, Ticket, UnreachableWhy,
    budget::Budget,
    mail::{Mail, Mailbox},
    names,
    native::Native,
    patterns::Patterns,
    walk::{DirId, Seen},
};

/// Most files of a folder that are told of as pending.
const SHOWN: usize = 100;

/// What all folders have in common.
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) native: Native,
    pub(crate) budget: Budget,
    pub(crate) tickets: AtomicU64,
}

impl Shared {
    pub(crate) fn new(options: Options, sink: Arc<dyn Sink>) -> Self {
        let budget = Budget::new(options.in_flight, options.in_flight_bytes);
        Self {
            options,
            sink,
            native: Native::default(),
            budget,
            tickets: AtomicU64::new(0),
        }
    }
}

/// How it is known that something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Not decided for the folder that is there now.
    Open,
    Told,
    Polling(PollWhy),
}

/// Where a file is on its way.
#[derive(Clone, Debug)]
enum Phase {
    /// Looked at again then, to see whether it changed.
    Quiet { due: Duration },
    /// To be handed over as soon as there is room.
    Ready { attempt: u32, quiet_at: Duration },
    /// Handed over.
    Out(Out),
    /// Tried, and tried again then.
    Again {
        attempts: u32,
        quiet_at: Duration,
        at: Duration,
    },
    /// Dealt with but for this.
    Owed(Owed),
}

#[derive(Clone, Copy, Debug)]
struct Out {
    attempt: u32,
    quiet_at: Duration,
    bytes: u64,
}

#[derive(Clone, Debug)]
struct Owed {
    action: After,
    ticket: Option<Ticket>,
    tries: u32,
    at: Duration,
}

#[derive(Clone, Debug)]
struct Waiter {
    seen: Seen,
    phase: Phase,
    /// Asked for by hand: handed over although it was dealt with.
    forced: bool,
}

/// A pending file as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) file: PathBuf,
    pub(crate) phase: ShownPhase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownPhase {
    Quiet,
    Turn,
    Again { attempts: u32, at: Duration },
}

pub(crate) struct Worker {
    shared: Arc<Shared>,
    mailbox: Arc<Mailbox>,
    spec: FolderSpec,
    patterns: Patterns,
    look: Duration,
    poll: Duration,
    mode: Mode,
    unreachable: Option<UnreachableWhy>,
    /// The folder that was there at the last look.
    root: Option<DirId>,
    /// All folders that were looked into.
    dirs: BTreeMap<PathBuf, DirId>,
    /// Safety looks since the last whole one that found the folders as they had been.
    steady: Option<u32>,
    waiting: BTreeMap<PathBuf, Waiter>,
    tickets: HashMap<Ticket, PathBuf>,
    /// Dealt with and still there.
    settled: HashMap<PathBuf, Stamp>,
    list_at: Duration,
    /// No earlier than this, whatever changes.
    rest_until: Duration,
    too_many: bool,
    told: Option<(FolderState, u32)>,
    shown: Arc<Mutex<Vec<Shown>>>,
}

impl Worker {
    pub(crate) fn new(
        shared: Arc<Shared>,
        mailbox: Arc<Mailbox>,
        spec: FolderSpec,
        times: (Duration, Duration),
    ) -> Self {
        Self {
            patterns: Patterns::new(&spec.include, &spec.exclude),
            look: times.0,
            poll: times.1,
            shared,
            mailbox,
            spec,
            mode: Mode::Open,
            unreachable: None,
            root: None,
            dirs: BTreeMap::new(),
            steady: None,
            waiting: BTreeMap::new(),
            tickets: HashMap::new(),
            settled: HashMap::new(),
            list_at: Duration::ZERO,
            rest_until: Duration::ZERO,
            too_many: false,
            told: None,
            shown: Arc::default(),
        }
    }

    /// What is pending, kept up to date.
    pub(crate) fn shown(&self) -> Arc<Mutex<Vec<Shown>>> {
        Arc::clone(&self.shown)
    }

    /// How many files are known to be dealt with.
    #[cfg(test)]
    pub(crate) fn remembered(&self) -> usize {
        self.settled.len()
    }

    /// Takes in what came meanwhile.
    pub(crate) fn take(&mut self, mail: Mail, now: Duration) {
        if let Some((look, poll)) = mail.times {
            (self.look, self.poll) = (look, poll);
            self.list_at = now;
        }
        if let Some(spec) = mail.spec {
            self.change(spec, now);
        }
        if mail.dirty {
            self.steady = None;
            self.list_at = self.list_at.min(now.max(self.rest_until));
        }
        if mail.look {
            self.steady = None;
            self.list_at = now;
            self.hurry(now);
        }
        for file in mail.retries {
            self.retry(file, now);
        }
        for file in mail.asked {
            self.ask_again(file, now);
        }
        for (ticket, verdict) in mail.answers {
            self.answer(ticket, verdict, now);
        }
    }

    /// Does what is due and tells when something is again.
    pub(crate) fn step(&mut self, now: Duration) -> Option<Duration> {
        if now >= self.list_at {
            self.look(now);
        }
        if self.unreachable.is_none() {
            self.look_again(now);
            self.hand_over(now);
        }
        self.pay(now);
        self.tell();
        self.due()
    }

    /// Other rules: what was bad by the old ones may be good.
    fn change(&mut self, spec: FolderSpec, now: Duration) {
        let other_watch =
            spec.always_poll != self.spec.always_poll || spec.subfolders != self.spec.subfolders;
        self.patterns = Patterns::new(&spec.include, &spec.exclude);
        self.spec = spec;
        if other_watch {
            self.forget_watches();
            self.mode = Mode::Open;
        }
        self.settled.clear();
        self.steady = None;
        self.list_at = now;
        self.hurry(now);
    }

    /// What waits for a later try is tried now.
    fn hurry(&mut self, now: Duration) {
        for waiter in self.waiting.values_mut() {
            match &mut waiter.phase {
                Phase::Again { at, .. } => *at = now,
                Phase::Owed(owed) => owed.at = now,
                Phase::Quiet { .. } | Phase::Ready { .. } | Phase::Out(_) => {}
            }
        }
    }

    fn retry(&mut self, file: PathBuf, now: Duration) {
        let plain = file.components().all(|c| matches!(c, Component::Normal(_)));
        let kind = file.file_name().and_then(names::kind_of);
        let Some(kind) = kind.filter(|_| plain) else {
            return;
        };
        self.settled.remove(&file);
        if let Some(waiter) = self.waiting.get_mut(&file) {
            waiter.forced = true;
            match &mut waiter.phase {
                Phase::Again { at, .. } => *at = now,
                Phase::Owed(_) => waiter.phase = Phase::Quiet { due: now },
                Phase::Quiet { .. } | Phase::Ready { .. } | Phase::Out(_) => {}
            }
            return;
        }
        if let Ok(Some(seen)) = Seen::of(&self.spec.path.join(&file), kind) {
            self.wait_for(file, seen, true, now);
        } else if self.is_here() {
            self.shared.sink.gone(self.spec.id, &file);
        }
    }

    /// What is on its way is asked about anyway.
    fn ask_again(&mut self, file: PathBuf, now: Duration) {
        let kind = file.file_name().and_then(names::kind_of);
        let (Some(kind), Some(_)) = (kind, self.settled.remove(&file)) else {
            return;
        };
        match Seen::of(&self.spec.path.join(&file), kind) {
            Ok(Some(seen)) => self.wait_for(file, seen, false, now),
            // The next look at the folder tells more.
            _ => self.shared.sink.gone(self.spec.id, &file),
        }
    }

    /// From now on the file is on its way, from the beginning.
    fn wait_for(&mut self, file: PathBuf, seen: Seen, forced: bool, now: Duration) {
        let due = now + self.pause();
        let phase = Phase::Quiet { due };
        let waiter = Waiter {
            seen,
            phase,
            forced,
        };
        self.waiting.insert(file, waiter);
    }

    /// Between two looks at a file. Shares answer from memory for a while.
    fn pause(&self) -> Duration {
        const SHARE: Duration = Duration::from_secs(2);
        match self.mode {
            Mode::Polling(PollWhy::Network) => self.look.max(self.poll.min(SHARE)),
            _ => self.look,
        }
    }

    fn next_ticket(&self) -> Ticket {
        let number = self.shared.tickets.fetch_add(1, Ordering::Relaxed);
        Ticket(self.spec.id, number)
    }

    fn state(&self) -> FolderState {
        if let Some(error) = self.unreachable.clone() {
            return FolderState::Unreachable { error };
        }
        match self.mode {
            Mode::Open => FolderState::Starting,
            Mode::Told => FolderState::Watching,
            Mode::Polling(why) => FolderState::Polling {
                every: self.poll,
                why,
            },
        }
    }

    fn tell(&mut self) {
        let mut shown = Vec::new();
        let mut pending = 0_u32;
        for (file, waiter) in &self.waiting {
            let phase = match waiter.phase {
                Phase::Quiet { .. } => ShownPhase::Quiet,
                Phase::Ready { .. } | Phase::Out(_) => ShownPhase::Turn,
                Phase::Again { attempts, at, .. } => ShownPhase::Again { attempts, at },
                Phase::Owed(_) => continue,
            };
            pending = pending.saturating_add(1);
            if shown.len() < SHOWN {
                let file = file.clone();
                shown.push(Shown { file, phase });
            }
        }
        *self.shown.lock() = shown;
        let state = (self.state(), pending);
        if self.told.as_ref() != Some(&state) && !self.mailbox.stopped() {
            self.shared
                .sink
                .state(self.spec.id, state.0.clone(), state.1);
            self.told = Some(state);
        }
    }

    fn due(&self) -> Option<Duration> {
        let files = self.waiting.values().filter_map(|waiter| {
            Some(match &waiter.phase {
                Phase::Quiet { due } => *due,
                Phase::Again { at, .. } => *at,
                Phase::Owed(owed) => owed.at,
                Phase::Ready { .. } | Phase::Out(_) => return None,
            })
        });
        files.chain([self.list_at]).min()
    }

    fn join(&self, file: &Path) -> PathBuf {
        crate::walk::join(&self.spec.path, file)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.forget_watches();
        for waiter in self.waiting.values() {
            if let Phase::Out(out) = &waiter.phase {
                self.shared.budget.give(out.bytes);
            }
        }
    }
}

/// Runs a folder until its mailbox says stop.
pub(crate) fn run(mut worker: Worker, started: std::time::Instant) {
    let mailbox = Arc::clone(&worker.mailbox);
    loop {
        let due = worker.step(started.elapsed());
        let mail = mailbox.wait(due.map(|due| started + due));
        if mail.stop {
            return;
        }
        worker.take(mail, started.elapsed());
    }
}
