//! The one window: made, put away and made anew. Everybody who wants it shown asks here, from any thread.
//!
//! Putting it away destroys it with its page, which is most of the memory; core and engine know nothing of
//! it. Must never make a window inside a call of the window system, which would wait for itself on Windows,
//! and never ask that system whether the window is there: it answers late.

mod closing;
mod focus;
mod place;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use shoal_api::{Event, GoTo};
use shoal_app::{App, desk::Desk};
use shoal_desktop::place::Place;
use tauri::{Manager as _, WebviewWindow};
use tokio::sync::{oneshot, watch};

use crate::{
    lifecycle::Lifecycle,
    stream::Streams,
    system::System,
    window::{self, MAIN, Prepared},
};

pub(crate) use closing::{RunsOn, starts_hidden};
pub(crate) use place::{Remembered, put};

/// The window that Shoal starts with.
const FIRST: u64 = 1;

/// The one window's keeper. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Keeper {
    inner: Arc<Inner>,
}

struct Inner {
    system: System,
    life: Arc<Lifecycle>,
    app: App,
    at: Mutex<At>,
    /// Which window this is, of those there were.
    nth: AtomicU64,
    /// What lets the window come to the front where a program may not do so by itself.
    token: Mutex<Option<String>>,
    /// The next window comes into the list of windows, not to the front.
    minimised: AtomicBool,
    /// There is a window, and it is not minimised.
    shown: watch::Sender<bool>,
    focus: focus::Focus,
    door: closing::Door,
    place: place::Memory,
    /// The first window, when it was made before Shoal ran.
    prepared: Mutex<Option<Prepared>>,
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
    pub(crate) fn new(
        system: System,
        life: Arc<Lifecycle>,
        app: App,
        remembered: Remembered,
        prepared: Option<Prepared>,
    ) -> Self {
        let inner = Inner {
            system,
            life,
            app,
            at: Mutex::new(At::Absent),
            nth: AtomicU64::new(0),
            token: Mutex::new(None),
            minimised: AtomicBool::new(false),
            shown: watch::Sender::new(false),
            focus: focus::Focus::default(),
            door: closing::Door::new(remembered.told),
            place: place::Memory::new(remembered.place),
            prepared: Mutex::new(prepared),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Makes the first window, on the window's own thread.
    pub(crate) fn open(&self) -> tauri::Result<()> {
        let todo = lock(&self.inner.at).show();
        match todo {
            Do::Make => self.make(),
            _ => Ok(()),
        }
    }

    /// Makes the window that was wanted before the window system was there, on the window's own thread.
    pub(crate) fn arrive(&self) -> tauri::Result<()> {
        let is_wanted = *lock(&self.inner.at) == At::Making;
        if is_wanted { self.make() } else { Ok(()) }
    }

    /// Shows the window and brings it to the front; makes it when there is none. `token` is what the system
    /// gave to whoever asks, where it wants one.
    pub(crate) fn show(&self, token: Option<String>) {
        if token.is_some() {
            *lock(&self.inner.token) = token;
        }
        self.inner.minimised.store(false, Ordering::Relaxed);
        let todo = lock(&self.inner.at).show();
        self.act(todo);
    }

    /// Shows the window, and lets its page go there.
    pub(crate) fn go(&self, to: GoTo, token: Option<String>) {
        self.streams(|streams| streams.tell(Event::Go { to }));
        self.show(token);
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

    /// Whether there is a window that is not minimised, and each time that changes.
    pub(crate) fn shown(&self) -> watch::Receiver<bool> {
        self.inner.shown.subscribe()
    }

    /// Puts the window away for ever: Shoal quits. Begins at once; done when it is remembered where it was.
    pub(crate) fn end(self) -> impl Future<Output = ()> + Send + 'static {
        *lock(&self.inner.at) = At::Over;
        let gone = self.destroy();
        async move {
            if let Ok(Some(place)) = gone.await {
                self.remember(place).await;
            }
        }
    }

    /// The window may be in sight again.
    pub(crate) fn look(&self) {
        self.streams(|streams| streams.look(MAIN));
    }

    /// The window was destroyed.
    pub(crate) fn gone(&self) {
        self.inner.focus.lose();
        self.set_shown(false);
        self.streams(|streams| streams.end(MAIN));
        let todo = lock(&self.inner.at).gone();
        self.act(todo);
        self.watch_over();
    }

    /// The page of the `nth` window is there, or too late: shows the window, once.
    pub(crate) fn ready(&self, window: &WebviewWindow, nth: u64) {
        if nth != self.inner.nth.load(Ordering::Relaxed) || !lock(&self.inner.at).shown() {
            return;
        }
        let token = lock(&self.inner.token).take();
        let minimised = self.inner.minimised.swap(false, Ordering::Relaxed);
        if minimised {
            let _ = window.minimize();
        }
        if minimised || nth == FIRST && token.is_none() {
            // The window manager knows best whether a program that starts comes to the front.
            window::appear(window);
        } else {
            window::raise(window, token);
        }
        self.set_shown(!minimised);
    }

    /// The window was minimised, or is there again. On the window's own thread.
    pub(crate) fn minimised(&self, minimised: bool) {
        if *lock(&self.inner.at) != At::Here || *self.inner.shown.borrow() != minimised {
            return;
        }
        self.set_shown(!minimised);
        if minimised {
            self.put_away_minimised();
        }
    }

    /// Where only a change of the size tells of it.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn look_if_minimised(&self) {
        let minimised = self.window().and_then(|window| window.is_minimized().ok());
        if let Some(minimised) = minimised {
            self.minimised(minimised);
        }
    }

    fn set_shown(&self, shown: bool) {
        self.inner
            .shown
            .send_if_modified(|before| std::mem::replace(before, shown) != shown);
    }

    fn is_away(&self) -> bool {
        let at = *lock(&self.inner.at);
        matches!(at, At::Absent | At::Going { again: false })
    }

    fn act(&self, todo: Do) {
        match todo {
            Do::Nothing => (),
            Do::Make => {
                let keeper = self.clone();
                let make = move || {
                    if let Err(error) = keeper.make() {
                        tracing::error!(%error, "the window could not be made");
                    }
                };
                // It waits for the window's thread, which may be the one that asks.
                tauri::async_runtime::spawn_blocking(make);
            }
            Do::Raise => {
                if let Some(window) = self.window() {
                    window::raise(&window, lock(&self.inner.token).take());
                }
            }
            Do::Destroy => {
                let (keeper, gone) = (self.clone(), self.destroy());
                tauri::async_runtime::spawn(async move {
                    if let Ok(Some(place)) = gone.await {
                        keeper.remember(place).await;
                    }
                });
            }
        }
    }

    fn make(&self) -> tauri::Result<()> {
        let Some(tauri) = self.inner.system.for_window() else {
            return Ok(());
        };
        let nth = self.inner.nth.fetch_add(1, Ordering::Relaxed) + 1;
        self.streams(|streams| streams.prime(&self.inner.app));
        let prepared = lock(&self.inner.prepared).take().map_or_else(
            || {
                let theme = window::theme_setting(&self.desk());
                window::prepare(&tauri, self.place(&tauri), theme)
            },
            Ok,
        );
        match prepared {
            Ok(prepared) => {
                prepared.begin(self, nth);
                Ok(())
            }
            Err(error) => {
                self.gone();
                Err(error)
            }
        }
    }

    /// Lets it go; answers with where it was, when that is news.
    fn destroy(&self) -> oneshot::Receiver<Option<Place>> {
        let (tell, told) = oneshot::channel();
        if let Some(window) = self.window() {
            let keeper = self.clone();
            let go = move || {
                let _ = tell.send(keeper.look_where(&window));
                let _ = window.destroy();
            };
            self.inner.system.run_on_main(go);
        }
        told
    }

    fn streams<T>(&self, with: impl FnOnce(&Streams) -> T) -> T {
        with(self.inner.system.streams())
    }

    fn desk(&self) -> Arc<Desk> {
        self.inner.app.desk().borrow().clone()
    }

    fn window(&self) -> Option<WebviewWindow> {
        self.inner.system.handle()?.get_webview_window(MAIN)
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
