//! The .torrent file of a torrent.

use base64::Engine as _;
use shoal_api::{ApiError, ApiResult, HashRequest, TorrentFile};

use super::blocking;
use crate::{Caller, Inner, saving::safe_name};

impl Inner {
    pub(super) async fn torrent_file(&self, _: Caller, r: HashRequest) -> ApiResult<TorrentFile> {
        let record = self.record(&r.hash).await?;
        let store = self.store.clone();
        blocking(move || {
            let bytes = store.load_metainfo_blocking(record.hash);
            let bytes = bytes.map_err(|e| ApiError::new("store_failed").with("detail", e))?;
            let bytes = bytes.ok_or_else(|| ApiError::new("no_metadata"))?;
            Ok(TorrentFile {
                name: safe_name(&format!("{}.torrent", record.name)),
                base64: base64::engine::general_purpose::STANDARD.encode(&bytes),
            })
        })
        .await
    }
}
