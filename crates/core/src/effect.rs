//! Everything the state machine can ask for: what is to be stored, and what is to be done. The lists
//! are closed.

use std::{ffi::OsString, net::SocketAddr, sync::Arc};

use shoal_metainfo::{Bitfield, InfoHash};

use crate::{
    AfterState, AllDoneKind, CommandId, EngineRequest, Intent, Label, Limits, LogNote, OpId, Place,
    Prepared, Renames, Reply, ResumeData, Rules, SettingValue, Timestamp, TorrentRecord, UndoStep,
    WatchEntry, WatchFolder, WatchId,
};

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
    /// Replace the labels of a torrent, and nothing else of it: done to thousands at once.
    GiveLabels(InfoHash, Vec<String>),
    /// Set whether a torrent is to run, and nothing else of it: done to thousands at once.
    SetIntent(InfoHash, Intent),
    /// Set the place of a torrent in the list's own order, and nothing else of it.
    SetRank(InfoHash, i64),
    /// Set the limits and goals of a torrent, and nothing else of it.
    SetRules(InfoHash, Rules),
    /// Insert or replace a label.
    PutLabel(Label),
    /// Give a label another name; it keeps its place among the labels.
    RenameLabel(String, String),
    /// Delete a label.
    DropLabel(String),
    /// Add an entry to the log of a torrent, unless it says of the same thing again that it is wrong.
    Log(InfoHash, LogNote),
    /// Remember how the window is arranged; none forgets it.
    PutPref(String, Option<String>),
    /// Set a setting; none deletes it, which means the default.
    PutSetting(String, Option<SettingValue>),
    /// Insert or replace a watch folder.
    PutWatch(Box<WatchFolder>),
    /// Watch a folder no longer; its history stays.
    DropWatch(WatchId),
    /// Add an entry to the history of watch folders, of which the newest
    /// [`WATCH_ENTRIES_MAX`](crate::WATCH_ENTRIES_MAX) are kept.
    PutWatchEntry(Box<WatchEntry>),
    /// Set what became of the original of an entry, if there still is one.
    SetWatchAfter(u64, AfterState),
    /// Remember that the user has removed a torrent, its name, and when.
    PutTombstone(InfoHash, String, Timestamp),
    /// Forget that.
    DropTombstone(InfoHash),
    /// Insert or replace a step of the undo journal.
    PutUndo(UndoStep),
    /// Forget a step.
    DropUndo(u64),
}

/// What must be done, in this order.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Commit all of it or nothing and tell the state [`Msg::Stored`](crate::Msg::Stored), then go on
    /// with the effects behind it, and after them with those of that message. When it fails, they are
    /// dropped, and the state is told [`Msg::StoreFailed`](crate::Msg::StoreFailed).
    Store(Vec<StoreOp>),
    /// Commit some time soon; losing it costs nothing but a little work.
    StoreSoon(Vec<StoreOp>),
    /// Ask the engine.
    Engine(EngineRequest),
    /// Find out what of a torrent is on disk, checking if needed; ends in [`Msg::Prepared`](crate::Msg::Prepared).
    Prepare {
        /// Which torrent.
        hash: InfoHash,
        /// Which preparation.
        op: OpId,
        /// Check everything even if the stored state could be trusted.
        full_check: bool,
        /// Names on disk that other torrents use in the same folder.
        avoid: Arc<Vec<String>>,
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
    /// [`Msg::Relocated`](crate::Msg::Relocated). Never replaces anything, and can be killed and asked for again at any
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
    /// look that checks no data and changes nothing; ends in [`Msg::Probed`](crate::Msg::Probed).
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
        /// What it is to keep within by itself.
        limits: Limits,
    },
    /// Run a program for a torrent that has become complete; ends in
    /// [`Msg::ProgramEnded`](crate::Msg::ProgramEnded). One at a time.
    RunProgram {
        /// Which torrent.
        hash: InfoHash,
        /// The program and its arguments; no shell.
        argv: Vec<OsString>,
        /// What is added to its environment.
        env: Vec<(&'static str, OsString)>,
    },
    /// Nothing downloads any more, and nobody has said no: do this.
    WhenAllDone(AllDoneKind),
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
    /// [`Effect::SaveResume`]; ends in [`Msg::Flushed`](crate::Msg::Flushed).
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
    /// Move a removed torrent's own files to the trash; ends in [`Msg::TrashDone`](crate::Msg::TrashDone).
    Trash(InfoHash),
    /// Delete a removed torrent's own files for good; ends in
    /// [`Msg::TrashDone`](crate::Msg::TrashDone).
    Delete(InfoHash),
    /// Bring them back from the trash; ends in [`Msg::TrashDone`](crate::Msg::TrashDone).
    Untrash(InfoHash),
    /// These are the watch folders now, paused ones too; told at the start, and when their rules or a
    /// setting that matters to them has changed.
    Watch(Vec<WatchFolder>),
    /// Answer a command.
    Reply(CommandId, Reply),
    /// Something shown has changed: take the delta.
    Publish,
    /// All is stopped and stored: leave.
    Exit,
}
