// Generated from crates/api by its test `generated`. Do not edit.
import type { AddReply } from "./AddReply";
import type { AddRequest } from "./AddRequest";
import type { ChangeLabelsRequest } from "./ChangeLabelsRequest";
import type { CreateJobRequest } from "./CreateJobRequest";
import type { CreateLook } from "./CreateLook";
import type { CreateRequest } from "./CreateRequest";
import type { CreateSaved } from "./CreateSaved";
import type { CreateStarted } from "./CreateStarted";
import type { CreateStatus } from "./CreateStatus";
import type { ExportedSettings } from "./ExportedSettings";
import type { FileRow } from "./FileRow";
import type { FindFilesRequest } from "./FindFilesRequest";
import type { FolderInfo } from "./FolderInfo";
import type { FolderList } from "./FolderList";
import type { FolderRequest } from "./FolderRequest";
import type { FoundFiles } from "./FoundFiles";
import type { HashRequest } from "./HashRequest";
import type { HashesRequest } from "./HashesRequest";
import type { HoldCheckRequest } from "./HoldCheckRequest";
import type { ImportReport } from "./ImportReport";
import type { ImportRequest } from "./ImportRequest";
import type { InspectRequest } from "./InspectRequest";
import type { LabelRequest } from "./LabelRequest";
import type { LocateReply } from "./LocateReply";
import type { LocateRequest } from "./LocateRequest";
import type { LogEntry } from "./LogEntry";
import type { LogRequest } from "./LogRequest";
import type { LookAtTargetRequest } from "./LookAtTargetRequest";
import type { MoveDataRequest } from "./MoveDataRequest";
import type { Nothing } from "./Nothing";
import type { Overview } from "./Overview";
import type { PeerRow } from "./PeerRow";
import type { PieceMap } from "./PieceMap";
import type { Preview } from "./Preview";
import type { PutLabelRequest } from "./PutLabelRequest";
import type { PutWatchRequest } from "./PutWatchRequest";
import type { QueueMoveRequest } from "./QueueMoveRequest";
import type { RemoveRequest } from "./RemoveRequest";
import type { RenameLabelRequest } from "./RenameLabelRequest";
import type { RenamePathRequest } from "./RenamePathRequest";
import type { RenameReply } from "./RenameReply";
import type { RenameRequest } from "./RenameRequest";
import type { RulesReply } from "./RulesReply";
import type { SelectRequest } from "./SelectRequest";
import type { SetLabelsRequest } from "./SetLabelsRequest";
import type { SetOrderRequest } from "./SetOrderRequest";
import type { SetPrefRequest } from "./SetPrefRequest";
import type { SetPrioritiesRequest } from "./SetPrioritiesRequest";
import type { SetRulesRequest } from "./SetRulesRequest";
import type { SetSettingsRequest } from "./SetSettingsRequest";
import type { SettingView } from "./SettingView";
import type { Snapshot } from "./Snapshot";
import type { SpeedHistory } from "./SpeedHistory";
import type { SpeedHistoryRequest } from "./SpeedHistoryRequest";
import type { SpeedSlowRequest } from "./SpeedSlowRequest";
import type { Statistics } from "./Statistics";
import type { TargetLook } from "./TargetLook";
import type { TorrentFile } from "./TorrentFile";
import type { WatchDryRun } from "./WatchDryRun";
import type { WatchDryRunRequest } from "./WatchDryRunRequest";
import type { WatchEntriesRequest } from "./WatchEntriesRequest";
import type { WatchHistory } from "./WatchHistory";
import type { WatchHistoryRequest } from "./WatchHistoryRequest";
import type { WatchPut } from "./WatchPut";
import type { WatchRequest } from "./WatchRequest";

/** Every command with its request and its answer. */
export interface Commands {
  /** Everything at this moment, for scripts; the window uses the stream of events. */
  snapshot: { request: Nothing; answer: Snapshot };
  /** Finds out what a .torrent, magnet or URL is, without adding it. */
  inspect: { request: InspectRequest; answer: Preview };
  /** Adds what was inspected. */
  add: { request: AddRequest; answer: AddReply };
  /** Starts torrents. */
  start: { request: HashesRequest; answer: Nothing };
  /** Stops torrents. */
  stop: { request: HashesRequest; answer: Nothing };
  /** Starts torrents whatever the queue says. */
  force_start: { request: HashesRequest; answer: Nothing };
  /** Takes torrents off the list; can be undone. */
  remove: { request: RemoveRequest; answer: Nothing };
  /** Chooses the files of a torrent. */
  select_files: { request: SelectRequest; answer: Nothing };
  /** Checks data on disk against its hashes. */
  recheck: { request: HashesRequest; answer: Nothing };
  /** Gives a torrent whose place is taken another name on disk. */
  save_beside: { request: HashRequest; answer: Nothing };
  /** Takes the files that lie at a torrent's place for its own, so that they may be completed. */
  adopt: { request: HashRequest; answer: Nothing };
  /** Moves the data of torrents to another folder; ends at once, the rows tell how far it is. */
  move_data: { request: MoveDataRequest; answer: Nothing };
  /** Takes a move that goes on back. */
  cancel_move: { request: HashesRequest; answer: Nothing };
  /** Gives a torrent another name, in the list and on disk; can be undone. */
  rename: { request: RenameRequest; answer: RenameReply };
  /** Gives a file or folder of a torrent another name on disk; can be undone. */
  rename_path: { request: RenamePathRequest; answer: RenameReply };
  /** Looks for a torrent's data in a folder, by names and sizes, and uses it there after a check. */
  locate: { request: LocateRequest; answer: LocateReply };
  /** Chooses the order in which torrents are fetched. */
  set_order: { request: SetOrderRequest; answer: Nothing };
  /** Chooses how early files are fetched, or that they are not. */
  set_priorities: { request: SetPrioritiesRequest; answer: Nothing };
  /** Pauses checks, or lets them go on. */
  hold_check: { request: HoldCheckRequest; answer: Nothing };
  /** Sets the labels of torrents. */
  set_labels: { request: SetLabelsRequest; answer: Nothing };
  /** Makes a label, or gives one another colour and what it brings with it; can be undone. */
  put_label: { request: PutLabelRequest; answer: Nothing };
  /** Deletes a label and takes it off every torrent. */
  drop_label: { request: LabelRequest; answer: Nothing };
  /** Gives labels to torrents and takes others off them: one step to take back. */
  change_labels: { request: ChangeLabelsRequest; answer: Nothing };
  /** Gives a label another name; its colour and its torrents stay. */
  rename_label: { request: RenameLabelRequest; answer: Nothing };
  /** Moves torrents in the queue, which is the list's own order; can be undone. */
  queue_move: { request: QueueMoveRequest; answer: Nothing };
  /** Gives torrents limits and goals of their own, or takes them away; can be undone. */
  set_rules: { request: SetRulesRequest; answer: Nothing };
  /** Limits and goals of torrents, and whose values are in force. */
  rules: { request: HashesRequest; answer: RulesReply };
  /** Switches the slow limits on or off by hand. */
  speed_slow: { request: SpeedSlowRequest; answer: Nothing };
  /** Calls off what was to happen because all downloads are done. */
  cancel_all_done: { request: Nothing; answer: Nothing };
  /** Takes the last step back. */
  undo: { request: Nothing; answer: Nothing };
  /** Does the last step that was taken back again. */
  redo: { request: Nothing; answer: Nothing };
  /** Facts of one torrent. */
  overview: { request: HashRequest; answer: Overview };
  /** Files of one torrent; empty until they are known. */
  files: { request: HashRequest; answer: Array<FileRow> };
  /** Peers of one torrent, at most 2,000. */
  peers: { request: HashRequest; answer: Array<PeerRow> };
  /** Pieces of one torrent. */
  pieces: { request: HashRequest; answer: PieceMap };
  /** What happened to one torrent, newest first, 200 a call; at most 1,000 are kept. */
  log: { request: LogRequest; answer: Array<LogEntry> };
  /** The .torrent file of one torrent. */
  torrent_file: { request: HashRequest; answer: TorrentFile };
  /** Torrents that have a file whose path holds all words of a text. */
  find_files: { request: FindFilesRequest; answer: FoundFiles };
  /** Speeds over time, of one torrent or of all together. */
  speed_history: { request: SpeedHistoryRequest; answer: SpeedHistory };
  /** Sums of this session, of all of them, and of days. */
  statistics: { request: Nothing; answer: Statistics };
  /** Remembers how the window is arranged; no step to take back. */
  set_pref: { request: SetPrefRequest; answer: Nothing };
  /** Settings that differ from their defaults, labels and arrangements of the window, as a file. */
  export_settings: { request: Nothing; answer: ExportedSettings };
  /** Says what a settings file changes, and changes it when asked to. */
  import_settings: { request: ImportRequest; answer: ImportReport };
  /** Every setting with type, range and value. */
  settings: { request: Nothing; answer: Array<SettingView> };
  /** Changes settings: all or none. */
  set_settings: { request: SetSettingsRequest; answer: Nothing };
  /** What a folder to save to is like. */
  folder_info: { request: FolderRequest; answer: FolderInfo };
  /** Folders below a folder. */
  list_folders: { request: FolderRequest; answer: FolderList };
  /** What lies where an inspected torrent would be saved, and whether there is room. */
  look_at_target: { request: LookAtTargetRequest; answer: TargetLook };
  /** Makes a watch folder, or changes its rules; can be undone. */
  watch_put: { request: PutWatchRequest; answer: WatchPut };
  /** Watches a folder no longer; its files and torrents stay. Can be undone. */
  watch_drop: { request: WatchRequest; answer: Nothing };
  /** Looks through a watch folder now. */
  watch_look: { request: WatchRequest; answer: Nothing };
  /** What became of the files in watch folders, newest first, 100 a call; at most 50,000 are kept. */
  watch_history: { request: WatchHistoryRequest; answer: WatchHistory };
  /** Tries files again that could not be added. */
  watch_retry: { request: WatchEntriesRequest; answer: Nothing };
  /** Adds again what was removed, from its file, wherever the rules have put that. */
  watch_add_again: { request: WatchEntriesRequest; answer: Nothing };
  /** Says what rules would do to the files that are there now, and touches none. */
  watch_dry_run: { request: WatchDryRunRequest; answer: WatchDryRun };
  /** What a torrent would be made of; checks what is asked for, and reads no file. */
  create_look: { request: CreateRequest; answer: CreateLook };
  /** Begins to make a torrent; at most four at once. */
  create_start: { request: CreateRequest; answer: CreateStarted };
  /** How far the making of a torrent is. */
  create_status: { request: CreateJobRequest; answer: CreateStatus };
  /** Cancels the making of a torrent. */
  create_cancel: { request: CreateJobRequest; answer: Nothing };
  /** The .torrent file that was made. */
  create_save: { request: CreateJobRequest; answer: CreateSaved };
}
