//! The shell: reads the command line, starts Shoal, and puts a window in front of it. The only
//! package that names tauri. Decides nothing about torrents: what the page asks goes to `shoal-app`.

mod cli;
mod clipboard;
mod commands;
mod desk;
mod dialogs;
mod drop;
mod join;
mod keeper;
mod lifecycle;
mod reach;
mod stream;
mod system;
mod told;
#[cfg(not(target_os = "linux"))]
mod tray_elsewhere;
mod window;

use std::{
    panic::{self, AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::{Arc, OnceLock},
    time::Duration,
};

use shoal_app::{App, Options, Started, args::Args};
#[cfg(target_os = "linux")]
use shoal_desktop::APP_ID;
use tauri::{AppHandle, Builder, Manager as _, Wry};
use tokio::{
    runtime::Runtime,
    sync::{oneshot, watch},
};

use crate::{
    cli::Cli,
    join::Joined,
    keeper::{Keeper, Remembered},
    lifecycle::Lifecycle,
    system::{Asked, System},
};

/// Threads for tokio: the engine has threads of its own, and the window needs hardly any.
const WORKERS: usize = 2;

/// Does what the command line asks, and returns when Shoal has quit.
pub fn run() -> ExitCode {
    let args = match cli::read() {
        Cli::Run(args) => args,
        Cli::Done(code) => return code,
    };
    if !has_display() {
        cli::complain(
            "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set). \
             To use Shoal from a browser, start shoal-headless, or ./x run --headless in a clone.",
        );
        return ExitCode::FAILURE;
    }
    match runtime() {
        Ok(runtime) => {
            let code = start(&runtime, args);
            runtime.shutdown_timeout(Duration::from_millis(500));
            code
        }
        Err(e) => {
            cli::complain(&format!("Shoal could not start its threads: {e}"));
            ExitCode::FAILURE
        }
    }
}

fn start(runtime: &Runtime, args: Args) -> ExitCode {
    tauri::async_runtime::set(runtime.handle().clone());
    let told = lifecycle::hear();
    let asked = args.open.len();
    let hidden = args.has(cli::HIDDEN);
    let options = Options {
        data_dir: None,
        set: args.set,
        open: args.open,
        quiet: hidden,
        token: token(),
    };
    let (tell, first) = oneshot::channel();
    let starting = runtime.spawn(App::start_telling(options, tell));
    #[cfg(target_os = "linux")]
    gtk::glib::set_prgname(Some(APP_ID));
    let shell = Shell::new(told);
    // Elsewhere the window system has the tray as well.
    let waits = cfg!(target_os = "linux") && hidden && asked == 0;
    // A start that only hands over what it was given needs no window system, and is gone before one is loaded.
    let is_first = runtime.block_on(first).is_ok();
    // The list is read while the window system gets ready: both take a moment, and neither needs the other.
    let built = (is_first && !waits).then(|| shell.build());
    let started = match runtime.block_on(starting) {
        Ok(started) => started,
        Err(e) => return shell.failed(built, format!("Shoal could not start: {e}")),
    };
    match started {
        Ok(Started::Running(app)) => {
            let remembered = runtime.block_on(Remembered::read(&app));
            let code = match built {
                Some(built) => {
                    let hidden = hidden || keeper::starts_hidden(&app.desk().borrow());
                    let start = Start {
                        remembered,
                        hidden: hidden && asked == 0,
                    };
                    shell.show(built, &app, start)
                }
                None => shell.wait(runtime, &app, remembered),
            };
            // Also the way out when there never was a window; harmless when it ran before.
            runtime.block_on(lifecycle::shutdown(&app));
            code
        }
        Ok(Started::HandedOver) => {
            cli::say(&match asked {
                0 if hidden => "Shoal is already running.".to_owned(),
                0 => "Shoal is already running; it was asked to show its window.".to_owned(),
                1 => "Shoal is already running; it was asked to open what you gave.".to_owned(),
                n => format!(
                    "Shoal is already running; it was asked to open the {n} things you gave."
                ),
            });
            ExitCode::SUCCESS
        }
        Err(e) => shell.failed(built, format!("Shoal could not start: {e:#}")),
    }
}

/// How the window comes.
#[derive(Clone, Copy)]
struct Start {
    remembered: Remembered,
    /// There is none before somebody asks for it.
    hidden: bool,
}

/// What is shown once it is known how the start went.
enum Front {
    /// The window of a Shoal that runs.
    Window(App, Start),
    /// The one of a Shoal that has run without the window system so far.
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
struct Shell {
    system: System,
    told: watch::Receiver<bool>,
    /// Filled before the window system runs.
    front: Arc<OnceLock<Front>>,
}

impl Shell {
    fn new(told: watch::Receiver<bool>) -> Self {
        Self {
            system: System::default(),
            told,
            front: Arc::default(),
        }
    }

    /// Loads the window system.
    fn build(&self) -> Result<tauri::App, String> {
        let (system, told, front) = (self.system.clone(), self.told.clone(), self.front.clone());
        let builder = Builder::default()
            .plugin(tauri_plugin_dialog::init())
            .manage(system.streams().clone())
            .manage(system.reach().clone())
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
                match front.get() {
                    Some(front) => arrive(tauri.handle(), &system, told, front),
                    None => tauri.handle().exit(1),
                }
                Ok(())
            });
        build(builder)
    }

    /// Shows the window of a Shoal that runs, or has it ready, until Shoal quits.
    fn show(&self, built: Result<tauri::App, String>, app: &App, start: Start) -> ExitCode {
        match built {
            Ok(tauri) => self.run(tauri, Front::Window(app.clone(), start)),
            Err(sentence) => {
                cli::complain(&sentence);
                ExitCode::FAILURE
            }
        }
    }

    /// Does without the window system until somebody asks for it.
    fn wait(&self, runtime: &Runtime, app: &App, remembered: Remembered) -> ExitCode {
        let begun = begin(&self.system, self.told.clone(), app, remembered);
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
        let _ = self.front.set(front);
        exit_code(tauri.run_return(|handle, event| lifecycle::on_event(handle, &event)))
    }

    /// Says in a native dialog, and on standard error, why Shoal does not start.
    fn failed(&self, built: Option<Result<tauri::App, String>>, sentence: String) -> ExitCode {
        cli::complain(&sentence);
        if let Ok(tauri) = built.unwrap_or_else(|| self.build()) {
            let _ = self.front.set(Front::Refusal(sentence));
            tauri.run_return(|_, _| ());
        }
        ExitCode::FAILURE
    }
}

/// The window system is there.
fn arrive(tauri: &AppHandle, system: &System, told: watch::Receiver<bool>, front: &Front) {
    let (life, made) = match front {
        Front::Window(app, start) => {
            system.put(tauri);
            let begun = begin(system, told, app, start.remembered);
            manage(tauri, &begun);
            if start.hidden {
                begun.keeper.watch_over();
                return;
            }
            let made = begun.keeper.open();
            (begun.life, made)
        }
        Front::Late(begun) => {
            manage(tauri, begun);
            let is_wanted = system.put(tauri);
            if !is_wanted {
                return;
            }
            (begun.life.clone(), begun.keeper.arrive())
        }
        Front::Refusal(sentence) => {
            dialogs::alert(tauri, sentence);
            exit_when(tauri.clone(), told);
            return;
        }
    };
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

/// Starts all that runs beside the window.
fn begin(system: &System, told: watch::Receiver<bool>, app: &App, remembered: Remembered) -> Begun {
    let life = Arc::new(Lifecycle::new(app.clone(), system.clone()));
    life.follow(told);
    let keeper = Keeper::new(system.clone(), life.clone(), app.clone(), remembered);
    life.has(keeper.clone());
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

/// Has it at hand for what the page calls and the window system tells.
fn manage(tauri: &AppHandle, begun: &Begun) {
    window::manage(tauri);
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

/// What the system gave this start so that a window may come to the front.
fn token() -> Option<String> {
    let of = |name| std::env::var(name).ok();
    of("XDG_ACTIVATION_TOKEN").or_else(|| of("DESKTOP_STARTUP_ID"))
}

fn exit_code(code: i32) -> ExitCode {
    u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("shoal-io")
        .enable_all()
        .build()
}

#[cfg(all(unix, not(target_os = "macos")))]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn has_display() -> bool {
    true
}
