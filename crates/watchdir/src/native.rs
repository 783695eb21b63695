//! The one subscription to what the system tells of folders, shared by all of them: systems allow
//! only so many. An event says nothing but that somebody should look; what is there, the listing
//! tells. Knows which folder is whose and reads nothing.

use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use notify::{
    ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind},
};
use parking_lot::Mutex;

use crate::mail::Mailbox;

/// Whether each folder needs a subscription of its own. Elsewhere one covers what is below it.
pub(crate) const EACH: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Why the system will not tell of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deaf {
    /// It tells of no more.
    Limit,
    /// The folder went, or may not be read.
    Vanished,
    /// It cannot.
    Never,
}

/// Folders that the system tells of, and whom to wake.
type Table = Arc<Mutex<HashMap<PathBuf, Arc<Mailbox>>>>;

#[derive(Default)]
pub(crate) struct Native {
    watcher: Mutex<Option<RecommendedWatcher>>,
    table: Table,
}

impl Native {
    /// Whether changes in the folder still wake this mailbox.
    pub(crate) fn has(&self, folder: &Path, mailbox: &Arc<Mailbox>) -> bool {
        let table = self.table.lock();
        table
            .get(folder)
            .is_some_and(|known| Arc::ptr_eq(known, mailbox))
    }

    /// From now on changes in the folder wake the mailbox.
    pub(crate) fn watch(
        &self,
        folder: &Path,
        below: bool,
        mailbox: &Arc<Mailbox>,
    ) -> Result<(), Deaf> {
        // Held to the end: of two who ask for one folder, the one that leaves must not take along what
        // the other one was just given.
        let mut watcher = self.watcher.lock();
        // Known before the first event can come. Not held while the system is asked: the thread
        // that hands out events takes part in that.
        self.table
            .lock()
            .insert(folder.to_owned(), Arc::clone(mailbox));
        let mode = if below && !EACH {
            RecursiveMode::Recursive
        } else {
            RecursiveMode::NonRecursive
        };
        let asked = self.ask(&mut watcher, folder, mode);
        if asked.is_err() {
            self.table.lock().remove(folder);
        }
        asked
    }

    fn ask(
        &self,
        watcher: &mut Option<RecommendedWatcher>,
        folder: &Path,
        mode: RecursiveMode,
    ) -> Result<(), Deaf> {
        if watcher.is_none() {
            let table = Arc::clone(&self.table);
            let watching = notify::recommended_watcher(move |event| wake(&table, event));
            *watcher = Some(watching.map_err(|e| deaf(&e))?);
        }
        let Some(watcher) = watcher.as_mut() else {
            return Err(Deaf::Never);
        };
        watcher.watch(folder, mode).map_err(|e| deaf(&e))
    }

    /// Changes in the folder do not wake this mailbox any more.
    pub(crate) fn unwatch(&self, folder: &Path, mailbox: &Arc<Mailbox>) {
        let mut watcher = self.watcher.lock();
        let anothers = {
            let mut table = self.table.lock();
            let anothers = table
                .get(folder)
                .is_some_and(|known| !Arc::ptr_eq(known, mailbox));
            if !anothers {
                table.remove(folder);
            }
            anothers
        };
        // Also when nobody has it: one that was given another name is still told of, under this one.
        if !anothers && let Some(watcher) = watcher.as_mut() {
            // A folder that is gone took its subscription with it.
            let _ = watcher.unwatch(folder);
        }
    }
}

fn deaf(error: &notify::Error) -> Deaf {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Deaf::Limit,
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => Deaf::Vanished,
        ErrorKind::Io(e) if out_of_something(e) => Deaf::Limit,
        ErrorKind::Io(e) => match e.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::PermissionDenied => Deaf::Vanished,
            _ => Deaf::Never,
        },
        _ => Deaf::Never,
    }
}

/// How Unix says that there are too many of something: files, subscriptions, bytes.
fn out_of_something(error: &io::Error) -> bool {
    const ENOMEM: i32 = 12;
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    const ENOSPC: i32 = 28;
    cfg!(unix)
        && matches!(
            error.raw_os_error(),
            Some(ENOMEM | ENFILE | EMFILE | ENOSPC)
        )
}

/// Runs on the thread of the subscription.
fn wake(table: &Table, event: notify::Result<Event>) {
    let mut table = table.lock();
    let event = match event {
        Ok(event) if !event.need_rescan() => event,
        // Events were lost: everybody looks.
        _ => {
            table.values().for_each(|mailbox| mailbox.dirty());
            return;
        }
    };
    if !matters(event.kind) {
        return;
    }
    let left = matches!(
        event.kind,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
    );
    for path in &event.paths {
        let owner = path.ancestors().take(if EACH { 2 } else { usize::MAX });
        let owner = owner.into_iter().find_map(|above| table.get(above));
        if let Some(mailbox) = owner {
            mailbox.dirty();
        }
        // A folder that went takes its subscription along, and another one may be there already.
        if left && let Some(mailbox) = table.remove(path) {
            mailbox.dirty();
        }
    }
}

/// Opening and reading change nothing, and are what a look does.
fn matters(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use notify::event::{CreateKind, Flag, RemoveKind};

    use super::*;
    use crate::tests::until_told;

    #[test]
    fn reading_wakes_nobody_and_lost_events_wake_everybody() {
        let table = Table::default();
        let (one, two) = (Arc::new(Mailbox::default()), Arc::new(Mailbox::default()));
        let insert = |path: &str, mailbox: &Arc<Mailbox>| {
            table.lock().insert(path.into(), Arc::clone(mailbox));
        };
        insert("/a", &one);
        insert("/b", &two);
        let event = |kind, path: &str| Ok(Event::new(kind).add_path(path.into()));
        wake(
            &table,
            event(
                EventKind::Access(AccessKind::Open(AccessMode::Any)),
                "/a/x.torrent",
            ),
        );
        assert!(!one.take().dirty && !two.take().dirty);
        wake(
            &table,
            event(EventKind::Create(CreateKind::File), "/a/x.torrent"),
        );
        assert!(one.take().dirty && !two.take().dirty);
        let rescan = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        wake(&table, Ok(rescan));
        assert!(one.take().dirty && two.take().dirty);
        wake(&table, Err(notify::Error::generic("lost")));
        assert!(one.take().dirty && two.take().dirty);
        wake(&table, event(EventKind::Remove(RemoveKind::Folder), "/b"));
        assert!(two.take().dirty && !table.lock().contains_key(Path::new("/b")));
    }

    #[test]
    fn a_folder_with_another_name_is_not_told_of_under_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, away) = (dir.path().join("in"), dir.path().join("away"));
        let (native, first, second) = (Native::default(), Arc::default(), Arc::default());
        fs::create_dir(&folder).unwrap();
        native.watch(&folder, false, &first).unwrap();
        fs::rename(&folder, &away).unwrap();
        until_told(&native, dir.path());
        native.unwatch(&folder, &first);
        fs::create_dir(&folder).unwrap();
        native.watch(&folder, false, &second).unwrap();
        until_told(&native, dir.path());
        second.take();
        fs::write(away.join("x"), "").unwrap();
        until_told(&native, dir.path());
        assert!(!second.take().dirty);
        fs::write(folder.join("x"), "").unwrap();
        until_told(&native, dir.path());
        assert!(second.take().dirty);
    }

    #[test]
    fn the_system_says_in_several_ways_that_it_tells_of_no_more() {
        let io = |number| notify::Error::io(io::Error::from_raw_os_error(number));
        assert_eq!(
            deaf(&notify::Error::new(ErrorKind::MaxFilesWatch)),
            Deaf::Limit
        );
        #[cfg(unix)]
        assert_eq!(deaf(&io(24)), Deaf::Limit);
        #[cfg(unix)]
        assert_eq!(deaf(&io(13)), Deaf::Vanished);
        assert_eq!(deaf(&notify::Error::generic("no")), Deaf::Never);
        assert_eq!(deaf(&notify::Error::path_not_found()), Deaf::Vanished);
        assert_eq!(deaf(&io(95)), Deaf::Never);
    }
}
