//! Calls about watch folders: rules, history, dry run.

use shoal_api::{
    ApiError, ApiResult, Nothing, PutWatchRequest, WatchDryRun, WatchDryRunRequest,
    WatchEntriesRequest, WatchHistory, WatchHistoryRequest, WatchPut, WatchRequest,
};

use crate::{Caller, Inner};

macro_rules! later {
    ($( $name:ident($req:ty) -> $ans:ty; )*) => {
        impl Inner { $(
            #[expect(clippy::unused_async, reason = "as every call")]
            pub(super) async fn $name(&self, _: Caller, _: $req) -> ApiResult<$ans> {
                Err(ApiError::new("internal"))
            }
        )* }
    };
}
later! {
    watch_put(PutWatchRequest) -> WatchPut;
    watch_drop(WatchRequest) -> Nothing;
    watch_look(WatchRequest) -> Nothing;
    watch_history(WatchHistoryRequest) -> WatchHistory;
    watch_retry(WatchEntriesRequest) -> Nothing;
    watch_add_again(WatchEntriesRequest) -> Nothing;
    watch_dry_run(WatchDryRunRequest) -> WatchDryRun;
}
