//! One validated torrent: what it holds, where its bytes lie, and its clean `.torrent` form. A
//! `Metainfo` exists only if every check of this crate passed, and the raw info dictionary inside it
//! is never changed, so the info-hash cannot change either.
//!
//! # Limits
//!
//! | what | limit | why |
//! | --- | --- | --- |
//! | `.torrent` and info dictionary | 20 MiB | larger ones do not occur |
//! | piece length | 512 bytes to 64 MiB | see below |
//! | pieces | 130,000 | a larger bitfield message does not fit the engine's message limit |
//! | total length | below 2^53 bytes | exact in JavaScript, and no sum of offsets overflows |
//! | files, depth | 50,000 and 16 | memory, path length |
//! | trackers | 50 of 2,048 bytes | one announce loop each |
//!
//! A piece length need not be a power of two (BEP 3 does not ask for it), nor reach the 16 KiB of a
//! request block: such torrents exist (small ones made by hand, test suites). The engine's piece
//! arithmetic (`librqbit_core::lengths`) then sees one short block per piece and is exact for every
//! length from 1. The lower limit only stops pieces that are hardly longer than their own hash.

use std::{fmt, ops::Range, sync::Arc};

use encoding_rs::Encoding;

use crate::{
    bencode::{self, Dict, List},
    decode,
    error::MetainfoError,
    info,
    infohash::InfoHash,
    risk::NameRisk,
    sanitize::{MAX_DISPLAY_CHARS, display_text},
    trackers::clean_tiers,
};

/// The largest `.torrent` file or info dictionary, in bytes.
pub const MAX_TORRENT_BYTES: usize = 20 * 1024 * 1024;
/// The shortest piece, in bytes.
pub const MIN_PIECE_LENGTH: u32 = 512;
/// The longest piece, in bytes.
pub const MAX_PIECE_LENGTH: u32 = 64 * 1024 * 1024;
/// The most pieces a torrent may have.
pub const MAX_PIECES: u32 = 130_000;
/// The largest content, in bytes.
pub const MAX_TOTAL_LENGTH: u64 = (1 << 53) - 1;
/// The most files (padding and links included) a torrent may have.
pub const MAX_FILES: usize = 50_000;
/// The most components in the path of a file, the torrent's own folder not counted.
pub const MAX_DEPTH: usize = 16;

/// The last second of the year 9999.
const MAX_DATE: i128 = 253_402_300_799;

/// One validated torrent, of version 1 (BEP 3) or a hybrid (BEP 52) run as version 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Metainfo {
    pub info_hash: InfoHash,
    /// Safe to show (see [`display_text`]), never empty.
    pub name: String,
    /// The file or folder below the download folder; one safe component, never hidden.
    pub disk_name: String,
    /// At least one entry that is neither padding nor a link; in the torrent's order.
    pub files: Vec<FileEntry>,
    /// One file called `disk_name`, without a folder.
    pub single_file: bool,
    /// In bytes, padding and links included; 1 to [`MAX_TOTAL_LENGTH`].
    pub total_length: u64,
    /// In bytes; [`MIN_PIECE_LENGTH`] to [`MAX_PIECE_LENGTH`].
    pub piece_length: u32,
    /// 1 to [`MAX_PIECES`].
    pub piece_count: u32,
    /// BEP 27: peers only from the trackers.
    pub private: bool,
    /// Checked tiers (BEP 12), see [`clean_tiers`].
    pub trackers: Vec<Vec<String>>,
    /// Safe to show, never empty.
    pub comment: Option<String>,
    /// Safe to show, never empty.
    pub created_by: Option<String>,
    /// Seconds since 1970, UTC; 0 to the end of the year 9999. Anything odd is `None`.
    pub creation_date: Option<i64>,
    /// Also carries version 2 data (BEP 52), which is not used.
    pub hybrid: bool,
    /// How the names were decoded; kept in the re-wrap, or they would change at the next start.
    encoding: Option<&'static Encoding>,
    info: RawInfo,
    pieces: Range<usize>,
}

/// One file of a torrent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Safe components chosen by us, unique in the torrent on any disk. Below `disk_name` for a
    /// torrent with several files; `[disk_name]` for a single file.
    pub path: Vec<String>,
    /// In bytes.
    pub length: u64,
    /// Of the first byte, in the whole torrent.
    pub offset: u64,
    /// BEP 47 `p`: zeros between files, never on disk.
    pub padding: bool,
    /// BEP 47 `l`: never made on disk, its target and content are ignored.
    pub symlink: bool,
    /// The path is not the one in the torrent.
    pub renamed: bool,
    /// Then the one in the torrent, as text that is safe to show, with `/` between its parts.
    pub original: Option<Box<str>>,
    /// Judged on the name in the torrent, before it was made safe.
    pub risk: Option<NameRisk>,
}

impl FileEntry {
    /// Whether the file belongs on the disk: neither padding nor a link.
    pub fn on_disk(&self) -> bool {
        !self.padding && !self.symlink
    }
}

/// The info dictionary as it came, shared between clones.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RawInfo(Arc<[u8]>);

impl fmt::Debug for RawInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Metainfo {
    /// Parses and validates a `.torrent` file.
    ///
    /// # Errors
    /// Everything in [`MetainfoError`]; a torrent is never repaired into another one, only names
    /// and cosmetic fields are cleaned.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetainfoError> {
        recognise(bytes)?;
        let end = bencode::skip(bytes)?;
        if !bytes[end..].iter().all(u8::is_ascii_whitespace) {
            return Err(MetainfoError::TrailingData);
        }
        let top = Dict::open(&bytes[..end])?;
        let info = top.raw(b"info").ok_or(MetainfoError::NoInfo)?;
        let encoding = decode::declared(top.bytes(b"encoding"));
        let shown = |key: &[u8], twin: &[u8]| {
            let text = decode::text(top.bytes(key)?, top.bytes(twin), encoding);
            Some(display_text(&text, MAX_DISPLAY_CHARS)).filter(|text| !text.is_empty())
        };
        let mut meta = Self::build(info, clean_tiers(announce_tiers(&top)), encoding)?;
        meta.comment = shown(b"comment", b"comment.utf-8");
        meta.created_by = shown(b"created by", b"created by.utf-8");
        meta.creation_date = top
            .get(b"creation date")
            .and_then(bencode::Value::int)
            .filter(|date| (0..=MAX_DATE).contains(date))
            .and_then(|date| i64::try_from(date).ok());
        Ok(meta)
    }

    /// Validates a raw info dictionary, as peers send it for a magnet link (BEP 9). The caller
    /// compares `info_hash` with the one it asked for.
    ///
    /// # Errors
    /// As [`Metainfo::parse`]; nothing may follow the dictionary.
    pub fn from_info(info: &[u8], trackers: Vec<Vec<String>>) -> Result<Self, MetainfoError> {
        recognise(info)?;
        if bencode::skip(info)? != info.len() {
            return Err(MetainfoError::TrailingData);
        }
        Self::build(info, clean_tiers(trackers), None)
    }

    fn build(
        raw: &[u8],
        trackers: Vec<Vec<String>>,
        encoding: Option<&'static Encoding>,
    ) -> Result<Self, MetainfoError> {
        let info_hash = InfoHash::of_info(raw);
        let info = info::read(raw, info_hash, encoding)?;
        Ok(Self {
            info_hash,
            name: info.name,
            disk_name: info.disk_name,
            files: info.files,
            single_file: info.single_file,
            total_length: info.total_length,
            piece_length: info.piece_length,
            piece_count: info.piece_count,
            private: info.private,
            trackers,
            comment: None,
            created_by: None,
            creation_date: None,
            hybrid: info.hybrid,
            encoding,
            info: RawInfo(raw.into()),
            pieces: info.pieces,
        })
    }

    /// The raw info dictionary; its SHA-1 is `info_hash`.
    pub fn info_bytes(&self) -> &[u8] {
        &self.info.0
    }

    /// The SHA-1 hashes of all pieces, 20 bytes each.
    pub fn piece_hashes(&self) -> &[u8] {
        &self.info.0[self.pieces.clone()]
    }

    /// The SHA-1 hash of one piece; `None` past the last piece.
    pub fn piece_hash(&self, piece: u32) -> Option<[u8; 20]> {
        let start = (piece as usize).checked_mul(20)?;
        let hash = self.piece_hashes().get(start..start.checked_add(20)?)?;
        hash.try_into().ok()
    }

    /// The length of one piece in bytes: `piece_length`, less for the last piece, 0 past it.
    pub fn piece_size(&self, piece: u32) -> u32 {
        let start = u64::from(piece) * u64::from(self.piece_length);
        let left = self.total_length.saturating_sub(start);
        u32::try_from(left).map_or(self.piece_length, |left| left.min(self.piece_length))
    }

    /// The pieces that hold bytes of this file. Empty for an empty file and past the last file.
    pub fn pieces_of_file(&self, file_index: usize) -> Range<u32> {
        let Some(file) = self.files.get(file_index) else {
            return 0..0;
        };
        let piece_length = u64::from(self.piece_length);
        let first = file.offset / piece_length;
        let end = (file.offset + file.length).div_ceil(piece_length);
        let index = |piece: u64| u32::try_from(piece).unwrap_or(self.piece_count);
        if file.length == 0 {
            index(first)..index(first)
        } else {
            index(first)..index(end)
        }
    }

    /// A clean `.torrent` file with the same info-hash: only known fields, keys sorted, `trackers`
    /// (checked again here) in place of the original ones, the info dictionary byte for byte.
    ///
    /// [`Metainfo::parse`] reads it back with the same file names and texts.
    pub fn to_torrent_bytes(&self, trackers: &[Vec<String>]) -> Vec<u8> {
        let tiers = clean_tiers(trackers.iter().cloned());
        let mut out = Vec::with_capacity(self.info.0.len() + 4096);
        out.push(b'd');
        if let Some(first) = tiers.first().and_then(|tier| tier.first()) {
            put_string(&mut out, "announce");
            put_string(&mut out, first);
            put_string(&mut out, "announce-list");
            out.push(b'l');
            for tier in &tiers {
                out.push(b'l');
                for address in tier {
                    put_string(&mut out, address);
                }
                out.push(b'e');
            }
            out.push(b'e');
        }
        let mut put_text = |key: &str, text: Option<&str>| {
            if let Some(text) = text {
                put_string(&mut out, key);
                put_string(&mut out, text);
            }
        };
        put_text("comment", self.comment.as_deref());
        put_text("created by", self.created_by.as_deref());
        if let Some(date) = self.creation_date {
            put_string(&mut out, "creation date");
            out.extend_from_slice(format!("i{date}e").as_bytes());
        }
        if let Some(encoding) = self.encoding {
            put_string(&mut out, "encoding");
            put_string(&mut out, encoding.name());
        }
        put_string(&mut out, "info");
        out.extend_from_slice(&self.info.0);
        out.push(b'e');
        out
    }
}

fn put_string(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(format!("{}:", text.len()).as_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// Names the common mistakes before the bytes are parsed.
fn recognise(bytes: &[u8]) -> Result<(), MetainfoError> {
    if bytes.len() > MAX_TORRENT_BYTES {
        return Err(MetainfoError::TooLarge);
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(MetainfoError::Gzip);
    }
    let visible = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match visible.trim_ascii_start().first() {
        None => Err(MetainfoError::Empty),
        Some(b'<') => Err(MetainfoError::HtmlPage),
        Some(_) if bytes[0] == b'd' => Ok(()),
        Some(_) => Err(MetainfoError::NotATorrent),
    }
}

/// `announce-list` (BEP 12) with `announce` as a tier of its own unless it is in the list. A flat
/// list and a lone string are understood, anything else is ignored.
fn announce_tiers(top: &Dict<'_>) -> Vec<Vec<String>> {
    let address = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    let tier = |value: bencode::Value<'_>| -> Vec<String> {
        match value {
            bencode::Value::Bytes(bytes) => address(bytes).into_iter().collect(),
            bencode::Value::List(list) => known_bytes(list).filter_map(address).collect(),
            _ => Vec::new(),
        }
    };
    let mut tiers: Vec<_> = match top.get(b"announce-list") {
        Some(bencode::Value::List(list)) => list.into_iter().take(MAX_TIERS).map(tier).collect(),
        Some(other) => vec![tier(other)],
        None => Vec::new(),
    };
    if let Some(announce) = top.get(b"announce") {
        tiers.push(tier(announce));
    }
    tiers
}

/// Tiers and addresses per tier that are looked at: room for repeated and unusable ones.
const MAX_TIERS: usize = 1000;

fn known_bytes(list: List<'_>) -> impl Iterator<Item = &[u8]> {
    list.into_iter()
        .take(MAX_TIERS)
        .filter_map(bencode::Value::bytes)
}
