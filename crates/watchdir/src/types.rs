//! What the watcher is told and what it tells. Plain data and one trait; does nothing.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// One folder to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSpec {
    /// Its number, the caller's choice.
    pub id: u32,
    /// Its absolute path. Never made when missing.
    pub path: PathBuf,
    /// Whether the folders in it are looked into too.
    pub subfolders: bool,
    /// Only names that one of these fits; empty for all. See [`pattern_is_good`](crate::pattern_is_good).
    pub include: Vec<String>,
    /// No names that one of these fits.
    pub exclude: Vec<String>,
    /// Look every so often although the system would tell of changes.
    pub always_poll: bool,
}

/// Times and limits. The defaults are Shoal's; tests shrink them.
#[derive(Clone, Debug)]
pub struct Options {
    /// Between two looks at a file that is not known to be quiet.
    pub look: Duration,
    /// Between two listings of a folder that the system tells nothing of.
    pub poll: Duration,
    /// Between two listings of a folder that the system does tell of.
    pub safety: Duration,
    /// A look that took long is followed by a rest of this many times as long, of two seconds at
    /// most.
    pub rest: u32,
    /// Between two looks for a folder that is not there.
    pub back: Duration,
    /// When a file is tried again, each counted from when it became quiet.
    pub backoff: Vec<Duration>,
    /// Between two tries of what is owed to an original.
    pub after_again: Duration,
    /// Most tries of it in one run.
    pub after_tries: u32,
    /// Most files handed over and not answered yet, of all folders.
    pub in_flight: usize,
    /// Most bytes of them, unless a single file has more.
    pub in_flight_bytes: u64,
    /// Most entries of a folder, with those of the folders in it, that are looked at.
    pub entries: usize,
    /// Most folders of a folder that the system is asked to tell of. More: it is polled.
    pub watches: usize,
    /// Whether the system tells of nothing where a folder lies, so that it is polled.
    pub silent: fn(&Path) -> bool,
    /// How a file gets into the trash, by its absolute path, or why it does not.
    pub trash: fn(&Path) -> Result<(), String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            look: Duration::from_millis(200),
            poll: Duration::from_secs(10),
            safety: Duration::from_secs(60),
            rest: 5,
            back: Duration::from_secs(30),
            backoff: [500, 1_000, 2_000, 4_000, 8_000, 16_000]
                .map(Duration::from_millis)
                .to_vec(),
            after_again: Duration::from_secs(60),
            after_tries: 5,
            in_flight: 32,
            in_flight_bytes: 32 * 1024 * 1024,
            entries: 100_000,
            watches: 8_192,
            silent: crate::volume::tells_nothing,
            trash: crate::original::trash,
        }
    }
}

/// What a file is told by from outside: another stamp, another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Length in bytes.
    pub size: u64,
    /// Time of change in nanoseconds since 1970, negative before; as the file's clock says.
    pub mtime_ns: i64,
    /// The number of the file within its volume; 0 when unknown, or when it does not last.
    pub file_id: u64,
}

impl From<shoal_files::Stamp> for Stamp {
    fn from(stamp: shoal_files::Stamp) -> Self {
        Self {
            size: stamp.size_bytes,
            mtime_ns: stamp.modified_ns,
            file_id: stamp.file_id,
        }
    }
}

impl From<Stamp> for shoal_files::Stamp {
    fn from(stamp: Stamp) -> Self {
        Self {
            size_bytes: stamp.size,
            modified_ns: stamp.mtime_ns,
            file_id: stamp.file_id,
        }
    }
}

/// What a file is by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `*.torrent`.
    Torrent,
    /// `*.magnet`: links, one a line.
    Magnets,
}

impl Kind {
    /// Most bytes that are read of such a file.
    pub const fn limit(self) -> u64 {
        match self {
            Self::Torrent => 20 * 1024 * 1024,
            Self::Magnets => 1024 * 1024,
        }
    }
}

/// Names one file that was handed over. Never given twice in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub(crate) u32, pub(crate) u64);

impl Ticket {
    /// The folder that its file was found in.
    pub fn folder(self) -> u32 {
        self.0
    }
}

/// A file that is quiet, handed over with what is in it.
#[derive(Debug)]
pub struct Found {
    /// To be answered, once: [`Watchdir::answer`](crate::Watchdir::answer).
    pub ticket: Ticket,
    /// The folder's number.
    pub folder: u32,
    /// Its path in the folder.
    pub file: PathBuf,
    /// What it looked like before and after it was read.
    pub stamp: Stamp,
    /// What it is by its name.
    pub kind: Kind,
    /// Its bytes, or why there are none.
    pub content: Result<Vec<u8>, BadFile>,
    /// Which try this is of this stamp, from 1.
    pub attempt: u32,
    /// Whether no other try is planned.
    pub last_try: bool,
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadFile {
    /// A symbolic link: never followed.
    Link,
    /// A pipe, a device or a socket.
    NotAFile,
    /// Larger than such a file may be.
    TooBig {
        /// The most in bytes.
        limit: u64,
    },
    /// The system does not let this user read it.
    Denied,
    /// What else the system said.
    Io(String),
}

/// What is to become of a file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is accepted and stored for good: now the original may be touched.
    Done(After),
    /// It is to be tried again. After the last try: at the longest pause, without end.
    Retry,
    /// It is bad; moved to a folder, or left.
    Bad {
        /// That folder.
        move_to: Option<PathBuf>,
    },
    /// It is left, and not handed over again before it changes.
    Leave,
}

/// What is done with an original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// Nothing.
    Keep,
    /// `.added` is put behind its name.
    Rename,
    /// It is moved to the folder of this absolute path, which must exist.
    Move(PathBuf),
    /// It is moved to the trash.
    Trash,
    /// It is deleted for good.
    Delete,
}

/// Why an original could not be dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterError {
    /// It is not there any more.
    Gone,
    /// It was changed or replaced: another file now, which will be handed over.
    Changed,
    /// The folder to move it to is not there.
    NoFolder,
    /// Every name that was tried for it is taken.
    Taken,
    /// The system does not let this user do it.
    Denied,
    /// The volume is read-only.
    ReadOnly,
    /// The volume is full.
    Full,
    /// There is no trash for it.
    NoTrash(String),
    /// What else the system said.
    Io(String),
}

/// What was done with an original, or why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterDone {
    /// The folder's number.
    pub folder: u32,
    /// Its path in the folder.
    pub file: PathBuf,
    /// What it looked like when it was handed over.
    pub stamp: Stamp,
    /// The file as it was handed over; none for what was owed from an earlier run.
    pub ticket: Option<Ticket>,
    /// What was to be done.
    pub action: After,
    /// Where it is now, if it is anywhere; or why nothing was done.
    pub outcome: Result<Option<PathBuf>, AfterError>,
    /// Whether it is tried again in this run.
    pub again: bool,
}

/// Whether a file was dealt with in an earlier run, or earlier in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// No: it is handed over.
    No,
    /// Yes: it is left alone.
    Yes,
    /// Yes, and this is still to be done with it.
    After(After),
}

/// Why a folder is looked through every so often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PollWhy {
    /// It lies on a network, or in a file system that tells of no changes.
    Network,
    /// The system tells of no more folders.
    Limit,
    /// The caller wants it so.
    Asked,
}

/// Why a folder cannot be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreachableWhy {
    /// Nothing is there.
    Missing,
    /// Something else is there.
    NotAFolder,
    /// The system does not let this user see what is in it.
    Denied,
    /// What else the system said.
    Io(String),
}

/// What is done about a folder now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// Not looked at yet.
    Starting,
    /// The system tells of changes.
    Watching,
    /// It is looked through every so often.
    Polling {
        /// The pause.
        every: Duration,
        /// Why.
        why: PollWhy,
    },
    /// It cannot be looked at. It is looked for.
    Unreachable {
        /// Why.
        error: UnreachableWhy,
    },
}

/// What a file waits for that is not dealt with yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Until it is quiet.
    Quiet,
    /// For its turn, or for the answer.
    Turn,
    /// For another try.
    Again {
        /// How often it was tried.
        attempts: u32,
        /// Until then.
        left: Duration,
    },
}

/// A file that is not dealt with yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The folder's number.
    pub folder: u32,
    /// Its path in the folder.
    pub file: PathBuf,
    /// What for.
    pub waiting: Waiting,
}

/// Who is told, and asked. Called from the threads of the watcher, one for each folder; nothing may
/// block, and [`Watchdir`](crate::Watchdir) may be called back.
pub trait Sink: Send + Sync + 'static {
    /// Whether this very file was dealt with.
    fn dealt_with(&self, folder: u32, file: &Path, stamp: &Stamp) -> Known;

    /// Whether a file or folder, by its absolute path, is not to be looked at. Never asked for a
    /// watched folder by itself. A folder that is skipped shields everything in it.
    fn skip(&self, folder: u32, path: &Path) -> bool;

    /// Files that are quiet; each is to be answered.
    fn found(&self, files: Vec<Found>);

    /// An original was dealt with, or could not be.
    fn after(&self, done: AfterDone);

    /// What is done about a folder, and how many files of it are not dealt with. Only on change.
    fn state(&self, folder: u32, state: FolderState, pending: u32);

    /// A folder has more entries than are looked at, or folders too deep. Once, until it has fewer.
    fn too_many(&self, folder: u32, limit: usize);

    /// A file that was dealt with, and was still there, is not there any more; or it is no longer
    /// the file that was dealt with.
    fn gone(&self, folder: u32, file: &Path);
}

/// One file of a [`dry_run`](crate::dry_run).
#[derive(Debug)]
pub struct DryFile {
    /// Its path in the folder.
    pub file: PathBuf,
    /// What it looks like.
    pub stamp: Stamp,
    /// What it is by its name.
    pub kind: Kind,
    /// The patterns leave it out. Then it was not read.
    pub excluded: bool,
    /// Its bytes, or why there are none.
    pub content: Result<Vec<u8>, BadFile>,
}

/// How a [`dry_run`](crate::dry_run) ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DryEnd {
    /// Everything was looked at.
    Whole,
    /// There is more than was looked at.
    More,
    /// The folder cannot be looked at.
    Unreachable(UnreachableWhy),
}
