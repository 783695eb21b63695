//! The rules of watch folders: checked, kept in bounds, and changed by steps that can be taken back.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{State, commands::Outcome, place::check_folder};
use crate::{
    AfterAdd, Change, Effect, Label, Refusal, Reply, StepKind, StoreOp, Timestamp,
    WATCH_FOLDERS_MAX, WATCH_PATTERN_CHARS_MAX, WATCH_PATTERNS_MAX, WatchFolder, WatchId,
    WatchRules,
};

/// The watch folders, and the numbers that come next.
#[derive(Clone, Debug, Default)]
pub(super) struct Watching {
    pub(super) folders: BTreeMap<WatchId, WatchFolder>,
    next_folder: u32,
    next_entry: u64,
}

impl Watching {
    /// `next` are the numbers from which on no folder and no entry has one, as far as the history tells.
    pub(super) fn of<'a>(
        folders: Vec<WatchFolder>,
        next: (u32, u64),
        journal: impl Iterator<Item = &'a Change>,
    ) -> Self {
        let folders: BTreeMap<_, _> = folders.into_iter().map(|f| (f.id, f)).collect();
        // What undo brings back keeps its number.
        let named = journal.filter_map(|change| match change {
            Change::PutWatch(folder) => Some(folder.id),
            Change::DropWatch(id) => Some(*id),
            _ => None,
        });
        let last = folders.keys().copied().chain(named).max();
        let behind = last.map_or(0, |id| id.0.saturating_add(1));
        Self {
            folders,
            next_folder: behind.max(next.0).max(1),
            next_entry: next.1.max(1),
        }
    }

    pub(super) fn new_entry(&mut self) -> u64 {
        let id = self.next_entry;
        self.next_entry = id.saturating_add(1);
        id
    }
}

impl State {
    /// The watch folders, paused ones too, by number.
    pub fn watch_folders(&self) -> impl Iterator<Item = &WatchFolder> {
        self.watching.folders.values()
    }

    /// One watch folder.
    pub fn watch_folder(&self, id: WatchId) -> Option<&WatchFolder> {
        self.watching.folders.get(&id)
    }

    /// What tells which folders are watched now.
    pub(super) fn tell_watch(&self) -> Effect {
        Effect::Watch(self.watch_folders().cloned().collect())
    }

    /// The rules as they would be kept for the folder `id`, or for a new one, and the labels that would
    /// be made for them; refused when they cannot be.
    pub fn checked_rules(
        &self,
        id: Option<WatchId>,
        mut rules: WatchRules,
    ) -> Result<(WatchRules, Vec<Label>), Refusal> {
        match id {
            Some(id) if self.watch_folder(id).is_none() => return Err(Refusal::NoSuchWatch(id)),
            None if self.watching.folders.len() >= WATCH_FOLDERS_MAX => {
                return Err(Refusal::TooManyWatches);
            }
            _ => {}
        }
        rules.path = tidy("path", &rules.path)?;
        rules.save_to = rules.save_to.map(|p| tidy("save_to", &p)).transpose()?;
        rules.bad_folder = rules
            .bad_folder
            .map(|p| tidy("bad_folder", &p))
            .transpose()?;
        if let AfterAdd::Move(folder) = &mut rules.after {
            *folder = tidy("after", folder)?;
        }
        let others = || self.watch_folders().filter(|f| Some(f.id) != id);
        if others().any(|f| f.rules.path == rules.path) {
            return Err(Refusal::WatchTwice(rules.path));
        }
        let watched = |path: &Path| path == rules.path || others().any(|f| f.rules.path == path);
        if let Some((field, path)) = targets(&rules).find(|(_, path)| watched(path)) {
            return Err(Refusal::WatchLoop(field, path.to_owned()));
        }
        if others().any(|f| targets(&f.rules).any(|(_, path)| path == rules.path)) {
            return Err(Refusal::WatchLoop("path", rules.path));
        }
        check_patterns(&rules.include)?;
        check_patterns(&rules.exclude)?;
        let (labels, made) = self.checked_labels(&rules.labels)?;
        rules.labels = labels;
        Ok((rules, made))
    }

    pub(super) fn put_watch(
        &mut self,
        id: Option<WatchId>,
        rules: WatchRules,
        now: Timestamp,
    ) -> Outcome {
        let (rules, made) = self.checked_rules(id, rules)?;
        let id = id.unwrap_or(WatchId(self.watching.next_folder));
        self.watching.next_folder = self.watching.next_folder.max(id.0.saturating_add(1));
        let mut changes: Vec<Change> = made.into_iter().map(Change::PutLabel).collect();
        changes.push(Change::PutWatch(Box::new(WatchFolder { id, rules })));
        let (ops, then, _) = self.step(StepKind::WatchPut, 1, changes, now);
        Ok((ops, then, Reply::WatchPut(id)))
    }

    pub(super) fn drop_watch(&mut self, id: WatchId, now: Timestamp) -> Outcome {
        if self.watch_folder(id).is_none() {
            return Err(Refusal::NoSuchWatch(id));
        }
        Ok(self.step(StepKind::WatchDropped, 1, vec![Change::DropWatch(id)], now))
    }

    /// Nothing when the rules are these already, or another folder has the path since.
    pub(super) fn apply_put_watch(
        &mut self,
        folder: WatchFolder,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        let id = folder.id;
        let taken = |f: &WatchFolder| f.id != id && f.rules.path == folder.rules.path;
        if self.watch_folder(id) == Some(&folder) || self.watch_folders().any(taken) {
            return None;
        }
        self.remember_watch();
        ops.push(StoreOp::PutWatch(Box::new(folder.clone())));
        let old = self.watching.folders.insert(id, folder);
        self.retell_watch(then);
        Some(old.map_or(Change::DropWatch(id), |old| Change::PutWatch(Box::new(old))))
    }

    pub(super) fn apply_drop_watch(
        &mut self,
        id: WatchId,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        self.watch_folder(id)?;
        self.remember_watch();
        let old = self.watching.folders.remove(&id)?;
        ops.push(StoreOp::DropWatch(id));
        self.retell_watch(then);
        Some(Change::PutWatch(Box::new(old)))
    }

    /// Tells which folders are watched, once and as it is in the end.
    pub(super) fn retell_watch(&self, then: &mut Vec<Effect>) {
        then.retain(|effect| !matches!(effect, Effect::Watch(_)));
        then.push(self.tell_watch());
    }

    /// What takes a label out of the rules that name it.
    pub(super) fn watches_without(&self, name: &str) -> Vec<Change> {
        let with = self.watch_folders().filter(|f| has(f, name));
        let without = with.map(|folder| {
            let mut folder = folder.clone();
            folder.rules.labels.retain(|l| l != name);
            Change::PutWatch(Box::new(folder))
        });
        without.collect()
    }

    /// The label `from` has the name `to` now, which the rules mean from now on.
    pub(super) fn relabel_watches(
        &mut self,
        from: &str,
        to: &str,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) {
        let with = self.watch_folders().filter(|f| has(f, from));
        let with: Vec<WatchId> = with.map(|f| f.id).collect();
        if with.is_empty() {
            return;
        }
        self.remember_watch();
        for folder in self
            .watching
            .folders
            .values_mut()
            .filter(|f| with.contains(&f.id))
        {
            for name in folder.rules.labels.iter_mut().filter(|l| *l == from) {
                to.clone_into(name);
            }
            ops.push(StoreOp::PutWatch(Box::new(folder.clone())));
        }
        self.retell_watch(then);
    }

    fn remember_watch(&mut self) {
        self.changes.watch = true;
        if let Some(before) = &mut self.before {
            before
                .watch
                .get_or_insert_with(|| self.watching.folders.clone());
        }
    }
}

fn has(folder: &WatchFolder, label: &str) -> bool {
    folder.rules.labels.iter().any(|l| l == label)
}

/// Folders that the rules move files to, with the names of the rules.
fn targets(rules: &WatchRules) -> impl Iterator<Item = (&'static str, &Path)> {
    let after = match &rules.after {
        AfterAdd::Move(folder) => Some(("after", folder.as_path())),
        _ => None,
    };
    let bad = rules.bad_folder.as_deref();
    after
        .into_iter()
        .chain(bad.map(|path| ("bad_folder", path)))
}

/// The path as it is compared and kept: without a separator at its end or twice.
fn tidy(field: &'static str, path: &Path) -> Result<PathBuf, Refusal> {
    match check_folder(path) {
        Ok(()) => Ok(path.components().collect()),
        Err(_) => Err(Refusal::WatchBadFolder(field, path.to_owned())),
    }
}

fn check_patterns(patterns: &[String]) -> Result<(), Refusal> {
    let fits = |p: &String| (1..=WATCH_PATTERN_CHARS_MAX).contains(&p.chars().count());
    let over = patterns.get(WATCH_PATTERNS_MAX);
    let bad = over.or_else(|| patterns.iter().find(|p| !fits(p)));
    bad.map_or(Ok(()), |p| {
        let shown = p.chars().take(WATCH_PATTERN_CHARS_MAX).collect();
        Err(Refusal::WatchBadPattern(shown))
    })
}
