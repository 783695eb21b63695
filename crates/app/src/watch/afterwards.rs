//! What became of originals, as the history tells of it; and what a run that was killed could not tell
//! any more.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use shoal_core::{AfterState, WatchStamp};
use shoal_files::Stamp;
use shoal_watchdir::{After, AfterDone, AfterError};

use super::{
    book,
    desk::{Desk, Job},
    seen, views,
};

pub(super) fn state_of(action: &After, outcome: Result<Option<PathBuf>, AfterError>) -> AfterState {
    let error = match outcome {
        Ok(_) if *action == After::Trash => return AfterState::Trashed,
        Ok(_) if *action == After::Keep => return AfterState::None,
        Ok(path) => return AfterState::Done(path),
        Err(AfterError::Gone) => return AfterState::Done(None),
        Err(error) => error,
    };
    let (code, detail) = match error {
        AfterError::Gone | AfterError::Changed => ("watch_after_changed", None),
        AfterError::NoFolder => ("watch_after_missing", None),
        AfterError::Taken => ("watch_after_taken", None),
        AfterError::Denied => ("watch_after_denied", None),
        AfterError::ReadOnly => ("watch_after_read_only", None),
        AfterError::Full => ("watch_after_full", None),
        AfterError::NoTrash(_) => ("watch_after_no_trash", None),
        AfterError::Io(detail) => ("watch_after_io", Some(detail)),
    };
    let detail = detail.map(|text| ("detail".into(), views::detail(&text)));
    AfterState::Failed(code.into(), detail.into_iter().collect())
}

/// Finds originals that a run which was killed has dealt with without saying so: those owed that are not
/// there any more. Looks at the disk, on a thread of its own: one that hangs stops nobody else.
pub(super) fn catch_up(desk: &Arc<Desk>, folder: u32) {
    let book = desk.book.lock();
    let Some(rules) = book.rules(folder) else {
        return;
    };
    let owed = book.seen.files(folder, |seen| seen.owed && !seen.there);
    let with_stamp = |file: PathBuf| {
        let seen = book.seen.get(folder, &file)?;
        Some((file, seen.stamp, seen.bad))
    };
    let owed: Vec<_> = owed.into_iter().filter_map(with_stamp).collect();
    drop(book);
    if owed.is_empty() {
        return;
    }
    let desk = desk.clone();
    let look = move || {
        for (file, stamp, bad) in owed {
            let action = match &rules.bad_folder {
                Some(folder) if bad => After::Move(folder.clone()),
                _ => book::after(&rules),
            };
            let path = rules.path.join(&file);
            if is_dealt_with(&path, &stamp) {
                let now = now_at(&path, &stamp, &action);
                if now.is_none() && holds_nothing(&rules.path) {
                    continue;
                }
                let outcome = Ok(now);
                desk.send(Job::After(Box::new(AfterDone {
                    folder,
                    file,
                    stamp: seen::found(&stamp),
                    ticket: None,
                    action,
                    outcome,
                    again: false,
                })));
            }
        }
    };
    let named = thread::Builder::new().name("shoal-catch-up".to_owned());
    if let Err(error) = named.spawn(look) {
        tracing::warn!(%error, "what became of originals cannot be looked for");
    }
}

/// Whether an original is not there any more; false when nobody can tell.
fn is_dealt_with(path: &Path, stamp: &WatchStamp) -> bool {
    let found = Stamp::of_path(path);
    found.is_ok_and(|found| found.is_none_or(|found| !seen::is_same(stamp, &found.into())))
}

/// Whether a folder may be but the place of a drive that is not connected: then nothing is known of what
/// was in it.
fn holds_nothing(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// Where an original that was dealt with is, if it is anywhere.
fn now_at(path: &Path, stamp: &WatchStamp, action: &After) -> Option<PathBuf> {
    target(path, action).filter(|path| {
        let found = Stamp::of_path(path).ok().flatten();
        found.is_some_and(|f| f.size_bytes == stamp.size && f.modified_ns == stamp.mtime_ns)
    })
}

/// Where an original most likely is once that was done.
fn target(path: &Path, action: &After) -> Option<PathBuf> {
    match action {
        After::Rename => {
            let mut name = path.file_name()?.to_owned();
            name.push(".added");
            Some(path.with_file_name(name))
        }
        After::Move(folder) => Some(folder.join(path.file_name()?)),
        After::Trash | After::Delete | After::Keep => None,
    }
}
