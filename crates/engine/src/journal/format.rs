//! The bytes of a journal: a header, the state at the start, and records of one size. Everything
//! is little-endian and has a checksum; a record's also covers a number of this file and its place
//! in it, so that no old bytes can pass for a new record.

use shoal_metainfo::{Bitfield, InfoHash};

use super::boot;

/// Name of the format and its version.
const MAGIC: &[u8; 8] = b"SHOALJ01";
/// Of the header.
pub(super) const HEADER_BYTES: usize = 128;
/// Where the two notes of the last sign of life stand; they are written in turn, so that a torn one
/// costs one second.
pub(super) const ALIVE_AT: [u64; 2] = [96, 108];
const ALIVE_BYTES: usize = 12;
/// Of one record.
pub(super) const RECORD_BYTES: usize = 20;

const HASH_AT: usize = 8;
const PIECES_AT: usize = 28;
const FILES_AT: usize = 32;
const NONCE_AT: usize = 36;
const BOOT_AT: usize = 44;
const CHECK_AT: usize = BOOT_AT + boot::MAX_BYTES;

/// What stands at the beginning.
pub(super) struct Header {
    pub(super) nonce: u64,
    pub(super) boot: String,
    pub(super) alive_until_ns: i64,
}

/// The state at the start.
pub(super) struct BaseState {
    pub(super) have: Bitfield,
    pub(super) owned: Bitfield,
    pub(super) file_ids: Vec<u64>,
}

/// What a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A piece will be written to.
    Begun = 1,
    /// A piece was verified.
    Verified = 2,
    /// A verified piece turned out to be lost.
    Lost = 3,
    /// A file was made; the value is its number on its volume.
    Made = 4,
    /// Everything verified up to the record with the value's number is on the disk.
    Safe = 5,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) kind: Kind,
    pub(super) index: u32,
    pub(super) value: u64,
}

impl Record {
    /// As it stands in the file with this `nonce` as record `number`, counted from 1.
    pub(super) fn bytes(self, nonce: u64, number: u64) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[0] = self.kind as u8;
        bytes[4..8].copy_from_slice(&self.index.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.value.to_le_bytes());
        let check = check(&[&nonce.to_le_bytes(), &number.to_le_bytes(), &bytes[..16]]);
        bytes[16..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    pub(super) fn read(bytes: &[u8], nonce: u64, number: u64) -> Option<Self> {
        let kind = match bytes.first()? {
            1 => Kind::Begun,
            2 => Kind::Verified,
            3 => Kind::Lost,
            4 => Kind::Made,
            5 => Kind::Safe,
            _ => return None,
        };
        let record = Self {
            kind,
            index: u32_at(bytes, 4)?,
            value: u64_at(bytes, 8)?,
        };
        (record.bytes(nonce, number) == bytes).then_some(record)
    }
}

/// Header and state of a new journal.
pub(super) fn beginning(
    hash: InfoHash,
    header: &Header,
    have: &Bitfield,
    owned: &Bitfield,
    file_ids: &[u64],
) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_BYTES];
    bytes[..HASH_AT].copy_from_slice(MAGIC);
    bytes[HASH_AT..PIECES_AT].copy_from_slice(&hash.0);
    bytes[PIECES_AT..FILES_AT].copy_from_slice(&have.len().to_le_bytes());
    bytes[FILES_AT..NONCE_AT].copy_from_slice(&owned.len().to_le_bytes());
    bytes[NONCE_AT..BOOT_AT].copy_from_slice(&header.nonce.to_le_bytes());
    let boot = header.boot.as_bytes();
    let boot = &boot[..boot.len().min(boot::MAX_BYTES)];
    bytes[BOOT_AT..BOOT_AT + boot.len()].copy_from_slice(boot);
    let sum = check(&[&bytes[..CHECK_AT]]);
    bytes[CHECK_AT..CHECK_AT + 4].copy_from_slice(&sum.to_le_bytes());
    for at in ALIVE_AT.map(index) {
        let note = alive_note(header.nonce, header.alive_until_ns);
        bytes[at..at + ALIVE_BYTES].copy_from_slice(&note);
    }
    bytes.extend(have.as_bytes());
    bytes.extend(owned.as_bytes());
    bytes.extend(file_ids.iter().flat_map(|id| id.to_le_bytes()));
    let sum = check(&[&header.nonce.to_le_bytes(), &bytes[HEADER_BYTES..]]);
    bytes.extend(sum.to_le_bytes());
    bytes
}

/// A sign of life as it stands in the header.
pub(super) fn alive_note(nonce: u64, ns: i64) -> [u8; ALIVE_BYTES] {
    let mut note = [0; ALIVE_BYTES];
    note[..8].copy_from_slice(&ns.to_le_bytes());
    let sum = check(&[&nonce.to_le_bytes(), &note[..8]]);
    note[8..].copy_from_slice(&sum.to_le_bytes());
    note
}

/// Header, state and records of a journal of this torrent; none when it is of another, or damaged
/// before the first record.
pub(super) fn split(
    bytes: &[u8],
    hash: InfoHash,
    pieces: u32,
    files: u32,
) -> Option<(Header, BaseState, &[u8])> {
    let head = bytes.get(..HEADER_BYTES)?;
    let ours = head.starts_with(MAGIC)
        && head[HASH_AT..PIECES_AT] == hash.0
        && u32_at(head, PIECES_AT)? == pieces
        && u32_at(head, FILES_AT)? == files
        && u32_at(head, CHECK_AT)? == check(&[&head[..CHECK_AT]]);
    if !ours {
        return None;
    }
    let nonce = u64_at(head, NONCE_AT)?;
    let boot = head[BOOT_AT..CHECK_AT].split(|b| *b == 0).next()?;
    let alive = ALIVE_AT.into_iter().filter_map(|at| {
        let note = head.get(index(at)..index(at) + ALIVE_BYTES)?;
        let ns = i64::from_le_bytes(note[..8].try_into().ok()?);
        (alive_note(nonce, ns) == note).then_some(ns)
    });
    let header = Header {
        nonce,
        boot: String::from_utf8_lossy(boot).into_owned(),
        alive_until_ns: alive.max().unwrap_or(0),
    };
    let (have, owned) = (pieces.div_ceil(8) as usize, files.div_ceil(8) as usize);
    let length = have + owned + files as usize * 8;
    let rest = &bytes[HEADER_BYTES..];
    let state = rest.get(..length)?;
    if u32_at(rest, length)? != check(&[&nonce.to_le_bytes(), state]) {
        return None;
    }
    let base = BaseState {
        have: Bitfield::from_bytes(pieces, &state[..have])?,
        owned: Bitfield::from_bytes(files, &state[have..have + owned])?,
        file_ids: state[have + owned..]
            .chunks_exact(8)
            .filter_map(|id| u64_at(id, 0))
            .collect(),
    };
    Some((header, base, &rest[length + 4..]))
}

fn check(parts: &[&[u8]]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    for part in parts {
        sum.update(part);
    }
    sum.finalize()
}

fn index(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let raw = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(raw.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let raw = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(raw.try_into().ok()?))
}
