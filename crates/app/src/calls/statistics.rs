//! Sums over sessions and days.

use shoal_api::{ApiResult, Nothing, Statistics};

use crate::{Caller, Inner};

impl Inner {
    #[expect(clippy::unused_async, reason = "as the other commands")]
    pub(super) async fn statistics(&self, _: Caller, _: Nothing) -> ApiResult<Statistics> {
        Ok(self.past.statistics())
    }
}
