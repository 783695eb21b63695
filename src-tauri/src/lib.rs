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
use tokio::{runtime::Runtime, sync::watch};

use crate::{
    cli::Cli,
    keeper::{Keeper, Remembered},
    lifecycle::Lifecycle,
    reach::Reach,
    stream::Streams,
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
    // The list is read while the window system gets ready: both take a moment, and neither needs the other.
    let starting = runtime.spawn(App::start(options));
    #[cfg(target_os = "linux")]
    gtk::glib::set_prgname(Some(APP_ID));
    let front = Arc::new(OnceLock::new());
    let built = build(builder(front.clone(), told));
    let started = match runtime.block_on(starting) {
        Ok(started) => started,
        Err(e) => return failed(built, &front, format!("Shoal could not start: {e}")),
    };
    match started {
        Ok(Started::Running(app)) => {
            let remembered = runtime.block_on(Remembered::read(&app));
            let hidden = hidden || keeper::starts_hidden(&app.desk().borrow());
            let start = Start {
                remembered,
                hidden: hidden && asked == 0,
            };
            let code = show(built, &front, &app, start);
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
        Err(e) => failed(built, &front, format!("Shoal could not start: {e:#}")),
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
    Window(Arc<Lifecycle>, App, Start),
    /// Why there is none.
    Refusal(String),
}

/// The window system's side of Shoal; `front` is filled before it runs.
fn builder(front: Arc<OnceLock<Front>>, told: watch::Receiver<bool>) -> Builder<Wry> {
    Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(Streams::default())
        .manage(Reach::default())
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
                Some(Front::Window(life, app, start)) => {
                    life.follow(tauri.handle().clone(), told);
                    if let Err(e) = begin(tauri.handle(), life, app, *start) {
                        // An error returned from here would be a panic.
                        tracing::error!(error = %e, "the window could not be made");
                        life.fail(tauri.handle());
                    }
                }
                Some(Front::Refusal(sentence)) => {
                    dialogs::alert(tauri.handle(), sentence);
                    exit_when(tauri.handle().clone(), told);
                }
                None => tauri.handle().exit(1),
            }
            Ok(())
        })
}

/// Ends a start that came to nothing when the system says so.
fn exit_when(tauri: AppHandle, mut told: watch::Receiver<bool>) {
    tauri::async_runtime::spawn(async move {
        if told.wait_for(|told| *told).await.is_ok() {
            tauri.exit(1);
        }
    });
}

/// Puts everything in place that needs the window system, and the window in front.
fn begin(tauri: &AppHandle, life: &Arc<Lifecycle>, app: &App, start: Start) -> tauri::Result<()> {
    window::manage(tauri);
    let keeper = Keeper::new(tauri.clone(), app.clone(), start.remembered);
    tauri.manage(keeper.clone());
    tauri.manage(life.clone());
    let raise = keeper.clone();
    app.on_raise(move |token| raise.show(token));
    join::start(tauri, app);
    if start.hidden {
        keeper.watch_over();
        Ok(())
    } else {
        keeper.open()
    }
}

fn show(
    built: Result<tauri::App, String>,
    front: &OnceLock<Front>,
    app: &App,
    start: Start,
) -> ExitCode {
    let tauri = match built {
        Ok(tauri) => tauri,
        Err(sentence) => {
            cli::complain(&sentence);
            return ExitCode::FAILURE;
        }
    };
    let life = Arc::new(Lifecycle::new(app.clone()));
    tauri.manage(app.clone());
    let _ = front.set(Front::Window(life, app.clone(), start));
    exit_code(tauri.run_return(|handle, event| lifecycle::on_event(handle, &event)))
}

/// Says in a native dialog, and on standard error, why Shoal does not start.
fn failed(
    built: Result<tauri::App, String>,
    front: &OnceLock<Front>,
    sentence: String,
) -> ExitCode {
    cli::complain(&sentence);
    if let Ok(tauri) = built {
        let _ = front.set(Front::Refusal(sentence));
        tauri.run_return(|_, _| ());
    }
    ExitCode::FAILURE
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
