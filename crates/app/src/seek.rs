//! Looks for the files of a torrent below a folder, by their paths and sizes. Reads names and sizes
//! only, follows no link, and ends after a number of entries or a time.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use shoal_core::{Place, Renames, Selection};
use shoal_metainfo::{Metainfo, sanitize::top_level_name};

/// Folders below the one given that are looked into, counted downwards.
const DEPTH_MAX: usize = 3;
/// Most entries of folders, and most files asked for, in one search.
const LOOKS_MAX: usize = 400_000;
const TIME_MAX: Duration = Duration::from_secs(10);

/// What is looked for.
pub(crate) struct Sought {
    pub(crate) meta: Arc<Metainfo>,
    /// Everything was there once: smaller files are other files.
    pub(crate) complete: bool,
    pub(crate) selection: Selection,
    /// Names on disk as they were last.
    pub(crate) disk_name: String,
    pub(crate) renames: Renames,
}

/// A place that has some of it.
pub(crate) struct Candidate {
    pub(crate) place: Place,
    pub(crate) files: u32,
    pub(crate) bytes: u64,
}

/// What the search came to.
pub(crate) struct Found {
    pub(crate) best: Option<Candidate>,
    pub(crate) total_files: u32,
    pub(crate) total_bytes: u64,
    /// It ended early.
    pub(crate) cut_short: bool,
}

/// The path of the file at `index` in `place`.
pub(crate) fn path_in(place: &Place, meta: &Metainfo, index: usize) -> PathBuf {
    let top = place.folder.join(&place.disk_name);
    if meta.single_file {
        return top;
    }
    disk_components(&place.renames, meta, index)
        .iter()
        .fold(top, |path, part| path.join(part))
}

/// Path of the file at `index` on disk, below the torrent's folder.
pub(crate) fn disk_components(renames: &Renames, meta: &Metainfo, index: usize) -> Vec<String> {
    let given = u32::try_from(index).ok().and_then(|i| renames.get(&i));
    match given {
        Some(path) => path.split('/').map(str::to_owned).collect(),
        None => meta.files[index].path.clone(),
    }
}

/// Searches `folder`. The best place is the one with the most bytes; of equal ones the highest up.
pub(crate) fn seek(sought: &Sought, folder: &Path) -> Found {
    let mut search = Search::new(sought);
    let mut folders = VecDeque::from([(folder.to_owned(), 0)]);
    // The folder given may be the torrent's own, under whatever name.
    if let Some((above, name)) = split(folder) {
        search.try_top(above, name);
    }
    while let Some((at, depth)) = folders.pop_front() {
        if search.is_over() {
            break;
        }
        for (name, kind) in search.list(&at) {
            let is_folder = kind.is_dir();
            if is_folder != sought.meta.single_file
                && let Ok(name) = name.clone().into_string()
            {
                search.try_top(&at, &name);
            }
            if is_folder && depth < DEPTH_MAX {
                folders.push_back((at.join(name), depth + 1));
            }
        }
    }
    Found {
        best: search.best,
        total_files: search.total_files,
        total_bytes: search.total_bytes,
        cut_short: search.looks >= LOOKS_MAX || search.cut_short,
    }
}

fn split(folder: &Path) -> Option<(&Path, &str)> {
    Some((folder.parent()?, folder.file_name()?.to_str()?))
}

struct Search<'a> {
    sought: &'a Sought,
    files: Vec<usize>,
    total_files: u32,
    total_bytes: u64,
    best: Option<Candidate>,
    looks: usize,
    until: Instant,
    cut_short: bool,
}

impl<'a> Search<'a> {
    fn new(sought: &'a Sought) -> Self {
        let meta = &sought.meta;
        let wanted = (0..meta.files.len()).filter(|&i| {
            let file = &meta.files[i];
            file.on_disk() && file.length > 0 && sought.selection.wants(i)
        });
        let files: Vec<usize> = wanted.collect();
        Self {
            total_files: u32::try_from(files.len()).unwrap_or(u32::MAX),
            total_bytes: files.iter().map(|&i| meta.files[i].length).sum(),
            files,
            sought,
            best: None,
            looks: 0,
            until: Instant::now() + TIME_MAX,
            cut_short: false,
        }
    }

    fn is_over(&mut self) -> bool {
        let single = self.sought.meta.single_file;
        let is_all = |b: &Candidate| {
            b.files == self.total_files && (!single || self.is_known(&b.place.disk_name))
        };
        let all = self.best.as_ref().is_some_and(is_all);
        let late = self.looks >= LOOKS_MAX || Instant::now() >= self.until;
        self.cut_short |= late && !all;
        all || late
    }

    fn list(&mut self, folder: &Path) -> Vec<(OsString, fs::FileType)> {
        let left = LOOKS_MAX.saturating_sub(self.looks);
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let kind = |e: fs::DirEntry| Some((e.file_name(), e.file_type().ok()?));
        let mut list: Vec<_> = entries
            .take(left)
            .filter_map(kind)
            .filter(|(_, kind)| !kind.is_symlink())
            .collect();
        self.looks += list.len() + 1;
        // The same answer every time, whatever order the disk has.
        list.sort_by(|(a, _), (b, _)| a.cmp(b));
        list
    }

    /// Sees how much of the torrent is there when its file or folder is `name` in `folder`.
    fn try_top(&mut self, folder: &Path, name: &str) {
        // Only names that Shoal would choose itself can be used.
        if self.is_over() || top_level_name(name) != name {
            return;
        }
        let known = self.is_known(name);
        if self.sought.meta.single_file {
            return self.try_file(folder, name, known);
        }
        for renames in [self.sought.renames.clone(), Renames::default()] {
            let place = Place {
                folder: folder.to_owned(),
                disk_name: name.to_owned(),
                renames,
            };
            self.try_place(place);
            if self.sought.renames.is_empty() {
                break;
            }
        }
    }

    /// Another name will do when the size is the same to the byte and the kind of file, too. A file of
    /// the very name is better than one that only has the size.
    fn try_file(&mut self, folder: &Path, name: &str, known: bool) {
        self.looks += 1;
        let kind = |name: &str| Path::new(name).extension().map(OsString::from);
        let length = self.sought.meta.files[0].length;
        let Some(size) = file_size(&folder.join(name)) else {
            return;
        };
        let like = kind(name) == kind(&self.sought.meta.disk_name);
        let enough = known || size == length && like;
        if !enough || !self.fits(size, length) {
            return;
        }
        let rank = |b: &Candidate| (b.bytes, self.is_known(&b.place.disk_name));
        if self.best.as_ref().is_none_or(|b| (size, known) > rank(b)) {
            self.best = Some(Candidate {
                place: Place {
                    folder: folder.to_owned(),
                    disk_name: name.to_owned(),
                    renames: Renames::default(),
                },
                files: 1,
                bytes: size,
            });
        }
    }

    fn is_known(&self, name: &str) -> bool {
        name == self.sought.disk_name || name == self.sought.meta.disk_name
    }

    fn try_place(&mut self, place: Place) {
        let meta = self.sought.meta.clone();
        let top = place.folder.join(&place.disk_name);
        let entries: HashSet<OsString> = self.list(&top).into_iter().map(|(n, _)| n).collect();
        let mut folders: HashMap<PathBuf, bool> = HashMap::from([(top.clone(), is_folder(&top))]);
        let (mut files, mut bytes) = (0, 0);
        for at in 0..self.files.len() {
            let index = self.files[at];
            let parts = disk_components(&place.renames, &meta, index);
            if !parts
                .first()
                .is_some_and(|p| entries.contains(&OsString::from(p)))
            {
                continue;
            }
            self.looks += 1;
            if self.looks >= LOOKS_MAX || at % 1_024 == 0 && Instant::now() >= self.until {
                self.cut_short = true;
                break;
            }
            let Some((name, above)) = parts.split_last() else {
                continue;
            };
            let Some(folder) = enter(&mut folders, &top, above) else {
                continue;
            };
            let length = meta.files[index].length;
            if let Some(size) = file_size(&folder.join(name)).filter(|s| self.fits(*s, length)) {
                files += 1;
                bytes += size;
            }
        }
        if files > 0 && self.best.as_ref().is_none_or(|b| bytes > b.bytes) {
            self.best = Some(Candidate {
                place,
                files,
                bytes,
            });
        }
    }

    /// A file that was not whole may be shorter.
    fn fits(&self, size: u64, length: u64) -> bool {
        size == length || !self.sought.complete && size > 0 && size < length
    }
}

/// The folder `parts` below `top`, when there is no link on the way.
fn enter(known: &mut HashMap<PathBuf, bool>, top: &Path, parts: &[String]) -> Option<PathBuf> {
    let mut at = top.to_owned();
    if !known.get(&at).copied().unwrap_or(false) {
        return None;
    }
    for part in parts {
        at.push(part);
        let there = match known.get(&at) {
            Some(there) => *there,
            None => *known.entry(at.clone()).or_insert(is_folder(&at)),
        };
        if !there {
            return None;
        }
    }
    Some(at)
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
}

/// Bytes of a plain file; none for anything else.
fn file_size(path: &Path) -> Option<u64> {
    let found = fs::symlink_metadata(path).ok()?;
    found.is_file().then_some(found.len())
}
