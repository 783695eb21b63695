//! Looks at both places of every file before any is touched, and says what is to be done with it.
//! Changes nothing.

use std::{
    collections::HashSet,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{Move, compare, temp_path};
use crate::{
    Disk, FileError, FileErrorKind, Result,
    folder::{Folder, Found, Seat, Seen},
    relocate::Watch,
    remove::spells,
};

/// What is to be done with one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Todo {
    /// It is nowhere, or where it shall be.
    Nothing,
    /// It is at its source only.
    Bring { source: Seat },
    /// The same bytes are at both: the source goes.
    Drop { source: Seat, target: Seat },
    /// Both names are one entry that is only spelled differently.
    Respell,
}

#[derive(Debug)]
pub(super) struct Planned {
    pub(super) todo: Todo,
    pub(super) len: u64,
}

/// What is to be done with each file, in the order of the move.
pub(super) fn plan(disk: &Disk, job: &Move, watch: &Watch<'_>) -> Result<Vec<Planned>> {
    check_names(job)?;
    let to_root = Folder::root(disk, &job.to_root)?;
    Folder::root(disk, &job.from_root)?;
    let mut planned = Vec::with_capacity(job.files.len());
    let mut copies = Copies::default();
    for file in &job.files {
        watch.go_on(&file.from)?;
        let source = seen_at(disk, &job.from_root, &file.from)?;
        let target = seen_at(disk, &job.to_root, &file.to)?;
        let todo = match (&source, &target) {
            _ if file.from == file.to => Todo::Nothing,
            (None, None) => Todo::Nothing,
            (None, Some((_, seat))) if seat.stamp.size_bytes <= file.length_bytes => Todo::Nothing,
            (None, Some(_)) => {
                return Err(FileError::new(FileErrorKind::InTheWay, "use", &file.to));
            }
            (Some((_, seat)), None) => {
                copies.count(disk, job, &file.to, seat)?;
                Todo::Bring { source: *seat }
            }
            (Some(source), Some(target)) => both(disk, source, target, watch)?,
        };
        let there = source.or(target);
        let len = there.map_or(0, |(_, seat)| seat.stamp.size_bytes);
        planned.push(Planned { todo, len });
    }
    copies.check(disk, &to_root, job)?;
    Ok(planned)
}

/// A list that contradicts itself is a bug of the caller; working it off could lose a file.
fn check_names(job: &Move) -> Result<()> {
    let refused = |path: &Path, text: &'static str| {
        let error = io::Error::new(ErrorKind::InvalidInput, text);
        Err(FileError::io("move", path, error))
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if job.tag.is_empty() || job.tag.len() > 64 || !job.tag.chars().all(plain) {
        return refused(&job.from_root, "the tag is no plain word");
    }
    let mut sources = HashSet::new();
    let mut targets = HashSet::new();
    for file in job.files.iter().filter(|file| file.from != file.to) {
        if !sources.insert(&file.from) || !targets.insert(&file.to) {
            return refused(&file.from, "it is listed twice");
        }
    }
    let stays = job.files.iter().filter(|file| file.from == file.to);
    let stays: HashSet<&PathBuf> = stays.map(|file| &file.to).collect();
    for file in &job.files {
        let temps = [
            temp_path(&file.to, &job.tag),
            temp_path(&file.from, &job.tag),
        ];
        let taken = |path: &PathBuf| sources.contains(path) || targets.contains(path);
        let crossing = file.from != file.to
            && (sources.contains(&file.to)
                || targets.contains(&file.from)
                || stays.contains(&file.to));
        if crossing || temps.iter().any(|temp| taken(temp) || stays.contains(temp)) {
            return Err(FileError::new(FileErrorKind::InTheWay, "move", &file.from));
        }
    }
    Ok(())
}

pub(super) fn seen_at(disk: &Disk, root: &Path, path: &Path) -> Result<Option<(Found, Seat)>> {
    let Some((folder, name)) = Folder::find(disk, root, path)? else {
        return Ok(None);
    };
    match folder.see(disk, &name)? {
        None => Ok(None),
        Some(Seen::File(seat)) => Ok(Some(((folder, name), seat))),
        Some(Seen::Folder | Seen::Other) => Err(folder.in_the_way(&name)),
    }
}

fn both(
    disk: &Disk,
    (source, from): &(Found, Seat),
    (target, to): &(Found, Seat),
    watch: &Watch<'_>,
) -> Result<Todo> {
    match sameness(disk, source, from, target, to)? {
        Sameness::OneEntry { respelled: true } => return Ok(Todo::Respell),
        Sameness::OneEntry { respelled: false } => return Ok(Todo::Nothing),
        Sameness::TwoNames => {}
        Sameness::TwoFiles => {
            if from.stamp.size_bytes != to.stamp.size_bytes
                || !compare::same_bytes(disk, source, target, watch)?
            {
                return Err(target.0.in_the_way(&target.1));
            }
        }
    }
    Ok(Todo::Drop {
        source: *from,
        target: *to,
    })
}

enum Sameness {
    /// One name in one folder, reached by two spellings: removing one removes both.
    OneEntry {
        respelled: bool,
    },
    /// Two names of one file.
    TwoNames,
    TwoFiles,
}

fn sameness(
    disk: &Disk,
    (source, name): &Found,
    from: &Seat,
    (target, to_name): &Found,
    to: &Seat,
) -> Result<Sameness> {
    let one_folder = match (source.identity(), target.identity()) {
        (Some(source), Some(target)) => source == target,
        _ => lower(source.path()) == lower(target.path()),
    };
    let known = from.number != 0 && from.device != 0;
    let one_file = if known {
        (from.device, from.number) == (to.device, to.number)
    } else {
        one_folder && lower(name.as_ref()) == lower(to_name.as_ref())
    };
    if !one_file {
        return Ok(Sameness::TwoFiles);
    }
    if !one_folder {
        return Ok(Sameness::TwoNames);
    }
    disk.step(crate::shim::Op::Look)
        .map_err(|e| FileError::io("look into", source.path(), e))?;
    let spelled = |name| {
        spells(source.path(), name).map_err(|e| FileError::io("look into", source.path(), e))
    };
    if name != to_name && spelled(name)? && spelled(to_name)? {
        return Ok(Sameness::TwoNames);
    }
    Ok(Sameness::OneEntry {
        respelled: name != to_name,
    })
}

fn lower(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

/// What has to be copied to another volume.
#[derive(Default)]
struct Copies {
    bytes: u64,
    longest: Option<(u64, PathBuf)>,
}

impl Copies {
    fn count(&mut self, disk: &Disk, job: &Move, to: &Path, source: &Seat) -> Result<()> {
        let near = Folder::nearest(disk, &job.to_root, to)?;
        let other = near
            .identity()
            .is_none_or(|(volume, _)| volume != source.device);
        if !other && !disk.copies_always() {
            return Ok(());
        }
        let len = source.stamp.size_bytes;
        self.bytes = self.bytes.saturating_add(source.allocated_bytes.min(len));
        if self
            .longest
            .as_ref()
            .is_none_or(|(longest, _)| len > *longest)
        {
            self.longest = Some((len, to.to_owned()));
        }
        Ok(())
    }

    fn check(self, disk: &Disk, to_root: &Folder, job: &Move) -> Result<()> {
        let Some((len, path)) = self.longest else {
            return Ok(());
        };
        // A volume that cannot be asked is found out by writing to it.
        let Ok(volume) = disk.volume_of(to_root.path()) else {
            return Ok(());
        };
        if volume.read_only {
            return Err(FileError::new(
                FileErrorKind::ReadOnly,
                "write to",
                &job.to_root,
            ));
        }
        if volume.max_file_bytes.is_some_and(|max| len > max) {
            return Err(FileError::new(FileErrorKind::TooBig, "copy to", path));
        }
        if volume.free_bytes < self.bytes {
            return Err(FileError::new(FileErrorKind::Full, "copy to", &job.to_root));
        }
        Ok(())
    }
}
