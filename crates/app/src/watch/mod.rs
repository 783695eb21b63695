//! Watch folders: what [`shoal_watchdir`] finds becomes torrents here. Owns the watcher, what is known of
//! each file that was seen, what each folder is doing, and the thread between the watcher and the actor.
//!
//! The rules, and whether a torrent is added, are core's; what was seen is the store's, and only copied
//! here. Must never have an original touched before the store has accepted its torrents, never add a
//! file twice, never wait for a disk in the actor, and never start before the list could be shown.

mod afterwards;
mod again;
mod book;
mod desk;
mod dry;
mod history;
mod intake;
mod news;
mod places;
mod read;
mod seen;
#[cfg(test)]
mod tests;
mod views;
mod work;

use std::{
    io,
    path::Path,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use shoal_api::{ApiResult, WatchFolderView};
use shoal_core::{InfoHash, TorrentRecord};
use shoal_store::Store;
use shoal_watchdir::Options;

use crate::{actor::Input, hub::Hub};
use desk::{Desk, Job};

pub(crate) use again::Wish;
pub(crate) use book::Setup;
pub(crate) use history::{entries_of, spots};
pub(crate) use views::rules_from;

/// Between two looks for a folder that is not there.
const BACK: Duration = Duration::from_secs(30);

#[cfg(not(test))]
fn options() -> Options {
    Options {
        back: BACK,
        ..Options::default()
    }
}

/// Nobody waits half a minute in a test, and none fills anybody's trash.
#[cfg(test)]
fn options() -> Options {
    let mut options = Options {
        back: Duration::from_millis(100),
        backoff: vec![Duration::from_millis(50), Duration::from_millis(150)],
        after_again: Duration::from_millis(200),
        after_tries: 50,
        // More than any test has but those that are about too many.
        entries: 4_000,
        watches: 40,
        ..Options::default()
    };
    if std::env::var_os(tests::TRASH).is_none() {
        options.trash = |_| Err("there is none".to_owned());
    }
    options
}

/// All watch folders.
pub(crate) struct Folders {
    desk: Arc<Desk>,
}

impl Folders {
    /// Starts the thread, which waits for [`begin`](Self::begin) and for something to watch.
    pub(crate) fn start(
        inbox: tokio::sync::mpsc::WeakSender<Input>,
        store: Arc<Store>,
        hub: Arc<Hub>,
    ) -> io::Result<Self> {
        let (sender, jobs) = mpsc::channel();
        let desk = Arc::new(Desk::new(sender));
        let worker = work::Worker::new(desk.clone(), inbox, store, hub, options());
        thread::Builder::new()
            .name("shoal-folders".to_owned())
            .spawn(move || worker.run(&jobs))?;
        Ok(Self { desk })
    }

    /// These are the folders and settings from now on.
    pub(crate) fn set(&self, setup: Setup) {
        let mut slot = self.desk.setup.lock();
        if slot.as_deref() == Some(&setup) {
            return;
        }
        let changed = self.desk.book.lock().set(&setup.folders);
        *slot = Some(Arc::new(setup));
        drop(slot);
        self.desk.send(Job::Folders(changed));
        self.desk.changed.notify_one();
    }

    /// Finds nothing in the folder that Shoal keeps its own files in.
    pub(crate) fn keep_out(&self, own: &Path) {
        let mut names = vec![own.to_owned()];
        names.extend(own.canonicalize());
        self.desk.places.keep_out(names);
    }

    /// The list can be shown: folders may be watched now.
    pub(crate) fn begin(&self) {
        self.desk.send(Job::Begin);
    }

    /// Whether there is a folder: then it must be known where torrents lie.
    pub(crate) fn any(&self) -> bool {
        let setup = self.desk.setup.lock();
        setup
            .as_ref()
            .is_some_and(|setup| !setup.folders.is_empty())
    }

    /// Where torrents lie now; none for those that are gone.
    pub(crate) fn follow<'a>(
        &self,
        torrents: impl Iterator<Item = (InfoHash, Option<&'a TorrentRecord>)>,
    ) {
        self.desk.places.put(torrents);
    }

    /// Returns when something that is shown has changed.
    pub(crate) async fn changed(&self) {
        self.desk.changed.notified().await;
    }

    /// The folders as they are now.
    pub(crate) fn view(&self) -> Vec<WatchFolderView> {
        self.desk.book.lock().view()
    }

    /// What is watched, and by which settings; refused before that is known.
    fn setup(&self) -> ApiResult<Arc<Setup>> {
        let setup = self.desk.setup.lock().clone();
        setup.ok_or_else(crate::actor::gone)
    }

    /// Looks through a folder at once, and tries again what is owed to originals, however often it failed.
    pub(crate) fn look(&self, folder: u32) {
        let is_owed = |seen: &seen::Seen| seen.owed && seen.there;
        let owed = self.desk.book.lock().seen.files(folder, is_owed);
        self.desk.with_dir(|dir| {
            for file in owed {
                dir.ask_again(folder, file);
            }
            dir.look_now(folder);
        });
    }

    /// Leaves all originals alone from now on. Waits for the watcher, a second at most.
    pub(crate) fn stop(&self) {
        self.desk.stop();
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        self.desk.stop();
    }
}
