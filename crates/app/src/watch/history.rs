//! The history of watch folders as it is shown: entries of the store, with what is known of their files
//! and torrents now.

use std::path::PathBuf;

use shoal_api::{ApiError, ApiResult, WatchEntryView, WatchHistory, WatchPendingView};
use shoal_core::{AfterState, InfoHash, State, WatchEntry, WatchId};
use shoal_store::{Store, StoreError};
use tokio::sync::oneshot;

use super::{Folders, views};
use crate::Inner;

/// Entries that are shown at once.
const PAGE: u32 = 100;
/// Files that are not dealt with yet, of those that are shown.
const PENDING_MAX: usize = 100;

/// Waits for an answer of the store without a thread of its own.
async fn told<T: Send + 'static>(
    ask: impl FnOnce(Box<dyn FnOnce(Result<T, StoreError>) + Send>),
) -> ApiResult<T> {
    let (tell, told) = oneshot::channel();
    ask(Box::new(move |answer| drop(tell.send(answer))));
    let failed = |detail: String| ApiError::new("store_failed").with("detail", detail);
    match told.await {
        Ok(answer) => answer.map_err(|error| failed(error.to_string())),
        Err(_) => Err(crate::actor::gone()),
    }
}

/// The entries with these ids that there are.
pub(crate) async fn entries_of(store: &Store, ids: Vec<u64>) -> ApiResult<Vec<WatchEntry>> {
    told(|done| store.watch_entries(ids, done)).await
}

/// Where the file of an entry may lie now, likeliest first. Who takes it back from where it was put has it
/// in its old place again.
pub(crate) fn spots(entry: &WatchEntry) -> Vec<PathBuf> {
    if entry.file.as_os_str().is_empty() {
        return vec![];
    }
    let here = entry.folder_path.join(&entry.file);
    match &entry.after {
        AfterState::Done(Some(there)) if *there != here => vec![there.clone(), here],
        _ => vec![here],
    }
}

/// What of an entry is to be known of the list.
struct Torrents {
    listed: Vec<InfoHash>,
    removed: bool,
}

fn torrents_of(state: &State, hashes: &[InfoHash]) -> Torrents {
    let listed = hashes.iter().filter(|hash| state.torrent(**hash).is_some());
    Torrents {
        listed: listed.copied().collect(),
        removed: hashes.iter().any(|hash| state.tombstone(*hash).is_some()),
    }
}

impl Inner {
    /// A part of the history, newest first.
    pub(crate) async fn watch_page(
        &self,
        before: Option<u64>,
        folder: Option<u32>,
        problems: bool,
    ) -> ApiResult<WatchHistory> {
        let of = folder.map(WatchId);
        let store = &self.store;
        let page = told(|done| store.watch_history(before, of, problems, PAGE + 1, done));
        let mut entries = page.await?;
        // Those of all time: only the sum over what was added asks since when.
        let sums = told(|done| store.watch_sums(shoal_core::Timestamp(i64::MAX), done)).await?;
        let sums = sums
            .iter()
            .filter(|sum| of.is_none_or(|id| sum.folder == id));
        let problem_count = sums.map(|sum| sum.problems).fold(0, u32::saturating_add);
        let more = entries.len() > PAGE as usize;
        entries.truncate(PAGE as usize);
        Ok(WatchHistory {
            entries: self.shown_entries(entries).await?,
            more,
            problems: problem_count,
            pending: if before.is_none() {
                self.watch.pending(folder)
            } else {
                vec![]
            },
        })
    }

    async fn shown_entries(&self, entries: Vec<WatchEntry>) -> ApiResult<Vec<WatchEntryView>> {
        let hashes: Vec<_> = entries.iter().map(|entry| entry.hashes.clone()).collect();
        let torrents = self.ask(move |state| {
            let of = |hashes: &Vec<InfoHash>| torrents_of(state, hashes);
            hashes.iter().map(of).collect::<Vec<_>>()
        });
        let torrents = torrents.await?;
        let both = entries.iter().zip(torrents);
        let show = |(entry, of): (&WatchEntry, Torrents)| {
            let now = self.watch.now(entry, of.removed);
            views::entry(entry, now, &of.listed)
        };
        Ok(both.map(show).collect())
    }
}

impl Folders {
    /// What is known of an entry's file.
    pub(super) fn now(&self, entry: &WatchEntry, removed: bool) -> views::Now {
        let book = self.desk.book.lock();
        let seen = book.seen.get(entry.folder.0, &entry.file);
        let live = book.live(entry.folder.0);
        views::Now {
            newest: seen.is_some_and(|seen| seen.entry == entry.id),
            there: seen.is_some_and(|seen| seen.there && seen.entry == entry.id),
            known: live.is_some(),
            watched: live.is_some_and(|live| live.rules.enabled),
            removed,
        }
    }

    /// Files that are not dealt with yet.
    fn pending(&self, folder: Option<u32>) -> Vec<WatchPendingView> {
        let pending = self.desk.with_dir(shoal_watchdir::Watchdir::pending);
        let book = self.desk.book.lock();
        let pending = pending.unwrap_or_default().into_iter();
        let of_folder = pending.filter(|one| folder.is_none_or(|id| one.folder == id));
        of_folder
            .take(PENDING_MAX)
            .map(|one| {
                let live = book.live(one.folder);
                let why = live.and_then(|live| live.trying.get(&one.file));
                views::pending(&one, why.copied())
            })
            .collect()
    }
}
