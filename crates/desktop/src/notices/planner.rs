//! When something is told, and how much at once: a hundred torrents that finish are one notification, and
//! none comes while somebody looks. Knows no clock, no words and no bus.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use shoal_api::{AllDoneKind, Hash, Rest, Sentence, WhyAwake};

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
    /// What is about to happen because all is done.
    Rests,
    /// What was to happen because all is done, and does not.
    Stays,
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
            Kind::RunsOn | Kind::Rests | Kind::Stays => true,
        }
    }
}

/// One thing that a notification tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Item {
    /// The torrent, where it is one.
    pub(crate) hash: Option<Hash>,
    /// Its name, or the file's; for [`Kind::Rests`] what is about to happen.
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
    /// For [`Kind::Stays`]: what does not happen, and why.
    pub(crate) stays: Option<(Rest, WhyAwake)>,
}

impl Notice {
    /// One that says nothing of torrents.
    fn about(kind: Kind) -> Self {
        Self {
            kind,
            items: vec![],
            more: 0,
            replaces: true,
            in_tray: false,
            stays: None,
        }
    }
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
            items: self.told.clone(),
            more: self.told_more,
            replaces,
            ..Notice::about(kind)
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
    /// What is about to happen.
    rests: Option<&'static str>,
    /// What does not happen after all, and why.
    stays: Option<(Rest, WhyAwake)>,
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
            News::Rests(kind) => {
                self.rests = (!focused).then_some(match kind {
                    AllDoneKind::Quit => "quit",
                    AllDoneKind::Sleep => "sleep",
                    AllDoneKind::Shutdown => "shutdown",
                });
                return;
            }
            // Also to who has the window in front: who may be asleep.
            News::Stays { what, why } => {
                self.rests = None;
                self.stays = Some((what, why));
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

    /// When there is something to tell; none while nothing waits. [`News::RunsOn`],
    /// [`News::Rests`] and [`News::Stays`] wait for nothing.
    pub(crate) fn next(&self) -> Option<Instant> {
        let due = self.groups.values().filter_map(Group::due).min()?;
        Some(self.room().map_or(due, |room| due.max(room)))
    }

    /// What is to be told now.
    pub(crate) fn due(&mut self, now: Instant) -> Vec<Notice> {
        let mut notices = Vec::new();
        if let Some(in_tray) = self.runs_on.take() {
            notices.push(Notice {
                in_tray,
                ..Notice::about(Kind::RunsOn)
            });
        }
        if let Some(what) = self.rests.take() {
            let item = Item {
                name: what.to_owned(),
                ..Item::default()
            };
            notices.push(Notice {
                items: vec![item],
                ..Notice::about(Kind::Rests)
            });
        }
        if let Some(stays) = self.stays.take() {
            notices.push(Notice {
                stays: Some(stays),
                ..Notice::about(Kind::Stays)
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
