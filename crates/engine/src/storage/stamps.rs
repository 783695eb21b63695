//! Notices that a whole file is no longer what it was, before a byte of it is served: by its size,
//! its time of change, its number on the volume, and whether it still has a name at all.

use std::{fs::Metadata, path::Path};

use shoal_core::{EngineFault, FileStamp};
use shoal_files::Stamp;

use super::{files::TorrentFiles, handles::Handle};
use crate::fault::Fault;

impl Handle {
    /// Asks that the open file looks as it did when it was whole.
    pub(super) fn require(&self, stamp: &Stamp, path: &Path) -> Result<(), Fault> {
        let looked = self.file.metadata();
        let looked = looked.map_err(|e| Fault::io("look at", path, e))?;
        if !has_name(&looked) {
            return Err(gone_or_changed(path));
        }
        if !fits(stamp, &Stamp::of(&looked)) {
            return Err(changed(path));
        }
        Ok(())
    }
}

impl TorrentFiles {
    /// A file of which every piece is verified: from now on it must look as it does.
    pub(super) fn became_whole(&self, index: usize) -> Result<(), Fault> {
        let slot = &self.slots[index];
        let Some(path) = &slot.path else {
            return Ok(());
        };
        let mut place = slot.place.write();
        if !place.real {
            return Ok(());
        }
        if place.handle.is_none() {
            self.open_into(index, &mut place, false)?;
        }
        if let Some(handle) = &place.handle {
            let stamp = Stamp::of_file(&handle.file);
            place.stamp = Some(stamp.map_err(|e| Fault::io("look at", path, e))?);
        }
        if place.at_temp {
            drop(place);
            self.tell_whole(index);
        }
        Ok(())
    }
}

/// Asks of a file that is whole from the start that it looks as it did, before it is used.
pub(super) fn require_unchanged(stamp: &Stamp, path: &Path) -> Result<(), Fault> {
    let now = Stamp::of_path(path).map_err(|e| Fault::io("look at", path, e))?;
    match now {
        Some(now) if fits(stamp, &now) => Ok(()),
        Some(_) => Err(changed(path)),
        None => Err(gone(path)),
    }
}

/// None: it was not there.
pub(super) fn stamp_of(stamp: FileStamp) -> Option<Stamp> {
    Some(Stamp {
        size_bytes: stamp.size_bytes?,
        modified_ns: stamp.modified_ns,
        file_id: stamp.file_id,
    })
}

/// A number that is unknown fits any.
fn fits(one: &Stamp, other: &Stamp) -> bool {
    let same = |a: u64, b: u64| a == b || a == 0 || b == 0;
    one.size_bytes == other.size_bytes
        && one.modified_ns == other.modified_ns
        && same(one.file_id, other.file_id)
}

/// One that was deleted, or replaced by another, lives on without a name while it is open.
#[cfg(unix)]
fn has_name(looked: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(looked) > 0
}

/// The system lets nobody delete an open file.
#[cfg(not(unix))]
fn has_name(_: &Metadata) -> bool {
    true
}

pub(super) fn changed(path: &Path) -> Fault {
    let text = format!("{} was changed from outside", path.display());
    Fault::new(EngineFault::FilesChanged, text)
}

/// A file that lost its name: alone, or with its folder.
fn gone_or_changed(path: &Path) -> Fault {
    if path.parent().is_some_and(Path::is_dir) {
        changed(path)
    } else {
        gone(path)
    }
}

pub(super) fn gone(path: &Path) -> Fault {
    let text = format!("{} is gone or too short", path.display());
    Fault::new(EngineFault::FolderMissing, text)
}
