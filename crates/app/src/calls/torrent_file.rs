//! The .torrent file of a torrent.

use shoal_api::{ApiError, ApiResult, HashRequest, TorrentFile};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn torrent_file(&self, _: Caller, _: HashRequest) -> ApiResult<TorrentFile> {
        Err(ApiError::new("internal"))
    }
}
