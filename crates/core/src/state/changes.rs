//! Applies one [`Change`] and tells the change that takes it back.

use shoal_metainfo::InfoHash;

use super::State;
use crate::{
    Change, Effect, EngineRequest, Flush, LogNote, Phase, RemoveData, SETTINGS, Selection,
    SelectionChange, SettingValue, Settings, StoreOp, Timestamp, Tone, TrashMove,
};

/// Settings that change how folders are watched, or which are left alone.
const MATTERS_TO_WATCHING: [&str; 4] = [
    "watch.look_ms",
    "watch.poll_s",
    "downloads.folder",
    "downloads.unfinished_folder",
];

impl State {
    /// Applies `change`. None when there was nothing to change.
    pub(super) fn apply(
        &mut self,
        change: Change,
        now: Timestamp,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        match change {
            Change::Remove(hash, trash) => {
                let data = if trash {
                    RemoveData::Trash
                } else {
                    RemoveData::Keep
                };
                self.apply_remove(hash, data, now, ops, then)
            }
            Change::Restore(hash) => self.apply_restore(hash, ops, then),
            Change::Select(hash, change) => self.apply_select(hash, change, ops, then),
            Change::Rank(hash, rank) => self.apply_rank(hash, rank, ops),
            Change::Rules(hash, rules) => self.apply_rules(hash, rules, ops),
            Change::Labels(hash, labels) => self.apply_labels(hash, &labels, ops),
            Change::Move(hash, target) => self.apply_move(hash, *target, ops, then),
            Change::Name(hash, name) => self.apply_name(hash, name, ops),
            Change::Priorities(hash, p) => self.apply_priorities(hash, p, ops, then),
            Change::PutLabel(label) => self.apply_put_label(label, ops),
            Change::DropLabel(name) => self.apply_drop_label(name, ops),
            Change::RenameLabel(from, to) => self.apply_rename_label(from, to, ops, then),
            Change::Setting(key, value) => self.apply_setting(key, value, ops, then),
            Change::PutWatch(folder) => self.apply_put_watch(*folder, ops, then),
            Change::DropWatch(id) => self.apply_drop_watch(id, ops, then),
        }
    }

    /// Takes a torrent off the list. What it tells does not bring back files that were deleted.
    pub(super) fn apply_remove(
        &mut self,
        hash: InfoHash,
        data: RemoveData,
        now: Timestamp,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        self.torrent(hash)?;
        self.remember(hash);
        let t = self.torrents.get_mut(&hash)?;
        t.record.removed_at = Some(now);
        t.record.trashed = data != RemoveData::Keep && t.record.summary.is_some();
        t.live.forgive();
        t.live.recheck = false;
        t.live.adopt = false;
        t.live.held = false;
        t.live.trash_due = match data {
            RemoveData::Trash if t.record.trashed => Some(TrashMove::Into),
            RemoveData::Delete if t.record.trashed => Some(TrashMove::Gone),
            // An undo has promised to bring the files back; that still holds.
            _ => t.live.trash_due.filter(|way| *way == TrashMove::OutOf),
        };
        t.record.trash_pending |= t.record.trashed;
        let name = t.record.name.clone();
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        let note = if t.record.trashed {
            LogNote::new("log_trashed", Tone::Neutral)
        } else {
            LogNote::new("log_removed", Tone::Neutral)
        };
        self.note(hash, note);
        self.bury(hash, name, now, ops);
        self.touch(hash);
        self.reconcile(hash, then);
        Some(Change::Restore(hash))
    }

    fn apply_restore(
        &mut self,
        hash: InfoHash,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        if self.torrents.get(&hash)?.is_listed() {
            return None;
        }
        self.remember(hash);
        let t = self.torrents.get_mut(&hash)?;
        let trash = t.record.trashed;
        t.record.removed_at = None;
        t.record.trashed = false;
        t.live.forgive();
        if trash {
            // Still waiting to go there: then there is nothing to bring back.
            let waiting = t.live.trash_due.is_some_and(TrashMove::is_away);
            t.live.trash_due = (!waiting).then_some(TrashMove::OutOf);
            t.record.trash_pending = !waiting;
        }
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        self.unbury(hash, ops);
        self.note(hash, LogNote::new("log_restored", Tone::Neutral));
        self.note_claims(hash);
        self.touch(hash);
        self.reconcile(hash, then);
        Some(Change::Remove(hash, trash))
    }

    fn apply_select(
        &mut self,
        hash: InfoHash,
        change: SelectionChange,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        self.remember(hash);
        let t = self.torrents.get_mut(&hash)?;
        let (record, live) = (&mut t.record, &mut t.live);
        live.flush = Flush::None;
        live.reselected = live.phase == Phase::Running;
        let old = SelectionChange {
            selection: std::mem::replace(&mut record.selection, change.selection),
            wanted_bytes: std::mem::replace(&mut record.wanted_bytes, change.wanted_bytes),
            have_bytes: std::mem::replace(&mut record.have_bytes, change.have_bytes),
        };
        ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
        if matches!(live.phase, Phase::Starting | Phase::Running) {
            // A complete torrent that wants more begins to write again.
            ops.push(StoreOp::MarkDirty(hash));
            if let (Selection::Only(wanted), Phase::Running) = (&record.selection, live.phase) {
                then.push(Effect::Engine(EngineRequest::Select {
                    hash,
                    wanted: wanted.clone(),
                }));
            } else {
                live.restart = true;
            }
        } else if live.phase == Phase::Checking {
            // What is being counted is no longer what is wanted: begin again.
            then.push(Effect::CancelPrepare(hash));
            self.settle(hash);
        }
        self.note_chosen(hash);
        self.touch(hash);
        self.reconcile(hash, then);
        Some(Change::Select(hash, old))
    }

    fn apply_setting(
        &mut self,
        key: String,
        value: SettingValue,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        let old = self.settings.get(&key)?;
        if old == value {
            return None;
        }
        if let Some(before) = &mut self.before {
            before
                .settings
                .get_or_insert_with(|| (self.settings.clone(), self.session.clone()));
        }
        let network_before = self.network_options();
        self.settings.set(&key, value.clone()).ok()?;
        let is_default = Settings::default().get(&key).as_ref() == Some(&value);
        ops.push(StoreOp::PutSetting(
            key.clone(),
            (!is_default).then_some(value),
        ));
        self.changes.settings = true;
        if MATTERS_TO_WATCHING.contains(&key.as_str()) {
            self.retell_watch(then);
        }
        let network = self.network_options();
        if network != network_before && SETTINGS.iter().any(|d| d.key == key) {
            let configure = |e: &Effect| matches!(e, Effect::Engine(EngineRequest::Configure(_)));
            then.retain(|e| !configure(e));
            then.push(Effect::Engine(EngineRequest::Configure(network)));
            if !self.engine_down {
                self.session = super::Session::Starting;
            }
            self.changes.totals = true;
        }
        Some(Change::Setting(key, old))
    }
}
