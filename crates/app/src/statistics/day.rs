//! The local calendar.

use jiff::tz::TimeZone;
use shoal_core::Timestamp;

/// The date at `at` where Shoal runs, such as `2026-11-21`.
pub(crate) fn local(at: Timestamp) -> String {
    date_in(at, TimeZone::system())
}

/// When that day began there.
pub(crate) fn began(at: Timestamp) -> Timestamp {
    let day = instant(at).to_zoned(TimeZone::system()).start_of_day();
    day.map_or(at, |day| Timestamp(day.timestamp().as_millisecond()))
}

fn date_in(at: Timestamp, zone: TimeZone) -> String {
    instant(at).to_zoned(zone).date().to_string()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(if at.0 < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_where_shoal_runs() {
        let zone = |hours| TimeZone::fixed(jiff::tz::offset(hours));
        // 2026-11-21T23:30:00Z
        let late = Timestamp(1_795_303_800_000);
        assert_eq!(date_in(late, TimeZone::UTC), "2026-11-21");
        assert_eq!(date_in(late, zone(1)), "2026-11-22");
        assert_eq!(date_in(late, zone(-12)), "2026-11-21");
        assert_eq!(date_in(Timestamp(0), zone(-1)), "1969-12-31");
    }

    #[test]
    fn no_clock_is_too_wrong() {
        for at in [i64::MIN, -1, i64::MAX] {
            assert!(local(Timestamp(at)).len() >= 10, "{at}");
        }
    }
}
