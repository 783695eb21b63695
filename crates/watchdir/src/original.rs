//! Touches an original: gives it another name, moves it, or removes it. Only while it still is the
//! file that was handed over, and never in the place of another. Whoever calls has stored what came
//! of the file: until then nothing here may run.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs::{self, File},
    io::{self, Read, Seek as _},
    path::{Path, PathBuf},
};

use shoal_files::{Disk, FileError, FileErrorKind};

use crate::{After, AfterError, Stamp, names};

/// Most names that are tried.
const NAMES: u32 = 1_000;

/// How a file gets into the trash, and why not.
pub(crate) type Trash = fn(&Path) -> Result<(), String>;

/// The system's trash.
pub(crate) fn trash(path: &Path) -> Result<(), String> {
    trash::delete(path).map_err(|e| e.to_string())
}

/// One original.
pub(crate) struct Original<'a> {
    /// The watched folder.
    pub(crate) root: &'a Path,
    /// The file's path in it.
    pub(crate) file: &'a Path,
    /// What it looked like when it was handed over.
    pub(crate) stamp: Stamp,
    pub(crate) trash: Trash,
}

type Done = Result<Option<PathBuf>, AfterError>;

impl Original<'_> {
    /// Does it and tells where the file is now, if it is anywhere.
    pub(crate) fn act(&self, action: &After) -> Done {
        let path = self.path();
        self.is_as_it_was()?;
        match action {
            After::Keep => Ok(Some(path)),
            After::Rename => {
                let folder = path.parent().unwrap_or(self.root).to_owned();
                self.rename(self.root, &folder, names::added)
            }
            After::Move(folder) => self.move_to(folder),
            After::Trash => match (self.trash)(&path) {
                Ok(()) => Ok(None),
                Err(why) => Err(AfterError::NoTrash(why)),
            },
            After::Delete => self.delete().map(|()| None),
        }
    }

    fn path(&self) -> PathBuf {
        self.root.join(self.file)
    }

    fn name(&self) -> Result<&OsStr, AfterError> {
        self.file.file_name().ok_or(AfterError::Gone)
    }

    fn is_as_it_was(&self) -> Result<(), AfterError> {
        let now = fs::symlink_metadata(self.path()).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => AfterError::Gone,
            _ => io_error(&e),
        })?;
        let stamp = Stamp::from(shoal_files::Stamp::of(&now));
        if now.is_dir() || stamp != self.stamp {
            return Err(AfterError::Changed);
        }
        Ok(())
    }

    /// Gives it the first name in a folder that is free.
    fn rename(&self, root: &Path, folder: &Path, next: fn(&OsStr, u32) -> OsString) -> Done {
        for number in 1..=NAMES {
            let to = folder.join(next(self.name()?, number));
            match Disk::real().rename_no_replace(self.root, &self.path(), root, &to) {
                Ok(()) => return self.still_itself(root, to).map(Some),
                Err(e) if e.kind == FileErrorKind::InTheWay && e.path == to => {}
                Err(e) if crosses(&e) => return self.copy_to(folder),
                Err(e) if e.kind == FileErrorKind::NotFound && e.path == root => {
                    return Err(AfterError::NoFolder);
                }
                Err(e) => return Err(self.failed(&e)),
            }
        }
        Err(AfterError::Taken)
    }

    /// Whether what got another name is what it was meant for: somebody may have put another file in
    /// its place at the last moment, which gets its name back and is looked at by itself.
    fn still_itself(&self, root: &Path, to: PathBuf) -> Result<PathBuf, AfterError> {
        // Some file systems give a file that gets another name another number.
        let is_it = |now: &shoal_files::Stamp| {
            (now.size_bytes, now.modified_ns) == (self.stamp.size, self.stamp.mtime_ns)
        };
        match shoal_files::Stamp::of_path(&to) {
            Ok(Some(now)) if !is_it(&now) => {
                let back = Disk::real().rename_no_replace(root, &to, self.root, &self.path());
                if let Err(error) = back {
                    tracing::warn!(%error, at = %to.display(), "a file that came late has another name");
                }
                Err(AfterError::Changed)
            }
            _ => Ok(to),
        }
    }

    fn move_to(&self, folder: &Path) -> Done {
        // Also when it is unplugged: a folder is never made.
        Disk::real()
            .require_root(folder)
            .map_err(|e| match e.kind {
                FileErrorKind::NotFound => AfterError::NoFolder,
                _ => file_error(&e),
            })?;
        let path = self.path();
        let here = path.parent().and_then(|here| here.canonicalize().ok());
        if here.is_some() && here == folder.canonicalize().ok() {
            return Ok(Some(path));
        }
        self.rename(folder, folder, names::numbered)
    }

    /// To another volume: the original goes when its copy is on the disk, under its name, and the
    /// same.
    fn copy_to(&self, folder: &Path) -> Done {
        let disk = Disk::real();
        let path = self.path();
        let mut source = disk
            .for_reading(self.root, &path)
            .map_err(|e| self.failed(&e))?;
        let now = shoal_files::Stamp::of_file(&source).map_err(|e| io_error(&e))?;
        if Stamp::from(now) != self.stamp {
            return Err(AfterError::Changed);
        }
        if let Some(copy) = self.copied_before(&mut source, folder)? {
            self.delete()?;
            return Ok(Some(copy));
        }
        let half = folder.join(format!(
            ".{:x}-{:x}.shoal-part",
            self.stamp.file_id, self.stamp.mtime_ns
        ));
        let made = copy_into(&mut source, folder, &half);
        let named = made.and_then(|()| self.name_copy(folder, &half));
        if named.is_err() {
            remove_half(folder, &half);
        }
        let copy = named?;
        self.delete()?;
        Ok(Some(copy))
    }

    fn name_copy(&self, folder: &Path, half: &Path) -> Result<PathBuf, AfterError> {
        for number in 1..=NAMES {
            let to = folder.join(names::numbered(self.name()?, number));
            match Disk::real().rename_no_replace(folder, half, folder, &to) {
                Ok(()) => return Ok(to),
                Err(e) if e.kind == FileErrorKind::InTheWay && e.path == to => {}
                Err(e) => return Err(file_error(&e)),
            }
        }
        Err(AfterError::Taken)
    }

    /// The same bytes under its name: copied by a run that ended before the original went.
    fn copied_before(
        &self,
        source: &mut File,
        folder: &Path,
    ) -> Result<Option<PathBuf>, AfterError> {
        for number in 1..=NAMES {
            let there = folder.join(names::numbered(self.name()?, number));
            let Ok(mut copy) = Disk::real().for_reading(folder, &there) else {
                return Ok(None);
            };
            if same(source, &mut copy).map_err(|e| io_error(&e))? {
                return Ok(Some(there));
            }
        }
        Err(AfterError::Taken)
    }

    /// Deletes it if it still is what it was.
    fn delete(&self) -> Result<(), AfterError> {
        let path = self.path();
        let own = [(path.clone(), self.stamp.into())];
        let gone: BTreeSet<PathBuf> = Disk::real()
            .delete(self.root, &own)
            .map_err(|e| self.failed(&e))?;
        if gone.contains(&path) {
            Ok(())
        } else {
            Err(AfterError::Changed)
        }
    }

    /// As [`file_error`], of the original itself.
    fn failed(&self, error: &FileError) -> AfterError {
        match error.kind {
            FileErrorKind::NotFound if error.path == self.path() => AfterError::Gone,
            FileErrorKind::InTheWay => AfterError::Changed,
            _ => file_error(error),
        }
    }
}

fn copy_into(source: &mut File, folder: &Path, half: &Path) -> Result<(), AfterError> {
    let disk = Disk::real();
    // Left by a run that ended in the middle: the name is made of this very file.
    remove_half(folder, half);
    let mut target = disk.create_new(folder, half).map_err(|e| file_error(&e))?;
    let to_io = |e: io::Error| io_error(&e);
    source.rewind().map_err(to_io)?;
    io::copy(source, &mut target).map_err(to_io)?;
    if let Ok(modified) = source.metadata().and_then(|meta| meta.modified()) {
        // The copy is as good without.
        let _ = target.set_modified(modified);
    }
    target.sync_all().map_err(to_io)?;
    if same(source, &mut target).map_err(to_io)? {
        Ok(())
    } else {
        Err(AfterError::Changed)
    }
}

fn remove_half(folder: &Path, half: &Path) {
    if let Ok(Some(stamp)) = shoal_files::Stamp::of_path(half) {
        // What stays is in the way of making it, and said then.
        let _ = Disk::real().delete(folder, &[(half.to_owned(), stamp)]);
    }
}

fn crosses(error: &FileError) -> bool {
    let source = error.source.as_ref();
    source.is_some_and(|source| source.kind() == io::ErrorKind::CrossesDevices)
}

/// Whether both hold the same bytes.
fn same(one: &mut File, two: &mut File) -> io::Result<bool> {
    const CHUNK: u64 = 64 * 1024;
    one.rewind()?;
    two.rewind()?;
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        left.clear();
        right.clear();
        Read::by_ref(one).take(CHUNK).read_to_end(&mut left)?;
        Read::by_ref(two).take(CHUNK).read_to_end(&mut right)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}

fn io_error(error: &io::Error) -> AfterError {
    of_kind(FileErrorKind::of(error), || error.to_string())
}

fn file_error(error: &FileError) -> AfterError {
    of_kind(error.kind, || match &error.source {
        Some(source) => source.to_string(),
        None => error.to_string(),
    })
}

fn of_kind(kind: FileErrorKind, text: impl FnOnce() -> String) -> AfterError {
    match kind {
        FileErrorKind::PermissionDenied => AfterError::Denied,
        FileErrorKind::ReadOnly => AfterError::ReadOnly,
        FileErrorKind::Full => AfterError::Full,
        _ => AfterError::Io(text()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_at_the_last_moment_keeps_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let (root, done) = (dir.path().join("in"), dir.path().join("done"));
        fs::create_dir(&root).unwrap();
        fs::create_dir(&done).unwrap();
        let path = root.join("a.torrent");
        fs::write(&path, "before").unwrap();
        let stamp = shoal_files::Stamp::of_path(&path).unwrap().unwrap().into();
        let original = Original {
            root: &root,
            file: Path::new("a.torrent"),
            stamp,
            trash,
        };
        // After it was looked at, and before it gets its name.
        fs::write(&path, "the next one").unwrap();
        let renamed = original.rename(&root, &root, names::added);
        assert_eq!(renamed, Err(AfterError::Changed));
        assert_eq!(original.copy_to(&done), Err(AfterError::Changed));
        assert_eq!(original.delete(), Err(AfterError::Changed));
        assert_eq!(fs::read(&path).unwrap(), b"the next one");
        assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
        assert_eq!(fs::read_dir(&done).unwrap().count(), 0);
    }
}
