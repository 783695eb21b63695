//! What the page asks of the desktop. Only hands over.

use shoal_api::{ApiError, ApiResult, DeskAnswer, DeskRequest};

/// Answers the page's question about the desktop, or takes its answer to one.
#[tauri::command]
pub(crate) async fn desk(request: DeskRequest) -> ApiResult<DeskAnswer> {
    let _ = request;
    Err(ApiError::new("desk_away"))
}
