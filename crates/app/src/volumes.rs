//! Folders and the volumes they lie on: free space, and what is in a folder. Reads only.

use std::path::{Path, PathBuf};

use shoal_api::{ApiError, ApiResult, FolderInfo, FolderList};

/// Most folders listed.
const FOLDERS_MAX: usize = 2_000;

/// One volume.
pub(crate) struct Volume {
    pub(crate) mount: PathBuf,
    pub(crate) free_bytes: u64,
    pub(crate) size_bytes: u64,
}

/// The volume that `path`, or the nearest folder above it that exists, lies on.
pub(crate) fn volume_of(path: &Path) -> Option<Volume> {
    let there = path.ancestors().find(|p| p.exists())?;
    let there = std::fs::canonicalize(there).ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list();
    let disk = disks.iter().filter(|d| there.starts_with(d.mount_point()));
    let disk = disk.max_by_key(|d| d.mount_point().components().count())?;
    Some(Volume {
        mount: disk.mount_point().to_owned(),
        free_bytes: disk.available_space(),
        size_bytes: disk.total_space(),
    })
}

/// What a folder to save to is like.
pub(crate) fn folder_info(path: &Path) -> FolderInfo {
    let exists = path.is_dir();
    let parent_there = path.parent().is_some_and(Path::is_dir) && !path.exists();
    let volume = volume_of(path);
    FolderInfo {
        path: path.to_string_lossy().into_owned(),
        usable: path.is_absolute() && (exists || parent_there),
        exists,
        free_bytes: volume.as_ref().map(|v| v.free_bytes),
        volume_bytes: volume.as_ref().map(|v| v.size_bytes),
        volume: volume.map(|v| v.mount.to_string_lossy().into_owned()),
    }
}

/// The folders in `path`, hidden ones left out.
pub(crate) fn list_folders(path: &Path) -> ApiResult<FolderList> {
    let unusable = || ApiError::new("folder_unusable").with("path", path.display());
    let entries = std::fs::read_dir(path).map_err(|_| unusable())?;
    let folders = entries.flatten().filter(|e| e.path().is_dir());
    let names = folders.map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names
        .filter(|n| !n.starts_with('.'))
        .take(FOLDERS_MAX)
        .collect();
    names.sort_by_key(|n| n.to_lowercase());
    Ok(FolderList {
        path: path.to_string_lossy().into_owned(),
        parent: path.parent().map(|p| p.to_string_lossy().into_owned()),
        folders: names,
    })
}
