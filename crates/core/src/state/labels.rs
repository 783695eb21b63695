//! Labels: making, renaming and dropping them, and giving them to torrents.
//!
//! Names are cleaned like all text from outside. Two names that differ only in case or Unicode form
//! are one label: whoever makes the second gets the first.

use std::collections::BTreeSet;

use shoal_metainfo::{
    InfoHash,
    sanitize::{display_text, fold},
};

use super::{State, commands::Outcome};
use crate::{Change, Effect, Label, Refusal, Reply, StepKind, StoreOp, Timestamp};

/// Most labels.
pub const LABELS_MAX: usize = 256;
/// Most labels of one torrent.
pub const LABELS_EACH_MAX: usize = 32;
/// Longest name of a label, in characters.
pub const LABEL_CHARS_MAX: usize = 64;
/// Number of label hues.
const LABEL_COLOURS: u8 = 6;

/// Labels by the names they have, and those of them that have to be made.
type Meant = (Vec<String>, Vec<Label>);

impl State {
    pub(super) fn set_labels(
        &mut self,
        hashes: &[InfoHash],
        labels: &[String],
        now: Timestamp,
    ) -> Outcome {
        self.all_listed(hashes)?;
        let (names, made) = self.checked_labels(labels)?;
        let mut changes: Vec<Change> = made.into_iter().map(Change::PutLabel).collect();
        changes.extend(hashes.iter().map(|h| Change::Labels(*h, names.clone())));
        Ok(self.step(StepKind::Labelled, hashes.len(), changes, now))
    }

    /// Gives labels to torrents and takes others off them.
    pub(super) fn change_labels(
        &mut self,
        hashes: &[InfoHash],
        add: &[String],
        remove: &[String],
        now: Timestamp,
    ) -> Outcome {
        self.all_listed(hashes)?;
        let (add, made) = self.meant(add)?;
        let remove: Vec<&str> = remove
            .iter()
            .filter_map(|name| Some(self.label_named(name)?.name.as_str()))
            .collect();
        let mut of_torrents = vec![];
        for &hash in hashes {
            let Some(t) = self.torrents.get(&hash) else {
                continue;
            };
            let kept = t.record.labels.iter();
            let mut labels: Vec<String> = kept
                .filter(|l| !remove.contains(&l.as_str()))
                .cloned()
                .collect();
            for name in &add {
                if !labels.contains(name) {
                    labels.push(name.clone());
                }
            }
            if labels.len() > LABELS_EACH_MAX {
                return Err(Refusal::TooManyOnOne);
            }
            if labels != t.record.labels {
                of_torrents.push(Change::Labels(hash, labels));
            }
        }
        let (kind, count) = if of_torrents.is_empty() {
            (StepKind::LabelPut, made.len())
        } else {
            (StepKind::Labelled, of_torrents.len())
        };
        let mut changes: Vec<Change> = made.into_iter().map(Change::PutLabel).collect();
        changes.extend(of_torrents);
        Ok(self.step(kind, count, changes, now))
    }

    pub(super) fn put_labels(&mut self, labels: &[Label], now: Timestamp) -> Outcome {
        let put: Result<Vec<_>, _> = labels.iter().map(|l| self.checked_label(l)).collect();
        let put = put?;
        let new = put.iter().filter(|l| !self.labels.contains_key(&l.name));
        if new.count() + self.labels.len() > LABELS_MAX {
            return Err(Refusal::TooManyLabels);
        }
        let count = put.len();
        let changes = put.into_iter().map(Change::PutLabel).collect();
        Ok(self.step(StepKind::LabelPut, count, changes, now))
    }

    /// The label as it would be kept; refused when it cannot be.
    pub fn checked_label(&self, label: &Label) -> Result<Label, Refusal> {
        if label.colour >= LABEL_COLOURS {
            return Err(Refusal::BadLabel);
        }
        let name = clean(&label.name)?;
        match self.label_named(&name) {
            Some(known) if known.name != name => Err(Refusal::LabelTaken(known.name.clone())),
            None if self.labels.len() >= LABELS_MAX => Err(Refusal::TooManyLabels),
            _ => Ok(Label {
                name,
                ..self.checked_defaults(label)?
            }),
        }
    }

    pub(super) fn rename_label(&mut self, from: &str, to: &str, now: Timestamp) -> Outcome {
        let to = clean(to)?;
        if !self.labels.contains_key(from) {
            return Err(Refusal::NoSuchLabel(
                from.chars().take(LABEL_CHARS_MAX).collect(),
            ));
        }
        let mut changes = vec![];
        let mut with: BTreeSet<InfoHash> = BTreeSet::new();
        for name in self.label_and_below(from) {
            let new = clean(&format!("{to}{}", &name[from.len()..]))?;
            if let Some(other) = self.other_named(&new, &name) {
                return Err(Refusal::LabelTaken(other.name.clone()));
            }
            with.extend(self.with_label(&name));
            changes.push(Change::RenameLabel(name, new));
        }
        Ok(self.step(StepKind::LabelRenamed, with.len(), changes, now))
    }

    /// A label, and those that lie below it: `films`, then `films/hd`.
    fn label_and_below(&self, name: &str) -> Vec<String> {
        let below = format!("{name}/");
        let names = self.labels.keys().filter(|l| l.starts_with(&below));
        std::iter::once(name.to_owned())
            .chain(names.cloned())
            .collect()
    }

    pub(super) fn drop_label(
        &mut self,
        name: &str,
        now: Timestamp,
    ) -> (Vec<StoreOp>, Vec<Effect>, Reply) {
        let mut changes = vec![];
        for hash in self.with_label(name) {
            if let Some(t) = self.torrents.get(&hash) {
                let rest = t.record.labels.iter().filter(|l| *l != name);
                changes.push(Change::Labels(hash, rest.cloned().collect()));
            }
        }
        let count = changes.len();
        changes.extend(self.watches_without(name));
        changes.push(Change::DropLabel(name.to_owned()));
        self.step(StepKind::LabelDropped, count, changes, now)
    }

    /// Makes the labels of a new torrent that are not there yet; tells the names it gets.
    pub(super) fn make_labels(
        &mut self,
        names: &[String],
        now: Timestamp,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Result<Vec<String>, Refusal> {
        let (names, made) = self.checked_labels(names)?;
        for label in made {
            self.apply(Change::PutLabel(label), now, ops, then);
        }
        Ok(names)
    }

    pub(super) fn apply_labels(
        &mut self,
        hash: InfoHash,
        labels: &[String],
        ops: &mut Vec<StoreOp>,
    ) -> Option<Change> {
        let mut names: Vec<String> = vec![];
        for label in labels.iter().filter_map(|name| self.label_named(name)) {
            if !names.contains(&label.name) {
                names.push(label.name.clone());
            }
        }
        if self.torrents.get(&hash)?.record.labels == names {
            return None;
        }
        self.remember_given(hash);
        let t = self.torrents.get_mut(&hash)?;
        ops.push(StoreOp::GiveLabels(hash, names.clone()));
        let old = std::mem::replace(&mut t.record.labels, names);
        self.touch(hash);
        self.note_labels(hash);
        Some(Change::Labels(hash, old))
    }

    /// Nothing when another label has that name since, but for case: that one is meant then.
    pub(super) fn apply_put_label(
        &mut self,
        label: Label,
        ops: &mut Vec<StoreOp>,
    ) -> Option<Change> {
        match self.labels.get(&label.name) {
            Some(known) if *known == label => return None,
            None if self.label_named(&label.name).is_some() => return None,
            _ => {}
        }
        self.remember_labels();
        ops.push(StoreOp::PutLabel(label.clone()));
        let name = label.name.clone();
        let old = self.labels.insert(name.clone(), label);
        Some(old.map_or(Change::DropLabel(name), Change::PutLabel))
    }

    /// A label that a torrent was given since stays.
    pub(super) fn apply_drop_label(
        &mut self,
        name: String,
        ops: &mut Vec<StoreOp>,
    ) -> Option<Change> {
        if !self.labels.contains_key(&name) || !self.with_label(&name).is_empty() {
            return None;
        }
        self.remember_labels();
        let old = self.labels.remove(&name)?;
        ops.push(StoreOp::DropLabel(name));
        Some(Change::PutLabel(old))
    }

    /// The label and its torrents under another name, unless another label has got that since, perhaps
    /// with another case.
    pub(super) fn apply_rename_label(
        &mut self,
        from: String,
        to: String,
        ops: &mut Vec<StoreOp>,
        then: &mut Vec<Effect>,
    ) -> Option<Change> {
        let taken = self.other_named(&to, &from).is_some();
        if from == to || taken || !self.labels.contains_key(&from) {
            return None;
        }
        self.remember_labels();
        let mut label = self.labels.remove(&from)?;
        label.name.clone_from(&to);
        self.labels.insert(to.clone(), label);
        ops.push(StoreOp::RenameLabel(from.clone(), to.clone()));
        for hash in self.with_label(&from) {
            self.remember_given(hash);
            if let Some(t) = self.torrents.get_mut(&hash) {
                for name in t.record.labels.iter_mut().filter(|name| **name == from) {
                    name.clone_from(&to);
                }
                ops.push(StoreOp::GiveLabels(hash, t.record.labels.clone()));
            }
            self.touch(hash);
        }
        self.relabel_watches(&from, &to, ops, then);
        Some(Change::RenameLabel(to, from))
    }

    /// All torrents that have a label, removed ones too.
    fn with_label(&self, name: &str) -> Vec<InfoHash> {
        let all = self.torrents.values();
        let with = all.filter(|t| t.record.labels.iter().any(|l| l == name));
        with.map(|t| t.record.hash).collect()
    }

    /// The label that `name` means.
    fn label_named(&self, name: &str) -> Option<&Label> {
        self.labels.get(name).or_else(|| {
            let wanted = fold(name);
            self.labels.values().find(|l| fold(&l.name) == wanted)
        })
    }

    /// A label other than `known` that `name` would mean.
    fn other_named(&self, name: &str, known: &str) -> Option<&Label> {
        let wanted = fold(name);
        let same = |l: &&Label| l.name != known && fold(&l.name) == wanted;
        self.labels.values().find(same)
    }

    /// The labels that `names` mean, and those of them that have to be made.
    pub(super) fn checked_labels(&self, names: &[String]) -> Result<Meant, Refusal> {
        let (names, made) = self.meant(names)?;
        if names.len() > LABELS_EACH_MAX {
            return Err(Refusal::TooManyOnOne);
        }
        Ok((names, made))
    }

    /// As many of `names` as one torrent can have, shortened where they are too long.
    pub(super) fn possible_labels(&self, names: &[String]) -> Vec<String> {
        let mut possible = vec![];
        for name in names {
            let short = display_text(name, LABEL_CHARS_MAX);
            possible.push(short);
            if self.checked_labels(&possible).is_err() {
                possible.pop();
            }
        }
        possible
    }

    /// The labels that `names` mean.
    fn meant(&self, names: &[String]) -> Result<Meant, Refusal> {
        let (mut meant, mut made): Meant = (vec![], vec![]);
        for name in names {
            let name = clean(name)?;
            let wanted = fold(&name);
            let known = self.label_named(&name).map(|l| l.name.clone());
            let known = known.or_else(|| {
                let same = made.iter().find(|l| fold(&l.name) == wanted);
                same.map(|l| l.name.clone())
            });
            let name = known.unwrap_or_else(|| {
                let colour = self.next_colour(&made);
                made.push(Label {
                    name: name.clone(),
                    colour,
                    ..Label::default()
                });
                name
            });
            if !meant.contains(&name) {
                meant.push(name);
            }
            if !made.is_empty() && self.labels.len() + made.len() > LABELS_MAX {
                return Err(Refusal::TooManyLabels);
            }
        }
        Ok((meant, made))
    }

    /// The hue that fewest labels have, `made` included.
    fn next_colour(&self, made: &[Label]) -> u8 {
        let uses = |colour: &u8| {
            let all = self.labels.values().chain(made);
            all.filter(|l| l.colour == *colour).count()
        };
        (0..LABEL_COLOURS).min_by_key(uses).unwrap_or(0)
    }

    fn remember_labels(&mut self) {
        self.changes.labels = true;
        if let Some(before) = &mut self.before {
            before.labels.get_or_insert_with(|| self.labels.clone());
        }
    }
}

/// A name as it is kept: one line without anything invisible, and something between any two `/`.
fn clean(name: &str) -> Result<String, Refusal> {
    let text = display_text(name, LABEL_CHARS_MAX + 1);
    let parts = text.split('/').map(str::trim);
    let clean = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let clean = clean.join("/");
    if clean.is_empty() {
        return Err(Refusal::LabelEmpty);
    }
    if clean.chars().count() > LABEL_CHARS_MAX {
        return Err(Refusal::LabelTooLong);
    }
    Ok(clean)
}
