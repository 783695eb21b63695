//! Rules that a torrent or a label has: limits of speed and goals of sharing, and which of them hold
//! for a torrent in the end.
//!
//! What a torrent does not say itself its labels say, in their order, each label before the ones it is
//! below: `films/hd` before `films`. What none of them says the settings say.

use crate::{Limit, MINUTES_MAX, RATIO_MAX_PERCENT, SPEED_MAX_BPS, SPEED_MIN_BPS};

/// What is done when a goal is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Then {
    /// It is stopped.
    #[default]
    Stop,
    /// It is taken off the list; its files stay.
    Remove,
    /// It is taken off the list, and its files go to the trash.
    Trash,
    /// It goes on, with whatever others leave over.
    Low,
}

/// The rules of one torrent or one label. The default says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rules {
    /// Most bytes a second received, [`SPEED_MIN_BPS`] to [`SPEED_MAX_BPS`].
    pub down: Limit<u32>,
    /// Most bytes a second sent, in the same range.
    pub up: Limit<u32>,
    /// Goal: bytes sent, in percent of what the torrent is; 1 to [`RATIO_MAX_PERCENT`].
    pub ratio_percent: Limit<u32>,
    /// Goal: minutes of seeding, 1 to [`MINUTES_MAX`].
    pub seed_minutes: Limit<u32>,
    /// Goal: minutes of seeding in which nobody took anything, 1 to [`MINUTES_MAX`].
    pub idle_minutes: Limit<u32>,
    /// What is done when the first of the goals is reached; none: the next place says.
    pub then: Option<Then>,
}

/// A change of some rules: what is none stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulesChange {
    /// [`Rules::down`].
    pub down: Option<Limit<u32>>,
    /// [`Rules::up`].
    pub up: Option<Limit<u32>>,
    /// [`Rules::ratio_percent`].
    pub ratio_percent: Option<Limit<u32>>,
    /// [`Rules::seed_minutes`].
    pub seed_minutes: Option<Limit<u32>>,
    /// [`Rules::idle_minutes`].
    pub idle_minutes: Option<Limit<u32>>,
    /// [`Rules::then`]; an inner none: the next place says.
    pub then: Option<Option<Then>>,
}

impl RulesChange {
    /// `rules` with this change.
    pub fn of(&self, rules: &Rules) -> Rules {
        Rules {
            down: self.down.unwrap_or(rules.down),
            up: self.up.unwrap_or(rules.up),
            ratio_percent: self.ratio_percent.unwrap_or(rules.ratio_percent),
            seed_minutes: self.seed_minutes.unwrap_or(rules.seed_minutes),
            idle_minutes: self.idle_minutes.unwrap_or(rules.idle_minutes),
            then: self.then.unwrap_or(rules.then),
        }
    }
}

impl Rules {
    /// The first value that is out of its range: its name and what it may be.
    pub fn fault(&self) -> Option<(&'static str, u32, u32)> {
        let values = [
            ("down", self.down, SPEED_MIN_BPS, SPEED_MAX_BPS),
            ("up", self.up, SPEED_MIN_BPS, SPEED_MAX_BPS),
            ("ratio_percent", self.ratio_percent, 1, RATIO_MAX_PERCENT),
            ("seed_minutes", self.seed_minutes, 1, MINUTES_MAX),
            ("idle_minutes", self.idle_minutes, 1, MINUTES_MAX),
        ];
        let bad = values
            .iter()
            .find(|(_, limit, min, max)| !limit.is_within(*min, *max));
        bad.map(|(name, _, min, max)| (*name, *min, *max))
    }
}

/// Whose a value is that holds for a torrent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The torrent's own.
    Own,
    /// That of the label of this name.
    Label(String),
    /// That of the settings.
    Settings,
}

/// A value that holds, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    /// Where it is from.
    pub whose: Whose,
}

/// What holds for one torrent. None is no limit and no goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Most bytes a second received, beside what holds for all torrents together.
    pub down: Held<Option<u32>>,
    /// Most bytes a second sent, beside what holds for all torrents together.
    pub up: Held<Option<u32>>,
    /// Goal: bytes sent, in percent of what the torrent is.
    pub ratio_percent: Held<Option<u32>>,
    /// Goal: minutes of seeding.
    pub seed_minutes: Held<Option<u32>>,
    /// Goal: minutes of seeding in which nobody took anything.
    pub idle_minutes: Held<Option<u32>>,
    /// What is done when the first of the goals is reached.
    pub then: Held<Then>,
}

/// The name of a label and those it is below, nearest first: `a/b/c`, `a/b`, `a`.
pub fn label_and_above(name: &str) -> impl Iterator<Item = &str> {
    let above = name.rmatch_indices('/').map(|(at, _)| &name[..at]);
    std::iter::once(name).chain(above.filter(|n| !n.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_below_others() {
        let of = |name| label_and_above(name).collect::<Vec<_>>();
        assert_eq!(of("films"), ["films"]);
        assert_eq!(of("films/hd/new"), ["films/hd/new", "films/hd", "films"]);
        assert_eq!(of("/odd//"), ["/odd//", "/odd/", "/odd"]);
    }

    #[test]
    fn a_value_out_of_its_range_is_named() {
        let rules = Rules {
            down: Limit::Unlimited,
            up: Limit::Value(SPEED_MIN_BPS - 1),
            ..Rules::default()
        };
        assert_eq!(rules.fault(), Some(("up", SPEED_MIN_BPS, SPEED_MAX_BPS)));
        let change = RulesChange {
            up: Some(Limit::Value(SPEED_MIN_BPS)),
            then: Some(Some(Then::Low)),
            ..RulesChange::default()
        };
        let rules = change.of(&rules);
        assert_eq!((rules.fault(), rules.down), (None, Limit::Unlimited));
        let back = RulesChange {
            then: Some(None),
            ..RulesChange::default()
        };
        assert_eq!(back.of(&rules).then, None);
    }
}
