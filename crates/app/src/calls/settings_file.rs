//! Settings, labels and arrangements of the window as a file.

use shoal_api::{ApiError, ApiResult, ExportedSettings, ImportReport, ImportRequest, Nothing};

use crate::{Caller, Inner};

impl Inner {
    pub(super) async fn export_settings(
        &self,
        _: Caller,
        _: Nothing,
    ) -> ApiResult<ExportedSettings> {
        Err(ApiError::new("internal"))
    }

    pub(super) async fn import_settings(
        &self,
        _: Caller,
        _: ImportRequest,
    ) -> ApiResult<ImportReport> {
        Err(ApiError::new("internal"))
    }
}
