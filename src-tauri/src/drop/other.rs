//! Drags as tauri tells of them: files and folders only, and no keys.

use std::{cell::RefCell, path::PathBuf, time::Instant};

use shoal_app::dropped::{Drag, Dropped};
use tauri::{DragDropEvent, Manager as _, WebviewWindow, WindowEvent};

use super::Hover;

thread_local! {
    /// The drag over the window, on the window's own thread.
    static NOW: RefCell<Option<Hover>> = const { RefCell::new(None) };
}

/// Listens for what is dragged over the window.
pub(crate) fn attach(window: &WebviewWindow) {
    let tauri = window.app_handle().clone();
    let hover = move |paths: &[PathBuf]| {
        let things = paths.iter().cloned().map(Dropped::Path).collect();
        Hover::new(&tauri, Drag::of(things), Instant::now(), false)
    };
    window.on_window_event(move |event| {
        let WindowEvent::DragDrop(event) = event else {
            return;
        };
        match event {
            DragDropEvent::Enter { paths, .. } if !paths.is_empty() => {
                let before = NOW.replace(None);
                drop(before);
                NOW.set(Some(hover(paths)));
            }
            DragDropEvent::Drop { paths, .. } if !paths.is_empty() => {
                let hovering = NOW.take().unwrap_or_else(|| hover(paths));
                hovering.land(None);
            }
            DragDropEvent::Leave => drop(NOW.take()),
            _ => (),
        }
    });
}
