//! Real programs as peers: a tracker, a seeder, and two leechers, each wrapped so that it starts
//! ready, keeps to its [`Host`](crate::Host) and a temporary home, and ends when dropped.
//!
//! None of them may use DHT, local discovery, peer exchange or port mapping, or read the user's
//! configuration. The comparison of files is the judge of a transfer, never a peer's own word.

mod aria2;
mod qbittorrent;
mod tracker;
mod transmission;

pub use aria2::Aria2;
pub use qbittorrent::Qbittorrent;
pub use tracker::Tracker;
pub use transmission::{Transmission, TransmissionPeer};

/// A path as the text that the programs' interfaces take.
fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("paths of test files are UTF-8")
}
