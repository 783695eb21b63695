//! Which volume a path lies on, and what it can take. Reads only.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use crate::{Disk, FileError, Result, shim::Op};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
use linux as sys;
#[cfg(not(target_os = "linux"))]
use other as sys;

/// What a volume is told from others by, over restarts as far as the system can: the kind of file
/// system with its UUID, or else its own number, or else the name of its device. Opaque: only
/// compared and stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeId(String);

impl VolumeId {
    /// An id that was stored before.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// The folder it is mounted at.
    pub mount: PathBuf,
    /// What it is told from others by.
    pub id: VolumeId,
    /// Bytes that this user may still write.
    pub free_bytes: u64,
    /// Bytes in all.
    pub size_bytes: u64,
    /// Whether nothing can be written.
    pub read_only: bool,
    /// Whether it is another machine's.
    pub network: bool,
    /// The largest file it can hold in bytes; none when that is no concern.
    pub max_file_bytes: Option<u64>,
}

impl Disk {
    /// The volume that `path`, or the nearest folder above it that exists, lies on. Links are
    /// followed. A network volume that does not answer can make this wait long.
    ///
    /// [`crate::FileErrorKind::NotFound`] if nothing above the path exists.
    pub fn volume_of(&self, path: &Path) -> Result<Volume> {
        let failed = |e| FileError::io("find the volume of", path, e);
        self.step(Op::Look).map_err(failed)?;
        let there = nearest(path).map_err(failed)?;
        sys::volume_at(&there).map_err(failed)
    }
}

/// The nearest folder above that exists, without links.
fn nearest(path: &Path) -> io::Result<PathBuf> {
    for folder in path.ancestors() {
        match folder.canonicalize() {
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) => {}
            found => return found,
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// The largest file of a file system by its name.
fn max_file_bytes(file_system: &str) -> Option<u64> {
    let fat = ["vfat", "msdos", "fat", "fat12", "fat16", "fat32", "umsdos"];
    fat.contains(&file_system.to_ascii_lowercase().as_str())
        .then_some(u64::from(u32::MAX))
}

/// Whether a file system by that name is another machine's: a server's, one that several machines
/// share, or the one around a virtual machine. Where each FUSE has the same name, it counts.
fn is_network(file_system: &str) -> bool {
    let known = [
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.sshfs",
        "fusefs",
        "gfs",
        "gfs2",
        "glusterfs",
        "gpfs",
        "lustre",
        "macfuse",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "orangefs",
        "osxfuse",
        "prl_fs",
        "pvfs2",
        "smb2",
        "smb3",
        "smbfs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
        "webdav",
    ];
    known.contains(&file_system.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fat_has_a_limit_for_files_that_matters() {
        assert_eq!(max_file_bytes("vfat"), Some(4 * 1024 * 1024 * 1024 - 1));
        assert_eq!(max_file_bytes("FAT32"), Some(u64::from(u32::MAX)));
        for other in ["exfat", "ext4", "btrfs", "ntfs", "tmpfs"] {
            assert_eq!(max_file_bytes(other), None, "{other}");
        }
    }

    #[test]
    fn shares_of_other_machines_are_told_from_disks() {
        assert!(is_network("nfs4") && is_network("cifs") && is_network("fuse.sshfs"));
        for other in ["gfs2", "vboxsf", "virtiofs", "9p", "macfuse", "SMBFS"] {
            assert!(is_network(other), "{other}");
        }
        // Layers and subvolumes of disks.
        assert!(!is_network("overlay") && !is_network("btrfs") && !is_network("ecryptfs"));
        assert!(!is_network("ext4") && !is_network("fuseblk") && !is_network("exfat"));
    }
}
