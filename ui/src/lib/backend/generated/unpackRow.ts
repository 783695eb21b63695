// Generated from crates/api by its test `generated`. Do not edit.
import type { TorrentRow } from "./TorrentRow";

/** A row as a list of its values. */
export type PackedRow = ReadonlyArray<unknown>;

/** Makes a row of packed values. */
export function unpackRow(values: PackedRow): TorrentRow {
  return {
    hash: values[0] as TorrentRow["hash"],
    name: values[1] as TorrentRow["name"],
    status: values[2] as TorrentRow["status"],
    sentence: values[3] as TorrentRow["sentence"],
    intent: values[4] as TorrentRow["intent"],
    wanted_bytes: values[5] as TorrentRow["wanted_bytes"],
    have_bytes: values[6] as TorrentRow["have_bytes"],
    check: values[7] as TorrentRow["check"],
    down_bps: values[8] as TorrentRow["down_bps"],
    up_bps: values[9] as TorrentRow["up_bps"],
    downloaded_bytes: values[10] as TorrentRow["downloaded_bytes"],
    uploaded_bytes: values[11] as TorrentRow["uploaded_bytes"],
    ratio: values[12] as TorrentRow["ratio"],
    eta_s: values[13] as TorrentRow["eta_s"],
    peers_connected: values[14] as TorrentRow["peers_connected"],
    peers_sending: values[15] as TorrentRow["peers_sending"],
    file_count: values[16] as TorrentRow["file_count"],
    labels: values[17] as TorrentRow["labels"],
    private: values[18] as TorrentRow["private"],
    added_at: values[19] as TorrentRow["added_at"],
    completed_at: values[20] as TorrentRow["completed_at"],
    active_at: values[21] as TorrentRow["active_at"],
    save_path: values[22] as TorrentRow["save_path"],
    lies_in: values[23] as TorrentRow["lies_in"],
    moving: values[24] as TorrentRow["moving"],
    sequential: values[25] as TorrentRow["sequential"],
    first_last: values[26] as TorrentRow["first_last"],
    rank: values[27] as TorrentRow["rank"],
    trackers: values[28] as TorrentRow["trackers"],
    queue_place: values[29] as TorrentRow["queue_place"],
    limited: values[30] as TorrentRow["limited"],
    goal: values[31] as TorrentRow["goal"],
  };
}
