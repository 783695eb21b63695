//! Making torrents, as jobs.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use base64::Engine as _;
use shoal_api::{
    ApiError, ApiResult, CreateJobRequest, CreateLook, CreateRequest, CreateSaved, CreateStarted,
    CreateStatus, Nothing,
};
use shoal_core::{Command, NewTorrent, Reply};
use shoal_metainfo::{Control, sanitize::safe_component};
use tokio::sync::{mpsc, oneshot};

use super::{
    blocking,
    inspect::inspect_path,
    place::{plain, real_path},
    refused,
};
use crate::{
    Caller, Inner,
    actor::{self, Input},
    create::{self, Making},
    dirs,
    handover::Seed,
};

/// A drive that does not list its files within this is too slow to wait for.
const LOOK_TIME: Duration = Duration::from_secs(30);

/// A look that ends when nobody waits for it any more.
#[derive(Default)]
struct Looking(Arc<Control>);

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Inner {
    /// Lists what a torrent would be made of.
    pub(super) async fn create_look(
        &self,
        caller: Caller,
        mut r: CreateRequest,
    ) -> ApiResult<CreateLook> {
        let path = self.content_path(caller, &r.path).await?;
        r.path = path.to_string_lossy().into_owned();
        let looking = Looking::default();
        let control = looking.0.clone();
        let looked = blocking(move || {
            let mut making = Making::new(&r);
            making.leave_out_hidden |= caller == Caller::Http;
            create::look(&making, &control)
        });
        let looked = tokio::time::timeout(LOOK_TIME, looked).await;
        looked.unwrap_or_else(|_| {
            Err(ApiError::new("folder_too_slow").with("path", dirs::shown(&path)))
        })
    }

    /// The path asked for, when it is there and the caller may have a torrent made of it.
    async fn content_path(&self, caller: Caller, asked: &str) -> ApiResult<PathBuf> {
        let missing = ApiError::new("path_missing").with("path", shortened(asked));
        let path = plain(&dirs::expand(asked)).ok_or_else(|| missing.clone())?;
        let (data, downloads) = (self.data_dir.clone(), self.downloads().await?);
        let at = path.clone();
        blocking(move || {
            if at.symlink_metadata().is_err() {
                return Err(missing);
            }
            if caller == Caller::Http {
                browser_may_read(&at, &data, &downloads)?;
            }
            Ok(())
        })
        .await?;
        Ok(path)
    }

    pub(super) async fn create_start(
        &self,
        caller: Caller,
        mut r: CreateRequest,
    ) -> ApiResult<CreateStarted> {
        let path = self.content_path(caller, &r.path).await?;
        r.path = path.to_string_lossy().into_owned();
        let (seed, inbox) = (r.seed, self.inbox.clone());
        let work = move |job: &create::Job| {
            let mut making = Making::new(&r);
            making.leave_out_hidden |= caller == Caller::Http;
            making.low_priority = true;
            let progress = &mut |done, total| job.progress(done, total);
            create::make(&making, job.control(), progress).map_err(|e| e.api)
        };
        let add = move |made: &create::Made| {
            if !seed {
                return Ok(());
            }
            let file = Some(Arc::new(made.bytes.clone()));
            let new =
                create::new_torrent(made.meta.clone(), file, &made.content, made.stamps.clone());
            add_blocking(&inbox, new?)
        };
        let job = self.making.start(work, add)?;
        Ok(CreateStarted { job })
    }

    #[expect(clippy::unused_async, reason = "as the other commands")]
    pub(super) async fn create_status(
        &self,
        _: Caller,
        r: CreateJobRequest,
    ) -> ApiResult<CreateStatus> {
        Ok(self.making.get(&r.job)?.status())
    }

    #[expect(clippy::unused_async, reason = "as the other commands")]
    pub(super) async fn create_cancel(&self, _: Caller, r: CreateJobRequest) -> ApiResult<Nothing> {
        self.making.get(&r.job)?.cancel();
        Ok(Nothing {})
    }

    pub(super) async fn create_save(
        &self,
        _: Caller,
        r: CreateJobRequest,
    ) -> ApiResult<CreateSaved> {
        let made = self.making.get(&r.job)?.made()?;
        blocking(move || {
            Ok(CreateSaved {
                file_name: safe_component(&format!("{}.torrent", made.meta.name)),
                base64: base64::engine::general_purpose::STANDARD.encode(&made.bytes),
            })
        })
        .await
    }

    /// Adds what `create --seed` made.
    pub(crate) async fn seed(&self, seed: Seed) -> ApiResult<()> {
        let new = blocking(move || {
            let inspected = inspect_path(&seed.torrent)?;
            let meta = inspected.meta.ok_or_else(|| ApiError::new("no_metadata"))?;
            create::new_torrent(
                meta,
                inspected.file,
                &seed.content,
                create::stamps_of(&seed),
            )
        });
        let new = new.await?;
        match self.command(Command::Add(Box::new(new))).await? {
            Reply::Refused(refusal) => Err(refused(refusal)),
            _ => Ok(()),
        }
    }
}

fn shortened(path: &str) -> String {
    path.chars().take(200).collect()
}

/// A browser may choose what `list_folders` shows: nothing hidden, except that the downloads folder
/// itself may lie anywhere, and nothing of Shoal's own. Links count as what they lead to.
fn browser_may_read(path: &Path, data: &Path, downloads: &Path) -> ApiResult<()> {
    let (real, data) = (real_path(path), real_path(data));
    let below = real.strip_prefix(real_path(downloads)).unwrap_or(&real);
    let hidden = below
        .components()
        .any(|c| c.as_os_str().to_string_lossy().starts_with('.'));
    if hidden || real.starts_with(&data) || data.starts_with(&real) {
        return Err(ApiError::new("not_here"));
    }
    Ok(())
}

/// As `Inner::command`, for a thread of its own.
fn add_blocking(inbox: &mpsc::Sender<Input>, new: NewTorrent) -> ApiResult<()> {
    let (tell, told) = oneshot::channel();
    inbox
        .blocking_send(Input::Command(Command::Add(Box::new(new)), tell))
        .map_err(|_| actor::gone())?;
    match told.blocking_recv().map_err(|_| actor::gone())? {
        Reply::Refused(refusal) => Err(refused(refusal)),
        _ => Ok(()),
    }
}
