//! Being the system's program for magnets and torrent files, and starting at log-in. Must never change a file
//! that somebody else made, but for the lines that name Shoal in the person's own list of default programs.

#[cfg(target_os = "linux")]
mod autostart;
#[cfg(target_os = "linux")]
mod desktop_file;
#[cfg(target_os = "linux")]
mod file;
#[cfg(target_os = "linux")]
mod mimeapps;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;

#[cfg(not(target_os = "linux"))]
#[path = "elsewhere.rs"]
mod system;

use shoal_api::Handler;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use system::Places;

#[cfg(target_os = "linux")]
use system::{ID, Kind};

/// What a person wants of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Shoal opens magnet links.
    pub magnets: bool,
    /// Shoal opens torrent files.
    pub torrents: bool,
    /// Shoal starts at log-in.
    pub autostart: bool,
}

/// What the system does at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Who opens magnet links.
    pub magnets: Handler,
    /// Who opens torrent files.
    pub torrents: Handler,
    /// Shoal is started at log-in.
    pub autostart: bool,
    /// Shoal runs in a sandbox, which decides about all of this itself.
    pub sandboxed: bool,
}

impl State {
    /// Of a system that tells nothing.
    fn unknown(sandboxed: bool) -> Self {
        Self {
            magnets: Handler::Unknown,
            torrents: Handler::Unknown,
            autostart: false,
            sandboxed,
        }
    }
}

/// Makes the system do what a person wants, and tells what it does.
#[derive(Debug)]
pub struct Links {
    places: Option<Places>,
    wanted: watch::Sender<Option<Wanted>>,
    changes: watch::Receiver<u64>,
}

impl Links {
    /// What is wanted from now on. Returns at once. The first call is the start of Shoal, which repairs what it
    /// had made but leaves alone what was chosen elsewhere since; later ones are a person's doing.
    pub fn set(&self, wanted: Wanted) {
        self.wanted.send_if_modified(|before| {
            let changed = *before != Some(wanted);
            *before = Some(wanted);
            changed
        });
    }

    /// What the system does. Looks at its files.
    pub async fn state(&self) -> State {
        let Some(places) = self.places.clone() else {
            return State::unknown(false);
        };
        let looked = tokio::task::spawn_blocking(move || places.state()).await;
        looked.unwrap_or_else(|_| State::unknown(false))
    }

    /// Counts how often something was made so; what [`Links::state`] tells may be another thing then.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }
}

/// Starts the task behind [`Links`]. Without places nothing is done.
pub fn spawn(places: Option<Places>, tasks: &TaskTracker, end: &CancellationToken) -> Links {
    let (wanted, told) = watch::channel(None);
    let (counted, changes) = watch::channel(0);
    if let Some(places) = places.clone() {
        let work = run(places, told, counted);
        tasks.spawn(end.clone().run_until_cancelled_owned(work));
    }
    Links {
        places,
        wanted,
        changes,
    }
}

async fn run(
    places: Places,
    mut told: watch::Receiver<Option<Wanted>>,
    counted: watch::Sender<u64>,
) {
    let mut before = None;
    while told.changed().await.is_ok() {
        let Some(wanted) = *told.borrow_and_update() else {
            continue;
        };
        let places = places.clone();
        let applied =
            tokio::task::spawn_blocking(move || places.apply(wanted, before.as_ref())).await;
        if applied.is_err() {
            tracing::error!("the system's links could not be changed");
        }
        before = Some(wanted);
        counted.send_modify(|count| *count += 1);
    }
}
