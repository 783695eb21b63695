//! Faults for tests: the n-th call of a kind fails, every call is slow, or everything fails from
//! some step on as if the process had been killed. Never made by the product itself.

use std::{
    io,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// A kind of step that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Opening a file that exists.
    Open,
    /// Making a file.
    Create,
    /// Making a folder.
    MakeFolder,
    /// Reading bytes.
    Read,
    /// Writing bytes.
    Write,
    /// Changing the length of a file, or reserving space for it.
    Grow,
    /// Bringing a file or folder to the disk for good.
    Sync,
    /// Renaming, or linking under a new name.
    Rename,
    /// Removing a file or an empty folder.
    Remove,
    /// Setting the time of change of a file.
    SetTime,
    /// Asking for size, kind or time of a file, or the names in a folder.
    Look,
}

/// How a step fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The volume is full.
    Full,
    /// The disk fails.
    Io,
    /// The user may not.
    Denied,
    /// The volume is read-only.
    ReadOnly,
    /// Too many files are open.
    TooManyOpen,
    /// Only the first half of the bytes is written and said to be; for others than
    /// [`Op::Write`] as [`Failure::Io`].
    Short,
}

impl Failure {
    /// Each way to fail.
    pub const ALL: [Self; 6] = [
        Self::Full,
        Self::Io,
        Self::Denied,
        Self::ReadOnly,
        Self::TooManyOpen,
        Self::Short,
    ];
}

impl Failure {
    fn error(self) -> io::Error {
        use io::ErrorKind as Kind;
        match self {
            Self::Full => Kind::StorageFull.into(),
            Self::Denied => Kind::PermissionDenied.into(),
            Self::ReadOnly => Kind::ReadOnlyFilesystem.into(),
            Self::TooManyOpen => too_many_open(),
            Self::Io | Self::Short => io::Error::other("the disk fails, as asked for"),
        }
    }
}

#[cfg(unix)]
fn too_many_open() -> io::Error {
    rustix::io::Errno::MFILE.into()
}

#[cfg(not(unix))]
fn too_many_open() -> io::Error {
    io::Error::from_raw_os_error(4)
}

#[derive(Debug, Default)]
struct Plan {
    /// Kind, steps of that kind still to let pass, how, and whether all later ones fail as well.
    faults: Vec<Fault>,
    stop_at: Option<u64>,
    slow: Option<Duration>,
}

#[derive(Debug)]
struct Fault {
    op: Op,
    pass: u64,
    failure: Failure,
    lasting: bool,
}

/// A plan of faults and a count of steps. Shared by reference; it may be changed while in use.
#[derive(Debug, Default)]
pub struct Shim {
    steps: AtomicU64,
    plan: Mutex<Plan>,
}

impl Shim {
    /// No faults yet: only counts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the `nth` step of that kind from now (0 is the next) fail once.
    pub fn fail(&self, op: Op, nth: u64, failure: Failure) {
        self.add(op, nth, failure, false);
    }

    /// Lets the `nth` step of that kind from now (0 is the next) and all after it fail.
    pub fn fail_from(&self, op: Op, nth: u64, failure: Failure) {
        self.add(op, nth, failure, true);
    }

    fn add(&self, op: Op, pass: u64, failure: Failure, lasting: bool) {
        let fault = Fault {
            op,
            pass,
            failure,
            lasting,
        };
        self.plan().faults.push(fault);
    }

    /// Makes every step wait for `delay` first.
    pub fn slow(&self, delay: Duration) {
        self.plan().slow = Some(delay);
    }

    /// Fails every step from the one numbered `step` (0 is the first ever) on, as after `kill -9`.
    pub fn stop_at(&self, step: u64) {
        self.plan().stop_at = Some(step);
    }

    /// Forgets all faults and slowness; the count goes on.
    pub fn heal(&self) {
        *self.plan() = Plan::default();
    }

    /// Steps so far, failed ones too.
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::SeqCst)
    }

    /// Whether the step that [`Shim::stop_at`] named has been reached.
    pub fn stopped(&self) -> bool {
        let stop_at = self.plan().stop_at;
        stop_at.is_some_and(|stop| self.steps() > stop)
    }

    fn plan(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn step(&self, op: Op) -> io::Result<()> {
        match self.next(op)? {
            Some(failure) => Err(failure.error()),
            None => Ok(()),
        }
    }

    pub(crate) fn step_write(&self, len: usize) -> io::Result<usize> {
        match self.next(Op::Write)? {
            Some(Failure::Short) if len > 1 => Ok(len / 2),
            Some(failure) => Err(failure.error()),
            None => Ok(len),
        }
    }

    fn next(&self, op: Op) -> io::Result<Option<Failure>> {
        let mut plan = self.plan();
        let step = self.steps.fetch_add(1, Ordering::SeqCst);
        if let Some(delay) = plan.slow {
            drop(plan);
            std::thread::sleep(delay);
            plan = self.plan();
        }
        if plan.stop_at.is_some_and(|stop| step >= stop) {
            return Err(io::Error::other("stopped"));
        }
        let mut hit = None;
        plan.faults.retain_mut(|fault| {
            if fault.op != op {
                return true;
            }
            if fault.pass > 0 {
                fault.pass -= 1;
                return true;
            }
            hit = hit.or(Some(fault.failure));
            fault.lasting
        });
        Ok(hit)
    }
}
