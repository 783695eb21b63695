//! Removes files that the caller says are its own and that still look as it knows them, and folders
//! that are empty; tells what is in a folder. Never removes a folder that held none of the caller's.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    Disk, FileError, Result, Stamp,
    folder::{Folder, Seen},
    shim::Op,
};

impl Disk {
    /// Deletes those of the caller's own `files` below `root` that still are what their stamp says;
    /// tells which. There is no way back. Links are not followed. What is gone already, or was
    /// changed or replaced since, is passed over.
    pub fn delete(&self, root: &Path, files: &[(PathBuf, Stamp)]) -> Result<BTreeSet<PathBuf>> {
        let mut gone = BTreeSet::new();
        let mut last: Option<Folder> = None;
        for (path, stamp) in files {
            let Some((folder, name)) = Folder::find(self, root, path)? else {
                continue;
            };
            let seen = folder.see(self, &name)?;
            if !matches!(seen, Some(Seen::File(seat)) if seat.stamp == *stamp) {
                continue;
            }
            folder.remove_file(self, &name)?;
            gone.insert(path.clone());
            // Once for each run of files in one folder.
            if let Some(left) = last.replace(folder)
                && last.as_ref().is_some_and(|f| f.path() != left.path())
            {
                left.sync(self)?;
            }
        }
        last.map_or(Ok(()), |folder| folder.sync(self))?;
        Ok(gone)
    }

    /// Removes those folders above the files `gone` that are `top` or in it, below `root`, and
    /// empty now. The root stays, and so does an empty folder that none of the files was in: the
    /// user made it. Links are not followed. What the system refuses to remove stays without an
    /// error.
    pub fn remove_empty_folders(
        &self,
        root: &Path,
        top: &Path,
        gone: &BTreeSet<PathBuf>,
    ) -> Result<()> {
        let inside = |p: &&Path| p.starts_with(top) && p.starts_with(root) && *p != root;
        let folders: BTreeSet<&Path> = gone
            .iter()
            .flat_map(|file| file.ancestors().skip(1).take_while(inside))
            .collect();
        let mut folders: Vec<&Path> = folders.into_iter().collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.components().count()));
        for folder in folders {
            if let Some((above, name)) = Folder::find(self, root, folder)?
                && above.remove_folder(self, &name)?
            {
                above.sync(self)?;
            }
        }
        Ok(())
    }

    /// Whether every file below `folder` is one of `own` and a plain file. Folders count for
    /// nothing; a link or a device is never one's own.
    pub fn holds_only(&self, folder: &Path, own: &BTreeSet<PathBuf>) -> Result<bool> {
        let failed = |e| FileError::io("look into", folder, e);
        self.step(Op::Look).map_err(failed)?;
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let fine = if kind.is_dir() {
                self.holds_only(&entry.path(), own)?
            } else {
                kind.is_file() && own.contains(&entry.path())
            };
            if !fine {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The names in a folder, as the system spells them.
pub(crate) fn spells(folder: &Path, name: &std::ffi::OsStr) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        if entry?.file_name() == name {
            return Ok(true);
        }
    }
    Ok(false)
}
