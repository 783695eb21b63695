//! Turns core's state into the views of the API. Decides nothing.

use std::{collections::BTreeMap, num::NonZeroU32};

use shoal_api::{
    AllDone as AllDoneView, AllDoneKind as AllDoneKindView, AppliesView, EngineView,
    GoalKind as GoalKindView, GoalView, IntentView, LabelView, LogEntry, LogTone, PeerRow,
    PeerStateView, RiskView, Sentence, SettingKindView, SettingValueView, SettingView,
    SpeedInForce, SpeedWhy, Status as StatusView, StepView, TorrentRow, UndoView,
};
use shoal_core::{
    AllDone, AllDoneKind, Applies, Explanation, GoalKind, Intent, LogLine, Order, PeerInfo,
    PeerState, Phase, SETTINGS, SPEED_MAX_KBPS, Session, SettingKind, SettingValue, Settings,
    State, Status, StepKind, Timestamp, Tone, Torrent, UndoStep, Why, eta_s,
};
use shoal_metainfo::NameRisk;

use crate::{calls::defaults_view, wall};

pub(crate) fn sentence(said: Explanation) -> Sentence {
    let params = said
        .params
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Sentence {
        code: said.code.to_owned(),
        params: params.collect(),
    }
}

fn status(status: Status) -> StatusView {
    match status {
        Status::FetchingMetadata => StatusView::FetchingMetadata,
        Status::Choosing => StatusView::Choosing,
        Status::Checking => StatusView::Checking,
        Status::Downloading => StatusView::Downloading,
        Status::Seeding => StatusView::Seeding,
        Status::Finished => StatusView::Finished,
        Status::Stopped => StatusView::Stopped,
        Status::Waiting => StatusView::Waiting,
        Status::Attention => StatusView::Attention,
    }
}

fn intent(intent: Intent) -> IntentView {
    match intent {
        Intent::Run => IntentView::Run,
        Intent::Stop => IntentView::Stop,
        Intent::ForceRun => IntentView::ForceRun,
    }
}

#[expect(clippy::cast_precision_loss, reason = "shares and ratios for showing")]
pub(crate) fn row(state: &State, t: &Torrent) -> TorrentRow {
    let (shown, said) = state.explain(t);
    let (record, live) = (&t.record, &t.live);
    let known = record.summary.is_some();
    let check = live.check.filter(|_| live.phase == Phase::Checking);
    let downloading = shown == Status::Downloading;
    let seeds = record.is_complete();
    let of_bytes = record.wanted_bytes.max(record.downloaded_bytes);
    TorrentRow {
        hash: record.hash.to_string(),
        name: record.name.clone(),
        status: status(shown),
        sentence: sentence(said),
        intent: intent(record.intent),
        wanted_bytes: known.then_some(record.wanted_bytes),
        have_bytes: record.have_bytes,
        check: check.map(|(done, total)| share(done, total)),
        down_bps: live.down_bps,
        up_bps: live.up_bps,
        downloaded_bytes: record.downloaded_bytes,
        uploaded_bytes: record.uploaded_bytes,
        ratio: (known && of_bytes > 0).then(|| record.uploaded_bytes as f64 / of_bytes as f64),
        eta_s: eta_s(t).filter(|_| downloading),
        peers_connected: live.peers_connected,
        peers_sending: live.peers_sending,
        file_count: record.summary.as_ref().map(|s| s.file_count),
        labels: record.labels.clone(),
        private: record.summary.as_ref().is_some_and(|s| s.private),
        added_at: record.added_at.0,
        completed_at: record.completed_at.map(|t| t.0),
        active_at: live.active_at.0,
        save_path: record.save_path.to_string_lossy().into_owned(),
        lies_in: record
            .unfinished_path
            .as_ref()
            .filter(|folder| **folder != record.save_path)
            .map(|p| p.to_string_lossy().into_owned()),
        moving: (live.phase == Phase::Moving)
            .then(|| live.moved.map_or(0.0, |(done, total)| share(done, total))),
        sequential: record.order == Order::Sequential,
        first_last: record.first_last,
        rank: record.rank,
        trackers: record.tracker_hosts(),
        queue_place: live.place,
        limited: state.is_limited(t),
        goal: seeds.then(|| goal(state, t)).flatten(),
    }
}

fn goal(state: &State, t: &Torrent) -> Option<GoalView> {
    let goal = state.goal(t.record.hash)?;
    Some(GoalView {
        share: goal.share,
        kind: match goal.kind {
            GoalKind::Ratio => GoalKindView::Ratio,
            GoalKind::Time => GoalKindView::Time,
            GoalKind::Idle => GoalKindView::Idle,
        },
        target: goal.target,
    })
}

/// The limits that hold for all torrents together.
pub(crate) fn speed(state: &State, now: Timestamp) -> SpeedInForce {
    let in_force = state.speed_in_force();
    SpeedInForce {
        slow: in_force.slow,
        why: match in_force.why {
            Why::Usual => None,
            Why::Switch => Some(SpeedWhy::Switch),
            Why::Metered => Some(SpeedWhy::Metered),
            Why::Battery => Some(SpeedWhy::Battery),
            Why::FullScreen => Some(SpeedWhy::FullScreen),
            Why::Schedule => Some(SpeedWhy::Schedule),
        },
        until: in_force.until.map(|wall| wall::moment(now, wall).0),
        down_bps: in_force.limits.down_bps.map(NonZeroU32::get),
        up_bps: in_force.limits.up_bps.map(NonZeroU32::get),
    }
}

pub(crate) fn all_done(what: AllDone) -> AllDoneView {
    AllDoneView {
        kind: all_done_kind(what.kind),
        at: what.at.0,
    }
}

pub(crate) fn all_done_kind(kind: AllDoneKind) -> AllDoneKindView {
    match kind {
        AllDoneKind::Quit => AllDoneKindView::Quit,
        AllDoneKind::Sleep => AllDoneKindView::Sleep,
        AllDoneKind::Shutdown => AllDoneKindView::Shutdown,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for showing")]
fn share(done: u64, total: u64) -> f64 {
    done as f64 / total.max(1) as f64
}

pub(crate) fn labels(state: &State) -> Vec<LabelView> {
    state
        .labels()
        .values()
        .map(|l| LabelView {
            name: l.name.clone(),
            colour: l.colour,
            defaults: defaults_view(l),
        })
        .collect()
}

pub(crate) fn undo(state: &State) -> UndoView {
    UndoView {
        undo: state.next_undo().map(step),
        redo: state.next_redo().map(step),
    }
}

fn step(step: &UndoStep) -> StepView {
    let kind = match step.kind {
        StepKind::Removed => "removed",
        StepKind::Trashed => "trashed",
        StepKind::Selected => "selected",
        StepKind::Moved => "moved",
        StepKind::Renamed => "renamed",
        StepKind::Prioritised => "prioritised",
        StepKind::QueueMoved => "queue_moved",
        StepKind::RulesSet => "rules_set",
        StepKind::Labelled => "labelled",
        StepKind::LabelPut => "label_put",
        StepKind::LabelRenamed => "label_renamed",
        StepKind::LabelDropped => "label_dropped",
        StepKind::Settings => "settings",
        StepKind::WatchPut => "watch_put",
        StepKind::WatchDropped => "watch_dropped",
    };
    StepView {
        id: step.id,
        kind: kind.to_owned(),
        count: step.count,
        at: step.at.0,
    }
}

pub(crate) fn log_entry(line: LogLine) -> LogEntry {
    let note = line.note;
    let params = note.params.into_iter();
    LogEntry {
        id: line.id,
        at: note.at.0,
        tone: match note.tone {
            Tone::Neutral => LogTone::Neutral,
            Tone::Good => LogTone::Good,
            Tone::Warn => LogTone::Warn,
            Tone::Bad => LogTone::Bad,
        },
        sentence: Sentence {
            code: note.code.into_owned(),
            params: params
                .map(|(name, value)| (name.into_owned(), value))
                .collect(),
        },
    }
}

pub(crate) fn engine(state: &State) -> EngineView {
    match state.session() {
        Session::Starting => EngineView::Starting,
        Session::Running { port } => EngineView::Running { port: *port },
        Session::Failed { .. } => match state.explain_session() {
            Some(said) => EngineView::Failed {
                sentence: sentence(said),
            },
            None => EngineView::Starting,
        },
    }
}

pub(crate) fn setting_value(value: SettingValue) -> SettingValueView {
    match value {
        SettingValue::Bool(b) => SettingValueView::Bool(b),
        SettingValue::Int(i) => SettingValueView::Int(i),
        SettingValue::Text(t) => SettingValueView::Text(t),
    }
}

pub(crate) fn setting_from(value: SettingValueView) -> SettingValue {
    match value {
        SettingValueView::Bool(b) => SettingValue::Bool(b),
        SettingValueView::Int(i) => SettingValue::Int(i),
        SettingValueView::Text(t) => SettingValue::Text(t),
    }
}

pub(crate) fn settings(settings: &Settings) -> BTreeMap<String, SettingValueView> {
    let all = SETTINGS
        .iter()
        .filter_map(|d| Some((d.key.to_owned(), setting_value(settings.get(d.key)?))));
    all.collect()
}

pub(crate) fn setting_list(present: &Settings) -> Vec<SettingView> {
    let default = Settings::default();
    let view = |d: &shoal_core::SettingDef| {
        Some(SettingView {
            key: d.key.to_owned(),
            kind: match d.kind {
                SettingKind::Bool => SettingKindView::Bool,
                SettingKind::Int { min, max } => SettingKindView::Int { min, max },
                SettingKind::Speed => SettingKindView::Int {
                    min: 0,
                    max: SPEED_MAX_KBPS,
                },
                SettingKind::Schedule => SettingKindView::Schedule,
                SettingKind::Program => SettingKindView::Program,
                SettingKind::Label => SettingKindView::Label,
                SettingKind::Choice(choices) => SettingKindView::Choice {
                    choices: choices.iter().map(|c| (*c).to_owned()).collect(),
                },
                SettingKind::Folder => SettingKindView::Folder,
            },
            applies: match d.applies {
                Applies::Now => AppliesView::Now,
                Applies::NewTorrents => AppliesView::NewTorrents,
                Applies::Reconnect => AppliesView::Reconnect,
            },
            shown: d.shown,
            value: setting_value(present.get(d.key)?),
            default: setting_value(default.get(d.key)?),
        })
    };
    SETTINGS.iter().filter_map(view).collect()
}

pub(crate) fn risk(risk: NameRisk) -> RiskView {
    match risk {
        NameRisk::Executable => RiskView::Executable,
        NameRisk::Disguised => RiskView::Disguised,
    }
}

pub(crate) fn peer(peer: PeerInfo) -> PeerRow {
    PeerRow {
        addr: peer.addr,
        client: peer.client,
        transport: peer.transport.map(str::to_owned),
        incoming: peer.incoming,
        state: match peer.state {
            PeerState::Queued => PeerStateView::Queued,
            PeerState::Connecting => PeerStateView::Connecting,
            PeerState::Connected => PeerStateView::Connected,
            PeerState::Failed => PeerStateView::Failed,
            PeerState::NotNeeded => PeerStateView::NotNeeded,
        },
        down_bps: peer.down_bps,
        up_bps: peer.up_bps,
        fetched_bytes: peer.fetched_bytes,
        uploaded_bytes: peer.uploaded_bytes,
    }
}
