//! Finds out, before a torrent is started, what of it is on disk and whether that can be trusted.
//!
//! A stored bitfield counts only after a clean stop, and only when size and time of every file are
//! what they were then. Otherwise the data is checked. Files that vanished or changed behind a
//! finished torrent are said, never fetched again in silence; files that are not the torrent's own
//! are left alone.

use std::{
    io::ErrorKind,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use shoal_core::{Bitfield, Fault, FileStamp, Prepared, ResumeData, TorrentRecord};
use shoal_metainfo::Metainfo;

use super::{PrepareJob, Shared, check::CheckJob, content_paths, load_meta, stamps};
use crate::progress::have_bytes;

/// Highest number in "name (n)".
const NAMES_MAX: u32 = 9_999;

pub(super) enum Outcome {
    Ready(Prepared, Arc<Metainfo>),
    Check(Box<CheckJob>),
}

pub(super) fn prepare(
    shared: &Shared,
    job: PrepareJob,
    cancel: Arc<AtomicBool>,
) -> Result<Outcome, Fault> {
    let PrepareJob {
        mut record,
        op,
        full_check,
        avoid,
        fresh_name,
        may_make_folder,
    } = job;
    let meta = load_meta(shared, record.hash)?;
    let resume = shared
        .store
        .load_resume_blocking(record.hash)
        .map_err(|e| Fault::Io(e.to_string()))?;
    let resume = resume.filter(|r| fits(r, &meta));
    let begun = record.have_bytes > 0 || resume.as_ref().is_some_and(|r| r.have.count_ones() > 0);
    need_folder(&record.save_path, may_make_folder, begun)?;
    record.disk_name = disk_name(&record, &meta, &avoid, fresh_name);
    let now = stamps(&content_paths(&record, &meta));
    let nothing_there = now.iter().all(|s| s.size_bytes.is_none());
    if let Some(resume) = resume
        .as_ref()
        .filter(|r| !full_check && !fresh_name && r.clean && r.stamps == now)
    {
        let owned = only_there(&resume.owned, &now);
        let prepared = prepared(&record, &meta, resume.have.clone(), owned);
        if resume.owned != claimed(&prepared.owned, &now) {
            save(shared, &record, &prepared.have, &prepared.owned, now)?;
        }
        return Ok(Outcome::Ready(prepared, meta));
    }
    // What was there is known even of a run that was killed, whose stamps are older than its files.
    let lost = begun && resume.as_ref().is_some_and(|r| lost_files(r, &now))
        || record.have_bytes > 0 && nothing_there;
    let changed = resume.as_ref().is_some_and(|r| r.clean && r.stamps != now)
        && record.completed_at.is_some();
    if (lost || changed) && !full_check && !fresh_name {
        return Err(Fault::FilesChanged);
    }
    if nothing_there {
        let none = Bitfield::new(meta.piece_count);
        let prepared = prepared(&record, &meta, none, no_files(&meta));
        save(shared, &record, &prepared.have, &prepared.owned, now)?;
        return Ok(Outcome::Ready(prepared, meta));
    }
    let owned = resume
        .filter(|_| !fresh_name)
        .map_or_else(|| no_files(&meta), |r| own(&r, &meta, &now));
    Ok(Outcome::Check(Box::new(CheckJob {
        record,
        op,
        meta,
        owned,
        cancel,
    })))
}

/// Saves what was found, with a claim on every file that is not there yet: should Shoal be killed
/// after the engine has made one, it is known to be the torrent's own. See [`own`].
pub(super) fn save(
    shared: &Shared,
    record: &TorrentRecord,
    have: &Bitfield,
    owned: &Bitfield,
    stamps: Vec<FileStamp>,
) -> Result<(), Fault> {
    let data = ResumeData {
        have: have.clone(),
        owned: claimed(owned, &stamps),
        stamps,
        clean: true,
        volume: None,
    };
    let saved = shared.store.save_resume_blocking(record.hash, data);
    saved.map_err(|e| Fault::Io(e.to_string()))
}

fn claimed(owned: &Bitfield, stamps: &[FileStamp]) -> Bitfield {
    let mut claimed = owned.clone();
    for (i, stamp) in (0..).zip(stamps) {
        if stamp.size_bytes.is_none() {
            claimed.set(i, true);
        }
    }
    claimed
}

/// The files that a torrent owns. A claim on a file that was not there counts only when the engine
/// may have made it since: what came to lie there while nothing ran is somebody else's.
///
/// What is there `now` and is longer than the torrent's file cannot be of its making either.
pub(super) fn own(resume: &ResumeData, meta: &Metainfo, now: &[FileStamp]) -> Bitfield {
    let mut owned = resume.owned.clone();
    let stamps = resume.stamps.iter().zip(now);
    for (i, ((then, now), file)) in (0..).zip(stamps.zip(&meta.files)) {
        let longer = now.size_bytes.is_some_and(|size| size > file.length);
        if then.size_bytes.is_none() && (resume.clean || longer) {
            owned.set(i, false);
        }
    }
    owned
}

/// Claims on files that never came to be are dropped.
fn only_there(owned: &Bitfield, now: &[FileStamp]) -> Bitfield {
    let mut there = owned.clone();
    for (i, stamp) in (0..).zip(now) {
        if stamp.size_bytes.is_none() {
            there.set(i, false);
        }
    }
    there
}

/// Whether stored data belongs to this metainfo at all.
pub(super) fn fits(resume: &ResumeData, meta: &Metainfo) -> bool {
    resume.have.len() == meta.piece_count
        && resume.stamps.len() == meta.files.len()
        && resume.owned.len() as usize == meta.files.len()
}

/// Whether a file that was there at the last stop is gone.
fn lost_files(resume: &ResumeData, now: &[FileStamp]) -> bool {
    resume
        .stamps
        .iter()
        .zip(now)
        .any(|(then, now)| then.size_bytes.is_some() && now.size_bytes.is_none())
}

pub(super) fn no_files(meta: &Metainfo) -> Bitfield {
    Bitfield::new(u32::try_from(meta.files.len()).unwrap_or(u32::MAX))
}

pub(super) fn prepared(
    record: &TorrentRecord,
    meta: &Metainfo,
    have: Bitfield,
    owned: Bitfield,
) -> Prepared {
    let have_bytes = have_bytes(meta, &record.selection, &have);
    Prepared {
        have,
        owned,
        have_bytes,
        disk_name: record.disk_name.clone(),
        unfinished_path: record.unfinished_path.clone(),
        volume: None,
        stamps: vec![],
    }
}

/// The folder to save to must be there. A new torrent may have it made, one level deep: a missing
/// parent may be a drive that is not connected.
fn need_folder(folder: &Path, may_make: bool, begun: bool) -> Result<(), Fault> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent_there = folder.parent().is_some_and(Path::is_dir);
    if begun || !(parent_there || may_make) {
        return Err(Fault::FolderMissing(folder.to_owned()));
    }
    let made = if may_make {
        std::fs::create_dir_all(folder)
    } else {
        std::fs::create_dir(folder)
    };
    made.map_err(|e| match e.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Fault::PermissionDenied(folder.to_owned())
        }
        ErrorKind::NotFound => Fault::FolderMissing(folder.to_owned()),
        ErrorKind::StorageFull => Fault::DiskFull {
            needed_bytes: 0,
            volume: folder.to_owned(),
        },
        _ => Fault::Io(e.to_string()),
    })
}

/// The name on disk: the one it has, else the metainfo's, else the first free "name (n)".
fn disk_name(record: &TorrentRecord, meta: &Metainfo, avoid: &[String], fresh: bool) -> String {
    if !fresh && !record.disk_name.is_empty() {
        return record.disk_name.clone();
    }
    let taken = |name: &str| {
        avoid
            .iter()
            .any(|a| a.to_lowercase() == name.to_lowercase())
    };
    if !fresh && !taken(&meta.disk_name) {
        return meta.disk_name.clone();
    }
    let numbered = (2..=NAMES_MAX).map(|n| number(&meta.disk_name, n, meta.single_file));
    let free =
        |name: &String| !taken(name) && record.save_path.join(name).symlink_metadata().is_err();
    let mut numbered = numbered.filter(free);
    numbered
        .next()
        .unwrap_or_else(|| format!("torrent-{}", record.hash))
}

/// "name (n)", with the number before the extension of a file, within 255 bytes.
fn number(name: &str, n: u32, is_file: bool) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if is_file && !stem.is_empty() && extension.len() <= 16 => {
            (stem, Some(extension))
        }
        _ => (name, None),
    };
    let tail = extension.map_or_else(|| format!(" ({n})"), |e| format!(" ({n}).{e}"));
    let mut end = stem.len().min(255 - tail.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{tail}", &stem[..end])
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn the_number_stands_before_the_extension_of_a_file() {
        assert_eq!(number("film.mkv", 2, true), "film (2).mkv");
        assert_eq!(number("v1.0 disc", 3, false), "v1.0 disc (3)");
        assert_eq!(number(".hidden", 2, true), ".hidden (2)");
        assert!(number(&"ä".repeat(127), 10, true).len() <= 255);
    }
}
