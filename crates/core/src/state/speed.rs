//! Which limits of speed hold, why and until when: for all torrents together, and for single ones.
//!
//! The limits of all are those of the first of these that is so: the switch by hand, a network that is
//! paid for, the battery, another program on the full screen, a rule of the schedule; else the usual
//! ones. What somebody switches off by hand while something else than the switch makes it slow is lifted
//! until that changes.
//!
//! The engine takes the limits of all at any time, and is told only of changes. Those of one torrent it
//! takes when it starts it: a torrent whose limits changed is stopped and started once, when no further
//! change came for a moment.

use std::{collections::BTreeMap, num::NonZeroU32};

use shoal_metainfo::InfoHash;

use super::{State, Torrent, commands::Outcome, reconcile::is_due};
use crate::{
    Effect, EngineRequest, Pace, Phase, Reply, Schedule, SettingValue, Slot, Then, Timestamp, Wall,
};

/// Limits of one torrent that changed take hold this long after their last change, in milliseconds.
pub const RELIMIT_AFTER_MS: i64 = 2_000;
/// Most bytes a second that a torrent sends that has reached its goal and goes on behind the others.
pub const LOW_UP_BPS: u32 = 50_000;

/// Limits of speed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes a second received; none: no limit.
    pub down_bps: Option<NonZeroU32>,
    /// Most bytes a second sent; none: no limit.
    pub up_bps: Option<NonZeroU32>,
}

/// What the system says of the computer, as far as it says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// It runs on its battery.
    pub battery: bool,
    /// Its network is paid for by what is moved.
    pub metered: bool,
    /// Another program fills the screen.
    pub fullscreen: bool,
}

/// Why the limits are what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Why {
    /// Nothing special: the usual ones.
    #[default]
    Usual,
    /// Somebody switched the slow ones on.
    Switch,
    /// The network is paid for by what is moved.
    Metered,
    /// The computer runs on its battery.
    Battery,
    /// Another program fills the screen.
    FullScreen,
    /// A rule of the schedule.
    Schedule,
}

/// The limits that hold for all torrents together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InForce {
    /// They.
    pub limits: Limits,
    /// They are the slow ones.
    pub slow: bool,
    /// Why.
    pub why: Why,
    /// The usual ones hold because somebody switched off what else would make it slow.
    pub lifted: bool,
    /// When a rule of the schedule begins or ends that changes that, within a week; none: never, or
    /// nobody knows.
    pub until: Option<Wall>,
}

/// What holds beside the switch by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Automatic {
    why: Why,
    pace: Option<Pace>,
    until: Option<Wall>,
}

/// What is known for the choice of limits, and what was told.
#[derive(Debug, Default)]
pub(super) struct Speed {
    around: Around,
    /// What the clock on the wall shows; none before the first tick, and until then no rule holds.
    wall: Option<Wall>,
    schedule: Schedule,
    /// The text that it was read from.
    read_from: String,
    /// What was switched off by hand: it makes nothing slow until it changes.
    lifted: Option<(Why, Option<Pace>)>,
    /// What the engine was told last.
    sent: Option<Limits>,
    /// What was shown last.
    shown: InForce,
    /// As of which [`Terms`](super::terms::Terms) the limits of running torrents were compared.
    compared: u64,
    /// Running torrents that are to get other limits: when, and which.
    due: BTreeMap<InfoHash, (Timestamp, Limits)>,
}

impl State {
    /// The limits that hold for all torrents together, and why.
    pub fn speed_in_force(&self) -> InForce {
        let s = &self.settings;
        let slow = limits(s.speed_slow_down_kbps, s.speed_slow_up_kbps);
        let usual = limits(s.speed_down_kbps, s.speed_up_kbps);
        if s.speed_slow {
            return InForce {
                limits: slow,
                slow: true,
                why: Why::Switch,
                ..InForce::default()
            };
        }
        let automatic = self.automatic();
        let lifted = self.speed.lifted.is_some();
        let pace = automatic.pace.filter(|_| !lifted);
        InForce {
            limits: match pace {
                None => usual,
                Some(Pace::Slow) => slow,
                Some(Pace::Full) => Limits::default(),
                Some(Pace::Own { down_bps, up_bps }) => Limits { down_bps, up_bps },
            },
            slow: pace == Some(Pace::Slow),
            why: if lifted { Why::Usual } else { automatic.why },
            lifted,
            until: automatic.until,
        }
    }

    /// Whether a torrent has a limit by itself, its own or a label's.
    pub fn is_limited(&self, t: &Torrent) -> bool {
        self.limits_of(t) != Limits::default()
    }

    /// Whether the limits of a running torrent have changed, so that it is to connect anew.
    pub(crate) fn is_relimited(&self, t: &Torrent) -> bool {
        t.live.relimit || self.speed.due.contains_key(&t.record.hash)
    }

    fn automatic(&self) -> Automatic {
        let (s, around) = (&self.settings, self.speed.around);
        let reasons = [
            (Why::Metered, around.metered && s.speed_slow_on_metered),
            (Why::Battery, around.battery && s.speed_slow_on_battery),
            (
                Why::FullScreen,
                around.fullscreen && s.speed_slow_in_fullscreen,
            ),
        ];
        if let Some((why, _)) = reasons.iter().find(|(_, is_so)| *is_so) {
            return Automatic {
                why: *why,
                pace: Some(Pace::Slow),
                until: None,
            };
        }
        let slot = self.speed.wall.map(|wall| self.speed.schedule.at(wall));
        let Slot { pace, until } = slot.unwrap_or_default();
        let why = if pace.is_some() {
            Why::Schedule
        } else {
            Why::Usual
        };
        Automatic { why, pace, until }
    }

    pub(super) fn on_wall(&mut self, wall: Wall) {
        self.speed.wall = Some(wall);
    }

    pub(super) fn on_around(&mut self, around: Around) {
        self.speed.around = around;
    }

    /// Switches the slow limits on or off by hand; none: the other way than it is.
    pub(super) fn set_slow(&mut self, on: Option<bool>, now: Timestamp) -> Outcome {
        let is_slow = self.speed_in_force().slow;
        let on = on.unwrap_or(!is_slow);
        let automatic = self.automatic();
        let makes_slow = automatic.pace == Some(Pace::Slow);
        self.speed.lifted = (!on && makes_slow).then_some((automatic.why, automatic.pace));
        if on == self.settings.speed_slow || (on && makes_slow) {
            return Ok((vec![], vec![], Reply::Done));
        }
        let key = "speed.slow".to_owned();
        self.set_settings([(key, SettingValue::Bool(on))].into(), now)
    }

    /// Hands on what has changed of the limits by the message that was handled.
    pub(super) fn tell_limits(&mut self, effects: &mut Vec<Effect>, now: Timestamp) {
        if self.speed.read_from != self.settings.speed_schedule {
            self.speed
                .read_from
                .clone_from(&self.settings.speed_schedule);
            self.speed.schedule = Schedule::parse(&self.speed.read_from).unwrap_or_default();
        }
        let automatic = self.automatic();
        let same = |(why, pace)| (why, pace) == (automatic.why, automatic.pace);
        self.speed.lifted = self.speed.lifted.filter(|lifted| same(*lifted));
        let in_force = self.speed_in_force();
        if self.speed.sent != Some(in_force.limits) {
            self.speed.sent = Some(in_force.limits);
            let Limits { down_bps, up_bps } = in_force.limits;
            let limits = EngineRequest::Limits { down_bps, up_bps };
            effects.push(Effect::Engine(limits));
        }
        let shown = std::mem::replace(&mut self.speed.shown, in_force);
        let relimited = self.compare_limits(now);
        if shown != in_force || relimited {
            self.changes.totals |= shown != in_force;
            effects.push(Effect::Publish);
        }
        self.relimit(effects, now);
    }

    /// Looks for running torrents whose limits are others now, if they may be; tells of any.
    fn compare_limits(&mut self, now: Timestamp) -> bool {
        if self.speed.compared == self.terms_epoch() {
            return false;
        }
        self.speed.compared = self.terms_epoch();
        let mut due = std::mem::take(&mut self.speed.due);
        let mut some = false;
        for t in self.torrents.values() {
            let hash = t.record.hash;
            let runs = matches!(t.live.phase, Phase::Starting | Phase::Running);
            let own = runs.then(|| self.limits_of(t));
            let Some(own) = own.filter(|own| *own != t.live.limits) else {
                some |= due.remove(&hash).is_some_and(|_| {
                    self.changes.torrents.insert(hash);
                    true
                });
                continue;
            };
            if due.get(&hash).is_none_or(|(_, to)| *to != own) {
                due.insert(hash, (now.plus_millis(RELIMIT_AFTER_MS), own));
                self.changes.torrents.insert(hash);
                some = true;
            }
        }
        self.speed.due = due;
        some
    }

    /// Has the torrents connect anew for which it is time.
    fn relimit(&mut self, effects: &mut Vec<Effect>, now: Timestamp) {
        // What the store may still refuse is not acted on.
        if self.speed.due.is_empty() || self.before.is_some() || self.quitting {
            return;
        }
        let its_time = |at: Timestamp| is_due(at, now, RELIMIT_AFTER_MS);
        let due = self.speed.due.iter().filter(|(_, (at, _))| its_time(*at));
        let due: Vec<InfoHash> = due.map(|(hash, _)| *hash).collect();
        for hash in due {
            self.speed.due.remove(&hash);
            let Some(t) = self.torrents.get_mut(&hash) else {
                continue;
            };
            if matches!(t.live.phase, Phase::Starting | Phase::Running) {
                t.live.restart = true;
                t.live.relimit = true;
                self.reconcile(hash, effects);
            }
            self.touch(hash);
        }
    }

    /// The limits that a torrent is to be started with.
    pub(super) fn limits_of(&self, t: &Torrent) -> Limits {
        let terms = self.terms_of(t);
        let low = t.record.goal_done && t.record.is_complete() && terms.then == Then::Low;
        let up = if low {
            Some(terms.up.map_or(LOW_UP_BPS, |up| up.min(LOW_UP_BPS)))
        } else {
            terms.up
        };
        Limits {
            down_bps: terms.down.and_then(NonZeroU32::new),
            up_bps: up.and_then(NonZeroU32::new),
        }
    }
}

fn limits(down_kbps: u32, up_kbps: u32) -> Limits {
    let bps = |kbps: u32| NonZeroU32::new(kbps.saturating_mul(1_000));
    Limits {
        down_bps: bps(down_kbps),
        up_bps: bps(up_kbps),
    }
}
