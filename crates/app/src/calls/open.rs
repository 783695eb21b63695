//! What of a torrent may be handed to the system's programs: a torrent and the number of a file
//! become a path here, never on the word of a page.
//!
//! Only looks. Must never name a path outside of the torrent's own files, and follows no link below
//! the folder that the user chose: what lies behind one is not what was downloaded.

use std::path::{Path, PathBuf};

use shoal_api::{ApiError, ApiResult};
use shoal_core::TorrentRecord;
use shoal_metainfo::{FileEntry, Metainfo, NameRisk, name_risk};

use super::place::in_time;
use crate::{
    App, Inner,
    disk::{is_whole, may_lie_at, place},
};

/// What of a torrent is meant.
#[derive(Clone, Copy)]
enum Part {
    File(usize),
    Folder,
}

impl App {
    /// The path of a torrent's content, or of its file number `file` in metainfo order, to be opened by
    /// the program that the system has for it. Unless `sure`, refused with `open_risky` when that could
    /// run a program, and with `not_whole` when the file is not all there.
    pub async fn to_open(&self, hash: &str, file: Option<u32>, sure: bool) -> ApiResult<PathBuf> {
        let (record, meta, part) = self.inner.part(hash, file).await?;
        let path = find(&record, &meta, part).await?;
        if sure {
            return Ok(path);
        }
        if let Some(risk) = risk(&record, &meta, part, &path) {
            return Err(ApiError::new("open_risky")
                .with("name", name_of(&path))
                .with("risk", risk));
        }
        if let Part::File(index) = part {
            let have = self.inner.have(&record).await?;
            let whole = meta.files[index].length == 0
                || have.is_some_and(|have| is_whole(&meta, index, &have));
            if !whole {
                return Err(ApiError::new("not_whole").with("name", name_of(&path)));
            }
        }
        Ok(path)
    }

    /// The path of a torrent's content, or of one of its files, to be shown in the system's file manager.
    pub async fn to_reveal(&self, hash: &str, file: Option<u32>) -> ApiResult<PathBuf> {
        let (record, meta, part) = self.inner.part(hash, file).await?;
        find(&record, &meta, part).await
    }
}

impl Inner {
    async fn part(
        &self,
        hash: &str,
        file: Option<u32>,
    ) -> ApiResult<(TorrentRecord, std::sync::Arc<Metainfo>, Part)> {
        let record = self.record(hash).await?;
        let meta = self.meta(&record).await?;
        let meta = meta.ok_or_else(|| ApiError::new("no_metadata"))?;
        let part = match file {
            Some(index) => {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                let on_disk = meta.files.get(index).is_some_and(FileEntry::on_disk);
                if !on_disk {
                    return Err(ApiError::new("no_such_file"));
                }
                Part::File(index)
            }
            None if meta.single_file => {
                let index = meta.files.iter().position(FileEntry::on_disk);
                Part::File(index.ok_or_else(|| ApiError::new("no_such_file"))?)
            }
            None => Part::Folder,
        };
        Ok((record, meta, part))
    }
}

/// Where it lies now.
async fn find(record: &TorrentRecord, meta: &Metainfo, part: Part) -> ApiResult<PathBuf> {
    let candidates = match part {
        Part::File(index) => may_lie_at(record, meta, index),
        Part::Folder => {
            let going = record.moving.as_ref().map(|moving| moving.to.clone());
            std::iter::once(place(record, meta))
                .chain(going)
                .map(|place| (place.folder.clone(), place.folder.join(&place.disk_name)))
                .collect()
        }
    };
    let wants_folder = matches!(part, Part::Folder);
    // Said with the name that it has when it is whole.
    let whole = candidates
        .iter()
        .rev()
        .find(|(folder, _)| folder == record.folder());
    let whole = whole.map(|(_, path)| path.display().to_string());
    in_time(record.folder(), move || {
        let is_there =
            |(folder, path): &(PathBuf, PathBuf)| is_really_there(folder, path, wants_folder);
        let found = candidates.into_iter().find(is_there);
        let missing = || ApiError::new("file_missing").with("path", whole.unwrap_or_default());
        found.map(|(_, path)| path).ok_or_else(missing)
    })
    .await
}

/// Whether `path`, below `folder`, is there and neither it nor a folder on the way is a link.
fn is_really_there(folder: &Path, path: &Path, wants_folder: bool) -> bool {
    let Ok(below) = path.strip_prefix(folder) else {
        return false;
    };
    let mut at = folder.to_owned();
    let mut parts = below.components().peekable();
    while let Some(part) = parts.next() {
        at.push(part);
        let Ok(found) = at.symlink_metadata() else {
            return false;
        };
        let right = if parts.peek().is_some() || wants_folder {
            found.is_dir()
        } else {
            found.is_file()
        };
        if !right {
            return false;
        }
    }
    at != folder
}

/// The graver of what the torrent's name for it and its name on disk say.
fn risk(record: &TorrentRecord, meta: &Metainfo, part: Part, path: &Path) -> Option<&'static str> {
    let folder = record.folder();
    let below = path.strip_prefix(folder).unwrap_or(path);
    let names = below.components().map(|c| c.as_os_str().to_string_lossy());
    let on_disk = name_risk(&names.collect::<Vec<_>>());
    let given = match part {
        Part::File(index) => meta.files[index].risk,
        Part::Folder => None,
    };
    let either = [on_disk, given];
    if either.contains(&Some(NameRisk::Disguised)) {
        Some("disguised")
    } else {
        either
            .contains(&Some(NameRisk::Executable))
            .then_some("executable")
    }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
