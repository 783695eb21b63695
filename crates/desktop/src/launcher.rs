//! Progress and a count on the icon of the taskbar or dock. Must never count what is no news: the number is that
//! of torrents which need somebody.

use crate::Summary;

#[cfg(target_os = "linux")]
#[path = "launcher/linux.rs"]
mod entry;

#[cfg(target_os = "linux")]
pub use entry::{Launcher, spawn};

/// What the icon shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Badge {
    /// How much of what downloads is there, 0 to 100; none while nothing downloads.
    pub percent: Option<u8>,
    /// How many torrents need somebody; 0 shows none.
    pub count: u32,
}

/// What the icon is to show; nothing at all when it is not `wanted`.
pub fn badge(wanted: bool, summary: &Summary) -> Badge {
    if !wanted {
        return Badge::default();
    }
    let downloads = summary.downloading > 0 && summary.wanted_bytes > 0;
    Badge {
        percent: downloads.then(|| percent(summary.done_bytes, summary.wanted_bytes)),
        count: summary.attention,
    }
}

/// A whole percent, and 100 only when all is there.
fn percent(done: u64, wanted: u64) -> u8 {
    let percent = u128::from(done.min(wanted)) * 100 / u128::from(wanted.max(1));
    u8::try_from(percent).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn downloads(done_bytes: u64, wanted_bytes: u64) -> Summary {
        Summary {
            downloading: 1,
            attention: 2,
            done_bytes,
            wanted_bytes,
            ..Summary::default()
        }
    }

    #[test]
    fn shows_what_downloads_and_what_needs_somebody() {
        let badge = badge(true, &downloads(50, 200));
        assert_eq!(badge.percent, Some(25));
        assert_eq!(badge.count, 2);
    }

    #[test]
    fn shows_nothing_when_it_is_not_wanted() {
        assert_eq!(badge(false, &downloads(50, 200)), Badge::default());
    }

    #[test]
    fn shows_no_progress_where_nothing_downloads_or_its_size_is_unknown() {
        let seeds = Summary {
            seeding: 1,
            done_bytes: 5,
            wanted_bytes: 5,
            ..Summary::default()
        };
        assert_eq!(badge(true, &seeds).percent, None);
        assert_eq!(badge(true, &downloads(0, 0)).percent, None);
    }

    #[test]
    fn hundred_is_all_of_it_and_large_numbers_hold() {
        assert_eq!(percent(u64::MAX - 1, u64::MAX), 99);
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
        assert_eq!(percent(7, 5), 100);
    }
}
