//! The queue, limits of speed, when a torrent has been shared enough, and what labels bring with them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Hash, command::requests};

/// A limit that a torrent or a label may have of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum LimitView {
    /// None of its own: what its labels or the settings say.
    #[default]
    Inherit,
    /// No limit, whatever others say.
    None,
    /// This much.
    Value {
        /// Bytes a second, percent or minutes.
        value: u32,
    },
}

/// What happens to a torrent that has been shared enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ThenView {
    /// What its labels or the settings say.
    #[default]
    Inherit,
    /// It stops.
    Stop,
    /// It is taken off the list; its files stay.
    Remove,
    /// It is taken off the list, and its files go to the trash.
    Trash,
    /// It goes on behind all others.
    Low,
}

/// The rules of a torrent or a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct RulesView {
    /// Most bytes a second that it receives, 16,384 to 1,000,000,000.
    pub down: LimitView,
    /// Most bytes a second that it sends, 16,384 to 1,000,000,000.
    pub up: LimitView,
    /// Shared enough: so many percent of its size were sent.
    pub ratio_percent: LimitView,
    /// Shared enough: it was offered for so many minutes.
    pub seed_minutes: LimitView,
    /// Shared enough: nobody took anything for so many minutes while it was offered.
    pub idle_minutes: LimitView,
    /// What happens then.
    pub then: ThenView,
}

/// Whose value is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum RuleFrom {
    /// The torrent's own.
    Own,
    /// A label's.
    Label {
        /// Its name.
        name: String,
    },
    /// The settings'.
    Settings,
}

/// A limit that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LimitInForce {
    /// Bytes a second, percent or minutes; none when there is no limit.
    pub value: Option<u32>,
    /// Whose.
    pub from: RuleFrom,
}

/// What happens in the end, as it is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ThenInForce {
    /// What; never `inherit`.
    pub value: ThenView,
    /// Whose.
    pub from: RuleFrom,
}

/// The rules of some torrents, each none where they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SharedRules {
    /// Bytes a second.
    pub down: Option<LimitView>,
    /// Bytes a second.
    pub up: Option<LimitView>,
    /// Percent.
    pub ratio_percent: Option<LimitView>,
    /// Minutes.
    pub seed_minutes: Option<LimitView>,
    /// Minutes.
    pub idle_minutes: Option<LimitView>,
    /// What happens then.
    pub then: Option<ThenView>,
}

/// The rules in force for some torrents, each none where they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RulesInForce {
    /// Bytes a second.
    pub down: Option<LimitInForce>,
    /// Bytes a second.
    pub up: Option<LimitInForce>,
    /// Percent.
    pub ratio_percent: Option<LimitInForce>,
    /// Minutes.
    pub seed_minutes: Option<LimitInForce>,
    /// Minutes.
    pub idle_minutes: Option<LimitInForce>,
    /// What happens then.
    pub then: Option<ThenInForce>,
}

/// The answer to `rules`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RulesReply {
    /// What the torrents have of their own.
    pub own: SharedRules,
    /// What is in force.
    pub effective: RulesInForce,
    /// What would be in force if they had nothing of their own.
    pub inherited: RulesInForce,
}

/// What is done with a torrent when it is complete, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct DoneView {
    /// Its data moves to this folder; none for what the settings say.
    pub move_to: Option<String>,
    /// It gets this label; none for what the settings say.
    pub label: Option<String>,
    /// This program runs: itself, then its arguments. None for what the settings say.
    pub program: Option<Vec<String>>,
}

/// To which new torrents a label is given by itself. All parts that are given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct LabelMatchView {
    /// A pattern of the name, with `*` and `?`.
    pub name: Option<String>,
    /// The host of one of its trackers, or the end of it behind a dot.
    pub tracker: Option<String>,
    /// At least so many bytes.
    pub min_bytes: Option<u64>,
    /// At most so many bytes.
    pub max_bytes: Option<u64>,
}

/// What a label brings with it for the torrents that have it. A torrent's own value wins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(export)]
pub struct LabelDefaults {
    /// Full path of the folder that new torrents are saved to; none for what the settings say.
    pub save_path: Option<String>,
    /// Whether new torrents start; none for what is chosen.
    pub start: Option<bool>,
    /// Limits and goals.
    pub rules: RulesView,
    /// What is done when one is complete.
    pub done: DoneView,
    /// Which new torrents get it by themselves: those that one of these fits; at most 16.
    pub matches: Vec<LabelMatchView>,
}

/// What a seeding torrent has to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum GoalKind {
    /// Percent of its size sent.
    Ratio,
    /// Minutes offered.
    Time,
    /// Minutes without anybody taking anything.
    Idle,
}

/// How far a torrent is on its way to having been shared enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GoalView {
    /// How much of the way, 0 to 1.
    pub share: f64,
    /// By what; of several that which is nearest to its end.
    pub kind: GoalKind,
    /// Percent or minutes.
    pub target: u32,
}

/// Why other limits than the usual ones are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SpeedWhy {
    /// Somebody has switched to the slow ones.
    Switch,
    /// The weekly schedule.
    Schedule,
    /// The machine runs on its battery.
    Battery,
    /// The network is paid by what goes over it.
    Metered,
    /// Another program keeps the screen lit: a film, a game, a call.
    FullScreen,
}

/// The limits that hold for all torrents together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SpeedInForce {
    /// The slow limits are in force.
    pub slow: bool,
    /// Why these and not the usual ones; none when they are the usual ones.
    pub why: Option<SpeedWhy>,
    /// Until when, in milliseconds since the Unix epoch; none when that is not known.
    pub until: Option<i64>,
    /// Bytes a second; none without a limit.
    pub down_bps: Option<u32>,
    /// Bytes a second; none without a limit.
    pub up_bps: Option<u32>,
}

/// What happens when all downloads are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AllDoneKind {
    /// Shoal quits.
    Quit,
    /// The machine sleeps.
    Sleep,
    /// The machine is switched off.
    Shutdown,
}

/// A countdown that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AllDone {
    /// What happens.
    pub kind: AllDoneKind,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
}

/// Where in the queue torrents go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export)]
pub enum QueueTo {
    /// Before all others.
    Top,
    /// One place forward.
    Up,
    /// One place back.
    Down,
    /// Behind all others.
    Bottom,
    /// Right before another torrent.
    Before {
        /// That.
        hash: Hash,
    },
}

requests! {
    /// Move torrents in the queue, which is the list's own order; they keep their order among each other.
    QueueMoveRequest {
        /// Which; at most 100,000.
        hashes: Vec<Hash>,
        /// Where to.
        to: QueueTo,
    }
    /// Give torrents limits and goals of their own, or take them away. What is left out stays.
    SetRulesRequest {
        /// Which; at most 100,000.
        hashes: Vec<Hash>,
        /// Bytes a second, 16,384 to 1,000,000,000.
        #[ts(optional)]
        down: Option<LimitView>,
        /// Bytes a second, 16,384 to 1,000,000,000.
        #[ts(optional)]
        up: Option<LimitView>,
        /// Percent, 0 to 100,000.
        #[ts(optional)]
        ratio_percent: Option<LimitView>,
        /// Minutes, 0 to 525,600.
        #[ts(optional)]
        seed_minutes: Option<LimitView>,
        /// Minutes, 0 to 525,600.
        #[ts(optional)]
        idle_minutes: Option<LimitView>,
        /// What happens when it was shared enough.
        #[ts(optional)]
        then: Option<ThenView>,
    }
    /// Switch the slow limits on or off by hand.
    SpeedSlowRequest {
        /// On; none for the other one than now.
        on: Option<bool>,
    }
}
