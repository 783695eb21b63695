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
    watch::{Wish, entries_of, rules_from, spots},
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
        self.take_again(bounded(r.ids)?, Wish::Retry).await
    }

    pub(super) async fn watch_add_again(
        &self,
        _: Caller,
        r: WatchEntriesRequest,
    ) -> ApiResult<Nothing> {
        self.take_again(bounded(r.ids)?, Wish::AddAgain).await
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
        let spots = entries.first().map(spots).unwrap_or_default();
        let likeliest = spots.first().cloned().unwrap_or_default();
        let look = move || Ok(spots.into_iter().find(|p| p.symlink_metadata().is_ok()));
        let there = in_time(&likeliest, look).await?;
        there.ok_or_else(|| ApiError::new("file_missing").with("path", likeliest.display()))
    }
}

/// Not more than are taken at once.
fn bounded(ids: Vec<u64>) -> ApiResult<Vec<u64>> {
    if ids.len() > ENTRIES_MAX {
        return Err(ApiError::new("too_many").with("max", ENTRIES_MAX));
    }
    Ok(ids)
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
