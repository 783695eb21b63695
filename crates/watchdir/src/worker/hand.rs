//! Brings files from "is there" to "handed over", and takes the answers.

use std::{
    ops::Bound,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Out, Owed, Phase, Waiter, Worker};
use crate::{
    After, BadFile, Found, Known, Ticket, Verdict, names,
    read::read,
    walk::{Seen, What},
};

/// Most files in one batch.
const BATCH: usize = 32;

/// How many looks later a placeholder is looked at again.
const PLACEHOLDER_LOOKS: u32 = 5;

impl Worker {
    /// Looks again at the files for which it is time.
    pub(super) fn look_again(&mut self, now: Duration) {
        let is_due = |waiter: &Waiter| match waiter.phase {
            Phase::Quiet { due } => due <= now,
            Phase::Again { at, .. } => at <= now,
            Phase::Ready { .. } | Phase::Out(_) | Phase::Owed(_) => false,
        };
        let due = self.waiting.iter().filter(|(_, waiter)| is_due(waiter));
        let due: Vec<PathBuf> = due.map(|(file, _)| file.clone()).collect();
        for file in due {
            self.look_at(&file, now);
        }
    }

    fn look_at(&mut self, file: &Path, now: Duration) {
        let path = self.spec.path.join(file);
        let pause = self.pause();
        let Some(waiter) = self.waiting.get_mut(file) else {
            return;
        };
        match Seen::of(&path, waiter.seen.kind) {
            Ok(Some(seen)) if same(&seen, &waiter.seen) => {
                waiter.phase = match waiter.phase {
                    Phase::Quiet { .. } if names::is_placeholder(&path, seen.stamp.size) => {
                        let due = now + pause * PLACEHOLDER_LOOKS;
                        Phase::Quiet { due }
                    }
                    Phase::Again {
                        attempts, quiet_at, ..
                    } => Phase::Ready {
                        attempt: attempts + 1,
                        quiet_at,
                    },
                    _ => Phase::Ready {
                        attempt: 1,
                        quiet_at: now,
                    },
                };
            }
            Ok(Some(seen)) => {
                waiter.seen = seen;
                waiter.phase = Phase::Quiet { due: now + pause };
            }
            Ok(None) => {
                self.waiting.remove(file);
            }
            // The next look at the folder tells more.
            Err(_) => waiter.phase = Phase::Quiet { due: now + pause },
        }
    }

    /// Hands over what is ready, as far as there is room.
    pub(super) fn hand_over(&mut self, now: Duration) {
        let mut batch = Vec::new();
        let mut last: Option<PathBuf> = None;
        while let Some(file) = self.next_ready(last.as_deref()) {
            if self.mailbox.stopped() {
                break;
            }
            match self.hand(&file, now) {
                Handed::Full => break,
                Handed::Found(found) => batch.push(found),
                Handed::Otherwise => {}
            }
            last = Some(file);
            if batch.len() == BATCH {
                self.shared.sink.found(std::mem::take(&mut batch));
            }
        }
        if !batch.is_empty() {
            self.shared.sink.found(batch);
        }
    }

    fn next_ready(&self, last: Option<&Path>) -> Option<PathBuf> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.waiting
            .range::<Path, _>((from, Bound::Unbounded))
            .find(|(_, waiter)| matches!(waiter.phase, Phase::Ready { .. }))
            .map(|(file, _)| file.clone())
    }

    fn hand(&mut self, file: &Path, now: Duration) -> Handed {
        let Some(waiter) = self.waiting.get(file).cloned() else {
            return Handed::Otherwise;
        };
        let Phase::Ready { attempt, quiet_at } = waiter.phase else {
            return Handed::Otherwise;
        };
        let seen = waiter.seen;
        if attempt == 1 && !waiter.forced {
            match self.shared.sink.dealt_with(self.spec.id, file, &seen.stamp) {
                Known::No => {}
                Known::Yes | Known::After(After::Keep) => {
                    self.settle(file, now);
                    return Handed::Otherwise;
                }
                Known::After(action) => {
                    self.owe(file, action, None, now);
                    return Handed::Otherwise;
                }
            }
        }
        let bytes = match seen.what {
            What::File if seen.stamp.size <= seen.kind.limit() => seen.stamp.size,
            _ => 0,
        };
        if !self.shared.budget.take(bytes, &self.mailbox) {
            return Handed::Full;
        }
        let Some(content) = read(&self.spec.path, file, &seen) else {
            self.shared.budget.give(bytes);
            self.begin_again(file, now);
            return Handed::Otherwise;
        };
        let ticket = self.next_ticket();
        let hopeless = matches!(
            content,
            Err(BadFile::Link | BadFile::NotAFile | BadFile::TooBig { .. })
        );
        let out = Out {
            attempt,
            quiet_at,
            bytes,
        };
        if let Some(waiter) = self.waiting.get_mut(file) {
            waiter.phase = Phase::Out(out);
            waiter.forced = false;
        }
        self.tickets.insert(ticket, file.to_owned());
        Handed::Found(Found {
            ticket,
            folder: self.spec.id,
            file: file.to_owned(),
            stamp: seen.stamp,
            kind: seen.kind,
            content,
            attempt,
            last_try: hopeless || self.backoff(attempt).is_none(),
        })
    }

    /// How long after it became quiet a file is tried again.
    fn backoff(&self, attempt: u32) -> Option<Duration> {
        let at = usize::try_from(attempt.saturating_sub(1)).ok()?;
        self.shared.options.backoff.get(at).copied()
    }

    pub(super) fn answer(&mut self, ticket: Ticket, verdict: Verdict, now: Duration) {
        let Some(file) = self.tickets.remove(&ticket) else {
            return;
        };
        let Some(waiter) = self.waiting.get(&file) else {
            return;
        };
        let Phase::Out(out) = waiter.phase else {
            return;
        };
        let is_plain = waiter.seen.what == What::File;
        self.shared.budget.give(out.bytes);
        match verdict {
            Verdict::Retry => self.try_again(&file, out, now),
            Verdict::Done(After::Keep) | Verdict::Leave | Verdict::Bad { move_to: None } => {
                self.settle(&file, now);
            }
            // Links and devices are nobody's to move.
            _ if !is_plain => self.settle(&file, now),
            Verdict::Done(action) => self.owe(&file, action, Some(ticket), now),
            Verdict::Bad {
                move_to: Some(folder),
            } => self.owe(&file, After::Move(folder), Some(ticket), now),
        }
    }

    fn try_again(&mut self, file: &Path, out: Out, now: Duration) {
        let at = if let Some(after) = self.backoff(out.attempt) {
            now.max(out.quiet_at + after)
        } else {
            let longest = self.shared.options.backoff.iter().max();
            now + longest.copied().unwrap_or(self.look).max(self.look)
        };
        if let Some(waiter) = self.waiting.get_mut(file) {
            waiter.phase = Phase::Again {
                attempts: out.attempt,
                quiet_at: out.quiet_at,
                at,
            };
        }
    }

    fn owe(&mut self, file: &Path, action: After, ticket: Option<Ticket>, now: Duration) {
        if let Some(waiter) = self.waiting.get_mut(file) {
            waiter.phase = Phase::Owed(Owed {
                action,
                ticket,
                tries: 0,
                at: now,
            });
        }
    }

    /// Nothing more is done with the file as it was; if it is another one by now, all begins anew.
    pub(super) fn settle(&mut self, file: &Path, now: Duration) {
        let Some(waiter) = self.waiting.remove(file) else {
            return;
        };
        match Seen::of(&self.spec.path.join(file), waiter.seen.kind) {
            Ok(Some(seen)) if !same(&seen, &waiter.seen) || waiter.forced => {
                self.wait_for(file.to_owned(), seen, waiter.forced, now);
            }
            Ok(None) if self.is_here() => self.shared.sink.gone(self.spec.id, file),
            Ok(None) => {}
            Ok(Some(_)) | Err(_) => {
                self.settled.insert(file.to_owned(), waiter.seen.stamp);
            }
        }
    }

    /// It is another file than the one that was looked at.
    pub(super) fn begin_again(&mut self, file: &Path, now: Duration) {
        let Some(waiter) = self.waiting.remove(file) else {
            return;
        };
        if let Ok(Some(seen)) = Seen::of(&self.spec.path.join(file), waiter.seen.kind) {
            self.wait_for(file.to_owned(), seen, waiter.forced, now);
        }
    }
}

fn same(one: &Seen, two: &Seen) -> bool {
    (one.stamp, one.what) == (two.stamp, two.what)
}

enum Handed {
    Found(Found),
    /// No room.
    Full,
    /// It needed no handing over, or is not ready any more.
    Otherwise,
}
