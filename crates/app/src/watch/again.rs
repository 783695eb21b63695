//! Takes files of the history again because the person wants it: read where each lies now, by the same
//! limits as one that is found, and added by the worker between what is found. Adds nothing that the
//! entry does not name, and gives no original another name twice.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use shoal_api::{ApiError, ApiResult};
use shoal_core::{
    AfterState, Command, Refusal, Reply, WatchEntry, WatchFolder, WatchId, WatchNote, WatchedFile,
};
use shoal_watchdir::{BadFile, Kind, Stamp, read_file};
use tokio::sync::oneshot;

use super::{
    book::Setup,
    desk::Job,
    history::{entries_of, spots},
    intake::{came_of, names_of},
    read::{self, Bad, Holds, Way},
    seen,
    work::{BATCH, Worker},
};
use crate::{Inner, actor, calls, dirs::shown};

/// Most bytes that are read before they are added, unless a single file has more.
const BYTES_MAX: u64 = 32 * 1024 * 1024;
/// A dictionary has the length of its first key and `:` this soon.
const KEY_BYTES: usize = 12;

/// What the person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Another try for what was bad.
    Retry,
    /// What was removed is to come back.
    AddAgain,
}

/// A file that was read again, on its way to core.
pub(super) struct Asked {
    entry: WatchEntry,
    /// Its folder is at another path since.
    apart: bool,
    /// Where it lies, as it was read there.
    at: PathBuf,
    stamp: Stamp,
    held: Result<Holds, Bad>,
}

/// Why some could not be taken, or why none could.
pub(super) type Again = ApiResult<Vec<ApiError>>;

/// What came of a few of those asked for.
#[derive(Default)]
struct Few {
    read: Vec<Asked>,
    /// For the watcher, which has them in their places.
    there: Vec<WatchEntry>,
    failed: Vec<ApiError>,
    rest: VecDeque<WatchEntry>,
}

impl Inner {
    /// Takes the files of entries again. Does what can be done, and refuses with what could not.
    pub(crate) async fn take_again(
        &self,
        ids: Vec<u64>,
        wish: Wish,
    ) -> ApiResult<shoal_api::Nothing> {
        let entries = entries_of(&self.store, ids).await?;
        let wanted = |entry: &WatchEntry| entry.outcome.is_bad() == (wish == Wish::Retry);
        let entries = entries.into_iter().filter(wanted).collect();
        let (rest, mut failed) = self.sort_out(entries, wish).await?;
        let mut rest = VecDeque::from(rest);
        while let Some(first) = rest.front() {
            let setup = self.watch.setup()?;
            let folder = first.folder_path.clone();
            let read = move || Ok(read_few(rest, &setup, wish));
            let few = calls::in_time(&folder, read).await?;
            rest = few.rest;
            failed.extend(few.failed);
            for entry in few.there {
                self.watch.desk.take_again(entry.folder.0, entry.file);
            }
            failed.extend(self.add_few(few.read).await?);
        }
        said(failed)
    }

    /// Those for which a look at the disk is worth while, and why it is not for the others.
    async fn sort_out(
        &self,
        entries: Vec<WatchEntry>,
        wish: Wish,
    ) -> ApiResult<(Vec<WatchEntry>, Vec<ApiError>)> {
        self.ask(move |state| {
            let (mut good, mut failed) = (vec![], vec![]);
            for entry in entries {
                let rules = state.watch_folder(entry.folder).map(|f| &f.rules);
                let listed = !entry.hashes.is_empty()
                    && entry.hashes.iter().all(|h| state.torrent(*h).is_some());
                match rules {
                    None => failed.push(no_folder(entry.folder)),
                    Some(rules) if wish == Wish::Retry && !rules.enabled => {
                        let paused = ApiError::new("watch_again_paused");
                        failed.push(paused.with("path", shown(&rules.path)));
                    }
                    Some(_) if listed => {
                        failed.push(of(ApiError::new("watch_again_listed"), &entry));
                    }
                    Some(_) => good.push(entry),
                }
            }
            (good, failed)
        })
        .await
    }

    async fn add_few(&self, asked: Vec<Asked>) -> ApiResult<Vec<ApiError>> {
        if asked.is_empty() {
            return Ok(vec![]);
        }
        let (tell, told) = oneshot::channel();
        self.watch.desk.send(Job::Again(asked, tell));
        told.await.unwrap_or_else(|_| Err(actor::gone()))
    }
}

fn no_folder(folder: WatchId) -> ApiError {
    ApiError::new("no_such_watch").with("id", folder.0)
}

fn of(error: ApiError, entry: &WatchEntry) -> ApiError {
    error.with("file", shown(&entry.file))
}

/// One refusal for all that could not be taken.
fn said(mut failed: Vec<ApiError>) -> ApiResult<shoal_api::Nothing> {
    let is_listed = |error: &ApiError| error.code == "watch_again_listed";
    if !failed.iter().all(is_listed) {
        // Among others, what is in the list is as it was wanted.
        failed.retain(|error| !is_listed(error));
    }
    let count = failed.len();
    let Some(first) = failed.pop() else {
        return Ok(shoal_api::Nothing {});
    };
    if failed.iter().all(|other| *other == first) {
        return Err(first);
    }
    Err(ApiError::new("watch_again_some").with("n", count))
}

/// Reads as many as may wait to be added. Waits for the disk.
fn read_few(mut rest: VecDeque<WatchEntry>, setup: &Setup, wish: Wish) -> Few {
    let (mut few, mut bytes) = (Few::default(), 0);
    while few.read.len() < BATCH && bytes < BYTES_MAX {
        let Some(entry) = rest.pop_front() else {
            break;
        };
        let Some(folder) = setup.folders.iter().find(|f| f.id == entry.folder) else {
            few.failed.push(no_folder(entry.folder));
            continue;
        };
        if wish == Wish::Retry && lies_at(&entry) == Some(folder.rules.path.join(&entry.file)) {
            few.there.push(entry);
            continue;
        }
        let looked = find(&entry).and_then(|(at, stamp, content)| {
            let held = look_into(&entry, folder, setup, (stamp, content))?;
            Ok((at, stamp, held))
        });
        match looked {
            Ok((at, stamp, held)) => {
                bytes += stamp.size;
                few.read.push(Asked {
                    apart: folder.rules.path != entry.folder_path,
                    entry,
                    at,
                    stamp,
                    held,
                });
            }
            Err(error) => few.failed.push(of(error, &entry)),
        }
    }
    few.rest = rest;
    few
}

/// Where something lies that may be the file of an entry.
fn lies_at(entry: &WatchEntry) -> Option<PathBuf> {
    let is_there = |path: &PathBuf| path.symlink_metadata().is_ok();
    spots(entry).into_iter().find(is_there)
}

/// The file of an entry, the first that lies where it may be.
fn find(entry: &WatchEntry) -> ApiResult<(PathBuf, Stamp, Vec<u8>)> {
    let mut why = match entry.after {
        AfterState::Trashed => ApiError::new("watch_again_trashed"),
        _ => ApiError::new("watch_again_gone"),
    };
    for at in spots(entry) {
        let (root, file) = match at.strip_prefix(&entry.folder_path) {
            Ok(file) => (entry.folder_path.as_path(), file),
            Err(_) => (
                at.parent().unwrap_or(&at),
                Path::new(at.file_name().unwrap_or_default()),
            ),
        };
        match read_file(root, file, Kind::Torrent) {
            Ok(Some((stamp, content))) => return Ok((at, stamp, content)),
            Ok(None) => {}
            Err(BadFile::Link | BadFile::NotAFile | BadFile::TooBig { .. }) => {
                why = ApiError::new("watch_again_replaced");
            }
            Err(BadFile::Denied | BadFile::Io(_)) => {
                why = ApiError::new("watch_again_unreadable");
            }
        }
    }
    Err(why)
}

/// What a file holds of that which its entry names; an entry of a bad one names nothing. Its name alone
/// does not tell what it is: it may have been cut or got a number.
fn look_into(
    entry: &WatchEntry,
    folder: &WatchFolder,
    setup: &Setup,
    (stamp, content): (Stamp, Vec<u8>),
) -> ApiResult<Result<Holds, Bad>> {
    let is_dictionary =
        content.first() == Some(&b'd') && content.iter().take(KEY_BYTES).any(|b| *b == b':');
    let name = entry.file.file_name().unwrap_or_default();
    let says_torrent = name.to_string_lossy().to_lowercase().contains(".torrent");
    let kind = if is_dictionary || says_torrent {
        Kind::Torrent
    } else {
        Kind::Magnets
    };
    let limit = kind.limit();
    let content = if stamp.size > limit {
        Err(BadFile::TooBig { limit })
    } else {
        Ok(content)
    };
    let way = Way {
        rules: &folder.rules,
        downloads: &setup.downloads,
    };
    // Only a place in the folder stands for labels.
    let file = match &entry.file {
        file if file.is_relative() => file.as_path(),
        file => Path::new(file.file_name().unwrap_or_default()),
    };
    let held = read::read(&way, file, kind, stamp.size, content);
    if entry.outcome.is_bad() {
        return Ok(held);
    }
    let other = || ApiError::new("watch_again_replaced");
    let mut holds = held.map_err(|_| other())?;
    holds.torrents.retain(|t| entry.hashes.contains(&t.hash));
    if holds.torrents.is_empty() {
        return Err(other());
    }
    Ok(Ok(holds))
}

impl Asked {
    fn is_in_place(&self) -> bool {
        !self.apart && self.at == self.entry.folder_path.join(&self.entry.file)
    }

    /// Under which name the history tells of it, as which file, and what became of its original. A newer
    /// file of the old name is not to be taken for this one.
    fn known_as(&self, is_newest: bool) -> (PathBuf, Stamp, Option<AfterState>) {
        let entry = &self.entry;
        if self.apart {
            return (self.at.clone(), self.stamp, Some(AfterState::None));
        }
        if self.is_in_place() {
            return (entry.file.clone(), self.stamp, None);
        }
        if is_newest {
            let there = AfterState::Done(Some(self.at.clone()));
            return (entry.file.clone(), seen::found(&entry.stamp), Some(there));
        }
        let file = self.at.strip_prefix(&entry.folder_path).unwrap_or(&self.at);
        (file.to_owned(), self.stamp, Some(AfterState::None))
    }
}

impl Worker {
    /// Adds what was asked for, and tells of what is bad still.
    pub(super) fn add_again(&mut self, asked: Vec<Asked>) -> Again {
        let (mut files, mut in_places, mut notes) = (vec![], vec![], vec![]);
        for asked in asked {
            let (folder, entry) = (asked.entry.folder, &asked.entry);
            let in_place = asked.is_in_place();
            let book = self.desk.book.lock();
            let newest = book.seen.get(folder.0, &entry.file);
            let (file, stamp, settled) =
                asked.known_as(newest.is_some_and(|seen| seen.entry == entry.id));
            drop(book);
            let stamp = seen::stamp(stamp);
            let (torrents, bad_lines) = match asked.held {
                Ok(holds) => (holds.torrents, holds.bad_lines),
                Err(bad) => {
                    notes.push(WatchNote {
                        folder,
                        file,
                        stamp,
                        outcome: bad.outcome(),
                        after: settled.unwrap_or_default(),
                    });
                    continue;
                }
            };
            files.push(WatchedFile {
                folder,
                file,
                stamp,
                torrents,
                bad_lines,
                known: vec![],
                again: !entry.outcome.is_bad(),
                settled,
            });
            in_places.push(in_place);
        }
        let failed = self.put_back(files, &in_places)?;
        self.note_again(notes)?;
        Ok(failed)
    }

    /// Tells which could not be added.
    fn put_back(&mut self, files: Vec<WatchedFile>, in_place: &[bool]) -> Again {
        if files.is_empty() {
            return Ok(vec![]);
        }
        let mut failed = vec![];
        let of: Vec<_> = files.iter().map(|f| (f.folder, names_of(f))).collect();
        let replies = match self.ask(Command::AddWatched(files)) {
            Some(Reply::Watched(replies)) => replies,
            other => return Err(not_done(other)),
        };
        for ((reply, (folder, names)), in_place) in replies.into_iter().zip(of).zip(in_place) {
            let Some(entry) = reply.entry.clone() else {
                let known = self.desk.book.lock().live(folder.0).is_some();
                failed.push(if known {
                    calls::refused(Refusal::TooMany)
                } else {
                    no_folder(folder)
                });
                continue;
            };
            self.came(&entry, came_of(&entry, &reply, &names));
            let owed = (entry.after == AfterState::Pending).then(|| entry.file.clone());
            self.desk.book.lock().stored(entry, *in_place);
            if let Some(file) = owed {
                self.desk.with_dir(|dir| dir.ask_again(folder.0, file));
            }
        }
        Ok(failed)
    }

    fn note_again(&self, notes: Vec<WatchNote>) -> ApiResult<()> {
        if notes.is_empty() {
            return Ok(());
        }
        match self.ask(Command::NoteWatch(notes)) {
            Some(Reply::Noted(entries)) => {
                let mut book = self.desk.book.lock();
                for entry in entries {
                    book.stored(entry, false);
                }
                Ok(())
            }
            other => Err(not_done(other)),
        }
    }
}

fn not_done(reply: Option<Reply>) -> ApiError {
    match reply {
        Some(Reply::Refused(refusal)) => calls::refused(refusal),
        _ => actor::gone(),
    }
}
