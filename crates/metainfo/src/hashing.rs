//! Hashes the pieces of files on disk with several threads. It never writes, maps no memory, follows
//! no symbolic link, and knows nothing of torrents but how pieces lie over files.
//!
//! # How the work is divided
//!
//! Each thread reads and then hashes, but only one reads at a time, the next pieces in order: a disk
//! sees one sequential reader with one open file, never heads that jump between threads, and the
//! bytes are hashed by the core that has just read them. While one thread reads, the others hash.
//! Where hashing is slower than reading (the page cache, a fast SSD) the threads fall into step and
//! none waits; where reading is slower (a spinning disk) reading never pauses.
//!
//! # Memory
//!
//! A buffer per thread, of [`MIN_BUFFER_BYTES`] to [`MAX_BUFFER_BYTES`] by the length of a piece, at
//! most [`MAX_THREADS`] of them: 16 to 64 MiB on a large machine, however large the torrent is.
//! Pieces longer than a buffer are hashed in parts.

mod disk;
mod sha1;
mod source;

use std::{
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

pub(crate) use self::{
    disk::{Found, find},
    sha1::Sha1Piece,
};
use crate::{Bitfield, Control};
use source::{Kind, Source, Unit};

/// The most threads that hash. One reader in turn cannot feed more.
pub(crate) const MAX_THREADS: usize = 8;
/// The least that is read at once, the ends of files and gaps apart.
const MIN_BUFFER_BYTES: u64 = 2 * 1024 * 1024;
const MAX_BUFFER_BYTES: u64 = 8 * 1024 * 1024;

/// Of 0 to 99, where 50 is normal: about nice 10 on Linux, "below normal" on Windows.
const LOW_PRIORITY: u8 = 25;

/// How hard to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashOptions {
    /// Threads that hash; 0 for one a core. At most 8 are used.
    pub threads: usize,
    /// The threads give way to everything else on the machine.
    pub low_priority: bool,
}

/// How far a check or a creation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the content that are done, at most `total_bytes`; never goes down.
    pub done_bytes: u64,
    /// Bytes to be done in this run.
    pub total_bytes: u64,
}

/// Why hashing ended early.
#[derive(Debug)]
pub(crate) enum Halt {
    Cancelled,
    Io { path: PathBuf, source: io::Error },
}

impl Halt {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// One file of the content.
pub(crate) struct Extent<'a> {
    /// `None`: zeros that are not on disk.
    pub(crate) path: Option<&'a Path>,
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// What to hash.
pub(crate) struct Plan<'a> {
    /// In order, without gaps.
    pub(crate) files: &'a [Extent<'a>],
    pub(crate) piece_length: u32,
    pub(crate) piece_count: u32,
    pub(crate) total_length: u64,
    /// The pieces to hash; of `piece_count` bits.
    pub(crate) todo: &'a Bitfield,
}

impl Plan<'_> {
    fn range(&self, piece: u32) -> Range<u64> {
        let length = u64::from(self.piece_length);
        let start = u64::from(piece) * length;
        start..(start + length).min(self.total_length)
    }

    /// Large enough for at least one piece, or for a good part of a long one.
    fn buffer_bytes(&self) -> usize {
        let piece = u64::from(self.piece_length);
        let wanted = piece.clamp(MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
        usize::try_from(wanted.min(self.total_length.max(1))).unwrap_or(usize::MAX)
    }
}

/// Hashes one piece after the other.
pub(crate) trait PieceHash {
    type Out: Send;

    fn data(&mut self, data: &[u8]);
    /// `count` bytes that are zero and not on disk.
    fn zeros(&mut self, count: u64);
    /// The hash of the piece that ends here; the next one begins.
    fn finish(&mut self) -> Self::Out;
}

/// A piece that was done.
pub(crate) struct Hashed<T> {
    pub(crate) piece: u32,
    /// Or the file that went away or became shorter.
    pub(crate) hash: Result<T, usize>,
}

/// A part of the work that was done.
pub(crate) struct Done<T> {
    /// Of the torrent.
    pub(crate) bytes: u64,
    pub(crate) pieces: Vec<Hashed<T>>,
}

/// Hashes `plan.todo` and calls `on_done`, on this thread, with every part as it is done, in no
/// certain order. Gives the bytes that were read from disk.
pub(crate) fn run<H, E>(
    plan: &Plan<'_>,
    options: HashOptions,
    control: &Control,
    new_hash: impl Fn() -> H + Sync,
    on_done: &mut dyn FnMut(Done<H::Out>) -> Result<(), E>,
) -> Result<u64, E>
where
    H: PieceHash,
    E: From<Halt>,
{
    let threads = match options.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let threads = threads.clamp(1, MAX_THREADS);
    let work = Work {
        source: Mutex::new(Source::new(plan)),
        plan,
        control,
        stop: AtomicBool::new(false),
    };
    let (tell, told) = sync_channel(2 * threads);
    let ended = thread::scope(|scope| {
        for _ in 0..threads {
            let (tell, work, new_hash) = (tell.clone(), &work, &new_hash);
            scope.spawn(move || {
                if options.low_priority {
                    // Without it the work is done all the same.
                    lower_priority();
                }
                if let Err(halt) = work.run(&mut new_hash(), &tell) {
                    // Nobody listens when the run has failed already.
                    tell.send(Err(halt)).ok();
                }
            });
        }
        drop(tell);
        let ended = listen(&told, on_done);
        work.stop();
        // Threads that still want to tell something end.
        drop(told);
        ended
    });
    ended?;
    Ok(work.source().bytes_read)
}

fn listen<T, E: From<Halt>>(
    told: &Receiver<Result<Done<T>, Halt>>,
    on_done: &mut dyn FnMut(Done<T>) -> Result<(), E>,
) -> Result<(), E> {
    for message in told {
        on_done(message?)?;
    }
    Ok(())
}

fn lower_priority() -> bool {
    ThreadPriorityValue::try_from(LOW_PRIORITY).is_ok_and(|value| {
        set_current_thread_priority(ThreadPriority::Crossplatform(value)).is_ok()
    })
}

/// What the threads share.
struct Work<'a> {
    source: Mutex<Source<'a>>,
    plan: &'a Plan<'a>,
    control: &'a Control,
    /// The run has failed.
    stop: AtomicBool,
}

impl<'a> Work<'a> {
    fn source(&self) -> MutexGuard<'_, Source<'a>> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.control.wake();
    }

    /// Waits while paused, without an open file.
    fn pass(&self) -> Result<(), Halt> {
        self.control
            .wait_while_paused(&self.stop, || self.source().close());
        if self.control.is_cancelled() || self.stop.load(Ordering::Relaxed) {
            return Err(Halt::Cancelled);
        }
        Ok(())
    }

    fn run<H: PieceHash>(
        &self,
        hash: &mut H,
        tell: &SyncSender<Result<Done<H::Out>, Halt>>,
    ) -> Result<(), Halt> {
        let mut unit = Unit::new(self.plan.buffer_bytes());
        loop {
            self.pass()?;
            if !self.source().take(&mut unit)? {
                return Ok(());
            }
            let mut cursor = Cursor {
                piece: unit.pieces.start,
                position: self.plan.range(unit.pieces.start).start,
                lost: None,
            };
            loop {
                let done = cursor.hash(self.plan, &unit, hash);
                if tell.send(Ok(done)).is_err() {
                    return Err(Halt::Cancelled);
                }
                if unit.left.is_empty() {
                    break;
                }
                self.pass()?;
                self.source().fill(&mut unit)?;
            }
        }
    }
}

/// Where one thread is in its unit.
struct Cursor {
    piece: u32,
    /// In the torrent.
    position: u64,
    /// A file of this piece is not whole.
    lost: Option<usize>,
}

impl Cursor {
    /// Hashes what was read last.
    fn hash<H: PieceHash>(&mut self, plan: &Plan<'_>, unit: &Unit, hash: &mut H) -> Done<H::Out> {
        let mut buffer = &unit.buffer[..];
        let (mut bytes, mut pieces) = (0, Vec::new());
        for segment in &unit.segments {
            let mut left = segment.length;
            bytes += left;
            while left > 0 {
                let end = plan.range(self.piece).end;
                let part = left.min(end - self.position);
                match segment.kind {
                    Kind::Data => {
                        // It is no more than the buffer has.
                        let count = usize::try_from(part).unwrap_or(buffer.len());
                        let (data, rest) = buffer.split_at(count);
                        hash.data(data);
                        buffer = rest;
                    }
                    Kind::Zeros => hash.zeros(part),
                    Kind::Lost { file } => self.lost = Some(file),
                }
                left -= part;
                self.position += part;
                if self.position == end {
                    let out = hash.finish();
                    pieces.push(Hashed {
                        piece: self.piece,
                        hash: self.lost.take().map_or(Ok(out), Err),
                    });
                    self.piece += 1;
                }
            }
        }
        Done { bytes, pieces }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn low_priority_is_for_the_hashing_thread_alone() {
        fn nice() -> i32 {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let after_name = stat.rsplit_once(") ").unwrap().1;
            after_name.split(' ').nth(16).unwrap().parse().unwrap()
        }
        let before = nice();
        let lowered = thread::spawn(|| (lower_priority(), nice())).join().unwrap();
        assert!(lowered.0 && lowered.1 > before, "{lowered:?} from {before}");
        assert_eq!(nice(), before);
    }
}
