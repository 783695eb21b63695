//! Speeds over time.

use shoal_api::{ApiResult, SpeedHistory, SpeedHistoryRequest};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn speed_history(
        &self,
        _: Caller,
        r: SpeedHistoryRequest,
    ) -> ApiResult<SpeedHistory> {
        let Some(hash) = &r.hash else {
            return Ok(self.past.speeds(r.span));
        };
        let record = self.record(hash).await?;
        Ok(self.past.speeds_of(record.hash, record.added_at, r.span))
    }
}
