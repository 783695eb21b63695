//! Where the window was, remembered, and put there again. The rules are `shoal_desktop::place`'s.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use shoal_desktop::place::{self, Place, Screen};
use tauri::{AppHandle, Monitor, PhysicalPosition, WebviewWindow};
use tokio::{sync::oneshot, time::sleep};

use super::{Keeper, closing, lock};

/// Where the place is remembered.
const KEY: &str = "shell.place";
/// So long after a move it is remembered: they come in swarms.
const SETTLES: Duration = Duration::from_secs(1);

/// What the window's keeper remembers from one run to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Remembered {
    /// Where the window was.
    pub(super) place: Place,
    /// The person was told where Shoal is while it has no window.
    pub(super) told: bool,
}

impl Remembered {
    /// Reads it out of `prefs`.
    pub(crate) fn read(prefs: &BTreeMap<String, String>) -> Self {
        let place = prefs.get(KEY);
        Self {
            place: place.and_then(|text| Place::read(text)).unwrap_or_default(),
            told: closing::was_told(prefs),
        }
    }

    /// Where the first window is to be.
    pub(crate) fn place(&self, tauri: &AppHandle) -> Place {
        place::clamp(self.place, &screens(tauri))
    }
}

pub(super) struct Memory {
    place: Mutex<Place>,
    /// It will be looked up soon.
    due: AtomicBool,
}

impl Memory {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place: Mutex::new(place),
            due: AtomicBool::new(false),
        }
    }
}

impl Keeper {
    /// Where the next window is to be.
    pub(crate) fn place(&self, tauri: &AppHandle) -> Place {
        // The window's own thread is asked, which may be about to remember a place.
        let screens = screens(tauri);
        place::clamp(*lock(&self.inner.place.place), &screens)
    }

    /// The window was moved, or has another size.
    pub(crate) fn moved(&self) {
        if self.inner.place.due.swap(true, Ordering::Relaxed) {
            return;
        }
        let keeper = self.clone();
        tauri::async_runtime::spawn(async move {
            sleep(SETTLES).await;
            keeper.inner.place.due.store(false, Ordering::Relaxed);
            let asked = keeper.clone();
            let (tell, told) = oneshot::channel();
            let look = move || {
                let place = asked.window().and_then(|window| asked.look_where(&window));
                let _ = tell.send(place);
            };
            keeper.inner.system.run_on_main(look);
            if let Ok(Some(place)) = told.await {
                keeper.remember(place).await;
            }
        });
    }

    /// Where the window is, when that is news. On the window's own thread.
    pub(super) fn look_where(&self, window: &WebviewWindow) -> Option<Place> {
        let mut known = lock(&self.inner.place.place);
        let now = place_of(window, *known)?;
        (std::mem::replace(&mut *known, now) != now).then_some(now)
    }

    pub(super) async fn remember(&self, place: Place) {
        if let Err(error) = self.inner.app.set_pref(KEY, Some(place.write())).await {
            tracing::debug!(code = %error.code, "the window's place is not remembered");
        }
    }
}

/// Puts a window that cannot be seen yet at its place.
pub(crate) fn put(window: &WebviewWindow, place: Place) {
    if let Some((x, y)) = place.at {
        let _ = window.set_position(PhysicalPosition::new(x, y));
    }
}

/// The place of a window that was at `before`, or has never been anywhere else; none while it cannot be told.
fn place_of(window: &WebviewWindow, before: Place) -> Option<Place> {
    if !window.is_visible().ok()? || window.is_minimized().ok()? {
        return None;
    }
    let maximised = window.is_maximized().ok()?;
    if maximised || window.is_fullscreen().ok()? {
        return Some(Place {
            maximised,
            ..before
        });
    }
    let at = window
        .outer_position()
        .ok()
        .filter(|_| has_positions(window));
    Some(Place {
        at: at.map(|at| (at.x, at.y)),
        size: size_of(window)?,
        maximised: false,
    })
}

/// The size that a window is made with. Under Wayland that is without the frame that it draws for itself, which is
/// in what it is told of its size.
#[cfg(target_os = "linux")]
fn size_of(window: &WebviewWindow) -> Option<(u32, u32)> {
    use gtk::prelude::GtkWindowExt as _;

    let (width, height) = window.gtk_window().ok()?.size();
    Some((u32::try_from(width).ok()?, u32::try_from(height).ok()?))
}

#[cfg(not(target_os = "linux"))]
fn size_of(window: &WebviewWindow) -> Option<(u32, u32)> {
    let (size, scale) = (window.inner_size().ok()?, window.scale_factor().ok()?);
    Some((
        place::unscaled(size.width, scale),
        place::unscaled(size.height, scale),
    ))
}

/// Wayland tells no program where its windows are.
#[cfg(target_os = "linux")]
fn has_positions(window: &WebviewWindow) -> bool {
    use gtk::{glib::ObjectExt as _, prelude::WidgetExt as _};

    let kind = window.gtk_window().map(|gtk| gtk.display().type_().name());
    kind.is_ok_and(|kind| !kind.contains("Wayland"))
}

#[cfg(not(target_os = "linux"))]
fn has_positions(_: &WebviewWindow) -> bool {
    true
}

fn screens(tauri: &AppHandle) -> Vec<Screen> {
    let primary = tauri.primary_monitor().ok().flatten();
    let all = tauri.available_monitors().unwrap_or_default();
    let is_primary = |one: &Monitor| {
        let first = primary.as_ref();
        first.is_some_and(|first| first.position() == one.position())
    };
    let screen = |one: &Monitor| {
        let area = one.work_area();
        Screen {
            x: area.position.x,
            y: area.position.y,
            width: area.size.width,
            height: area.size.height,
            scale: one.scale_factor(),
            primary: is_primary(one),
        }
    };
    all.iter().map(screen).collect()
}
