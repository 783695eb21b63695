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

impl crate::App {
    /// The path of the file of an entry in the history of watch folders, where it lies now, to be shown in
    /// the system's file manager.
    #[expect(clippy::unused_async, reason = "as every call")]
    pub async fn to_reveal_watched(&self, _: u64) -> ApiResult<std::path::PathBuf> {
        Err(ApiError::new("file_missing").with("path", ""))
    }
}
