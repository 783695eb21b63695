//! The window system's side of a start: the window is made while the list is still being read, and becomes Shoal's
//! own when Shoal runs; or the window system is loaded only when somebody wants it.
//!
//! Must never show a window that nobody keeps, and never keep the page waiting for a Shoal that runs.

use std::{
    panic::{self, AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use shoal_app::{App, Started};
use tauri::{AppHandle, Builder, Manager as _, Theme, Wry};
use tokio::{
    runtime::Runtime,
    sync::{oneshot, watch},
    task::{JoinError, JoinHandle},
};

use crate::{
    cli, commands, desk, dialogs,
    gate::Gate,
    join::{self, Joined},
    keeper::{Keeper, Remembered},
    lifecycle::{self, Lifecycle},
    reach, rest,
    system::{Asked, System},
    window::{self, Prepared},
};

/// How the window comes.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) remembered: Remembered,
    pub(crate) theme: Option<Theme>,
    /// There is none before somebody asks for it.
    pub(crate) hidden: bool,
}

/// What the window system is for.
enum Front {
    /// A Shoal that is just starting, whose window is made meanwhile.
    Starting(Start, oneshot::Receiver<Result<Started, String>>),
    /// The window of a Shoal that has run without the window system so far.
    Late(Begun),
    /// Why there is none.
    Refusal(String),
}

/// All that runs beside the window.
struct Begun {
    app: App,
    life: Arc<Lifecycle>,
    keeper: Keeper,
    joined: Joined,
}

/// The window system's side of Shoal.
#[derive(Clone)]
pub(crate) struct Shell {
    system: System,
    told: watch::Receiver<bool>,
    gate: Gate,
    /// Filled before the window system runs, and taken by it.
    front: Arc<Mutex<Option<Front>>>,
}

impl Shell {
    pub(crate) fn new(told: watch::Receiver<bool>) -> Self {
        Self {
            system: System::default(),
            told,
            gate: Gate::default(),
            front: Arc::default(),
        }
    }

    /// Loads the window system.
    pub(crate) fn build(&self) -> Result<tauri::App, String> {
        let shell = self.clone();
        let builder = Builder::default()
            .plugin(tauri_plugin_dialog::init())
            .manage(self.system.streams().clone())
            .manage(self.system.reach().clone())
            .manage(self.gate.clone())
            .manage(window::Applied::default())
            .invoke_handler(tauri::generate_handler![
                commands::call,
                commands::subscribe,
                dialogs::pick_torrents,
                dialogs::pick_folder,
                dialogs::pick_content,
                dialogs::save_file,
                reach::open,
                reach::reveal,
                reach::reveal_watched,
                desk::desk
            ])
            .setup(move |tauri| {
                match shell.front().take() {
                    Some(front) => shell.arrive(tauri.handle(), front),
                    None => tauri.handle().exit(1),
                }
                Ok(())
            });
        build(builder)
    }

    /// Shows the window, or has it ready, until Shoal quits.
    pub(crate) fn show(
        &self,
        runtime: &Runtime,
        tauri: tauri::App,
        start: Start,
        starting: JoinHandle<Result<Started, String>>,
    ) -> ExitCode {
        let (tell, started) = oneshot::channel();
        let running = runtime.spawn(async move {
            let started = how_it_went(starting.await);
            let app = match &started {
                Ok(Started::Running(app)) => Some(app.clone()),
                _ => None,
            };
            let _ = tell.send(started);
            app
        });
        let code = self.run(tauri, Front::Starting(start, started));
        if let Ok(Some(app)) = runtime.block_on(running) {
            runtime.block_on(lifecycle::shutdown(&app));
        }
        code
    }

    /// Does without the window system until somebody asks for it.
    pub(crate) fn wait(&self, runtime: &Runtime, app: &App, remembered: Remembered) -> ExitCode {
        let begun = self.begin(app, remembered, None);
        begun.keeper.watch_over();
        if let Asked::Exit(code) = runtime.block_on(self.system.asked()) {
            return exit_code(code);
        }
        match self.build() {
            Ok(tauri) => self.run(tauri, Front::Late(begun)),
            Err(sentence) => {
                cli::complain(&sentence);
                begun.life.fail();
                ExitCode::FAILURE
            }
        }
    }

    fn run(&self, tauri: tauri::App, front: Front) -> ExitCode {
        *self.front() = Some(front);
        exit_code(tauri.run_return(|handle, event| lifecycle::on_event(handle, &event)))
    }

    /// Says on standard error why Shoal does not start, and in a native dialog if there can be one.
    pub(crate) fn failed(&self, has_display: bool, sentence: String) -> ExitCode {
        cli::complain(&sentence);
        if has_display && let Ok(tauri) = self.build() {
            *self.front() = Some(Front::Refusal(sentence));
            tauri.run_return(|_, _| ());
        }
        ExitCode::FAILURE
    }

    /// The window system is there.
    fn arrive(&self, tauri: &AppHandle, front: Front) {
        match front {
            Front::Starting(start, started) => self.make_ahead(tauri, start, started),
            Front::Late(begun) => {
                manage(tauri, &begun);
                self.gate.open(&begun.app);
                let is_wanted = self.system.put(tauri);
                if is_wanted {
                    made(&begun.life, begun.keeper.arrive());
                }
            }
            Front::Refusal(sentence) => self.refuse(tauri, &sentence),
        }
    }

    /// Makes the window while the list is still being read.
    fn make_ahead(
        &self,
        tauri: &AppHandle,
        start: Start,
        started: oneshot::Receiver<Result<Started, String>>,
    ) {
        self.system.put(tauri);
        let place = start.remembered.place(tauri);
        let prepared = (!start.hidden).then(|| window::prepare(tauri, place, start.theme));
        // What went wrong is found, and said, when it is made anew.
        let prepared = prepared.and_then(Result::ok);
        let (shell, tauri) = (self.clone(), tauri.clone());
        tauri::async_runtime::spawn(async move {
            let Ok(started) = started.await else {
                return;
            };
            let handle = tauri.clone();
            let _ = tauri.run_on_main_thread(move || match started {
                Ok(Started::Running(app)) => shell.join(&handle, &app, start, prepared),
                Ok(Started::HandedOver { .. }) => handle.exit(0),
                Err(sentence) => {
                    cli::complain(&sentence);
                    shell.refuse(&handle, &sentence);
                }
            });
        });
    }

    /// Shoal runs: the window becomes its own.
    fn join(&self, tauri: &AppHandle, app: &App, start: Start, prepared: Option<Prepared>) {
        let begun = self.begin(app, start.remembered, prepared);
        manage(tauri, &begun);
        if start.hidden {
            begun.keeper.watch_over();
        } else {
            made(&begun.life, begun.keeper.open());
        }
        self.gate.open(app);
    }

    fn refuse(&self, tauri: &AppHandle, sentence: &str) {
        dialogs::alert(tauri, sentence);
        exit_when(tauri.clone(), self.told.clone());
    }

    /// Starts all that runs beside the window.
    fn begin(&self, app: &App, remembered: Remembered, prepared: Option<Prepared>) -> Begun {
        let system = &self.system;
        let life = Arc::new(Lifecycle::new(app.clone(), system.clone()));
        life.follow(self.told.clone());
        let keeper = Keeper::new(
            system.clone(),
            life.clone(),
            app.clone(),
            remembered,
            prepared,
        );
        life.has(keeper.clone());
        tauri::async_runtime::spawn(rest::follow(keeper.shown()));
        let raise = keeper.clone();
        app.on_raise(move |token| raise.show(token));
        let joined = join::start(system, &life, &keeper, app);
        Begun {
            app: app.clone(),
            life,
            keeper,
            joined,
        }
    }

    fn front(&self) -> MutexGuard<'_, Option<Front>> {
        self.front.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn made(life: &Lifecycle, made: tauri::Result<()>) {
    if let Err(e) = made {
        // An error returned from a setup would be a panic.
        tracing::error!(error = %e, "the window could not be made");
        life.fail();
    }
}

/// Ends a start that came to nothing when the system says so.
fn exit_when(tauri: AppHandle, mut told: watch::Receiver<bool>) {
    tauri::async_runtime::spawn(async move {
        if told.wait_for(|told| *told).await.is_ok() {
            tauri.exit(1);
        }
    });
}

/// Has it at hand for what the page calls and the window system tells.
fn manage(tauri: &AppHandle, begun: &Begun) {
    tauri.manage(begun.app.clone());
    tauri.manage(begun.keeper.clone());
    tauri.manage(begun.joined.clone());
}

/// Builds the tauri app. The window system's library panics when the display does not answer.
fn build(builder: Builder<Wry>) -> Result<tauri::App, String> {
    let hint = "To use Shoal from a browser, start shoal-headless.";
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|what| tracing::error!(%what, "no window")));
    let built = catch_unwind(AssertUnwindSafe(|| {
        builder.build(tauri::generate_context!())
    }));
    panic::set_hook(usual);
    match built {
        Ok(Ok(app)) => Ok(app),
        Ok(Err(e)) => Err(format!("Shoal could not open a window: {e}. {hint}")),
        Err(_) => Err(format!(
            "Shoal could not open a window: the display does not answer. {hint}"
        )),
    }
}

/// A start that panicked has failed.
pub(crate) fn how_it_went(
    started: Result<Result<Started, String>, JoinError>,
) -> Result<Started, String> {
    started.unwrap_or_else(|e| Err(format!("Shoal could not start: {e}")))
}

fn exit_code(code: i32) -> ExitCode {
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}
