//! What is known of each torrent's data on disk. A row that cannot be read must never be guessed
//! at: without it the data is checked again, which is slow but right.

use rusqlite::Connection;
use shoal_core::{FileStamp, InfoHash, ResumeData, VolumeMark};

use super::{Cells, Source, bits_of, execute, hash_of};
use crate::{StoreError, path};

pub(crate) const V1: &str = "CREATE TABLE resume (
    hash BLOB PRIMARY KEY,
    have_len INTEGER,
    have BLOB,
    stamps BLOB,
    owned_len INTEGER,
    owned BLOB,
    clean INTEGER
);";

/// Without numbers of files and a volume nothing is known of them, and nothing is compared.
pub(crate) const V2: &str = "
    ALTER TABLE resume ADD COLUMN file_ids BLOB DEFAULT x'';
    ALTER TABLE resume ADD COLUMN mount BLOB;
    ALTER TABLE resume ADD COLUMN volume TEXT;";

pub(crate) const ONE: Source<ResumeData> = Source {
    table: "resume",
    select: "SELECT rowid, hash, have_len, have, stamps, owned_len, owned, clean,
        file_ids, mount, volume FROM resume WHERE hash = ?1",
    decode,
};

/// The rows that cannot be right, found without reading the bitfields of the others.
pub(crate) const BAD: Source<ResumeData> = Source {
    table: "resume",
    select: "SELECT rowid, hash, have_len, have, stamps, owned_len, owned, clean,
        file_ids, mount, volume FROM resume
        WHERE typeof(hash) <> 'blob' OR length(hash) <> 20 OR typeof(have) <> 'blob'
        OR typeof(stamps) <> 'blob' OR typeof(owned) <> 'blob' OR typeof(have_len) <> 'integer'
        OR typeof(owned_len) <> 'integer' OR typeof(clean) <> 'integer'
        OR typeof(file_ids) <> 'blob' OR length(file_ids) % 8 <> 0
        OR length(have) <> (have_len + 7) / 8 OR length(owned) <> (owned_len + 7) / 8
        ORDER BY rowid",
    decode,
};

pub(crate) fn put(conn: &Connection, hash: InfoHash, data: &ResumeData) -> Result<(), StoreError> {
    let volume = data.volume.as_ref();
    execute(
        conn,
        "INSERT OR REPLACE INTO resume VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        &[
            &hash.0,
            &data.have.len(),
            &data.have.as_bytes(),
            &encode_stamps(&data.stamps),
            &data.owned.len(),
            &data.owned.as_bytes(),
            &data.clean,
            &encode_ids(&data.stamps),
            &volume.map(|v| path::to_bytes(&v.mount)),
            &volume.map(|v| v.id.as_str()),
        ],
    )
}

pub(crate) fn mark_dirty(conn: &Connection, hash: InfoHash) -> Result<(), StoreError> {
    execute(
        conn,
        "INSERT INTO resume VALUES (?1, 0, x'', x'', 0, x'', 0, x'', NULL, NULL)
            ON CONFLICT(hash) DO UPDATE SET clean = 0",
        &[&hash.0],
    )
}

/// Trusts nothing about any torrent's data any more.
pub(crate) fn mark_all_dirty(conn: &Connection) -> Result<(), StoreError> {
    execute(conn, "UPDATE resume SET clean = 0", &[])
}

fn decode(cells: &mut Cells<'_>) -> Result<Option<ResumeData>, String> {
    hash_of(cells.blob()?)?;
    let mut data = ResumeData {
        have: bits_of(cells.int()?, cells.blob()?)?,
        stamps: decode_stamps(cells.blob()?).ok_or_else(|| cells.wrong("a list of stamps"))?,
        owned: bits_of(cells.int()?, cells.blob()?)?,
        clean: cells.flag()?,
        volume: None,
    };
    let ids = cells.blob()?;
    put_ids(ids, &mut data.stamps).ok_or_else(|| cells.wrong("one number a file"))?;
    data.volume = match (cells.opt_blob()?, cells.opt_text()?) {
        (None, None) => None,
        (Some(mount), Some(id)) => Some(VolumeMark {
            mount: path::from_bytes(mount)?,
            id: id.to_owned(),
        }),
        _ => return Err("half a volume".to_owned()),
    };
    Ok(Some(data))
}

/// The numbers of the files, eight bytes each, low byte first; nothing when none is known.
fn encode_ids(stamps: &[FileStamp]) -> Vec<u8> {
    if stamps.iter().all(|s| s.file_id == 0) {
        return Vec::new();
    }
    stamps
        .iter()
        .flat_map(|s| s.file_id.to_le_bytes())
        .collect()
}

fn put_ids(bytes: &[u8], stamps: &mut [FileStamp]) -> Option<()> {
    if bytes.is_empty() {
        return Some(());
    }
    if bytes.len() != stamps.len() * 8 {
        return None;
    }
    for (stamp, id) in stamps.iter_mut().zip(bytes.chunks_exact(8)) {
        stamp.file_id = u64::from_le_bytes(id.try_into().ok()?);
    }
    Some(())
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
            file_id: 0,
        })
    };
    bytes.chunks_exact(STAMP).map(decode_one).collect()
}
