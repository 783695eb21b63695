//! The system's own dialogs: choosing files and a folder, saving a file, and the last word when Shoal
//! cannot start. The page gets paths back, never a handle, and cannot choose by itself.

use std::path::{Path, PathBuf};

use shoal_api::ApiResult;
use shoal_app::saving;
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

/// Lets the user choose a file of any kind.
#[tauri::command]
pub(crate) async fn pick_content(window: WebviewWindow) -> Option<String> {
    let (tell, told) = oneshot::channel();
    let dialog = window.dialog().file().set_parent(&window);
    dialog.pick_file(move |file| {
        let _ = tell.send(file);
    });
    text(told.await.ok().flatten()?)
}

/// Asks where to save, and saves there; tells where that was, or none when the user thought better of
/// it. `kind` is the extension of files of its kind.
#[tauri::command]
pub(crate) async fn save_file(
    window: WebviewWindow,
    name: String,
    base64: String,
    kind: String,
) -> ApiResult<Option<String>> {
    let bytes = saving::bytes_of(&base64)?;
    drop(base64);
    let Some(path) = ask_where(&window, &saving::safe_name(&name), &kind).await else {
        return Ok(None);
    };
    let saved = saving::save(path, bytes).await?;
    Ok(Some(saved.to_string_lossy().into_owned()))
}

async fn ask_where(window: &WebviewWindow, name: &str, kind: &str) -> Option<PathBuf> {
    let mut dialog = window
        .dialog()
        .file()
        .set_parent(window)
        .set_file_name(name)
        .set_can_create_directories(true);
    if is_extension(kind) {
        dialog = dialog.add_filter(format!("*.{kind}"), &[kind]);
    }
    let (tell, told) = oneshot::channel();
    dialog.save_file(move |file| {
        let _ = tell.send(file);
    });
    told.await.ok().flatten()?.into_path().ok()
}

fn is_extension(kind: &str) -> bool {
    (1..=16).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_alphanumeric())
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
