//! The one place of Shoal that opens, creates, grows, renames, copies and removes files of a
//! torrent on disk.
//!
//! It knows paths, bytes and folders, and nothing of torrents, pieces, the store or an engine. It
//! never overwrites, shortens or deletes what exists and was not declared the caller's own, and it
//! never follows a symbolic link below a root folder. (The root itself may be a link: the user
//! chose it.) Everything here may wait for a disk: call it on a thread that may.
//!
//! All work goes through a [`Disk`]. [`Disk::real`] is the system's; tests give one with a
//! [`shim::Shim`] that fails, slows down or stops at a chosen step.

pub mod error;
mod folder;
pub mod grow;
pub mod io;
pub mod layer;
#[cfg(target_os = "linux")]
mod number;
pub mod open;
pub mod relocate;
pub mod remove;
pub mod rename;
pub mod shim;
pub mod stamp;
pub mod sync;
pub mod volume;

pub use error::{FileError, FileErrorKind, Result};
pub use grow::Preallocation;
pub use layer::{Disk, Layer};
pub use relocate::{Move, MoveFile, MoveProgress};
pub use stamp::Stamp;
pub use volume::{Volume, VolumeId};
