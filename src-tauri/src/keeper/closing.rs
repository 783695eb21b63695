//! What closing the window does, and what brings it back. The rules are `shoal_desktop::closing`'s.

use std::{
    collections::BTreeMap,
    sync::{Mutex, atomic::Ordering},
    time::Instant,
};

use serde_json::json;
use shoal_api::{Closing, Event};
use shoal_app::{Caller, desk::Desk};
use shoal_desktop::closing::{self, Close, Closes, Insisting, Need, Watch, Ways, WithoutTray};
use tokio::{sync::mpsc, time::sleep_until};

use super::{Keeper, lock};

/// Where it is remembered that the person knows about the tray.
const TOLD: &str = "shell.tray_told";
const CLOSE: &str = "desktop.close";
const WITHOUT_TRAY: &str = "desktop.close_without_tray";
const MINIMISE: &str = "desktop.minimise_to_tray";
const START_HIDDEN: &str = "desktop.start_hidden";

/// The window is gone and Shoal runs on: the person is to be told where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunsOn {
    /// In the tray; otherwise only another start brings the window back.
    pub(crate) in_tray: bool,
}

/// What is known about ways back, and what the person was asked and told.
pub(super) struct Door {
    ways: Mutex<Ways>,
    insisting: Mutex<Insisting>,
    watch: Mutex<Watch>,
    tell: mpsc::Sender<RunsOn>,
    told: Mutex<Option<mpsc::Receiver<RunsOn>>>,
}

impl Door {
    pub(super) fn new(told: bool) -> Self {
        let ways = Ways {
            told,
            ..Ways::default()
        };
        let (tell, receiver) = mpsc::channel(4);
        Self {
            ways: Mutex::new(ways),
            insisting: Mutex::default(),
            watch: Mutex::default(),
            tell,
            told: Mutex::new(Some(receiver)),
        }
    }
}

/// Whether the settings want a start that nothing was given to to be hidden.
pub(crate) fn starts_hidden(desk: &Desk) -> bool {
    desk.is_on(START_HIDDEN)
}

impl Keeper {
    /// What the desktop has: a panel that shows the icon, a program that shows notifications.
    pub(crate) fn ways(&self, tray: bool, notices: bool) {
        {
            let mut ways = lock(&self.inner.door.ways);
            (ways.tray, ways.notices) = (tray, notices);
        }
        self.watch_over();
    }

    /// What the person is to be told, for the one who tells it.
    pub(crate) fn runs_on(&self) -> Option<mpsc::Receiver<RunsOn>> {
        lock(&self.inner.door.told).take()
    }

    /// No program took what [`Keeper::runs_on`] last said.
    pub(crate) fn unheard(&self) {
        {
            let mut ways = lock(&self.inner.door.ways);
            (ways.notices, ways.told) = (false, false);
        }
        if !lock(&self.inner.door.ways).tray && self.is_away() {
            self.show_minimised();
        }
    }

    /// The window's frame was closed.
    pub(crate) fn close(&self) {
        let desk = self.desk();
        let ways = *lock(&self.inner.door.ways);
        let mut close = closing::decide(closes(&desk), without_tray(&desk), ways);
        if close == Close::Ask && lock(&self.inner.door.insisting).close(Instant::now()) {
            // The page may be past answering.
            close = Close::Quit;
        }
        self.perform(close);
    }

    /// What the page answers to [`Event::CloseAsked`].
    pub(crate) async fn answer(&self, choice: Closing, remember: bool) {
        lock(&self.inner.door.insisting).answered();
        let (word, close) = match choice {
            Closing::Stay => return,
            Closing::Keep => ("keep", closing::hide(*lock(&self.inner.door.ways))),
            Closing::Quit => ("quit", Close::Quit),
        };
        if remember {
            let change = json!({ "values": { (WITHOUT_TRAY): word } });
            let app = &self.inner.app;
            if let Err(error) = app.call(Caller::Desktop, "set_settings", change).await {
                tracing::warn!(code = %error.code, "the answer could not be remembered");
            }
        }
        self.perform(close);
    }

    /// A minimised window goes to the tray, if that is wanted and there is one.
    pub(super) fn put_away_minimised(&self) {
        let ways = *lock(&self.inner.door.ways);
        if ways.tray && self.desk().is_on(MINIMISE) {
            self.perform(closing::hide(ways));
        }
    }

    fn perform(&self, close: Close) {
        match close {
            Close::Hide => self.put_away(),
            Close::HideAndTell => {
                self.put_away();
                self.tell_where();
            }
            Close::Minimise => {
                if let Some(window) = self.window() {
                    let _ = window.minimize();
                }
            }
            Close::Ask => {
                self.streams(|streams| streams.tell(Event::CloseAsked));
                // It can also be closed while it is minimised, and is to be seen then.
                self.show(None);
            }
            Close::Quit => self.inner.life.quit(),
        }
    }

    fn tell_where(&self) {
        let door = &self.inner.door;
        let in_tray = {
            let mut ways = lock(&door.ways);
            ways.told |= ways.tray;
            ways.tray
        };
        let _ = door.tell.try_send(RunsOn { in_tray });
        if !in_tray {
            lock(&door.watch).knows();
            return;
        }
        let app = self.inner.app.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = app.set_pref(TOLD, Some("1".to_owned())).await {
                tracing::debug!(code = %error.code, "that the tray was shown is not remembered");
            }
        });
    }

    /// Sees to it that something brings a window back that is away.
    pub(crate) fn watch_over(&self) {
        let ways = *lock(&self.inner.door.ways);
        let need = lock(&self.inner.door.watch).look(self.is_away(), ways, Instant::now());
        match need {
            Need::Nothing => (),
            Need::LookAt(then) => {
                let keeper = self.clone();
                tauri::async_runtime::spawn(async move {
                    sleep_until(then.into()).await;
                    keeper.watch_over();
                });
            }
            Need::Tell => self.tell_where(),
            Need::Minimised => self.show_minimised(),
        }
    }

    /// Into the list of windows, without taking the focus.
    fn show_minimised(&self) {
        self.inner.minimised.store(true, Ordering::Relaxed);
        let todo = lock(&self.inner.at).show();
        self.act(todo);
    }
}

fn closes(desk: &Desk) -> Closes {
    match desk.choice(CLOSE) {
        "quit" => Closes::Quits,
        _ => Closes::ToTray,
    }
}

fn without_tray(desk: &Desk) -> WithoutTray {
    match desk.choice(WITHOUT_TRAY) {
        "keep" => WithoutTray::Keeps,
        "quit" => WithoutTray::Quits,
        _ => WithoutTray::Asks,
    }
}

/// Whether the person was told before where Shoal is while it has no window.
pub(super) fn was_told(prefs: &BTreeMap<String, String>) -> bool {
    prefs.contains_key(TOLD)
}
