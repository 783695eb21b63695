//! Brings many files to the disk at once, so that nothing a power cut can take away is called safe.
//! Changes nothing.

use std::{fs::File, io, path::Path};

use crate::{
    Disk, FileError, FileErrorKind, Result,
    folder::{Access, Folder},
    shim::Op,
};

/// With more files than this, the whole volume is brought to the disk in one go: each wait for one
/// file costs a turn of the disk.
#[cfg(target_os = "linux")]
const ONE_BY_ONE: usize = 100;
/// What Linux calls a file system that a program makes.
#[cfg(target_os = "linux")]
const FUSE: rustix::fs::FsWord = 0x6573_5546;

impl Disk {
    /// Returns when the bytes, lengths and times of all these files are on the disk. `root` and the
    /// paths are absolute, the paths below `root`. What is not there, or no plain file, is passed
    /// over, and so is a file system that keeps nothing back.
    ///
    /// With many files on Linux this waits for all that is to be written to their volumes.
    pub fn sync_files<'a>(
        &self,
        root: &Path,
        paths: impl ExactSizeIterator<Item = &'a Path>,
    ) -> Result<()> {
        #[cfg(target_os = "linux")]
        if paths.len() > ONE_BY_ONE {
            return self.sync_volumes(root, paths);
        }
        for path in paths {
            if let Some(file) = self.there(root, path)? {
                let synced = self.step(Op::Sync).and_then(|()| file.sync_all());
                kept_back(synced).map_err(|e| FileError::io("sync", path, e))?;
            }
        }
        Ok(())
    }

    /// The same for all volumes that the files lie on, each once.
    #[cfg(target_os = "linux")]
    fn sync_volumes<'a>(&self, root: &Path, paths: impl Iterator<Item = &'a Path>) -> Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        // By device, whether it has to be done one by one.
        let mut known = std::collections::BTreeMap::new();
        for path in paths {
            let Ok(found) = path.symlink_metadata() else {
                continue;
            };
            if !found.is_file() || known.get(&found.dev()) == Some(&false) {
                continue;
            }
            let Some(file) = self.there(root, path)? else {
                continue;
            };
            let one_by_one = *known
                .entry(found.dev())
                .or_insert_with(|| hides_more(&file));
            let synced = self.step(Op::Sync).and_then(|()| {
                if one_by_one {
                    file.sync_all()
                } else {
                    Ok(rustix::fs::syncfs(&file)?)
                }
            });
            kept_back(synced).map_err(|e| FileError::io("sync", path, e))?;
        }
        Ok(())
    }

    /// The file, if a plain one is there.
    fn there(&self, root: &Path, path: &Path) -> Result<Option<File>> {
        // Windows flushes only through a handle that may write.
        let access = if cfg!(windows) {
            Access::ReadWrite
        } else {
            Access::Read
        };
        let opened = match Folder::find(self, root, path)? {
            Some((folder, name)) => folder.open(self, &name, access),
            None => return Ok(None),
        };
        match opened {
            Ok(file) => Ok(Some(file)),
            Err(e) if matches!(e.kind, FileErrorKind::NotFound | FileErrorKind::InTheWay) => {
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }
}

/// Whether a program stands behind the file system that has memory of its own, of which the system
/// brings nothing to a disk when it is asked for the whole volume.
#[cfg(target_os = "linux")]
fn hides_more(file: &File) -> bool {
    rustix::fs::fstatfs(file).is_ok_and(|found| found.f_type == FUSE)
}

/// A file system without such a call, or one that is read-only, has nothing to bring anywhere.
fn kept_back(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::InvalidInput
                    | io::ErrorKind::Unsupported
                    | io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}
