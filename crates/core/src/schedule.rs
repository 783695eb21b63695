//! The weekly schedule of speed limits: its text form, and which rule is in force at a time of the
//! week and until when.
//!
//! It works on the time that the clock on the wall shows, and on nothing else: an hour that is left
//! out or comes twice when clocks are changed needs no rule. It knows no zones and reads no clock.
//!
//! The text is a list of rules, separated by `;` or a new line, each `DAYS HH:MM-HH:MM WHAT`:
//!
//! - `DAYS` is `daily`, or days and ranges of days with commas between them: `mon-fri`, `sat,sun`. A
//!   range may go over the end of the week: `fri-mon`.
//! - An end that is not after the begin is on the next day; `24:00` is midnight at the end of the day.
//! - `WHAT` is `slow` for the slow limits, `full` for none, or `DOWN/UP` in kB/s, where 0 is no limit.
//!
//! The first rule that fits wins. Outside of all of them the usual limits hold.

use std::num::NonZeroU32;

use crate::{MINUTES_A_DAY, MINUTES_A_WEEK, Wall};

/// Most rules of a schedule.
pub const SCHEDULE_RULES_MAX: usize = 32;
/// Most bytes of its text.
pub const SCHEDULE_BYTES_MAX: usize = 4_096;
/// Smallest limit that a rule may name, in kB/s: below it the engine moves nothing.
const KBPS_MIN: u32 = 17;
/// Largest.
const KBPS_MAX: u32 = 1_000_000;
/// As written, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What a rule does to the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pace {
    /// The slow limits hold.
    Slow,
    /// No limit holds.
    Full,
    /// These hold, in bytes a second; none: no limit.
    Own {
        /// Most bytes a second received.
        down_bps: Option<NonZeroU32>,
        /// Most bytes a second sent.
        up_bps: Option<NonZeroU32>,
    },
}

/// What the schedule says at a time of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slot {
    /// What the rule in force says; none: no rule is.
    pub pace: Option<Pace>,
    /// When it says something else; none when it never does.
    pub until: Option<Wall>,
}

/// Why a text is no schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleFault {
    /// The rule with this number, from 1, cannot be read.
    #[error("rule {0} cannot be read")]
    Rule(usize),
    /// More than [`SCHEDULE_RULES_MAX`] rules, or more than [`SCHEDULE_BYTES_MAX`] bytes.
    #[error("too long")]
    TooLong,
}

/// Days of the week, and a span of each of them.
#[derive(Clone, Copy, Debug)]
struct Rule {
    days: [bool; 7],
    /// Minute of the day, 0 to 1,439.
    from: u16,
    /// Minutes, 1 to 1,440.
    length: u16,
    pace: Pace,
}

/// A schedule that was read. Empty: nothing is ever in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// From which minute of the week what holds, in order, neighbours different; empty: nothing ever.
    /// What the last one says holds until the first one of the next week.
    turns: Vec<(u16, Option<Pace>)>,
}

impl Schedule {
    /// Reads the text form.
    ///
    /// # Errors
    /// When it is too long, or has a rule that cannot be read.
    pub fn parse(text: &str) -> Result<Self, ScheduleFault> {
        if text.len() > SCHEDULE_BYTES_MAX {
            return Err(ScheduleFault::TooLong);
        }
        let rules = text.split([';', '\n']).map(str::trim);
        let rules: Vec<&str> = rules.filter(|rule| !rule.is_empty()).collect();
        if rules.len() > SCHEDULE_RULES_MAX {
            return Err(ScheduleFault::TooLong);
        }
        let read = |(i, rule): (usize, &&str)| rule_of(rule).ok_or(ScheduleFault::Rule(i + 1));
        let rules: Result<Vec<Rule>, _> = rules.iter().enumerate().map(read).collect();
        Ok(Self::of(&rules?))
    }

    /// Whether no rule is ever in force.
    pub fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// What is in force at `wall`, and until when.
    pub fn at(&self, wall: Wall) -> Slot {
        let now = wall.minute_of_week();
        let after = self.turns.partition_point(|(from, _)| *from <= now);
        let at = after.checked_sub(1).or(self.turns.len().checked_sub(1));
        let Some((_, pace)) = at.and_then(|at| self.turns.get(at)) else {
            return Slot::default();
        };
        let next = self.turns.get(after).or(self.turns.first());
        let until = next.filter(|_| self.turns.len() > 1);
        Slot {
            pace: *pace,
            until: until.map(|(from, _)| Wall::of_week(*from)),
        }
    }

    fn of(rules: &[Rule]) -> Self {
        let mut week: Vec<Option<Pace>> = vec![None; usize::from(MINUTES_A_WEEK)];
        for rule in rules.iter().rev() {
            for day in (0..7_u16).filter(|day| rule.days[usize::from(*day)]) {
                let from = day * MINUTES_A_DAY + rule.from;
                for minute in from..from + rule.length {
                    week[usize::from(minute % MINUTES_A_WEEK)] = Some(rule.pace);
                }
            }
        }
        if week.iter().all(Option::is_none) {
            return Self::default();
        }
        let mut turns: Vec<(u16, Option<Pace>)> = vec![];
        for (minute, pace) in (0..MINUTES_A_WEEK).zip(&week) {
            let before = week[usize::from((minute + MINUTES_A_WEEK - 1) % MINUTES_A_WEEK)];
            if *pace != before {
                turns.push((minute, *pace));
            }
        }
        if turns.is_empty() {
            // The same all week.
            turns.push((0, week[0]));
        }
        Self { turns }
    }
}

fn rule_of(text: &str) -> Option<Rule> {
    let mut words = text.split_whitespace();
    let (days, span, what) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let (from, to) = span.split_once('-')?;
    let (from, to) = (minute_of(from)?, minute_of(to)?);
    if from == MINUTES_A_DAY {
        return None;
    }
    let length = if to > from {
        to - from
    } else {
        to + MINUTES_A_DAY - from
    };
    Some(Rule {
        days: days_of(days)?,
        from,
        length,
        pace: pace_of(what)?,
    })
}

fn days_of(text: &str) -> Option<[bool; 7]> {
    if text.eq_ignore_ascii_case("daily") {
        return Some([true; 7]);
    }
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (day_of(first)?, day_of(last)?);
        days[day] = true;
        while day != last {
            day = (day + 1) % 7;
            days[day] = true;
        }
    }
    Some(days)
}

fn day_of(text: &str) -> Option<usize> {
    DAYS.iter().position(|day| day.eq_ignore_ascii_case(text))
}

/// 0 to 1,440.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    if minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let minute = u16::try_from(hours * 60 + minutes).ok()?;
    (minutes <= 59 && minute <= MINUTES_A_DAY).then_some(minute)
}

fn pace_of(text: &str) -> Option<Pace> {
    if text.eq_ignore_ascii_case("slow") {
        return Some(Pace::Slow);
    }
    if text.eq_ignore_ascii_case("full") {
        return Some(Pace::Full);
    }
    let (down, up) = text.split_once('/')?;
    Some(Pace::Own {
        down_bps: limit_of(down)?,
        up_bps: limit_of(up)?,
    })
}

/// Bytes a second of a limit in kB/s.
#[expect(clippy::option_option, reason = "not readable, no limit, a limit")]
fn limit_of(text: &str) -> Option<Option<NonZeroU32>> {
    match digits(text, 7)? {
        0 => Some(None),
        kbps @ KBPS_MIN..=KBPS_MAX => Some(NonZeroU32::new(kbps * 1_000)),
        _ => None,
    }
}

/// A number of at most so many digits, and nothing else.
fn digits(text: &str, most: usize) -> Option<u32> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn wall(text: &str) -> Wall {
        let (day, time) = text.split_once(' ').unwrap();
        let day = u8::try_from(day_of(day).unwrap()).unwrap();
        Wall::new(day, minute_of(time).unwrap()).unwrap()
    }

    fn at(schedule: &str, when: &str) -> (Option<Pace>, Option<Wall>) {
        let slot = Schedule::parse(schedule).unwrap().at(wall(when));
        (slot.pace, slot.until)
    }

    fn own(down: u32, up: u32) -> Pace {
        Pace::Own {
            down_bps: NonZeroU32::new(down),
            up_bps: NonZeroU32::new(up),
        }
    }

    #[test]
    fn nothing_is_in_force_without_rules() {
        for empty in ["", "  ", ";\n ;"] {
            assert_eq!(at(empty, "mon 12:00"), (None, None));
            assert!(Schedule::parse(empty).unwrap().is_empty());
        }
    }

    #[test]
    fn a_rule_holds_from_its_first_minute_to_before_its_end() {
        let office = "mon-fri 08:00-18:00 slow";
        let slow = Some(Pace::Slow);
        assert_eq!(at(office, "mon 07:59"), (None, Some(wall("mon 08:00"))));
        assert_eq!(at(office, "mon 08:00"), (slow, Some(wall("mon 18:00"))));
        assert_eq!(at(office, "mon 17:59"), (slow, Some(wall("mon 18:00"))));
        assert_eq!(at(office, "mon 18:00"), (None, Some(wall("tue 08:00"))));
        // Over the end of the week.
        assert_eq!(at(office, "fri 18:00"), (None, Some(wall("mon 08:00"))));
        assert_eq!(at(office, "sun 23:59"), (None, Some(wall("mon 08:00"))));
    }

    #[test]
    fn a_rule_may_go_over_midnight_and_over_the_end_of_the_week() {
        let night = "sun 22:00-06:00 full";
        let full = Some(Pace::Full);
        assert_eq!(at(night, "sun 22:00"), (full, Some(wall("mon 06:00"))));
        assert_eq!(at(night, "mon 05:59"), (full, Some(wall("mon 06:00"))));
        assert_eq!(at(night, "mon 06:00"), (None, Some(wall("sun 22:00"))));
        let day = "sat 00:00-24:00 slow";
        assert_eq!(at(day, "sat 00:00").1, Some(wall("sun 00:00")));
        assert_eq!(
            at("fri-mon 10:00-10:00 slow", "tue 09:59").0,
            Some(Pace::Slow)
        );
        assert_eq!(at("fri-mon 10:00-10:00 slow", "tue 10:00").0, None);
    }

    #[test]
    fn the_first_rule_that_fits_wins_and_the_same_beside_it_is_one() {
        let both = "mon 10:00-11:00 500/0\ndaily 09:00-12:00 SLOW; mon 12:00-13:00 slow";
        assert_eq!(at(both, "mon 09:00").1, Some(wall("mon 10:00")));
        assert_eq!(at(both, "mon 10:00").0, Some(own(500_000, 0)));
        let to = Some(wall("mon 13:00"));
        assert_eq!(at(both, "mon 11:00"), (Some(Pace::Slow), to));
        assert_eq!(at(both, "tue 11:00").1, Some(wall("tue 12:00")));
        // What never ends says so.
        assert_eq!(
            at("daily 0:00-24:00 full", "tue 1:00"),
            (Some(Pace::Full), None)
        );
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_its_number() {
        let bad = [
            "mon",
            "mon 08:00-18:00",
            "mon 08:00-18:00 slow now",
            "montag 08:00-18:00 slow",
            "mon- 08:00-18:00 slow",
            "mon,,tue 08:00-18:00 slow",
            "mon 8-18 slow",
            "mon 08:60-18:00 slow",
            "mon 08:00-24:01 slow",
            "mon 24:00-08:00 slow",
            "mon 08:0-18:00 slow",
            "mon +8:00-18:00 slow",
            "mon 08:00-18:00 16/0",
            "mon 08:00-18:00 1000001/0",
            "mon 08:00-18:00 500",
            "mon 08:00-18:00 -1/5",
        ];
        for text in bad {
            let both = format!("daily 00:00-01:00 slow; {text}");
            assert_eq!(
                Schedule::parse(&both),
                Err(ScheduleFault::Rule(2)),
                "{text}"
            );
        }
        let many = "mon 00:00-01:00 slow;".repeat(SCHEDULE_RULES_MAX);
        assert!(Schedule::parse(&many).is_ok());
        let more = many + "mon 00:00-01:00 slow";
        assert_eq!(Schedule::parse(&more), Err(ScheduleFault::TooLong));
        let long = " ".repeat(SCHEDULE_BYTES_MAX + 1);
        assert_eq!(Schedule::parse(&long), Err(ScheduleFault::TooLong));
    }

    /// What the definition says, minute by minute.
    fn plain(rules: &[Rule], minute: u16) -> Option<Pace> {
        let fits = |rule: &&Rule| {
            (0..7).any(|day: u16| {
                let from = day * MINUTES_A_DAY + rule.from;
                let since = (minute + MINUTES_A_WEEK - from) % MINUTES_A_WEEK;
                rule.days[usize::from(day)] && since < rule.length
            })
        };
        rules.iter().find(fits).map(|rule| rule.pace)
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(24))]

        #[test]
        fn it_says_what_its_rules_say_and_until_is_when_that_changes(
            rules in proptest::collection::vec((1_u8..128, 0_u16..1_440, 1_u16..=1_440, 0_u8..3), 0..6),
        ) {
            let pace = [Pace::Slow, Pace::Full, own(50_000, 0)];
            let rule = |(days, from, length, at): &(u8, u16, u16, u8)| Rule {
                days: std::array::from_fn(|day| days & (1 << day) != 0),
                from: *from,
                length: *length,
                pace: pace[usize::from(*at)],
            };
            let rules: Vec<Rule> = rules.iter().map(rule).collect();
            let schedule = Schedule::of(&rules);
            let week: Vec<Option<Pace>> = (0..MINUTES_A_WEEK).map(|m| plain(&rules, m)).collect();
            // From behind, so that the next change is known.
            let mut next = (0..MINUTES_A_WEEK).find(|m| week[usize::from(*m)] != week[0]);
            if next.is_some() && week.last() != week.first() {
                next = Some(0);
            }
            for minute in (0..MINUTES_A_WEEK).rev() {
                let (is, slot) = (week[usize::from(minute)], schedule.at(Wall::of_week(minute)));
                let until = slot.until.map(Wall::minute_of_week);
                proptest::prop_assert_eq!((slot.pace, until), (is, next), "{}", minute);
                if minute > 0 && week[usize::from(minute) - 1] != is {
                    next = Some(minute);
                }
            }
        }

        #[test]
        fn no_text_breaks_it(text in "[a-z0-9:;/ ,\\n-]{0,80}") {
            let _ = Schedule::parse(&text);
        }
    }
}
