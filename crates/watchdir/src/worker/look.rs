//! Looks at the folder and finds out what is new, what changed and what went.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{Mode, Phase, Worker};
use crate::{
    PollWhy, UnreachableWhy,
    native::{Deaf, EACH},
    walk::{self, DirId, Listing, Seen, Stop, Walk},
};

/// Safety looks in a row that only ask whether names came or went.
const CHEAP_LOOKS: u32 = 9;
/// Longest rest after a look that took long.
const REST_MAX: Duration = Duration::from_secs(2);

impl Worker {
    pub(super) fn look(&mut self, now: Duration) {
        let began = Instant::now();
        match self.look_at_root() {
            Ok(()) if self.is_as_before() => {}
            Ok(()) => match self.list() {
                Ok(listing) => self.take_in(listing, now),
                Err(why) => self.lose(why),
            },
            Err(why) => self.lose(why),
        }
        let options = &self.shared.options;
        let pause = match (&self.unreachable, self.mode) {
            (Some(_), _) => options.back,
            (None, Mode::Polling(_)) => self.poll,
            (None, _) => options.safety,
        };
        self.list_at = now + pause;
        let rest = began.elapsed().saturating_mul(options.rest);
        let rest = rest.min(REST_MAX);
        self.rest_until = now + self.look.max(rest);
    }

    /// Whether the folder that was looked at is still there.
    pub(super) fn is_here(&self) -> bool {
        let Ok(meta) = walk::root(&self.spec.path) else {
            return false;
        };
        self.root.is_none_or(|root| root.is_same(&DirId::of(&meta)))
    }

    /// Another folder in the place of the one before is asked about from the beginning: removed and
    /// made again, or covered by a volume that was mounted.
    fn look_at_root(&mut self) -> Result<(), UnreachableWhy> {
        let id = DirId::of(&walk::root(&self.spec.path)?);
        if self.root.is_some_and(|root| !root.is_same(&id)) {
            self.forget_watches();
            self.mode = Mode::Open;
            self.settled.clear();
        }
        self.root = Some(id);
        if self.mode == Mode::Open {
            self.mode = if self.spec.always_poll {
                Mode::Polling(PollWhy::Asked)
            } else if (self.shared.options.silent)(&self.spec.path) {
                Mode::Polling(PollWhy::Network)
            } else {
                Mode::Told
            };
        }
        Ok(())
    }

    /// Whether a look can do without the files: nothing was told of, and no name came or went in
    /// any of the folders. Also then everything is looked at now and then.
    fn is_as_before(&mut self) -> bool {
        let Some(looks) = self.steady else {
            return false;
        };
        let is_same = |(folder, id): (&PathBuf, &DirId)| {
            let path = self.join(folder);
            let now = fs::symlink_metadata(&path);
            // The folder itself may be a link.
            let now = now.and_then(|meta| {
                if folder.as_os_str().is_empty() {
                    fs::metadata(&path)
                } else {
                    Ok(meta)
                }
            });
            now.is_ok_and(|meta| DirId::of(&meta) == *id) && self.is_told_of(&path)
        };
        let fine = self.mode == Mode::Told
            && self.unreachable.is_none()
            && looks < CHEAP_LOOKS
            && self.dirs.iter().all(is_same);
        self.steady = fine.then_some(looks + 1);
        fine
    }

    fn is_told_of(&self, folder: &Path) -> bool {
        let folder = if EACH { folder } else { &self.spec.path };
        self.shared.native.has(folder, &self.mailbox)
    }

    fn list(&mut self) -> Result<Listing, UnreachableWhy> {
        loop {
            match self.walk() {
                Ok(listing) => return Ok(listing),
                Err(Stop::Unreachable(why)) => return Err(why),
                Err(Stop::Refused(why)) => {
                    tracing::info!(folder = %self.spec.path.display(), ?why, "a folder is polled");
                    self.forget_watches();
                    self.mode = Mode::Polling(why);
                }
            }
        }
    }

    /// Before a folder is listed the system is asked to tell of it, so that nothing falls between.
    fn walk(&self) -> Result<Listing, Stop<PollWhy>> {
        let shared = &self.shared;
        let skip = |path: &Path| shared.sink.skip(self.spec.id, path);
        let walk = Walk {
            spec: &self.spec,
            patterns: &self.patterns,
            entries: shared.options.entries,
            skip: &skip,
            with_excluded: false,
        };
        let mut watches = 0;
        walk.run(&mut |folder, whole, id| {
            let is_root = folder.as_os_str().is_empty();
            if self.mode != Mode::Told || (!EACH && !is_root) {
                return Ok(());
            }
            watches += 1;
            if watches > shared.options.watches {
                return Err(PollWhy::Limit);
            }
            let known = self.dirs.get(folder);
            if known.is_some_and(|known| known.is_same(id))
                && shared.native.has(whole, &self.mailbox)
            {
                return Ok(());
            }
            // A share that is mounted in it.
            let is_here = self.root.is_none_or(|root| root.is_beside(id));
            if !is_here && (shared.options.silent)(whole) {
                return Err(PollWhy::Network);
            }
            shared.native.unwatch(whole, &self.mailbox);
            let below = self.spec.subfolders;
            match shared.native.watch(whole, below, &self.mailbox) {
                // One that went is told of by the folder above it, or found out by the listing.
                Ok(()) | Err(Deaf::Vanished) => Ok(()),
                Err(Deaf::Limit) => Err(PollWhy::Limit),
                Err(Deaf::Never) => Err(PollWhy::Network),
            }
        })
    }

    pub(super) fn forget_watches(&mut self) {
        for folder in self.dirs.keys() {
            let path = self.join(folder);
            self.shared.native.unwatch(&path, &self.mailbox);
        }
        // Also one that was asked for and could not be listed then.
        self.shared.native.unwatch(&self.spec.path, &self.mailbox);
        self.dirs.clear();
        self.steady = None;
    }

    /// The folder cannot be looked at. What is out stays so; all else is found again.
    fn lose(&mut self, why: UnreachableWhy) {
        self.forget_watches();
        self.mode = Mode::Open;
        self.unreachable = Some(why);
        self.waiting
            .retain(|_, waiter| matches!(waiter.phase, Phase::Out(_)));
    }

    fn take_in(&mut self, listing: Listing, now: Duration) {
        self.unreachable = None;
        // Of what is not looked at nobody hears when it goes: all are asked about again.
        if self.settled.len() > self.shared.options.entries {
            self.settled.clear();
        }
        for folder in self.dirs.keys() {
            if !listing.dirs.contains_key(folder) {
                let path = self.join(folder);
                self.shared.native.unwatch(&path, &self.mailbox);
            }
        }
        let same = self.dirs == listing.dirs && !listing.too_many && listing.blind.is_empty();
        self.steady = same.then_some(0);
        self.dirs = listing.dirs;
        if listing.too_many && !self.too_many {
            let limit = self.shared.options.entries;
            self.shared.sink.too_many(self.spec.id, limit);
        }
        self.too_many = listing.too_many;
        let is_hidden = |file: &Path| {
            listing.too_many || listing.blind.iter().any(|folder| file.starts_with(folder))
        };
        self.forget_missing(|file| listing.files.contains_key(file) || is_hidden(file));
        for (file, seen) in listing.files {
            self.notice(file, seen, now);
        }
    }

    fn forget_missing(&mut self, is_there: impl Fn(&Path) -> bool) {
        self.waiting
            .retain(|file, waiter| matches!(waiter.phase, Phase::Out(_)) || is_there(file));
        let missing: HashSet<PathBuf> = self
            .settled
            .keys()
            .filter(|file| !is_there(file))
            .cloned()
            .collect();
        for file in missing {
            self.settled.remove(&file);
            self.shared.sink.gone(self.spec.id, &file);
        }
    }

    /// A file is there and looks so.
    fn notice(&mut self, file: PathBuf, seen: Seen, now: Duration) {
        if let Some(stamp) = self.settled.get(&file) {
            if *stamp == seen.stamp {
                return;
            }
            self.settled.remove(&file);
            self.shared.sink.gone(self.spec.id, &file);
        }
        let forced = match self.waiting.get(&file) {
            Some(waiter) if matches!(waiter.phase, Phase::Out(_)) => return,
            Some(waiter) if waiter.seen.stamp == seen.stamp => return,
            Some(waiter) => waiter.forced,
            None => false,
        };
        self.wait_for(file, seen, forced, now);
    }
}
