//! Limits, goals and what labels bring with them, as JSON: in columns of the list and of the labels, and in
//! the undo journal. What says nothing is left out. Paths are hexadecimal, because they need not be text.

use serde::{Deserialize, Serialize};
use shoal_core::{Done, Label, LabelMatch, Limit, Rules, Then};

use super::{hex, json, unhex};
use crate::{StoreError, path};

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum LimitForm {
    Value(u32),
    Word(Word),
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Unlimited,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ThenForm {
    Stop,
    Remove,
    Trash,
    Low,
}

/// The rules of a torrent or a label.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RulesForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    down: Option<LimitForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    up: Option<LimitForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio_percent: Option<LimitForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed_minutes: Option<LimitForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idle_minutes: Option<LimitForm>,
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<ThenForm>,
}

/// What a label brings with it.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct BringsForm {
    rules: RulesForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    save_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    move_to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matches: Vec<MatchForm>,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MatchForm {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_bytes: Option<u64>,
}

/// The text of a column; empty when nothing is said, as of nearly all torrents.
pub(super) fn rules_to_text(rules: &Rules) -> Result<String, StoreError> {
    if *rules == Rules::default() {
        return Ok(String::new());
    }
    json(&RulesForm::of(rules))
}

/// None when it makes no sense.
pub(super) fn rules_of(text: &str) -> Option<Rules> {
    if text.is_empty() {
        return Some(Rules::default());
    }
    serde_json::from_str::<RulesForm>(text).ok()?.back()
}

/// The text of a column; empty when a label brings nothing.
pub(super) fn brings_to_text(label: &Label) -> Result<String, StoreError> {
    BringsForm::of(label).map_or(Ok(String::new()), |form| json(&form))
}

/// The label with what a column's text says it brings; none when that makes no sense.
pub(super) fn label_of(name: String, colour: u8, text: &str) -> Option<Label> {
    let form = match text {
        "" => None,
        text => Some(serde_json::from_str(text).ok()?),
    };
    BringsForm::label(form, name, colour)
}

impl LimitForm {
    fn of(limit: Limit<u32>) -> Option<Self> {
        match limit {
            Limit::Inherit => None,
            Limit::Unlimited => Some(Self::Word(Word::Unlimited)),
            Limit::Value(value) => Some(Self::Value(value)),
        }
    }

    fn back(form: Option<Self>) -> Limit<u32> {
        match form {
            None => Limit::Inherit,
            Some(Self::Word(Word::Unlimited)) => Limit::Unlimited,
            Some(Self::Value(value)) => Limit::Value(value),
        }
    }
}

impl RulesForm {
    pub(super) fn of(rules: &Rules) -> Self {
        Self {
            down: LimitForm::of(rules.down),
            up: LimitForm::of(rules.up),
            ratio_percent: LimitForm::of(rules.ratio_percent),
            seed_minutes: LimitForm::of(rules.seed_minutes),
            idle_minutes: LimitForm::of(rules.idle_minutes),
            then: rules.then.map(|then| match then {
                Then::Stop => ThenForm::Stop,
                Then::Remove => ThenForm::Remove,
                Then::Trash => ThenForm::Trash,
                Then::Low => ThenForm::Low,
            }),
        }
    }

    /// None when a value is out of its range.
    pub(super) fn back(self) -> Option<Rules> {
        let rules = Rules {
            down: LimitForm::back(self.down),
            up: LimitForm::back(self.up),
            ratio_percent: LimitForm::back(self.ratio_percent),
            seed_minutes: LimitForm::back(self.seed_minutes),
            idle_minutes: LimitForm::back(self.idle_minutes),
            then: self.then.map(|then| match then {
                ThenForm::Stop => Then::Stop,
                ThenForm::Remove => Then::Remove,
                ThenForm::Trash => Then::Trash,
                ThenForm::Low => Then::Low,
            }),
        };
        rules.fault().is_none().then_some(rules)
    }
}

impl BringsForm {
    /// None when a label brings nothing.
    pub(super) fn of(label: &Label) -> Option<Self> {
        let nothing = Label {
            name: label.name.clone(),
            colour: label.colour,
            ..Label::default()
        };
        if *label == nothing {
            return None;
        }
        let text = |path: &std::path::Path| hex(&path::to_bytes(path));
        let of_match = |m: &LabelMatch| MatchForm {
            name: m.name.clone(),
            tracker: m.tracker.clone(),
            min_bytes: m.min_bytes,
            max_bytes: m.max_bytes,
        };
        Some(Self {
            rules: RulesForm::of(&label.rules),
            save_path: label.save_path.as_deref().map(text),
            start: label.start,
            move_to: label.done.move_to.as_deref().map(text),
            label: label.done.label.clone(),
            program: label.done.program.clone(),
            matches: label.matches.iter().map(of_match).collect(),
        })
    }

    /// A label that brings this; none when it makes no sense.
    pub(super) fn label(form: Option<Self>, name: String, colour: u8) -> Option<Label> {
        let Some(form) = form else {
            return Some(Label {
                name,
                colour,
                ..Label::default()
            });
        };
        let path = |text: Option<String>| match text {
            Some(text) => path::from_bytes(&unhex(&text)?).ok().map(Some),
            None => Some(None),
        };
        let of_match = |m: MatchForm| LabelMatch {
            name: m.name,
            tracker: m.tracker,
            min_bytes: m.min_bytes,
            max_bytes: m.max_bytes,
        };
        Some(Label {
            name,
            colour,
            rules: form.rules.back()?,
            save_path: path(form.save_path)?,
            start: form.start,
            done: Done {
                move_to: path(form.move_to)?,
                label: form.label,
                program: form.program,
            },
            matches: form.matches.into_iter().map(of_match).collect(),
        })
    }
}
