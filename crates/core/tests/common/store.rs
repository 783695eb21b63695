//! A store in memory that can refuse to commit, like one on a full disk.

use std::collections::{BTreeMap, VecDeque};

use shoal_core::{
    Bitfield, InfoHash, LOG_RECOVERED, Label, LogNote, Renames, Restored, SettingValue, Settings,
    StoreOp, Timestamp, Tone, TorrentRecord, UndoStep, WATCH_ENTRIES_MAX, WatchEntry, WatchFolder,
    WatchId, WatchMemory, WatchOutcome,
};

/// Resume data, without stamps.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    pub have: Option<Bitfield>,
    pub clean: bool,
}

/// What would be on disk.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub torrents: BTreeMap<InfoHash, TorrentRecord>,
    pub metainfo: BTreeMap<InfoHash, Vec<u8>>,
    pub resume: BTreeMap<InfoHash, Resume>,
    pub names: BTreeMap<InfoHash, Renames>,
    pub labels: BTreeMap<String, Label>,
    pub settings: BTreeMap<String, SettingValue>,
    pub prefs: BTreeMap<String, String>,
    pub logs: BTreeMap<InfoHash, Vec<LogNote>>,
    pub undo: BTreeMap<u64, UndoStep>,
    pub watches: BTreeMap<WatchId, WatchFolder>,
    pub entries: BTreeMap<u64, WatchEntry>,
    pub tombstones: BTreeMap<InfoHash, Timestamp>,
}

impl Rows {
    fn apply(&mut self, op: StoreOp) {
        match op {
            StoreOp::PutTorrent(mut r) => {
                // Names have a table of their own.
                r.renames = self.names.get(&r.hash).cloned().unwrap_or_default();
                self.torrents.insert(r.hash, *r);
            }
            StoreOp::PutMetainfo(hash, bytes) => {
                self.metainfo.insert(hash, bytes.to_vec());
            }
            StoreOp::PutNames(hash, names) => {
                if let Some(r) = self.torrents.get_mut(&hash) {
                    r.renames = names.clone();
                }
                self.names.insert(hash, names);
            }
            StoreOp::PutResume(hash, data) => {
                let resume = Resume {
                    have: (!data.have.is_empty()).then_some(data.have),
                    clean: data.clean,
                };
                self.resume.insert(hash, resume);
            }
            StoreOp::DropTorrent(hash) => {
                self.torrents.remove(&hash);
                self.metainfo.remove(&hash);
                self.resume.remove(&hash);
                self.names.remove(&hash);
                self.logs.remove(&hash);
            }
            StoreOp::MarkDirty(hash) => self.resume.entry(hash).or_default().clean = false,
            StoreOp::GiveLabels(hash, labels) => self.change(hash, |r| r.labels = labels),
            StoreOp::SetIntent(hash, intent) => self.change(hash, |r| r.intent = intent),
            StoreOp::SetRank(hash, rank) => self.change(hash, |r| r.rank = rank),
            StoreOp::SetRules(hash, rules) => self.change(hash, |r| r.rules = rules),
            StoreOp::PutLabel(label) => {
                self.labels.insert(label.name.clone(), label);
            }
            StoreOp::DropLabel(name) => {
                self.labels.remove(&name);
            }
            StoreOp::PutSetting(key, Some(value)) => {
                self.settings.insert(key, value);
            }
            StoreOp::PutSetting(key, None) => {
                self.settings.remove(&key);
            }
            StoreOp::RenameLabel(from, to) => {
                if let Some(mut label) = self.labels.remove(&from) {
                    label.name.clone_from(&to);
                    self.labels.insert(to, label);
                }
            }
            StoreOp::PutPref(key, Some(value)) => {
                self.prefs.insert(key, value);
            }
            StoreOp::PutPref(key, None) => {
                self.prefs.remove(&key);
            }
            StoreOp::Log(hash, note) => self.add_to_log(hash, note),
            StoreOp::PutUndo(step) => {
                self.undo.insert(step.id, step);
            }
            StoreOp::DropUndo(id) => {
                self.undo.remove(&id);
            }
            other => self.apply_watch(other),
        }
    }

    fn change(&mut self, hash: InfoHash, change: impl FnOnce(&mut TorrentRecord)) {
        if let Some(row) = self.torrents.get_mut(&hash) {
            change(row);
        }
    }

    fn add_to_log(&mut self, hash: InfoHash, note: LogNote) {
        let log = self.logs.entry(hash).or_default();
        let news = match log.last() {
            last if note.code == LOG_RECOVERED => last.is_some_and(|l| l.tone == Tone::Bad),
            Some(last) if note.tone == Tone::Bad => {
                (&last.code, &last.params) != (&note.code, &note.params)
            }
            _ => true,
        };
        if news {
            log.push(note);
        }
    }

    fn apply_watch(&mut self, op: StoreOp) {
        match op {
            StoreOp::PutWatch(folder) => drop(self.watches.insert(folder.id, *folder)),
            StoreOp::DropWatch(id) => drop(self.watches.remove(&id)),
            StoreOp::PutWatchEntry(entry) => {
                let old = entry.id.saturating_sub(WATCH_ENTRIES_MAX);
                let again = self.entries.insert(entry.id, *entry);
                assert_eq!(again, None, "an entry is written once");
                self.entries.retain(|id, _| *id > old);
            }
            StoreOp::SetWatchAfter(id, after) => {
                if let Some(entry) = self.entries.get_mut(&id) {
                    entry.after = after;
                }
            }
            StoreOp::PutTombstone(hash, _, at) => drop(self.tombstones.insert(hash, at)),
            StoreOp::DropTombstone(hash) => drop(self.tombstones.remove(&hash)),
            _ => unreachable!("applied by `apply`"),
        }
    }

    fn watch(&self) -> WatchMemory {
        let last_folder = self.entries.values().map(|e| e.folder.0).max();
        let last_entry = self.entries.keys().max().copied();
        WatchMemory {
            folders: self.watches.values().cloned().collect(),
            tombstones: self.tombstones.iter().map(|(h, at)| (*h, *at)).collect(),
            next: (last_folder.unwrap_or(0) + 1, last_entry.unwrap_or(0) + 1),
        }
    }

    /// The settings as they would be loaded.
    pub fn loaded_settings(&self) -> Settings {
        let mut settings = Settings::default();
        for (key, value) in &self.settings {
            settings.set(key, value.clone()).unwrap();
        }
        settings
    }

    pub fn restored(&self) -> Restored {
        Restored {
            wall: None,
            torrents: self.torrents.values().cloned().collect(),
            labels: self.labels.values().cloned().collect(),
            settings: self.loaded_settings(),
            prefs: self.prefs.clone(),
            journal: self.undo.values().cloned().collect(),
            watch: self.watch(),
        }
    }
}

/// The store: what is committed, what is put off, and every operation so far.
#[derive(Clone, Debug, Default)]
pub struct Store {
    pub rows: Rows,
    pub soon: VecDeque<StoreOp>,
    pub refuse: bool,
    pub log: Vec<StoreOp>,
}

impl Store {
    /// All or nothing, after what was put off.
    pub fn commit(&mut self, ops: Vec<StoreOp>) -> Result<(), String> {
        told_with_their_torrents(&ops);
        if self.refuse {
            return Err("no space left on device".into());
        }
        self.soon.extend(ops);
        self.flush();
        Ok(())
    }

    pub fn commit_soon(&mut self, ops: Vec<StoreOp>) {
        let told = |op: &StoreOp| matches!(op, StoreOp::PutWatchEntry(_));
        assert!(!ops.iter().any(told), "an entry that may be lost");
        self.soon.extend(ops);
        if !self.refuse {
            self.flush();
        }
    }

    /// Writes what was put off.
    pub fn flush(&mut self) {
        for op in self.soon.drain(..) {
            self.log.push(op.clone());
            self.rows.apply(op);
        }
    }

    /// The rows as they will be once everything is written.
    pub fn to_be(&self) -> Rows {
        let mut rows = self.rows.clone();
        for op in &self.soon {
            rows.apply(op.clone());
        }
        rows
    }
}

/// What the history says was added is stored with it.
fn told_with_their_torrents(ops: &[StoreOp]) {
    let mut added = 0;
    for op in ops {
        if let StoreOp::PutWatchEntry(entry) = op
            && let WatchOutcome::Torrents(counts) = &entry.outcome
        {
            added += counts.added;
            assert!(entry.hashes.len() >= counts.added as usize);
        }
    }
    let put = |op: &&StoreOp| matches!(op, StoreOp::PutTorrent(_));
    assert!(ops.iter().filter(put).count() >= added as usize);
}
