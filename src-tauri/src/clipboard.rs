//! Looks into the clipboard when the window gets the focus, and offers a magnet link that is there, once. Must never
//! keep what it saw, nor look at any other time unless somebody wants to add what is there.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::json;
use shoal_api::{Event, Preview, SettingValueView};
use shoal_app::{App, Caller, dropped::is_magnet};
use tauri::{AppHandle, Manager as _, WebviewWindow, WindowEvent};
use tokio::{sync::oneshot, time::timeout};

use crate::stream::Streams;

/// Longer text is no link.
const BYTES_MAX: usize = 64 << 10;
/// Whoever owns the clipboard answers within this time, or is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// Key of the setting that allows it.
const SETTING: &str = "desktop.clipboard";

/// What was seen last, as a number that says nothing about it.
#[derive(Default)]
struct Seen {
    key: RandomState,
    last: Mutex<Option<u64>>,
}

impl Seen {
    /// Whether `text` is another one than last time.
    fn is_new(&self, text: &str) -> bool {
        let seen = Some(self.key.hash_one(text));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *last, seen) != seen
    }
}

/// Listens for the window's focus.
pub(crate) fn attach(window: &WebviewWindow) {
    // What the window before this one saw is known.
    window.manage(Seen::default());
    let tauri = window.app_handle().clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Focused(true)) && is_allowed(&tauri) {
            look(&tauri);
        }
    });
}

fn is_allowed(tauri: &AppHandle) -> bool {
    let desk = tauri.state::<App>().desk();
    let setting = desk.borrow().settings.get(SETTING).cloned();
    setting == Some(SettingValueView::Bool(true))
}

/// Asks for the text, which whoever owns it may take its time to give.
fn look(tauri: &AppHandle) {
    let tauri = tauri.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(text) = text(&tauri).await {
            offer(&tauri, text.trim()).await;
        }
    });
}

/// The text that is in the clipboard, for somebody who wants to add it. None when there is none that could be
/// links, or it cannot be had: some systems give it only to the window in front.
pub(crate) async fn text(tauri: &AppHandle) -> Option<String> {
    let (tell, told) = oneshot::channel();
    ask(tauri, tell);
    let text = timeout(PATIENCE, told).await.ok()?.ok()?;
    (text.len() <= BYTES_MAX).then_some(text)
}

#[cfg(target_os = "linux")]
fn ask(tauri: &AppHandle, tell: oneshot::Sender<String>) {
    let ask = move || {
        gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD).request_text(move |_, text| {
            if let Some(text) = text {
                let _ = tell.send(text.to_owned());
            }
        });
    };
    let _ = tauri.run_on_main_thread(ask);
}

#[cfg(not(target_os = "linux"))]
fn ask(_: &AppHandle, tell: oneshot::Sender<String>) {
    tauri::async_runtime::spawn_blocking(move || {
        let text = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
        if let Ok(text) = text {
            let _ = tell.send(text);
        }
    });
}

/// Offers what is one magnet link, of a torrent that is not in the list.
async fn offer(tauri: &AppHandle, text: &str) {
    if !is_magnet(text) || !tauri.state::<Seen>().is_new(text) {
        return;
    }
    let source = json!({ "source": { "kind": "text", "text": text } });
    let app = tauri.state::<App>();
    let Ok(preview) = app.call(Caller::Desktop, "inspect", source).await else {
        return;
    };
    match serde_json::from_value::<Preview>(preview) {
        Ok(preview) if !preview.already_added => {
            tracing::debug!("a link in the clipboard is offered");
            let offer = Event::ClipboardOffer { preview };
            tauri.state::<Arc<Streams>>().tell(offer);
        }
        _ => (),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_seen_once() {
        let seen = Seen::default();
        assert!(seen.is_new("a"));
        assert!(!seen.is_new("a"));
        assert!(seen.is_new("b"));
        assert!(seen.is_new("a"));
    }
}
