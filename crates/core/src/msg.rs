//! Everything the state machine can be told, and everything it can ask for. Both lists are closed.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc};

use shoal_metainfo::{Bitfield, InfoHash, Metainfo};

use crate::{
    EngineEvent, EngineRequest, FileStamp, Intent, Label, OpId, Order, Place, Priorities, Renames,
    Renaming, ResumeData, Selection, SelectionChange, SettingError, SettingValue, Source,
    TorrentRecord, UndoStep, VolumeMark,
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
    /// Absolute folder to save to.
    pub save_path: PathBuf,
    /// Files wanted.
    pub selection: Selection,
    /// Run or stop.
    pub intent: Intent,
    /// Labels.
    pub labels: Vec<String>,
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
    /// Set which files of a torrent are wanted before others.
    SetPriorities(InfoHash, Priorities),
    /// Pause the checks of torrents, or let them go on.
    HoldCheck(Vec<InfoHash>, bool),
    /// Set the labels of torrents.
    SetLabels(Vec<InfoHash>, Vec<String>),
    /// Make or recolour a label.
    PutLabel(Label),
    /// Delete a label and take it off every torrent.
    DropLabel(String),
    /// Change settings: all of them or, when one is refused, none.
    SetSettings(BTreeMap<String, SettingValue>),
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
    /// A label's name is empty or over 64 characters, or its colour is not in the palette.
    BadLabel,
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
    /// A second has passed: a look at the running torrents is due.
    Tick,
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
    /// Begin to quit: stop everything without changing any intent.
    Quit,
}

/// One write to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOp {
    /// Insert or replace a torrent's row. Its `renames` are left as they are stored.
    PutTorrent(Box<TorrentRecord>),
    /// Set the names on disk of a torrent's files; [`DropTorrent`](Self::DropTorrent) forgets them.
    PutNames(InfoHash, Renames),
    /// Keep what is known of a torrent's data.
    PutResume(InfoHash, Box<ResumeData>),
    /// Keep a torrent's .torrent bytes.
    PutMetainfo(InfoHash, Arc<Vec<u8>>),
    /// Forget a torrent for good, with its metainfo and resume data.
    DropTorrent(InfoHash),
    /// Mark the resume data as not to be trusted until a clean stop.
    MarkDirty(InfoHash),
    /// Insert or replace a label.
    PutLabel(Label),
    /// Delete a label.
    DropLabel(String),
    /// Set a setting; none deletes it, which means the default.
    PutSetting(String, Option<SettingValue>),
    /// Insert or replace a step of the undo journal.
    PutUndo(UndoStep),
    /// Forget a step.
    DropUndo(u64),
}

/// What must be done, in this order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Commit all of it or nothing, then go on with the effects behind it. When that fails, they
    /// are dropped, and the state is told [`Msg::StoreFailed`].
    Store(Vec<StoreOp>),
    /// Commit some time soon; losing it costs nothing but a little work.
    StoreSoon(Vec<StoreOp>),
    /// Ask the engine.
    Engine(EngineRequest),
    /// Find out what of a torrent is on disk, checking if needed; ends in [`Msg::Prepared`].
    Prepare {
        /// Which torrent.
        hash: InfoHash,
        /// Which preparation.
        op: OpId,
        /// Check everything even if the stored state could be trusted.
        full_check: bool,
        /// Names on disk that other torrents use in the same folder.
        avoid: Vec<String>,
        /// Use a name on disk that nothing has yet.
        fresh_name: bool,
        /// Files that are there are this torrent's, whatever is in them.
        adopt: bool,
    },
    /// Give up a preparation. Not answered.
    CancelPrepare(InfoHash),
    /// Pause the check of a torrent that is being prepared (true), or let it go on. A preparation
    /// that begins is not paused.
    HoldCheck(InfoHash, bool),
    /// Move the files of a torrent that are at `from`, or are `to` already, all `to` there; ends in
    /// [`Msg::Relocated`]. Never replaces anything, and can be killed and asked for again at any
    /// moment. A second one for the same torrent begins when the first has ended.
    Relocate {
        /// Which torrent.
        hash: InfoHash,
        /// Which relocation.
        op: OpId,
        /// Where its files were.
        from: Place,
        /// Where they go.
        to: Place,
    },
    /// Leave off a relocation at the next safe point: each file is then at one of the two places. Not
    /// answered.
    CancelRelocate(InfoHash),
    /// See whether what a torrent waits for, the [`Trouble`](crate::Trouble) it has, is over: a cheap
    /// look that checks no data and changes nothing; ends in [`Msg::Probed`].
    Probe(InfoHash),
    /// Start a prepared torrent in the engine.
    EngineStart {
        /// Which torrent.
        hash: InfoHash,
        /// Which start.
        op: OpId,
        /// What was found.
        prepared: Box<Prepared>,
        /// Peers known already.
        peers: Vec<SocketAddr>,
    },
    /// Keep what is known of a torrent's data, with the stamps of its files.
    SaveResume {
        /// Which torrent.
        hash: InfoHash,
        /// Verified pieces.
        have: Bitfield,
        /// Files it owns.
        owned: Bitfield,
    },
    /// Flush the data of a finished torrent to disk, then keep what is known of it as with
    /// [`Effect::SaveResume`]; ends in [`Msg::Flushed`].
    Flush {
        /// Which torrent.
        hash: InfoHash,
        /// Which start.
        op: OpId,
        /// Verified pieces.
        have: Bitfield,
        /// Files it owns.
        owned: Bitfield,
    },
    /// Move a removed torrent's own files to the trash; ends in [`Msg::TrashDone`].
    Trash(InfoHash),
    /// Bring them back from there; ends in [`Msg::TrashDone`].
    Untrash(InfoHash),
    /// Answer a command.
    Reply(CommandId, Reply),
    /// Something shown has changed: take the delta.
    Publish,
    /// All is stopped and stored: leave.
    Exit,
}
