//! New names for torrents, files and folders. A name from outside becomes a path here only after
//! metainfo called it safe.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use shoal_api::{ApiError, ApiResult, RenamePathRequest, RenameReply, RenameRequest};
use shoal_core::{Command, Renames, Renaming, TorrentRecord};
use shoal_metainfo::{
    Metainfo,
    sanitize::{MAX_DISPLAY_CHARS, display_text, fold, safe_component, top_level_name},
};

use super::blocking;
use crate::{Caller, Inner, seek::disk_components};

/// Longest path of a file below its torrent's folder, in bytes. No system takes more than four times as
/// much for a whole path.
const PATH_BYTES_MAX: usize = 1_024;

impl Inner {
    pub(super) async fn rename(&self, _: Caller, r: RenameRequest) -> ApiResult<RenameReply> {
        let record = self.record(&r.hash).await?;
        let name = display_text(&r.name, MAX_DISPLAY_CHARS);
        if name.is_empty() {
            return Err(ApiError::new("name_empty"));
        }
        // Before its files are known a torrent has no name on disk.
        let meta = self.meta(&record).await?;
        let disk_name = meta.as_ref().map(|_| top_level_name(&name));
        if let (Some(disk_name), Some(meta)) = (&disk_name, &meta) {
            free_on_disk(top_of(&record, meta), record.folder().join(disk_name)).await?;
        }
        let renaming = Renaming {
            name: Some(name.clone()),
            disk_name: disk_name.clone(),
            renames: None,
        };
        self.done(Command::Rename(record.hash, renaming)).await?;
        Ok(RenameReply {
            name,
            disk_name: disk_name.unwrap_or_default(),
        })
    }

    pub(super) async fn rename_path(
        &self,
        _: Caller,
        r: RenamePathRequest,
    ) -> ApiResult<RenameReply> {
        let record = self.record(&r.hash).await?;
        let meta = self.meta(&record).await?;
        let meta = meta.ok_or_else(|| ApiError::new("no_metadata"))?;
        let name = safe_name(&r.name)?;
        let renaming = if meta.single_file {
            if top_level_name(&name) != name {
                return Err(unsafe_name(&name, &top_level_name(&name)));
            }
            free_on_disk(top_of(&record, &meta), record.folder().join(&name)).await?;
            Renaming {
                disk_name: Some(name.clone()),
                ..Renaming::default()
            }
        } else {
            let (renames, path) = renamed(&record.renames, &meta, &r.path, &name)?;
            let top = top_of(&record, &meta);
            free_on_disk(join(&top, &r.path), join(&top, &path)).await?;
            Renaming {
                renames: Some(renames),
                ..Renaming::default()
            }
        };
        self.done(Command::Rename(record.hash, renaming)).await?;
        Ok(RenameReply {
            disk_name: name.clone(),
            name,
        })
    }
}

fn unsafe_name(name: &str, safe: &str) -> ApiError {
    ApiError::new("name_unsafe")
        .with("name", display_text(name, MAX_DISPLAY_CHARS))
        .with("safe", safe)
}

/// `typed` when it is safe on every disk; otherwise a refusal that says what would be.
fn safe_name(typed: &str) -> ApiResult<String> {
    let name = typed.trim();
    if name.is_empty() {
        return Err(ApiError::new("name_empty"));
    }
    let safe = safe_component(name);
    if safe == name {
        Ok(safe)
    } else {
        Err(unsafe_name(name, &safe))
    }
}

/// The names of all files once the file or folder at `path` is called `name`, and its new path.
fn renamed(
    before: &Renames,
    meta: &Metainfo,
    path: &[String],
    name: &str,
) -> ApiResult<(Renames, Vec<String>)> {
    let Some((_, above)) = path.split_last() else {
        return Err(ApiError::new("no_such_file"));
    };
    let depth = above.len();
    let mut after: BTreeMap<u32, String> = BTreeMap::clone(before);
    let mut found = false;
    for (i, file) in (0..).zip(&meta.files) {
        if !file.on_disk() {
            continue;
        }
        let mut parts = disk_components(before, meta, i as usize);
        if parts.starts_with(path) {
            found = true;
            name.clone_into(&mut parts[depth]);
            let joined = parts.join("/");
            if joined.len() > PATH_BYTES_MAX {
                return Err(ApiError::new("name_too_long").with("max_bytes", PATH_BYTES_MAX));
            }
            if parts == file.path {
                after.remove(&i);
            } else {
                after.insert(i, joined);
            }
        } else if parts.len() > depth
            && parts.starts_with(above)
            && fold(&parts[depth]) == fold(name)
        {
            // Also where only a disk that ignores case would take them for one.
            return Err(ApiError::new("name_taken").with("name", name));
        }
    }
    if !found {
        return Err(ApiError::new("no_such_file"));
    }
    let mut path = above.to_vec();
    path.push(name.to_owned());
    Ok((Arc::new(after), path))
}

/// The torrent's file or folder, or what it will be.
fn top_of(record: &TorrentRecord, meta: &Metainfo) -> PathBuf {
    let will_be = || record.folder().join(&meta.disk_name);
    record.content_path().unwrap_or_else(will_be)
}

/// Refuses to call `now` as something else is called already.
async fn free_on_disk(now: PathBuf, then: PathBuf) -> ApiResult<()> {
    if now == then {
        return Ok(());
    }
    blocking(move || {
        if std::fs::symlink_metadata(&then).is_ok() && !is_same(&now, &then) {
            let name = then.file_name().unwrap_or_default().to_string_lossy();
            return Err(ApiError::new("name_taken").with("name", name));
        }
        Ok(())
    })
    .await
}

fn join(root: &Path, parts: &[String]) -> PathBuf {
    parts
        .iter()
        .fold(root.to_owned(), |path, part| path.join(part))
}

/// Whether both names lead to one thing, as on a disk that ignores case.
fn is_same(a: &Path, b: &Path) -> bool {
    match (std::fs::canonicalize(a), std::fs::canonicalize(b)) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// A torrent of empty-hashed pieces with these files of one byte each.
    fn meta(paths: &[&str]) -> Metainfo {
        let file = |path: &&str| {
            let parts = path.split('/').map(|p| format!("{}:{p}", p.len()));
            format!("d6:lengthi1e4:pathl{}ee", parts.collect::<String>())
        };
        let files: String = paths.iter().map(file).collect();
        let pieces = "x".repeat(20);
        let text =
            format!("d4:infod5:filesl{files}e4:name1:t12:piece lengthi16384e6:pieces20:{pieces}ee");
        Metainfo::parse(text.as_bytes()).unwrap()
    }

    fn path(text: &str) -> Vec<String> {
        text.split('/').map(str::to_owned).collect()
    }

    fn code<T: std::fmt::Debug>(result: ApiResult<T>) -> String {
        result.unwrap_err().code
    }

    #[test]
    fn a_folder_takes_its_files_along() {
        let meta = meta(&["a/x", "a/y/z", "b"]);
        let (renames, _) = renamed(&Renames::default(), &meta, &path("a"), "c").unwrap();
        assert_eq!(
            *renames,
            BTreeMap::from([(0, "c/x".into()), (1, "c/y/z".into())])
        );
        let (renames, at) = renamed(&renames, &meta, &path("c/y"), "w").unwrap();
        assert_eq!(renames[&1], "c/w/z");
        assert_eq!(at, path("c/w"));
        let (renames, _) = renamed(&renames, &meta, &path("c/w"), "y").unwrap();
        let (renames, _) = renamed(&renames, &meta, &path("c"), "a").unwrap();
        assert!(renames.is_empty(), "all is called as at first again");
    }

    #[test]
    fn no_file_takes_the_name_of_another() {
        let meta = meta(&["a/x", "a/y", "b/x", "File"]);
        let rename = |at: &str, to: &str| renamed(&Renames::default(), &meta, &path(at), to);
        assert_eq!(code(rename("a/x", "y")), "name_taken");
        assert_eq!(code(rename("a/x", "Y")), "name_taken");
        assert_eq!(code(rename("a", "b")), "name_taken");
        assert_eq!(code(rename("a", "FILE")), "name_taken");
        assert_eq!(code(rename("File", "a")), "name_taken");
        assert!(rename("a/x", "X").is_ok(), "its own name in another case");
        assert!(rename("File", "x").is_ok());
        assert_eq!(code(rename("A", "c")), "no_such_file");
        assert_eq!(
            code(renamed(&Renames::default(), &meta, &[], "c")),
            "no_such_file"
        );
    }

    #[test]
    fn what_is_not_safe_is_refused_with_what_is() {
        assert_eq!(safe_name(" film.mkv ").unwrap(), "film.mkv");
        assert_eq!(code(safe_name("  ")), "name_empty");
        for (typed, safe) in [
            ("a/b", "a_b"),
            ("..", "_"),
            ("con.txt", "_con.txt"),
            ("x.", "x"),
        ] {
            let error = safe_name(typed).unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.params["safe"].as_str()),
                ("name_unsafe", safe)
            );
        }
    }
}
