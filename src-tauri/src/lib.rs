//! The shell: reads the command line, starts Shoal, and puts a window in front of it. The only
//! package that names tauri. Decides nothing about torrents: what the page asks goes to `shoal-app`.

mod cli;
mod clipboard;
mod commands;
mod desk;
mod dialogs;
mod drop;
#[cfg(target_os = "linux")]
mod face;
mod gate;
mod join;
mod keeper;
mod lifecycle;
mod reach;
mod rest;
mod shell;
mod stream;
mod system;
mod told;
#[cfg(not(target_os = "linux"))]
mod tray_elsewhere;
mod window;

use std::{process::ExitCode, time::Duration};

use shoal_app::{App, Meanwhile, Options, Started, args::Args};
#[cfg(target_os = "linux")]
use shoal_desktop::APP_ID;
use tokio::{runtime::Runtime, sync::oneshot};

use crate::{
    cli::Cli,
    keeper::Remembered,
    shell::{Shell, Start},
};

/// Threads for tokio: the engine has threads of its own, and the window needs hardly any.
const WORKERS: usize = 2;

/// Does what the command line asks, and returns when Shoal has quit.
pub fn run() -> ExitCode {
    // Before there are threads.
    shoal_drivers::leave_out_unneeded();
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
    let (hidden, sets) = (args.has(cli::HIDDEN), !args.set.is_empty());
    let options = Options {
        data_dir: None,
        set: args.set,
        open: args.open,
        quiet: hidden,
        token: token(),
        faceless: false,
        own_environment: shoal_drivers::own(),
    };
    let (first, is_first) = oneshot::channel();
    let (before, known) = oneshot::channel();
    let starting = runtime.spawn(async move {
        let started = App::start_telling(options, Meanwhile { first, before });
        started
            .await
            .map_err(|e| format!("Shoal could not start: {e:#}"))
    });
    #[cfg(target_os = "linux")]
    gtk::glib::set_prgname(Some(APP_ID));
    let shell = Shell::new(told);
    // Elsewhere the window system has the tray as well.
    let waits = cfg!(target_os = "linux") && hidden && asked == 0;
    // A start that only hands over what it was given needs no window system, and is gone before one is loaded.
    let is_first = runtime.block_on(is_first).is_ok();
    // The list is read while the window gets ready: both take a moment, and neither needs the other.
    let built = (is_first && !waits).then(|| shell.build());
    let before = runtime.block_on(known).unwrap_or_default();
    let start = Start {
        remembered: Remembered::read(&before.prefs),
        theme: window::theme_setting(&before.desk),
        hidden: asked == 0 && (hidden || keeper::starts_hidden(&before.desk)),
    };
    let refused = match built {
        Some(Ok(tauri)) => return shell.show(runtime, tauri, start, starting),
        Some(Err(sentence)) => Some(sentence),
        None => None,
    };
    match shell::how_it_went(runtime.block_on(starting)) {
        Ok(Started::Running(app)) => {
            let code = match refused {
                Some(sentence) => {
                    cli::complain(&sentence);
                    ExitCode::FAILURE
                }
                None => shell.wait(runtime, &app, start.remembered),
            };
            // Also the way out when there never was a window; harmless when it ran before.
            runtime.block_on(lifecycle::shutdown(&app));
            code
        }
        Ok(Started::HandedOver { shows: false }) if !hidden => shell.failed(true, faceless(asked)),
        Ok(Started::HandedOver { .. }) => {
            handed_over(asked, hidden);
            if sets {
                cli::complain(shoal_app::args::SET_TOO_LATE);
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(sentence) => shell.failed(refused.is_none(), sentence),
    }
}

/// What is said where a Shoal without a window has the list.
fn faceless(asked: usize) -> String {
    let waits = if asked == 0 {
        ""
    } else {
        " What you gave waits there."
    };
    format!(
        "Shoal is already running without a window, as shoal-headless. Open it in a browser, or stop it and start \
         Shoal again.{waits}"
    )
}

fn handed_over(asked: usize, hidden: bool) {
    cli::say(&match asked {
        0 if hidden => "Shoal is already running.".to_owned(),
        0 => "Shoal is already running; it was asked to show its window.".to_owned(),
        1 => "Shoal is already running; it was asked to open what you gave.".to_owned(),
        n => format!("Shoal is already running; it was asked to open the {n} things you gave."),
    });
}

/// What the system gave this start so that a window may come to the front.
fn token() -> Option<String> {
    let of = |name| std::env::var(name).ok();
    of("XDG_ACTIVATION_TOKEN").or_else(|| of("DESKTOP_STARTUP_ID"))
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
