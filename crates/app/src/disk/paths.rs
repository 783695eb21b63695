//! Where the files of a torrent lie, and what they look like from outside.

use std::{
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use shoal_core::{Bitfield, FileStamp, FileTarget, TorrentRecord};
use shoal_metainfo::Metainfo;

/// The path of each file in metainfo order; none for padding and links. Every component was made
/// safe by `metainfo`, so nothing here can lead out of the folder.
pub(crate) fn content_paths(record: &TorrentRecord, meta: &Metainfo) -> Vec<Option<PathBuf>> {
    let name = if record.disk_name.is_empty() {
        &meta.disk_name
    } else {
        &record.disk_name
    };
    let top = record.save_path.join(name);
    let path = |file: &shoal_metainfo::FileEntry| {
        if !file.on_disk() {
            return None;
        }
        if meta.single_file {
            return Some(top.clone());
        }
        Some(
            file.path
                .iter()
                .fold(top.clone(), |path, part| path.join(part)),
        )
    };
    meta.files.iter().map(path).collect()
}

/// Size and time of change of each file now. Links are not followed.
pub(crate) fn stamps(paths: &[Option<PathBuf>]) -> Vec<FileStamp> {
    paths
        .iter()
        .map(|p| p.as_deref().map_or(MISSING, stamp))
        .collect()
}

const MISSING: FileStamp = FileStamp {
    size_bytes: None,
    modified_ns: 0,
};

fn stamp(path: &Path) -> FileStamp {
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return MISSING;
    };
    let since = found
        .modified()
        .ok()
        .and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    let modified_ns = since
        .and_then(|d| i64::try_from(d.as_nanos()).ok())
        .unwrap_or(0);
    FileStamp {
        size_bytes: Some(found.len()),
        modified_ns,
    }
}

/// The targets for the engine.
pub(crate) fn targets(
    record: &TorrentRecord,
    meta: &Metainfo,
    owned: &Bitfield,
) -> Vec<FileTarget> {
    let paths = content_paths(record, meta).into_iter();
    let target = |(i, path): (usize, Option<PathBuf>)| FileTarget {
        path,
        length: meta.files[i].length,
        wanted: record.selection.wants(i),
        owned: u32::try_from(i).is_ok_and(|i| owned.get(i)),
    };
    paths.enumerate().map(target).collect()
}
