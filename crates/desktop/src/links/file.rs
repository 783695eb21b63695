//! Writing a small file of a person's configuration: whole or not at all.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
    process,
};

/// Puts `new` in place of `old` (none: there was no file). A link is followed to its file. Fails when somebody
/// else has changed the file meanwhile.
pub(super) fn write(path: &Path, old: Option<&[u8]>, new: &[u8]) -> io::Result<()> {
    let target = match path.symlink_metadata() {
        Ok(_) => path.canonicalize()?,
        Err(_) => path.to_owned(),
    };
    let folder = target.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let beside = folder.join(format!(".{}.{}", name.to_string_lossy(), process::id()));
    let written = fill(&beside, &target, new).and_then(|()| {
        let now = fs::read(&target).ok();
        if now.as_deref() == old {
            fs::rename(&beside, &target)
        } else {
            Err(io::ErrorKind::ResourceBusy.into())
        }
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn fill(beside: &Path, target: &Path, new: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(beside)?;
    if let Ok(about) = fs::metadata(target) {
        file.set_permissions(about.permissions())?;
    }
    file.write_all(new)?;
    file.sync_all()
}
