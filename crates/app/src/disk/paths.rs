//! Where the files of a torrent lie, and what they look like from outside. Reads only.
//!
//! A path is made of the folder, the torrent's name on disk, and below it the file's own path or the
//! name that the user gave it. Every part was made safe before it was stored, so nothing here can
//! lead out of the folder. With `part_suffix` a file that is not whole carries [`PART`] behind that.

use std::{
    collections::HashSet,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use shoal_core::{Bitfield, FileStamp, FileTarget, Place, Prepared, Priority, TorrentRecord};
use shoal_files::Stamp;
use shoal_metainfo::Metainfo;

/// What a file that is not whole may carry behind its name.
const PART: &str = ".part";
/// Longest name of a file, in bytes, on the systems there are.
const NAME_BYTES: usize = 255;

pub(super) const MISSING: FileStamp = FileStamp {
    size_bytes: None,
    modified_ns: 0,
    file_id: 0,
};

/// One file of a torrent as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    /// Where it belongs when it is whole.
    pub(super) path: PathBuf,
    /// Where it carries the suffix; none when it never does.
    pub(super) temp: Option<PathBuf>,
    /// It is at `temp`.
    pub(super) part: bool,
    pub(super) stamp: FileStamp,
}

impl Located {
    /// Where it is; where it belongs when it is nowhere.
    pub(super) fn at(&self) -> &Path {
        match &self.temp {
            Some(temp) if self.part => temp,
            _ => &self.path,
        }
    }
}

/// The place of a torrent, with the metainfo's name while none is fixed.
pub(crate) fn place(record: &TorrentRecord, meta: &Metainfo) -> Place {
    let mut place = record.place();
    if place.disk_name.is_empty() {
        place.disk_name.clone_from(&meta.disk_name);
    }
    place
}

/// The path of each whole file in metainfo order; none for padding and links.
fn paths_in(place: &Place, meta: &Metainfo) -> Vec<Option<PathBuf>> {
    let top = place.folder.join(&place.disk_name);
    let below = |top: &Path, parts: &mut dyn Iterator<Item = &str>| {
        parts.fold(top.to_owned(), |path, part| path.join(part))
    };
    let path = |(i, file): (u32, &shoal_metainfo::FileEntry)| {
        if !file.on_disk() {
            return None;
        }
        if meta.single_file {
            return Some(top.clone());
        }
        Some(match place.renames.get(&i) {
            Some(name) => below(&top, &mut name.split('/')),
            None => below(&top, &mut file.path.iter().map(String::as_str)),
        })
    };
    (0..).zip(&meta.files).map(path).collect()
}

/// Where each file carries the suffix. One whose name would be too long, or another file's, has
/// none; one without bytes is whole from the start.
fn part_paths(paths: &[Option<PathBuf>], meta: &Metainfo) -> Vec<Option<PathBuf>> {
    let folded = |path: &Path| path.to_string_lossy().to_lowercase();
    let is_part = |path: &&PathBuf| {
        let extension = path.extension().and_then(OsStr::to_str);
        extension.is_some_and(|e| e.eq_ignore_ascii_case(&PART[1..]))
    };
    let taken: HashSet<String> = paths
        .iter()
        .flatten()
        .filter(is_part)
        .map(|p| folded(p))
        .collect();
    let part = |(path, file): (&Option<PathBuf>, &shoal_metainfo::FileEntry)| {
        let path = path.as_ref().filter(|_| file.length > 0)?;
        let mut name = path.file_name()?.to_owned();
        name.push(PART);
        let temp = path.with_file_name(&name);
        let fits = name.len() <= NAME_BYTES;
        (fits && (taken.is_empty() || !taken.contains(&folded(&temp)))).then_some(temp)
    };
    paths.iter().zip(&meta.files).map(part).collect()
}

/// Finds each file, in metainfo order; none for padding and links.
pub(super) fn locate(record: &TorrentRecord, meta: &Metainfo) -> Vec<Option<Located>> {
    locate_in(&place(record, meta), record.part_suffix, meta)
}

/// As [`locate`], in any place.
pub(super) fn locate_in(place: &Place, part_suffix: bool, meta: &Metainfo) -> Vec<Option<Located>> {
    let paths = paths_in(place, meta);
    let temps = if part_suffix {
        part_paths(&paths, meta)
    } else {
        vec![None; paths.len()]
    };
    let find = |(path, temp): (Option<PathBuf>, Option<PathBuf>)| {
        let path = path?;
        let of_part = temp.as_deref().map_or(MISSING, stamp);
        let part = of_part.size_bytes.is_some();
        let stamp = if part { of_part } else { stamp(&path) };
        Some(Located {
            path,
            temp,
            part,
            stamp,
        })
    };
    paths.into_iter().zip(temps).map(find).collect()
}

/// Where the file at `index` may lie, with the folder that holds its torrent there: with the suffix
/// and without, where it is, and while it is moved also where it goes. Asks no disk.
pub(crate) fn may_lie_at(
    record: &TorrentRecord,
    meta: &Metainfo,
    index: usize,
) -> Vec<(PathBuf, PathBuf)> {
    let going = record.moving.as_ref().map(|moving| moving.to.clone());
    let places = std::iter::once(place(record, meta)).chain(going);
    let in_place = |place: Place| {
        let paths = paths_in(&place, meta);
        let temps = if record.part_suffix {
            part_paths(&paths, meta)
        } else {
            vec![]
        };
        let temp = temps.get(index).cloned().flatten();
        let found = temp.into_iter().chain(paths.get(index).cloned().flatten());
        found
            .map(|path| (place.folder.clone(), path))
            .collect::<Vec<_>>()
    };
    places.flat_map(in_place).collect()
}

/// The stamp of each file that was located.
pub(super) fn stamps_of(files: &[Option<Located>]) -> Vec<FileStamp> {
    let stamp = |file: &Option<Located>| file.as_ref().map_or(MISSING, |f| f.stamp);
    files.iter().map(stamp).collect()
}

/// Size, time of change and number of a file now. Links are not followed; what cannot be looked at
/// counts as missing.
pub(super) fn stamp(path: &Path) -> FileStamp {
    try_stamp(path).unwrap_or(MISSING)
}

/// As [`stamp`]; an error when it cannot be looked at.
pub(super) fn try_stamp(path: &Path) -> io::Result<FileStamp> {
    let found = match Stamp::of_path(path) {
        // A file in the place of a folder above it.
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => None,
        found => found?,
    };
    Ok(found.map_or(MISSING, |found| FileStamp {
        size_bytes: Some(found.size_bytes),
        modified_ns: found.modified_ns,
        file_id: found.file_id,
    }))
}

/// A torrent that was prepared: what it consists of and where its files were found.
pub(crate) struct Found {
    pub(crate) meta: Arc<Metainfo>,
    pub(super) files: Vec<Option<Located>>,
}

/// The targets for the engine. Asks no disk.
pub(crate) fn targets(
    record: &TorrentRecord,
    found: &Found,
    prepared: &Prepared,
) -> Vec<FileTarget> {
    let meta = &found.meta;
    let target = |(i, file): (usize, &Option<Located>)| {
        let whole = is_whole(meta, i, &prepared.have);
        let index = u32::try_from(i).unwrap_or(u32::MAX);
        let stamp = prepared
            .stamps
            .get(i)
            .filter(|s| whole && s.size_bytes.is_some());
        let priority = record.priorities.get(&index).copied();
        let (path, temp_path) = match file {
            Some(file) => {
                // One that lies without the suffix already goes on like that.
                let lies_bare = !file.part && file.stamp.size_bytes.is_some();
                let temp = file.temp.clone().filter(|_| !lies_bare);
                (Some(file.path.clone()), temp)
            }
            None => (None, None),
        };
        FileTarget {
            path,
            temp_path,
            length: meta.files[i].length,
            wanted: record.selection.wants(i),
            owned: prepared.owned.get(index),
            stamp: stamp.copied(),
            priority: priority.unwrap_or(Priority::Normal),
        }
    };
    found.files.iter().enumerate().map(target).collect()
}

/// Whether every piece with bytes of the file at `index` is in `have`.
pub(crate) fn is_whole(meta: &Metainfo, index: usize, have: &Bitfield) -> bool {
    meta.pieces_of_file(index).all(|p| have.get(p))
}
