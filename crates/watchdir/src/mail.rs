//! What waits for a folder's thread: one box that cannot grow, however much happens at once.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use crate::{FolderSpec, Ticket, Verdict};

/// Most files that wait to be tried again by hand.
const RETRIES: usize = 1_000;

/// Everything that came since the last time.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each came or did not, by itself"
)]
pub(crate) struct Mail {
    /// Something changed in the folder.
    pub(crate) dirty: bool,
    /// Others gave room for files in flight.
    pub(crate) room: bool,
    /// The owner wants a look.
    pub(crate) look: bool,
    /// The end.
    pub(crate) stop: bool,
    pub(crate) spec: Option<FolderSpec>,
    pub(crate) times: Option<(Duration, Duration)>,
    pub(crate) retries: BTreeSet<PathBuf>,
    /// Files of which something else is known now.
    pub(crate) asked: BTreeSet<PathBuf>,
    /// As many as there are files in flight.
    pub(crate) answers: Vec<(Ticket, Verdict)>,
}

#[derive(Debug, Default)]
pub(crate) struct Mailbox {
    mail: Mutex<(bool, Mail)>,
    arrived: Condvar,
}

impl Mailbox {
    fn put(&self, change: impl FnOnce(&mut Mail)) {
        let mut mail = self.mail.lock();
        change(&mut mail.1);
        mail.0 = true;
        drop(mail);
        self.arrived.notify_all();
    }

    pub(crate) fn dirty(&self) {
        self.put(|mail| mail.dirty = true);
    }

    pub(crate) fn room(&self) {
        self.put(|mail| mail.room = true);
    }

    pub(crate) fn look(&self) {
        self.put(|mail| mail.look = true);
    }

    pub(crate) fn stop(&self) {
        self.put(|mail| mail.stop = true);
    }

    pub(crate) fn spec(&self, spec: FolderSpec) {
        self.put(|mail| mail.spec = Some(spec));
    }

    pub(crate) fn times(&self, look: Duration, poll: Duration) {
        self.put(|mail| mail.times = Some((look, poll)));
    }

    pub(crate) fn retry(&self, file: PathBuf) {
        self.put(|mail| {
            if mail.retries.len() < RETRIES {
                mail.retries.insert(file);
            }
        });
    }

    pub(crate) fn ask_again(&self, file: PathBuf) {
        self.put(|mail| {
            if mail.asked.len() < RETRIES {
                mail.asked.insert(file);
            }
        });
    }

    pub(crate) fn answer(&self, ticket: Ticket, verdict: Verdict) {
        self.put(|mail| mail.answers.push((ticket, verdict)));
    }

    /// Whether the end was asked for. It stays so.
    pub(crate) fn stopped(&self) -> bool {
        self.mail.lock().1.stop
    }

    /// What is there now.
    #[cfg(test)]
    pub(crate) fn take(&self) -> Mail {
        take(&mut self.mail.lock())
    }

    /// Waits until something comes, or until a moment.
    pub(crate) fn wait(&self, until: Option<Instant>) -> Mail {
        let mut mail = self.mail.lock();
        while !mail.0 {
            match until {
                None => self.arrived.wait(&mut mail),
                Some(until) => {
                    if self.arrived.wait_until(&mut mail, until).timed_out() {
                        break;
                    }
                }
            }
        }
        take(&mut mail)
    }
}

fn take(mail: &mut (bool, Mail)) -> Mail {
    let stop = mail.1.stop;
    mail.0 = stop;
    let taken = std::mem::take(&mut mail.1);
    mail.1.stop = stop;
    taken
}
