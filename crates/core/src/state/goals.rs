//! Goals of sharing: how far torrents are on their way to them, and what is done when one is reached.
//!
//! Seeding is counted in seconds that have passed from one tick to the next while a torrent was seen to
//! seed. A step that is longer than ticks are apart, or goes back, is no time that passed but a clock
//! that was set or a computer that slept: it counts for nothing.
//!
//! What is done is done once for a goal: it is noted in the record in the same commit, and forgotten when
//! no goal is reached any more, because the goal is another, more is wanted or somebody took something
//! again. A torrent that the user starts anew after that goes on beyond its goal; one that is forced has
//! none.

use shoal_metainfo::InfoHash;

use super::{Owner, State, Torrent, terms::Terms};
use crate::{
    Change, Effect, Intent, LogNote, Phase, StepKind, StoreOp, Then, Timestamp, Tone, TorrentRecord,
};

/// Longest time between two ticks that is believed to have passed, in milliseconds; they are five seconds
/// apart while nobody watches.
pub const STEP_MAX_MS: u64 = 10_000;
/// How often the seconds of torrents that only wait for somebody are stored, in milliseconds.
const TIMES_EVERY_MS: u64 = 300_000;

/// What a goal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GoalKind {
    /// Bytes sent, in percent of what the torrent is.
    Ratio,
    /// Minutes of seeding.
    Time,
    /// Minutes of seeding in which nobody took anything.
    Idle,
}

impl GoalKind {
    /// Its name in sentences.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ratio => "ratio",
            Self::Time => "time",
            Self::Idle => "idle",
        }
    }
}

/// How far a torrent is on its way to the goal that is nearest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoalView {
    /// 0 to 1.
    pub share: f64,
    /// What it is about.
    pub kind: GoalKind,
    /// Percent for [`GoalKind::Ratio`], else minutes.
    pub target: u32,
    /// What is left: bytes for [`GoalKind::Ratio`], else seconds, in whole minutes.
    pub left: u64,
    /// It is reached.
    pub reached: bool,
}

/// Time that passes, for what seeds.
#[derive(Debug, Default)]
pub(super) struct Goals {
    /// The last tick.
    clock: Option<Timestamp>,
    /// Milliseconds that make no second yet.
    rest_ms: u64,
    /// Seconds that passed since running torrents were looked at.
    passed_s: u64,
    /// Milliseconds that passed since seconds were stored.
    unstored_ms: u64,
    /// As of which terms all torrents were looked at.
    compared: u64,
}

impl Goals {
    /// Takes a tick. Milliseconds that really passed since the last one.
    pub(super) fn pass(&mut self, now: Timestamp) -> u64 {
        let Some(before) = self.clock.replace(now) else {
            return 0;
        };
        let ms = now.millis_since(before);
        if ms > STEP_MAX_MS {
            return 0;
        }
        self.rest_ms += ms;
        self.passed_s += self.rest_ms / 1_000;
        self.rest_ms %= 1_000;
        self.unstored_ms += ms;
        ms
    }

    /// Seconds that passed since it was asked before.
    pub(super) fn take_passed_s(&mut self) -> u64 {
        std::mem::take(&mut self.passed_s)
    }

    /// Whether seconds are to be stored now.
    pub(super) fn is_store_due(&mut self) -> bool {
        let due = self.unstored_ms >= TIMES_EVERY_MS;
        if due {
            self.unstored_ms = 0;
        }
        due
    }
}

impl TorrentRecord {
    /// What its ratio is taken of, in bytes: what is wanted of it or, when more was received, that.
    fn ratio_base(&self) -> u64 {
        self.wanted_bytes.max(self.downloaded_bytes)
    }

    /// Bytes sent, in percent of what is wanted of it or, when that is more, of what was received: one
    /// whose data was there already has a ratio too.
    pub fn ratio_percent(&self) -> u64 {
        let base = u128::from(self.ratio_base().max(1));
        u64::try_from(u128::from(self.uploaded_bytes) * 100 / base).unwrap_or(u64::MAX)
    }

    /// The way to each goal that there is.
    fn ways(&self, terms: &Terms) -> [Option<GoalView>; 3] {
        let ratio = terms.ratio_percent.map(|target| {
            let all = u128::from(target) * u128::from(self.ratio_base()) / 100;
            let all = u64::try_from(all).unwrap_or(u64::MAX);
            (GoalKind::Ratio, target, self.uploaded_bytes, all)
        });
        let time = terms.seed_minutes.map(|target| {
            let all = u64::from(target) * 60;
            (GoalKind::Time, target, self.seeded_s, all)
        });
        let idle = terms.idle_minutes.map(|target| {
            let all = u64::from(target) * 60;
            (GoalKind::Idle, target, self.idle_s, all)
        });
        [ratio, time, idle].map(|way| {
            let (kind, target, done, all) = way?;
            let left = all.saturating_sub(done);
            #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
            let share = done.min(all) as f64 / all.max(1) as f64;
            Some(GoalView {
                share,
                kind,
                target,
                left: match kind {
                    GoalKind::Ratio => left,
                    GoalKind::Time | GoalKind::Idle => left.div_ceil(60) * 60,
                },
                reached: left == 0 && all > 0,
            })
        })
    }

    fn nearest(&self, terms: &Terms) -> Option<GoalView> {
        let ways = self.ways(terms).into_iter().flatten();
        ways.reduce(|a, b| if b.share > a.share { b } else { a })
    }

    fn is_at_goal(&self, terms: &Terms) -> bool {
        self.ways(terms).iter().flatten().any(|way| way.reached)
    }
}

impl State {
    /// How far a complete torrent of the list is on its way to the goal that is nearest; none without
    /// goals, before it is complete, and when it is forced to run.
    pub fn goal(&self, hash: InfoHash) -> Option<GoalView> {
        self.torrent(hash).and_then(|t| self.goal_of(t))
    }

    pub(crate) fn goal_of(&self, t: &Torrent) -> Option<GoalView> {
        if !t.record.is_complete() || t.record.intent == Intent::ForceRun {
            return None;
        }
        t.record.nearest(&self.terms_of(t))
    }

    /// Whether a torrent has reached its goal and goes on with what others leave over.
    pub fn is_low(&self, t: &Torrent) -> bool {
        t.record.goal_done && t.record.is_complete() && self.terms_of(t).then == Then::Low
    }

    /// Whether what follows a goal is due for a torrent now.
    fn is_goal_due(&self, t: &Torrent) -> bool {
        let r = &t.record;
        let rests = matches!(t.live.phase, Phase::Idle | Phase::Running);
        t.is_listed()
            && r.intent == Intent::Run
            && !r.goal_done
            && r.completed_at.is_some()
            && r.is_complete()
            && r.moving.is_none()
            && !r.done_due
            && rests
            && r.is_at_goal(&self.terms_of(t))
    }

    /// Takes what passed into those of `seeding` that seed, each with whether somebody has just taken
    /// something of it. Tells which of them are to have what follows their goal.
    pub(super) fn count_seeding(
        &mut self,
        seeding: &[(InfoHash, bool)],
        ops: &mut Vec<StoreOp>,
    ) -> Vec<InfoHash> {
        let passed_s = self.goals.take_passed_s();
        let (mut due, mut over) = (vec![], false);
        for (hash, taken) in seeding {
            let Some(t) = self.torrents.get(hash) else {
                continue;
            };
            let terms = self.terms_of(t);
            let epoch = self.terms_epoch();
            let Some(t) = self.torrents.get_mut(hash) else {
                continue;
            };
            t.live.terms = Some((epoch, terms));
            let before = t.record.nearest(&terms);
            let r = &mut t.record;
            r.seeded_s = r.seeded_s.saturating_add(passed_s);
            r.idle_s = if *taken {
                0
            } else {
                r.idle_s.saturating_add(passed_s)
            };
            t.live.times_dirty |= passed_s > 0;
            let is_at_goal = r.is_at_goal(&terms);
            if r.goal_done && !is_at_goal {
                r.goal_done = false;
                ops.push(StoreOp::PutTorrent(Box::new(r.clone())));
                over = true;
                self.queue.note(*hash);
            }
            let after = r.nearest(&terms);
            if before.map(|w| (w.kind, w.left)) != after.map(|w| (w.kind, w.left)) {
                self.changes.torrents.insert(*hash);
            }
            if is_at_goal && self.torrents.get(hash).is_some_and(|t| self.is_goal_due(t)) {
                due.push(*hash);
            }
        }
        if over {
            // Those that went on with what others left over have their usual limits again.
            self.renew_terms();
        }
        due
    }

    /// Does what follows goals that are reached because rules, labels or settings have changed, also of
    /// torrents that do not run just now.
    pub(super) fn compare_goals(&mut self, now: Timestamp) -> Vec<Effect> {
        if self.goals.compared == self.terms_epoch() || self.before.is_some() || self.quitting {
            return vec![];
        }
        self.show_terms();
        self.goals.compared = self.terms_epoch();
        let mut due = vec![];
        let mut over = vec![];
        for t in self.torrents.values().filter(|t| t.record.is_complete()) {
            if self.is_goal_due(t) {
                due.push(t.record.hash);
            } else if t.record.goal_done && !t.record.is_at_goal(&self.terms_of(t)) {
                over.push(t.record.hash);
            }
        }
        let mut ops = vec![];
        if !over.is_empty() {
            // Those that went on with what others left over have their usual limits again.
            self.renew_terms();
            self.goals.compared = self.terms_epoch();
        }
        for hash in over {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.record.goal_done = false;
                ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
            }
            self.touch(hash);
        }
        let mut effects = vec![];
        if !ops.is_empty() {
            effects.push(Effect::StoreSoon(ops));
        }
        effects.extend(self.reach_goals(&due, now));
        effects
    }

    /// Has those shown anew for which something else holds than before.
    fn show_terms(&mut self) {
        // As Shoal starts, what holds is shown with all the rest.
        let (epoch, begins) = (self.terms_epoch(), self.goals.compared == 0);
        let found = self.torrents.values().map(|t| {
            let (terms, before) = (self.find_terms(t), t.live.terms);
            let same = before.is_some_and(|(_, before)| {
                let limits = (before.down, before.up) == (terms.down, terms.up);
                before == terms || limits && !t.record.is_complete()
            });
            (t.record.hash, terms, same || begins)
        });
        let found: Vec<_> = found.collect();
        for (hash, terms, same) in found {
            if let Some(t) = self.torrents.get_mut(&hash) {
                t.live.terms = Some((epoch, terms));
            }
            if !same {
                self.changes.torrents.insert(hash);
            }
        }
    }

    /// Does what follows the goals of these, in one commit; what the store refuses is due again.
    pub(super) fn reach_goals(&mut self, due: &[InfoHash], now: Timestamp) -> Vec<Effect> {
        if due.is_empty() || self.before.is_some() || self.quitting {
            return vec![];
        }
        self.begin(Owner::Nobody);
        let (mut ops, mut then) = (vec![], vec![]);
        let (mut removed, mut trashed) = (vec![], vec![]);
        for &hash in due {
            self.remember(hash);
            let Some(t) = self.torrents.get(&hash) else {
                continue;
            };
            let terms = self.terms_of(t);
            let ways = t.record.ways(&terms).into_iter().flatten();
            let Some(kind) = ways.filter(|w| w.reached).map(|w| w.kind).next() else {
                continue;
            };
            let what = match terms.then {
                Then::Stop => "log_goal_stopped",
                Then::Remove | Then::Trash => "log_goal_removed",
                Then::Low => "log_goal_low",
            };
            self.note(
                hash,
                LogNote::new(what, Tone::Good).with("kind", &kind.code()),
            );
            let Some(t) = self.torrents.get_mut(&hash) else {
                continue;
            };
            t.record.goal_done = true;
            match terms.then {
                Then::Stop => {
                    t.record.intent = Intent::Stop;
                    t.live.forgive();
                }
                Then::Remove => removed.push(Change::Remove(hash, false)),
                Then::Trash => trashed.push(Change::Remove(hash, true)),
                Then::Low => {}
            }
            if matches!(terms.then, Then::Stop | Then::Low) {
                ops.push(StoreOp::PutTorrent(Box::new(t.record.clone())));
                self.reconcile(hash, &mut then);
            }
            self.touch(hash);
        }
        // Those that go on have other limits now.
        self.renew_terms();
        self.goals.compared = self.terms_epoch();
        for (kind, changes) in [(StepKind::Removed, removed), (StepKind::Trashed, trashed)] {
            if !changes.is_empty() {
                let (more, after, _) = self.step(kind, changes.len(), changes, now);
                ops.extend(more);
                then.extend(after);
            }
        }
        then.push(Effect::Publish);
        self.commit(ops, then)
    }
}
