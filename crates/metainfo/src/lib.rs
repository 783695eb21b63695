//! Torrent files and magnet links: strict parsing, validation, safe file names, clean re-wrapping,
//! bitfields, a checker for data on disk and a maker of torrents.
//!
//! Everything that comes in here is hostile until it has been parsed. What comes out is bounded,
//! checked and safe to show, to join to a folder and to hand to an engine. The crate never writes,
//! never touches the network and knows no async runtime; only [`check`] and [`create`] read
//! files.

#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")
)]

mod bencode;
mod bitfield;
pub mod check;
mod control;
pub mod create;
mod decode;
mod error;
mod hashing;
mod info;
mod infohash;
mod layout;
mod magnet;
mod metainfo;
mod risk;
pub mod sanitize;
mod trackers;

pub use bitfield::Bitfield;
pub use control::Control;
pub use error::{MagnetError, MetainfoError};
pub use hashing::{HashOptions, Progress};
pub use infohash::{InfoHash, ParseInfoHashError};
pub use magnet::{MAX_MAGNET_BYTES, MAX_PEERS, Magnet, magnet_uri};
pub use metainfo::{
    FileEntry, MAX_DEPTH, MAX_FILES, MAX_PIECE_LENGTH, MAX_PIECES, MAX_TORRENT_BYTES,
    MAX_TOTAL_LENGTH, MIN_PIECE_LENGTH, Metainfo,
};
pub use risk::{NameRisk, name_risk};
pub use trackers::{MAX_TRACKER_BYTES, MAX_TRACKERS, check_tracker, clean_tiers};
