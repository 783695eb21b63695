//! Notifications of macOS and Windows: a click on one is told, and that is all they can.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
    thread,
};

use notify_rust::{Notification, NotificationResponse};
use tokio::sync::{mpsc, watch};

use super::{
    Act, Heard, Kind, SHOWN_MAX, Taken,
    text::{Able, Text},
};
use crate::{APP_ID, bus::Bus};

/// Most notifications whose click is waited for, each on a thread.
const WAITING_MAX: usize = 8;

pub(super) struct Server {
    next_id: AtomicU32,
    waiting: Arc<AtomicUsize>,
    tell: mpsc::Sender<Heard>,
    told: mpsc::Receiver<Heard>,
    _can: watch::Sender<bool>,
}

impl Server {
    pub(super) fn new(_: &Bus, can: watch::Sender<bool>) -> Self {
        #[cfg(target_os = "macos")]
        let _ = notify_rust::set_application(APP_ID);
        can.send_replace(true);
        let (tell, told) = mpsc::channel(SHOWN_MAX);
        Self {
            next_id: AtomicU32::new(1),
            waiting: Arc::default(),
            tell,
            told,
            _can: can,
        }
    }

    #[expect(clippy::unused_async, reason = "on Linux it asks")]
    pub(super) async fn able(&mut self) -> Option<Able> {
        Some(Able::default())
    }

    #[expect(clippy::unused_async, reason = "on Linux it waits for the answer")]
    pub(super) async fn show(&mut self, _: Kind, text: &Text, _: Option<u32>) -> Option<Taken> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let taken = Taken {
            id,
            by_another: false,
        };
        let mut shown = Notification::new();
        shown.appname("Shoal").summary(&text.title).body(&text.body);
        #[cfg(windows)]
        shown.app_id(APP_ID);
        let (waiting, tell) = (self.waiting.clone(), self.tell.clone());
        if waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return shown.show().ok().map(|_| taken);
        }
        // Showing and waiting are one on macOS, and block.
        let wait = move || {
            let answered = |response: &NotificationResponse| {
                if response.is_default_action() {
                    let _ = tell.try_send(Heard::Pressed(id, Act::Show.key().to_owned()));
                }
            };
            if let Ok(handle) = shown.show() {
                let _ = handle.wait_for_response(answered);
            }
            waiting.fetch_sub(1, Ordering::Relaxed);
        };
        let thread = thread::Builder::new().name("shoal-notice".to_owned());
        thread.spawn(wait).ok().map(|_| taken)
    }

    #[expect(clippy::unused_async, reason = "on Linux it waits for the answer")]
    pub(super) async fn close(&mut self, _: u32) {}

    pub(super) async fn next(&mut self) -> Heard {
        match self.told.recv().await {
            Some(heard) => heard,
            None => std::future::pending().await,
        }
    }
}
