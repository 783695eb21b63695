//! The window system, which a start without a window does without until somebody wants to see one: loaded, it
//! takes a third of the memory of a Shoal that only shares. Everybody who needs it asks here, from any thread.
//!
//! Owns what lives as long as Shoal whether or not it is there. Must never be waited for on the thread that is to
//! run it, and never be given up once it is there.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tauri::AppHandle;
use tokio::sync::watch;

use crate::{reach::Reach, stream::Streams};

/// The window system's place. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct System {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    at: Mutex<At>,
    news: watch::Sender<()>,
    streams: Arc<Streams>,
    reach: Arc<Reach>,
}

#[derive(Default)]
struct At {
    handle: Option<AppHandle>,
    /// Somebody waits for it.
    wanted: bool,
    /// The window is to be made as soon as it is there.
    window: bool,
    /// Shoal has quit.
    code: Option<i32>,
}

/// What a Shoal without a window system waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Somebody needs it.
    Here,
    /// It never was needed: Shoal has quit with this code.
    Exit(i32),
}

impl System {
    /// It, when it is there.
    pub(crate) fn handle(&self) -> Option<AppHandle> {
        self.lock().handle.clone()
    }

    /// It, to make the window with; otherwise [`System::put`] answers that one is to be made.
    pub(crate) fn for_window(&self) -> Option<AppHandle> {
        let handle = {
            let mut at = self.lock();
            if at.handle.is_none() {
                (at.wanted, at.window) = (true, true);
            }
            at.handle.clone()
        };
        self.inner.news.send_replace(());
        handle
    }

    /// It, as soon as it is there, which it will be.
    pub(crate) async fn there(&self) -> AppHandle {
        let mut news = self.inner.news.subscribe();
        self.lock().wanted = true;
        self.inner.news.send_replace(());
        loop {
            if let Some(handle) = self.handle() {
                return handle;
            }
            // The sender lives as long as `self`.
            let _ = news.changed().await;
        }
    }

    /// What is asked for while it is not there.
    pub(crate) async fn asked(&self) -> Asked {
        let mut news = self.inner.news.subscribe();
        loop {
            {
                let at = self.lock();
                if let Some(code) = at.code {
                    return Asked::Exit(code);
                }
                if at.wanted {
                    return Asked::Here;
                }
            }
            let _ = news.changed().await;
        }
    }

    /// It is there. Whether a window is to be made with it.
    pub(crate) fn put(&self, handle: &AppHandle) -> bool {
        let (window, code) = {
            let mut at = self.lock();
            at.handle = Some(handle.clone());
            (at.window, at.code)
        };
        self.inner.news.send_replace(());
        if let Some(code) = code {
            handle.exit(code);
        }
        window
    }

    /// Runs `what` on its thread; false when it is not there, or no more.
    pub(crate) fn run_on_main(&self, what: impl FnOnce() + Send + 'static) -> bool {
        self.handle()
            .is_some_and(|handle| handle.run_on_main_thread(what).is_ok())
    }

    /// Shoal has quit: it ends, or is not waited for any more.
    pub(crate) fn exit(&self, code: i32) {
        let handle = {
            let mut at = self.lock();
            at.code = Some(code);
            at.handle.clone()
        };
        self.inner.news.send_replace(());
        if let Some(handle) = handle {
            handle.exit(code);
        }
    }

    /// What is told to the page.
    pub(crate) fn streams(&self) -> &Arc<Streams> {
        &self.inner.streams
    }

    /// The way to the system's programs.
    pub(crate) fn reach(&self) -> &Arc<Reach> {
        &self.inner.reach
    }

    fn lock(&self) -> MutexGuard<'_, At> {
        self.inner.at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_asked_for_before_anybody_waited_is_heard() {
        let system = System::default();
        assert!(system.for_window().is_none());
        assert_eq!(system.asked().await, Asked::Here);
    }

    #[tokio::test]
    async fn who_waits_hears_of_it_and_the_end_comes_first() {
        let system = System::default();
        let waits = tokio::spawn({
            let system = system.clone();
            async move { system.asked().await }
        });
        tokio::task::yield_now().await;
        system.exit(3);
        assert_eq!(waits.await.ok(), Some(Asked::Exit(3)));
        assert!(system.for_window().is_none());
        assert_eq!(system.asked().await, Asked::Exit(3));
        assert!(!system.run_on_main(|| ()));
    }
}
