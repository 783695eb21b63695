//! Lists a watched folder, and those in it if wanted, within limits and without following links
//! below it. Tells what is there and decides nothing of what is to become of it.

use std::{
    collections::BTreeMap,
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
};

use crate::{FolderSpec, Kind, Stamp, UnreachableWhy, names, patterns::Patterns};

/// Most folders within one another.
const DEPTH: usize = 16;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    File,
    Link,
    Other,
}

/// A file that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) stamp: Stamp,
    pub(crate) kind: Kind,
    pub(crate) what: What,
    /// The patterns leave it out.
    pub(crate) excluded: bool,
}

impl Seen {
    /// What is at a path now; none when nothing is there, or a folder.
    pub(crate) fn of(path: &Path, kind: Kind) -> io::Result<Option<Self>> {
        match fs::symlink_metadata(path) {
            Ok(meta) => Ok(Self::from(&meta, kind)),
            Err(e) if is_gone(&e) => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn from(meta: &Metadata, kind: Kind) -> Option<Self> {
        let file_type = meta.file_type();
        let what = match () {
            () if file_type.is_dir() => return None,
            () if file_type.is_symlink() => What::Link,
            () if file_type.is_file() => What::File,
            () => What::Other,
        };
        let stamp = shoal_files::Stamp::of(meta).into();
        let excluded = false;
        Some(Self {
            stamp,
            kind,
            what,
            excluded,
        })
    }
}

fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// Which folder it is, and whether names came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DirId {
    device: u64,
    number: u64,
    /// Told by some file systems. Others give a new folder the number of one just removed.
    born_ns: Option<u128>,
    changed_ns: i64,
}

impl DirId {
    pub(crate) fn of(meta: &Metadata) -> Self {
        let (device, number) = numbers(meta);
        let born = meta.created().ok();
        let born = born.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Self {
            device,
            number,
            born_ns: born.map(|since| since.as_nanos()),
            changed_ns: shoal_files::Stamp::of(meta).modified_ns,
        }
    }

    /// Whether both lie on one volume.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.device == other.device
    }

    /// Whether it is the same folder, whatever came and went in it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.device, self.number, self.born_ns) == (other.device, other.number, other.born_ns)
    }
}

#[cfg(unix)]
fn numbers(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (meta.dev(), meta.ino())
}

/// The standard library does not tell them yet.
#[cfg(not(unix))]
fn numbers(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// What is in a folder.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// By their paths in the folder.
    pub(crate) files: BTreeMap<PathBuf, Seen>,
    /// The folder itself (an empty path) and those in it that were looked into.
    pub(crate) dirs: BTreeMap<PathBuf, DirId>,
    /// Folders in it that could not be looked into.
    pub(crate) blind: Vec<PathBuf>,
    /// There is more than was looked at.
    pub(crate) too_many: bool,
}

/// Asked before a folder is listed: its path in the watched folder, its whole path, what it is.
pub(crate) type Enter<'a, E> = &'a mut dyn FnMut(&Path, &Path, &DirId) -> Result<(), E>;

/// Why there is no listing.
#[derive(Debug)]
pub(crate) enum Stop<E> {
    Unreachable(UnreachableWhy),
    /// Who was asked said so.
    Refused(E),
}

/// How a folder is listed.
pub(crate) struct Walk<'a> {
    pub(crate) spec: &'a FolderSpec,
    pub(crate) patterns: &'a Patterns,
    /// Most entries.
    pub(crate) entries: usize,
    pub(crate) skip: &'a dyn Fn(&Path) -> bool,
    /// Give also what the patterns leave out.
    pub(crate) with_excluded: bool,
}

impl Walk<'_> {
    pub(crate) fn run<E>(&self, enter: Enter<'_, E>) -> Result<Listing, Stop<E>> {
        let mut listing = Listing::default();
        let mut left = self.entries;
        let mut folders = vec![(PathBuf::new(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let whole = join(&self.spec.path, &folder);
            match self.list(&folder, &whole, depth, &mut left, &mut listing, enter) {
                Ok(below) if depth < DEPTH => {
                    folders.extend(below.into_iter().map(|folder| (folder, depth + 1)));
                }
                Ok(below) => listing.too_many |= !below.is_empty(),
                Err(Stop::Unreachable(_)) if depth > 0 => listing.blind.push(folder),
                Err(stop) => return Err(stop),
            }
            if listing.too_many && left == 0 {
                break;
            }
        }
        Ok(listing)
    }

    /// Lists one folder, and gives those in it that are to be looked into.
    fn list<E>(
        &self,
        folder: &Path,
        whole: &Path,
        depth: usize,
        left: &mut usize,
        listing: &mut Listing,
        enter: Enter<'_, E>,
    ) -> Result<Vec<PathBuf>, Stop<E>> {
        let meta = if depth == 0 {
            root(whole).map_err(Stop::Unreachable)?
        } else {
            fs::symlink_metadata(whole).map_err(|e| unreachable(&e))?
        };
        if !meta.is_dir() {
            return Err(Stop::Unreachable(UnreachableWhy::NotAFolder));
        }
        let id = DirId::of(&meta);
        enter(folder, whole, &id).map_err(Stop::Refused)?;
        let mut below = Vec::new();
        for entry in fs::read_dir(whole).map_err(|e| unreachable(&e))? {
            let entry = entry.map_err(|e| unreachable(&e))?;
            if *left == 0 {
                listing.too_many = true;
                break;
            }
            *left -= 1;
            let name = entry.file_name();
            if names::is_hidden(&name) {
                continue;
            }
            let path = folder.join(&name);
            let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_dir {
                if self.spec.subfolders && !is_hidden(&entry) && !(self.skip)(&whole.join(&name)) {
                    below.push(path);
                }
            } else if let Some(seen) = self.see(&entry, &path, &whole.join(&name)) {
                listing.files.insert(path, seen);
            }
        }
        listing.dirs.insert(folder.to_owned(), id);
        Ok(below)
    }

    fn see(&self, entry: &fs::DirEntry, path: &Path, whole: &Path) -> Option<Seen> {
        let kind = names::kind_of(&entry.file_name())?;
        let excluded = !self.patterns.let_in(path);
        if (excluded && !self.with_excluded) || is_hidden(entry) || (self.skip)(whole) {
            return None;
        }
        // Gone again, if there is none.
        let meta = entry.metadata().ok()?;
        let seen = Seen::from(&meta, kind)?;
        Some(Seen { excluded, ..seen })
    }
}

/// The folder that a path in a watched folder is about, without a `/` at its end.
pub(crate) fn join(root: &Path, file: &Path) -> PathBuf {
    if file.as_os_str().is_empty() {
        root.to_owned()
    } else {
        root.join(file)
    }
}

/// What a watched folder is, links followed: the user chose it.
pub(crate) fn root(path: &Path) -> Result<Metadata, UnreachableWhy> {
    let meta = fs::metadata(path).map_err(|e| why(&e))?;
    if meta.is_dir() {
        Ok(meta)
    } else {
        Err(UnreachableWhy::NotAFolder)
    }
}

fn unreachable<E>(error: &io::Error) -> Stop<E> {
    Stop::Unreachable(why(error))
}

fn why(error: &io::Error) -> UnreachableWhy {
    match error.kind() {
        io::ErrorKind::NotFound => UnreachableWhy::Missing,
        io::ErrorKind::NotADirectory => UnreachableWhy::NotAFolder,
        io::ErrorKind::PermissionDenied => UnreachableWhy::Denied,
        _ => UnreachableWhy::Io(error.to_string()),
    }
}

#[cfg(windows)]
fn is_hidden(entry: &fs::DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt as _;
    /// `FILE_ATTRIBUTE_HIDDEN`
    const HIDDEN: u32 = 2;
    entry
        .metadata()
        .is_ok_and(|meta| meta.file_attributes() & HIDDEN != 0)
}

/// Elsewhere the name says it all.
#[cfg(not(windows))]
fn is_hidden(_: &fs::DirEntry) -> bool {
    false
}
