//! Watch folders and their history as the API tells of them. Decides nothing.

use std::path::Path;

use shoal_api::{
    AfterAddView, LogTone, OriginalView, PollWhyView, Sentence, SubfoldersView, WatchEntryView,
    WatchHowView, WatchPendingView, WatchRulesView, WatchStateView,
};
use shoal_core::{
    AfterAdd, AfterState, InfoHash, Subfolders, WatchCounts, WatchEntry, WatchOutcome, WatchRules,
};
use shoal_metainfo::sanitize::display_text;
use shoal_watchdir::{FolderState, Pending, PollWhy, UnreachableWhy, Waiting};

use super::{BACK, book::Live};
use crate::dirs::{self, shown};

/// Longest text of the system that is told, in characters.
const DETAIL_CHARS_MAX: usize = 200;
/// Most torrents of an entry that are named.
const HASHES_MAX: usize = 100;

/// A text of the system, as it is kept and told.
pub(super) fn detail(text: &str) -> String {
    display_text(text, DETAIL_CHARS_MAX)
}

pub(super) fn said(code: &str, params: &[(&str, &dyn ToString)]) -> Sentence {
    let params = params.iter();
    Sentence {
        code: code.to_owned(),
        params: params
            .map(|(name, value)| ((*name).to_owned(), value.to_string()))
            .collect(),
    }
}

pub(super) fn rules(rules: &WatchRules) -> WatchRulesView {
    WatchRulesView {
        path: shown(&rules.path),
        enabled: rules.enabled,
        save_to: rules.save_to.as_deref().map(shown),
        labels: rules.labels.clone(),
        start: rules.start,
        top: rules.top,
        subfolders: match rules.subfolders {
            Subfolders::Off => SubfoldersView::Off,
            Subfolders::On => SubfoldersView::On,
            Subfolders::Labels => SubfoldersView::Labels,
        },
        after: match &rules.after {
            AfterAdd::Rename => AfterAddView::Rename,
            AfterAdd::Move(folder) => AfterAddView::Move {
                folder: shown(folder),
            },
            AfterAdd::Trash => AfterAddView::Trash,
            AfterAdd::Delete => AfterAddView::Delete,
            AfterAdd::Keep => AfterAddView::Keep,
        },
        bad_folder: rules.bad_folder.as_deref().map(shown),
        include: rules.include.clone(),
        exclude: rules.exclude.clone(),
        how: if rules.always_poll {
            WatchHowView::Poll
        } else {
            WatchHowView::Auto
        },
    }
}

/// The rules as they were typed; core checks them.
pub(crate) fn rules_from(view: WatchRulesView) -> WatchRules {
    let folder = |path: String| dirs::expand(&path);
    WatchRules {
        path: folder(view.path),
        enabled: view.enabled,
        save_to: view.save_to.map(folder),
        labels: view.labels,
        start: view.start,
        top: view.top,
        subfolders: match view.subfolders {
            SubfoldersView::Off => Subfolders::Off,
            SubfoldersView::On => Subfolders::On,
            SubfoldersView::Labels => Subfolders::Labels,
        },
        after: match view.after {
            AfterAddView::Rename => AfterAdd::Rename,
            AfterAddView::Move { folder: to } => AfterAdd::Move(folder(to)),
            AfterAddView::Trash => AfterAdd::Trash,
            AfterAddView::Delete => AfterAdd::Delete,
            AfterAddView::Keep => AfterAdd::Keep,
        },
        bad_folder: view.bad_folder.map(folder),
        include: view.include,
        exclude: view.exclude,
        always_poll: view.how == WatchHowView::Poll,
    }
}

pub(super) fn state(live: &Live) -> WatchStateView {
    if !live.rules.enabled {
        return WatchStateView::Off;
    }
    match &live.state {
        FolderState::Starting => WatchStateView::Starting,
        FolderState::Watching => WatchStateView::Watching,
        FolderState::Polling { every, why } => WatchStateView::Polling {
            every_s: u32::try_from(every.as_secs()).unwrap_or(u32::MAX),
            why: match why {
                PollWhy::Network => PollWhyView::Network,
                PollWhy::Limit => PollWhyView::Limit,
                PollWhy::Asked => PollWhyView::Asked,
            },
        },
        FolderState::Unreachable { error } => WatchStateView::Unreachable {
            since: live.since,
            every_s: u32::try_from(BACK.as_secs()).unwrap_or(u32::MAX),
            sentence: away(error),
        },
    }
}

/// Why a folder cannot be looked at.
pub(super) fn away(why: &UnreachableWhy) -> Sentence {
    match why {
        UnreachableWhy::Missing => said("watch_away_missing", &[]),
        UnreachableWhy::NotAFolder => said("watch_away_not_a_folder", &[]),
        UnreachableWhy::Denied => said("watch_away_denied", &[]),
        UnreachableWhy::Io(text) => said("watch_away_io", &[("detail", &detail(text))]),
    }
}

/// A file that may not be whole yet.
pub(super) const SETTLING: &str = "watch_settling";

pub(super) fn pending(pending: &Pending, trying: Option<&'static str>) -> WatchPendingView {
    let sentence = match pending.waiting {
        Waiting::Quiet | Waiting::Turn => said(SETTLING, &[("seconds", &0)]),
        Waiting::Again { left, .. } if trying == Some(SETTLING) => {
            said(SETTLING, &[("seconds", &left.as_millis().div_ceil(1_000))])
        }
        Waiting::Again { attempts, left } => said(
            "watch_trying",
            &[
                ("attempt", &attempts),
                ("seconds", &left.as_millis().div_ceil(1_000)),
                ("code", &trying.unwrap_or("store_failed")),
            ],
        ),
    };
    WatchPendingView {
        folder: pending.folder,
        file: shown(&pending.file),
        sentence,
    }
}

/// What is known of the file of an entry now.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts, each found out by itself"
)]
pub(super) struct Now {
    /// It is the newest entry of its file.
    pub(super) newest: bool,
    /// It is, and the file is as it was then.
    pub(super) there: bool,
    /// Its folder is still one of those that have rules.
    pub(super) known: bool,
    /// Its folder is watched.
    pub(super) watched: bool,
    /// A torrent of it was removed by the user.
    pub(super) removed: bool,
}

/// `listed` are those of its torrents that are in the list.
pub(super) fn entry(entry: &WatchEntry, now: Now, listed: &[InfoHash]) -> WatchEntryView {
    let (tone, sentence) = outcome(&entry.outcome);
    let in_place = now.there && !entry.file.as_os_str().is_empty();
    let elsewhere = matches!(entry.after, AfterState::Done(Some(_)));
    WatchEntryView {
        id: entry.id,
        at: entry.at.0,
        folder: entry.folder.0,
        folder_path: shown(&entry.folder_path),
        file: shown(&entry.file),
        tone,
        sentence,
        original: original(entry),
        hashes: listed
            .iter()
            .take(HASHES_MAX)
            .map(ToString::to_string)
            .collect(),
        removed: now.removed,
        can_retry: (in_place || elsewhere && now.newest) && now.watched && entry.outcome.is_bad(),
        can_add_again: (in_place || elsewhere) && now.known && now.removed,
        can_reveal: in_place || elsewhere,
    }
}

fn outcome(outcome: &WatchOutcome) -> (LogTone, Sentence) {
    match outcome {
        WatchOutcome::Torrents(counts) => torrents(counts),
        WatchOutcome::Bad { code, params } => (LogTone::Bad, told(code, params)),
        WatchOutcome::Folder { code, params } => {
            let tone = if code == "watch_back" {
                LogTone::Good
            } else {
                LogTone::Warn
            };
            (tone, told(code, params))
        }
    }
}

fn told(code: &str, params: &shoal_core::WatchParams) -> Sentence {
    let params = params.iter();
    Sentence {
        code: code.to_owned(),
        params: params
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect(),
    }
}

fn torrents(counts: &WatchCounts) -> (LogTone, Sentence) {
    let name = &counts.name;
    match (counts.added, counts.already, counts.removed, counts.bad) {
        (1, 0, 0, 0) => (LogTone::Good, said("watch_added", &[("name", name)])),
        (n, 0, 0, 0) => (LogTone::Good, said("watch_added_many", &[("n", &n)])),
        (0, 1, 0, 0) => {
            let params: [(&str, &dyn ToString); 2] =
                [("name", name), ("trackers", &counts.trackers)];
            (LogTone::Neutral, said("watch_already", &params))
        }
        (0, 0, 1, 0) => {
            let at = counts.removed_at.unwrap_or_default().0;
            let params: [(&str, &dyn ToString); 2] = [("name", name), ("at", &at)];
            (LogTone::Warn, said("watch_removed", &params))
        }
        (n, 0, 0, bad) => (
            LogTone::Warn,
            said("watch_bad_lines", &[("n", &n), ("bad", &bad)]),
        ),
        (added, already, removed, bad) => {
            let tone = match (removed + bad, added) {
                (0, 0) => LogTone::Neutral,
                (0, _) => LogTone::Good,
                _ => LogTone::Warn,
            };
            let params: [(&str, &dyn ToString); 4] = [
                ("added", &added),
                ("already", &already),
                ("removed", &removed),
                ("bad", &bad),
            ];
            (tone, said("watch_mixed", &params))
        }
    }
}

fn original(entry: &WatchEntry) -> OriginalView {
    let here = entry.folder_path.join(&entry.file);
    match &entry.after {
        AfterState::None => OriginalView::Left,
        AfterState::Pending => OriginalView::Pending,
        AfterState::Done(Some(path)) if path.parent() == here.parent() => OriginalView::Renamed {
            name: shown(Path::new(path.file_name().unwrap_or_default())),
        },
        AfterState::Done(Some(path)) => OriginalView::Moved {
            folder: path.parent().map(shown).unwrap_or_default(),
        },
        AfterState::Trashed => OriginalView::Trashed,
        AfterState::Done(None) => OriginalView::Deleted,
        AfterState::Failed(code, params) => OriginalView::Failed {
            sentence: told(code, params),
        },
    }
}
