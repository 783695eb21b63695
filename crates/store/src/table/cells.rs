//! Reading a row cell by cell, in the order of its columns, with the reason when one is not what it
//! should be. Nothing here may panic or convert silently: a number is not text, text is not a blob.

use rusqlite::{Row, types::ValueRef};
use serde_json::{Map, Value, json};
use shoal_core::Timestamp;

use super::hex;
use crate::StoreError;

/// The cells of a row, read from left to right.
pub(crate) struct Cells<'a> {
    row: &'a Row<'a>,
    next: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn new(row: &'a Row<'a>) -> Self {
        Self { row, next: 0 }
    }

    /// The first cell of every row, which `SQLite` itself vouches for.
    pub(super) fn rowid(&mut self) -> Result<i64, StoreError> {
        self.next = 1;
        Ok(self.row.get(0)?)
    }

    fn take(&mut self) -> Result<ValueRef<'a>, String> {
        let value = self.row.get_ref(self.next).map_err(|e| e.to_string())?;
        self.next += 1;
        Ok(value)
    }

    /// What was just read is not what it should be.
    pub(super) fn wrong(&self, expected: &str) -> String {
        let row: &rusqlite::Statement<'_> = self.row.as_ref();
        let name = row.column_name(self.next.saturating_sub(1));
        format!("{} is not {expected}", name.unwrap_or("a column"))
    }

    pub(super) fn opt_int<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, String> {
        match self.take()? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(i) => match T::try_from(i) {
                Ok(value) => Ok(Some(value)),
                Err(_) => Err(self.wrong("a possible number")),
            },
            _ => Err(self.wrong("a number")),
        }
    }

    pub(super) fn int<T: TryFrom<i64>>(&mut self) -> Result<T, String> {
        self.opt_int()?.ok_or_else(|| self.wrong("a number"))
    }

    pub(super) fn flag(&mut self) -> Result<bool, String> {
        match self.int::<i64>()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong("yes or no")),
        }
    }

    pub(super) fn opt_time(&mut self) -> Result<Option<Timestamp>, String> {
        Ok(self.opt_int()?.map(Timestamp))
    }

    pub(super) fn opt_text(&mut self) -> Result<Option<&'a str>, String> {
        match self.take()? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(self.wrong("valid text")),
            },
            _ => Err(self.wrong("text")),
        }
    }

    pub(super) fn text(&mut self) -> Result<&'a str, String> {
        self.opt_text()?.ok_or_else(|| self.wrong("text"))
    }

    pub(super) fn opt_blob(&mut self) -> Result<Option<&'a [u8]>, String> {
        match self.take()? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            _ => Err(self.wrong("a blob")),
        }
    }

    pub(super) fn blob(&mut self) -> Result<&'a [u8], String> {
        self.opt_blob()?.ok_or_else(|| self.wrong("a blob"))
    }

    /// The key of the row in words, whatever it is.
    pub(super) fn key(&self) -> String {
        match self.row.get_ref(1) {
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            Ok(ValueRef::Integer(i)) => i.to_string(),
            Ok(ValueRef::Blob(bytes)) => hex(bytes),
            Ok(ValueRef::Real(real)) => real.to_string(),
            Ok(ValueRef::Null) | Err(_) => String::new(),
        }
    }

    /// The whole row as JSON, without loss.
    pub(super) fn dump(&self) -> String {
        let statement: &rusqlite::Statement<'_> = self.row.as_ref();
        let mut map = Map::new();
        for (index, name) in statement.column_names().into_iter().enumerate() {
            let value = match self.row.get_ref(index) {
                Ok(ValueRef::Integer(i)) => json!(i),
                Ok(ValueRef::Real(real)) => json!(real),
                Ok(ValueRef::Blob(bytes)) => json!({ "blob": hex(bytes) }),
                Ok(ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                    Ok(text) => json!(text),
                    Err(_) => json!({ "bad_text": hex(bytes) }),
                },
                Ok(ValueRef::Null) | Err(_) => Value::Null,
            };
            map.insert(name.to_owned(), value);
        }
        Value::Object(map).to_string()
    }
}
