//! When something is told, and how much at once: a hundred torrents that finish are one notification, and
//! none comes while somebody looks. Knows no clock, no words and no bus.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use shoal_api::{Hash, Sentence};

use crate::News;

/// So long nothing more came.
const CALM: Duration = Duration::from_secs(2);
/// So long at most something is kept back for what may come.
const LONGEST: Duration = Duration::from_secs(10);
/// Between two notifications of a kind.
const PACE: Duration = Duration::from_secs(10);
/// At most so many notifications of all kinds ...
const MOST: usize = 6;
/// ... within so long.
const WITHIN: Duration = Duration::from_secs(60);
/// A notification that is younger is replaced by one that says both.
const REPLACED: Duration = Duration::from_secs(60);
/// Most torrents of a group that are known by name; others are only counted.
const NAMED_MAX: usize = 500;

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Downloads that are whole.
    Finished,
    /// Torrents that failed.
    Failed,
    /// Torrents that need somebody.
    Attention,
    /// What came of watch folders.
    Watched,
    /// Where Shoal is found now that its window is gone.
    RunsOn,
}

/// Which kinds somebody wants to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each setting")]
pub struct Kinds {
    /// Downloads that are whole.
    pub finished: bool,
    /// Torrents that failed.
    pub failed: bool,
    /// Torrents that need somebody.
    pub attention: bool,
    /// What came of watch folders.
    pub watched: bool,
}

impl Default for Kinds {
    fn default() -> Self {
        Self {
            finished: true,
            failed: true,
            attention: true,
            watched: true,
        }
    }
}

impl Kinds {
    fn has(self, kind: Kind) -> bool {
        match kind {
            Kind::Finished => self.finished,
            Kind::Failed => self.failed,
            Kind::Attention => self.attention,
            Kind::Watched => self.watched,
            Kind::RunsOn => true,
        }
    }
}

/// One thing that a notification tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    /// The torrent, where it is one.
    pub(crate) hash: Option<Hash>,
    /// Its name, or the file's.
    pub(crate) name: String,
    /// What it needs.
    pub(crate) sentence: Option<Sentence>,
    /// Torrents added.
    pub(crate) added: u64,
    /// Torrents that were in the list already.
    pub(crate) already: u64,
    /// Files that could not be added.
    pub(crate) bad: u64,
}

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) kind: Kind,
    /// What it tells, oldest first.
    pub(crate) items: Vec<Item>,
    /// Besides `items`, torrents that are only counted.
    pub(crate) more: u64,
    /// It says also what the last one of its kind said, and takes its place.
    pub(crate) replaces: bool,
    /// For [`Kind::RunsOn`]: the tray shows Shoal.
    pub(crate) in_tray: bool,
}

/// What waits of one kind, and what was told last.
#[derive(Debug, Default)]
struct Group {
    waiting: Vec<Item>,
    more: u64,
    /// When the first and the last of what waits came.
    came: Option<(Instant, Instant)>,
    told: Vec<Item>,
    told_more: u64,
    told_at: Option<Instant>,
}

impl Group {
    fn take(&mut self, item: Item, now: Instant) {
        let first = self.came.map_or(now, |(first, _)| first);
        self.came = Some((first, now));
        put(&mut self.waiting, &mut self.more, item);
    }

    fn drop_waiting(&mut self) {
        self.waiting.clear();
        self.more = 0;
        self.came = None;
    }

    fn due(&self) -> Option<Instant> {
        let (first, last) = self.came?;
        let ripe = (last + CALM).min(first + LONGEST);
        Some(self.told_at.map_or(ripe, |at| ripe.max(at + PACE)))
    }

    fn tell(&mut self, kind: Kind, now: Instant) -> Notice {
        let recent = self.told_at.is_some_and(|at| now < at + REPLACED);
        let replaces = recent && !self.told.is_empty();
        if !replaces {
            self.told.clear();
            self.told_more = 0;
        }
        for item in self.waiting.drain(..) {
            put(&mut self.told, &mut self.told_more, item);
        }
        self.told_more += std::mem::take(&mut self.more);
        self.came = None;
        self.told_at = Some(now);
        Notice {
            kind,
            items: self.told.clone(),
            more: self.told_more,
            replaces,
            in_tray: false,
        }
    }
}

/// Adds an item; of one torrent the newest counts.
fn put(items: &mut Vec<Item>, more: &mut u64, item: Item) {
    if item.hash.is_some() {
        items.retain(|other| other.hash != item.hash);
    }
    if items.len() < NAMED_MAX {
        items.push(item);
    } else {
        *more += item.added.max(1);
    }
}

/// What waits to be told.
#[derive(Debug, Default)]
pub(crate) struct Planner {
    kinds: Kinds,
    groups: BTreeMap<Kind, Group>,
    /// The tray shows Shoal.
    runs_on: Option<bool>,
    /// When notifications came lately.
    sent: VecDeque<Instant>,
}

impl Planner {
    /// Takes over which kinds are wanted; what waits of others goes.
    pub(crate) fn set_kinds(&mut self, kinds: Kinds) {
        self.kinds = kinds;
        for (kind, group) in &mut self.groups {
            if !kinds.has(*kind) {
                group.drop_waiting();
            }
        }
    }

    /// Something happened. Nobody is told who has the window in front.
    pub(crate) fn take(&mut self, news: News, now: Instant, focused: bool) {
        let (kind, item) = match news {
            News::RunsOn { in_tray } => {
                self.runs_on = Some(in_tray);
                return;
            }
            News::Finished { hash, name } => (Kind::Finished, torrent(hash, name, None)),
            News::Failed {
                hash,
                name,
                sentence,
            } => (Kind::Failed, torrent(hash, name, Some(sentence))),
            News::Attention {
                hash,
                name,
                sentence,
            } => (Kind::Attention, torrent(hash, name, Some(sentence))),
            News::Watched(news) => {
                let item = Item {
                    hash: news.hash,
                    name: news.name,
                    added: news.added.into(),
                    already: news.already.into(),
                    bad: news.bad.into(),
                    ..Item::default()
                };
                (Kind::Watched, item)
            }
        };
        let nothing = kind == Kind::Watched && item.added + item.bad == 0;
        if !focused && !nothing && self.kinds.has(kind) {
            self.groups.entry(kind).or_default().take(item, now);
        }
    }

    /// Somebody looks at the window: what waits is seen there, and what was told is over.
    pub(crate) fn seen(&mut self) {
        for group in self.groups.values_mut() {
            group.drop_waiting();
            group.told.clear();
            group.told_more = 0;
        }
    }

    /// Somebody dismissed or pressed the last notification of a kind: the next one stands for itself.
    pub(crate) fn closed(&mut self, kind: Kind) {
        if let Some(group) = self.groups.get_mut(&kind) {
            group.told.clear();
            group.told_more = 0;
        }
    }

    /// A torrent is gone: nothing about it is told any more.
    pub(crate) fn forget(&mut self, hash: &Hash) {
        for group in self.groups.values_mut() {
            let other = |item: &Item| item.hash.as_ref() != Some(hash);
            group.waiting.retain(other);
            group.told.retain(other);
            if group.waiting.is_empty() && group.more == 0 {
                group.came = None;
            }
        }
    }

    /// When there is something to tell; none while nothing waits. [`News::RunsOn`] waits for nothing.
    pub(crate) fn next(&self) -> Option<Instant> {
        let due = self.groups.values().filter_map(Group::due).min()?;
        Some(self.room().map_or(due, |room| due.max(room)))
    }

    /// What is to be told now.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Notice> {
        let mut notices = Vec::new();
        if let Some(in_tray) = self.runs_on.take() {
            notices.push(Notice {
                kind: Kind::RunsOn,
                items: vec![],
                more: 0,
                replaces: true,
                in_tray,
            });
        }
        while let Some(kind) = self.ripe(now) {
            let group = self.groups.entry(kind).or_default();
            notices.push(group.tell(kind, now));
            self.sent.push_back(now);
            if self.sent.len() > MOST {
                self.sent.pop_front();
            }
        }
        notices
    }

    fn ripe(&self, now: Instant) -> Option<Kind> {
        if self.room().is_some_and(|room| now < room) {
            return None;
        }
        let due = |group: &Group| group.due().is_some_and(|due| due <= now);
        let ripe = self.groups.iter().filter(|(_, group)| due(group));
        ripe.min_by_key(|(_, group)| group.due())
            .map(|(kind, _)| *kind)
    }

    /// When one more may come; none when it may at any time.
    fn room(&self) -> Option<Instant> {
        let full = self.sent.len() >= MOST;
        self.sent
            .front()
            .filter(|_| full)
            .map(|first| *first + WITHIN)
    }
}

fn torrent(hash: Hash, name: String, sentence: Option<Sentence>) -> Item {
    Item {
        hash: Some(hash),
        name,
        sentence,
        added: 1,
        ..Item::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(n: u32) -> News {
        News::Finished {
            hash: format!("{n:040}"),
            name: format!("t{n}"),
        }
    }

    fn attention(n: u32, code: &str) -> News {
        News::Attention {
            hash: format!("{n:040}"),
            name: format!("t{n}"),
            sentence: Sentence {
                code: code.to_owned(),
                params: BTreeMap::new(),
            },
        }
    }

    fn names(notice: &Notice) -> Vec<&str> {
        notice.items.iter().map(|i| &*i.name).collect()
    }

    /// Runs until nothing waits, and says when what came.
    fn run(planner: &mut Planner, begun: Instant) -> Vec<(u64, Notice)> {
        let mut all = Vec::new();
        while let Some(next) = planner.next() {
            let notices = planner.due(next);
            assert!(!notices.is_empty(), "it wakes for nothing");
            let after = next.duration_since(begun).as_secs();
            all.extend(notices.into_iter().map(|n| (after, n)));
        }
        all
    }

    #[test]
    fn what_comes_one_after_another_is_one_notification_once_there_is_calm() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        assert_eq!(planner.next(), None);
        for n in 0..3 {
            planner.take(finished(n), begun + CALM / 2 * n, false);
        }
        assert_eq!(planner.due(begun + CALM), []);
        let told = run(&mut planner, begun);
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].0, told[0].1.replaces), (4, false));
        assert_eq!(names(&told[0].1), ["t0", "t1", "t2"]);
    }

    #[test]
    fn what_does_not_end_is_told_after_ten_seconds_and_grows_in_its_place() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        let mut told = Vec::new();
        for second in 0..40 {
            let now = begun + Duration::from_secs(second);
            told.extend(planner.due(now).into_iter().map(|n| (second, n)));
            planner.take(finished(u32::try_from(second).unwrap_or(0)), now, false);
        }
        let when: Vec<u64> = told.iter().map(|(second, _)| *second).collect();
        assert_eq!(when, [10, 20, 30]);
        let replaced: Vec<bool> = told.iter().map(|(_, n)| n.replaces).collect();
        assert_eq!(replaced, [false, true, true]);
        assert_eq!(
            told[2].1.items.len(),
            30,
            "it says what the last one said, too"
        );
    }

    #[test]
    fn after_a_minute_or_once_it_was_dismissed_a_notification_stands_for_itself() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        planner.take(finished(1), begun, false);
        assert_eq!(run(&mut planner, begun).len(), 1);
        let later = begun + CALM + REPLACED;
        planner.take(finished(2), later, false);
        let told = run(&mut planner, later);
        assert_eq!((names(&told[0].1), told[0].1.replaces), (vec!["t2"], false));
        planner.closed(Kind::Finished);
        planner.take(finished(3), later + PACE, false);
        let told = run(&mut planner, later);
        assert_eq!((names(&told[0].1), told[0].1.replaces), (vec!["t3"], false));
    }

    #[test]
    fn at_most_six_come_a_minute_and_none_is_lost() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        let mut told = Vec::new();
        for round in 0..12 {
            let now = begun + PACE * round / 2;
            told.extend(planner.due(now).into_iter().map(|n| (now, n)));
            planner.take(finished(round), now, false);
            planner.take(attention(round + 100, "io"), now, false);
        }
        while let Some(next) = planner.next() {
            told.extend(planner.due(next).into_iter().map(|n| (next, n)));
        }
        for (at, _) in &told {
            let near = told.iter().filter(|(t, _)| t >= at && *t < *at + WITHIN);
            assert!(near.count() <= MOST);
        }
        for kind in [Kind::Finished, Kind::Attention] {
            let own: Vec<_> = told.iter().filter(|(_, n)| n.kind == kind).collect();
            assert!(own.windows(2).all(|two| two[1].0 >= two[0].0 + PACE));
            let all: std::collections::BTreeSet<_> =
                own.iter().flat_map(|(_, n)| names(n)).collect();
            assert_eq!(all.len(), 12, "{kind:?}");
        }
    }

    #[test]
    fn who_looks_at_the_window_is_not_told() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        planner.take(finished(1), begun, true);
        assert_eq!(planner.next(), None);
        planner.take(finished(2), begun, false);
        planner.take(News::RunsOn { in_tray: true }, begun, true);
        planner.seen();
        assert_eq!(planner.next(), None, "what waits is seen in the window");
        let told = planner.due(begun);
        assert_eq!((told.len(), told[0].kind), (1, Kind::RunsOn));
        assert!(told[0].in_tray && planner.due(begun).is_empty());
    }

    #[test]
    fn a_kind_that_is_off_is_not_told() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        planner.take(finished(1), begun, false);
        planner.take(attention(1, "io"), begun, false);
        planner.set_kinds(Kinds {
            finished: false,
            ..Kinds::default()
        });
        planner.take(finished(2), begun, false);
        let kinds: Vec<Kind> = run(&mut planner, begun)
            .iter()
            .map(|(_, n)| n.kind)
            .collect();
        assert_eq!(kinds, [Kind::Attention]);
    }

    #[test]
    fn a_torrent_that_is_removed_is_not_told_of_and_one_torrent_is_told_once() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        planner.take(attention(1, "io"), begun, false);
        planner.take(attention(2, "io"), begun, false);
        planner.take(attention(2, "disk_full"), begun, false);
        planner.forget(&format!("{:040}", 1));
        let told = run(&mut planner, begun);
        assert_eq!(names(&told[0].1), ["t2"]);
        let sentence = told[0].1.items[0].sentence.as_ref();
        assert_eq!(sentence.map(|s| &*s.code), Some("disk_full"));
        planner.take(finished(3), begun, false);
        planner.forget(&format!("{:040}", 3));
        assert_eq!(planner.next(), None);
    }

    #[test]
    fn thousands_are_counted_and_not_all_kept() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        for n in 0..5_000 {
            planner.take(finished(n), begun, false);
        }
        let told = run(&mut planner, begun);
        assert_eq!((told[0].1.items.len(), told[0].1.more), (NAMED_MAX, 4_500));
    }

    #[test]
    fn what_came_of_watch_folders_is_told_unless_nothing_is_new() {
        let (mut planner, begun) = (Planner::default(), Instant::now());
        let news = |folder, added, bad| {
            News::Watched(shoal_api::WatchNews {
                folder,
                path: "/w".to_owned(),
                added,
                already: 3,
                bad,
                hash: None,
                name: "x".to_owned(),
            })
        };
        planner.take(news(1, 0, 0), begun, false);
        assert_eq!(planner.next(), None);
        planner.take(news(1, 2, 0), begun, false);
        planner.take(news(2, 0, 1), begun, false);
        let told = run(&mut planner, begun);
        let sum = |f: fn(&Item) -> u64| told[0].1.items.iter().map(f).sum::<u64>();
        assert_eq!((told.len(), sum(|i| i.added), sum(|i| i.bad)), (1, 2, 1));
    }
}
