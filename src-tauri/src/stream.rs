//! The streams of events to windows: one task per window, which ends with the window or when the
//! page asks anew. A hidden or minimised window gets nothing, and a fresh snapshot when it shows.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shoal_api::{Event, SettingValueView};
use shoal_app::App;
use tauri::{WebviewWindow, async_runtime::JoinHandle, ipc::Channel};
use tokio::{
    sync::{Notify, oneshot},
    time::timeout,
};

use crate::window;

/// How long a hidden window may stay unnoticed when the system does not tell that it shows again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The streams that run, by window.
#[derive(Default)]
pub(crate) struct Streams {
    running: Mutex<HashMap<String, Stream>>,
}

struct Stream {
    task: JoinHandle<()>,
    look: Arc<Notify>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Streams {
    /// Starts a window's stream, and ends the one before it.
    pub(crate) fn start(&self, app: App, window: WebviewWindow, channel: Channel<Event>) {
        let look = Arc::new(Notify::new());
        let label = window.label().to_owned();
        let task = tauri::async_runtime::spawn(forward(app, window, channel, look.clone()));
        self.lock().insert(label, Stream { task, look });
    }

    /// Something happened to a window: it may be shown again.
    pub(crate) fn look(&self, label: &str) {
        if let Some(stream) = self.lock().get(label) {
            stream.look.notify_one();
        }
    }

    /// A window is gone.
    pub(crate) fn end(&self, label: &str) {
        self.lock().remove(label);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Stream>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn forward(app: App, window: WebviewWindow, channel: Channel<Event>, look: Arc<Notify>) {
    // Requests to open something that came while nobody could see them. A snapshot does not have
    // them, unlike all else that a hidden window misses.
    let mut held = Vec::new();
    loop {
        match is_shown(&window).await {
            None => return,
            Some(false) => {
                let _ = timeout(LOOK_AGAIN, look.notified()).await;
                continue;
            }
            Some(true) => (),
        }
        let mut events = app.subscribe();
        loop {
            let Some(event) = events.next().await else {
                return;
            };
            // Asking the window also paces the stream: while its thread is busy, `events` merges.
            match is_shown(&window).await {
                None => return,
                Some(false) => {
                    if matches!(event, Event::OpenRequest { .. }) {
                        held.push(event);
                    }
                    break;
                }
                Some(true) => (),
            }
            if let Some(theme) = theme_in(&event) {
                window::apply_theme(&window, theme);
            }
            for event in std::iter::once(event).chain(held.drain(..)) {
                if channel.send(event).is_err() {
                    return;
                }
            }
        }
    }
}

/// Whether somebody can see the window; none when it is gone. Asked on the window's own thread, so
/// that no thread of tokio waits for it.
async fn is_shown(window: &WebviewWindow) -> Option<bool> {
    let (tell, told) = oneshot::channel();
    let asked = window.clone();
    let look = move || {
        let visible = asked.is_visible().ok();
        let shown = visible.and_then(|visible| {
            asked
                .is_minimized()
                .ok()
                .map(|minimised| visible && !minimised)
        });
        let _ = tell.send(shown);
    };
    window.run_on_main_thread(look).ok()?;
    told.await.ok().flatten()
}

fn theme_in(event: &Event) -> Option<&str> {
    let settings = match event {
        Event::Snapshot(snapshot) => &snapshot.settings,
        Event::Delta(delta) => delta.settings.as_ref()?,
        _ => return None,
    };
    match settings.get(window::THEME_SETTING)? {
        SettingValueView::Text(theme) => Some(theme),
        SettingValueView::Bool(_) | SettingValueView::Int(_) => None,
    }
}
