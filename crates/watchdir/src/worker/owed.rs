//! Does what is owed to originals.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Owed, Phase, Worker};
use crate::{AfterDone, AfterError, original::Original, walk::Seen};

impl Worker {
    /// Does what is due of it.
    pub(super) fn pay(&mut self, now: Duration) {
        let due = self.waiting.iter().filter_map(|(file, waiter)| {
            let Phase::Owed(owed) = &waiter.phase else {
                return None;
            };
            (owed.at <= now).then(|| (file.clone(), owed.clone()))
        });
        let due: Vec<(PathBuf, Owed)> = due.collect();
        for (file, owed) in due {
            if self.mailbox.stopped() {
                return;
            }
            self.pay_one(file, owed, now);
        }
    }

    fn pay_one(&mut self, file: PathBuf, owed: Owed, now: Duration) {
        let Some(waiter) = self.waiting.get(&file) else {
            return;
        };
        let stamp = waiter.seen.stamp;
        let original = Original {
            root: &self.spec.path,
            file: &file,
            stamp,
            trash: self.shared.options.trash,
        };
        let outcome = original.act(&owed.action);
        let tries = owed.tries + 1;
        let mut again = false;
        match &outcome {
            Ok(Some(place)) if *place == self.spec.path.join(&file) => self.settle(&file, now),
            // With its whole folder: it is found again with that, and still owed then.
            Err(AfterError::Gone) if !self.is_here() => {
                self.waiting.remove(&file);
                return;
            }
            Ok(_) | Err(AfterError::Gone) => {
                self.waiting.remove(&file);
            }
            Err(AfterError::Changed) if !self.looks_the_same(&file) => {
                self.begin_again(&file, now);
            }
            Err(_) => {
                again = tries < self.shared.options.after_tries;
                if !again {
                    self.settle(&file, now);
                } else if let Some(waiter) = self.waiting.get_mut(&file) {
                    waiter.phase = Phase::Owed(Owed {
                        tries,
                        at: now + self.shared.options.after_again,
                        ..owed.clone()
                    });
                }
            }
        }
        self.shared.sink.after(AfterDone {
            folder: self.spec.id,
            file,
            stamp,
            ticket: owed.ticket,
            action: owed.action,
            outcome,
            again,
        });
    }

    /// Whether a file is called another one that still looks as it did: because it cannot be got at by
    /// its own folder, or is not read twice alike. It would be taken up again without end.
    fn looks_the_same(&self, file: &Path) -> bool {
        let Some(waiter) = self.waiting.get(file) else {
            return false;
        };
        let seen = Seen::of(&self.spec.path.join(file), waiter.seen.kind);
        matches!(seen, Ok(Some(seen)) if seen.stamp == waiter.seen.stamp)
    }
}
