//! Finds the files that a torrent is made of, judges their names and puts them in order. Follows no
//! symbolic link and opens nothing.

use std::{
    cmp::Ordering,
    fs::{self, Metadata},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{CreateError, CreateOptions, SkipReason, Skipped, Stamp, Style};
use crate::{
    Control, MAX_DEPTH, MAX_FILES,
    hashing::{self, Found},
    layout::{Layout, top_level_name},
    sanitize::safe_component,
};

/// So many left-out files are named.
const MAX_SKIPPED: usize = 1000;

pub(super) struct Scanned {
    /// Of the torrent.
    pub(super) name: String,
    pub(super) single_file: bool,
    /// In the order of the torrent.
    pub(super) files: Vec<ScannedFile>,
    pub(super) skipped: Vec<Skipped>,
}

pub(super) struct ScannedFile {
    pub(super) disk_path: PathBuf,
    /// Below the torrent's folder; the name of a single file.
    pub(super) components: Vec<String>,
    pub(super) stamp: Stamp,
    pub(super) executable: bool,
}

pub(super) fn scan(options: &CreateOptions, control: &Control) -> Result<Scanned, CreateError> {
    let top = &options.path;
    let found = fs::symlink_metadata(top).map_err(|source| CreateError::Io {
        path: top.clone(),
        source,
    })?;
    let name = name_of(options)?;
    let mut walk = Walk {
        options,
        control,
        ignore: patterns(&options.ignore)?,
        files: Vec::new(),
        skipped: Vec::new(),
    };
    let single_file = found.is_file();
    if single_file {
        let executable = is_executable(&found);
        walk.files.push(ScannedFile {
            disk_path: top.clone(),
            components: vec![name.clone()],
            stamp: Stamp::of(&found),
            executable,
        });
    } else if found.is_dir() {
        walk.folder()?;
    } else {
        return Err(CreateError::NotAFileOrFolder { path: top.clone() });
    }
    let Walk {
        mut files, skipped, ..
    } = walk;
    if files.iter().all(|file| file.stamp.size_bytes == 0) {
        return Err(CreateError::NoContent { path: top.clone() });
    }
    files.sort_by(|a, b| order(options.style, &a.components, &b.components));
    let mut layout = Layout::default();
    for file in &files {
        if layout.place(&file.components) != file.components {
            let path = file.disk_path.clone();
            return Err(CreateError::NameClash { path });
        }
    }
    Ok(Scanned {
        name,
        single_file,
        files,
        skipped,
    })
}

/// The torrent's own name, safe as the name of a folder everywhere.
fn name_of(options: &CreateOptions) -> Result<String, CreateError> {
    let path = || options.path.clone();
    let name = match &options.name {
        Some(name) => name.clone(),
        None => match options.path.file_name().map(|name| name.to_str()) {
            Some(Some(name)) => name.to_owned(),
            Some(None) => return Err(CreateError::NameNotUnicode { path: path() }),
            None => return Err(CreateError::NameNotSafe { path: path() }),
        },
    };
    if top_level_name(&name) == name {
        Ok(name)
    } else {
        Err(CreateError::NameNotSafe { path: path() })
    }
}

fn patterns(patterns: &[String]) -> Result<GlobSet, CreateError> {
    let bad = |pattern: &String| CreateError::BadPattern {
        pattern: pattern.clone(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // Like .gitignore: without a separator it fits a name at any depth.
        let anywhere = if pattern.contains('/') {
            pattern.trim_start_matches('/').to_owned()
        } else {
            format!("**/{pattern}")
        };
        let glob = GlobBuilder::new(&anywhere).literal_separator(true).build();
        set.add(glob.map_err(|_| bad(pattern))?);
    }
    set.build()
        .map_err(|_| bad(patterns.first().unwrap_or(&String::new())))
}

struct Walk<'a> {
    options: &'a CreateOptions,
    control: &'a Control,
    ignore: GlobSet,
    files: Vec<ScannedFile>,
    skipped: Vec<Skipped>,
}

impl Walk<'_> {
    fn folder(&mut self) -> Result<(), CreateError> {
        let mut folders = vec![(self.options.path.clone(), Vec::new())];
        while let Some((folder, components)) = folders.pop() {
            let failed = |source| CreateError::Io {
                path: folder.clone(),
                source,
            };
            for entry in fs::read_dir(&folder).map_err(failed)? {
                if self.control.is_cancelled() {
                    return Err(CreateError::Cancelled);
                }
                let path = entry.map_err(failed)?.path();
                if let Some(deeper) = self.entry(&path, &components)? {
                    folders.push((path, deeper));
                }
            }
        }
        Ok(())
    }

    /// Takes in one entry; the components of a folder to look into.
    fn entry(
        &mut self,
        path: &Path,
        folder: &[String],
    ) -> Result<Option<Vec<String>>, CreateError> {
        let found = fs::symlink_metadata(path).map_err(|source| CreateError::Io {
            path: path.to_owned(),
            source,
        })?;
        let name = path.file_name().unwrap_or_default();
        let inside = path.strip_prefix(&self.options.path).unwrap_or(path);
        let reason = if self.ignore.is_match(inside) {
            Some(SkipReason::Ignored)
        } else if self.options.leave_out_hidden && is_hidden(name.as_encoded_bytes(), &found) {
            Some(SkipReason::Hidden)
        } else if found.is_symlink() {
            Some(SkipReason::Symlink)
        } else if !found.is_file() && !found.is_dir() {
            Some(SkipReason::Special)
        } else {
            None
        };
        if let Some(reason) = reason {
            if self.skipped.len() < MAX_SKIPPED {
                let path = path.to_owned();
                self.skipped.push(Skipped { path, reason });
            }
            return Ok(None);
        }
        let path = || path.to_owned();
        let name = name
            .to_str()
            .ok_or_else(|| CreateError::NameNotUnicode { path: path() })?;
        if safe_component(name) != name {
            return Err(CreateError::NameNotSafe { path: path() });
        }
        if folder.len() == MAX_DEPTH {
            return Err(CreateError::TooDeep { path: path() });
        }
        let mut components = folder.to_vec();
        components.push(name.to_owned());
        if found.is_dir() {
            return Ok(Some(components));
        }
        if self.files.len() == MAX_FILES {
            return Err(CreateError::TooManyFiles);
        }
        self.files.push(ScannedFile {
            disk_path: path(),
            components,
            stamp: Stamp::of(&found),
            executable: is_executable(&found),
        });
        Ok(None)
    }
}

/// See [`Style`].
fn order(style: Style, a: &[String], b: &[String]) -> Ordering {
    match style {
        Style::Libtorrent => a.cmp(b),
        Style::Mktorrent => a.join("/").cmp(&b.join("/")),
        Style::Transmission => {
            // It compares `char`s, which have a sign.
            let key = |path: &[String]| -> Vec<i8> {
                let folded = path.join("/").to_ascii_lowercase();
                folded.bytes().map(u8::cast_signed).collect()
            };
            key(a).cmp(&key(b)).then_with(|| a.cmp(b))
        }
    }
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        let modified = found.modified().ok();
        let since = modified.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        Self {
            size_bytes: found.len(),
            modified_ns: since
                .and_then(|since| i64::try_from(since.as_nanos()).ok())
                .unwrap_or(0),
            file_id: file_id(found),
        }
    }
}

/// Fails if any file is not as it was when it was found.
pub(super) fn unchanged(files: &[ScannedFile]) -> Result<(), CreateError> {
    for file in files {
        let now = match hashing::find(&file.disk_path)? {
            Found::File(found) => Some(Stamp::of(&found)),
            Found::Missing | Found::NotAFile => None,
        };
        if now != Some(file.stamp) {
            let path = file.disk_path.clone();
            return Err(CreateError::Changed { path });
        }
    }
    Ok(())
}

#[cfg(unix)]
fn file_id(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn file_id(_: &Metadata) -> u64 {
    0
}

#[cfg(unix)]
fn is_executable(found: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(found) & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

#[cfg(windows)]
fn is_hidden(name: &[u8], found: &Metadata) -> bool {
    const FILE_ATTRIBUTE_HIDDEN: u32 = 2;
    let attributes = std::os::windows::fs::MetadataExt::file_attributes(found);
    name.starts_with(b".") || attributes & FILE_ATTRIBUTE_HIDDEN != 0
}

#[cfg(not(windows))]
fn is_hidden(name: &[u8], _: &Metadata) -> bool {
    name.starts_with(b".")
}
