//! Volumes where the system is asked through `sysinfo` (Windows, macOS, BSD). The id is the file
//! system with its label and device: nothing better is told without calls that need `unsafe`.

use std::{io, path::Path};

use sysinfo::Disks;

use super::{Volume, VolumeId, is_network, max_file_bytes};

pub(super) fn volume_at(path: &Path) -> io::Result<Volume> {
    let disks = Disks::new_with_refreshed_list();
    let path = plain(path);
    let disk = disks
        .iter()
        .filter(|disk| path.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().components().count())
        .ok_or(io::ErrorKind::NotFound)?;
    let kind = disk.file_system().to_string_lossy();
    let name = disk.name().to_string_lossy();
    let size_bytes = disk.total_space();
    Ok(Volume {
        mount: disk.mount_point().to_owned(),
        id: VolumeId(format!("{kind} name={name} size={size_bytes}")),
        free_bytes: disk.available_space(),
        size_bytes,
        read_only: disk.is_read_only(),
        network: is_network(&kind),
        max_file_bytes: max_file_bytes(&kind),
    })
}

/// Windows makes `\\?\C:\a` of a path without links, and names its volumes `C:\`.
fn plain(path: &Path) -> std::path::PathBuf {
    let text = path.to_string_lossy();
    text.strip_prefix(r"\\?\")
        .filter(|rest| !rest.starts_with("UNC"))
        .map_or_else(|| path.to_owned(), Into::into)
}
