//! The composition: builds core, store and engine, runs the actor around the state machine, and
//! serves the API to whichever shell is in front. Knows no window and no web server.

pub mod args;

use std::path::PathBuf;

use serde_json::Value;
use shoal_api::{ApiResult, Event};

/// Who is calling, since a browser may do less than the desktop window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The desktop window or the command line, on the user's own machine.
    Desktop,
    /// A browser or script over HTTP.
    Http,
}

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Data folder; none for `SHOAL_DATA_DIR` or the system's place.
    pub data_dir: Option<PathBuf>,
    /// `key=value` settings applied before the first network use.
    pub set: Vec<String>,
    /// .torrent paths, magnets and URLs to offer once the interface is there.
    pub open: Vec<String>,
}

/// What a start came to.
pub enum Started {
    /// Shoal runs.
    Running(App),
    /// Another Shoal runs on this data folder; it got the arguments and shows itself.
    HandedOver,
}

/// A running Shoal. Cheap to clone; the last one does not stop it, [`App::shutdown`] does.
#[derive(Clone)]
pub struct App {}

/// A stream of events for one window or browser: a snapshot first, then deltas. A slow reader
/// gets merged deltas, never a growing queue.
pub struct Subscription {}

impl App {
    /// Starts Shoal, or hands the arguments to the one that runs. Needs a tokio runtime.
    pub async fn start(_options: Options) -> anyhow::Result<Started> {
        anyhow::bail!("not built yet")
    }

    /// Runs one API command by name.
    pub async fn call(&self, _caller: Caller, _name: &str, _request: Value) -> ApiResult<Value> {
        Err(shoal_api::ApiError::new("unknown_command"))
    }

    /// Opens a stream of events.
    pub fn subscribe(&self) -> Subscription {
        Subscription {}
    }

    /// Offers .torrent paths, magnets or URLs to the interface: the add dialog opens.
    pub fn open(&self, _what: Vec<String>) {}

    /// Calls `f` whenever another start asks this one to show itself.
    pub fn on_raise(&self, _f: impl Fn() + Send + Sync + 'static) {}

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        PathBuf::new()
    }

    /// Stops everything within a few seconds and saves. Safe to call twice.
    pub async fn shutdown(&self) {}
}

impl Subscription {
    /// The next event; none when Shoal is gone. Deltas come at most every 100 ms.
    pub async fn next(&mut self) -> Option<Event> {
        None
    }
}
