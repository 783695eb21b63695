//! Speeds over time.

use shoal_api::{ApiError, ApiResult, SpeedHistory, SpeedHistoryRequest};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn speed_history(
        &self,
        _: Caller,
        _: SpeedHistoryRequest,
    ) -> ApiResult<SpeedHistory> {
        Err(ApiError::new("internal"))
    }
}
