//! The rules of watch folders, one row a folder. What happened in them is in another table, and stays when
//! they go.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use shoal_core::{AfterAdd, Subfolders, WatchFolder, WatchId, WatchRules};

use super::{Cells, Source, hex, json, unhex};
use crate::{StoreError, path};

pub(crate) const V7: &str = "CREATE TABLE watch_folders (
    id INTEGER PRIMARY KEY,
    path BLOB,
    enabled INTEGER,
    save_to BLOB,
    labels TEXT,
    start INTEGER,
    top INTEGER,
    subfolders TEXT,
    after TEXT,
    after_folder BLOB,
    bad_folder BLOB,
    include TEXT,
    exclude TEXT,
    always_poll INTEGER
);";

pub(crate) const ALL: Source<WatchFolder> = Source {
    table: "watch_folders",
    select: "SELECT rowid, id, path, enabled, save_to, labels, start, top, subfolders, after,
        after_folder, bad_folder, include, exclude, always_poll FROM watch_folders ORDER BY id",
    decode,
};

const PUT: &str = "INSERT OR REPLACE INTO watch_folders VALUES
    (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

pub(crate) fn put(conn: &Connection, folder: &WatchFolder) -> Result<(), StoreError> {
    let rules = &folder.rules;
    let (after, after_folder) = after_name(&rules.after);
    conn.prepare_cached(PUT)?.execute(params![
        folder.id.0,
        path::to_bytes(&rules.path),
        rules.enabled,
        rules.save_to.as_deref().map(path::to_bytes),
        json(&rules.labels)?,
        rules.start,
        rules.top,
        subfolders_name(rules.subfolders),
        after,
        after_folder.map(path::to_bytes),
        rules.bad_folder.as_deref().map(path::to_bytes),
        json(&rules.include)?,
        json(&rules.exclude)?,
        rules.always_poll,
    ])?;
    Ok(())
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<WatchFolder>, String> {
    Ok(Some(WatchFolder {
        id: WatchId(cells.int()?),
        rules: WatchRules {
            path: path::from_bytes(cells.blob()?)?,
            enabled: cells.flag()?,
            save_to: cells.opt_blob()?.map(path::from_bytes).transpose()?,
            labels: texts(cells)?,
            start: cells.flag()?,
            top: cells.flag()?,
            subfolders: subfolders_of(cells.text()?)
                .ok_or_else(|| cells.wrong("a known way with folders"))?,
            after: {
                let (name, folder) = (cells.text()?, cells.opt_blob()?);
                let folder = folder.map(path::from_bytes).transpose()?;
                after_of(name, folder).ok_or_else(|| cells.wrong("where originals go"))?
            },
            bad_folder: cells.opt_blob()?.map(path::from_bytes).transpose()?,
            include: texts(cells)?,
            exclude: texts(cells)?,
            always_poll: cells.flag()?,
        },
    }))
}

fn texts(cells: &mut Cells<'_>) -> Result<Vec<String>, String> {
    serde_json::from_str(cells.text()?).map_err(|_| cells.wrong("a list of texts"))
}

fn subfolders_name(subfolders: Subfolders) -> &'static str {
    match subfolders {
        Subfolders::Off => "off",
        Subfolders::On => "on",
        Subfolders::Labels => "labels",
    }
}

fn subfolders_of(name: &str) -> Option<Subfolders> {
    match name {
        "off" => Some(Subfolders::Off),
        "on" => Some(Subfolders::On),
        "labels" => Some(Subfolders::Labels),
        _ => None,
    }
}

fn after_name(after: &AfterAdd) -> (&'static str, Option<&std::path::Path>) {
    match after {
        AfterAdd::Rename => ("rename", None),
        AfterAdd::Move(folder) => ("move", Some(folder)),
        AfterAdd::Trash => ("trash", None),
        AfterAdd::Delete => ("delete", None),
        AfterAdd::Keep => ("keep", None),
    }
}

fn after_of(name: &str, folder: Option<std::path::PathBuf>) -> Option<AfterAdd> {
    match (name, folder) {
        ("rename", None) => Some(AfterAdd::Rename),
        ("move", Some(folder)) => Some(AfterAdd::Move(folder)),
        ("trash", None) => Some(AfterAdd::Trash),
        ("delete", None) => Some(AfterAdd::Delete),
        ("keep", None) => Some(AfterAdd::Keep),
        _ => None,
    }
}

/// A folder in the undo journal. Paths are hexadecimal, because they need not be text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "as the rules are")]
pub(super) struct WatchForm {
    id: u32,
    path: String,
    enabled: bool,
    save_to: Option<String>,
    labels: Vec<String>,
    start: bool,
    top: bool,
    subfolders: String,
    after: String,
    after_folder: Option<String>,
    bad_folder: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    always_poll: bool,
}

impl WatchForm {
    pub(super) fn of(folder: &WatchFolder) -> Self {
        let rules = folder.rules.clone();
        let text = |path: &std::path::Path| hex(&path::to_bytes(path));
        let (after, after_folder) = after_name(&rules.after);
        Self {
            id: folder.id.0,
            path: text(&rules.path),
            enabled: rules.enabled,
            save_to: rules.save_to.as_deref().map(text),
            start: rules.start,
            top: rules.top,
            subfolders: subfolders_name(rules.subfolders).to_owned(),
            after: after.to_owned(),
            after_folder: after_folder.map(text),
            bad_folder: rules.bad_folder.as_deref().map(text),
            labels: rules.labels,
            include: rules.include,
            exclude: rules.exclude,
            always_poll: rules.always_poll,
        }
    }

    /// None when it makes no sense.
    pub(super) fn back(self) -> Option<WatchFolder> {
        let path = |text: String| path::from_bytes(&unhex(&text)?).ok();
        let maybe = |text: Option<String>| match text {
            Some(text) => path(text).map(Some),
            None => Some(None),
        };
        Some(WatchFolder {
            id: WatchId(self.id),
            rules: WatchRules {
                path: path(self.path)?,
                enabled: self.enabled,
                save_to: maybe(self.save_to)?,
                labels: self.labels,
                start: self.start,
                top: self.top,
                subfolders: subfolders_of(&self.subfolders)?,
                after: after_of(&self.after, maybe(self.after_folder)?)?,
                bad_folder: maybe(self.bad_folder)?,
                include: self.include,
                exclude: self.exclude,
                always_poll: self.always_poll,
            },
        })
    }
}
