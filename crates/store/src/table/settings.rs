//! The settings that differ from their defaults, each as a JSON value under its key. A key that this
//! version does not know is never touched, so that going back to an older Shoal loses nothing.

use rusqlite::Connection;
use serde_json::Value;
use shoal_core::{SETTINGS, SettingValue};

use super::{Cells, Source, execute};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT);";

pub(crate) const ALL: Source<(String, SettingValue)> = Source {
    table: "settings",
    select: "SELECT rowid, key, value FROM settings ORDER BY key",
    decode,
};

pub(crate) fn put(conn: &Connection, key: &str, value: &SettingValue) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT OR REPLACE INTO settings VALUES (?1, ?2)",
        &[&key, &to_json(value).to_string()],
    )
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<(String, SettingValue)>, String> {
    let key = cells.text()?.to_owned();
    let value: Value =
        serde_json::from_str(cells.text()?).map_err(|_| cells.wrong("a JSON value"))?;
    match from_json(value) {
        Some(value) => Ok(Some((key, value))),
        // A newer Shoal may keep a list or an object under a key of its own.
        None if SETTINGS.iter().all(|def| def.key != key) => Ok(None),
        None => Err(cells.wrong("a switch, a whole number or a text")),
    }
}

pub(super) fn to_json(value: &SettingValue) -> Value {
    match value {
        SettingValue::Bool(on) => Value::from(*on),
        SettingValue::Int(i) => Value::from(*i),
        SettingValue::Text(text) => Value::from(text.as_str()),
    }
}

pub(super) fn from_json(value: Value) -> Option<SettingValue> {
    match value {
        Value::Bool(on) => Some(SettingValue::Bool(on)),
        Value::Number(number) => number.as_i64().map(SettingValue::Int),
        Value::String(text) => Some(SettingValue::Text(text)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
