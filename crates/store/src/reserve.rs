//! A file of 16 MiB beside the database that is given up bit by bit when the disk is full, so that
//! stopping, removing and remembering progress still work then, for hours. It must never be given up
//! for something big, such as another torrent's metainfo, never hold back a start, and never give
//! more than is needed: whoever else fills the disk would take the rest.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

const FILE: &str = "reserve";
/// Bytes of the whole reserve.
const BYTES: u64 = 16 << 20;
/// Bytes given up at once.
const STEP: u64 = 1 << 20;
/// Least time between two attempts to make it whole again.
const AGAIN: Duration = Duration::from_secs(10);

/// How much room the store's own disk has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Enough, as far as is known.
    Enough,
    /// The disk is full. The store lives on the room that it had put by: what is small is still
    /// stored, new torrents are not.
    Reserve,
    /// The disk is full and the reserve is used up: nothing is stored until there is room.
    None,
}

const ENOUGH: u8 = 0;
const RESERVE: u8 = 1;
const NONE: u8 = 2;

/// What the handle shows of the reserve that the store's thread keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gauge(Arc<AtomicU8>);

impl Gauge {
    pub(crate) fn room(&self) -> Room {
        match self.0.load(Ordering::Relaxed) {
            ENOUGH => Room::Enough,
            RESERVE => Room::Reserve,
            _ => Room::None,
        }
    }

    fn set(&self, room: u8) {
        self.0.store(room, Ordering::Relaxed);
    }
}

pub(crate) struct Reserve {
    path: PathBuf,
    left: u64,
    /// Something was given up and not made good yet.
    tapped: bool,
    tried: Instant,
    gauge: Gauge,
}

impl Reserve {
    /// Makes the file in `dir` unless it is there.
    pub(crate) fn new(dir: &Path, gauge: Gauge) -> Self {
        let path = dir.join(FILE);
        let left = match make(&path) {
            Ok(()) => BYTES,
            Err(error) => {
                tracing::warn!(%error, "there is no room for a reserve beside the database");
                fs::metadata(&path).map_or(0, |m| m.len())
            }
        };
        Self {
            path,
            left,
            tapped: false,
            tried: Instant::now(),
            gauge,
        }
    }

    /// Gives a little of the room up. False when there is none to give.
    pub(crate) fn release(&mut self) -> bool {
        self.tried = Instant::now();
        let left = self.left.saturating_sub(STEP);
        let released = self.left > 0
            && if left == 0 {
                fs::remove_file(&self.path).is_ok()
            } else {
                shrink(&self.path, left).is_ok()
            };
        if !released {
            self.left = 0;
            self.tapped = true;
            self.gauge.set(NONE);
            return false;
        }
        if !self.tapped {
            tracing::warn!("the disk is full; the store lives on its reserve");
        }
        self.left = left;
        self.tapped = true;
        self.gauge.set(RESERVE);
        true
    }

    /// Takes the room again if some was given up a while ago.
    pub(crate) fn restore(&mut self) {
        if self.tried.elapsed() >= AGAIN {
            self.restore_now();
        }
    }

    fn restore_now(&mut self) {
        self.tried = Instant::now();
        if (self.tapped || self.left < BYTES) && make(&self.path).is_ok() {
            self.left = BYTES;
            self.tapped = false;
            self.gauge.set(ENOUGH);
        }
    }
}

fn shrink(path: &Path, to: u64) -> io::Result<()> {
    File::options().write(true).open(path)?.set_len(to)
}

/// Makes the file whole, with room on the disk behind every byte; or leaves it as it was.
fn make(path: &Path) -> io::Result<()> {
    let before = fs::metadata(path).map_or(0, |m| m.len());
    if before == BYTES {
        return Ok(());
    }
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    allocate(&file).inspect_err(|_| {
        // Half a reserve would only take room away.
        let _ = if before == 0 || before > BYTES {
            fs::remove_file(path)
        } else {
            file.set_len(before)
        };
    })
}

fn allocate(file: &File) -> io::Result<()> {
    file.set_len(file.metadata()?.len().min(BYTES))?;
    #[cfg(target_os = "linux")]
    {
        use rustix::{fs::FallocateFlags, io::Errno};
        match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, BYTES) {
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => {}
            result => return Ok(result?),
        }
    }
    write_noise(file)
}

/// For systems that cannot promise room. Not zeroes, which some store as nothing.
fn write_noise(mut file: &File) -> io::Result<()> {
    use io::{Seek as _, Write as _};
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut block = vec![0; 64 * 1024];
    file.rewind()?;
    for _ in 0..BYTES / block.len() as u64 {
        for word in block.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            word.copy_from_slice(&state.to_le_bytes());
        }
        file.write_all(&block)?;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn it_is_given_up_bit_by_bit_and_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let size = || fs::metadata(dir.path().join(FILE)).map_or(0, |m| m.len());
        let gauge = Gauge::default();
        let mut reserve = Reserve::new(dir.path(), gauge.clone());
        assert_eq!((size(), gauge.room()), (BYTES, Room::Enough));
        assert!(reserve.release());
        assert_eq!((size(), gauge.room()), (BYTES - STEP, Room::Reserve));
        // Not at once: whatever filled the disk is still at it.
        reserve.restore();
        assert_eq!(size(), BYTES - STEP);
        while reserve.release() {}
        assert_eq!((size(), gauge.room()), (0, Room::None));
        reserve.restore_now();
        assert_eq!((size(), gauge.room()), (BYTES, Room::Enough));
    }

    #[test]
    fn noise_fills_it_where_room_cannot_be_promised() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        write_noise(&File::create(&path).unwrap()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), BYTES);
    }
}
