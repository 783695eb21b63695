//! The API's commands: each request checked, turned into core's words, and answered.
//!
//! Everything a caller sends is untrusted here, bounded and validated before core hears of it.

mod arrange;
mod create;
mod details;
mod find;
mod inspect;
mod log;
mod names;
mod open;
mod order;
mod place;
mod previews;
mod settings_file;
mod speed;
mod statistics;
#[cfg(test)]
mod tests;
mod torrent_file;
mod watch;

use std::collections::BTreeMap;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shoal_api::{
    AddRequest, ApiError, ApiResult, ChangeLabelsRequest, CreateJobRequest, CreateRequest,
    FindFilesRequest, FolderInfo, FolderList, FolderRequest, HashRequest, HashesRequest,
    HoldCheckRequest, ImportRequest, InspectRequest, LabelRequest, LocateRequest, LogRequest,
    LookAtTargetRequest, MoveDataRequest, Nothing, PutLabelRequest, PutWatchRequest,
    RemoveDataView, RemoveRequest, RenameLabelRequest, RenamePathRequest, RenameRequest,
    SelectRequest, SetLabelsRequest, SetOrderRequest, SetPrefRequest, SetPrioritiesRequest,
    SetSettingsRequest, SettingView, Snapshot, SpeedHistoryRequest, WatchDryRunRequest,
    WatchEntriesRequest, WatchHistoryRequest, WatchRequest, for_each_command,
};
use shoal_core::{
    Bitfield, Command, InfoHash, Intent, LABEL_CHARS_MAX, LABELS_EACH_MAX, LABELS_MAX,
    PREF_BYTES_MAX, PREFS_MAX, Refusal, RemoveData, Reply, Selection, SettingError,
};

use crate::{
    Caller, Inner,
    actor::{self, Input},
    dirs, views, volumes,
};

pub(crate) use details::MetaCache;
pub(crate) use inspect::{inspect_link, inspect_path};
pub(crate) use place::in_time;
pub(crate) use previews::{Inspected, Previews};

/// Most torrents in one request.
const HASHES_MAX: usize = 100_000;

macro_rules! dispatch {
    ($( $name:ident($req:ty) -> $ans:ty, $doc:literal; )*) => {
        /// Runs the command called `name`.
        pub(crate) async fn call(inner: &Inner, caller: Caller, name: &str, request: Value) -> ApiResult<Value> {
            match name {
                $( stringify!($name) => answer(inner.$name(caller, parse::<$req>(request)?).await), )*
                _ => Err(ApiError::new("unknown_command").with("name", name.chars().take(64).collect::<String>())),
            }
        }
    };
}
for_each_command!(dispatch);

fn parse<T: DeserializeOwned>(request: Value) -> ApiResult<T> {
    serde_json::from_value(request).map_err(|e| ApiError::new("bad_request").with("detail", e))
}

fn answer<T: Serialize>(result: ApiResult<T>) -> ApiResult<Value> {
    serde_json::to_value(result?).map_err(|e| ApiError::new("internal").with("detail", e))
}

fn hash_of(text: &str) -> ApiResult<InfoHash> {
    text.parse().map_err(|_| ApiError::new("no_such_torrent"))
}

fn hashes_of(texts: &[String]) -> ApiResult<Vec<InfoHash>> {
    if texts.len() > HASHES_MAX {
        return Err(ApiError::new("too_many").with("max", HASHES_MAX));
    }
    texts.iter().map(|t| hash_of(t)).collect()
}

/// A selection from the indices of the files wanted.
fn selection_of(wanted: &[u32], files: usize) -> ApiResult<Selection> {
    let count = u32::try_from(files).unwrap_or(u32::MAX);
    if wanted.is_empty() || wanted.iter().any(|i| *i >= count) {
        return Err(ApiError::new("bad_selection"));
    }
    let mut bits = Bitfield::new(count);
    for &i in wanted {
        bits.set(i, true);
    }
    Ok(if bits.is_full() {
        Selection::All
    } else {
        Selection::Only(bits)
    })
}

pub(crate) fn refused(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::NoSuchTorrent(hash) => ApiError::new("no_such_torrent").with("hash", hash),
        Refusal::Setting(error) => setting_refused(&error),
        Refusal::StoreFailed(detail) => ApiError::new("store_failed").with("detail", detail),
        Refusal::NothingToUndo => ApiError::new("nothing_to_undo"),
        Refusal::NoMetadata => ApiError::new("no_metadata"),
        Refusal::BadSelection => ApiError::new("bad_selection"),
        Refusal::BadLabel => ApiError::new("bad_label"),
        Refusal::LabelEmpty => ApiError::new("label_empty"),
        Refusal::LabelTooLong => ApiError::new("label_too_long").with("max", LABEL_CHARS_MAX),
        Refusal::LabelTaken(name) => ApiError::new("label_taken").with("name", name),
        Refusal::NoSuchLabel(name) => ApiError::new("no_such_label").with("name", name),
        Refusal::TooManyLabels => ApiError::new("too_many_labels").with("max", LABELS_MAX),
        Refusal::TooManyOnOne => ApiError::new("labels_too_many").with("max", LABELS_EACH_MAX),
        Refusal::BadPrefKey => ApiError::new("pref_bad_key"),
        Refusal::PrefTooBig => ApiError::new("pref_too_big").with("max_bytes", PREF_BYTES_MAX),
        Refusal::TooManyPrefs => ApiError::new("too_many_prefs").with("max", PREFS_MAX),
        Refusal::TooMany => ApiError::new("too_many").with("max", shoal_core::TORRENTS_MAX),
        Refusal::NameTaken(name) => ApiError::new("name_taken").with("name", name),
        Refusal::BadName(name) => ApiError::new("bad_name").with("name", name),
        Refusal::BadFolder => ApiError::new("bad_folder"),
        Refusal::Moving(hash) => ApiError::new("moving").with("hash", hash),
        Refusal::NoSuchWatch(id) => ApiError::new("no_such_watch").with("id", id.0),
        Refusal::WatchTwice(path) => ApiError::new("watch_twice").with("path", path.display()),
        Refusal::WatchBadFolder(field, path) => ApiError::new("watch_bad_folder")
            .with("field", field)
            .with("path", path.display()),
        Refusal::WatchLoop(field, path) => ApiError::new("watch_loop")
            .with("field", field)
            .with("path", path.display()),
        Refusal::WatchBadPattern(pattern) => ApiError::new("watch_bad_pattern")
            .with("pattern", pattern)
            .with("max", shoal_core::WATCH_PATTERNS_MAX)
            .with("max_chars", shoal_core::WATCH_PATTERN_CHARS_MAX),
        Refusal::TooManyWatches => {
            ApiError::new("watch_too_many_folders").with("max", shoal_core::WATCH_FOLDERS_MAX)
        }
        Refusal::ShuttingDown => ApiError::new("shutting_down"),
    }
}

fn setting_refused(error: &SettingError) -> ApiError {
    let said = ApiError::new(error.code()).with("field", error.key());
    match error {
        SettingError::OutOfRange { min, max, .. } => said.with("min", min).with("max", max),
        SettingError::NotAChoice { choices, .. } => said.with("choices", choices),
        SettingError::WrongType { expected, .. } => said.with("expected", expected),
        SettingError::Unknown { .. } | SettingError::NotAFolder { .. } => said,
    }
}

impl Inner {
    async fn done(&self, command: Command) -> ApiResult<Nothing> {
        match self.command(command).await? {
            Reply::Refused(refusal) => Err(refused(refusal)),
            _ => Ok(Nothing {}),
        }
    }

    async fn snapshot(&self, _: Caller, _: Nothing) -> ApiResult<Snapshot> {
        let (tell, told) = tokio::sync::oneshot::channel();
        let sent = self.inbox.send(Input::Snapshot(tell)).await;
        sent.map_err(|_| actor::gone())?;
        told.await.map_err(|_| actor::gone())
    }

    async fn start(&self, _: Caller, r: HashesRequest) -> ApiResult<Nothing> {
        self.done(Command::SetIntent(hashes_of(&r.hashes)?, Intent::Run))
            .await
    }

    async fn stop(&self, _: Caller, r: HashesRequest) -> ApiResult<Nothing> {
        self.done(Command::SetIntent(hashes_of(&r.hashes)?, Intent::Stop))
            .await
    }

    async fn force_start(&self, _: Caller, r: HashesRequest) -> ApiResult<Nothing> {
        self.done(Command::SetIntent(hashes_of(&r.hashes)?, Intent::ForceRun))
            .await
    }

    async fn remove(&self, _: Caller, r: RemoveRequest) -> ApiResult<Nothing> {
        let data = match r.data {
            RemoveDataView::Keep => RemoveData::Keep,
            RemoveDataView::Trash => RemoveData::Trash,
            RemoveDataView::Delete => RemoveData::Delete,
        };
        self.done(Command::Remove(hashes_of(&r.hashes)?, data))
            .await
    }

    async fn recheck(&self, _: Caller, r: HashesRequest) -> ApiResult<Nothing> {
        self.done(Command::Recheck(hashes_of(&r.hashes)?)).await
    }

    async fn save_beside(&self, _: Caller, r: HashRequest) -> ApiResult<Nothing> {
        self.done(Command::SaveBeside(hash_of(&r.hash)?)).await
    }

    async fn undo(&self, _: Caller, _: Nothing) -> ApiResult<Nothing> {
        self.done(Command::Undo).await
    }

    async fn redo(&self, _: Caller, _: Nothing) -> ApiResult<Nothing> {
        self.done(Command::Redo).await
    }

    async fn settings(&self, _: Caller, _: Nothing) -> ApiResult<Vec<SettingView>> {
        self.ask(|state| views::setting_list(state.settings()))
            .await
    }

    async fn set_settings(&self, caller: Caller, r: SetSettingsRequest) -> ApiResult<Nothing> {
        let values: BTreeMap<_, _> = r
            .values
            .into_iter()
            .map(|(k, v)| (k, views::setting_from(v)))
            .collect();
        // Loosening what protects the machine is not for a web page: it takes the command line.
        if caller == Caller::Http && values.contains_key("network.allow_loopback") {
            return Err(ApiError::new("not_here"));
        }
        self.done(Command::SetSettings(values)).await
    }

    async fn folder_info(&self, _: Caller, r: FolderRequest) -> ApiResult<FolderInfo> {
        let path = self.folder(&r.path).await?;
        blocking(move || Ok(volumes::folder_info(&path))).await
    }

    async fn list_folders(&self, _: Caller, r: FolderRequest) -> ApiResult<FolderList> {
        let path = self.folder(&r.path).await?;
        blocking(move || volumes::list_folders(&path)).await
    }

    /// A full path from what was typed; empty means the downloads folder.
    async fn folder(&self, typed: &str) -> ApiResult<std::path::PathBuf> {
        if typed.is_empty() {
            return self.downloads().await;
        }
        let path = dirs::expand(typed);
        if !path.is_absolute() || typed.len() > 4_096 || typed.contains('\0') {
            return Err(ApiError::new("folder_unusable")
                .with("path", typed.chars().take(200).collect::<String>()));
        }
        Ok(path)
    }

    pub(crate) async fn downloads(&self) -> ApiResult<std::path::PathBuf> {
        let chosen = self
            .ask(|state| state.settings().downloads_folder.clone())
            .await?;
        Ok(if chosen.as_os_str().is_empty() {
            self.downloads.clone()
        } else {
            chosen
        })
    }
}

/// Runs something that may wait for a disk off the async threads.
async fn blocking<T: Send + 'static>(
    f: impl FnOnce() -> ApiResult<T> + Send + 'static,
) -> ApiResult<T> {
    let done = tokio::task::spawn_blocking(f).await;
    done.unwrap_or_else(|e| Err(ApiError::new("internal").with("detail", e)))
}
