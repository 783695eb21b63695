//! The one window: made, put away and made anew. Everybody who wants it shown asks here, from any thread.
//!
//! Putting it away destroys it with its page, which is most of the memory; core and engine know nothing of
//! it. Must never make a window inside a call of the window system, which would wait for itself on Windows,
//! and never ask that system whether the window is there: it answers late.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use shoal_app::App;
use tauri::{AppHandle, Manager as _, Theme, WebviewWindow};

use crate::{
    stream::Streams,
    window::{self, MAIN},
};

/// A window that lost the focus this recently still counts as looked at: a press on the tray's icon takes
/// the focus first, and the system's own dialogs take it over.
const LINGERS: Duration = Duration::from_millis(300);

/// The window that Shoal starts with.
const FIRST: u64 = 1;

/// The one window's keeper. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Keeper {
    inner: Arc<Inner>,
}

struct Inner {
    tauri: AppHandle,
    app: App,
    at: Mutex<At>,
    /// Which window this is, of those there were.
    nth: AtomicU64,
    /// What lets the window come to the front where a program may not do so by itself.
    token: Mutex<Option<String>>,
    focused: AtomicBool,
    left: Mutex<Option<Instant>>,
}

/// Where the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// There is none.
    Absent,
    /// It was asked for and cannot be seen yet.
    Making,
    /// It was shown.
    Here,
    /// It is being destroyed.
    Going {
        /// Somebody has asked for it meanwhile.
        again: bool,
    },
    /// Shoal quits: there will be none any more.
    Over,
}

/// What is to be done with the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Nothing,
    Make,
    Raise,
    Destroy,
}

impl At {
    fn show(&mut self) -> Do {
        match self {
            Self::Absent => {
                *self = Self::Making;
                Do::Make
            }
            Self::Here => Do::Raise,
            Self::Going { again } => {
                *again = true;
                Do::Nothing
            }
            Self::Making | Self::Over => Do::Nothing,
        }
    }

    fn put_away(&mut self) -> Do {
        match self {
            Self::Here => {
                *self = Self::Going { again: false };
                Do::Destroy
            }
            Self::Going { again } => {
                *again = false;
                Do::Nothing
            }
            Self::Absent | Self::Making | Self::Over => Do::Nothing,
        }
    }

    fn gone(&mut self) -> Do {
        match self {
            Self::Going { again: true } => {
                *self = Self::Making;
                Do::Make
            }
            Self::Over => Do::Nothing,
            _ => {
                *self = Self::Absent;
                Do::Nothing
            }
        }
    }

    /// It can be seen; true the first time.
    fn shown(&mut self) -> bool {
        let first = *self == Self::Making;
        if first {
            *self = Self::Here;
        }
        first
    }
}

impl Keeper {
    pub(crate) fn new(tauri: AppHandle, app: App) -> Self {
        let inner = Inner {
            tauri,
            app,
            at: Mutex::new(At::Absent),
            nth: AtomicU64::new(0),
            token: Mutex::new(None),
            focused: AtomicBool::new(false),
            left: Mutex::new(None),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Makes the first window, on the window's own thread.
    pub(crate) fn open(&self, theme: Option<Theme>) -> tauri::Result<()> {
        match lock(&self.inner.at).show() {
            Do::Make => self.make(theme),
            _ => Ok(()),
        }
    }

    /// Shows the window and brings it to the front; makes it when there is none. `token` is what the system
    /// gave to whoever asks, where it wants one.
    pub(crate) fn show(&self, token: Option<String>) {
        if token.is_some() {
            *lock(&self.inner.token) = token;
        }
        let todo = lock(&self.inner.at).show();
        self.act(todo);
    }

    /// Puts the window away when it is looked at, shows it otherwise.
    pub(crate) fn toggle(&self, token: Option<String>) {
        if self.is_focused() {
            self.put_away();
        } else {
            self.show(token);
        }
    }

    /// Puts the window away, whatever was said about closing.
    pub(crate) fn put_away(&self) {
        let todo = lock(&self.inner.at).put_away();
        self.act(todo);
    }

    /// Whether the window, or a dialog of it, is in front.
    pub(crate) fn is_focused(&self) -> bool {
        let lingers = || lock(&self.inner.left).is_some_and(|left| left.elapsed() < LINGERS);
        self.inner.focused.load(Ordering::Relaxed) || lingers()
    }

    /// Whether there is no window, nor one on its way.
    pub(crate) fn is_away(&self) -> bool {
        matches!(
            *lock(&self.inner.at),
            At::Absent | At::Going { again: false }
        )
    }

    /// Puts the window away for ever: Shoal quits.
    pub(crate) fn end(&self) {
        *lock(&self.inner.at) = At::Over;
        self.act(Do::Destroy);
    }

    /// The window got the focus, or lost it.
    pub(crate) fn focused(&self, focused: bool) {
        self.inner.focused.store(focused, Ordering::Relaxed);
        *lock(&self.inner.left) = (!focused).then(Instant::now);
    }

    /// The window was destroyed.
    pub(crate) fn gone(&self) {
        self.inner.focused.store(false, Ordering::Relaxed);
        *lock(&self.inner.left) = None;
        self.inner.tauri.state::<Streams>().end(MAIN);
        let todo = lock(&self.inner.at).gone();
        self.act(todo);
    }

    /// The page of the `nth` window is there, or too late: shows the window, once.
    pub(crate) fn ready(&self, window: &WebviewWindow, nth: u64) {
        if nth != self.inner.nth.load(Ordering::Relaxed) || !lock(&self.inner.at).shown() {
            return;
        }
        let token = lock(&self.inner.token).take();
        if nth == FIRST && token.is_none() {
            // The window manager knows best whether a program that starts comes to the front.
            window::appear(window);
        } else {
            window::raise(window, token);
        }
    }

    fn act(&self, todo: Do) {
        match todo {
            Do::Nothing => (),
            Do::Make => {
                let keeper = self.clone();
                tauri::async_runtime::spawn(async move {
                    let theme = window::theme_setting(&keeper.inner.app).await;
                    let make = move || {
                        if let Err(error) = keeper.make(theme) {
                            tracing::error!(%error, "the window could not be made");
                        }
                    };
                    // It waits for the window's thread.
                    let _ = tokio::task::spawn_blocking(make).await;
                });
            }
            Do::Raise => {
                if let Some(window) = self.window() {
                    window::raise(&window, lock(&self.inner.token).take());
                }
            }
            Do::Destroy => {
                if let Some(window) = self.window() {
                    let _ = window.destroy();
                }
            }
        }
    }

    fn make(&self, theme: Option<Theme>) -> tauri::Result<()> {
        let nth = self.inner.nth.fetch_add(1, Ordering::Relaxed) + 1;
        self.inner.tauri.state::<Streams>().prime(&self.inner.app);
        let made = window::make(self, &self.inner.tauri, nth, theme);
        if made.is_err() {
            self.gone();
        }
        made
    }

    fn window(&self) -> Option<WebviewWindow> {
        self.inner.tauri.get_webview_window(MAIN)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_however_often_it_is_asked_for() {
        let mut at = At::Absent;
        assert_eq!(at.show(), Do::Make);
        assert_eq!(at.show(), Do::Nothing, "it is on its way");
        assert!(at.shown());
        assert!(!at.shown(), "a reload shows nothing");
        assert_eq!(at.show(), Do::Raise);
    }

    #[test]
    fn asked_for_while_it_goes_it_comes_again() {
        let mut at = At::Here;
        assert_eq!(at.put_away(), Do::Destroy);
        assert_eq!(at.put_away(), Do::Nothing);
        assert_eq!(at.show(), Do::Nothing, "there is still one of that name");
        assert_eq!(at.gone(), Do::Make);
        assert!(at.shown());
    }

    #[test]
    fn put_away_it_stays_away() {
        let mut at = At::Here;
        assert_eq!(at.put_away(), Do::Destroy);
        assert_eq!(at.show(), Do::Nothing);
        assert_eq!(at.put_away(), Do::Nothing, "the last word counts");
        assert_eq!(at.gone(), Do::Nothing);
        assert_eq!(at, At::Absent);
    }

    #[test]
    fn a_window_that_the_system_took_can_be_made_anew() {
        for mut at in [At::Here, At::Making] {
            assert_eq!(at.gone(), Do::Nothing);
            assert_eq!(at.show(), Do::Make);
        }
    }

    #[test]
    fn once_it_is_over_nothing_comes_back() {
        let mut at = At::Over;
        assert_eq!(at.gone(), Do::Nothing);
        assert_eq!(at.show(), Do::Nothing);
        assert_eq!(at.put_away(), Do::Nothing);
        assert!(!at.shown());
        assert_eq!(at, At::Over);
    }
}
