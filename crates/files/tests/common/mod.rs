//! Trees of files on two sides, and what must hold of them whatever happens between.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses a part of it"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use shoal_files::{Disk, FileError, Move, MoveFile, shim::Shim};
use tempfile::TempDir;

pub(crate) type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Every plain file below `root` with its bytes, by its path from there.
pub(crate) fn tree(root: &Path) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_type().unwrap().is_file() {
                let path = entry.path().strip_prefix(root).unwrap().to_owned();
                found.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

pub(crate) fn folders(root: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                found.insert(entry.path().strip_prefix(root).unwrap().to_owned());
                open.push(entry.path());
            }
        }
    }
    found
}

pub(crate) fn put(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Two folders with a torrent `T` in the first and foreign files in both.
pub(crate) struct Site {
    _dirs: (TempDir, TempDir),
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    pub(crate) job: Move,
    /// The torrent's files, by their path from either root.
    pub(crate) own: Tree,
    /// Foreign files of both sides.
    pub(crate) foreign: (Tree, Tree),
}

pub(crate) fn bytes(len: usize, seed: u8) -> Vec<u8> {
    let mix = |i: usize| u8::try_from((i * 31 + usize::from(seed) * 7 + i / 251) % 256).unwrap();
    (0..len).map(mix).collect()
}

impl Site {
    pub(crate) fn new(files: &[(&str, Vec<u8>)]) -> Self {
        Self::over(quick_dir(), quick_dir(), files)
    }

    pub(crate) fn over(a: TempDir, b: TempDir, files: &[(&str, Vec<u8>)]) -> Self {
        let (from, to) = (a.path().to_owned(), b.path().to_owned());
        let mut own = Tree::new();
        for (path, bytes) in files {
            put(&from.join(path), bytes);
            own.insert(path.into(), bytes.clone());
        }
        put(&from.join("T/sub/mine.txt"), b"the user's");
        put(&to.join("T/notes.txt"), b"the user's too");
        let foreign = (
            Tree::from([("T/sub/mine.txt".into(), b"the user's".to_vec())]),
            Tree::from([("T/notes.txt".into(), b"the user's too".to_vec())]),
        );
        let mut listed: Vec<MoveFile> = own
            .iter()
            .map(|(path, bytes)| MoveFile {
                from: from.join(path),
                to: to.join(path),
                length_bytes: bytes.len() as u64,
            })
            .collect();
        // Listed and never made.
        listed.push(MoveFile {
            from: from.join("T/never"),
            to: to.join("T/never"),
            length_bytes: 9,
        });
        let job = Move {
            from_root: from.clone(),
            to_root: to.clone(),
            files: listed,
            tag: "c0ffee".to_owned(),
            empty_folders_below: Some(from.join("T")),
        };
        Self {
            _dirs: (a, b),
            from,
            to,
            job,
            own,
            foreign,
        }
    }

    pub(crate) fn back(&self) -> Move {
        self.job.undo(Some(self.to.join("T")))
    }

    /// Whatever happened: every byte of the torrent is somewhere, and nothing foreign changed.
    pub(crate) fn assert_nothing_lost(&self, when: &str) {
        let (from, to) = (tree(&self.from), tree(&self.to));
        for (path, bytes) in &self.own {
            let there = from.get(path) == Some(bytes) || to.get(path) == Some(bytes);
            assert!(there, "{} was lost {when}", path.display());
            for side in [&from, &to] {
                let whole = side.get(path).is_none_or(|found| found == bytes);
                assert!(whole, "{} is half there {when}", path.display());
            }
        }
        for (side, foreign) in [(&from, &self.foreign.0), (&to, &self.foreign.1)] {
            for (path, bytes) in foreign {
                assert_eq!(side.get(path), Some(bytes), "{} {when}", path.display());
            }
        }
    }

    pub(crate) fn assert_moved(&self, when: &str) {
        assert_eq!(tree(&self.from), self.foreign.0, "{when}");
        assert_eq!(tree(&self.to), with(&self.own, &self.foreign.1), "{when}");
    }

    pub(crate) fn assert_back(&self, when: &str) {
        assert_eq!(tree(&self.from), with(&self.own, &self.foreign.0), "{when}");
        assert_eq!(tree(&self.to), self.foreign.1, "{when}");
    }
}

fn with(a: &Tree, b: &Tree) -> Tree {
    a.clone().into_iter().chain(b.clone()).collect()
}

pub(crate) fn run(disk: &Disk, job: &Move) -> Result<(), FileError> {
    disk.relocate(job, &AtomicBool::new(false), &mut |_| {})
}

/// A disk with faults, as it is or one that always copies.
pub(crate) fn shimmed(copies: bool) -> (Disk, Arc<Shim>) {
    let shim = Arc::new(Shim::new());
    (kind(Disk::with_shim(shim.clone()), copies), shim)
}

pub(crate) fn real(copies: bool) -> Disk {
    kind(Disk::real(), copies)
}

fn kind(disk: Disk, copies: bool) -> Disk {
    if copies { disk.always_copy() } else { disk }
}

/// A folder in memory if there is such a volume: thousands of syncs cost nothing there.
pub(crate) fn quick_dir() -> TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}
