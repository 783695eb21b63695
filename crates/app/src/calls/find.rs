//! Torrents by the names of their files.

use shoal_api::{ApiError, ApiResult, FindFilesRequest, FoundFiles};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn find_files(&self, _: Caller, _: FindFilesRequest) -> ApiResult<FoundFiles> {
        Err(ApiError::new("internal"))
    }
}
