//! Moves a removed torrent's own files to the system's trash, and back.
//!
//! Only files that this torrent wrote go there, and folders only when nothing else is in them. When
//! there is no trash, nothing is deleted: the caller is told.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use shoal_core::TorrentRecord;

use super::{Shared, content_paths, load_meta, prepare, stamps};

pub(super) fn to_trash(shared: &Shared, record: &TorrentRecord) -> anyhow::Result<()> {
    let own = own_files(shared, record)?;
    if own.is_empty() {
        return Ok(());
    }
    let top = record
        .content_path()
        .context("the torrent has no name on disk")?;
    if top.is_dir() && holds_only(&top, &own)? {
        return Ok(trash::delete(&top)?);
    }
    trash::delete_all(&own)?;
    remove_empty_folders(&top, &own);
    Ok(())
}

/// The files on disk that this torrent wrote or was shown to own.
pub(super) fn own_files(
    shared: &Shared,
    record: &TorrentRecord,
) -> anyhow::Result<BTreeSet<PathBuf>> {
    let meta =
        load_meta(shared, record.hash).map_err(|_| anyhow::anyhow!("the metainfo is gone"))?;
    let resume = shared.store.load_resume_blocking(record.hash)?;
    let Some(resume) = resume.filter(|r| prepare::fits(r, &meta)) else {
        return Ok(BTreeSet::new());
    };
    let paths = content_paths(record, &meta);
    let owned = prepare::own(&resume, &meta, &stamps(&paths));
    let paths = paths.into_iter().enumerate();
    let own = paths.filter(|(i, _)| u32::try_from(*i).is_ok_and(|i| owned.get(i)));
    let there = own
        .filter_map(|(_, path)| path)
        .filter(|p| p.symlink_metadata().is_ok_and(|m| m.is_file()));
    Ok(there.collect())
}

/// Whether every file below `folder` is one of `own`, and nothing in it is a link or a device.
fn holds_only(folder: &Path, own: &BTreeSet<PathBuf>) -> std::io::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let fine = if kind.is_dir() {
            holds_only(&entry.path(), own)?
        } else {
            own.contains(&entry.path())
        };
        if !fine {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes folders from `top` down that are empty now. `remove_dir` refuses all others.
fn remove_empty_folders(top: &Path, gone: &BTreeSet<PathBuf>) {
    let mut folders: Vec<&Path> = gone
        .iter()
        .filter_map(|p| p.parent())
        .filter(|p| p.starts_with(top))
        .collect();
    folders.sort_by_key(|p| std::cmp::Reverse(p.components().count()));
    for folder in folders {
        for up in folder.ancestors().take_while(|p| p.starts_with(top)) {
            if std::fs::remove_dir(up).is_err() {
                break;
            }
        }
    }
}

#[cfg(any(
    windows,
    all(
        unix,
        not(target_os = "macos"),
        not(target_os = "ios"),
        not(target_os = "android")
    )
))]
pub(super) fn from_trash(shared: &Shared, record: &TorrentRecord) -> anyhow::Result<()> {
    let meta =
        load_meta(shared, record.hash).map_err(|_| anyhow::anyhow!("the metainfo is gone"))?;
    let mut wanted: BTreeSet<PathBuf> =
        content_paths(record, &meta).into_iter().flatten().collect();
    wanted.extend(record.content_path());
    let mut items = trash::os_limited::list()?;
    items.retain(|item| wanted.contains(&item.original_path()));
    // The newest of each: an older one of the same name is something else.
    items.sort_by_key(|item| std::cmp::Reverse(item.time_deleted));
    let mut seen = BTreeSet::new();
    items.retain(|item| seen.insert(item.original_path()) && !item.original_path().exists());
    Ok(trash::os_limited::restore_all(items)?)
}

/// macOS gives no way to bring things back from the trash: the user does it, and checks again.
#[cfg(not(any(
    windows,
    all(
        unix,
        not(target_os = "macos"),
        not(target_os = "ios"),
        not(target_os = "android")
    )
)))]
pub(super) fn from_trash(_: &Shared, _: &TorrentRecord) -> anyhow::Result<()> {
    anyhow::bail!("this system brings nothing back from its trash")
}
