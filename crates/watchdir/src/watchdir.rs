//! The watcher as its owner sees it.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use crate::{FolderSpec, Options, Pending, Sink, Ticket, Verdict};

/// Watches folders until it is stopped or dropped.
pub struct Watchdir {
    _sink: Arc<dyn Sink>,
}

impl Watchdir {
    /// Starts, with no folders.
    pub fn start(_options: Options, sink: Arc<dyn Sink>) -> io::Result<Self> {
        Ok(Self { _sink: sink })
    }

    /// From now on these folders are watched, and no others.
    pub fn set_folders(&self, _folders: Vec<FolderSpec>) {}

    /// Other times than those of the start.
    pub fn set_times(&self, _look: Duration, _poll: Duration) {}

    /// Looks at a folder at once.
    pub fn look_now(&self, _folder: u32) {}

    /// Hands a file over again although it was dealt with.
    pub fn retry(&self, _folder: u32, _file: PathBuf) {}

    /// What is to become of a file. A second answer to a ticket is passed over.
    pub fn answer(&self, _ticket: Ticket, _verdict: Verdict) {}

    /// Files that are not dealt with, at most 100 of each folder.
    pub fn pending(&self) -> Vec<Pending> {
        Vec::new()
    }

    /// Ends within a second. What is not answered yet will be handed over again in the next run.
    pub fn stop(self) {}
}
