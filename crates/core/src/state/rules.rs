//! Limits and goals: changing those of torrents, and finding out which hold for one.

use shoal_metainfo::InfoHash;

use super::{State, Torrent, commands::Outcome};
use crate::{
    Change, Effective, Held, Limit, Refusal, Rules, RulesChange, StepKind, StoreOp, Timestamp,
    Whose, label_and_above,
};

impl State {
    pub(super) fn set_rules(
        &mut self,
        hashes: &[InfoHash],
        change: &RulesChange,
        now: Timestamp,
    ) -> Outcome {
        self.all_listed(hashes)?;
        check_rules(&change.of(&Rules::default()))?;
        let listed = hashes.iter().filter_map(|hash| self.torrent(*hash));
        let changes = listed.map(|t| Change::Rules(t.record.hash, change.of(&t.record.rules)));
        let changes = changes.collect();
        Ok(self.step(StepKind::RulesSet, hashes.len(), changes, now))
    }

    pub(super) fn apply_rules(
        &mut self,
        hash: InfoHash,
        rules: Rules,
        ops: &mut Vec<StoreOp>,
    ) -> Option<Change> {
        let t = self.torrents.get_mut(&hash)?;
        if t.record.rules == rules {
            return None;
        }
        let old = std::mem::replace(&mut t.record.rules, rules);
        self.remember_rules(hash, old);
        ops.push(StoreOp::SetRules(hash, rules));
        self.touch(hash);
        Some(Change::Rules(hash, old))
    }

    /// What holds for a torrent of the list, and whose each value is.
    pub fn effective(&self, hash: InfoHash) -> Option<Effective> {
        self.torrent(hash).map(|t| self.effective_of(t))
    }

    /// What would hold for a torrent of the list that had no rules of its own.
    pub fn inherited(&self, hash: InfoHash) -> Option<Effective> {
        let t = self.torrent(hash)?;
        Some(self.effective_by(t, &Rules::default()))
    }

    pub(super) fn effective_of(&self, t: &Torrent) -> Effective {
        self.effective_by(t, &t.record.rules)
    }

    fn effective_by(&self, t: &Torrent, own: &Rules) -> Effective {
        let s = &self.settings;
        let goal = |value: u32| (value > 0).then_some(value);
        let then = |rules: &Rules| rules.then;
        Effective {
            down: self.held(t, own, |r| r.down.said(), || None),
            up: self.held(t, own, |r| r.up.said(), || None),
            ratio_percent: self.held(t, own, of(|r| r.ratio_percent), || {
                goal(s.goal_ratio_percent)
            }),
            seed_minutes: self.held(t, own, of(|r| r.seed_minutes), || goal(s.goal_seed_minutes)),
            idle_minutes: self.held(t, own, of(|r| r.idle_minutes), || goal(s.goal_idle_minutes)),
            then: self.held(t, own, then, || s.goal_then()),
        }
    }

    /// The first answer that somebody has: the torrent, its labels and those above them, or all.
    fn held<T>(
        &self,
        t: &Torrent,
        own: &Rules,
        ask: impl Fn(&Rules) -> Option<T>,
        settings: impl FnOnce() -> T,
    ) -> Held<T> {
        if let Some(value) = ask(own) {
            return Held {
                value,
                whose: Whose::Own,
            };
        }
        let names = t
            .record
            .labels
            .iter()
            .flat_map(|name| label_and_above(name));
        for label in names.filter_map(|name| self.labels.get(name)) {
            if let Some(value) = ask(&label.rules) {
                let whose = Whose::Label(label.name.clone());
                return Held { value, whose };
            }
        }
        Held {
            value: settings(),
            whose: Whose::Settings,
        }
    }
}

fn of(field: impl Fn(&Rules) -> Limit<u32>) -> impl Fn(&Rules) -> Option<Option<u32>> {
    move |rules| field(rules).said()
}

/// Refuses values that are out of their range.
pub(super) fn check_rules(rules: &Rules) -> Result<(), Refusal> {
    let bad = rules.fault();
    bad.map_or(Ok(()), |(name, min, max)| {
        Err(Refusal::RuleOutOfRange(name, min, max))
    })
}
