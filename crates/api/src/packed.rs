//! Rows without their names: a list of ten thousand crosses to the window in less than half the bytes, and
//! the window reads it in less than half the time. The window makes rows of them again by `unpackRow`, which
//! is generated from the same list of fields.

use std::fmt::Write as _;

use serde::{Serialize, Serializer, ser::SerializeSeq};

use crate::{Snapshot, TorrentRow};

/// A row as a list of its values, in the order of the fields of [`TorrentRow`].
#[derive(Clone, Copy, Debug)]
pub struct PackedRow<'a>(pub &'a TorrentRow);

/// A snapshot whose rows are packed: the event `packed`, which only the window gets.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "packed")]
pub struct PackedSnapshot<'a> {
    /// The rows, or the last of them.
    pub rows: Vec<PackedRow<'a>>,
    /// All else, without any rows.
    pub snapshot: &'a Snapshot,
}

/// Rows that belong to the next [`PackedSnapshot`], before it: so that reading ten thousand does not hold the
/// window up all at once.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "rows")]
pub struct PackedRows<'a> {
    /// The rows.
    pub rows: Vec<PackedRow<'a>>,
}

macro_rules! pack {
    ($( $field:ident ),* $(,)?) => {
        /// Names of a row's fields, in the order of its packed values.
        pub const ROW_FIELDS: &[&str] = &[ $( stringify!($field) ),* ];

        impl Serialize for PackedRow<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // Without `..`: a field that is missing above does not compile.
                let TorrentRow { $( $field ),* } = self.0;
                let mut values = serializer.serialize_seq(Some(ROW_FIELDS.len()))?;
                $( values.serialize_element($field)?; )*
                values.end()
            }
        }
    };
}
pack!(
    hash,
    name,
    status,
    sentence,
    intent,
    wanted_bytes,
    have_bytes,
    check,
    down_bps,
    up_bps,
    downloaded_bytes,
    uploaded_bytes,
    ratio,
    eta_s,
    peers_connected,
    peers_sending,
    file_count,
    labels,
    private,
    added_at,
    completed_at,
    active_at,
    save_path,
    lies_in,
    moving,
    sequential,
    first_last,
    rank,
    trackers,
    queue_place,
    limited,
    goal
);

/// The TypeScript that makes a row of packed values.
pub fn unpack_typescript() -> String {
    let mut out = String::from(
        "// Generated from crates/api by its test `generated`. Do not edit.\n\
         import type { TorrentRow } from \"./TorrentRow\";\n\n\
         /** A row as a list of its values. */\n\
         export type PackedRow = ReadonlyArray<unknown>;\n\n\
         /** Makes a row of packed values. */\n\
         export function unpackRow(values: PackedRow): TorrentRow {\n  return {\n",
    );
    for (i, field) in ROW_FIELDS.iter().enumerate() {
        let _ = writeln!(out, "    {field}: values[{i}] as TorrentRow[\"{field}\"],");
    }
    out.push_str("  };\n}\n");
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_packed_row_has_every_value_in_the_place_of_its_name() {
        let row = serde_json::json!({
            "hash": "ab", "name": "n", "status": "seeding", "sentence": {"code": "c", "params": {}},
            "intent": "run", "wanted_bytes": 5, "have_bytes": 6, "check": 0.5, "down_bps": 7, "up_bps": 8,
            "downloaded_bytes": 9, "uploaded_bytes": 10, "ratio": 1.5, "eta_s": 11, "peers_connected": 12,
            "peers_sending": 13, "file_count": 14, "labels": ["l"], "private": true, "added_at": 15,
            "completed_at": 16, "active_at": 17, "save_path": "/s", "lies_in": "/l", "moving": 0.25,
            "sequential": true, "first_last": false, "rank": 18, "trackers": ["t"],
            "queue_place": 19, "limited": true,
            "goal": {"share": 0.75, "kind": "ratio", "target": 20},
        });
        let typed: TorrentRow = serde_json::from_value(row.clone()).unwrap();
        let packed = serde_json::to_value(PackedRow(&typed)).unwrap();
        let values = packed.as_array().unwrap();
        assert_eq!(values.len(), row.as_object().unwrap().len());
        for (name, value) in ROW_FIELDS.iter().zip(values) {
            assert_eq!(value, &row[*name], "{name}");
        }
    }
}
