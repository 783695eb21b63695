//! The queue of checks: one reads at a time, so that a disk is not made to seek, or as many as somebody
//! has chosen; inside, hashing is spread over the cores. A check that is held keeps what it has found and lets the next one go on.
//! Nothing here decides what is checked or what follows from it.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use parking_lot::{Condvar, Mutex};
use shoal_core::InfoHash;
use shoal_metainfo::Control;

type Job = Box<dyn FnOnce() + Send>;

/// Numbers the checks: a torrent may be asked for again while its last one is still ending.
type Ticket = u64;

struct Waiting {
    ticket: Ticket,
    hash: InfoHash,
    control: Arc<Control>,
    job: Job,
}

struct Begun {
    hash: InfoHash,
    control: Arc<Control>,
    /// It waits for its turn to go on.
    waits: bool,
}

struct Inner {
    waiting: VecDeque<Waiting>,
    begun: HashMap<Ticket, Begun>,
    /// Those that may read.
    active: HashSet<Ticket>,
    /// How many may at once.
    at_once: usize,
    held: HashSet<InfoHash>,
    last: Ticket,
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            begun: HashMap::new(),
            active: HashSet::new(),
            at_once: 1,
            held: HashSet::new(),
            last: 0,
        }
    }
}

#[derive(Default)]
struct State {
    inner: Mutex<Inner>,
    ended: Condvar,
}

/// The queue. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Checks(Arc<State>);

impl Checks {
    /// Adds a check, which ends soon after `control` is cancelled.
    pub(super) fn push(&self, hash: InfoHash, control: Arc<Control>, job: Job) {
        let mut inner = self.0.inner.lock();
        inner.last += 1;
        let ticket = inner.last;
        inner.waiting.push_back(Waiting {
            ticket,
            hash,
            control,
            job,
        });
        self.go_on(&mut inner);
    }

    /// Lets so many read at once from now on, at least one. Those that read already go on.
    pub(super) fn at_once(&self, count: usize) {
        let mut inner = self.0.inner.lock();
        inner.at_once = count.max(1);
        self.go_on(&mut inner);
    }

    /// Lets the checks of a torrent stand still, or go on when it is their turn.
    pub(super) fn hold(&self, hash: InfoHash, held: bool) {
        let mut inner = self.0.inner.lock();
        if held {
            inner.held.insert(hash);
        } else {
            inner.held.remove(&hash);
        }
        let of_torrent: Vec<Ticket> = inner.begun_of(hash);
        for ticket in of_torrent {
            if held {
                if let Some(begun) = inner.begun.get(&ticket) {
                    begun.control.pause();
                }
                inner.active.remove(&ticket);
            }
            if !inner.active.contains(&ticket)
                && let Some(begun) = inner.begun.get_mut(&ticket)
            {
                begun.waits = !held;
            }
        }
        self.go_on(&mut inner);
    }

    /// Gives up the checks of a torrent and forgets that they were held.
    pub(super) fn cancel(&self, hash: InfoHash) {
        let mut inner = self.0.inner.lock();
        inner.held.remove(&hash);
        inner.waiting.retain(|waiting| waiting.hash != hash);
        for ticket in inner.begun_of(hash) {
            if let Some(begun) = inner.begun.get(&ticket) {
                begun.control.cancel();
            }
        }
    }

    /// Gives up everything and waits until nothing runs any more.
    pub(super) fn finish(&self) {
        let mut inner = self.0.inner.lock();
        inner.waiting.clear();
        for begun in inner.begun.values() {
            begun.control.cancel();
        }
        while !inner.begun.is_empty() {
            self.0.ended.wait(&mut inner);
        }
    }

    /// Lets the next ones read, while more may: first those that were held and are to go on.
    fn go_on(&self, inner: &mut Inner) {
        while inner.active.len() < inner.at_once && self.next(inner) {}
    }

    /// Lets one more read; false when there is none.
    fn next(&self, inner: &mut Inner) -> bool {
        let ready = inner.begun.iter_mut().filter(|(_, b)| b.waits);
        if let Some((ticket, begun)) = ready.min_by_key(|(ticket, _)| **ticket) {
            begun.waits = false;
            begun.control.resume();
            inner.active.insert(*ticket);
            return true;
        }
        let Some(next) = inner
            .waiting
            .iter()
            .position(|w| !inner.held.contains(&w.hash))
        else {
            return false;
        };
        let Some(next) = inner.waiting.remove(next) else {
            return false;
        };
        let begun = Begun {
            hash: next.hash,
            control: next.control,
            waits: false,
        };
        inner.begun.insert(next.ticket, begun);
        inner.active.insert(next.ticket);
        let (queue, ticket, job) = (self.clone(), next.ticket, next.job);
        let run = move || {
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                tracing::error!("a check panicked");
            }
            queue.ended(ticket);
        };
        let spawned = thread::Builder::new()
            .name("shoal-check".to_owned())
            .spawn(run);
        if let Err(error) = spawned {
            // The system has no thread to give. The job is gone; its torrent is told so by its drop.
            tracing::error!(%error, "no check could be started");
            inner.begun.remove(&ticket);
            inner.active.remove(&ticket);
        }
        true
    }

    fn ended(&self, ticket: Ticket) {
        let mut inner = self.0.inner.lock();
        inner.begun.remove(&ticket);
        inner.active.remove(&ticket);
        self.go_on(&mut inner);
        self.0.ended.notify_all();
    }
}

impl Inner {
    fn begun_of(&self, hash: InfoHash) -> Vec<Ticket> {
        let of_torrent = self.begun.iter().filter(|(_, b)| b.hash == hash);
        of_torrent.map(|(ticket, _)| *ticket).collect()
    }
}
