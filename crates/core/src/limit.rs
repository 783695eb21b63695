//! A limit that may be given in several places: a torrent's own, that of its labels, that of all.
//!
//! Three cases and no sentinel: nothing is said here, no limit on purpose, or so much.

/// Smallest limit of a speed, in bytes a second: below it the engine moves nothing.
pub const SPEED_MIN_BPS: u32 = 16_384;
/// Largest limit of a speed, in bytes a second.
pub const SPEED_MAX_BPS: u32 = 1_000_000_000;
/// Largest goal for the ratio, in percent.
pub const RATIO_MAX_PERCENT: u32 = 100_000;
/// Longest goal for a time, in minutes: a year.
pub const MINUTES_MAX: u32 = 525_600;

/// What is said in one place about how much of something there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Limit<T> {
    /// Nothing: the next place says.
    #[default]
    Inherit,
    /// No limit.
    Unlimited,
    /// At most this.
    Value(T),
}

impl<T: Copy> Limit<T> {
    /// What this place says: none when the next one is to be asked; then none for no limit.
    pub fn said(self) -> Option<Option<T>> {
        match self {
            Self::Inherit => None,
            Self::Unlimited => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl Limit<u32> {
    /// Whether the value, if there is one, is between the two, both included.
    pub fn is_within(self, min: u32, max: u32) -> bool {
        match self {
            Self::Value(value) => (min..=max).contains(&value),
            Self::Inherit | Self::Unlimited => true,
        }
    }
}
