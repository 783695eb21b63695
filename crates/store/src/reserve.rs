//! A file of 1 MiB that is given up when the disk is full, so that stopping, removing and
//! remembering progress still work then. It must never be given up for something big, such as
//! another torrent's metainfo, and never hold back a start.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

const FILE: &str = "reserve";
const BYTES: u32 = 1 << 20;
/// Least time between two attempts to make it.
const AGAIN: Duration = Duration::from_secs(60);

pub(crate) struct Reserve {
    path: PathBuf,
    there: bool,
    tried: Instant,
}

impl Reserve {
    /// Makes the file in `dir` unless it is there.
    pub(crate) fn new(dir: &Path) -> Self {
        let path = dir.join(FILE);
        let there = make(&path).is_ok();
        Self {
            path,
            there,
            tried: Instant::now(),
        }
    }

    /// Gives the room up. False when there is none to give.
    pub(crate) fn release(&mut self) -> bool {
        let released = self.there && fs::remove_file(&self.path).is_ok();
        self.there = false;
        self.tried = Instant::now();
        released
    }

    /// Takes the room again if it was given up a while ago.
    pub(crate) fn restore(&mut self) {
        if !self.there && self.tried.elapsed() >= AGAIN {
            self.there = make(&self.path).is_ok();
            self.tried = Instant::now();
        }
    }
}

fn make(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|m| m.len() == u64::from(BYTES)) {
        return Ok(());
    }
    // Not zeroes, which some file systems store as nothing.
    let noise: Vec<u8> = (0..BYTES)
        .map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[0])
        .collect();
    fs::write(path, noise).inspect_err(|_| {
        // Half a reserve would only take room away.
        let _ = fs::remove_file(path);
    })
}
