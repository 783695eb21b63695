//! The values of [`Effective`](crate::Effective) without whose they are, kept beside each torrent: they
//! are asked for every second, and change when somebody changes rules, labels or settings.

use super::{State, Torrent};
use crate::{Command, Limit, Rules, Then, label_and_above};

/// What holds for one torrent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) down: Option<u32>,
    pub(crate) up: Option<u32>,
    pub(crate) ratio_percent: Option<u32>,
    pub(crate) seed_minutes: Option<u32>,
    pub(crate) idle_minutes: Option<u32>,
    pub(crate) then: Then,
}

impl State {
    /// What may change when rules are others: anything that was found out as of another number is old.
    pub(super) fn terms_epoch(&self) -> u64 {
        self.terms_epoch
    }

    /// Rules, labels or settings may be others now.
    pub(super) fn renew_terms(&mut self) {
        self.terms_epoch += 1;
    }

    /// What holds for a torrent, as known beside it or else found out.
    pub(super) fn terms_of(&self, t: &Torrent) -> Terms {
        match t.live.terms {
            Some((epoch, terms)) if epoch == self.terms_epoch => terms,
            _ => self.find_terms(t),
        }
    }

    /// As [`effective`](Self::effective) does, without a word on whose each value is.
    pub(super) fn find_terms(&self, t: &Torrent) -> Terms {
        let names = t
            .record
            .labels
            .iter()
            .flat_map(|name| label_and_above(name));
        let labels = names.filter_map(|name| self.labels.get(name));
        let all = std::iter::once(&t.record.rules).chain(labels.map(|label| &label.rules));
        let mut said = Rules::default();
        for rules in all {
            said.down = first(said.down, rules.down);
            said.up = first(said.up, rules.up);
            said.ratio_percent = first(said.ratio_percent, rules.ratio_percent);
            said.seed_minutes = first(said.seed_minutes, rules.seed_minutes);
            said.idle_minutes = first(said.idle_minutes, rules.idle_minutes);
            said.then = said.then.or(rules.then);
        }
        let s = &self.settings;
        let goal = |limit: Limit<u32>, setting: u32| {
            let usual = (setting > 0).then_some(setting);
            limit.said().unwrap_or(usual)
        };
        Terms {
            down: said.down.said().flatten(),
            up: said.up.said().flatten(),
            ratio_percent: goal(said.ratio_percent, s.goal_ratio_percent),
            seed_minutes: goal(said.seed_minutes, s.goal_seed_minutes),
            idle_minutes: goal(said.idle_minutes, s.goal_idle_minutes),
            then: said.then.unwrap_or_else(|| s.goal_then()),
        }
    }
}

fn first(said: Limit<u32>, next: Limit<u32>) -> Limit<u32> {
    if said == Limit::Inherit { next } else { said }
}

/// Whether a command may change what holds for torrents that are in the list.
pub(super) fn may_change(command: &Command) -> bool {
    matches!(
        command,
        Command::SetRules(..)
            | Command::SetLabels(..)
            | Command::ChangeLabels { .. }
            | Command::PutLabel(_)
            | Command::PutLabels(_)
            | Command::RenameLabel(..)
            | Command::DropLabel(_)
            | Command::SetSettings(_)
            | Command::Undo
            | Command::Redo
    )
}
