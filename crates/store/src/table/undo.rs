//! The undo journal: one row a step, as JSON with the version of its form. A step in another form is
//! never interpreted: taking back the wrong thing is worse than taking back nothing.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shoal_core::{
    Bitfield, Change, InfoHash, Selection, SelectionChange, StepKind, Timestamp, UNDO_SCHEMA,
    UndoStep, WatchId,
};

use super::{
    Cells, Source, execute, hex, json,
    places::WhereaboutsForm,
    rules::{BringsForm, RulesForm},
    settings::{from_json, to_json},
    torrents::{priorities_of, priorities_to_bytes},
    unhex,
    watch::WatchForm,
};
use crate::StoreError;

pub(crate) const V1: &str =
    "CREATE TABLE undo (id INTEGER PRIMARY KEY, schema INTEGER, json TEXT);";

pub(crate) const ALL: Source<UndoStep> = Source {
    table: "undo",
    select: "SELECT rowid, id, schema, json FROM undo ORDER BY id",
    decode,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepForm {
    at: i64,
    kind: KindForm,
    count: u32,
    inverse: Vec<ChangeForm>,
    undone: bool,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindForm {
    Removed,
    Trashed,
    Selected,
    Moved,
    Renamed,
    Prioritised,
    QueueMoved,
    RulesSet,
    Labelled,
    LabelPut,
    LabelRenamed,
    LabelDropped,
    Settings,
    WatchPut,
    WatchDropped,
}

/// Info-hashes and bits are hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ChangeForm {
    Restore(String),
    Remove {
        hash: String,
        trash: bool,
    },
    Select {
        hash: String,
        /// None for all files.
        only: Option<BitsForm>,
        wanted_bytes: u64,
        have_bytes: u64,
    },
    Move(String, WhereaboutsForm),
    Name(String, String),
    /// The bytes that the list keeps.
    Priorities(String, String),
    Labels(String, Vec<String>),
    PutLabel {
        name: String,
        colour: u8,
        /// None: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        brings: Option<Box<BringsForm>>,
    },
    Rank(String, i64),
    Rules(String, RulesForm),
    DropLabel(String),
    RenameLabel {
        from: String,
        to: String,
    },
    Setting(String, Value),
    PutWatch(Box<WatchForm>),
    DropWatch(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BitsForm {
    len: u32,
    bits: String,
}

/// The row's key for a step.
pub(super) fn key(id: u64) -> Result<i64, StoreError> {
    i64::try_from(id).map_err(|_| StoreError::Unstorable(format!("the undo step {id}")))
}

pub(crate) fn put(conn: &Connection, step: &UndoStep) -> Result<(), StoreError> {
    let form = StepForm {
        at: step.at.0,
        kind: kind_form(step.kind),
        count: step.count,
        inverse: step.inverse.iter().map(change_form).collect(),
        undone: step.undone,
    };
    execute(
        conn,
        "INSERT OR REPLACE INTO undo VALUES (?1, ?2, ?3)",
        &[&key(step.id)?, &UNDO_SCHEMA, &json(&form)?],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<UndoStep>, String> {
    let id = cells.int()?;
    let schema: i64 = cells.int()?;
    if schema != i64::from(UNDO_SCHEMA) {
        return Err(format!("a step in the unknown form {schema}"));
    }
    let form: StepForm = serde_json::from_str(cells.text()?).map_err(|e| e.to_string())?;
    let inverse: Option<Vec<Change>> = form.inverse.into_iter().map(change_of).collect();
    Ok(Some(UndoStep {
        id,
        at: Timestamp(form.at),
        kind: kind_of(form.kind),
        count: form.count,
        inverse: inverse.ok_or("a change that makes no sense")?,
        undone: form.undone,
    }))
}

fn change_form(change: &Change) -> ChangeForm {
    match change {
        Change::Restore(hash) => ChangeForm::Restore(hash.to_string()),
        Change::Remove(hash, trash) => ChangeForm::Remove {
            hash: hash.to_string(),
            trash: *trash,
        },
        Change::Select(hash, change) => ChangeForm::Select {
            hash: hash.to_string(),
            only: match &change.selection {
                Selection::All => None,
                Selection::Only(bits) => Some(BitsForm {
                    len: bits.len(),
                    bits: hex(bits.as_bytes()),
                }),
            },
            wanted_bytes: change.wanted_bytes,
            have_bytes: change.have_bytes,
        },
        Change::Move(hash, to) => ChangeForm::Move(hash.to_string(), WhereaboutsForm::of(to)),
        Change::Name(hash, name) => ChangeForm::Name(hash.to_string(), name.clone()),
        Change::Priorities(hash, priorities) => {
            ChangeForm::Priorities(hash.to_string(), hex(&priorities_to_bytes(priorities)))
        }
        Change::Labels(hash, names) => ChangeForm::Labels(hash.to_string(), names.clone()),
        Change::PutLabel(label) => ChangeForm::PutLabel {
            name: label.name.clone(),
            colour: label.colour,
            brings: BringsForm::of(label).map(Box::new),
        },
        Change::Rank(hash, rank) => ChangeForm::Rank(hash.to_string(), *rank),
        Change::Rules(hash, rules) => ChangeForm::Rules(hash.to_string(), RulesForm::of(rules)),
        Change::DropLabel(name) => ChangeForm::DropLabel(name.clone()),
        Change::RenameLabel(from, to) => ChangeForm::RenameLabel {
            from: from.clone(),
            to: to.clone(),
        },
        Change::Setting(key, value) => ChangeForm::Setting(key.clone(), to_json(value)),
        Change::PutWatch(folder) => ChangeForm::PutWatch(Box::new(WatchForm::of(folder))),
        Change::DropWatch(id) => ChangeForm::DropWatch(id.0),
    }
}

fn change_of(form: ChangeForm) -> Option<Change> {
    let parse = |text: String| text.parse::<InfoHash>().ok();
    Some(match form {
        ChangeForm::Restore(hash) => Change::Restore(parse(hash)?),
        ChangeForm::Remove { hash, trash } => Change::Remove(parse(hash)?, trash),
        ChangeForm::Select {
            hash,
            only,
            wanted_bytes,
            have_bytes,
        } => {
            let selection = match only {
                None => Selection::All,
                Some(form) => Selection::Only(Bitfield::from_bytes(form.len, &unhex(&form.bits)?)?),
            };
            let change = SelectionChange {
                selection,
                wanted_bytes,
                have_bytes,
            };
            Change::Select(parse(hash)?, change)
        }
        ChangeForm::Move(hash, to) => Change::Move(parse(hash)?, Box::new(to.back()?)),
        ChangeForm::Name(hash, name) => Change::Name(parse(hash)?, name),
        ChangeForm::Priorities(hash, bytes) => {
            Change::Priorities(parse(hash)?, priorities_of(&unhex(&bytes)?)?)
        }
        ChangeForm::Labels(hash, names) => Change::Labels(parse(hash)?, names),
        ChangeForm::PutLabel {
            name,
            colour,
            brings,
        } => Change::PutLabel(BringsForm::label(brings.map(|b| *b), name, colour)?),
        ChangeForm::Rank(hash, rank) => Change::Rank(parse(hash)?, rank),
        ChangeForm::Rules(hash, form) => Change::Rules(parse(hash)?, form.back()?),
        ChangeForm::DropLabel(name) => Change::DropLabel(name),
        ChangeForm::RenameLabel { from, to } => Change::RenameLabel(from, to),
        ChangeForm::Setting(key, value) => Change::Setting(key, from_json(value)?),
        ChangeForm::PutWatch(form) => Change::PutWatch(Box::new(form.back()?)),
        ChangeForm::DropWatch(id) => Change::DropWatch(WatchId(id)),
    })
}

fn kind_form(kind: StepKind) -> KindForm {
    match kind {
        StepKind::Removed => KindForm::Removed,
        StepKind::Trashed => KindForm::Trashed,
        StepKind::Selected => KindForm::Selected,
        StepKind::Moved => KindForm::Moved,
        StepKind::Renamed => KindForm::Renamed,
        StepKind::Prioritised => KindForm::Prioritised,
        StepKind::QueueMoved => KindForm::QueueMoved,
        StepKind::RulesSet => KindForm::RulesSet,
        StepKind::Labelled => KindForm::Labelled,
        StepKind::LabelPut => KindForm::LabelPut,
        StepKind::LabelRenamed => KindForm::LabelRenamed,
        StepKind::LabelDropped => KindForm::LabelDropped,
        StepKind::Settings => KindForm::Settings,
        StepKind::WatchPut => KindForm::WatchPut,
        StepKind::WatchDropped => KindForm::WatchDropped,
    }
}

fn kind_of(form: KindForm) -> StepKind {
    match form {
        KindForm::Removed => StepKind::Removed,
        KindForm::Trashed => StepKind::Trashed,
        KindForm::Selected => StepKind::Selected,
        KindForm::Moved => StepKind::Moved,
        KindForm::Renamed => StepKind::Renamed,
        KindForm::Prioritised => StepKind::Prioritised,
        KindForm::QueueMoved => StepKind::QueueMoved,
        KindForm::RulesSet => StepKind::RulesSet,
        KindForm::Labelled => StepKind::Labelled,
        KindForm::LabelPut => StepKind::LabelPut,
        KindForm::LabelRenamed => StepKind::LabelRenamed,
        KindForm::LabelDropped => StepKind::LabelDropped,
        KindForm::Settings => StepKind::Settings,
        KindForm::WatchPut => StepKind::WatchPut,
        KindForm::WatchDropped => StepKind::WatchDropped,
    }
}
