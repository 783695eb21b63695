//! The commands: what the interface can ask, with the type of each answer.
//!
//! Every command has a name in `snake_case`, one request struct and one answer. Both shells serve
//! exactly this list; [`COMMANDS`] is what the API documentation is made from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ChangeLabelsRequest, CreateJobRequest, CreateLook, CreateRequest, CreateSaved, CreateStarted,
    CreateStatus, ExistingView, ExportedSettings, FileRow, FindFilesRequest, FolderInfo,
    FolderList, FoundFiles, Hash, HoldCheckRequest, ImportReport, ImportRequest, LabelDefaults,
    LocateReply, LocateRequest, LogEntry, LogRequest, LookAtTargetRequest, MoveDataRequest,
    Overview, PeerRow, PieceMap, Preview, PriorityView, PutWatchRequest, QueueMoveRequest,
    RenameLabelRequest, RenamePathRequest, RenameReply, RenameRequest, RulesReply, SetOrderRequest,
    SetPrefRequest, SetPrioritiesRequest, SetRulesRequest, SettingValueView, SettingView, Snapshot,
    SpeedHistory, SpeedHistoryRequest, SpeedSlowRequest, Statistics, TargetLook, TorrentFile,
    WatchDryRun, WatchDryRunRequest, WatchEntriesRequest, WatchHistory, WatchHistoryRequest,
    WatchPut, WatchRequest,
};

/// Something that may be added.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum InspectSource {
    /// A magnet link, an info-hash or an http(s) URL of a .torrent; at most 64 KiB.
    Text {
        /// The text.
        text: String,
    },
    /// A .torrent file on the machine Shoal runs on. Only from the desktop window.
    Path {
        /// Full path.
        path: String,
    },
    /// The bytes of a .torrent file; at most 20 MB.
    Bytes {
        /// Name of the file, for showing.
        name: String,
        /// Base64.
        base64: String,
    },
}

/// What to do with the files of removed torrents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RemoveDataView {
    /// Leave them.
    Keep,
    /// Move those the torrent wrote to the trash.
    Trash,
    /// Delete those the torrent wrote, for good: for where there is no trash. Cannot be undone.
    Delete,
}

/// How to start a torrent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum AddedView {
    /// It is new in the list.
    Added,
    /// It was there; trackers were merged.
    AlreadyAdded,
}

macro_rules! requests {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$fdoc:meta])* $field:ident : $ty:ty, )* } )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize, TS)]
        #[serde(deny_unknown_fields)]
        #[ts(export)]
        pub struct $name { $( $(#[$fdoc])* pub $field: $ty, )* }
    )* };
}
pub(crate) use requests;

requests! {
    /// Find out what something is, without adding it.
    InspectRequest {
        /// What.
        source: InspectSource,
    }
    /// Add what was inspected.
    AddRequest {
        /// From the preview.
        preview_id: String,
        /// Full path of the folder to save to; none for what its labels or the settings say.
        save_path: Option<String>,
        /// Indices of the files wanted; none for all of them.
        wanted: Option<Vec<u32>>,
        /// Start at once; none for what its labels say, or else yes.
        start: Option<bool>,
        /// Labels; it also gets those whose rules it fits.
        labels: Vec<String>,
        /// It gets none but these labels, also when it fits the rules of others.
        #[ts(optional)]
        only_labels: Option<bool>,
        /// For a magnet: ask which files once they are known.
        choose_files: bool,
        /// What to do with files that lie there already; none to wait and ask.
        #[ts(optional)]
        existing: Option<ExistingView>,
        /// Priorities by index, of files that are not of normal priority.
        #[ts(optional)]
        priorities: Option<BTreeMap<u32, PriorityView>>,
        /// From the first piece to the last; none for what the settings say.
        #[ts(optional)]
        sequential: Option<bool>,
        /// First and last pieces of each file first; none for what the settings say.
        #[ts(optional)]
        first_last: Option<bool>,
        /// First in the list's own order; otherwise last.
        #[ts(optional)]
        top: Option<bool>,
    }
    /// Some torrents.
    HashesRequest {
        /// Which; at most 100,000.
        hashes: Vec<Hash>,
    }
    /// One torrent.
    HashRequest {
        /// Which.
        hash: Hash,
    }
    /// Take torrents off the list.
    RemoveRequest {
        /// Which.
        hashes: Vec<Hash>,
        /// What to do with their files.
        data: RemoveDataView,
    }
    /// Choose the files of a torrent.
    SelectRequest {
        /// Which torrent.
        hash: Hash,
        /// Indices of the files wanted, at least one.
        wanted: Vec<u32>,
    }
    /// Set the labels of torrents.
    SetLabelsRequest {
        /// Which torrents.
        hashes: Vec<Hash>,
        /// All labels they are to have.
        labels: Vec<String>,
    }
    /// Make or recolour a label.
    PutLabelRequest {
        /// 1 to 64 characters.
        name: String,
        /// 0 to 5.
        colour: u8,
        /// What it brings with it; none to leave that as it is.
        #[ts(optional)]
        defaults: Option<LabelDefaults>,
    }
    /// A label.
    LabelRequest {
        /// Its name.
        name: String,
    }
    /// Change settings: all or, when one is refused, none.
    SetSettingsRequest {
        /// New values by key.
        values: BTreeMap<String, SettingValueView>,
    }
    /// A folder.
    FolderRequest {
        /// Full path; empty for the default downloads folder.
        path: String,
    }
    /// No parameters.
    Nothing {}
}

/// The answer to `add`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AddReply {
    /// Info-hash.
    pub hash: Hash,
    /// New or known.
    pub outcome: AddedView,
}

/// One command, for documentation and for checking that every shell serves it.
#[derive(Clone, Copy, Debug)]
pub struct CommandDef {
    /// Name, as in `POST /api/v1/<name>`.
    pub name: &'static str,
    /// Type of the request.
    pub request: &'static str,
    /// Type of the answer.
    pub answer: &'static str,
    /// One sentence.
    pub doc: &'static str,
}

/// Calls `$then!` with every command: name, request type, answer type, sentence.
#[macro_export]
macro_rules! for_each_command {
    ($then:ident) => {
        $then! {
            snapshot(Nothing) -> Snapshot, "Everything at this moment, for scripts; the window uses the stream of events.";
            inspect(InspectRequest) -> Preview, "Finds out what a .torrent, magnet or URL is, without adding it.";
            add(AddRequest) -> AddReply, "Adds what was inspected.";
            start(HashesRequest) -> Nothing, "Starts torrents.";
            stop(HashesRequest) -> Nothing, "Stops torrents.";
            force_start(HashesRequest) -> Nothing, "Starts torrents whatever the queue says.";
            remove(RemoveRequest) -> Nothing, "Takes torrents off the list; can be undone.";
            select_files(SelectRequest) -> Nothing, "Chooses the files of a torrent.";
            recheck(HashesRequest) -> Nothing, "Checks data on disk against its hashes.";
            save_beside(HashRequest) -> Nothing, "Gives a torrent whose place is taken another name on disk.";
            adopt(HashRequest) -> Nothing, "Takes the files that lie at a torrent's place for its own, so that they may be completed.";
            move_data(MoveDataRequest) -> Nothing, "Moves the data of torrents to another folder; ends at once, the rows tell how far it is.";
            cancel_move(HashesRequest) -> Nothing, "Takes a move that goes on back.";
            rename(RenameRequest) -> RenameReply, "Gives a torrent another name, in the list and on disk; can be undone.";
            rename_path(RenamePathRequest) -> RenameReply, "Gives a file or folder of a torrent another name on disk; can be undone.";
            locate(LocateRequest) -> LocateReply, "Looks for a torrent's data in a folder, by names and sizes, and uses it there after a check.";
            set_order(SetOrderRequest) -> Nothing, "Chooses the order in which torrents are fetched.";
            set_priorities(SetPrioritiesRequest) -> Nothing, "Chooses how early files are fetched, or that they are not.";
            hold_check(HoldCheckRequest) -> Nothing, "Pauses checks, or lets them go on.";
            set_labels(SetLabelsRequest) -> Nothing, "Sets the labels of torrents.";
            put_label(PutLabelRequest) -> Nothing, "Makes a label, or gives one another colour and what it brings with it; can be undone.";
            drop_label(LabelRequest) -> Nothing, "Deletes a label and takes it off every torrent.";
            change_labels(ChangeLabelsRequest) -> Nothing, "Gives labels to torrents and takes others off them: one step to take back.";
            rename_label(RenameLabelRequest) -> Nothing, "Gives a label another name; its colour and its torrents stay.";
            queue_move(QueueMoveRequest) -> Nothing, "Moves torrents in the queue, which is the list's own order; can be undone.";
            set_rules(SetRulesRequest) -> Nothing, "Gives torrents limits and goals of their own, or takes them away; can be undone.";
            rules(HashesRequest) -> RulesReply, "Limits and goals of torrents, and whose values are in force.";
            speed_slow(SpeedSlowRequest) -> Nothing, "Switches the slow limits on or off by hand.";
            cancel_all_done(Nothing) -> Nothing, "Calls off what was to happen because all downloads are done.";
            undo(Nothing) -> Nothing, "Takes the last step back.";
            redo(Nothing) -> Nothing, "Does the last step that was taken back again.";
            overview(HashRequest) -> Overview, "Facts of one torrent.";
            files(HashRequest) -> Vec<FileRow>, "Files of one torrent; empty until they are known.";
            peers(HashRequest) -> Vec<PeerRow>, "Peers of one torrent, at most 2,000.";
            pieces(HashRequest) -> PieceMap, "Pieces of one torrent.";
            log(LogRequest) -> Vec<LogEntry>, "What happened to one torrent, newest first, 200 a call; at most 1,000 are kept.";
            torrent_file(HashRequest) -> TorrentFile, "The .torrent file of one torrent.";
            find_files(FindFilesRequest) -> FoundFiles, "Torrents that have a file whose path holds all words of a text.";
            speed_history(SpeedHistoryRequest) -> SpeedHistory, "Speeds over time, of one torrent or of all together.";
            statistics(Nothing) -> Statistics, "Sums of this session, of all of them, and of days.";
            set_pref(SetPrefRequest) -> Nothing, "Remembers how the window is arranged; no step to take back.";
            export_settings(Nothing) -> ExportedSettings, "Settings that differ from their defaults, labels and arrangements of the window, as a file.";
            import_settings(ImportRequest) -> ImportReport, "Says what a settings file changes, and changes it when asked to.";
            settings(Nothing) -> Vec<SettingView>, "Every setting with type, range and value.";
            set_settings(SetSettingsRequest) -> Nothing, "Changes settings: all or none.";
            folder_info(FolderRequest) -> FolderInfo, "What a folder to save to is like.";
            list_folders(FolderRequest) -> FolderList, "Folders below a folder.";
            look_at_target(LookAtTargetRequest) -> TargetLook, "What lies where an inspected torrent would be saved, and whether there is room.";
            watch_put(PutWatchRequest) -> WatchPut, "Makes a watch folder, or changes its rules; can be undone.";
            watch_drop(WatchRequest) -> Nothing, "Watches a folder no longer; its files and torrents stay. Can be undone.";
            watch_look(WatchRequest) -> Nothing, "Looks through a watch folder now.";
            watch_history(WatchHistoryRequest) -> WatchHistory, "What became of the files in watch folders, newest first, 100 a call; at most 50,000 are kept.";
            watch_retry(WatchEntriesRequest) -> Nothing, "Tries files again that could not be added.";
            watch_add_again(WatchEntriesRequest) -> Nothing, "Adds again what was removed, from its file, wherever the rules have put that.";
            watch_dry_run(WatchDryRunRequest) -> WatchDryRun, "Says what rules would do to the files that are there now, and touches none.";
            create_look(CreateRequest) -> CreateLook, "What a torrent would be made of; checks what is asked for, and reads no file.";
            create_start(CreateRequest) -> CreateStarted, "Begins to make a torrent; at most four at once.";
            create_status(CreateJobRequest) -> CreateStatus, "How far the making of a torrent is.";
            create_cancel(CreateJobRequest) -> Nothing, "Cancels the making of a torrent.";
            create_save(CreateJobRequest) -> CreateSaved, "The .torrent file that was made.";
        }
    };
}

macro_rules! list {
    ($( $name:ident($req:ty) -> $ans:ty, $doc:literal; )*) => {
        /// Every command.
        pub const COMMANDS: &[CommandDef] = &[ $( CommandDef {
            name: stringify!($name), request: stringify!($req), answer: stringify!($ans), doc: $doc,
        }, )* ];

        /// Type-checks that every request and answer in the list exists.
        #[expect(dead_code, reason = "only its compiling matters")]
        type AllCommands = ( $( fn($req) -> $ans, )* );
    };
}
for_each_command!(list);
