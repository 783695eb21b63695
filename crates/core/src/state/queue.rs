//! The queue: which of the torrents that want to run have the right to, and the places of the others.
//!
//! Complete torrents and others stand in two lines, each with a number of slots. Where there is no
//! limit there is no line, and nothing is done here. A line has those that hold a slot and those that
//! wait, in the list's own order. What runs by force stands in no line.
//!
//! - One that holds a slot and moves next to nothing for a while goes on, but does not count: the next
//!   one begins. There are at most as many of these as slots. It counts again once it moves for some
//!   seconds; then the last of those that count waits.
//!   Whom a limit of speed holds back is not slow.
//! - What the user does holds at once, also against those that run. What becomes able to run by itself
//!   takes a slot that is free, or after a minute the one of the last in the line, unless it failed
//!   since it last moved anything: what is broken does not stop others again and again.
//! - When there are only such left that do not count, these take turns, so that none that could move
//!   waits for ever. Seeds take turns, too: those stay that somebody took something of not long ago.
//!
//! Nothing here starts or stops anything: it says who may, and [`reconcile`](super::reconcile) acts. It
//! costs as much as there are changes and slots, not torrents. While a transaction is open nobody gets or
//! loses a slot: what the store refuses has stopped and started nobody.

mod line;

use std::{collections::BTreeSet, num::NonZeroU32};

use shoal_metainfo::InfoHash;

use super::{Session, State, Torrent, names::Avoided};
use crate::{Effect, Intent, OpId, Phase, Retry};
use line::{Class, Concerned, Key, Line, Pace};

/// Places up to this one are told at once; further ones now and then, since with every torrent that begins
/// all of them change.
const NEAR: usize = 100;
/// So many that come into a line at once are told their places one by one; of more, all are told.
const NEWCOMERS: usize = 32;
/// How often those are told.
const FAR_EVERY_MS: u64 = 30_000;
/// Bytes in a kilobyte.
const KILO: u64 = 1_000;

/// What torrents compete for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Download,
    Seed,
}

const KINDS: [Kind; 2] = [Kind::Download, Kind::Seed];

/// How many of a line hold a slot, and how many of these count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotsInUse {
    /// All that hold one.
    pub held: usize,
    /// Those that are not passed over because they move next to nothing.
    pub counted: usize,
}

/// Both lines, and what is to be looked at again.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks, each set and cleared by itself"
)]
pub(super) struct Queue {
    downloads: Line,
    seeds: Line,
    /// Torrents that something changed of.
    stale: BTreeSet<InfoHash>,
    /// Time that passed, as far as it counts here.
    clock_ms: u64,
    /// The change that is dealt with is the user's.
    by_user: bool,
    /// The order is another, or the number of slots.
    reordered: bool,
    /// A tick has passed: turns and places are due.
    ticked: bool,
    /// Places are not as they were told.
    moved: bool,
    /// When the places of all were told last.
    told_ms: u64,
    /// Whoever has no slot is stopped now.
    settling: bool,
}

impl Queue {
    /// Something of this torrent is different.
    pub(super) fn note(&mut self, hash: InfoHash) {
        if self.downloads.slots + self.seeds.slots > 0 {
            self.stale.insert(hash);
        }
    }

    /// What follows is what the user wants.
    pub(super) fn begin_command(&mut self) {
        self.by_user = true;
    }

    /// The user wants another order.
    pub(super) fn note_order(&mut self) {
        self.reordered = true;
    }

    /// Whether slots are being given and taken: only then one is stopped because it has none.
    pub(super) fn is_settling(&self) -> bool {
        self.settling
    }

    fn line(&mut self, kind: Kind) -> &mut Line {
        match kind {
            Kind::Download => &mut self.downloads,
            Kind::Seed => &mut self.seeds,
        }
    }

    fn holds(&self, kind: Kind, hash: InfoHash) -> bool {
        match kind {
            Kind::Download => self.downloads.holds(hash),
            Kind::Seed => self.seeds.holds(hash),
        }
    }

    fn waits(&self, hash: InfoHash) -> bool {
        self.downloads.waits(hash) || self.seeds.waits(hash)
    }
}

/// Half of what one of so many gets within a limit: who moves that much is not slow but held back.
fn share_of(limit: Option<NonZeroU32>, among: usize) -> u64 {
    let among = u64::try_from(among.max(1)).unwrap_or(u64::MAX);
    limit.map_or(u64::MAX, |limit| {
        (u64::from(limit.get()) / among / 2).max(1)
    })
}

fn kind_of(t: &Torrent) -> Kind {
    if t.record.is_complete() {
        Kind::Seed
    } else {
        Kind::Download
    }
}

/// Whether nothing but the queue and the network keeps a torrent from running.
pub(super) fn is_able(t: &Torrent) -> bool {
    let trouble = t.live.trouble.as_ref();
    let blocked = trouble.is_some_and(|trouble| trouble.retry != Retry::Now);
    let choosing = t.record.awaiting_choice && t.record.summary.is_some();
    t.is_listed() && t.record.intent.wants_run() && !blocked && !choosing
}

fn is_active(t: &Torrent) -> bool {
    matches!(
        t.live.phase,
        Phase::FetchingMetadata | Phase::Starting | Phase::Running
    )
}

impl State {
    /// The slots of downloads that are in use; nothing when there is no limit.
    pub fn download_slots(&self) -> SlotsInUse {
        let (held, counted) = self.queue.downloads.in_use();
        SlotsInUse { held, counted }
    }

    /// The slots of seeds that are in use; nothing when there is no limit.
    pub fn seed_slots(&self) -> SlotsInUse {
        let (held, counted) = self.queue.seeds.in_use();
        SlotsInUse { held, counted }
    }

    /// Whether the queue lets a torrent run.
    pub(super) fn has_slot(&self, t: &Torrent) -> bool {
        t.record.intent == Intent::ForceRun || self.queue.holds(kind_of(t), t.record.hash)
    }

    /// One that had a slot until now has become one of the other kind: it goes on when there is room.
    pub(super) fn change_lines(&mut self, hash: InfoHash) {
        let Some(t) = self.torrents.get(&hash) else {
            return;
        };
        let (kind, key) = (kind_of(t), self.key_of(t));
        let other = match kind {
            Kind::Download => Kind::Seed,
            Kind::Seed => Kind::Download,
        };
        let clock_ms = self.queue.clock_ms;
        let moves = self.queue.holds(other, hash) && !self.queue.holds(kind, hash);
        let line = self.queue.line(kind);
        if moves && line.is_open() {
            line.grant(key, clock_ms);
        }
    }

    fn key_of(&self, t: &Torrent) -> Key {
        Key {
            class: if self.is_low(t) {
                Class::Low
            } else {
                Class::Usual
            },
            round: 0,
            rank: t.record.rank,
            hash: t.record.hash,
        }
    }

    /// Everybody stands in line anew: at the start, and when a limit has come or gone.
    pub(super) fn form_lines(&mut self) {
        self.queue.downloads.slots = usize::from(self.settings.queue_downloads);
        self.queue.seeds.slots = usize::from(self.settings.queue_seeds);
        self.queue.reordered = true;
        for kind in KINDS {
            let line = self.queue.line(kind);
            if line.slots == 0 {
                line.clear();
            }
        }
        self.queue.stale = self.torrents.keys().copied().collect();
    }

    /// A tick has passed: who moves next to nothing, and whose turn is over? Without a network nobody can
    /// move, and no time passes here.
    pub(super) fn tick_queue(&mut self, passed_ms: u64) {
        if matches!(self.session, Session::Running { .. }) {
            self.queue.clock_ms += passed_ms;
        }
        self.queue.ticked = true;
        let clock_ms = self.queue.clock_ms;
        let stalled_after_ms = u64::from(self.settings.queue_stalled_s) * 1_000;
        let slow_bps = (u64::from(self.settings.queue_slow_kbps) * KILO).max(1);
        let limits = self.speed_in_force().limits;
        let Self {
            queue, torrents, ..
        } = self;
        let share = |limit, line: &Line| share_of(limit, line.in_use().0);
        let (down, up) = (
            share(limits.down_bps, &queue.downloads).min(slow_bps),
            share(limits.up_bps, &queue.seeds).min(slow_bps),
        );
        queue.downloads.watch(clock_ms, stalled_after_ms, |hash| {
            let t = torrents.get(&hash);
            let moves =
                |t: &Torrent| t.live.down_bps >= down.min(share_of(t.live.limits.down_bps, 1));
            Pace {
                moves: t.is_some_and(|t| moves(t)),
                wanted: false,
            }
        });
        queue.seeds.watch(clock_ms, stalled_after_ms, |hash| {
            let t = torrents.get(&hash);
            let moves = |t: &Torrent| t.live.up_bps >= up.min(share_of(t.live.limits.up_bps, 1));
            Pace {
                moves: t.is_some_and(|t| moves(t)),
                wanted: t.is_some_and(|t| t.live.up_bps > 0),
            }
        });
    }

    /// Gives and takes slots after a message, and tells those whom it concerns.
    pub(super) fn settle_queue(&mut self, effects: &mut Vec<Effect>) {
        if self.before.is_some() || self.quitting {
            return;
        }
        let settings = &self.settings;
        let slots = [settings.queue_downloads, settings.queue_seeds].map(usize::from);
        let had = [self.queue.downloads.slots, self.queue.seeds.slots];
        let anew = slots.map(|n| n == 0) != had.map(|n| n == 0);
        if anew {
            self.form_lines();
        } else if slots != had {
            [self.queue.downloads.slots, self.queue.seeds.slots] = slots;
            self.queue.reordered = true;
        }
        let (queue, mut newcomers) = (&self.queue, vec![]);
        if !queue.stale.is_empty() || queue.ticked || queue.reordered {
            let mut concerned = self.restand(anew);
            self.share_out(&mut concerned);
            newcomers = self.act_on(&concerned, effects);
        }
        let queue = &mut self.queue;
        let due = queue.ticked && queue.clock_ms >= queue.told_ms + FAR_EVERY_MS;
        let all = queue.reordered || newcomers.len() > NEWCOMERS || due;
        if queue.moved && (all || queue.by_user || queue.ticked) {
            self.tell_places(all);
        }
        for hash in newcomers {
            self.tell_place(hash);
        }
        let queue = &mut self.queue;
        (queue.by_user, queue.reordered, queue.ticked) = (false, false, false);
    }

    /// Those that something changed of stand where they belong now; tells who may have to be started or
    /// stopped for it.
    fn restand(&mut self, anew: bool) -> Concerned {
        let (mut concerned, stale) = (Concerned::new(), std::mem::take(&mut self.queue.stale));
        let since_ms = (!self.queue.by_user).then_some(self.queue.clock_ms);
        for hash in stale {
            let t = self.torrents.get(&hash);
            let able = t.filter(|t| is_able(t) && t.record.intent != Intent::ForceRun);
            let stands = able.map(|t| (kind_of(t), self.key_of(t)));
            let mut changed = false;
            for kind in KINDS {
                let line = self.queue.line(kind);
                changed |= match stands {
                    Some((k, key)) if k == kind && line.slots > 0 => line.stand(key, since_ms),
                    _ => line.leave(hash),
                };
            }
            self.queue.moved |= changed;
            let t = self.torrents.get(&hash);
            if changed || anew || t.is_some_and(|t| is_active(t) && !self.has_slot(t)) {
                concerned.insert(hash);
            }
        }
        concerned
    }

    fn share_out(&mut self, concerned: &mut Concerned) {
        let Self {
            queue, torrents, ..
        } = self;
        let (clock_ms, anew, before) = (queue.clock_ms, queue.reordered, concerned.len());
        let is_well = |hash| torrents.get(&hash).is_some_and(|t| t.live.tries == 0);
        if queue.ticked {
            queue.downloads.rotate_stalled(clock_ms, concerned);
            queue.seeds.rotate_seeds(clock_ms, concerned);
        }
        for line in [&mut queue.downloads, &mut queue.seeds] {
            if line.slots > 0 {
                line.share_out(clock_ms, anew, is_well, concerned);
            }
        }
        queue.moved |= concerned.len() > before;
    }

    /// Has those that are concerned stopped and started; tells how many of them know no place in line.
    fn act_on(&mut self, concerned: &Concerned, effects: &mut Vec<Effect>) -> Vec<InfoHash> {
        let mut newcomers = vec![];
        if concerned.is_empty() {
            return newcomers;
        }
        self.queue.settling = true;
        self.avoided = Avoided::Shared(None);
        // In the list's own order: who comes first is asked for first.
        let mut placed = vec![];
        for hash in concerned {
            let waits = self.queue.waits(*hash);
            if let Some(t) = self.torrents.get_mut(hash) {
                if waits && t.live.place.is_none() {
                    newcomers.push(*hash);
                }
                if !waits && t.live.place.take().is_some() {
                    self.changes.torrents.insert(*hash);
                }
                placed.push((t.record.rank, *hash));
            }
        }
        placed.sort_unstable();
        for (_, hash) in placed {
            self.reconcile(hash, effects);
        }
        self.avoided = Avoided::Apart;
        self.queue.settling = false;
        // What was done just now has changed nobody's place in a line.
        self.queue.stale.clear();
        effects.push(Effect::Publish);
        newcomers
    }

    fn tell_place(&mut self, hash: InfoHash) {
        let queue = &self.queue;
        let place = queue.downloads.place_of(hash);
        let place = place.or_else(|| queue.seeds.place_of(hash));
        if let Some(t) = self.torrents.get_mut(&hash)
            && t.live.place.is_none()
        {
            t.live.place = place.and_then(|place| u32::try_from(place).ok());
            self.changes.torrents.insert(hash);
        }
    }

    /// Tells those that wait their places in line: all of them, or those that come soon.
    fn tell_places(&mut self, all: bool) {
        if all {
            self.queue.moved = false;
            self.queue.told_ms = self.queue.clock_ms;
        }
        let Self {
            queue,
            torrents,
            changes,
            ..
        } = self;
        for line in [&queue.downloads, &queue.seeds] {
            let near = if all { usize::MAX } else { NEAR };
            for (hash, place) in line.in_order().take(near).zip(1..) {
                if let Some(t) = torrents.get_mut(&hash)
                    && t.live.place != Some(place)
                {
                    t.live.place = Some(place);
                    changes.torrents.insert(hash);
                }
            }
        }
    }

    /// Tells torrents that are to be checked, and whose checks were asked for so, their places.
    pub(super) fn tell_check_places(&mut self, mut asked: Vec<(OpId, InfoHash)>) {
        asked.sort_unstable();
        for ((_, hash), place) in asked.into_iter().zip(1..) {
            if let Some(t) = self.torrents.get_mut(&hash)
                && t.live.check_place != Some(place)
            {
                t.live.check_place = Some(place);
                self.changes.torrents.insert(hash);
            }
        }
    }
}
