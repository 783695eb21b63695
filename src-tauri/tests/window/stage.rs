//! Where a story takes place: a desktop on a test host, and the folders that survive a restart.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use shoal_testkit::{Host, Process, wait};
use tempfile::TempDir;

use crate::{desktop::Desktop, window::Window};

/// Stories that may run at a time: each has a window, a browser engine and several peers.
const AT_A_TIME: u32 = 2;

/// How long Shoal may take to leave.
pub const LEAVE: Duration = Duration::from_secs(5);

static RUNNING: Mutex<u32> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// Shoal must leave in order, soon.
#[track_caller]
pub fn wait_left(shoal: &mut Process) {
    assert_eq!(shoal.wait(LEAVE), 0, "{}", shoal.log_tail());
}

/// Ends it, and tells how long that took.
#[track_caller]
pub fn end(mut shoal: Process) {
    let begun = Instant::now();
    shoal.signal("TERM");
    wait_left(&mut shoal);
    println!("Shoal left {:?} after SIGTERM", begun.elapsed());
}

/// Leave to run a story, until it is dropped.
pub struct Turn;

/// Waits for its turn before anything is started, so that a waiting story costs nothing.
pub fn turn() -> Turn {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut running = ENDED
        .wait_while(running, |running| *running >= AT_A_TIME)
        .unwrap_or_else(PoisonError::into_inner);
    *running += 1;
    Turn
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

/// What Shoal tells on the terminal, for somebody who looks at a failure.
const LOG: &str = "info,shoal_engine=debug,shoal_app=debug,librqbit=error";

pub struct Stage {
    pub desktop: Desktop,
    home: TempDir,
    settings: Vec<String>,
    given: Vec<String>,
    environment: Vec<(String, String)>,
}

impl Stage {
    pub fn new(host: &Host) -> Self {
        let home = tempfile::Builder::new()
            .prefix("shoal-window-")
            .tempdir()
            .unwrap();
        for folder in ["downloads", "cache"] {
            fs::create_dir(home.path().join(folder)).unwrap();
        }
        let desktop = Desktop::start(host, home.path());
        let settings = [
            "network.allow_loopback=true",
            "network.dht=false",
            "network.lsd=false",
            "network.upnp=false",
            // Whose story is about the queue says so.
            "queue.downloads=0",
            "desktop.close=quit",
            "desktop.close_without_tray=quit",
            "desktop.clipboard=false",
            "desktop.awake=never",
            "notify.finished=false",
            "notify.failed=false",
            "notify.attention=false",
            "notify.watched=false",
        ];
        let folder = format!(
            "downloads.folder={}",
            home.path().join("downloads").display()
        );
        let settings = settings.map(str::to_owned).into_iter().chain([folder]);
        Self {
            desktop,
            settings: settings.collect(),
            given: Vec::new(),
            // Paints at once, and leaves the other core to the rest.
            environment: vec![
                ("WEBKIT_DISABLE_DMABUF_RENDERER".to_owned(), "1".to_owned()),
                ("SHOAL_LOG".to_owned(), LOG.to_owned()),
            ],
            home,
        }
    }

    /// A further setting for every first start, `key=value`; the last word on a key counts.
    pub fn set(&mut self, setting: &str) {
        self.settings.push(setting.to_owned());
    }

    /// Something to open, or an option, for every first start.
    pub fn give(&mut self, argument: &str) {
        self.given.push(argument.to_owned());
    }

    /// A further variable for every start.
    pub fn env(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn path(&self) -> &Path {
        self.home.path()
    }

    pub fn downloads(&self) -> PathBuf {
        self.home.path().join("downloads")
    }

    /// Starts Shoal with the window under the driver's hand, and waits for the page.
    pub fn open(&self) -> Window<'_> {
        Window::open(self)
    }

    /// Starts Shoal by itself, without anybody who drives its page.
    pub fn start_plain(&self) -> Process {
        let mut command = self.command(env!("CARGO_BIN_EXE_shoal"));
        command.args(self.args());
        let mut shoal = Process::spawn("shoal", &command);
        let socket = self.path().join("data/socket");
        shoal.until(wait::GENEROUS, "Shoal to listen", || {
            std::os::unix::net::UnixStream::connect(&socket).ok()
        });
        shoal
    }

    /// Starts Shoal a second time, which hands over what it was given; tells what it said.
    pub fn start_again(&self, give: &[&str]) -> String {
        let mut command = self.command(env!("CARGO_BIN_EXE_shoal"));
        command.args(give);
        let mut second = Process::spawn("second shoal", &command);
        assert_eq!(second.wait(wait::GENEROUS), 0, "{}", second.log_tail());
        second.log()
    }

    /// Whether the window can be seen.
    pub fn is_seen(&self) -> bool {
        !self.desktop.titled("Shoal").is_empty()
    }

    /// Whether the window manager lists it, minimised or not.
    pub fn is_listed(&self) -> bool {
        let list = self.desktop.command("wmctrl").arg("-l").output().unwrap();
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        list.lines().any(|line| line.ends_with(" Shoal"))
    }

    /// The arguments of every first start.
    pub fn args(&self) -> Vec<String> {
        self.settings
            .iter()
            .flat_map(|setting| ["--set".to_owned(), setting.clone()])
            .chain(self.given.iter().cloned())
            .collect()
    }

    /// A command on this desktop with Shoal's folders.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.desktop.command(program);
        let at = |folder: &str| self.home.path().join(folder);
        command
            .env("SHOAL_DATA_DIR", at("data"))
            .env("HOME", at(""))
            .env("XDG_CONFIG_HOME", at("config"))
            .env("XDG_DATA_HOME", at("xdg"))
            .env("XDG_STATE_HOME", at("state"))
            .env("XDG_CACHE_HOME", at("cache"));
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }
}
