//! Reads and validates the info dictionary (BEP 3, 27, 47, 52). Every number that later becomes an
//! offset, an index or an allocation is bounded here. It must never change the dictionary, and
//! never accept lengths that do not fit the piece hashes.

use std::ops::Range;

use encoding_rs::Encoding;

use crate::{
    FileEntry, InfoHash, MAX_DEPTH, MAX_FILES, MAX_PIECE_LENGTH, MAX_PIECES, MAX_TOTAL_LENGTH,
    MIN_PIECE_LENGTH,
    bencode::{Dict, List, Value},
    decode,
    error::MetainfoError,
    layout::{Layout, check_components, top_level_name},
    risk::name_risk,
    sanitize::{MAX_DISPLAY_CHARS, display_text},
};

/// What the info dictionary says, checked.
pub(crate) struct Info {
    pub(crate) name: String,
    pub(crate) disk_name: String,
    pub(crate) files: Vec<FileEntry>,
    pub(crate) single_file: bool,
    pub(crate) total_length: u64,
    pub(crate) piece_length: u32,
    pub(crate) piece_count: u32,
    pub(crate) private: bool,
    pub(crate) hybrid: bool,
    /// Where the piece hashes lie in the raw dictionary.
    pub(crate) pieces: Range<usize>,
}

/// One file before its place on disk is chosen.
struct RawFile {
    /// Decoded, checked, not yet safe.
    components: Vec<String>,
    /// A component was dropped.
    shortened: bool,
    length: u64,
    padding: bool,
    symlink: bool,
}

pub(crate) fn read(
    raw: &[u8],
    info_hash: InfoHash,
    encoding: Option<&'static Encoding>,
) -> Result<Info, MetainfoError> {
    let dict = Dict::open(raw).map_err(|error| match error.into() {
        MetainfoError::Syntax { offset: 0 } => MetainfoError::WrongType,
        other => other,
    })?;
    let version_2 =
        dict.get(b"meta version").and_then(Value::int) == Some(2) || dict.has(b"file tree");
    if version_2 && !dict.has(b"pieces") {
        return Err(MetainfoError::V2Only);
    }
    let piece_length = dict
        .get(b"piece length")
        .and_then(Value::int)
        .and_then(|length| u32::try_from(length).ok())
        .filter(|length| (MIN_PIECE_LENGTH..=MAX_PIECE_LENGTH).contains(length))
        .ok_or(MetainfoError::PieceLength)?;

    let (name, disk_name, named) = read_name(&dict, info_hash, encoding)?;
    let (raw_files, single_file) = match (dict.get(b"length"), dict.get(b"files")) {
        (Some(_), Some(_)) => return Err(MetainfoError::BothModes),
        (Some(length), None) => (vec![single(&dict, length, &name.decoded)?], true),
        (None, Some(files)) => {
            let list = files.list().ok_or(MetainfoError::WrongType)?;
            (read_files(list, encoding)?, false)
        }
        (None, None) => return Err(MetainfoError::NoFiles),
    };
    let total_length = total(&raw_files)?;
    if raw_files.iter().all(|file| file.padding || file.symlink) {
        return Err(MetainfoError::OnlyPadding);
    }
    let piece_count = count_pieces(total_length, piece_length)?;
    let pieces = find_pieces(&dict, piece_count)?;
    let files = if single_file {
        place_single(&raw_files, &disk_name, named)
    } else {
        place_files(&raw_files)
    };
    Ok(Info {
        name: name.shown,
        disk_name,
        files,
        single_file,
        total_length,
        piece_length,
        piece_count,
        private: is_private(&dict),
        hybrid: version_2,
        pieces,
    })
}

struct Name {
    decoded: String,
    shown: String,
}

/// The torrent's name, its name on disk, and whether it has one of its own. Without one it is called
/// after its info-hash, so that two nameless torrents stay apart.
fn read_name(
    dict: &Dict<'_>,
    info_hash: InfoHash,
    encoding: Option<&'static Encoding>,
) -> Result<(Name, String, bool), MetainfoError> {
    let bytes = dict.bytes(b"name").unwrap_or_default();
    let decoded = decode::text(bytes, dict.bytes(b"name.utf-8"), encoding);
    let checked = check_components(vec![decoded.clone()])?;
    let shown = display_text(&decoded, MAX_DISPLAY_CHARS);
    if checked.is_empty() || shown.is_empty() {
        let fallback = format!("torrent-{}", &info_hash.to_string()[..8]);
        let name = Name {
            decoded,
            shown: fallback.clone(),
        };
        return Ok((name, fallback, false));
    }
    let disk_name = top_level_name(&decoded);
    Ok((Name { decoded, shown }, disk_name, true))
}

fn single(dict: &Dict<'_>, length: Value<'_>, name: &str) -> Result<RawFile, MetainfoError> {
    let (padding, symlink) = attributes(dict);
    Ok(RawFile {
        components: vec![name.to_owned()],
        shortened: false,
        length: file_length(Some(length))?,
        padding,
        symlink,
    })
}

fn read_files(
    list: List<'_>,
    encoding: Option<&'static Encoding>,
) -> Result<Vec<RawFile>, MetainfoError> {
    let mut files = Vec::new();
    for value in list {
        if files.len() == MAX_FILES {
            return Err(MetainfoError::TooManyFiles);
        }
        let Value::Dict(raw) = value else {
            return Err(MetainfoError::WrongType);
        };
        files.push(read_file(&Dict::open(raw)?, encoding)?);
    }
    if files.is_empty() {
        return Err(MetainfoError::NoFiles);
    }
    Ok(files)
}

fn read_file(
    dict: &Dict<'_>,
    encoding: Option<&'static Encoding>,
) -> Result<RawFile, MetainfoError> {
    let (padding, symlink) = attributes(dict);
    let decoded = read_path(dict, encoding)?;
    let count = decoded.len();
    let mut components = check_components(decoded)?;
    if components.is_empty() {
        if !padding && !symlink {
            return Err(MetainfoError::PathEmpty);
        }
        components.push(".pad".to_owned());
    }
    Ok(RawFile {
        shortened: components.len() != count,
        components,
        length: file_length(dict.get(b"length"))?,
        padding,
        symlink,
    })
}

fn read_path(
    dict: &Dict<'_>,
    encoding: Option<&'static Encoding>,
) -> Result<Vec<String>, MetainfoError> {
    let plain = dict.get(b"path").and_then(Value::list);
    let utf8 = dict.get(b"path.utf-8").and_then(Value::list);
    // Empty and `.` components do not count towards the depth, so more are read here.
    let too_long =
        |list: &List<'_>| list.into_iter().take(4 * MAX_DEPTH + 1).count() > 4 * MAX_DEPTH;
    if plain.as_ref().is_some_and(too_long) || utf8.as_ref().is_some_and(too_long) {
        return Err(MetainfoError::PathTooDeep);
    }
    let strict = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
    if let Some(path) = utf8.and_then(|list| decode_path(list, strict))
        && !path.is_empty()
    {
        return Ok(path);
    }
    let plain = plain.ok_or(MetainfoError::PathEmpty)?;
    decode_path(plain, |bytes| Some(decode::text(bytes, None, encoding)))
        .ok_or(MetainfoError::WrongType)
}

/// `None` if a component is not a string or does not decode.
fn decode_path(list: List<'_>, decode: impl Fn(&[u8]) -> Option<String>) -> Option<Vec<String>> {
    list.into_iter()
        .map(|value| value.bytes().and_then(&decode))
        .collect()
}

/// BEP 47: (padding, symbolic link).
fn attributes(dict: &Dict<'_>) -> (bool, bool) {
    let attr = dict.bytes(b"attr").unwrap_or_default();
    (attr.contains(&b'p'), attr.contains(&b'l'))
}

fn file_length(value: Option<Value<'_>>) -> Result<u64, MetainfoError> {
    let length = value.and_then(Value::int).ok_or(MetainfoError::BadLength)?;
    if length < 0 {
        return Err(MetainfoError::BadLength);
    }
    u64::try_from(length)
        .ok()
        .filter(|&length| length <= MAX_TOTAL_LENGTH)
        .ok_or(MetainfoError::LengthOverflow)
}

fn total(files: &[RawFile]) -> Result<u64, MetainfoError> {
    let total = files
        .iter()
        .try_fold(0_u64, |sum, file| sum.checked_add(file.length))
        .filter(|&total| total <= MAX_TOTAL_LENGTH)
        .ok_or(MetainfoError::LengthOverflow)?;
    if total == 0 {
        return Err(MetainfoError::NoContent);
    }
    Ok(total)
}

fn count_pieces(total_length: u64, piece_length: u32) -> Result<u32, MetainfoError> {
    u32::try_from(total_length.div_ceil(u64::from(piece_length)))
        .ok()
        .filter(|&count| count <= MAX_PIECES)
        .ok_or(MetainfoError::TooManyPieces)
}

/// Where the hashes lie in `raw`; their number has to fit.
fn find_pieces(dict: &Dict<'_>, piece_count: u32) -> Result<Range<usize>, MetainfoError> {
    let value = dict.range(b"pieces").ok_or(MetainfoError::PieceCount)?;
    let hashes = dict.bytes(b"pieces").ok_or(MetainfoError::WrongType)?;
    if hashes.len() != piece_count as usize * 20 {
        return Err(MetainfoError::PieceCount);
    }
    Ok(value.end - hashes.len()..value.end)
}

/// BEP 27. Any number but 0 counts, as does a string: the careful reading of a strange value is
/// that the maker wanted it private.
fn is_private(dict: &Dict<'_>) -> bool {
    match dict.get(b"private") {
        Some(Value::Int(value)) => value != 0,
        Some(Value::Bytes(text)) => !matches!(text, b"" | b"0"),
        _ => false,
    }
}

fn place_single(files: &[RawFile], disk_name: &str, named: bool) -> Vec<FileEntry> {
    files
        .iter()
        .map(|file| {
            let renamed = !named || file.components != [disk_name];
            FileEntry {
                path: vec![disk_name.to_owned()],
                length: file.length,
                offset: 0,
                padding: file.padding,
                symlink: file.symlink,
                renamed,
                original: original(file, renamed),
                risk: name_risk(&file.components),
            }
        })
        .collect()
}

/// The name that a renamed file has in the torrent.
fn original(file: &RawFile, renamed: bool) -> Option<Box<str>> {
    let shown = || display_text(&file.components.join("/"), MAX_DISPLAY_CHARS);
    renamed.then(|| shown().into_boxed_str())
}

/// Files that lie on disk choose their names first, so that padding never takes one away.
fn place_files(files: &[RawFile]) -> Vec<FileEntry> {
    let mut layout = Layout::default();
    let mut paths = vec![Vec::new(); files.len()];
    for virtual_turn in [false, true] {
        for (file, path) in files.iter().zip(&mut paths) {
            if (file.padding || file.symlink) == virtual_turn {
                *path = layout.place(&file.components);
            }
        }
    }
    let mut offset = 0;
    let place = |(file, path): (&RawFile, Vec<String>)| {
        let on_disk = !file.padding && !file.symlink;
        let renamed = on_disk && (file.shortened || path != file.components);
        let entry = FileEntry {
            length: file.length,
            offset,
            padding: file.padding,
            symlink: file.symlink,
            renamed,
            original: original(file, renamed),
            risk: on_disk.then(|| name_risk(&file.components)).flatten(),
            path,
        };
        offset += file.length;
        entry
    };
    files.iter().zip(paths).map(place).collect()
}
