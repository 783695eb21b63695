//! Where a torrent is to lie: the commands and changes that decide it. What is decided here is
//! carried out by [`relocate`](super::relocate).
//!
//! A torrent has one place, and while it is moved one more that it is on its way to. Its record tells
//! the old place until every file is at the new one.

use std::{
    collections::BTreeSet,
    path::{Component, Path},
};

use shoal_metainfo::{
    Bitfield, InfoHash,
    sanitize::{fold, safe_component, top_level_name},
};

use super::{State, commands::Outcome};
use crate::{
    Change, Effect, Fault, Flush, LogNote, PendingMove, Phase, Place, Refusal, Renames, Renaming,
    Reply, ResumeData, StepKind, StoreOp, Timestamp, Tone, TorrentRecord, Whereabouts,
};

/// Longest path of a folder, in bytes.
const FOLDER_BYTES_MAX: usize = 4_096;
/// Longest name shown, in characters.
const NAME_CHARS_MAX: usize = 512;
/// Deepest path of a file below the torrent's folder.
const DEPTH_MAX: usize = 16;

impl TorrentRecord {
    /// Where it lies now.
    pub fn whereabouts(&self) -> Whereabouts {
        Whereabouts {
            place: self.place(),
            save_path: self.save_path.clone(),
        }
    }

    /// Where it lies once everything that was promised is done.
    pub fn goal(&self) -> Whereabouts {
        match &self.moving {
            Some(m) if !m.back => Whereabouts {
                place: m.to.clone(),
                save_path: m.then_save_path.clone(),
            },
            Some(PendingMove {
                next: Some(next), ..
            }) => (**next).clone(),
            _ => self.whereabouts(),
        }
    }

    /// Takes a place as its own.
    pub(crate) fn settle_at(&mut self, at: Whereabouts) {
        self.unfinished_path = (at.place.folder != at.save_path).then_some(at.place.folder);
        self.save_path = at.save_path;
        self.disk_name = at.place.disk_name;
        self.renames = at.place.renames;
    }
}

impl State {
    /// The user wants the data of torrents in `folder`.
    pub(super) fn move_to(
        &mut self,
        hashes: &[InfoHash],
        folder: &Path,
        now: Timestamp,
    ) -> Outcome {
        self.all_listed(hashes)?;
        check_folder(folder)?;
        let mut changes = vec![];
        for &hash in hashes {
            let Some(t) = self.torrents.get(&hash) else {
                continue;
            };
            let mut goal = t.record.goal();
            // What is not complete stays in the folder for that until it is.
            if goal.place.folder == goal.save_path || t.record.is_complete() {
                folder.clone_into(&mut goal.place.folder);
            }
            folder.clone_into(&mut goal.save_path);
            changes.push(Change::Move(hash, Box::new(goal)));
        }
        Ok(self.step(StepKind::Moved, changes.len(), changes, now))
    }

    pub(super) fn cancel_move(&mut self, hashes: &[InfoHash]) -> Outcome {
        self.all_listed(hashes)?;
        let (mut ops, mut then) = (vec![], vec![]);
        for &hash in hashes {
            let moving = self
                .torrents
                .get(&hash)
                .and_then(|t| t.record.moving.as_ref());
            if moving.is_some() {
                self.remember(hash);
                self.turn_back(hash, None, &mut ops, &mut then);
            }
        }
        Ok((ops, then, Reply::Done))
    }

    pub(super) fn rename(&mut self, hash: InfoHash, new: Renaming, now: Timestamp) -> Outcome {
        let t = self.torrent(hash).ok_or(Refusal::NoSuchTorrent(hash))?;
        if t.record.summary.is_none() {
            return Err(Refusal::NoMetadata);
        }
        let mut goal = t.record.goal();
        let named = !goal.place.disk_name.is_empty();
        let mut changes = vec![];
        if let Some(name) = new.name {
            let chars = name.chars().count();
            if !(1..=NAME_CHARS_MAX).contains(&chars) || name.chars().any(char::is_control) {
                return Err(Refusal::BadName(name));
            }
            changes.push(Change::Name(hash, name));
        }
        if let Some(name) = new.disk_name {
            check_top_name(&name)?;
            goal.place.disk_name = name;
        }
        if let Some(renames) = new.renames {
            check_renames(&renames)?;
            goal.place.renames = renames;
        }
        let folders = [goal.place.folder.as_path(), goal.save_path.as_path()];
        if self.is_claimed(hash, &folders, &goal.place.disk_name) {
            return Err(Refusal::NameTaken(goal.place.disk_name));
        }
        if named || !goal.place.disk_name.is_empty() || !goal.place.renames.is_empty() {
            changes.push(Change::Move(hash, Box::new(goal)));
        }
        Ok(self.step(StepKind::Renamed, 1, changes, now))
    }

    /// The user says that the data lies at `place`. Nothing is moved, and nothing believed.
    pub(super) fn locate(&mut self, hash: InfoHash, place: Place) -> Outcome {
        let t = self.torrent(hash).ok_or(Refusal::NoSuchTorrent(hash))?;
        if t.record.summary.is_none() {
            return Err(Refusal::NoMetadata);
        }
        if t.record.moving.is_some() {
            return Err(Refusal::Moving(hash));
        }
        check_folder(&place.folder)?;
        check_top_name(&place.disk_name)?;
        check_renames(&place.renames)?;
        let unfinished = t.record.unfinished_path.as_ref() == Some(&place.folder);
        let save_path = if unfinished {
            t.record.save_path.clone()
        } else {
            place.folder.clone()
        };
        if self.is_claimed(hash, &[&place.folder, &save_path], &place.disk_name) {
            return Err(Refusal::NameTaken(place.disk_name));
        }
        self.remember(hash);
        let (mut ops, mut then) = (vec![], vec![]);
        if let Some(t) = self.torrents.get_mut(&hash) {
            let (record, live) = (&mut t.record, &mut t.live);
            if record.renames != place.renames {
                ops.push(StoreOp::PutNames(hash, place.renames.clone()));
            }
            let note = LogNote::new("log_located", Tone::Neutral);
            let note = note.with("path", &place.folder.display());
            self.notes.push((hash, note));
            record.settle_at(Whereabouts { place, save_path });
            ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
            // What is known is of another place.
            ops.push(StoreOp::PutResume(hash, Box::new(nothing_known())));
            // And so is what the engine will say of it at last.
            live.displaced = matches!(
                live.phase,
                Phase::Starting | Phase::Running | Phase::Stopping
            );
            live.flush = Flush::None;
            live.fresh_name = false;
            live.recheck = true;
            live.forgive();
            if live.phase == Phase::Checking {
                then.push(Effect::CancelPrepare(hash));
                self.settle(hash);
            }
        }
        self.touch(hash);
        self.reconcile(hash, &mut then);
        Ok((ops, then, Reply::Done))
    }

    /// Sets where a torrent is to lie; part of a transaction. Tells where it was to lie before.
    pub(super) fn apply_move(
        &mut self,
        hash: InfoHash,
        mut target: Whereabouts,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        self.remember(hash);
        let t = self.torrents.get_mut(&hash)?;
        let before = t.record.goal();
        if target.place.disk_name.is_empty() {
            // It had no name yet when that was where it lay.
            target.place.disk_name.clone_from(&before.place.disk_name);
        }
        if before.place.folder == before.save_path {
            // It has left the folder for unfinished torrents, or was never there.
            target.place.folder.clone_from(&target.save_path);
        }
        if target == before {
            return None;
        }
        t.live.forgive();
        let folders = [target.place.folder.as_path(), target.save_path.as_path()];
        if self.is_claimed(hash, &folders, &target.place.disk_name) {
            let path = target.save_path.join(&target.place.disk_name);
            let mishap = Fault::MoveFailed {
                to: target.save_path,
                why: Box::new(Fault::FileInTheWay(path)),
            };
            let t = self.torrents.get_mut(&hash)?;
            t.live.mishap = Some(mishap);
            self.note_mishap(hash);
            self.touch(hash);
            // What it waited for was forgiven: else nobody would try it again.
            self.reconcile(hash, then);
            return None;
        }
        self.aim(hash, target, ops, then);
        Some(Change::Move(hash, Box::new(before)))
    }

    /// Sets out for `target`; part of a transaction that remembers the torrent.
    pub(super) fn aim(
        &mut self,
        hash: InfoHash,
        target: Whereabouts,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let record = &mut t.record;
        let here = record.whereabouts();
        match &record.moving {
            // Nothing of it can be on disk before it was given a name there.
            None if target.place == here.place || record.disk_name.is_empty() => {
                let moved = target.place != here.place;
                let phase = t.live.phase;
                if record.renames != target.place.renames {
                    ops.push(StoreOp::PutNames(hash, target.place.renames.clone()));
                }
                record.settle_at(target);
                ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
                self.note_place(hash, &here);
                if moved && phase == Phase::Checking {
                    // It is looked for at the old place.
                    then.push(Effect::CancelPrepare(hash));
                    self.settle(hash);
                }
            }
            None => {
                record.moving = Some(PendingMove {
                    to: target.place,
                    then_save_path: target.save_path,
                    back: false,
                    next: None,
                });
                ops.push(StoreOp::PutTorrent(Box::new(record.clone())));
            }
            Some(m) if m.to == target.place && m.then_save_path == target.save_path => {
                self.head(hash, false, None, ops, then);
            }
            Some(_) => {
                let next = (target != here).then(|| Box::new(target));
                self.turn_back(hash, next, ops, then);
            }
        }
        self.note_claims(hash);
        self.touch(hash);
        self.reconcile(hash, then);
    }

    /// What is on its way goes back, and then to `next` if there is one.
    fn turn_back(
        &mut self,
        hash: InfoHash,
        next: Option<Box<Whereabouts>>,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) {
        self.head(hash, true, next, ops, then);
        if let Some(t) = self.torrents.get_mut(&hash) {
            t.live.forgive();
            // Else what was brought back on request would set out again.
            t.live.stays = t.record.unfinished_path.is_some() && t.record.is_complete();
        }
        self.reconcile(hash, then);
    }

    fn head(
        &mut self,
        hash: InfoHash,
        back: bool,
        next: Option<Box<Whereabouts>>,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) {
        let Some(t) = self.torrents.get_mut(&hash) else {
            return;
        };
        let Some(m) = &mut t.record.moving else {
            return;
        };
        let turned = m.back != back;
        (m.back, m.next) = (back, next);
        let under_way = t.live.phase == Phase::Moving;
        ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
        if turned && under_way {
            then.push(Effect::CancelRelocate(hash));
            self.settle(hash);
        }
        self.touch(hash);
    }
}

/// What stands for "nothing is known": no metainfo fits it.
fn nothing_known() -> ResumeData {
    ResumeData {
        have: Bitfield::new(0),
        stamps: vec![],
        owned: Bitfield::new(0),
        clean: false,
        volume: None,
    }
}

pub(super) fn check_folder(folder: &Path) -> Result<(), Refusal> {
    let text = folder.as_os_str();
    let plain = folder
        .components()
        .all(|c| !matches!(c, Component::ParentDir | Component::CurDir));
    let fits = text.len() <= FOLDER_BYTES_MAX && !text.as_encoded_bytes().contains(&0);
    if folder.is_absolute() && plain && fits {
        Ok(())
    } else {
        Err(Refusal::BadFolder)
    }
}

/// Only names that need no mending: what is made of others is the caller's to show first.
fn check_top_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() || top_level_name(name) != name {
        return Err(Refusal::BadName(name.to_owned()));
    }
    Ok(())
}

fn check_renames(renames: &Renames) -> Result<(), Refusal> {
    let mut paths = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for path in renames.values() {
        let bad = || Refusal::BadName(path.clone());
        let parts: Vec<&str> = path.split('/').collect();
        let fits = parts
            .iter()
            .all(|p| !p.is_empty() && safe_component(p) == *p);
        if !fits || parts.len() > DEPTH_MAX {
            return Err(bad());
        }
        let folded: Vec<String> = parts.iter().map(|p| fold(p)).collect();
        for depth in 1..folded.len() {
            folders.insert(folded[..depth].join("/"));
        }
        if !paths.insert(folded.join("/")) {
            return Err(Refusal::NameTaken(path.clone()));
        }
    }
    let both = paths.intersection(&folders).next();
    both.map_or(Ok(()), |path| Err(Refusal::NameTaken(path.clone())))
}
