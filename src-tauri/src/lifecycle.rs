//! The way out: closing the window, quitting and signals all save first, once, within a deadline;
//! a second signal does not wait. The window goes before all else, so that quitting looks as quick as it is asked for.

use std::{
    process,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicI32, Ordering},
    },
    time::Duration,
};

use shoal_app::{App, signals::Asked};
use tauri::{AppHandle, Manager as _, RunEvent, WindowEvent};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[cfg(target_os = "macos")]
use crate::gate::Gate;
use crate::{keeper::Keeper, system::System};

/// How long saving may take.
const DEADLINE: Duration = Duration::from_millis(4_500);
/// How long it may take to let go of the window, before that.
const WINDOW_TIME: Duration = Duration::from_millis(200);
/// How long what talks to the desktop may take to end, meanwhile.
const DESKTOP_TIME: Duration = Duration::from_millis(500);
/// How long the window system may take to let go after that.
const LET_GO: Duration = Duration::from_millis(300);

/// The process's way from running to gone.
pub(crate) struct Lifecycle {
    app: App,
    system: System,
    keeper: OnceLock<Keeper>,
    quitting: AtomicBool,
    code: AtomicI32,
    ending: CancellationToken,
    tasks: TaskTracker,
}

/// Stops Shoal within the deadline.
pub(crate) async fn shutdown(app: &App) {
    if timeout(DEADLINE, app.shutdown()).await.is_err() {
        tracing::error!("Shoal did not stop in time and was cut off");
    }
}

impl Lifecycle {
    pub(crate) fn new(app: App, system: System) -> Self {
        Self {
            app,
            system,
            keeper: OnceLock::new(),
            quitting: AtomicBool::new(false),
            code: AtomicI32::new(0),
            ending: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// The window of `keeper` goes first.
    pub(crate) fn has(&self, keeper: Keeper) {
        let _ = self.keeper.set(keeper);
    }

    /// Cancelled when quitting begins.
    pub(crate) fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// What is spawned here is waited for at the end, for a moment.
    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.tasks
    }

    /// Quits because nothing can be shown.
    pub(crate) fn fail(&self) {
        self.code.store(1, Ordering::Relaxed);
        self.quit();
    }

    /// Quits: saves, then leaves. Once it has begun, asking again changes nothing.
    pub(crate) fn quit(&self) {
        if self.quitting.swap(true, Ordering::Relaxed) {
            return;
        }
        self.app.leave();
        self.ending.cancel();
        self.tasks.close();
        let gone = self.keeper.get().map(|keeper| keeper.clone().end());
        let (app, tasks, system) = (self.app.clone(), self.tasks.clone(), self.system.clone());
        let code = self.code.load(Ordering::Relaxed);
        tauri::async_runtime::spawn(async move {
            if let Some(gone) = gone
                && timeout(WINDOW_TIME, gone).await.is_err()
            {
                tracing::warn!("where the window was is not remembered");
            }
            let desktop = async {
                if timeout(DESKTOP_TIME, tasks.wait()).await.is_err() {
                    tracing::warn!("the desktop was not let go of in time");
                }
            };
            tokio::join!(desktop, shutdown(&app));
            system.exit(code);
            sleep(LET_GO).await;
            process::exit(code);
        });
    }

    /// Quits when the system says so.
    pub(crate) fn follow(self: &Arc<Self>, mut told: watch::Receiver<bool>) {
        let life = self.clone();
        tauri::async_runtime::spawn(async move {
            if told.wait_for(|told| *told).await.is_ok() {
                life.quit();
            }
        });
    }
}

/// Tells once a signal asked to end; another one, a moment later, ends the process at once. From the very start on:
/// what is just being read is closed in order, too.
pub(crate) fn hear() -> watch::Receiver<bool> {
    let (tell, told) = watch::channel(false);
    tauri::async_runtime::spawn(async move {
        let Some(mut asked) = Asked::hear() else {
            tracing::error!("signals cannot be heard; closing the window still saves");
            // Nobody is to take the end of this for a signal.
            return std::future::pending().await;
        };
        asked.first().await;
        let _ = tell.send(true);
        asked.again().await;
        process::exit(130);
    });
    told
}

/// What the window system tells.
pub(crate) fn on_event(tauri: &AppHandle, event: &RunEvent) {
    match event {
        // No code: the window was put away. With one, it is our own exit.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::WindowEvent { event, .. } => on_window(tauri, event),
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => {
            // There is none while Shoal starts: the window comes anyway.
            if let Some(keeper) = tauri.try_state::<Keeper>() {
                keeper.show(None);
            }
        }
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            let (gate, given) = (
                tauri.state::<Gate>().inner().clone(),
                urls.iter().map(opened).collect(),
            );
            tauri::async_runtime::spawn(async move { gate.app().await.open(given) });
            // A start by a link may tell of it before there is a keeper, which makes the window anyway.
            if let Some(keeper) = tauri.try_state::<Keeper>() {
                keeper.show(None);
            }
        }
        _ => (),
    }
}

#[cfg(target_os = "macos")]
fn opened(url: &tauri::Url) -> String {
    match url.to_file_path() {
        Ok(path) => path.to_string_lossy().into_owned(),
        Err(()) => url.to_string(),
    }
}

fn on_window(tauri: &AppHandle, event: &WindowEvent) {
    // A window that is made while Shoal starts is nobody's, and not seen, until Shoal runs.
    let Some(keeper) = tauri.try_state::<Keeper>() else {
        return;
    };
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            keeper.close();
        }
        WindowEvent::Destroyed => keeper.gone(),
        WindowEvent::Focused(focused) => {
            keeper.focused(*focused);
            keeper.look();
        }
        WindowEvent::Resized(_) => {
            keeper.moved();
            #[cfg(not(target_os = "linux"))]
            keeper.look_if_minimised();
            keeper.look();
        }
        WindowEvent::Moved(_) => keeper.moved(),
        _ => (),
    }
}
