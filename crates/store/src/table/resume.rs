//! What is known of each torrent's data on disk. A row that cannot be read must never be guessed
//! at: without it the data is checked again, which is slow but right.

use rusqlite::Connection;
use shoal_core::{FileStamp, InfoHash, ResumeData};

use super::{Cells, Source, bits_of, execute, hash_of};
use crate::StoreError;

pub(crate) const V1: &str = "CREATE TABLE resume (
    hash BLOB PRIMARY KEY,
    have_len INTEGER,
    have BLOB,
    stamps BLOB,
    owned_len INTEGER,
    owned BLOB,
    clean INTEGER
);";

pub(crate) const ONE: Source<ResumeData> = Source {
    table: "resume",
    select: "SELECT rowid, hash, have_len, have, stamps, owned_len, owned, clean FROM resume WHERE hash = ?1",
    decode,
};

/// The rows that cannot be right, found without reading the bitfields of the others.
pub(crate) const BAD: Source<ResumeData> = Source {
    table: "resume",
    select: "SELECT rowid, hash, have_len, have, stamps, owned_len, owned, clean FROM resume
        WHERE typeof(hash) <> 'blob' OR length(hash) <> 20 OR typeof(have) <> 'blob'
        OR typeof(stamps) <> 'blob' OR typeof(owned) <> 'blob' OR typeof(have_len) <> 'integer'
        OR typeof(owned_len) <> 'integer' OR typeof(clean) <> 'integer'
        OR length(have) <> (have_len + 7) / 8 OR length(owned) <> (owned_len + 7) / 8
        ORDER BY rowid",
    decode,
};

pub(crate) fn put(conn: &Connection, hash: InfoHash, data: &ResumeData) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT OR REPLACE INTO resume VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        &[
            &hash.0,
            &data.have.len(),
            &data.have.as_bytes(),
            &encode_stamps(&data.stamps),
            &data.owned.len(),
            &data.owned.as_bytes(),
            &data.clean,
        ],
    )
}

pub(crate) fn mark_dirty(conn: &Connection, hash: InfoHash) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO resume VALUES (?1, 0, x'', x'', 0, x'', 0) ON CONFLICT(hash) DO UPDATE SET clean = 0",
        &[&hash.0],
    )
}

/// Trusts nothing about any torrent's data any more.
pub(crate) fn mark_all_dirty(conn: &Connection) -> Result<(), StoreError> {
    execute(conn, "UPDATE resume SET clean = 0", &[])
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<ResumeData>, String> {
    hash_of(cells.blob()?)?;
    Ok(Some(ResumeData {
        have: bits_of(cells.int()?, cells.blob()?)?,
        stamps: decode_stamps(cells.blob()?).ok_or_else(|| cells.wrong("a list of stamps"))?,
        owned: bits_of(cells.int()?, cells.blob()?)?,
        clean: cells.flag()?,
    }))
}

/// Bytes a stamp: whether there was a file, its size, its time of change; low byte first.
const STAMP: usize = 1 + 8 + 8;

fn encode_stamps(stamps: &[FileStamp]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(stamps.len() * STAMP);
    for stamp in stamps {
        bytes.push(u8::from(stamp.size_bytes.is_some()));
        bytes.extend(stamp.size_bytes.unwrap_or(0).to_le_bytes());
        bytes.extend(stamp.modified_ns.to_le_bytes());
    }
    bytes
}

fn decode_stamps(bytes: &[u8]) -> Option<Vec<FileStamp>> {
    if !bytes.len().is_multiple_of(STAMP) {
        return None;
    }
    let decode_one = |b: &[u8]| {
        let size = u64::from_le_bytes(b[1..9].try_into().ok()?);
        Some(FileStamp {
            size_bytes: match b[0] {
                0 => None,
                1 => Some(size),
                _ => return None,
            },
            modified_ns: i64::from_le_bytes(b[9..].try_into().ok()?),
        })
    };
    bytes.chunks_exact(STAMP).map(decode_one).collect()
}
