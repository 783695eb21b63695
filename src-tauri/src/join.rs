//! The one loop between app, tray, notifications and window: what happens goes out, what is pressed comes in.

use shoal_api::{DeskState, Handler};
use shoal_app::App;
use tauri::AppHandle;

/// Starts it.
pub(crate) fn start(_: &AppHandle, _: &App) {}

/// What the system offers.
pub(crate) async fn state(_: &AppHandle) -> DeskState {
    DeskState {
        tray_host: false,
        notices: false,
        magnets: Handler::Unknown,
        torrents: Handler::Unknown,
        autostart: false,
        sandboxed: false,
    }
}
