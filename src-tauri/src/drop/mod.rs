//! What is dragged over the window and dropped on it. Must never navigate the page, follow a link or keep the
//! source's files busy, and never waits: the window's own thread calls it.
//!
//! On Linux by GTK itself (`gtk`), since tauri tells of files only and decodes links; elsewhere by tauri (`other`).

#[cfg(target_os = "linux")]
mod gtk;
#[cfg(not(target_os = "linux"))]
mod other;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use shoal_api::Event;
use shoal_app::{
    App,
    dropped::{Drag, Landed, Looking},
};
use tauri::{AppHandle, Manager as _};
use tokio::sync::oneshot;

use crate::stream::Streams;

#[cfg(target_os = "linux")]
pub(crate) use gtk::attach;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::attach;

/// Whether what is dropped starts at once, stays stopped, or is asked about.
type Start = Option<bool>;

/// Something that hovers over the window. Dropping this value means that it has left.
struct Hover {
    tauri: AppHandle,
    /// Held while the page is told, so that nothing is told of a drag that is over.
    over: Arc<Mutex<bool>>,
    dropped: Option<oneshot::Sender<Start>>,
}

impl Hover {
    /// Something hovers since `entered`. `modifiers`: whether Shift and Alt can be told at the drop.
    fn new(tauri: &AppHandle, drag: Drag, entered: Instant, modifiers: bool) -> Self {
        let (tell, told) = oneshot::channel();
        let over = Arc::new(Mutex::new(false));
        let app = tauri.state::<App>();
        let watched = Watched {
            tauri: tauri.clone(),
            over: over.clone(),
            looking: app.look_at_drop(drag, entered),
            entered,
            modifiers,
        };
        tauri::async_runtime::spawn(watched.follow(told));
        Self {
            tauri: tauri.clone(),
            over,
            dropped: Some(tell),
        }
    }

    /// It was dropped.
    fn land(mut self, start: Start) {
        *lock(&self.over) = true;
        if let Some(dropped) = self.dropped.take() {
            let _ = dropped.send(start);
        }
    }
}

impl Drop for Hover {
    fn drop(&mut self) {
        if self.dropped.is_some() {
            let mut over = lock(&self.over);
            *over = true;
            self.tauri.state::<Arc<Streams>>().tell(Event::DropLeft);
        }
    }
}

/// The side of a hover that reads and tells.
struct Watched {
    tauri: AppHandle,
    over: Arc<Mutex<bool>>,
    looking: Looking,
    entered: Instant,
    modifiers: bool,
}

impl Watched {
    async fn follow(mut self, mut told: oneshot::Receiver<Start>) {
        let mut is_told = false;
        let start = loop {
            tokio::select! {
                biased;
                dropped = &mut told => match dropped {
                    Ok(start) => break start,
                    Err(_) => return,
                },
                look = self.looking.next(), if !is_told => match look {
                    Some(mut look) => {
                        look.modifiers = self.modifiers;
                        self.tell(Event::DropHover { look });
                    }
                    None => is_told = true,
                },
            }
        };
        let Landed {
            previews,
            errors,
            urls,
            create,
        } = self.looking.land().await;
        tracing::debug!(
            previews = previews.len(),
            refused = errors.len(),
            urls = urls.len(),
            ?start,
            "something was dropped on the window"
        );
        self.tauri.state::<Arc<Streams>>().tell(Event::Dropped {
            previews,
            errors,
            urls,
            create,
            start,
        });
    }

    fn tell(&self, event: Event) {
        let over = lock(&self.over);
        if *over {
            return;
        }
        if let Event::DropHover { look } = &event {
            let things = look.rows.len() + usize::try_from(look.more).unwrap_or_default();
            let took_ms = self.entered.elapsed().as_secs_f64() * 1_000.0;
            tracing::debug!(
                things,
                pending = look.pending,
                took_ms,
                "something hovers over the window"
            );
        }
        self.tauri.state::<Arc<Streams>>().tell(event);
    }
}

fn lock(over: &Mutex<bool>) -> MutexGuard<'_, bool> {
    over.lock().unwrap_or_else(PoisonError::into_inner)
}
