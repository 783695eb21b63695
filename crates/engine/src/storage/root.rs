//! The folder that a torrent's files lie below: whether it is still the one that was there when the
//! torrent was started. Where a drive was unplugged, its bare folder on another volume is left; nothing
//! may be made there, and nothing may be called gone because it is not there. It only looks.

use std::{fs::Metadata, path::Path, sync::OnceLock};

use shoal_core::EngineFault;

use super::files::TorrentFiles;
use crate::fault::Fault;

/// Which volume it was on; none where the system does not tell. Not the folder's own number: some file
/// systems give out another one each time.
pub(super) type RootId = OnceLock<Option<u64>>;

impl TorrentFiles {
    /// Refuses when there is no root, and remembers on which volume it is.
    pub(super) fn note_root(&self) -> Result<(), Fault> {
        self.disk.require_root(&self.root)?;
        let id = look(&self.root)?;
        self.root_id.get_or_init(|| id);
        Ok(())
    }

    /// Refuses when a folder of another volume, or none, is where the root was.
    pub(super) fn require_same_root(&self) -> Result<(), Fault> {
        self.disk.require_root(&self.root)?;
        match self.root_id.get() {
            Some(id) if *id != look(&self.root)? => Err(Fault::new(
                EngineFault::FolderMissing,
                format!(
                    "a folder of another volume is at {} now",
                    self.root.display()
                ),
            )),
            _ => Ok(()),
        }
    }
}

fn look(root: &Path) -> Result<Option<u64>, Fault> {
    let meta = std::fs::metadata(root).map_err(|e| Fault::io("look at", root, e))?;
    Ok(id_of(&meta))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems do not tell")]
fn id_of(meta: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    Some(meta.dev())
}

#[cfg(not(unix))]
fn id_of(_: &Metadata) -> Option<u64> {
    None
}
