//! How the window is made and shown, and what fences it in: it shows Shoal's own page and nothing else. When it
//! is made is `keeper`'s matter.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

#[cfg(target_os = "linux")]
use gtk::{
    gdk::WindowState,
    glib::Propagation,
    prelude::{GtkWindowExt as _, WidgetExt as _},
};
use shoal_api::SettingValueView;
use shoal_app::desk::Desk;
use shoal_desktop::place::{Place, SMALLEST};
use tauri::{
    AppHandle, Manager as _, Theme, Url, WebviewUrl, WebviewWindow,
    webview::{Color, NewWindowResponse, PageLoadEvent, WebviewWindowBuilder},
};

#[cfg(target_os = "linux")]
use crate::face;
use crate::{
    clipboard, drop,
    keeper::{self, Keeper},
    stream::Streams,
};

/// The one window's label; capabilities name it.
pub(crate) const MAIN: &str = "main";
/// Key of the setting that chooses light or dark.
pub(crate) const THEME_SETTING: &str = "appearance.theme";

/// The page's ground colours, so that nothing flashes before it is painted.
const LIGHT: Color = Color(0xee, 0xf1, 0xf2, 0xff);
const DARK: Color = Color(0x10, 0x13, 0x15, 0xff);
/// Asks for what the first picture is drawn of before the page is read; `ui/src/lib/backend/tauri.ts` takes it.
const ASK: &str = "window.__SHOAL_FIRST__ = \
    window.__TAURI_INTERNALS__.invoke('subscribe', { stream: 1, ahead: true });";
/// When the page is this late, the window shows without it.
const SHOW_ANYWAY: Duration = Duration::from_secs(3);

/// The theme that the window was last made to have; none for the system's.
#[derive(Default)]
pub(crate) struct Applied(Mutex<Option<Theme>>);

/// A window that nobody has seen, whose page is on its way.
pub(crate) struct Prepared {
    window: WebviewWindow,
    page: Arc<Page>,
}

/// Whether the page is there, and who is told.
#[derive(Default)]
struct Page {
    loaded: AtomicBool,
    keeper: OnceLock<(Keeper, u64)>,
}

impl Page {
    /// Called by who makes either true, and does something when both are.
    fn look(&self, window: &WebviewWindow) {
        if let Some((keeper, nth)) = self.keeper.get()
            && self.loaded.load(Ordering::SeqCst)
        {
            keeper.ready(window, *nth);
        }
    }
}

impl Prepared {
    /// From now on it is the `nth` window of `keeper`, and seen when its page is there.
    pub(crate) fn begin(self, keeper: &Keeper, nth: u64) {
        let Self { window, page } = self;
        listen(keeper, &window);
        drop::attach(&window);
        clipboard::attach(&window);
        let _ = page.keeper.set((keeper.clone(), nth));
        page.look(&window);
        let keeper = keeper.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(SHOW_ANYWAY).await;
            keeper.ready(&window, nth);
        });
    }
}

/// Makes the window, and has its page loaded.
pub(crate) fn prepare(
    tauri: &AppHandle,
    place: Place,
    theme: Option<Theme>,
) -> tauri::Result<Prepared> {
    *lock(&tauri.state::<Applied>().0) = theme;
    let page = Arc::new(Page::default());
    let loaded = page.clone();
    let builder = WebviewWindowBuilder::new(tauri, MAIN, WebviewUrl::default());
    #[cfg(target_os = "linux")]
    let builder = builder
        .disable_drag_drop_handler()
        .initialization_script(face::script(tauri));
    let window = builder
        .title("Shoal")
        .inner_size(place.size.0.into(), place.size.1.into())
        .min_inner_size(SMALLEST.0.into(), SMALLEST.1.into())
        .maximized(place.maximised)
        .visible(false)
        .initialization_script(ASK)
        .theme(theme)
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(move |window, load| {
            if load.event() == PageLoadEvent::Finished {
                loaded.loaded.store(true, Ordering::SeqCst);
                loaded.look(&window);
            }
        })
        .build()?;
    if theme.is_some() {
        // On Linux the builder's theme is not taken.
        force_theme(&window, theme);
    }
    paint_ground(&window);
    keeper::put(&window, place);
    Ok(Prepared { window, page })
}

/// Shows the window.
pub(crate) fn appear(window: &WebviewWindow) {
    let _ = window.show();
    window.state::<Arc<Streams>>().look(MAIN);
}

/// Shows the window and brings it to the front.
pub(crate) fn raise(window: &WebviewWindow, token: Option<String>) {
    present(window, token);
    window.state::<Arc<Streams>>().look(MAIN);
}

/// Only Wayland wants the token; all at once, since GTK does not focus what it has not shown.
#[cfg(target_os = "linux")]
fn present(window: &WebviewWindow, token: Option<String>) {
    let shown = window.clone();
    let present = move || {
        let Ok(gtk) = shown.gtk_window() else {
            return;
        };
        gtk.deiconify();
        gtk.show_all();
        if let Some(token) = token {
            gtk.set_startup_id(&token);
        }
        gtk.present_with_time(gtk::gdk::ffi::GDK_CURRENT_TIME as u32);
    };
    let _ = window.run_on_main_thread(present);
}

#[cfg(not(target_os = "linux"))]
fn present(window: &WebviewWindow, _: Option<String>) {
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}

/// The theme in the settings; none when the system chooses.
pub(crate) fn theme_setting(desk: &Desk) -> Option<Theme> {
    match desk.settings.get(THEME_SETTING)? {
        SettingValueView::Text(one) => theme(one),
        SettingValueView::Bool(_) | SettingValueView::Int(_) => None,
    }
}

/// Gives the frame around the page the theme of the setting, when that is another one than before.
pub(crate) fn apply_theme(window: &WebviewWindow, setting: &str) {
    let wanted = theme(setting);
    let state = window.state::<Applied>();
    let before = std::mem::replace(&mut *lock(&state.0), wanted);
    if before != wanted {
        force_theme(window, wanted);
        paint_ground(window);
    }
}

/// Hears of a window that is minimised.
#[cfg(target_os = "linux")]
fn listen(keeper: &Keeper, window: &WebviewWindow) {
    let (keeper, shown) = (keeper.clone(), window.clone());
    let listen = move || {
        let Ok(gtk) = shown.gtk_window() else {
            return;
        };
        gtk.connect_window_state_event(move |_, event| {
            let minimised = event.new_window_state().contains(WindowState::ICONIFIED);
            keeper.minimised(minimised);
            Propagation::Proceed
        });
    };
    let _ = window.run_on_main_thread(listen);
}

/// There, a change of the size tells.
#[cfg(not(target_os = "linux"))]
fn listen(_: &Keeper, _: &WebviewWindow) {}

fn force_theme(window: &WebviewWindow, wanted: Option<Theme>) {
    let mut done = window.set_theme(wanted);
    if cfg!(target_os = "linux") && wanted.is_none() && is_dark(window) {
        // There, "none" means light whatever the system's choice is.
        done = window.set_theme(Some(Theme::Dark));
    }
    if let Err(e) = done {
        tracing::debug!(error = %e, "the window did not take the theme");
    }
}

fn theme(setting: &str) -> Option<Theme> {
    match setting {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

fn is_dark(window: &WebviewWindow) -> bool {
    window.theme().is_ok_and(|theme| theme == Theme::Dark)
}

fn paint_ground(window: &WebviewWindow) {
    let _ = window.set_background_color(Some(if is_dark(window) { DARK } else { LIGHT }));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the window may go there: only to the page that is built in, or to Vite's while developing.
fn is_own_page(url: &Url) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        // Windows and Android have no schemes of one's own.
        "http" | "https" if cfg!(windows) && host == Some("tauri.localhost") => true,
        "http" => tauri::is_dev() && host == Some("localhost") && url.port() == Some(5173),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    #[test]
    fn the_window_stays_on_its_own_page() {
        let allowed = |url: &str| is_own_page(&url.parse().unwrap());
        assert!(allowed("tauri://localhost/"));
        assert!(allowed("tauri://localhost/index.html#x"));
        for url in [
            "tauri://evil/",
            "https://example.org/",
            "http://localhost.example.org:5173/",
            "http://127.0.0.1:5173/",
            "file:///etc/passwd",
            "data:text/html,x",
            "about:blank",
            "javascript:alert(1)",
        ] {
            assert!(!allowed(url), "{url}");
        }
    }
}
