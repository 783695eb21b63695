//! Everything the state machine can be told, and what it answers. The lists are closed.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo};

use crate::{
    AfterState, Around, EngineEvent, FileStamp, Intent, Label, OpId, Order, Place, Priorities,
    Renaming, ResumeData, RulesChange, Selection, SelectionChange, SettingError, SettingValue,
    Source, VolumeMark, Wall, WatchEntry, WatchId, WatchNote, WatchRules, WatchedFile,
    WatchedReply,
};

/// Numbers a command, so that its answer finds its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub u64);

/// A torrent to be added; everything in it was already validated.
#[derive(Clone, Debug)]
pub struct NewTorrent {
    /// Info-hash.
    pub hash: InfoHash,
    /// Name shown; for a magnet its `dn` or the info-hash.
    pub name: String,
    /// Where it came from.
    pub source: Source,
    /// Tracker tiers.
    pub trackers: Vec<Vec<String>>,
    /// Peers named by a magnet.
    pub peers: Vec<SocketAddr>,
    /// The metainfo; none for a magnet.
    pub meta: Option<Arc<Metainfo>>,
    /// The .torrent that `meta` was read from, kept byte by byte: with what Shoal does not use of it, and
    /// its signature. None: one is made of `meta`.
    pub file: Option<Arc<Vec<u8>>>,
    /// Absolute folder to save to.
    pub save_path: PathBuf,
    /// Files wanted.
    pub selection: Selection,
    /// Run or stop.
    pub intent: Intent,
    /// Labels.
    pub labels: Vec<String>,
    /// It gets no others, though it may fit the rules of some.
    pub only_labels: bool,
    /// For a magnet: wait for the user to choose files once they are known.
    pub choose_files: bool,
    /// What to do when files are there already.
    pub existing: Existing,
    /// Files that are not of normal priority.
    pub priorities: Priorities,
    /// In which order pieces are fetched; none: as the settings say.
    pub order: Option<Order>,
    /// First and last pieces first; none: as the settings say.
    pub first_last: Option<bool>,
    /// Name of its file or folder on disk, when it is known: one safe component.
    pub disk_name: Option<String>,
    /// It comes first in the list's own order, not last.
    pub top: bool,
    /// What is known of its data: a torrent that was made here is whole, and lies in `save_path`.
    pub resume: Option<Box<ResumeData>>,
}

/// What to do when files are there already where a new torrent would be saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Existing {
    /// Use those that are wholly this torrent's; say so when others are in the way.
    #[default]
    Ask,
    /// Use them, also those that are partly this torrent's: the rest of them is overwritten.
    Use,
    /// Leave them alone and save beside them under a name that is free.
    Beside,
}

/// What to do with the files of a removed torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveData {
    /// Leave them.
    Keep,
    /// Move those that this torrent wrote to the trash.
    Trash,
    /// Delete those that this torrent wrote, for good: for where there is no trash. Cannot be taken
    /// back, so it is no step of the journal.
    Delete,
}

/// Where in the list's own order torrents go, which keep their order among themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueTo {
    /// Before all others.
    Top,
    /// Before the next one above that waits for the same: complete ones and others do not compete.
    Up,
    /// Behind the next one below that waits for the same.
    Down,
    /// Behind all others.
    Bottom,
    /// Before this one.
    Before(InfoHash),
}

/// What the user can ask for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Add a torrent, or merge its trackers into the one that is there.
    Add(Box<NewTorrent>),
    /// Set what the user wants of torrents.
    SetIntent(Vec<InfoHash>, Intent),
    /// Take torrents off the list.
    Remove(Vec<InfoHash>, RemoveData),
    /// Choose the files of a torrent.
    Select(InfoHash, SelectionChange),
    /// Check the data of torrents against their hashes.
    Recheck(Vec<InfoHash>),
    /// Use another, free name on disk for a torrent whose name is taken by other data.
    SaveBeside(InfoHash),
    /// Move the data of torrents to another folder.
    Move(Vec<InfoHash>, PathBuf),
    /// Stop moving the data of torrents, and bring back what was moved.
    CancelMove(Vec<InfoHash>),
    /// Rename a torrent, its file or folder, or files in it.
    Rename(InfoHash, Renaming),
    /// The data of a torrent lies there: use it after a full check. Moves nothing.
    Locate(InfoHash, Place),
    /// What lies where a torrent is saved is the torrent's, whatever it looks like: check it all, and
    /// let what is missing in it be written.
    Adopt(InfoHash),
    /// Set the order in which torrents fetch their pieces; true: first and last pieces first.
    SetOrder(Vec<InfoHash>, Order, bool),
    /// Set which files of a torrent are wanted before others, and which at all when that changes too:
    /// one step to take back.
    SetPriorities(InfoHash, Priorities, Option<SelectionChange>),
    /// Pause the checks of torrents, or let them go on.
    HoldCheck(Vec<InfoHash>, bool),
    /// Move torrents in the list's own order, which is that of the queue: one step to take back.
    QueueMove(Vec<InfoHash>, QueueTo),
    /// Change limits and goals of torrents: one step to take back.
    SetRules(Vec<InfoHash>, RulesChange),
    /// Set the labels of torrents.
    SetLabels(Vec<InfoHash>, Vec<String>),
    /// Give labels to torrents, those that do not exist are made, and take others off them.
    ChangeLabels {
        /// Which torrents.
        hashes: Vec<InfoHash>,
        /// What they get.
        add: Vec<String>,
        /// What they lose.
        remove: Vec<String>,
    },
    /// Make or recolour a label.
    PutLabel(Label),
    /// The same for several at once: one step to take back.
    PutLabels(Vec<Label>),
    /// Give a label another name: from, to.
    RenameLabel(String, String),
    /// Delete a label and take it off every torrent.
    DropLabel(String),
    /// Change settings: all of them or, when one is refused, none.
    SetSettings(BTreeMap<String, SettingValue>),
    /// Remember how the window is arranged; none forgets it. No step of the journal.
    SetPref(String, Option<String>),
    /// Make a watch folder (none), or give one other rules: one step to take back.
    PutWatch(Option<WatchId>, Box<WatchRules>),
    /// Watch a folder no longer. Its history stays.
    DropWatch(WatchId),
    /// Add the torrents of files in watch folders, with an entry of the history for each file, all in one
    /// commit. What cannot be added makes only its own file bad. No step of the journal.
    AddWatched(Vec<WatchedFile>),
    /// Add entries to the history.
    NoteWatch(Vec<WatchNote>),
    /// What became of the originals of entries.
    WatchAfter(Vec<(u64, AfterState)>),
    /// Switch the slow limits on or off by hand; none: the other way. Off also lifts what else makes it
    /// slow, until that changes.
    Slow(Option<bool>),
    /// Nothing follows when all is done, this time.
    CancelAllDone,
    /// Take the last step back.
    Undo,
    /// Do the last step that was taken back again.
    Redo,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done and stored.
    Done,
    /// The torrent is in the list now.
    Added(InfoHash),
    /// The torrent was there already; its new trackers were merged.
    AlreadyAdded(InfoHash),
    /// The folder is watched by its rules.
    WatchPut(WatchId),
    /// What came of each file, in the order of the command.
    Watched(Vec<WatchedReply>),
    /// The entries that were made. Less than asked for when a folder is not watched any more.
    Noted(Vec<WatchEntry>),
    /// Refused; nothing changed.
    Refused(Refusal),
}

/// Why a command was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such torrent in the list.
    NoSuchTorrent(InfoHash),
    /// A setting was refused.
    Setting(SettingError),
    /// The store could not write it; what it said.
    StoreFailed(String),
    /// There is nothing to undo or redo.
    NothingToUndo,
    /// The torrent has no file list yet.
    NoMetadata,
    /// The selection has not one bit a file, or chooses nothing.
    BadSelection,
    /// Another torrent has that name on disk in the same folder, or two files of this one would share
    /// a name.
    NameTaken(String),
    /// No name for a file or folder.
    BadName(String),
    /// Not the full path of a folder.
    BadFolder,
    /// The torrent is being moved; that comes to an end first.
    Moving(InfoHash),
    /// A label's colour is not in the palette.
    BadLabel,
    /// A label needs a name.
    LabelEmpty,
    /// The name of a label is over [`LABEL_CHARS_MAX`](crate::LABEL_CHARS_MAX) characters.
    LabelTooLong,
    /// Another label has that name, but perhaps for case: this one.
    LabelTaken(String),
    /// What a label is to be given to cannot be told: which of its patterns, from 1.
    BadMatch(usize),
    /// A program with too many words, too long, or with none to run.
    BadProgram,
    /// There is no label of that name.
    NoSuchLabel(String),
    /// More than [`LABELS_MAX`](crate::LABELS_MAX) labels.
    TooManyLabels,
    /// More than [`LABELS_EACH_MAX`](crate::LABELS_EACH_MAX) labels on one torrent.
    TooManyOnOne,
    /// A key for an arrangement of the window that is none.
    BadPrefKey,
    /// An arrangement of the window of more than [`PREF_BYTES_MAX`](crate::PREF_BYTES_MAX) bytes.
    PrefTooBig,
    /// More than [`PREFS_MAX`](crate::PREFS_MAX) arrangements of the window.
    TooManyPrefs,
    /// No watch folder has that number.
    NoSuchWatch(WatchId),
    /// That folder is watched already.
    WatchTwice(PathBuf),
    /// Not the full path of a folder: which of the rules, and the path.
    WatchBadFolder(&'static str, PathBuf),
    /// Originals that are moved there would be found there again, because it is watched too: which of
    /// the rules, and the path.
    WatchLoop(&'static str, PathBuf),
    /// A pattern that is empty or too long, or one too many: that pattern.
    WatchBadPattern(String),
    /// More than [`WATCH_FOLDERS_MAX`](crate::WATCH_FOLDERS_MAX) watch folders.
    TooManyWatches,
    /// A limit or a goal is out of its range: which, and what it may be.
    RuleOutOfRange(&'static str, u32, u32),
    /// More torrents than Shoal keeps.
    TooMany,
    /// Shoal is quitting.
    ShuttingDown,
}

/// Why a torrent's data could not be prepared, or why it stands still until the user acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The folder to save to, or its volume, is not there.
    FolderMissing(PathBuf),
    /// Data that is not this torrent's lies where it would be saved.
    FileInTheWay(PathBuf),
    /// Not allowed to read or write there.
    PermissionDenied(PathBuf),
    /// The volume has too little room: bytes needed.
    DiskFull {
        /// Bytes still to be written.
        needed_bytes: u64,
        /// Where the volume is mounted; when that is unknown, a folder on it.
        volume: PathBuf,
    },
    /// Another volume is where the one with this torrent's data was.
    VolumeChanged(PathBuf),
    /// The volume cannot be written to.
    ReadOnly(PathBuf),
    /// The volume's file system cannot hold a file of that size.
    FileTooBig(PathBuf),
    /// As many torrents run as the system's limit on open files allows.
    TooManyRunning,
    /// Files are there that are not known to be this torrent's and are partly its own.
    MatchesPartly {
        /// The first such file.
        path: PathBuf,
        /// Bytes in them that are this torrent's.
        good_bytes: u64,
        /// Bytes that these files have in the torrent.
        total_bytes: u64,
    },
    /// The data could not be moved there, and is where it was.
    MoveFailed {
        /// The folder it was to go to.
        to: PathBuf,
        /// What was wrong.
        why: Box<Fault>,
    },
    /// Files that were complete are gone or changed.
    FilesChanged,
    /// A disk error: the system's words.
    Io(String),
    /// The engine failed inside; tried again by itself.
    Internal(String),
    /// A magnet without trackers while DHT is off: nobody can be asked for its metadata.
    NoPeerSource,
    /// The engine cannot run this torrent: its words.
    Unsupported(String),
    /// The metadata that a magnet leads to is not acceptable: a code of `MetainfoError`.
    BadMetadata(String),
    /// The stored metainfo of this torrent cannot be read.
    StoreDamaged,
    /// It was removed with its files, but these could not be moved to the trash: the system's
    /// words. It is back in the list, stopped.
    TrashFailed(String),
}

/// How far the data of a torrent is, found before it is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Verified pieces.
    pub have: Bitfield,
    /// Files that are this torrent's own, one bit a file.
    pub owned: Bitfield,
    /// Bytes of wanted files that are verified.
    pub have_bytes: u64,
    /// The name on disk, when it was not yet fixed.
    pub disk_name: String,
    /// The folder the data lies in until it is complete; none: in `save_path`. As in the record,
    /// unless a new torrent with such a folder had nothing in there and files in `save_path`: then
    /// it stays there.
    pub unfinished_path: Option<PathBuf>,
    /// The volume it lies on; none when unknown.
    pub volume: Option<VolumeMark>,
    /// One stamp a file in metainfo order, taken before the data was looked at; for
    /// [`FileTarget::stamp`](crate::FileTarget::stamp).
    pub stamps: Vec<FileStamp>,
}

/// What the state machine is told.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The user wants something.
    Command(CommandId, Command),
    /// The engine reports.
    Engine(EngineEvent),
    /// A second has passed, and the clock on the wall shows this: a look at the running torrents is due.
    Tick(Wall),
    /// Progress of a check, in bytes.
    CheckProgress {
        /// Which torrent.
        hash: InfoHash,
        /// Which preparation.
        op: OpId,
        /// Read so far.
        done_bytes: u64,
        /// To read in all.
        total_bytes: u64,
    },
    /// A preparation ended.
    Prepared {
        /// Which torrent.
        hash: InfoHash,
        /// Which preparation.
        op: OpId,
        /// What was found.
        outcome: Result<Prepared, Fault>,
    },
    /// The data of a finished torrent was flushed to disk.
    Flushed {
        /// Which torrent.
        hash: InfoHash,
        /// Which start.
        op: OpId,
        /// Whether it worked.
        ok: bool,
    },
    /// Moving data to or from the trash ended.
    TrashDone {
        /// Which torrent.
        hash: InfoHash,
        /// Error text, if it did not work.
        error: Option<String>,
    },
    /// A relocation ended. After an error a file may be here or there, but none is lost, and none is
    /// in both places unless it is the same file.
    Relocated {
        /// Which torrent.
        hash: InfoHash,
        /// Which relocation.
        op: OpId,
        /// Everything is there, or what was wrong.
        outcome: Result<(), Fault>,
    },
    /// Progress of a relocation, in bytes.
    MoveProgress {
        /// Which torrent.
        hash: InfoHash,
        /// Which relocation.
        op: OpId,
        /// Moved so far.
        done_bytes: u64,
        /// To move in all.
        total_bytes: u64,
    },
    /// A look at whether a fault has passed ended.
    Probed {
        /// Which torrent.
        hash: InfoHash,
        /// It is worth another try.
        passed: bool,
    },
    /// Files of a torrent that runs and is whole are gone or look otherwise.
    FilesChanged {
        /// Which torrent.
        hash: InfoHash,
    },
    /// The last `Store` effect was committed.
    Stored,
    /// The last `Store` effect could not be committed; nothing of it was.
    StoreFailed(String),
    /// What the system says of the computer has changed.
    Around(Around),
    /// A program has ended, or could not be run.
    ProgramEnded {
        /// For which torrent it was.
        hash: InfoHash,
        /// Its status, or why there is none: a word of ours, or the system's.
        outcome: Result<i32, String>,
        /// What it said, clean text.
        output: String,
    },
    /// Begin to quit: stop everything without changing any intent.
    Quit,
}
