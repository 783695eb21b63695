//! Removes folders that are empty, and tells what is in a folder. Never removes a file, nor a
//! folder that held none of the caller's.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{Disk, FileError, Result, folder::Folder, shim::Op};

impl Disk {
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
