//! Removes folders that are empty, and tells what is in a folder. Never removes a file.

use std::{collections::BTreeSet, path::Path};

use crate::{Disk, FileError, FileErrorKind, Result};

impl Disk {
    /// Removes the empty folders below `top` and `top` itself if it is empty then. `top` is below
    /// `root` and never the root. Links are not followed; what is not empty stays.
    pub fn remove_empty_folders(&self, root: &Path, top: &Path) -> Result<()> {
        let _ = root;
        Err(FileError::new(FileErrorKind::Io, "remove folder", top))
    }

    /// Whether every file below `folder` is one of `own` and a plain file. Folders may be empty.
    pub fn holds_only(&self, folder: &Path, own: &BTreeSet<std::path::PathBuf>) -> Result<bool> {
        let _ = own;
        Err(FileError::new(FileErrorKind::Io, "look into", folder))
    }
}
