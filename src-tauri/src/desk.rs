//! What the page asks of the desktop. Only hands over.

use shoal_api::{ApiResult, DeskAnswer, DeskRequest};
use tauri::{AppHandle, Manager as _, State};

use crate::{gate::Gate, join, keeper::Keeper};

/// Answers the page's question about the desktop, or takes its answer to one.
#[tauri::command]
pub(crate) async fn desk(
    tauri: AppHandle,
    gate: State<'_, Gate>,
    request: DeskRequest,
) -> ApiResult<DeskAnswer> {
    gate.app().await;
    match request {
        DeskRequest::State => Ok(DeskAnswer::State {
            state: join::state(&tauri).await,
        }),
        DeskRequest::Closing { choice, remember } => {
            tauri.state::<Keeper>().answer(choice, remember).await;
            Ok(DeskAnswer::Done)
        }
    }
}
