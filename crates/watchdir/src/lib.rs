//! Finds the torrent files that come into watched folders.

mod dry;
mod patterns;
mod types;
mod watchdir;

pub use dry::dry_run;
pub use patterns::pattern_is_good;
pub use types::{
    After, AfterDone, AfterError, BadFile, DryEnd, DryFile, FolderSpec, FolderState, Found, Kind,
    Known, Options, Pending, PollWhy, Sink, Stamp, Ticket, UnreachableWhy, Verdict, Waiting,
};
pub use watchdir::Watchdir;
