//! Gathers what came of each watch folder, so that a hundred files are told of once: when nothing more
//! came for two seconds, and after ten at the latest. Knows no clock and sends nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use shoal_api::WatchNews;
use shoal_core::InfoHash;

/// So long nothing more came.
const CALM: Duration = Duration::from_secs(2);
/// So long at most it is kept back.
const LONGEST: Duration = Duration::from_secs(10);

/// What came of one file.
#[derive(Default)]
pub(super) struct Came {
    pub(super) added: u32,
    pub(super) already: u32,
    pub(super) bad: u32,
    /// One of the torrents added.
    pub(super) hash: Option<InfoHash>,
    /// Its name; or that of a torrent that was there, or of the bad file.
    pub(super) name: String,
}

struct Group {
    news: WatchNews,
    first: Instant,
    last: Instant,
}

impl Group {
    fn due(&self) -> Instant {
        (self.last + CALM).min(self.first + LONGEST)
    }
}

/// What was not told yet, at most one piece of news a folder.
#[derive(Default)]
pub(super) struct News(BTreeMap<u32, Group>);

impl News {
    pub(super) fn add(&mut self, folder: u32, path: &str, came: Came, now: Instant) {
        if came.added + came.already + came.bad == 0 {
            return;
        }
        let group = self.0.entry(folder).or_insert_with(|| Group {
            news: WatchNews {
                folder,
                path: path.to_owned(),
                added: 0,
                already: 0,
                bad: 0,
                hash: None,
                name: String::new(),
            },
            first: now,
            last: now,
        });
        group.last = now;
        let news = &mut group.news;
        let names_more = news.added == 0 && came.added > 0;
        if names_more || news.name.is_empty() {
            news.hash = came.hash.map(|hash| hash.to_string());
            news.name = came.name;
        }
        news.added += came.added;
        news.already += came.already;
        news.bad += came.bad;
    }

    /// When there is something to tell; none when nothing waits.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.values().map(Group::due).min()
    }

    /// What is to be told now.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<WatchNews> {
        let due: Vec<u32> = self
            .0
            .iter()
            .filter_map(|(id, group)| (group.due() <= now).then_some(*id))
            .collect();
        let taken = due.iter().filter_map(|id| self.0.remove(id));
        taken.map(|group| group.news).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn added(name: &str) -> Came {
        Came {
            added: 1,
            hash: Some("a".repeat(40).parse().unwrap()),
            name: name.to_owned(),
            ..Came::default()
        }
    }

    #[test]
    fn what_comes_one_after_another_is_told_once_there_is_calm() {
        let (mut news, begun) = (News::default(), Instant::now());
        assert_eq!(news.next(), None);
        for i in 0..3 {
            news.add(7, "/w", added(&i.to_string()), begun + CALM / 2 * i);
        }
        let end = begun + CALM * 2;
        assert_eq!(news.next(), Some(end));
        assert_eq!(
            news.take_due(end.checked_sub(Duration::from_millis(1)).unwrap()),
            []
        );
        let told = news.take_due(end);
        assert_eq!((told.len(), told[0].folder, told[0].added), (1, 7, 3));
        assert_eq!((&*told[0].path, &*told[0].name), ("/w", "0"));
        assert_eq!((news.next(), news.take_due(end)), (None, vec![]));
    }

    #[test]
    fn what_does_not_end_is_told_every_ten_seconds() {
        let (mut news, begun) = (News::default(), Instant::now());
        for second in 0..11 {
            let now = begun + Duration::from_secs(second);
            let told = news.take_due(now);
            assert_eq!(told.len(), usize::from(second == 10), "after {second} s");
            news.add(1, "/w", added("a"), now);
        }
        assert_eq!(news.next(), Some(begun + LONGEST + CALM));
    }

    #[test]
    fn a_torrent_that_was_added_is_named_before_a_file_that_is_bad() {
        let (mut news, now) = (News::default(), Instant::now());
        let bad = Came {
            bad: 1,
            name: "x.torrent".to_owned(),
            ..Came::default()
        };
        news.add(1, "/w", bad, now);
        news.add(1, "/w", added("film"), now);
        news.add(2, "/other", Came::default(), now);
        let told = news.take_due(now + CALM);
        assert_eq!(
            told.len(),
            1,
            "of a folder of which nothing came nothing is told"
        );
        assert_eq!((told[0].added, told[0].bad), (1, 1));
        assert_eq!((&*told[0].name, told[0].hash.is_some()), ("film", true));
    }
}
