//! Labels of torrents, and how the window is arranged.

use shoal_api::{
    ApiError, ApiResult, ChangeLabelsRequest, Nothing, RenameLabelRequest, SetPrefRequest,
};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn change_labels(
        &self,
        _: Caller,
        _: ChangeLabelsRequest,
    ) -> ApiResult<Nothing> {
        Err(ApiError::new("internal"))
    }

    pub(super) async fn rename_label(
        &self,
        _: Caller,
        _: RenameLabelRequest,
    ) -> ApiResult<Nothing> {
        Err(ApiError::new("internal"))
    }

    pub(super) async fn set_pref(&self, _: Caller, _: SetPrefRequest) -> ApiResult<Nothing> {
        Err(ApiError::new("internal"))
    }
}
