//! The log of a torrent.

use shoal_api::{ApiError, ApiResult, LogEntry, LogRequest};

use super::{blocking, hash_of};
use crate::{Caller, Inner, views};

impl Inner {
    pub(super) async fn log(&self, _: Caller, r: LogRequest) -> ApiResult<Vec<LogEntry>> {
        let hash = hash_of(&r.hash)?;
        if !self.ask(move |state| state.torrent(hash).is_some()).await? {
            return Err(ApiError::new("no_such_torrent"));
        }
        let store = self.store.clone();
        blocking(move || {
            let lines = store.load_log_blocking(hash, r.before);
            let lines = lines.map_err(|e| ApiError::new("store_failed").with("detail", e))?;
            Ok(lines.into_iter().map(views::log_entry).collect())
        })
        .await
    }
}
