//! The lock that keeps two Shoals out of one data folder. The kernel holds it, so that it goes away
//! with the process however that ends. It must never be judged by the existence of the file, and the
//! file must never be deleted: a second process could then lock a file that nobody else sees.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use crate::StoreError;

const FILE: &str = "lock";

/// Held while this process owns the data folder; released on drop.
#[derive(Debug)]
pub struct InstanceLock {
    dir: PathBuf,
    /// Open for as long as the lock is to last.
    _file: File,
}

impl InstanceLock {
    /// Takes the lock on `dir`, making the folder if need be. `None` when another Shoal has it.
    pub fn acquire(dir: &Path) -> Result<Option<Self>, StoreError> {
        fs::create_dir_all(dir)?;
        let path = dir.join(FILE);
        let file = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self {
                dir: dir.to_owned(),
                _file: file,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The folder that is locked.
    pub fn dir(&self) -> &Path {
        &self.dir
    }
}
