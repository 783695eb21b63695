//! What is known of each watch folder: its rules, what it is doing, and what came of it today. Plain
//! data; tells nobody anything.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use shoal_api::WatchFolderView;
use shoal_core::{
    AfterAdd, AfterState, State, WatchEntry, WatchFolder, WatchId, WatchOutcome, WatchRules,
};
use shoal_watchdir::{After, FolderSpec, FolderState, Known, PollWhy, Stamp};

use super::{
    seen::{AllSeen, LastNews},
    views,
};

/// Most files of a folder of which it is known why they are tried again. Fewer are shown.
const TRYING_MAX: usize = 1_000;

/// What the watcher is to do, and what it needs of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setup {
    /// All folders, those that are off too.
    pub(crate) folders: Vec<WatchFolder>,
    /// The folder for torrents of rules that name none.
    pub(crate) downloads: PathBuf,
    /// The folder for unfinished data; empty for none.
    pub(crate) unfinished: PathBuf,
    /// Between two looks at a file.
    pub(crate) look: Duration,
    /// Between two listings of a folder that is polled.
    pub(crate) poll: Duration,
}

impl Setup {
    /// As core has it; `downloads` is the system's folder for downloads.
    pub(crate) fn of(state: &State, downloads: &Path) -> Self {
        let settings = state.settings();
        let chosen = Some(&settings.downloads_folder).filter(|p| !p.as_os_str().is_empty());
        Self {
            folders: state.watch_folders().cloned().collect(),
            downloads: chosen.map_or_else(|| downloads.to_owned(), Clone::clone),
            unfinished: settings.unfinished_folder.clone(),
            look: Duration::from_millis(settings.watch_look_ms.into()),
            poll: Duration::from_secs(settings.watch_poll_s.into()),
        }
    }

    pub(super) fn without(&self, id: Option<WatchId>) -> Self {
        let mut others = self.clone();
        others.folders.retain(|folder| Some(folder.id) != id);
        others
    }

    /// Folders that hold downloads, what was dealt with, or what another watch folder looks at.
    pub(super) fn taken(&self) -> HashSet<PathBuf> {
        let rules = self.folders.iter().map(|folder| &folder.rules);
        let mut taken: HashSet<PathBuf> = rules
            .flat_map(|rules| std::iter::once(&rules.path).chain(used_by(rules)))
            .cloned()
            .collect();
        taken.insert(self.downloads.clone());
        taken.insert(self.unfinished.clone());
        taken
    }

    pub(super) fn specs(&self) -> Vec<FolderSpec> {
        let on = self.folders.iter().filter(|folder| folder.rules.enabled);
        on.map(|folder| spec(folder.id.0, &folder.rules)).collect()
    }
}

/// Folders that the rules put things into.
pub(super) fn used_by(rules: &WatchRules) -> impl Iterator<Item = &PathBuf> {
    let after = match &rules.after {
        AfterAdd::Move(folder) => Some(folder),
        _ => None,
    };
    let all = rules.save_to.iter().chain(after);
    all.chain(&rules.bad_folder)
}

pub(super) fn spec(id: u32, rules: &WatchRules) -> FolderSpec {
    FolderSpec {
        id,
        path: rules.path.clone(),
        subfolders: rules.subfolders != shoal_core::Subfolders::Off,
        include: rules.include.clone(),
        exclude: rules.exclude.clone(),
        always_poll: rules.always_poll,
    }
}

pub(super) fn after(rules: &WatchRules) -> After {
    match &rules.after {
        AfterAdd::Rename => After::Rename,
        AfterAdd::Move(folder) => After::Move(folder.clone()),
        AfterAdd::Trash => After::Trash,
        AfterAdd::Delete => After::Delete,
        AfterAdd::Keep => After::Keep,
    }
}

/// One watch folder.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) rules: Arc<WatchRules>,
    pub(super) state: FolderState,
    /// Milliseconds since the Unix epoch, for a folder that is not reachable.
    pub(super) since: i64,
    pub(super) pending: u32,
    /// Why files that will be tried again are bad.
    pub(super) trying: HashMap<PathBuf, &'static str>,
    /// News of it that is not said again before the next start.
    said: HashSet<&'static str>,
}

/// What was added from a folder.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Added {
    pub(super) today: u32,
    pub(super) last: Option<i64>,
}

/// Everything.
#[derive(Default)]
pub(super) struct Book {
    folders: BTreeMap<u32, Live>,
    pub(super) seen: AllSeen,
    added: HashMap<u32, Added>,
    /// The date for which `added` counts.
    today: String,
}

impl Book {
    /// Takes the folders as they are now; gives those whose rules are other ones.
    pub(super) fn set(&mut self, folders: &[WatchFolder]) -> Vec<u32> {
        let mut changed = vec![];
        let mut before = std::mem::take(&mut self.folders);
        for folder in folders {
            let id = folder.id.0;
            let live = match before.remove(&id) {
                Some(mut live) if *live.rules != folder.rules => {
                    changed.push(id);
                    let (old, new) = (&live.rules, &folder.rules);
                    let anew = old.path != new.path || old.enabled != new.enabled;
                    let rules = Arc::new(folder.rules.clone());
                    if anew {
                        live = Live::new(rules);
                    } else {
                        live.rules = rules;
                    }
                    live
                }
                Some(live) => live,
                None => Live::new(Arc::new(folder.rules.clone())),
            };
            self.folders.insert(id, live);
        }
        changed
    }

    pub(super) fn live(&self, folder: u32) -> Option<&Live> {
        self.folders.get(&folder)
    }

    pub(super) fn rules(&self, folder: u32) -> Option<Arc<WatchRules>> {
        Some(self.folders.get(&folder)?.rules.clone())
    }

    /// Remembers, or forgets, why a file will be tried again.
    pub(super) fn try_again(&mut self, folder: u32, file: &Path, why: Option<&'static str>) {
        if let Some(live) = self.folders.get_mut(&folder) {
            let known = live.trying.contains_key(file);
            match why {
                Some(code) if known || live.trying.len() < TRYING_MAX => {
                    live.trying.insert(file.to_owned(), code);
                }
                Some(_) => {}
                None => drop(live.trying.remove(file)),
            }
        }
    }

    /// Whether this very file was dealt with; notes that it is there.
    pub(super) fn known(&mut self, folder: u32, file: &Path, stamp: &Stamp) -> Known {
        let Some(rules) = self.rules(folder) else {
            return Known::No;
        };
        let Some(seen) = self.seen.same(folder, file, stamp) else {
            return Known::No;
        };
        let (bad, owed, again, there) = (seen.bad, seen.owed, seen.again, seen.there);
        if !there {
            self.seen.change(folder, file, |seen| seen.there = true);
        }
        if again {
            return Known::No;
        }
        let action = if bad {
            rules.bad_folder.clone().map(After::Move)
        } else {
            Some(after(&rules)).filter(|action| *action != After::Keep)
        };
        match action.filter(|_| owed) {
            Some(action) => Known::After(action),
            None => Known::Yes,
        }
    }

    /// Takes what the watcher does about a folder; gives the news that the history is to tell.
    pub(super) fn set_state(
        &mut self,
        folder: u32,
        state: FolderState,
        pending: u32,
        now: i64,
    ) -> Option<&'static str> {
        let last = self.seen.news(folder).cloned();
        let live = self.folders.get_mut(&folder)?;
        live.pending = pending;
        if pending == 0 {
            // Also of files that went while they were tried.
            live.trying.clear();
        }
        if live.state == state {
            return None;
        }
        live.state = state;
        let said_gone = last.as_ref().filter(|news| news.code == "watch_gone");
        let code = match (&live.state, said_gone) {
            (FolderState::Starting, _) => None,
            (FolderState::Unreachable { .. }, Some(gone)) => {
                live.since = gone.at;
                None
            }
            (FolderState::Unreachable { .. }, None) => {
                live.since = now;
                Some("watch_gone")
            }
            (_, Some(_)) => Some("watch_back"),
            (FolderState::Polling { why, .. }, None) if *why == PollWhy::Limit => {
                is_news(live, last.as_ref(), "watch_limit").then_some("watch_limit")
            }
            _ => None,
        }?;
        // Known at once, so that it is not told twice while it is on its way to the history.
        self.seen.told(folder, code, now);
        Some(code)
    }

    /// Whether that a folder holds too much is to be told.
    pub(super) fn says_too_many(&mut self, folder: u32) -> bool {
        let last = self.seen.news(folder).cloned();
        let live = self.folders.get_mut(&folder);
        live.is_some_and(|live| is_news(live, last.as_ref(), "watch_too_many"))
    }

    /// Takes an entry that was just stored; `there` tells whether its file lies where it was found.
    pub(super) fn stored(&mut self, entry: WatchEntry, there: bool) {
        if let WatchOutcome::Torrents(counts) = &entry.outcome
            && counts.added > 0
        {
            self.roll(entry.at.0);
            let added = self.added.entry(entry.folder.0).or_default();
            added.today = added.today.saturating_add(counts.added);
            added.last = Some(entry.at.0);
        }
        if !entry.file.as_os_str().is_empty() {
            self.try_again(entry.folder.0, &entry.file, None);
        }
        self.seen.put(entry, there);
    }

    /// Takes news of a folder that was just stored. Since when it is away stays as it is told there.
    pub(super) fn told(&mut self, entry: WatchEntry) {
        let gone =
            matches!(&entry.outcome, WatchOutcome::Folder { code, .. } if code == "watch_gone");
        if gone && let Some(live) = self.folders.get_mut(&entry.folder.0) {
            live.since = entry.at.0;
        }
        self.seen.put(entry, true);
    }

    /// Takes what an earlier run added to a folder.
    pub(super) fn recall(&mut self, folder: u32, today: u32, last: Option<i64>) {
        self.added.insert(folder, Added { today, last });
    }

    /// The original of an entry was dealt with, or not.
    pub(super) fn dealt(&mut self, folder: u32, file: &Path, after: &AfterState) {
        self.seen.change(folder, file, |seen| {
            seen.owed = matches!(after, AfterState::Pending | AfterState::Failed(..));
            seen.there &= !matches!(after, AfterState::Done(_) | AfterState::Trashed);
        });
    }

    /// Begins to count anew when the day is another one; tells whether it is.
    pub(super) fn roll(&mut self, now: i64) -> bool {
        let today = crate::statistics::today(shoal_core::Timestamp(now));
        if self.today == today {
            return false;
        }
        self.today = today;
        for added in self.added.values_mut() {
            added.today = 0;
        }
        true
    }

    pub(super) fn view(&self) -> Vec<WatchFolderView> {
        let view = |(id, live): (&u32, &Live)| {
            let added = self.added.get(id).copied().unwrap_or_default();
            WatchFolderView {
                id: *id,
                rules: views::rules(&live.rules),
                state: views::state(live),
                added_today: added.today,
                last_added_at: added.last,
                pending: if live.rules.enabled { live.pending } else { 0 },
                problems: self.seen.problems(*id),
            }
        };
        self.folders.iter().map(view).collect()
    }
}

impl Live {
    fn new(rules: Arc<WatchRules>) -> Self {
        Self {
            rules,
            state: FolderState::Starting,
            since: 0,
            pending: 0,
            trying: HashMap::new(),
            said: HashSet::new(),
        }
    }
}

fn is_news(live: &mut Live, last: Option<&LastNews>, code: &'static str) -> bool {
    live.said.insert(code) && last.is_none_or(|news| news.code != code)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use shoal_core::{Timestamp, WatchCounts, WatchStamp};

    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn added(id: u64, at: i64, added: u32) -> WatchEntry {
        WatchEntry {
            id,
            at: Timestamp(at),
            folder: WatchId(1),
            folder_path: "/in".into(),
            file: format!("{id}.torrent").into(),
            stamp: WatchStamp::default(),
            outcome: WatchOutcome::Torrents(WatchCounts {
                added,
                ..WatchCounts::default()
            }),
            hashes: vec![],
            after: AfterState::None,
        }
    }

    #[test]
    fn what_was_added_today_is_counted_from_midnight_on() {
        let mut book = Book::default();
        let rules = WatchRules::of("/in".into());
        let id = WatchId(1);
        book.set(&[WatchFolder { id, rules }]);
        // Midnight where the test runs.
        let midnight = crate::statistics::day_began(Timestamp(1_795_303_800_000 + DAY_MS)).0;
        assert!(book.roll(midnight - 2));
        book.recall(1, 3, Some(midnight - 3));
        book.stored(added(1, midnight - 1, 2), true);
        let shown = |book: &Book| {
            let view = book.view();
            (view[0].added_today, view[0].last_added_at)
        };
        assert_eq!(shown(&book), (5, Some(midnight - 1)));
        assert!(!book.roll(midnight - 1));
        assert!(book.roll(midnight), "a new day");
        assert_eq!(shown(&book), (0, Some(midnight - 1)));
        assert!(!book.roll(midnight + 1));
        book.stored(added(2, midnight + 5, 1), true);
        assert_eq!(shown(&book), (1, Some(midnight + 5)));
        // The first one of a day tells that it has begun.
        book.stored(added(3, midnight + 2 * DAY_MS, 1), true);
        assert_eq!(shown(&book), (1, Some(midnight + 2 * DAY_MS)));
    }
}
