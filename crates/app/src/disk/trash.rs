//! Moves a removed torrent's own files to the system's trash, and back; or deletes them for good.
//!
//! Only files that this torrent wrote go there, each the very one that was noted, and folders only
//! when nothing else is in them. When there is no trash, nothing is deleted: the caller is told, and
//! the user may say that the same files are to be deleted. All ways can be asked for again after a
//! kill in the middle.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use anyhow::Context as _;
use shoal_core::TorrentRecord;
use shoal_engine::journal;
use shoal_files::Stamp;
use shoal_metainfo::Metainfo;

use super::{
    Shared, meta_of,
    paths::{Located, locate, stamps_of},
    prepare, room,
    trust::{self, Own},
};

pub(super) fn to_trash(shared: &Shared, record: &TorrentRecord) -> anyhow::Result<()> {
    let own = own_files(shared, record)?;
    if own.is_empty() {
        return Ok(());
    }
    let top = record
        .content_path()
        .context("the torrent has no name on disk")?;
    if top.is_dir() && shared.files.holds_only(&top, &own)? {
        return Ok(trash::delete(&top)?);
    }
    trash::delete_all(&own)?;
    if top.is_dir() {
        shared
            .files
            .remove_empty_folders(record.folder(), &top, &own)?;
    }
    Ok(())
}

/// Deletes what [`to_trash`] would take to the trash. There is no way back.
pub(super) fn delete_for_good(shared: &Shared, record: &TorrentRecord) -> anyhow::Result<()> {
    let own = own_stamps(shared, record)?;
    if own.is_empty() {
        return Ok(());
    }
    let top = record
        .content_path()
        .context("the torrent has no name on disk")?;
    let own: Vec<(PathBuf, Stamp)> = own.into_iter().collect();
    let gone = shared.files.delete(record.folder(), &own)?;
    if top.is_dir() {
        shared
            .files
            .remove_empty_folders(record.folder(), &top, &gone)?;
    }
    Ok(())
}

/// The files on disk that this torrent wrote or was shown to own.
pub(super) fn own_files(
    shared: &Shared,
    record: &TorrentRecord,
) -> anyhow::Result<BTreeSet<PathBuf>> {
    Ok(own_stamps(shared, record)?.into_keys().collect())
}

/// The same, and how each of them looked when that was found.
fn own_stamps(shared: &Shared, record: &TorrentRecord) -> anyhow::Result<BTreeMap<PathBuf, Stamp>> {
    let meta = meta_of(shared, record.hash)?;
    let resume = shared.store.load_resume_blocking(record.hash)?;
    let resume = resume.filter(|r| prepare::fits(r, &meta));
    if let Some(noted) = resume.as_ref().and_then(|r| r.volume.as_ref())
        && let Some(volume) = shared.volumes.of(record.folder())
        && !room::is_same(noted, &volume)
    {
        // Nothing to remove now is not the same as nothing to remove.
        anyhow::bail!("the drive with its files is not connected");
    }
    let files = locate(record, &meta);
    let owned = own(shared, record, &meta, &files)?.sure;
    let own = (0..).zip(files).filter(|(i, _)| owned.get(*i));
    let there = own.filter_map(|(_, file)| {
        let file = file?;
        let stamp = Stamp {
            size_bytes: file.stamp.size_bytes?,
            modified_ns: file.stamp.modified_ns,
            file_id: file.stamp.file_id,
        };
        Some((file.at().to_owned(), stamp))
    });
    let is_file = |path: &PathBuf| path.symlink_metadata().is_ok_and(|m| m.is_file());
    Ok(there.filter(|(path, _)| is_file(path)).collect())
}

/// Which of `files` are the torrent's own, also after a run that was killed.
pub(super) fn own(
    shared: &Shared,
    record: &TorrentRecord,
    meta: &Metainfo,
    files: &[Option<Located>],
) -> anyhow::Result<Own> {
    let resume = shared.store.load_resume_blocking(record.hash)?;
    let Some(resume) = resume.filter(|r| prepare::fits(r, meta)) else {
        return Ok(Own::none(meta));
    };
    let now = stamps_of(files);
    if !resume.clean
        && let Some(journal) = journal::read(&shared.scratch, meta)
    {
        return Ok(trust::by_journal(meta, &record.selection, &journal, &now).own);
    }
    Ok(trust::by_resume(&resume, meta, &now))
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
    let meta = meta_of(shared, record.hash)?;
    let names = |file: Located| [Some(file.path), file.temp].into_iter().flatten();
    let files = locate(record, &meta).into_iter().flatten();
    let mut wanted: BTreeSet<PathBuf> = files.flat_map(names).collect();
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
