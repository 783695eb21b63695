//! Points in time as core sees them: handed in from outside, never read from a clock here.

/// Milliseconds since the Unix epoch, UTC. May be before the last one seen: clocks jump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; zero when the clock went backwards.
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// This time moved forward by `millis`.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// Minutes of a day on the wall.
pub const MINUTES_A_DAY: u16 = 24 * 60;
/// Minutes of a week on the wall.
pub const MINUTES_A_WEEK: u16 = 7 * MINUTES_A_DAY;

/// What calendar and clock on the wall show, to the minute. It may stand, jump and go back: when
/// clocks are changed for summer, or set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wall {
    weekday: u8,
    minute: u16,
}

impl Wall {
    /// Day of the week, Monday 0 to Sunday 6, and minute of the day, 0 to 1,439; none when one of
    /// them is out of its range.
    pub fn new(weekday: u8, minute: u16) -> Option<Self> {
        (weekday < 7 && minute < MINUTES_A_DAY).then_some(Self { weekday, minute })
    }

    /// So many minutes after the begin of a week, taken modulo a week.
    pub fn of_week(minute: u16) -> Self {
        let minute = minute % MINUTES_A_WEEK;
        Self {
            weekday: u8::try_from(minute / MINUTES_A_DAY).unwrap_or(0),
            minute: minute % MINUTES_A_DAY,
        }
    }

    /// Day of the week, Monday 0 to Sunday 6.
    pub fn weekday(self) -> u8 {
        self.weekday
    }

    /// Minute of the day, 0 to 1,439.
    pub fn minute(self) -> u16 {
        self.minute
    }

    /// Minutes since the begin of the week, 0 to 10,079.
    pub fn minute_of_week(self) -> u16 {
        u16::from(self.weekday) * MINUTES_A_DAY + self.minute
    }
}
