//! The thread between the watcher and the actor: reads what was found, has it added, some files in one
//! commit, and says what is to become of the originals. What was refused by the store is tried again;
//! no original is touched before its torrents are stored.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use shoal_api::Event;
use shoal_core::{Command, Reply, WatchNote};
use shoal_store::{Store, StoreError};
use shoal_watchdir::{AfterDone, Options, Ticket, Verdict, Watchdir};
use tokio::sync::oneshot;

use super::{
    afterwards::{self, state_of},
    book::Setup,
    desk::{Desk, Job},
    news::News,
    seen::AllSeen,
};
use crate::{
    actor::{self, Input},
    hub::Hub,
    statistics,
};

/// Most files of one commit.
pub(super) const BATCH: usize = 32;
/// How often it is seen whether a day has begun, and whether what failed goes on.
const IDLE: Duration = Duration::from_secs(60);

/// The thread's own.
pub(super) struct Worker {
    pub(super) desk: Arc<Desk>,
    /// Weak: who only watches folders keeps nothing alive.
    inbox: tokio::sync::mpsc::WeakSender<Input>,
    store: Arc<Store>,
    hub: Arc<Hub>,
    options: Options,
    /// The watcher may run.
    begun: bool,
    running: bool,
    pub(super) news: News,
}

impl Worker {
    pub(super) fn new(
        desk: Arc<Desk>,
        inbox: tokio::sync::mpsc::WeakSender<Input>,
        store: Arc<Store>,
        hub: Arc<Hub>,
        options: Options,
    ) -> Self {
        Self {
            desk,
            inbox,
            store,
            hub,
            options,
            begun: false,
            running: false,
            news: News::default(),
        }
    }

    pub(super) fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        loop {
            let first = match self.pause() {
                Some(pause) => jobs.recv_timeout(pause),
                None => jobs.recv().map_err(mpsc::RecvTimeoutError::from),
            };
            match first {
                Ok(first) => {
                    let all = std::iter::once(first).chain(jobs.try_iter().take(BATCH));
                    if !self.take(all.collect()) {
                        return;
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
            self.tell_news();
            self.see_the_day();
            if self.begun && !self.running {
                self.start();
            }
        }
    }

    /// How long nothing is to be done; none: until somebody asks.
    fn pause(&self) -> Option<Duration> {
        let news = self
            .news
            .next()
            .map(|at| at.saturating_duration_since(Instant::now()));
        let idle = self.begun && self.has_folders();
        news.into_iter().chain(idle.then_some(IDLE)).min()
    }

    fn has_folders(&self) -> bool {
        let setup = self.desk.setup.lock();
        setup
            .as_ref()
            .is_some_and(|setup| !setup.folders.is_empty())
    }

    fn take(&mut self, jobs: Vec<Job>) -> bool {
        let (mut found, mut done, mut notes, mut again) = (vec![], vec![], vec![], vec![]);
        for job in jobs {
            match job {
                Job::Stop => return false,
                Job::Folders(changed) => self.set_folders(&changed),
                Job::Begin => {
                    self.begun = true;
                    self.start();
                }
                Job::Found(files) => found.extend(files),
                Job::After(one) => done.push(*one),
                Job::Note(note) => notes.push(*note),
                Job::Reached(folder) => afterwards::catch_up(&self.desk, folder),
                Job::Again(asked, answer) => again.push((asked, answer)),
            }
        }
        if self.desk.is_stopping() {
            return true;
        }
        let tickets: Vec<Ticket> = found.iter().map(|found| found.ticket).collect();
        let worked = catch_unwind(AssertUnwindSafe(|| {
            self.tell_done(done);
            self.note(notes);
            self.add_found(found);
            for (asked, answer) in again {
                // Whoever asked may have gone.
                let _ = answer.send(self.add_again(asked));
            }
        }));
        if worked.is_err() {
            tracing::error!("the work on watch folders panicked");
            for ticket in tickets {
                self.desk.answer(ticket, Verdict::Retry);
            }
        }
        self.desk.changed.notify_one();
        true
    }

    /// Starts the watcher once there is something to watch. What cannot be is tried again.
    fn start(&mut self) {
        let setup = self.desk.setup.lock().clone();
        let Some(setup) = setup.filter(|setup| !setup.folders.is_empty()) else {
            return;
        };
        if self.running || self.desk.is_stopping() {
            return;
        }
        if let Err(error) = self.recall() {
            tracing::warn!(%error, "what was seen in watch folders cannot be read");
            return;
        }
        let options = Options {
            look: setup.look,
            poll: setup.poll,
            ..self.options.clone()
        };
        match Watchdir::start(options, self.desk.clone()) {
            Ok(dir) => {
                self.desk.keep(dir);
                self.running = true;
                self.apply(&setup);
            }
            Err(error) => tracing::warn!(%error, "folders cannot be watched"),
        }
        self.desk.changed.notify_one();
    }

    fn recall(&self) -> Result<(), StoreError> {
        let entries = told(|done| self.store.watch_seen(done))?;
        let now = actor::now();
        let since = statistics::day_began(now);
        let sums = told(|done| self.store.watch_sums(since, done))?;
        // Made before anybody has to wait for it.
        let mut seen = AllSeen::default();
        for entry in entries {
            seen.put(entry, false);
        }
        let mut book = self.desk.book.lock();
        book.roll(now.0);
        book.seen = seen;
        for sum in sums {
            let last = sum.last_added_at.map(|at| at.0);
            book.recall(sum.folder.0, sum.added, last);
        }
        Ok(())
    }

    fn set_folders(&mut self, changed: &[u32]) {
        if !self.running {
            if self.begun {
                self.start();
            }
            return;
        }
        let Some(setup) = self.desk.setup.lock().clone() else {
            return;
        };
        self.apply(&setup);
        // What was bad by other rules may be good by these.
        for folder in changed {
            let bad = self.desk.book.lock().seen.files(*folder, |seen| seen.bad);
            for file in bad {
                self.desk.take_again(*folder, file);
            }
        }
    }

    fn apply(&self, setup: &Setup) {
        self.desk.places.set_folders(setup.taken());
        self.desk.with_dir(|dir| {
            dir.set_times(setup.look, setup.poll);
            dir.set_folders(setup.specs());
        });
    }

    fn note(&mut self, notes: Vec<WatchNote>) {
        if notes.is_empty() {
            return;
        }
        match self.ask(Command::NoteWatch(notes)) {
            Some(Reply::Noted(entries)) => {
                let mut book = self.desk.book.lock();
                for entry in entries {
                    book.told(entry);
                }
            }
            refused => tracing::warn!(?refused, "news of a watch folder could not be stored"),
        }
    }

    fn tell_done(&self, done: Vec<AfterDone>) {
        let mut told = vec![];
        let mut book = self.desk.book.lock();
        for done in done {
            let AfterDone {
                folder,
                file,
                stamp,
                action,
                outcome,
                ..
            } = done;
            if let Some(seen) = book.seen.same(folder, &file, &stamp) {
                let after = state_of(&action, outcome);
                told.push((seen.entry, after.clone()));
                book.dealt(folder, &file, &after);
            }
        }
        drop(book);
        if !told.is_empty() {
            self.ask(Command::WatchAfter(told));
        }
    }

    fn tell_news(&mut self) {
        for news in self.news.take_due(Instant::now()) {
            self.hub.tell(&Event::Watched { news });
        }
    }

    fn see_the_day(&self) {
        if self.running && self.desk.book.lock().roll(actor::now().0) {
            self.desk.changed.notify_one();
        }
    }

    /// Asks the actor; none when there is none any more.
    pub(super) fn ask(&self, command: Command) -> Option<Reply> {
        let (tell, told) = oneshot::channel();
        let inbox = self.inbox.upgrade()?;
        inbox.blocking_send(Input::Command(command, tell)).ok()?;
        drop(inbox);
        told.blocking_recv().ok()
    }
}

/// Waits for an answer of the store.
fn told<T: Send + 'static>(
    ask: impl FnOnce(Box<dyn FnOnce(Result<T, StoreError>) + Send>),
) -> Result<T, StoreError> {
    let (tell, told) = mpsc::channel();
    ask(Box::new(move |answer| drop(tell.send(answer))));
    told.recv().unwrap_or(Err(StoreError::Closed))
}
