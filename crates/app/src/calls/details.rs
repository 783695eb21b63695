//! Details of one torrent: overview, files, pieces and peers. Reads only.

use std::{collections::VecDeque, path::Path, sync::Arc, time::Duration};

use base64::Engine as _;
use parking_lot::Mutex;
use shoal_api::{
    ApiError, ApiResult, FileRow, HashRequest, Nothing, Overview, PeerRow, PieceMap, PriorityView,
    SelectRequest, WhyLine,
};
use shoal_core::{
    Bitfield, Command, EngineRequest, InfoHash, Order, Phase, Priority, SelectionChange, Source,
    Torrent, TorrentRecord, wanted_bytes,
};
use shoal_metainfo::{Metainfo, magnet_uri};
use tokio::sync::oneshot;

use super::{blocking, hash_of, selection_of};
use crate::{
    Caller, EngineAnswer, Inner,
    dirs::shown,
    progress::{file_have_bytes, have_bytes},
    seek::{disk_components, path_in},
    views,
};

/// Longest wait for an answer of the engine.
const ENGINE_TIME: Duration = Duration::from_secs(2);
/// Parsed metainfos kept for the details that are polled.
const METAS_MAX: usize = 4;

/// The metainfos of the torrents that were looked at last.
#[derive(Default)]
pub(crate) struct MetaCache(Mutex<VecDeque<Arc<Metainfo>>>);

impl MetaCache {
    fn get(&self, hash: InfoHash) -> Option<Arc<Metainfo>> {
        self.0.lock().iter().find(|m| m.info_hash == hash).cloned()
    }

    fn put(&self, meta: Arc<Metainfo>) {
        let mut kept = self.0.lock();
        kept.retain(|m| m.info_hash != meta.info_hash);
        kept.push_back(meta);
        if kept.len() > METAS_MAX {
            kept.pop_front();
        }
    }
}

/// The files of `meta`: padding and links left out. `record` is that of the torrent, once it is added.
pub(super) fn file_rows(
    meta: &Metainfo,
    record: Option<&TorrentRecord>,
    have: Option<&Bitfield>,
) -> Vec<FileRow> {
    let shown = meta.files.iter().enumerate().filter(|(_, f)| f.on_disk());
    let row = |(i, file): (usize, &shoal_metainfo::FileEntry)| {
        let wanted = record.is_none_or(|r| r.selection.wants(i));
        let have_bytes = have.map_or(0, |have| file_have_bytes(meta, i, have));
        let begun = have_bytes > 0 && have_bytes < file.length;
        FileRow {
            index: u32::try_from(i).unwrap_or(u32::MAX),
            path: file.path.clone(),
            length: file.length,
            have_bytes,
            wanted,
            renamed: file.renamed,
            original: file.original.as_deref().map(str::to_owned),
            disk_path: record
                .map(|r| disk_path(r, meta, i))
                .filter(|path| *path != file.path),
            part: begun && record.is_some_and(|r| is_part(r, meta, i)),
            priority: match record {
                _ if !wanted => PriorityView::Skip,
                Some(r) => priority(r, i),
                None => PriorityView::Normal,
            },
            risk: file.risk.map(views::risk),
        }
    };
    shown.map(row).collect()
}

/// Components below the torrent's folder; the one name of a single file.
fn disk_path(record: &TorrentRecord, meta: &Metainfo, index: usize) -> Vec<String> {
    if meta.single_file && !record.disk_name.is_empty() {
        return vec![record.disk_name.clone()];
    }
    disk_components(&record.renames, meta, index)
}

/// Whether the file carries ".part" now. Asked of the disk only for files that are begun.
fn is_part(record: &TorrentRecord, meta: &Metainfo, index: usize) -> bool {
    if !record.part_suffix || record.disk_name.is_empty() {
        return false;
    }
    let mut path = path_in(&record.place(), meta, index).into_os_string();
    path.push(".part");
    std::fs::symlink_metadata(path).is_ok()
}

fn priority(record: &TorrentRecord, index: usize) -> PriorityView {
    let chosen = u32::try_from(index).ok();
    let chosen = chosen.and_then(|i| record.priorities.get(&i).copied());
    match chosen.unwrap_or_default() {
        Priority::High => PriorityView::High,
        Priority::Normal => PriorityView::Normal,
        Priority::Low => PriorityView::Low,
    }
}

/// The folder that the data goes to by itself.
fn goes_to(record: &TorrentRecord) -> Option<&Path> {
    let moving = record.moving.as_ref().map(|moving| &*moving.to.folder);
    let unfinished = record.unfinished_path.as_ref().map(|_| &*record.save_path);
    moving
        .or(unfinished)
        .filter(|folder| *folder != record.folder())
}

/// What decides how fast a torrent is, as far as that is known; nothing for one that does not run. A
/// torrent that is whole waits for others to ask, which no number here would explain.
fn why(t: &Torrent) -> Vec<WhyLine> {
    if t.live.phase != Phase::Running || t.record.is_complete() {
        return vec![];
    }
    let line = |code: &str, ok, params: &[(&str, u32)]| WhyLine {
        code: code.to_owned(),
        ok,
        params: params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.to_string()))
            .collect(),
    };
    let peers = [
        ("sending", t.live.peers_sending),
        ("connected", t.live.peers_connected),
        ("known", t.live.peers_known),
    ];
    let mut lines = vec![line("why_peers", t.live.peers_sending > 0, &peers)];
    if t.record.summary.as_ref().is_some_and(|s| s.private) {
        lines.push(line("why_private", true, &[]));
    }
    // There is nothing yet that could hold a torrent back on purpose.
    lines.push(line("why_limits", true, &[]));
    lines
}

impl Inner {
    pub(super) async fn overview(&self, _: Caller, r: HashRequest) -> ApiResult<Overview> {
        let hash = hash_of(&r.hash)?;
        let found = self.ask(move |state| {
            let t = state.torrent(hash)?;
            let detail = t
                .live
                .trouble
                .as_ref()
                .map(|trouble| &trouble.fault)
                .or(t.live.mishap.as_ref())
                .map(|fault| format!("{fault:?}"));
            Some((t.record.clone(), t.live.peers_known, detail, why(t)))
        });
        let (record, peers_known, error_detail, why) = found
            .await?
            .ok_or_else(|| ApiError::new("no_such_torrent"))?;
        let meta = self.meta(&record).await?;
        let meta = meta.as_deref();
        let private = record.summary.as_ref().is_some_and(|s| s.private);
        // A private torrent's announce URLs often carry the user's secret key.
        let shared: &[Vec<String>] = if private { &[] } else { &record.trackers };
        Ok(Overview {
            hash: r.hash,
            content_path: record.content_path().map(|p| shown(&p)),
            save_path: shown(&record.save_path),
            lies_in: shown(record.folder()),
            goes_to: goes_to(&record).map(shown),
            sequential: record.order == Order::Sequential,
            first_last: record.first_last,
            source: match &record.source {
                Source::File(name) | Source::Url(name) => Some(name.clone()),
                Source::Magnet => None,
            },
            comment: meta.and_then(|m| m.comment.clone()),
            created_by: meta.and_then(|m| m.created_by.clone()),
            created_at: meta.and_then(|m| m.creation_date),
            total_bytes: record.summary.as_ref().map(|s| s.total_bytes),
            piece_length: record.summary.as_ref().map(|s| s.piece_length),
            piece_count: record.summary.as_ref().map(|s| s.piece_count),
            magnet: magnet_uri(hash, Some(&record.name), shared),
            trackers: record.trackers,
            peers_known,
            error_detail,
            added_at: record.added_at.0,
            completed_at: record.completed_at.map(|t| t.0),
            why,
        })
    }

    pub(super) async fn files(&self, _: Caller, r: HashRequest) -> ApiResult<Vec<FileRow>> {
        let record = self.record(&r.hash).await?;
        let Some(meta) = self.meta(&record).await? else {
            return Ok(vec![]);
        };
        let have = self.have(&record).await?;
        blocking(move || Ok(file_rows(&meta, Some(&record), have.as_ref()))).await
    }

    pub(super) async fn pieces(&self, _: Caller, r: HashRequest) -> ApiResult<PieceMap> {
        let record = self.record(&r.hash).await?;
        let Some(summary) = record.summary.clone() else {
            return Ok(PieceMap {
                count: 0,
                piece_length: 0,
                have_count: 0,
                have: String::new(),
            });
        };
        let have = self
            .have(&record)
            .await?
            .unwrap_or_else(|| Bitfield::new(summary.piece_count));
        Ok(PieceMap {
            count: summary.piece_count,
            piece_length: summary.piece_length,
            have_count: have.count_ones(),
            have: base64::engine::general_purpose::STANDARD.encode(have.as_bytes()),
        })
    }

    pub(super) async fn peers(&self, _: Caller, r: HashRequest) -> ApiResult<Vec<PeerRow>> {
        let hash = hash_of(&r.hash)?;
        self.record(&r.hash).await?;
        match self
            .ask_engine(|ticket| EngineRequest::Peers { hash, ticket })
            .await
        {
            Some(EngineAnswer::Peers(peers)) => Ok(peers.into_iter().map(views::peer).collect()),
            _ => Ok(vec![]),
        }
    }

    pub(super) async fn select_files(&self, _: Caller, r: SelectRequest) -> ApiResult<Nothing> {
        let record = self.record(&r.hash).await?;
        let meta = self
            .meta(&record)
            .await?
            .ok_or_else(|| ApiError::new("no_metadata"))?;
        let selection = selection_of(&r.wanted, meta.files.len())?;
        let have = self.have(&record).await?;
        let change = SelectionChange {
            wanted_bytes: wanted_bytes(&meta, &selection),
            have_bytes: have.map_or(0, |have| have_bytes(&meta, &selection, &have)),
            selection,
        };
        self.done(Command::Select(record.hash, change)).await
    }

    pub(super) async fn record(&self, hash: &str) -> ApiResult<TorrentRecord> {
        let hash = hash_of(hash)?;
        let record = self
            .ask(move |state| state.torrent(hash).map(|t| t.record.clone()))
            .await?;
        record.ok_or_else(|| ApiError::new("no_such_torrent"))
    }

    /// The metainfo of a torrent; none while a magnet's is unknown.
    pub(super) async fn meta(&self, record: &TorrentRecord) -> ApiResult<Option<Arc<Metainfo>>> {
        if record.summary.is_none() {
            return Ok(None);
        }
        if let Some(meta) = self.metas.get(record.hash) {
            return Ok(Some(meta));
        }
        let (store, hash) = (self.store.clone(), record.hash);
        let meta = blocking(move || {
            let bytes = store.load_metainfo_blocking(hash);
            let bytes = bytes.map_err(|e| ApiError::new("store_failed").with("detail", e))?;
            Ok(bytes.and_then(|b| Metainfo::parse(&b).ok()).map(Arc::new))
        });
        let meta = meta.await?;
        if let Some(meta) = &meta {
            self.metas.put(meta.clone());
        }
        Ok(meta)
    }

    /// Verified pieces: the engine's word while it runs, else what was stored.
    pub(super) async fn have(&self, record: &TorrentRecord) -> ApiResult<Option<Bitfield>> {
        let hash = record.hash;
        let running = self.ask(move |state| {
            state
                .torrent(hash)
                .is_some_and(|t| t.live.phase == Phase::Running)
        });
        if running.await?
            && let Some(EngineAnswer::Pieces(Some(have))) = self
                .ask_engine(|ticket| EngineRequest::Pieces { hash, ticket })
                .await
        {
            return Ok(Some(have));
        }
        let store = self.store.clone();
        blocking(move || {
            let resume = store.load_resume_blocking(hash);
            let resume = resume.map_err(|e| ApiError::new("store_failed").with("detail", e))?;
            Ok(resume.map(|r| r.have).filter(|have| !have.is_empty()))
        })
        .await
    }

    /// Asks the engine; none when it does not answer in time.
    async fn ask_engine(&self, request: impl FnOnce(u64) -> EngineRequest) -> Option<EngineAnswer> {
        let (tell, told) = oneshot::channel();
        let ticket = self.tickets.put(tell);
        self.engine.send(request(ticket));
        let answer = tokio::time::timeout(ENGINE_TIME, told).await;
        self.tickets.forget(ticket);
        answer.ok()?.ok()
    }
}
