//! Folders and the volumes they lie on: free space, and what is in a folder. Reads only.

use std::path::Path;

use shoal_api::{ApiError, ApiResult, FolderInfo, FolderList};
use shoal_files::{Disk, Volume};

/// Most folders listed.
const FOLDERS_MAX: usize = 2_000;

/// The volume that `path`, or the nearest folder above it that exists, lies on.
pub(crate) fn volume_of(path: &Path) -> Option<Volume> {
    Disk::real().volume_of(path).ok()
}

/// Whether torrents can be saved to a folder: it is there, or can be made.
pub(crate) fn is_usable(path: &Path) -> bool {
    let parent_there = || path.parent().is_some_and(Path::is_dir) && !path.exists();
    path.is_absolute() && (path.is_dir() || parent_there())
}

/// What a folder to save to is like.
pub(crate) fn folder_info(path: &Path) -> FolderInfo {
    let volume = volume_of(path);
    FolderInfo {
        path: path.to_string_lossy().into_owned(),
        usable: is_usable(path),
        exists: path.is_dir(),
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
