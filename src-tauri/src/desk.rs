//! What the page asks of the desktop. Only hands over.

use shoal_api::{ApiResult, DeskAnswer, DeskRequest};
use tauri::{AppHandle, State};

use crate::{join, keeper::Keeper};

/// Answers the page's question about the desktop, or takes its answer to one.
#[tauri::command]
pub(crate) async fn desk(
    tauri: AppHandle,
    keeper: State<'_, Keeper>,
    request: DeskRequest,
) -> ApiResult<DeskAnswer> {
    match request {
        DeskRequest::State => Ok(DeskAnswer::State {
            state: join::state(&tauri).await,
        }),
        DeskRequest::Closing { choice, remember } => {
            keeper.answer(choice, remember).await;
            Ok(DeskAnswer::Done)
        }
    }
}
