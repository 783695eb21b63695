//! One line of the queue: who holds its slots, who waits for them and in which order.
//!
//! Pure bookkeeping: it knows torrents by their hashes only. Time is that of the queue, which neither
//! jumps nor goes back.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shoal_metainfo::InfoHash;

/// How long one that is able to run again waits before it takes the slot of one that it comes before.
const PATIENCE_MS: u64 = 60_000;
/// How long one that does not count has to move before it counts again.
const LIVELY_MS: u64 = 10_000;
/// How long one that does not count keeps its slot when others wait for it.
const STALL_TURN_MS: u64 = 10 * 60_000;
/// The same when one of these has had none yet.
const STALL_FIRST_MS: u64 = 2 * 60_000;
/// How long a seed that nobody takes anything from keeps its slot when others wait for it; and how long
/// somebody who did is remembered.
const SEED_TURN_MS: u64 = 30 * 60_000;
/// How long a seed keeps its slot at most when others wait for it.
const SEED_STAY_MS: u64 = 4 * 3_600_000;

/// Its place among those that want the same: the least comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) class: Class,
    /// How often it gave its slot to others.
    pub(super) round: u32,
    pub(super) rank: i64,
    pub(super) hash: InfoHash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A seed that somebody took something from not long ago.
    Wanted,
    Usual,
    /// A seed that has reached its goal and goes on with what others leave over.
    Low,
}

/// How a torrent that holds a slot does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// It moves more than next to nothing.
    pub(super) moves: bool,
    /// Somebody takes something of it.
    pub(super) wanted: bool,
}

/// One that holds a slot.
#[derive(Debug)]
struct Holder {
    key: Key,
    /// It is one of those that there may be only so many of.
    counts: bool,
    /// When it got its slot.
    since_ms: u64,
    /// Since when it does not do what it counts for: moves, or does not.
    turned_ms: Option<u64>,
    /// When it ceased to count.
    stalled_ms: u64,
    /// When somebody last took something of it.
    wanted_ms: Option<u64>,
}

/// Those of a line whose right to run is another than before, or whose place may be.
pub(super) type Concerned = BTreeSet<InfoHash>;

#[derive(Debug, Default)]
pub(super) struct Line {
    /// Number of slots; 0: no limit, and nobody in the line.
    pub(super) slots: usize,
    holders: BTreeMap<InfoHash, Holder>,
    /// Since when each waits; none: it need not be patient.
    waiting: BTreeMap<Key, Option<u64>>,
    keys: HashMap<InfoHash, Key>,
}

impl Line {
    pub(super) fn holds(&self, hash: InfoHash) -> bool {
        self.slots == 0 || self.holders.contains_key(&hash)
    }

    pub(super) fn waits(&self, hash: InfoHash) -> bool {
        self.keys.contains_key(&hash)
    }

    /// Those that wait, in order.
    pub(super) fn in_order(&self) -> impl Iterator<Item = InfoHash> + '_ {
        self.waiting.keys().map(|key| key.hash)
    }

    /// The place of one that waits, the first being 1.
    pub(super) fn place_of(&self, hash: InfoHash) -> Option<usize> {
        let key = self.keys.get(&hash)?;
        if self.waiting.last_key_value().map(|(last, _)| last) == Some(key) {
            return Some(self.waiting.len());
        }
        Some(self.waiting.range(..=*key).count())
    }

    /// Whether nobody waits and a slot is free.
    pub(super) fn is_open(&self) -> bool {
        self.waiting.is_empty() && self.has_room()
    }

    fn counted(&self) -> usize {
        self.holders.values().filter(|h| h.counts).count()
    }

    fn has_room(&self) -> bool {
        self.holders.len() < 2 * self.slots && self.counted() < self.slots
    }

    /// Everybody leaves.
    pub(super) fn clear(&mut self) {
        self.holders.clear();
        self.waiting.clear();
        self.keys.clear();
    }

    /// It wants nothing here any more. Tells whether it did.
    pub(super) fn leave(&mut self, hash: InfoHash) -> bool {
        let held = self.holders.remove(&hash).is_some();
        let key = self.keys.remove(&hash);
        key.is_some_and(|key| self.waiting.remove(&key).is_some()) || held
    }

    /// The torrent of `key` stands in this line, perhaps with another key than before; `since_ms`: since
    /// when, if it has to be patient. Tells whether anything is different.
    pub(super) fn stand(&mut self, mut key: Key, mut since_ms: Option<u64>) -> bool {
        let held = self.holders.get(&key.hash).map(|h| h.key);
        let known = held.or_else(|| self.keys.get(&key.hash).copied());
        if let Some(known) = known {
            // Whom the user moves has had no turn there.
            if known.rank == key.rank {
                key.round = known.round;
            }
            if known.class == Class::Wanted && key.class == Class::Usual {
                key.class = Class::Wanted;
            }
            if known == key {
                return false;
            }
        }
        if let Some(holder) = self.holders.get_mut(&key.hash) {
            holder.key = key;
            return true;
        }
        if let Some(before) = known.and_then(|known| self.waiting.remove(&known)) {
            since_ms = since_ms.and(before);
        }
        self.wait(key, since_ms);
        true
    }

    fn wait(&mut self, key: Key, since_ms: Option<u64>) {
        self.keys.insert(key.hash, key);
        self.waiting.insert(key, since_ms);
    }

    /// Gives it a slot.
    pub(super) fn grant(&mut self, key: Key, clock_ms: u64) {
        self.keys.remove(&key.hash);
        self.waiting.remove(&key);
        let holder = Holder {
            key,
            counts: true,
            since_ms: clock_ms,
            turned_ms: None,
            stalled_ms: 0,
            wanted_ms: None,
        };
        self.holders.insert(key.hash, holder);
    }

    /// Takes its slot away; it waits from now on with this key.
    fn demote(&mut self, key: Key, clock_ms: u64) {
        self.holders.remove(&key.hash);
        self.wait(key, Some(clock_ms));
    }

    /// Takes in how those that hold a slot do.
    pub(super) fn watch(
        &mut self,
        clock_ms: u64,
        stalled_after_ms: u64,
        pace: impl Fn(InfoHash) -> Pace,
    ) {
        for (hash, holder) in &mut self.holders {
            let pace = pace(*hash);
            if pace.wanted {
                holder.wanted_ms = Some(clock_ms);
            }
            let wanted = holder.wanted_ms;
            let wanted = wanted.is_some_and(|at| clock_ms.saturating_sub(at) < SEED_TURN_MS);
            holder.key.class = match holder.key.class {
                Class::Low => Class::Low,
                _ if wanted => Class::Wanted,
                _ => Class::Usual,
            };
            if pace.moves == holder.counts {
                holder.turned_ms = None;
                continue;
            }
            let since = *holder.turned_ms.get_or_insert(clock_ms);
            let long = if holder.counts {
                stalled_after_ms
            } else {
                LIVELY_MS
            };
            if clock_ms.saturating_sub(since) >= long {
                holder.counts = pace.moves;
                holder.turned_ms = None;
                holder.stalled_ms = clock_ms;
            }
        }
    }

    /// Those that moved next to nothing for long make room for one that waits, one at a time, when there
    /// are as many of them as there may be.
    pub(super) fn rotate_stalled(&mut self, clock_ms: u64, concerned: &mut Concerned) {
        let full = self.holders.len() >= 2 * self.slots && self.counted() < self.slots;
        let Some((first, _)) = self.waiting.first_key_value().filter(|_| full) else {
            return;
        };
        let turn_ms = if first.round == 0 {
            STALL_FIRST_MS
        } else {
            STALL_TURN_MS
        };
        let over = |h: &&Holder| !h.counts && clock_ms - h.stalled_ms >= turn_ms;
        let over = self.holders.values().filter(over);
        if let Some(holder) = over.min_by_key(|h| (h.stalled_ms, h.key)) {
            let key = holder.key;
            self.give_way(key, clock_ms, concerned);
        }
    }

    /// Seeds whose turn is over make room for those that wait.
    pub(super) fn rotate_seeds(&mut self, clock_ms: u64, concerned: &mut Concerned) {
        if self.has_room() {
            return;
        }
        let over = |h: &&Holder| {
            let turn = match h.key.class {
                Class::Wanted => SEED_STAY_MS,
                Class::Usual | Class::Low => SEED_TURN_MS,
            };
            clock_ms - h.since_ms >= turn
        };
        let mut over: Vec<_> = self.holders.values().filter(over).collect();
        over.sort_by_key(|h| (h.since_ms, h.key));
        let over: Vec<Key> = over.into_iter().map(|h| h.key).collect();
        let next: Vec<Class> = self
            .waiting
            .keys()
            .map(|key| key.class)
            .take(over.len())
            .collect();
        for (key, next) in over.into_iter().zip(next) {
            // One that has reached its goal does not take the place of one that has not.
            if next <= key.class.max(Class::Usual) {
                self.give_way(key, clock_ms, concerned);
            }
        }
    }

    fn give_way(&mut self, mut key: Key, clock_ms: u64, concerned: &mut Concerned) {
        key.round = key.round.saturating_add(1);
        key.class = key.class.max(Class::Usual);
        concerned.insert(key.hash);
        self.demote(key, clock_ms);
    }

    /// Gives and takes slots until there are as many as there may be, the first having them; `anew`: also
    /// against those that run. `is_well` tells whether one has not failed since it last moved.
    pub(super) fn share_out(
        &mut self,
        clock_ms: u64,
        anew: bool,
        is_well: impl Fn(InfoHash) -> bool,
        concerned: &mut Concerned,
    ) {
        while self.counted() > self.slots || self.holders.len() > 2 * self.slots {
            let Some(last) = self.last(self.counted() > self.slots) else {
                break;
            };
            concerned.insert(last.hash);
            self.demote(last, clock_ms);
        }
        while self.has_room() {
            let Some((&first, _)) = self.waiting.first_key_value() else {
                break;
            };
            concerned.insert(first.hash);
            self.grant(first, clock_ms);
        }
        while let Some(last) = self.last(self.counted() >= self.slots) {
            let may = |(key, since): &(&Key, &Option<u64>)| {
                let patient = |since: u64| clock_ms - since >= PATIENCE_MS && is_well(key.hash);
                anew || since.is_none_or(patient)
            };
            let Some((&first, _)) = self.waiting.range(..last).find(may) else {
                break;
            };
            concerned.extend([first.hash, last.hash]);
            self.demote(last, clock_ms);
            self.grant(first, clock_ms);
        }
        // Whoever could do at once what it was to do has done it.
        debug_assert!(self.counted() <= self.slots);
    }

    /// The last of those that hold a slot, or of those of them that count.
    fn last(&self, counting: bool) -> Option<Key> {
        let could = self.holders.values().filter(|h| h.counts || !counting);
        could.map(|h| h.key).max()
    }

    /// How many hold a slot, and how many of them count.
    pub(super) fn in_use(&self) -> (usize, usize) {
        (self.holders.len(), self.counted())
    }
}
