//! Calls about watch folders: rules, history, dry run.

use std::path::PathBuf;

use shoal_api::{
    ApiError, ApiResult, Nothing, PutWatchRequest, WatchDryRun, WatchDryRunRequest,
    WatchEntriesRequest, WatchHistory, WatchHistoryRequest, WatchPut, WatchRequest, WatchRulesView,
};
use shoal_core::{Command, Refusal, Reply, WATCH_PATTERN_CHARS_MAX, WatchId, WatchRules};
use shoal_watchdir::pattern_is_good;

use super::{place::in_time, refused};
use crate::{
    App, Caller, Inner,
    watch::{entries_of, lies_at, rules_from},
};

/// Most entries in one request.
const ENTRIES_MAX: usize = 1_000;

impl Inner {
    pub(super) async fn watch_put(&self, _: Caller, r: PutWatchRequest) -> ApiResult<WatchPut> {
        let rules = Box::new(checked(r.rules)?);
        match self
            .command(Command::PutWatch(r.id.map(WatchId), rules))
            .await?
        {
            Reply::WatchPut(id) => Ok(WatchPut { id: id.0 }),
            Reply::Refused(refusal) => Err(refused(refusal)),
            _ => Err(ApiError::new("internal")),
        }
    }

    pub(super) async fn watch_drop(&self, _: Caller, r: WatchRequest) -> ApiResult<Nothing> {
        self.done(Command::DropWatch(WatchId(r.id))).await
    }

    pub(super) async fn watch_look(&self, _: Caller, r: WatchRequest) -> ApiResult<Nothing> {
        self.known_folder(r.id).await?;
        self.watch.look(r.id);
        Ok(Nothing {})
    }

    pub(super) async fn watch_history(
        &self,
        _: Caller,
        r: WatchHistoryRequest,
    ) -> ApiResult<WatchHistory> {
        self.watch_page(r.before, r.folder, r.problems).await
    }

    pub(super) async fn watch_retry(
        &self,
        _: Caller,
        r: WatchEntriesRequest,
    ) -> ApiResult<Nothing> {
        self.take_again(r.ids, false).await
    }

    pub(super) async fn watch_add_again(
        &self,
        _: Caller,
        r: WatchEntriesRequest,
    ) -> ApiResult<Nothing> {
        self.take_again(r.ids, true).await
    }

    /// Has the files of entries taken again: those that were bad, or those that hold what was removed.
    async fn take_again(&self, ids: Vec<u64>, removed: bool) -> ApiResult<Nothing> {
        if ids.len() > ENTRIES_MAX {
            return Err(ApiError::new("too_many").with("max", ENTRIES_MAX));
        }
        let entries = entries_of(&self.store, ids).await?;
        for entry in entries {
            if entry.outcome.is_bad() != removed {
                self.watch.take_again(&entry);
            }
        }
        Ok(Nothing {})
    }

    pub(super) async fn watch_dry_run(
        &self,
        _: Caller,
        r: WatchDryRunRequest,
    ) -> ApiResult<WatchDryRun> {
        let (id, rules) = (r.id.map(WatchId), checked(r.rules)?);
        let checked = self
            .ask(move |state| state.checked_rules(id, rules))
            .await?;
        let (rules, _) = checked.map_err(refused)?;
        self.dry_run(id, rules).await
    }

    async fn known_folder(&self, id: u32) -> ApiResult<()> {
        let known = self.ask(move |state| state.watch_folder(WatchId(id)).is_some());
        if known.await? {
            Ok(())
        } else {
            Err(ApiError::new("no_such_watch").with("id", id))
        }
    }
}

impl App {
    /// The path of the file of an entry in the history of watch folders, where it lies now, to be shown in
    /// the system's file manager.
    pub async fn to_reveal_watched(&self, entry: u64) -> ApiResult<PathBuf> {
        let entries = entries_of(&self.inner.store, vec![entry]).await?;
        let entry = entries.into_iter().next();
        let path = entry.as_ref().and_then(lies_at);
        let missing = |path: &PathBuf| ApiError::new("file_missing").with("path", path.display());
        let Some(path) = path else {
            let was = entry.map(|entry| entry.folder_path.join(&entry.file));
            return Err(missing(&was.unwrap_or_default()));
        };
        let looked = path.clone();
        let is_there = in_time(&path, move || Ok(looked.symlink_metadata().is_ok()));
        if is_there.await? {
            Ok(path)
        } else {
            Err(missing(&path))
        }
    }
}

/// Rules as they came from outside. Core checks the rest of them.
fn checked(rules: WatchRulesView) -> ApiResult<WatchRules> {
    let rules = rules_from(rules);
    let mut patterns = rules.include.iter().chain(&rules.exclude);
    match patterns.find(|pattern| !pattern_is_good(pattern)) {
        Some(bad) => Err(refused(Refusal::WatchBadPattern(
            bad.chars().take(WATCH_PATTERN_CHARS_MAX).collect(),
        ))),
        None => Ok(rules),
    }
}
