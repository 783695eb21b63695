//! Moves a set of files from one place to another, so that it can be killed at every step and
//! called again. Never moves, overwrites or removes a file that is not listed.

mod compare;
mod copy;
mod plan;

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    io::{Error, ErrorKind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    Disk, FileError, FileErrorKind, Result,
    folder::{Access, Folder, Found, NewFolders, Seat},
};
use plan::{Planned, Todo};

/// Bytes copied or compared at a time, between two looks at the cancel flag.
const CHUNK: usize = 1 << 20;

/// Most bytes of a name that every file system takes.
const NAME_MAX_BYTES: usize = 255;

/// One file to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveFile {
    /// Where it is: absolute, below the move's `from_root`.
    pub from: PathBuf,
    /// Where it shall be: absolute, below the move's `to_root`.
    pub to: PathBuf,
    /// Its length in bytes when it is whole. A file found shorter is moved as it is.
    pub length_bytes: u64,
}

/// A set of files to move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// A folder that exists and that all sources are below.
    pub from_root: PathBuf,
    /// A folder that exists and that all targets are below.
    pub to_root: PathBuf,
    /// The files, no source and no target twice.
    pub files: Vec<MoveFile>,
    /// Names the temporary copies; unique among moves at work, such as an info-hash. Letters,
    /// digits, `-` and `_` only, at most 64.
    pub tag: String,
    /// The folders that the sources were in, from this one below `from_root` on, are removed at
    /// the end if they are empty. Others stay, empty or not.
    pub empty_folders_below: Option<PathBuf>,
}

impl Move {
    /// The move that takes this one back: from and to swapped. The folder that is cleaned is
    /// `empty_folders_below`, which is now on the other side.
    #[must_use]
    pub fn undo(&self, empty_folders_below: Option<PathBuf>) -> Self {
        let swap = |file: &MoveFile| MoveFile {
            from: file.to.clone(),
            to: file.from.clone(),
            length_bytes: file.length_bytes,
        };
        Self {
            from_root: self.to_root.clone(),
            to_root: self.from_root.clone(),
            files: self.files.iter().map(swap).collect(),
            tag: self.tag.clone(),
            empty_folders_below,
        }
    }
}

/// How far a move is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveProgress {
    /// Bytes of files that are at their target, and of the copy under way.
    pub done_bytes: u64,
    /// Bytes of all files found.
    pub total_bytes: u64,
    /// The file at work, as an index of [`Move::files`].
    pub file_index: usize,
}

impl Disk {
    /// Moves the files. Within a volume each is renamed; across volumes it is copied to a temporary
    /// name beside its target, brought to the disk, compared with its source and renamed, and then
    /// the source is removed if nobody changed it meanwhile.
    ///
    /// Before anything is touched all files are looked at. [`FileErrorKind::InTheWay`]: something
    /// else is at a target, or a path is both a source and a target; [`FileErrorKind::Full`] and
    /// [`FileErrorKind::TooBig`]: the target's volume cannot take them;
    /// [`FileErrorKind::NotFound`]: a root is gone. A file that is nowhere is passed over, and one
    /// that is at its target only is done.
    ///
    /// Later: [`FileErrorKind::Cancelled`] soon after `cancel` is set, [`FileErrorKind::Changed`] if
    /// somebody works on the files, and what the system says. Every byte is then at one of the two
    /// places at least. Called again it finishes; [`Move::undo`] takes it back.
    pub fn relocate(
        &self,
        job: &Move,
        cancel: &AtomicBool,
        progress: &mut dyn FnMut(MoveProgress),
    ) -> Result<()> {
        let mut watch = Watch {
            cancel,
            progress,
            state: MoveProgress {
                done_bytes: 0,
                total_bytes: 0,
                file_index: 0,
            },
        };
        let planned = plan::plan(self, job, &watch)?;
        watch.state.total_bytes = planned.iter().map(|p| p.len).sum();
        let mut done = 0;
        for (index, (file, planned)) in job.files.iter().zip(&planned).enumerate() {
            watch.go_on(&file.from)?;
            watch.at(index, done);
            self.relocate_one(job, file, planned, &mut watch)?;
            done += planned.len;
            watch.at(index, done);
        }
        let Some(top) = &job.empty_folders_below else {
            return Ok(());
        };
        let moved = job.files.iter().filter(|file| file.from != file.to);
        let gone: BTreeSet<PathBuf> = moved.map(|file| file.from.clone()).collect();
        self.remove_empty_folders(&job.from_root, top, &gone)
    }

    fn relocate_one(
        &self,
        job: &Move,
        file: &MoveFile,
        planned: &Planned,
        watch: &mut Watch<'_>,
    ) -> Result<()> {
        match &planned.todo {
            Todo::Nothing => {
                if planned.len > 0 || self.look(&job.to_root, &file.to)?.is_some() {
                    self.remove_leftovers(job, file)?;
                }
                Ok(())
            }
            Todo::Respell => {
                let (folder, name) = Folder::of(self, &job.from_root, &file.from)?;
                let to = file.to.file_name().unwrap_or(&name);
                folder.respell(self, &name, to)?;
                folder.sync(self)
            }
            Todo::Bring { source } => {
                self.remove_leftovers(job, file)?;
                self.bring(job, file, source, watch)
            }
            Todo::Drop { source, target } => {
                self.remove_leftovers(job, file)?;
                let from = Folder::of(self, &job.from_root, &file.from)?;
                let to = Folder::of(self, &job.to_root, &file.to)?;
                self.drop_source(&from, source, &to, target)
            }
        }
    }

    fn bring(&self, job: &Move, file: &MoveFile, seat: &Seat, watch: &mut Watch<'_>) -> Result<()> {
        let from = Folder::of(self, &job.from_root, &file.from)?;
        let to = Folder::make(self, &job.to_root, &file.to, NewFolders::Synced)?;
        if !self.copies_always() {
            if from.0.see_file(self, &from.1)?.is_none() {
                return Err(FileError::new(FileErrorKind::NotFound, "move", &file.from));
            }
            match self.rename_between(&from.0, &from.1, &to.0, &to.1) {
                Err(e) if crosses(&e) => {}
                renamed => return renamed,
            }
        }
        copy::copy(self, &from, seat, &to, &job.tag, watch)?;
        match to.0.see_file(self, &to.1)? {
            Some(target) => self.drop_source(&from, seat, &to, &target),
            None => Err(FileError::new(FileErrorKind::Changed, "move", &file.to)),
        }
    }

    /// Removes a source whose bytes are known to be at the target, if neither changed since.
    fn drop_source(&self, from: &Found, source: &Seat, to: &Found, target: &Seat) -> Result<()> {
        // The bytes there may be somebody else's copy, still on its way to the disk.
        let file = to.0.open(self, &to.1, Access::ReadWrite);
        let file = match file {
            Err(e) if e.kind == FileErrorKind::PermissionDenied => {
                to.0.open(self, &to.1, Access::Read)
            }
            file => file,
        }?;
        let path = to.0.path_of(&to.1);
        self.sync(&file)
            .map_err(|e| FileError::io("sync", &path, e))?;
        to.0.sync(self)?;
        let unchanged = |found: &Found, seat: &Seat| {
            let now = found.0.see_file(self, &found.1)?;
            let path = found.0.path_of(&found.1);
            match now {
                Some(now) if now.stamp == seat.stamp => Ok(()),
                _ => Err(FileError::new(FileErrorKind::Changed, "move", path)),
            }
        };
        unchanged(to, target)?;
        unchanged(from, source)?;
        from.0.remove_file(self, &from.1)?;
        from.0.sync(self)
    }

    /// Removes the temporary copies of this move, and of the one that took it back, if killed.
    fn remove_leftovers(&self, job: &Move, file: &MoveFile) -> Result<()> {
        for (root, path) in [(&job.from_root, &file.from), (&job.to_root, &file.to)] {
            if let Some(found) = Folder::find(self, root, path)? {
                let temp = temp_name(&found.1, &job.tag);
                copy::remove_leftover(self, &found, &temp)?;
            }
        }
        Ok(())
    }
}

fn crosses(error: &FileError) -> bool {
    let kind = error.source.as_ref().map(Error::kind);
    kind == Some(ErrorKind::CrossesDevices)
}

/// Whether to go on, and how far it is.
struct Watch<'a> {
    cancel: &'a AtomicBool,
    progress: &'a mut dyn FnMut(MoveProgress),
    state: MoveProgress,
}

impl Watch<'_> {
    fn go_on(&self, path: &Path) -> Result<()> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(FileError::new(FileErrorKind::Cancelled, "move", path));
        }
        Ok(())
    }

    fn at(&mut self, file_index: usize, done_bytes: u64) {
        self.state.file_index = file_index;
        self.state.done_bytes = done_bytes;
        (self.progress)(self.state);
    }

    fn copied(&mut self, bytes: u64) {
        self.state.done_bytes += bytes;
        (self.progress)(self.state);
    }
}

/// The name of the temporary copy beside a file: hidden, and never longer than a name may be.
fn temp_name(name: &OsStr, tag: &str) -> OsString {
    let room = NAME_MAX_BYTES - tag.len() - ". .moving".len();
    let name = name.to_string_lossy();
    let mut end = name.len().min(room);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!(".{}.{tag}.moving", &name[..end]).into()
}

fn temp_path(path: &Path, tag: &str) -> PathBuf {
    path.with_file_name(temp_name(path.file_name().unwrap_or_default(), tag))
}
