//! What Shoal's tests, window tests and bench share: deterministic payloads, independently built
//! torrents, networks of namespaces or loopback addresses, real and hostile peers, and a fake engine.
//!
//! Never a dependency of the shipped program. It fails loudly: whatever goes wrong panics with the
//! state and the logs. It touches no fixed port, no home folder and nothing outside the machine.

#![allow(
    clippy::unwrap_used,
    reason = "a test kit fails loudly, with the location of the failure"
)]
#![allow(
    clippy::print_stderr,
    reason = "which variant runs and the logs of failed peers belong beside the test's output"
)]

mod bencode;
#[cfg(unix)]
pub mod bus;
pub mod fake_engine;
mod guard;
pub mod hostile;
#[cfg(unix)]
pub mod hosts;
pub mod net;
pub mod payload;
#[cfg(unix)]
pub mod peers;
pub mod report;
#[cfg(unix)]
pub mod swarm;
pub mod torrentgen;
pub mod wait;

use std::path::PathBuf;

#[cfg(unix)]
pub use bus::PrivateBus;
pub use fake_engine::{FakeEngine, SimOptions, Steering};
pub use guard::Process;
pub use hostile::Hostile;
pub use net::{Host, Site};
pub use payload::{make_tree, same_tree, same_tree_but_empty};
#[cfg(unix)]
pub use peers::{Aria2, Qbittorrent, Tracker, Transmission};
#[cfg(unix)]
pub use swarm::{Swarm, SwarmSpec};
pub use torrentgen::{Torrent, TorrentSpec, transmission_create};

/// The folder with the desktop helpers (`headless.sh`, tray and notification hosts, drag source).
pub fn tools_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tools")
}

/// The command that runs another one in a private display, window manager, D-Bus session and
/// XDG folders.
pub fn headless() -> std::process::Command {
    std::process::Command::new(tools_dir().join("headless.sh"))
}
