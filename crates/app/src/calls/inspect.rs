//! From a file, a text or bytes to something that can be added, and the adding itself.

use std::{io::Read as _, path::Path, sync::Arc};

use base64::Engine as _;
use shoal_api::{
    AddReply, AddRequest, AddedView, ApiError, ApiResult, ExistingView, InspectRequest,
    InspectSource, Preview,
};
use shoal_core::{
    Brings, Command, Existing, Intent, NewTorrent, Priorities, Reply, Selection, Source,
};
use shoal_metainfo::{MAX_MAGNET_BYTES, Magnet, MagnetError, Metainfo, sanitize::display_text};
use url::Url;

use super::{
    LABELS_MAX, blocking,
    order::{choice_of, order_of},
    previews::Inspected,
    refused,
};
use crate::{Caller, Inner, USER_AGENT, args::has_prefix, fetch};

/// Longest name of a source that is kept, in characters.
const SOURCE_CHARS_MAX: usize = 512;
/// Most characters of a link that are said again when it is refused.
const SHOWN_CHARS_MAX: usize = 80;

impl Inner {
    pub(super) async fn inspect(&self, caller: Caller, r: InspectRequest) -> ApiResult<Preview> {
        let inspected = match r.source {
            InspectSource::Text { text } => self.inspect_text(text.trim()).await?,
            InspectSource::Path { .. } if caller != Caller::Desktop => {
                return Err(ApiError::new("not_here"));
            }
            InspectSource::Path { path } => {
                blocking(move || inspect_path(Path::new(&path))).await?
            }
            InspectSource::Bytes { name, base64 } => {
                blocking(move || {
                    let name = display_text(&name, SOURCE_CHARS_MAX);
                    let bytes = base64::engine::general_purpose::STANDARD.decode(base64);
                    let bytes =
                        bytes.map_err(|e| ApiError::new("bad_request").with("detail", e))?;
                    inspect_bytes(bytes, Source::File(name.clone()))
                        .map_err(|e| e.with("name", name))
                })
                .await?
            }
        };
        let (inspected, standing) = self
            .ask(move |state| {
                let standing = inspected.standing(state);
                (inspected, standing)
            })
            .await?;
        Ok(self.previews.keep(inspected, standing))
    }

    async fn inspect_text(&self, text: &str) -> ApiResult<Inspected> {
        if text.len() > MAX_MAGNET_BYTES {
            return Err(ApiError::new("too_long").with("max_bytes", MAX_MAGNET_BYTES));
        }
        if let Some(url) = Url::parse(text)
            .ok()
            .filter(|u| matches!(u.scheme(), "http" | "https"))
        {
            let loopback = self.ask(|state| state.settings().allow_loopback).await?;
            let bytes = fetch::fetch(&url, USER_AGENT, loopback).await?;
            let source = Source::Url(display_text(url.as_str(), SOURCE_CHARS_MAX));
            return blocking(move || inspect_bytes(bytes, source)).await;
        }
        inspect_link(text)
    }

    pub(super) async fn add(&self, _: Caller, r: AddRequest) -> ApiResult<AddReply> {
        let inspected = self
            .previews
            .get(&r.preview_id)
            .ok_or_else(|| ApiError::new("preview_gone"))?;
        if r.labels.len() > LABELS_MAX {
            return Err(ApiError::new("bad_label"));
        }
        let (selection, priorities) = match &inspected.meta {
            Some(meta) => choice_of(r.wanted.as_ref(), r.priorities.as_ref(), meta)?,
            None => (Selection::All, Priorities::default()),
        };
        let brings = self.brings(&r, &inspected).await?;
        let save_path = match (&r.save_path, brings.save_path) {
            (None, Some(folder)) => folder,
            (typed, _) => self.folder(typed.as_deref().unwrap_or_default()).await?,
        };
        let start = r.start.or(brings.start).unwrap_or(true);
        let new = NewTorrent {
            hash: inspected.hash,
            name: inspected.name,
            source: inspected.source,
            trackers: inspected.trackers,
            peers: inspected.peers,
            meta: inspected.meta,
            file: inspected.file,
            save_path,
            selection,
            intent: if start { Intent::Run } else { Intent::Stop },
            labels: r.labels,
            only_labels: r.only_labels.unwrap_or_default(),
            choose_files: r.choose_files,
            existing: match r.existing.unwrap_or_default() {
                ExistingView::Ask => Existing::Ask,
                ExistingView::Use => Existing::Use,
                ExistingView::Beside => Existing::Beside,
            },
            priorities,
            order: r.sequential.map(order_of),
            first_last: r.first_last,
            disk_name: None,
            top: r.top.unwrap_or_default(),
            resume: None,
        };
        match self.command(Command::Add(Box::new(new))).await? {
            Reply::Added(hash) => Ok(AddReply {
                hash: hash.to_string(),
                outcome: AddedView::Added,
            }),
            Reply::AlreadyAdded(hash) => Ok(AddReply {
                hash: hash.to_string(),
                outcome: AddedView::AlreadyAdded,
            }),
            Reply::Refused(refusal) => Err(refused(refusal)),
            _ => Err(ApiError::new("internal")),
        }
    }

    /// What the labels say that a torrent will have.
    async fn brings(&self, r: &AddRequest, inspected: &Inspected) -> ApiResult<Brings> {
        let (labels, only) = (r.labels.clone(), r.only_labels == Some(true));
        let inspected = inspected.clone();
        self.ask(move |state| {
            let labels = if only {
                labels
            } else {
                inspected.labels(state, &labels)
            };
            state.brings(&labels)
        })
        .await
    }

    /// Inspects what another start, a link or the command line gave.
    pub(crate) async fn inspect_all(&self, what: Vec<String>) -> (Vec<Preview>, Vec<ApiError>) {
        let (mut previews, mut errors) = (vec![], vec![]);
        for item in what {
            let is_text = item.len() > 40 && has_prefix(&item, "magnet:") || item.contains("://");
            let is_hash =
                item.parse::<shoal_core::InfoHash>().is_ok() && !Path::new(&item).exists();
            let name = display_text(&item, SHOWN_CHARS_MAX);
            let source = if is_text || is_hash {
                InspectSource::Text { text: item }
            } else {
                InspectSource::Path { path: item }
            };
            match self
                .inspect(Caller::Desktop, InspectRequest { source })
                .await
            {
                Ok(preview) => previews.push(preview),
                // Of several things, the one that was refused must be told from the others.
                Err(error) if error.params.contains_key("name") => errors.push(error),
                Err(error) => errors.push(error.with("name", name)),
            }
        }
        (previews, errors)
    }
}

/// What a magnet link or a bare info-hash says by itself.
pub(crate) fn inspect_link(text: &str) -> ApiResult<Inspected> {
    let magnet = Magnet::parse(text).map_err(|e| match e {
        // What was meant is not a broken magnet.
        MagnetError::NotAMagnet => match Url::parse(text) {
            Ok(url) => ApiError::new("url_scheme").with("scheme", url.scheme()),
            Err(_) => ApiError::new("not_a_link"),
        },
        other => ApiError::new(other.code()),
    })?;
    Ok(Inspected {
        hash: magnet.info_hash,
        name: magnet.name.unwrap_or_else(|| magnet.info_hash.to_string()),
        source: Source::Magnet,
        trackers: magnet.trackers,
        peers: magnet.peers,
        meta: None,
        file: None,
    })
}

/// What a file of this machine holds.
pub(crate) fn inspect_path(path: &Path) -> ApiResult<Inspected> {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let name = display_text(&name, SOURCE_CHARS_MAX);
    let unreadable = |detail: String| {
        ApiError::new("file_unreadable")
            .with("name", &name)
            .with("detail", detail)
    };
    // A pipe or a device would hang or never end.
    let found = std::fs::metadata(path).map_err(|e| unreadable(e.to_string()))?;
    if !found.is_file() {
        return Err(unreadable("not a file".to_owned()));
    }
    let file = std::fs::File::open(path).map_err(|e| unreadable(e.to_string()))?;
    let mut bytes = vec![];
    let limit = fetch::TORRENT_BYTES_MAX as u64 + 1;
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(|e| unreadable(e.to_string()))?;
    inspect_bytes(bytes, Source::File(name.clone())).map_err(|e| e.with("name", &name))
}

fn inspect_bytes(bytes: Vec<u8>, source: Source) -> ApiResult<Inspected> {
    let meta = Metainfo::parse(&bytes).map_err(|e| ApiError::new(e.code()).with("detail", e))?;
    Ok(Inspected {
        hash: meta.info_hash,
        name: meta.name.clone(),
        source,
        trackers: meta.trackers.clone(),
        peers: vec![],
        meta: Some(Arc::new(meta)),
        file: Some(Arc::new(bytes)),
    })
}
