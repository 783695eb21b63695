//! The queue, limits and goals, and what labels bring with them.

use std::path::PathBuf;

use shoal_api::{
    ApiError, ApiResult, DoneView, HashesRequest, LabelDefaults, LabelMatchView, LimitInForce,
    LimitView, Nothing, PutLabelRequest, QueueMoveRequest, QueueTo as QueueToView, RuleFrom,
    RulesInForce, RulesReply, RulesView, SetRulesRequest, SharedRules, SpeedSlowRequest,
    ThenInForce, ThenView,
};
use shoal_core::{
    Command, Done, Effective, Held, Label, LabelMatch, Limit, QueueTo, Rules, RulesChange, State,
    Then, Whose,
};

use super::{hash_of, hashes_of};
use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn queue_move(&self, _: Caller, r: QueueMoveRequest) -> ApiResult<Nothing> {
        let to = match r.to {
            QueueToView::Top => QueueTo::Top,
            QueueToView::Up => QueueTo::Up,
            QueueToView::Down => QueueTo::Down,
            QueueToView::Bottom => QueueTo::Bottom,
            QueueToView::Before { hash } => QueueTo::Before(hash_of(&hash)?),
        };
        self.done(Command::QueueMove(hashes_of(&r.hashes)?, to))
            .await
    }

    pub(super) async fn set_rules(&self, _: Caller, r: SetRulesRequest) -> ApiResult<Nothing> {
        let change = RulesChange {
            down: r.down.map(limit_of),
            up: r.up.map(limit_of),
            ratio_percent: r.ratio_percent.map(limit_of),
            seed_minutes: r.seed_minutes.map(limit_of),
            idle_minutes: r.idle_minutes.map(limit_of),
            then: r.then.map(then_of),
        };
        self.done(Command::SetRules(hashes_of(&r.hashes)?, change))
            .await
    }

    pub(super) async fn rules(&self, _: Caller, r: HashesRequest) -> ApiResult<RulesReply> {
        let hashes = hashes_of(&r.hashes)?;
        self.ask(move |state| {
            let mut of_all: Option<RulesReply> = None;
            for t in hashes.iter().filter_map(|hash| state.torrent(*hash)) {
                let Some((effective, inherited)) = in_force(state, t.record.hash) else {
                    continue;
                };
                let own = shared(&t.record.rules);
                match &mut of_all {
                    None => {
                        of_all = Some(RulesReply {
                            own,
                            effective,
                            inherited,
                        });
                    }
                    Some(all) => {
                        keep_shared(&mut all.own, &own);
                        keep_in_force(&mut all.effective, &effective);
                        keep_in_force(&mut all.inherited, &inherited);
                    }
                }
            }
            of_all.unwrap_or_default()
        })
        .await
    }

    pub(super) async fn speed_slow(&self, _: Caller, r: SpeedSlowRequest) -> ApiResult<Nothing> {
        self.done(Command::Slow(r.on)).await
    }

    pub(super) async fn cancel_all_done(&self, _: Caller, _: Nothing) -> ApiResult<Nothing> {
        self.done(Command::CancelAllDone).await
    }

    pub(super) async fn put_label(&self, caller: Caller, r: PutLabelRequest) -> ApiResult<Nothing> {
        let name = r.name.clone();
        let known = self.ask(move |state| state.labels().get(&name).cloned());
        let known = known.await?.unwrap_or_default();
        let label = match r.defaults {
            None => Label {
                name: r.name,
                colour: r.colour,
                ..known
            },
            Some(defaults) => {
                let label = label_of(r.name, r.colour, defaults);
                // What runs on this machine is not for a web page to choose.
                if caller == Caller::Http && label.done.program != known.done.program {
                    return Err(ApiError::new("not_here"));
                }
                label
            }
        };
        self.done(Command::PutLabel(label)).await
    }
}

fn in_force(state: &State, hash: shoal_core::InfoHash) -> Option<(RulesInForce, RulesInForce)> {
    let effective = state.effective(hash)?;
    let inherited = state.inherited(hash)?;
    Some((shown(effective), shown(inherited)))
}

fn limit_of(view: LimitView) -> Limit<u32> {
    match view {
        LimitView::Inherit => Limit::Inherit,
        LimitView::None => Limit::Unlimited,
        LimitView::Value { value } => Limit::Value(value),
    }
}

fn limit_view(limit: Limit<u32>) -> LimitView {
    match limit {
        Limit::Inherit => LimitView::Inherit,
        Limit::Unlimited => LimitView::None,
        Limit::Value(value) => LimitView::Value { value },
    }
}

fn then_of(view: ThenView) -> Option<Then> {
    match view {
        ThenView::Inherit => None,
        ThenView::Stop => Some(Then::Stop),
        ThenView::Remove => Some(Then::Remove),
        ThenView::Trash => Some(Then::Trash),
        ThenView::Low => Some(Then::Low),
    }
}

fn then_view(then: Option<Then>) -> ThenView {
    match then {
        None => ThenView::Inherit,
        Some(Then::Stop) => ThenView::Stop,
        Some(Then::Remove) => ThenView::Remove,
        Some(Then::Trash) => ThenView::Trash,
        Some(Then::Low) => ThenView::Low,
    }
}

fn rules_of(view: &RulesView) -> Rules {
    Rules {
        down: limit_of(view.down),
        up: limit_of(view.up),
        ratio_percent: limit_of(view.ratio_percent),
        seed_minutes: limit_of(view.seed_minutes),
        idle_minutes: limit_of(view.idle_minutes),
        then: then_of(view.then),
    }
}

fn rules_view(rules: &Rules) -> RulesView {
    RulesView {
        down: limit_view(rules.down),
        up: limit_view(rules.up),
        ratio_percent: limit_view(rules.ratio_percent),
        seed_minutes: limit_view(rules.seed_minutes),
        idle_minutes: limit_view(rules.idle_minutes),
        then: then_view(rules.then),
    }
}

fn shared(rules: &Rules) -> SharedRules {
    let view = rules_view(rules);
    SharedRules {
        down: Some(view.down),
        up: Some(view.up),
        ratio_percent: Some(view.ratio_percent),
        seed_minutes: Some(view.seed_minutes),
        idle_minutes: Some(view.idle_minutes),
        then: Some(view.then),
    }
}

fn from(whose: Whose) -> RuleFrom {
    match whose {
        Whose::Own => RuleFrom::Own,
        Whose::Label(name) => RuleFrom::Label { name },
        Whose::Settings => RuleFrom::Settings,
    }
}

fn shown(effective: Effective) -> RulesInForce {
    let limit = |held: Held<Option<u32>>| {
        Some(LimitInForce {
            value: held.value,
            from: from(held.whose),
        })
    };
    RulesInForce {
        down: limit(effective.down),
        up: limit(effective.up),
        ratio_percent: limit(effective.ratio_percent),
        seed_minutes: limit(effective.seed_minutes),
        idle_minutes: limit(effective.idle_minutes),
        then: Some(ThenInForce {
            value: then_view(Some(effective.then.value)),
            from: from(effective.then.whose),
        }),
    }
}

/// What both say, none where they differ.
fn keep<T: PartialEq>(all: &mut Option<T>, one: Option<&T>) {
    if all.as_ref() != one {
        *all = None;
    }
}

fn keep_shared(all: &mut SharedRules, one: &SharedRules) {
    keep(&mut all.down, one.down.as_ref());
    keep(&mut all.up, one.up.as_ref());
    keep(&mut all.ratio_percent, one.ratio_percent.as_ref());
    keep(&mut all.seed_minutes, one.seed_minutes.as_ref());
    keep(&mut all.idle_minutes, one.idle_minutes.as_ref());
    keep(&mut all.then, one.then.as_ref());
}

fn keep_in_force(all: &mut RulesInForce, one: &RulesInForce) {
    keep(&mut all.down, one.down.as_ref());
    keep(&mut all.up, one.up.as_ref());
    keep(&mut all.ratio_percent, one.ratio_percent.as_ref());
    keep(&mut all.seed_minutes, one.seed_minutes.as_ref());
    keep(&mut all.idle_minutes, one.idle_minutes.as_ref());
    keep(&mut all.then, one.then.as_ref());
}

/// A label as it is shown, and as it goes into a file.
pub(crate) fn defaults_view(label: &Label) -> LabelDefaults {
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    let of_match = |m: &LabelMatch| LabelMatchView {
        name: m.name.clone(),
        tracker: m.tracker.clone(),
        min_bytes: m.min_bytes,
        max_bytes: m.max_bytes,
    };
    LabelDefaults {
        save_path: label.save_path.as_ref().map(text),
        start: label.start,
        rules: rules_view(&label.rules),
        done: DoneView {
            move_to: label.done.move_to.as_ref().map(text),
            label: label.done.label.clone(),
            program: label.done.program.clone(),
        },
        matches: label.matches.iter().map(of_match).collect(),
    }
}

/// A label of a request or a file; core says whether it can be kept.
pub(super) fn label_of(name: String, colour: u8, defaults: LabelDefaults) -> Label {
    let filled = |text: &String| !text.trim().is_empty();
    let of_match = |m: LabelMatchView| LabelMatch {
        name: m.name.filter(filled),
        tracker: m.tracker.filter(filled),
        min_bytes: m.min_bytes,
        max_bytes: m.max_bytes,
    };
    let path = |text: String| crate::dirs::expand(&text);
    Label {
        name,
        colour,
        rules: rules_of(&defaults.rules),
        save_path: defaults.save_path.filter(filled).map(path),
        start: defaults.start,
        done: Done {
            move_to: defaults.done.move_to.filter(filled).map(path),
            label: defaults.done.label.filter(filled),
            program: defaults.done.program.filter(|words| !words.is_empty()),
        },
        matches: defaults.matches.into_iter().map(of_match).collect(),
    }
}
