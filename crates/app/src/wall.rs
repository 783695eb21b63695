//! The clock on the wall where Shoal runs, for what core decides by the time of the week; and when that clock will
//! show something, which is never told twice when clocks are changed.

use jiff::{ToSpan as _, civil::DateTime, tz::TimeZone};
use shoal_core::{MINUTES_A_DAY, MINUTES_A_WEEK, Timestamp, Wall};

/// What it shows now.
pub(crate) fn wall(now: Timestamp) -> Wall {
    wall_in(now, &TimeZone::system())
}

/// When it shows `until` for the next time; within a week, give or take an hour.
pub(crate) fn moment(now: Timestamp, until: Wall) -> Timestamp {
    moment_in(now, until, &TimeZone::system())
}

fn shown(now: Timestamp, zone: &TimeZone) -> DateTime {
    let at = jiff::Timestamp::from_millisecond(now.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    zone.to_datetime(at)
}

fn minute_of_week(shown: DateTime) -> u16 {
    let day = u16::try_from(shown.weekday().to_monday_zero_offset()).unwrap_or(0);
    let minute = i16::from(shown.hour()) * 60 + i16::from(shown.minute());
    day * MINUTES_A_DAY + u16::try_from(minute).unwrap_or(0)
}

fn wall_in(now: Timestamp, zone: &TimeZone) -> Wall {
    Wall::of_week(minute_of_week(shown(now, zone)))
}

fn moment_in(now: Timestamp, until: Wall, zone: &TimeZone) -> Timestamp {
    let shown = shown(now, zone);
    let (from, to) = (minute_of_week(shown), until.minute_of_week());
    let minutes = (to + MINUTES_A_WEEK - from - 1) % MINUTES_A_WEEK + 1;
    let whole = shown.with().second(0).subsec_nanosecond(0).build();
    let then = whole.and_then(|whole| whole.checked_add(i64::from(minutes).minutes()));
    let Ok(then) = then else {
        return now.plus_millis(i64::from(minutes) * 60_000);
    };
    let of = |ambiguous: jiff::tz::AmbiguousZoned, later: bool| {
        let zoned = if later {
            ambiguous.later()
        } else {
            ambiguous.compatible()
        };
        zoned.map_or(now, |at| Timestamp(at.timestamp().as_millisecond()))
    };
    // Of an hour that comes twice the first one may be over.
    let first = of(zone.to_ambiguous_zoned(then), false);
    if first > now {
        first
    } else {
        of(zone.to_ambiguous_zoned(then), true)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        let at: jiff::Timestamp = text.parse().unwrap();
        Timestamp(at.as_millisecond())
    }

    fn wall_of(weekday: u8, hour: u16, minute: u16) -> Wall {
        Wall::new(weekday, hour * 60 + minute).unwrap()
    }

    #[test]
    fn the_clock_shows_the_day_and_the_time_of_the_zone() {
        let shows = |text| wall_in(at(text), &berlin());
        assert_eq!(shows("2026-11-22T22:59:59Z"), wall_of(6, 23, 59));
        assert_eq!(shows("2026-11-22T23:00:00Z"), wall_of(0, 0, 0));
        assert_eq!(shows("2026-07-01T10:30:00Z"), wall_of(2, 12, 30));
        assert_eq!(
            wall_in(at("1970-01-01T00:00:00Z"), &TimeZone::UTC),
            wall_of(3, 0, 0)
        );
        assert_eq!(
            wall_in(Timestamp(i64::MAX), &TimeZone::UTC),
            wall_of(3, 0, 0)
        );
    }

    #[test]
    fn a_time_that_the_clock_will_show_is_found() {
        let of = |now, wall| moment_in(at(now), wall, &berlin());
        let monday = "2026-11-23T09:00:30Z";
        assert_eq!(of(monday, wall_of(0, 10, 1)), at("2026-11-23T09:01:00Z"));
        assert_eq!(of(monday, wall_of(6, 0, 0)), at("2026-11-28T23:00:00Z"));
        // What it shows now it shows again in a week.
        assert_eq!(of(monday, wall_of(0, 10, 0)), at("2026-11-30T09:00:00Z"));
    }

    #[test]
    fn an_hour_that_is_left_out_or_comes_twice_is_no_trouble() {
        let of = |now, wall| moment_in(at(now), wall, &berlin());
        // 2026-03-29: from 02:00 to 03:00. What would be at 02:30 is at 03:30.
        let before = "2026-03-29T00:30:00Z";
        assert_eq!(of(before, wall_of(6, 2, 30)), at("2026-03-29T01:30:00Z"));
        assert_eq!(of(before, wall_of(6, 4, 0)), at("2026-03-29T02:00:00Z"));
        // 2026-10-25: from 03:00 back to 02:00.
        let first = "2026-10-25T00:30:00Z";
        assert_eq!(of(first, wall_of(6, 2, 45)), at("2026-10-25T00:45:00Z"));
        let second = "2026-10-25T01:30:00Z";
        assert_eq!(wall_in(at(second), &berlin()), wall_of(6, 2, 30));
        assert_eq!(of(second, wall_of(6, 2, 45)), at("2026-10-25T01:45:00Z"));
        assert_eq!(of(second, wall_of(6, 3, 0)), at("2026-10-25T02:00:00Z"));
    }
}
