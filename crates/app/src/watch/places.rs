//! Which paths hold downloads, or what Shoal itself keeps: no watch folder is looked through there. Kept in step one torrent at a
//! time, never made anew for a list of thousands. Asks no disk.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use parking_lot::RwLock;
use shoal_core::{InfoHash, TorrentRecord};

/// Asked by the thread that looks through watch folders, kept in step by the actor.
#[derive(Default)]
pub(super) struct Places(RwLock<Inner>);

#[derive(Default)]
struct Inner {
    /// Shoal's own folder, by all its names: nothing in it is anybody's torrent file.
    own: Vec<PathBuf>,
    /// Folders that hold downloads, files that were dealt with, or other watch folders.
    folders: HashSet<PathBuf>,
    torrents: HashMap<InfoHash, Vec<PathBuf>>,
    /// How many torrents lie there: two may share a folder.
    taken: HashMap<PathBuf, u32>,
}

impl Inner {
    fn put(&mut self, hash: InfoHash, paths: Vec<PathBuf>) {
        if self.torrents.get(&hash).map_or(&[][..], Vec::as_slice) == paths {
            return;
        }
        for old in self.torrents.remove(&hash).unwrap_or_default() {
            if let Some(count) = self.taken.get_mut(&old) {
                *count -= 1;
                if *count == 0 {
                    self.taken.remove(&old);
                }
            }
        }
        for path in &paths {
            *self.taken.entry(path.clone()).or_default() += 1;
        }
        if !paths.is_empty() {
            self.torrents.insert(hash, paths);
        }
    }
}

impl Places {
    /// Keeps out of all that Shoal keeps in these folders.
    pub(super) fn keep_out(&self, own: Vec<PathBuf>) {
        self.0.write().own = own;
    }

    /// Replaces the folders.
    pub(super) fn set_folders(&self, folders: HashSet<PathBuf>) {
        self.0.write().folders = folders;
    }

    /// What is known of torrents now; none for one that is gone.
    pub(super) fn put<'a>(
        &self,
        torrents: impl Iterator<Item = (InfoHash, Option<&'a TorrentRecord>)>,
    ) {
        let mut inner = self.0.write();
        for (hash, record) in torrents {
            inner.put(hash, record.map(paths_of).unwrap_or_default());
        }
    }

    /// Whether `path` is one of the folders, a torrent's own file or folder, or Shoal's own.
    pub(super) fn holds(&self, path: &Path) -> bool {
        self.0.read().folders.contains(path) || self.is_taken(path)
    }

    /// Whether `path` is a torrent's own file or folder, or Shoal's own.
    pub(super) fn is_taken(&self, path: &Path) -> bool {
        let inner = self.0.read();
        let is_own = |own: &PathBuf| path.starts_with(own);
        inner.taken.contains_key(path) || inner.own.iter().any(is_own)
    }
}

/// Where a torrent's own file or folder lies, will lie when it is complete, and is going.
fn paths_of(record: &TorrentRecord) -> Vec<PathBuf> {
    let mut paths = vec![];
    if !record.disk_name.is_empty() {
        paths.push(record.save_path.join(&record.disk_name));
        if let Some(folder) = &record.unfinished_path {
            paths.push(folder.join(&record.disk_name));
        }
    }
    if let Some(moving) = &record.moving {
        paths.push(moving.to.folder.join(&moving.to.disk_name));
    }
    paths.sort();
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn hash(digit: &str) -> InfoHash {
        digit.repeat(40).parse().unwrap()
    }

    #[test]
    fn a_path_is_taken_until_the_last_torrent_that_lies_there_has_gone() {
        let places = Places::default();
        let (a, b) = (hash("a"), hash("b"));
        let at = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        places.0.write().put(a, at(&["/d/x", "/u/x"]));
        places.0.write().put(b, at(&["/d/x"]));
        assert!(places.holds(Path::new("/d/x")) && places.holds(Path::new("/u/x")));
        places.0.write().put(a, at(&["/d/y"]));
        assert!(places.holds(Path::new("/d/x")) && !places.holds(Path::new("/u/x")));
        places.put([(a, None), (b, None)].into_iter());
        assert!(!places.holds(Path::new("/d/x")) && !places.holds(Path::new("/d/y")));
        let inner = places.0.read();
        assert!(inner.taken.is_empty() && inner.torrents.is_empty());
    }

    #[test]
    fn what_shoal_keeps_is_held_with_all_that_is_in_it() {
        let places = Places::default();
        places.keep_out(vec![PathBuf::from("/home/data")]);
        for path in ["/home/data", "/home/data/engine/a.torrent"].map(Path::new) {
            assert!(places.holds(path) && places.is_taken(path));
        }
        assert!(!places.holds(Path::new("/home")) && !places.holds(Path::new("/home/data2")));
    }

    #[test]
    fn a_folder_is_held_itself_and_nothing_beside_it() {
        let places = Places::default();
        places.set_folders(HashSet::from([PathBuf::from("/downloads")]));
        assert!(places.holds(Path::new("/downloads")));
        assert!(!places.holds(Path::new("/downloads/new")) && !places.holds(Path::new("/")));
    }
}
