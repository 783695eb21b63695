//! The system's own dialogs: choosing files and a folder, and the last word when Shoal cannot
//! start. The page gets paths back, never a handle, and cannot choose by itself.

use std::path::Path;

use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_dialog::{DialogExt as _, FilePath, MessageDialogKind};
use tokio::sync::oneshot;

/// Lets the user choose .torrent files; none when they think better of it.
#[tauri::command]
pub(crate) async fn pick_torrents(window: WebviewWindow) -> Option<Vec<String>> {
    let (tell, told) = oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .add_filter("*.torrent", &["torrent"])
        .pick_files(move |files| {
            let _ = tell.send(files);
        });
    let files = told.await.ok().flatten()?;
    Some(files.into_iter().filter_map(text).collect())
}

/// Lets the user choose a folder, starting at `start` when that is one.
#[tauri::command]
pub(crate) async fn pick_folder(window: WebviewWindow, start: Option<String>) -> Option<String> {
    let mut dialog = window
        .dialog()
        .file()
        .set_parent(&window)
        .set_can_create_directories(true);
    if let Some(start) = start
        .as_deref()
        .map(Path::new)
        .filter(|start| start.is_absolute())
    {
        dialog = dialog.set_directory(start);
    }
    let (tell, told) = oneshot::channel();
    dialog.pick_folder(move |folder| {
        let _ = tell.send(folder);
    });
    text(told.await.ok().flatten()?)
}

/// Shows a sentence, and ends the process' window loop when it was read.
pub(crate) fn alert(tauri: &AppHandle, sentence: &str) {
    let handle = tauri.clone();
    tauri
        .dialog()
        .message(sentence)
        .title("Shoal")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(1));
}

fn text(file: FilePath) -> Option<String> {
    Some(file.into_path().ok()?.to_string_lossy().into_owned())
}
