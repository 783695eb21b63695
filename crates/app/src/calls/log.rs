//! The log of a torrent.

use shoal_api::{ApiError, ApiResult, LogEntry, LogRequest};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn log(&self, _: Caller, _: LogRequest) -> ApiResult<Vec<LogEntry>> {
        Err(ApiError::new("internal"))
    }
}
