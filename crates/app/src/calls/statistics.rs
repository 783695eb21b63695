//! Sums over sessions and days.

use shoal_api::{ApiError, ApiResult, Nothing, Statistics};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn statistics(&self, _: Caller, _: Nothing) -> ApiResult<Statistics> {
        Err(ApiError::new("internal"))
    }
}
