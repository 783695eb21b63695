//! Finds the torrent files that come into watched folders, and hands each over once it is whole.
//!
//! It knows folders, files and bytes, and nothing of torrents, the store or an engine: the owner of
//! a [`Watchdir`] is a [`Sink`] that is asked what is known and told what was found. It owns the
//! question *when* a file is looked at, and the only subscription to what the system tells of
//! folders.
//!
//! - **The listing is the truth.** What the system tells only wakes a look; a look now and then
//!   comes by itself. A lost event costs a delay and never a file. Where the system tells of
//!   nothing (shares, FUSE, no room for more) the folder is listed every so often.
//! - **Never early.** A file is read when its size, time and number were the same at two looks, and
//!   handed over when they still are after it was read. It is never followed as a link, never waited
//!   for as a pipe, and never read beyond the limit of its kind.
//! - **Never lost.** The original is touched only after the owner answered that all is stored, only
//!   while it still is the file that was handed over, and never in the place of another file. What
//!   was owed when a run ended is asked for in the next one ([`Known::After`]).
//! - **Bounded.** Entries of a folder, folders within one another, files and bytes in flight. All
//!   events together are one bit a folder.
//! - **Only monotonic time.** Clocks that are set, and files from the future, change nothing.
//!
//! It never makes a folder, never removes a file that it was not told to, and never writes into a
//! file but the copy that it moves to another volume.

mod budget;
mod dry;
mod mail;
mod names;
mod native;
mod original;
mod patterns;
mod read;
#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
mod types;
mod volume;
mod walk;
mod watchdir;
mod worker;

pub use dry::dry_run;
pub use patterns::pattern_is_good;
pub use read::read_file;
pub use types::{
    After, AfterDone, AfterError, BadFile, DryEnd, DryFile, FolderSpec, FolderState, Found, Kind,
    Known, Options, Pending, PollWhy, Sink, Stamp, Ticket, UnreachableWhy, Verdict, Waiting,
};
pub use watchdir::Watchdir;
