//! Volumes: which one a folder lies on, whether it can take what a torrent still has to write, and
//! whether what a torrent waits for has passed. Reads only.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use shoal_core::{Bitfield, Fault, ResumeData, TorrentRecord, VolumeMark};
use shoal_files::{Disk, Volume};
use shoal_metainfo::Metainfo;

use super::paths::Located;
use crate::progress::file_have_bytes;

/// Bytes that are left free for others, when the volume is big enough.
const SPARE_BYTES: u64 = 64 << 20;
/// On a small volume this part of it is left free.
const SPARE_PART: u64 = 20;
/// How long a look at a volume counts.
const FRESH: Duration = Duration::from_secs(1);

/// Looks at volumes, and remembers each look for a second: at a start the same few folders are asked
/// for ten thousand times.
#[derive(Default)]
pub(super) struct Volumes {
    disk: Disk,
    looks: Mutex<HashMap<PathBuf, (Instant, Option<Volume>)>>,
}

impl Volumes {
    /// Looks anew at the next question: for what is not to be said of a drive that went just now.
    pub(super) fn forget(&self) {
        self.looks.lock().clear();
    }

    /// The volume that `folder`, or the nearest one above it that exists, lies on.
    pub(super) fn of(&self, folder: &Path) -> Option<Volume> {
        let mut looks = self.looks.lock();
        if let Some((at, volume)) = looks.get(folder)
            && at.elapsed() < FRESH
        {
            return volume.clone();
        }
        looks.retain(|_, (at, _)| at.elapsed() < FRESH);
        let volume = self
            .disk
            .volume_of(folder)
            .inspect_err(|error| tracing::debug!(%error, "a volume could not be looked at"))
            .ok();
        looks.insert(folder.to_owned(), (Instant::now(), volume.clone()));
        volume
    }
}

/// By what a volume is known again.
pub(super) fn mark(volume: &Volume) -> VolumeMark {
    VolumeMark {
        mount: volume.mount.clone(),
        id: volume.id.as_str().to_owned(),
    }
}

/// Whether the volume is the one that was noted. One that says nothing of itself fits.
pub(super) fn is_same(noted: &VolumeMark, volume: &Volume) -> bool {
    let (then, now) = (noted.id.as_str(), volume.id.as_str());
    noted.mount == volume.mount && (then == now || then.is_empty() || now.is_empty())
}

/// Refuses a folder on another volume than the one with the data.
pub(super) fn need_volume(
    folder: &Path,
    resume: Option<&ResumeData>,
    volume: Option<&Volume>,
) -> Result<(), Fault> {
    let noted = resume.and_then(|r| r.volume.as_ref());
    let (Some(noted), Some(volume)) = (noted, volume) else {
        return Ok(());
    };
    if is_same(noted, volume) {
        return Ok(());
    }
    // Where a drive was, its empty mount point is a folder of the volume below it.
    Err(if noted.mount == volume.mount {
        Fault::VolumeChanged(noted.mount.clone())
    } else {
        Fault::FolderMissing(folder.to_owned())
    })
}

/// Bytes of a volume that are left free for others.
fn spare(volume: &Volume) -> u64 {
    SPARE_BYTES.min(volume.size_bytes / SPARE_PART)
}

/// What a torrent would do to its files, were it to run.
pub(super) struct Plan<'a> {
    pub(super) record: &'a TorrentRecord,
    pub(super) meta: &'a Metainfo,
    pub(super) have: &'a Bitfield,
    pub(super) files: &'a [Option<Located>],
}

/// Refuses what is bound to fail: files that cannot be read, or written, or have no room.
///
/// Room is what is free now. What other torrents of the volume still want is not set apart for them:
/// one that has no sources would keep it for ever, and all smaller ones would wait behind it though
/// they fit. When several do want the same bytes, those that come too late wait with a sentence once
/// the volume is full, and go on when the one that needs least of them has room.
pub(super) fn need_room(plan: &Plan<'_>, volume: Option<&Volume>) -> Result<(), Fault> {
    let folder = plan.record.folder();
    let mut needed_bytes = 0_u64;
    let mut writes = false;
    let mut looked = HashSet::new();
    for (i, file) in plan.files.iter().enumerate() {
        let Some(file) = file else { continue };
        let length = plan.meta.files[i].length;
        let there = file.stamp.size_bytes.is_some();
        let have_bytes = file_have_bytes(plan.meta, i, plan.have);
        if there && have_bytes > 0 {
            need_access(file.at(), Access::Read, volume)?;
        }
        if have_bytes >= length || !plan.record.selection.wants(i) {
            continue;
        }
        writes = true;
        if let Some(most) = volume.and_then(|v| v.max_file_bytes)
            && length > most
        {
            return Err(Fault::FileTooBig(file.path.clone()));
        }
        if there {
            need_access(file.at(), Access::Write, volume)?;
        } else if let Some(parent) = file.path.parent()
            && looked.insert(parent.to_owned())
        {
            let above = parent.ancestors().find(|p| p.exists());
            need_access(above.unwrap_or(folder), Access::Write, volume)?;
        }
        let allocated = if there { allocated_bytes(file.at()) } else { 0 };
        needed_bytes += (length - have_bytes).min(length.saturating_sub(allocated));
    }
    let Some(volume) = volume.filter(|_| writes) else {
        return Ok(());
    };
    if volume.read_only {
        return Err(Fault::ReadOnly(volume.mount.clone()));
    }
    if needed_bytes > 0 && volume.free_bytes < needed_bytes.saturating_add(spare(volume)) {
        return Err(Fault::DiskFull {
            needed_bytes,
            volume: volume.mount.clone(),
        });
    }
    Ok(())
}

/// Refuses when a copy of so many bytes has no room on the volume of `folder`.
pub(super) fn need_free(volumes: &Volumes, folder: &Path, needed_bytes: u64) -> Result<(), Fault> {
    match volumes.of(folder) {
        Some(volume) if volume.free_bytes < needed_bytes.saturating_add(spare(&volume)) => {
            Err(Fault::DiskFull {
                needed_bytes,
                volume: volume.mount,
            })
        }
        _ => Ok(()),
    }
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

#[cfg(unix)]
fn need_access(path: &Path, access: Access, volume: Option<&Volume>) -> Result<(), Fault> {
    use rustix::{fs, io::Errno};
    let access = match access {
        Access::Read => fs::Access::READ_OK,
        Access::Write => fs::Access::WRITE_OK,
    };
    match fs::access(path, access) {
        Err(Errno::ROFS) => {
            let mount = volume.map_or(path, |v| &v.mount);
            Err(Fault::ReadOnly(mount.to_owned()))
        }
        Err(Errno::ACCESS | Errno::PERM) => Err(Fault::PermissionDenied(path.to_owned())),
        // What is wrong otherwise is found out by whoever opens it.
        _ => Ok(()),
    }
}

/// Windows tells only when a file is opened.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "same shape as on Unix")]
fn need_access(_: &Path, _: Access, _: Option<&Volume>) -> Result<(), Fault> {
    Ok(())
}

/// Bytes of the volume that a file takes already.
fn allocated_bytes(path: &Path) -> u64 {
    let Ok(found) = path.symlink_metadata() else {
        return 0;
    };
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::blocks(&found) * 512;
    #[cfg(not(unix))]
    found.len()
}

/// A cheap look whether `fault` may have passed.
pub(super) fn has_passed(
    volumes: &Volumes,
    record: &TorrentRecord,
    fault: &Fault,
    resume: impl FnOnce() -> Option<ResumeData>,
) -> bool {
    let folder = record.folder();
    let volume = || volumes.of(folder);
    match fault {
        Fault::FolderMissing(_) | Fault::VolumeChanged(_) => {
            folder.is_dir() && need_volume(folder, resume().as_ref(), volume().as_ref()).is_ok()
        }
        Fault::DiskFull { needed_bytes, .. } => need_free(volumes, folder, *needed_bytes).is_ok(),
        Fault::ReadOnly(_) => {
            let volume = volume();
            !volume.as_ref().is_some_and(|v| v.read_only)
                && need_access(folder, Access::Write, volume.as_ref()).is_ok()
        }
        Fault::PermissionDenied(path) => {
            let there = path.ancestors().find(|p| p.exists()).unwrap_or(folder);
            let fine = |access| need_access(there, access, None).is_ok();
            fine(Access::Read) && fine(Access::Write)
        }
        _ => true,
    }
}
