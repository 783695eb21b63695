//! What was: the log of a torrent, speeds over time, and sums over sessions and days.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Hash, Sentence, command::requests};

requests! {
    /// The log of one torrent.
    LogRequest {
        /// Which.
        hash: Hash,
        /// Only entries older than the one with this id; none for the newest.
        before: Option<u64>,
    }
    /// Speeds over time.
    SpeedHistoryRequest {
        /// Which torrent; none for all of them together.
        hash: Option<Hash>,
        /// How far back.
        span: SpeedSpan,
    }
}

/// What an entry of the log means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum LogTone {
    /// Something happened.
    Neutral,
    /// Something worked out.
    Good,
    /// Something is to be known.
    Warn,
    /// Something went wrong.
    Bad,
}

/// Something that happened to a torrent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LogEntry {
    /// Its key; grows with time.
    pub id: u64,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    /// What it means.
    pub tone: LogTone,
    /// What happened. Codes begin with `log_`; that of `log_trouble` has the fault's own code as `code`
    /// and its parameters beside it.
    pub sentence: Sentence,
}

/// How far back speeds are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SpeedSpan {
    /// 60 steps of a second.
    Minute,
    /// 600 steps of a second.
    TenMinutes,
    /// 360 steps of ten seconds.
    Hour,
    /// 720 steps of two minutes.
    Day,
}

/// Speeds over time, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SpeedHistory {
    /// Milliseconds a step.
    pub step_ms: u32,
    /// Milliseconds since the Unix epoch: the end of the last step.
    pub end_at: i64,
    /// Bytes a second received in each step; none where nothing is known.
    pub down: Vec<Option<u32>>,
    /// Bytes a second sent in each step; none where nothing is known.
    pub up: Vec<Option<u32>>,
}

/// Sums over a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TotalsView {
    /// Milliseconds since the Unix epoch: when it began.
    pub since: i64,
    /// Payload received.
    pub downloaded_bytes: u64,
    /// Payload sent.
    pub uploaded_bytes: u64,
    /// Seconds that Shoal ran.
    pub running_s: u64,
    /// Torrents that became complete.
    pub finished: u32,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DayView {
    /// The date where Shoal runs, such as `2026-11-21`.
    pub day: String,
    /// Payload received.
    pub downloaded_bytes: u64,
    /// Payload sent.
    pub uploaded_bytes: u64,
}

/// Sums of this session, of all of them, and of days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Statistics {
    /// Since Shoal was started.
    pub session: TotalsView,
    /// Since Shoal was first started.
    pub all_time: TotalsView,
    /// Days with traffic, oldest first, at most 366.
    pub days: Vec<DayView>,
}
