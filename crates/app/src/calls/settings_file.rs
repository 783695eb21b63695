//! Settings, labels and arrangements of the window as a file. What is in such a file may come from
//! anybody: each thing in it is looked at by itself, and what cannot be used here is left out and said.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use shoal_api::{
    ApiError, ApiResult, ExportedSettings, ImportChange, ImportFolder, ImportRefused, ImportReport,
    ImportRequest, LabelDefaults, LabelView, Nothing, SettingValueView,
};
use shoal_core::{
    Command, LABELS_MAX, Label, PREFS_MAX, Refusal, SETTINGS, SettingDef, SettingError,
    SettingKind, SettingValue, Settings, State, check_pref,
};

use super::{place::in_time, refused, rules::label_of, setting_refused};
use crate::{Caller, Inner, actor, dirs, statistics, views, volumes};

/// The version of such files. Another one is another way to read them.
const VERSION: u64 = 1;
/// Its mark, whose value is the version.
const MARK: &str = "shoal_settings";
/// Longest text of a file.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Most things that are named as refused.
const REFUSED_MAX: usize = 200;
/// Longest name of something refused, in characters.
const KEY_CHARS_MAX: usize = 64;
/// A switch for tests that loosens what protects the machine, which only the command line sets, and what runs here,
/// which nobody's file is to choose.
const NOT_BY_FILE: [&str; 2] = ["network.allow_loopback", "done.program"];

type Folders = BTreeSet<PathBuf>;

/// What of a file can be used.
#[derive(Default)]
struct Usable {
    settings: BTreeMap<String, SettingValue>,
    labels: Vec<Label>,
    prefs: Vec<(String, String)>,
}

impl Inner {
    pub(super) async fn export_settings(
        &self,
        _: Caller,
        _: Nothing,
    ) -> ApiResult<ExportedSettings> {
        let file = self.ask(file_of).await?;
        let text = serde_json::to_string_pretty(&file);
        Ok(ExportedSettings {
            name: format!("shoal-settings-{}.json", statistics::today(actor::now())),
            text: text.map_err(|e| ApiError::new("internal").with("detail", e))? + "\n",
        })
    }

    pub(super) async fn import_settings(
        &self,
        _: Caller,
        r: ImportRequest,
    ) -> ApiResult<ImportReport> {
        let file = read(&r.text)?;
        drop(r.text);
        let unusable = unusable(folders(&file)).await?;
        let look = move |state: &State| look(state, &file, &unusable);
        let (usable, report) = self.ask(look).await?;
        if r.apply {
            self.apply(usable).await?;
        }
        Ok(report)
    }

    async fn apply(&self, usable: Usable) -> ApiResult<()> {
        if !usable.labels.is_empty() {
            self.done(Command::PutLabels(usable.labels)).await?;
        }
        for (key, value) in usable.prefs {
            self.done(Command::SetPref(key, Some(value))).await?;
        }
        // Last, so that it is the first that undo takes back.
        if !usable.settings.is_empty() {
            self.done(Command::SetSettings(usable.settings)).await?;
        }
        Ok(())
    }
}

/// What there is to save.
fn file_of(state: &State) -> Value {
    let changed = state.settings().changed();
    let settings: BTreeMap<_, _> = changed
        .into_iter()
        .filter(|(key, _)| !NOT_BY_FILE.contains(key))
        .map(|(key, value)| (key, views::setting_value(value)))
        .collect();
    let pref = |(key, text): (&String, &String)| {
        let tree = serde_json::from_str(text).ok().filter(is_tree);
        (key.clone(), tree.unwrap_or_else(|| json!(text)))
    };
    json!({
        MARK: VERSION,
        "version": env!("CARGO_PKG_VERSION"),
        "settings": settings,
        "labels": labels_of(state),
        "prefs": state.prefs().iter().map(pref).collect::<Map<_, _>>(),
    })
}

/// Labels without the programs that they run.
fn labels_of(state: &State) -> Vec<Value> {
    let of_label = |label: LabelView| {
        let mut defaults = label.defaults;
        defaults.done.program = None;
        let mut saved = json!({"name": label.name, "colour": label.colour});
        if defaults != LabelDefaults::default() {
            saved["defaults"] = json!(defaults);
        }
        saved
    };
    views::labels(state).into_iter().map(of_label).collect()
}

fn is_tree(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// The file's content, when it is one of ours.
fn read(text: &str) -> ApiResult<Map<String, Value>> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(ApiError::new("import_too_big").with("max_bytes", TEXT_BYTES_MAX));
    }
    let not_ours = || ApiError::new("import_not_shoal");
    let Ok(Value::Object(file)) = serde_json::from_str(text.trim_start_matches('\u{feff}')) else {
        return Err(not_ours());
    };
    match file.get(MARK).and_then(Value::as_u64) {
        Some(VERSION) => Ok(file),
        Some(1..) => Err(ApiError::new("import_too_new")),
        _ => Err(not_ours()),
    }
}

fn part<'a>(file: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    file.get(name)?.as_object()
}

/// The folders that the file names: in settings, and in what labels bring.
fn folders(file: &Map<String, Value>) -> Folders {
    let settings = part(file, "settings");
    let defs = SETTINGS.iter().filter(|d| d.kind == SettingKind::Folder);
    let folder = |d: &SettingDef| Some(settings?.get(d.key)?.as_str()?.into());
    let of_settings = defs.filter_map(folder);
    let labels = file.get("labels").and_then(Value::as_array);
    let labels = labels.into_iter().flatten().take(LABELS_MAX);
    let of_labels = labels.flat_map(|label| {
        let defaults = &label["defaults"];
        let both = [&defaults["save_path"], &defaults["done"]["move_to"]];
        both.map(|path| path.as_str().map(dirs::expand))
    });
    of_settings.chain(of_labels.flatten()).collect()
}

/// Those that this machine does not have. Asks the disk, which may take its time.
async fn unusable(folders: Folders) -> ApiResult<Folders> {
    let first = folders.first().cloned();
    in_time(&first.unwrap_or_default(), move || {
        let missing =
            |path: &PathBuf| !path.as_os_str().is_empty() && !volumes::is_usable(path.as_path());
        Ok(folders.into_iter().filter(missing).collect())
    })
    .await
}

/// What of the file can be used, and what that would change.
fn look(state: &State, file: &Map<String, Value>, unusable: &Folders) -> (Usable, ImportReport) {
    let (mut usable, mut report) = (Usable::default(), ImportReport::default());
    let mut refuse = |key: &str, error: ApiError| {
        if report.refused.len() < REFUSED_MAX {
            report.refused.push(ImportRefused {
                key: key.chars().take(KEY_CHARS_MAX).collect(),
                code: error.code,
                params: error.params,
            });
        }
    };
    for (key, value) in part(file, "settings").into_iter().flatten() {
        match setting(state.settings(), key, value, unusable) {
            Ok(None) => {}
            Ok(Some((change, value))) => {
                report.changes.push(change);
                usable.settings.insert(key.clone(), value);
            }
            Err(error) => refuse(key, error),
        }
    }
    let mut room = LABELS_MAX.saturating_sub(state.labels().len());
    let labels = file.get("labels").and_then(Value::as_array);
    // No more than could be used are looked at: the list waits while this is done.
    if labels.is_some_and(|all| all.len() > LABELS_MAX) {
        refuse("labels", refused(Refusal::TooManyLabels));
    }
    for each in labels.into_iter().flatten().take(LABELS_MAX) {
        let label = label(state, each).map(|l| usable_here(state, l, unusable, &mut refuse));
        match label {
            Ok(label) if state.labels().get(&label.name) == Some(&label) => {}
            Ok(label) if usable.labels.iter().any(|l| l.name == label.name) => {}
            Ok(label) => {
                let is_new = !state.labels().contains_key(&label.name);
                if is_new && room == 0 {
                    refuse(&label.name, refused(Refusal::TooManyLabels));
                    continue;
                }
                room -= usize::from(is_new);
                report.labels.push(label.name.clone());
                report.folders.extend(brings(&label));
                usable.labels.push(label);
            }
            Err(error) => refuse(each["name"].as_str().unwrap_or_default(), error),
        }
    }
    let mut room = PREFS_MAX.saturating_sub(state.prefs().len());
    for (key, value) in part(file, "prefs").into_iter().flatten() {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let now = state.prefs().get(key);
        let is_same = |now: &String| {
            *now == text || serde_json::from_str(now).is_ok_and(|now: Value| now == *value)
        };
        if now.is_some_and(is_same) {
            continue;
        }
        match check_pref(key, Some(&text)) {
            Ok(()) if now.is_none() && room == 0 => refuse(key, refused(Refusal::TooManyPrefs)),
            Ok(()) => {
                room -= usize::from(now.is_none());
                report.prefs += 1;
                usable.prefs.push((key.clone(), text));
            }
            Err(refusal) => refuse(key, refused(refusal)),
        }
    }
    (usable, report)
}

fn brings(label: &Label) -> impl Iterator<Item = ImportFolder> {
    let folders = [&label.save_path, &label.done.move_to];
    folders.into_iter().flatten().map(|folder| ImportFolder {
        label: label.name.clone(),
        folder: folder.to_string_lossy().into_owned(),
    })
}

/// What a setting of the file changes; none when nothing.
fn setting(
    now: &Settings,
    key: &str,
    value: &Value,
    unusable: &Folders,
) -> ApiResult<Option<(ImportChange, SettingValue)>> {
    let unknown = || {
        setting_refused(&SettingError::Unknown {
            key: shortened(key),
        })
    };
    let from = now
        .get(key)
        .filter(|_| !NOT_BY_FILE.contains(&key))
        .ok_or_else(unknown)?;
    let to: SettingValueView = serde_json::from_value(value.clone())
        .map_err(|_| ApiError::new("setting_wrong_type").with("field", key))?;
    let to_value = views::setting_from(to.clone());
    now.clone()
        .set(key, to_value.clone())
        .map_err(|e| setting_refused(&e))?;
    let is_folder = SETTINGS
        .iter()
        .any(|d| d.key == key && d.kind == SettingKind::Folder);
    let path = Path::new(value.as_str().unwrap_or_default());
    if is_folder && unusable.contains(path) {
        return Err(folder_unusable(path).with("field", key));
    }
    if from == to_value {
        return Ok(None);
    }
    let change = ImportChange {
        key: key.to_owned(),
        from: views::setting_value(from),
        to,
    };
    Ok(Some((change, to_value)))
}

fn shortened(key: &str) -> String {
    key.chars().take(KEY_CHARS_MAX).collect()
}

fn folder_unusable(path: &Path) -> ApiError {
    ApiError::new("folder_unusable").with("path", path.display())
}

/// The label with the folders that it has here instead of those that cannot be used.
fn usable_here(
    state: &State,
    mut label: Label,
    unusable: &Folders,
    refuse: &mut dyn FnMut(&str, ApiError),
) -> Label {
    let known = state.labels().get(&label.name).cloned().unwrap_or_default();
    let both = [
        (&mut label.save_path, known.save_path),
        (&mut label.done.move_to, known.done.move_to),
    ];
    for (folder, known) in both {
        if *folder != known
            && let Some(path) = folder.take_if(|path| unusable.contains(path))
        {
            refuse(&label.name, folder_unusable(&path));
            *folder = known;
        }
    }
    label
}

fn label(state: &State, value: &Value) -> ApiResult<Label> {
    let colour = value["colour"].as_u64().and_then(|c| u8::try_from(c).ok());
    let (Some(name), Some(colour)) = (value["name"].as_str(), colour) else {
        return Err(ApiError::new("bad_label"));
    };
    let known = state.labels().get(name);
    let label = match value.get("defaults") {
        // A file of before says nothing of what a label brings.
        None => Label {
            name: name.to_owned(),
            colour,
            ..known.cloned().unwrap_or_default()
        },
        Some(defaults) => {
            let defaults = serde_json::from_value(defaults.clone());
            let mut label = label_of(
                name.to_owned(),
                colour,
                defaults.map_err(|_| ApiError::new("bad_label"))?,
            );
            label.done.program = known.and_then(|known| known.done.program.clone());
            label
        }
    };
    state.checked_label(&label).map_err(refused)
}
