//! Where data lies: moving it, finding it again, and looking before an add. Only looks at disks and
//! asks core; what is moved is moved by the disk worker.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use shoal_api::{
    ApiError, ApiResult, HashRequest, HashesRequest, LocateReply, LocateRequest,
    LookAtTargetRequest, MoveDataRequest, Nothing, TargetLook,
};
use shoal_core::{Command, InfoHash, Place, Selection};
use shoal_metainfo::{Metainfo, sanitize::fold};

use super::{blocking, hash_of, hashes_of, selection_of};
use crate::{
    Caller, Inner, dirs,
    seek::{self, Sought},
    volumes,
};

/// Longest wait for a folder that is looked into. A network volume may not answer at all.
const LOOK_TIME: Duration = Duration::from_secs(20);

impl Inner {
    pub(super) async fn move_data(&self, _: Caller, r: MoveDataRequest) -> ApiResult<Nothing> {
        let hashes = hashes_of(&r.hashes)?;
        let folder = self.target_folder(&r.folder).await?;
        let wanted = hashes.clone();
        let tops = self.ask(move |state| {
            let top = |hash: &InfoHash| {
                let record = &state.torrent(*hash)?.record;
                Some((record.name.clone(), record.content_path()?))
            };
            wanted.iter().filter_map(top).collect::<Vec<_>>()
        });
        let tops = tops.await?;
        let to = folder.clone();
        in_time(&folder, move || {
            let info = volumes::folder_info(&to);
            if !info.usable {
                return Err(unusable(&to));
            }
            let real = real_path(&to);
            let inside = tops.into_iter().find(|(_, top)| is_inside(&to, &real, top));
            match inside {
                Some((name, _)) => Err(ApiError::new("folder_inside_torrent")
                    .with("path", to.display())
                    .with("name", name)),
                None => Ok(()),
            }
        })
        .await?;
        self.done(Command::Move(hashes, folder)).await
    }

    pub(super) async fn cancel_move(&self, _: Caller, r: HashesRequest) -> ApiResult<Nothing> {
        self.done(Command::CancelMove(hashes_of(&r.hashes)?)).await
    }

    pub(super) async fn adopt(&self, _: Caller, r: HashRequest) -> ApiResult<Nothing> {
        self.done(Command::Adopt(hash_of(&r.hash)?)).await
    }

    pub(super) async fn locate(&self, _: Caller, r: LocateRequest) -> ApiResult<LocateReply> {
        let record = self.record(&r.hash).await?;
        let meta = self.meta(&record).await?;
        let meta = meta.ok_or_else(|| ApiError::new("no_metadata"))?;
        let folder = self.target_folder(&r.folder).await?;
        let sought = Sought {
            complete: record.is_complete(),
            selection: record.selection.clone(),
            disk_name: if record.disk_name.is_empty() {
                meta.disk_name.clone()
            } else {
                record.disk_name.clone()
            },
            renames: record.renames.clone(),
            meta,
        };
        let at = folder.clone();
        let found = in_time(&folder, move || {
            if at.is_dir() {
                Ok(seek::seek(&sought, &at))
            } else {
                Err(ApiError::new("folder_not_there").with("path", at.display()))
            }
        })
        .await?;
        let mut reply = LocateReply {
            found_files: 0,
            total_files: found.total_files,
            found_bytes: 0,
            total_bytes: found.total_bytes,
            folder: folder.to_string_lossy().into_owned(),
            cut_short: found.cut_short,
        };
        let Some(best) = found.best else {
            return Ok(reply);
        };
        reply.found_files = best.files;
        reply.found_bytes = best.bytes;
        reply.folder = best.place.folder.to_string_lossy().into_owned();
        self.done(Command::Locate(record.hash, best.place)).await?;
        Ok(reply)
    }

    pub(super) async fn look_at_target(
        &self,
        _: Caller,
        r: LookAtTargetRequest,
    ) -> ApiResult<TargetLook> {
        let inspected = self.previews.get(&r.preview_id);
        let inspected = inspected.ok_or_else(|| ApiError::new("preview_gone"))?;
        let folder = self.folder(&r.folder).await?;
        let Some(meta) = inspected.meta else {
            return Ok(TargetLook {
                enough_room: true,
                ..TargetLook::default()
            });
        };
        let selection = match &r.wanted {
            Some(wanted) if !wanted.is_empty() => selection_of(wanted, meta.files.len())?,
            _ => Selection::All,
        };
        let (at, name, own) = (folder.clone(), fold(&meta.disk_name), meta.info_hash);
        let others = self.ask(move |state| {
            // Another torrent's files are not in the way: this one gets another name beside them.
            let taken = state.torrents().any(|t| {
                let record = &t.record;
                record.hash != own && record.folder() == at && fold(&record.disk_name) == name
            });
            (taken, state.settings().unfinished_folder.clone())
        });
        let (taken, unfinished) = others.await?;
        let unfinished = (!unfinished.as_os_str().is_empty()).then_some(unfinished);
        let at = folder.clone();
        in_time(&folder, move || {
            Ok(look(&meta, &selection, &at, taken, unfinished.as_deref()))
        })
        .await
    }

    /// A full path without `..`, from what was typed; empty means the downloads folder.
    pub(super) async fn target_folder(&self, typed: &str) -> ApiResult<PathBuf> {
        let folder = self.folder(typed).await?;
        plain(&folder).ok_or_else(|| unusable(&folder))
    }
}

fn unusable(path: &Path) -> ApiError {
    ApiError::new("folder_unusable").with("path", path.display())
}

/// `path` in its shortest form; none when it has `..` in it, which links make mean something else.
pub(super) fn plain(path: &Path) -> Option<PathBuf> {
    let up = path.components().any(|c| c == Component::ParentDir);
    (!up && path.is_absolute()).then(|| path.components().collect())
}

/// Where `path` really is: links in the part of it that exists are followed.
pub(super) fn real_path(path: &Path) -> PathBuf {
    let found = path.ancestors().find_map(|above| {
        let real = std::fs::canonicalize(above).ok()?;
        Some(real.join(path.strip_prefix(above).ok()?))
    });
    found.unwrap_or_else(|| path.to_owned())
}

/// Whether `folder` is the torrent's own folder `top`, or in it.
fn is_inside(folder: &Path, real: &Path, top: &Path) -> bool {
    folder.starts_with(top) || real.starts_with(real_path(top))
}

/// Runs `f`, which looks at `folder`, off the async threads, and gives up when it does not answer.
pub(crate) async fn in_time<T: Send + 'static>(
    folder: &Path,
    f: impl FnOnce() -> ApiResult<T> + Send + 'static,
) -> ApiResult<T> {
    let looked = tokio::time::timeout(LOOK_TIME, blocking(f)).await;
    looked
        .unwrap_or_else(|_| Err(ApiError::new("folder_too_slow").with("path", dirs::shown(folder))))
}

/// What lies in `folder` where the wanted files of `meta` would be saved.
fn look(
    meta: &Arc<Metainfo>,
    selection: &Selection,
    folder: &Path,
    taken: bool,
    unfinished: Option<&Path>,
) -> TargetLook {
    let place = Place {
        folder: folder.to_owned(),
        disk_name: meta.disk_name.clone(),
        renames: Arc::default(),
    };
    let mut seen = TargetLook::default();
    let top = folder.join(&place.disk_name);
    let nothing = taken || std::fs::symlink_metadata(&top).is_err();
    let mut first_is_different = false;
    for (i, file) in meta.files.iter().enumerate() {
        if !file.on_disk() || !selection.wants(i) {
            continue;
        }
        seen.needed_bytes += file.length;
        if nothing {
            continue;
        }
        let path = seek::path_in(&place, meta, i);
        let Ok(found) = std::fs::symlink_metadata(&path) else {
            continue;
        };
        let same = found.is_file() && found.len() == file.length;
        seen.files_there += 1;
        if same {
            seen.same_size += 1;
            seen.needed_bytes -= file.length;
        } else {
            seen.different += 1;
        }
        if seen.first.is_none() || !same && !first_is_different {
            seen.first = Some(path.to_string_lossy().into_owned());
            seen.first_size_bytes = found.is_file().then_some(found.len());
            seen.first_torrent_bytes = Some(file.length);
            first_is_different = !same;
        }
    }
    if !nothing && seen.files_there == 0 && !meta.single_file && !top.is_dir() {
        let found = std::fs::symlink_metadata(&top).ok();
        seen.files_there = 1;
        seen.different = 1;
        seen.first_size_bytes = found.filter(std::fs::Metadata::is_file).map(|m| m.len());
        seen.first = Some(top.to_string_lossy().into_owned());
    }
    let free = |path: &Path| volumes::volume_of(path).map(|v| v.free_bytes);
    seen.free_bytes = free(folder);
    let enough = |free: Option<u64>| free.is_none_or(|free| free >= seen.needed_bytes);
    seen.enough_room = enough(seen.free_bytes) && unfinished.is_none_or(|path| enough(free(path)));
    seen
}
