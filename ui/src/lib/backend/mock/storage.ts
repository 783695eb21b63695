/** The commands about places, names, order and the making of torrents, as the core would answer them. */
import { CallError } from '../backend';
import type { Commands } from '../generated/Commands';
import type { RenameReply } from '../generated/RenameReply';
import type { TorrentRow } from '../generated/TorrentRow';
import * as details from './details';
import { say } from './rows';

const MOVE_BPS = 400e6;

/** What these commands need of the mock. */
export interface StorageCore {
  row(hash: string): TorrentRow;
  put(row: TorrentRow): void;
  changed(): void;
  remember(kind: string, count: number, back: () => void, again: () => void): void;
  readonly started: (row: TorrentRow) => TorrentRow;
}

type Names =
  | 'adopt'
  | 'move_data'
  | 'cancel_move'
  | 'rename'
  | 'rename_path'
  | 'locate'
  | 'set_order'
  | 'set_priorities'
  | 'hold_check'
  | 'look_at_target';

export type StorageHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

/** A second of moving; the row itself once it is there. */
export function moveMore(row: TorrentRow, started: (row: TorrentRow) => TorrentRow): TorrentRow {
  const total = Number(row.sentence.params['total_bytes']);
  const done = Math.min(total, Number(row.sentence.params['done_bytes']) + MOVE_BPS);
  const path = row.sentence.params['path'] ?? row.save_path;
  if (done >= total) return started({ ...row, save_path: path, lies_in: null, moving: null });
  const eta = Math.ceil((total - done) / MOVE_BPS);
  const sentence = say('moving', { done_bytes: done, total_bytes: total, path, eta_s: eta });
  return { ...row, moving: done / Math.max(1, total), sentence };
}

function moving(row: TorrentRow, folder: string): TorrentRow {
  const path = folder === '' ? details.folderInfo('').path : folder;
  if (!details.folderInfo(path).usable) throw new CallError('folder_unusable', { path });
  const total = Math.max(1, row.have_bytes);
  const sentence = say('moving', { done_bytes: 0, total_bytes: total, path });
  return { ...row, ...{ status: 'waiting', down_bps: 0, up_bps: 0, eta_s: null }, moving: 0, sentence };
}

/** The name on disk for a name that was typed, as the core would choose it. */
function safeName(name: string): string {
  const safe = name.replace(/[/\\:*?"<>|]/g, '_').replace(/[. ]+$/, '');
  return safe === '' || safe.startsWith('.') ? `_${safe.slice(1)}` : safe;
}

/** Nothing to tell. */
type Done = Record<symbol, never>;

function placeHandlers(
  core: StorageCore,
): Pick<StorageHandlers, 'adopt' | 'move_data' | 'cancel_move' | 'locate' | 'look_at_target'> {
  const change = (hashes: readonly string[], to: (row: TorrentRow) => TorrentRow): Done => {
    for (const row of hashes.map((hash) => to(core.row(hash)))) core.put(row);
    core.changed();
    return {};
  };
  return {
    adopt: ({ hash }) => change([hash], core.started),
    move_data: ({ hashes, folder }) => change(hashes, (row) => moving(row, folder)),
    cancel_move: ({ hashes }) =>
      change(hashes, (row) => (row.moving === null ? row : core.started({ ...row, moving: null }))),
    locate: ({ hash, folder }) => {
      const row = core.row(hash);
      const total = { total_files: row.file_count ?? 0, total_bytes: row.wanted_bytes ?? 0 };
      if (!details.folderInfo(folder).usable) throw new CallError('folder_unusable', { path: folder });
      if (folder.endsWith('Documents')) {
        return { ...total, found_files: 0, found_bytes: 0, folder, cut_short: false };
      }
      change([hash], (found) => ({ ...core.started(found), save_path: folder, lies_in: null }));
      const found = { found_files: total.total_files, found_bytes: total.total_bytes };
      return { ...total, ...found, folder, cut_short: false };
    },
    look_at_target: ({ folder }) => {
      const { path, free_bytes: free } = details.folderInfo(folder);
      const taken = path.endsWith('Films') ? 2 : 0;
      return {
        files_there: taken,
        different: taken / 2,
        same_size: taken / 2,
        first: taken > 0 ? `${path}/film/behind-the-scenes.mp4` : null,
        first_size_bytes: taken > 0 ? 140e6 : null,
        first_torrent_bytes: taken > 0 ? 310e6 : null,
        enough_room: (free ?? 0) > 2.2e9,
        needed_bytes: 2.2e9,
        free_bytes: free,
      };
    },
  };
}

function nameHandlers(core: StorageCore): Pick<StorageHandlers, 'rename' | 'rename_path'> {
  return {
    rename: ({ hash, name }): RenameReply => {
      const row = core.row(hash);
      if (name.trim() === '') throw new CallError('name_empty');
      const put = (): void => core.put({ ...core.row(hash), name });
      put();
      core.remember('renamed', 1, () => core.put({ ...core.row(hash), name: row.name }), put);
      return { name, disk_name: safeName(name) };
    },
    rename_path: ({ hash, path, name }): RenameReply => {
      const row = core.row(hash);
      const safe = safeName(name);
      if (name.trim() === '') throw new CallError('name_empty');
      if (safe !== name) throw new CallError('name_unsafe', { name, safe });
      const back = details.renamePath(row, path, name);
      core.remember('renamed', 1, back, () => void details.renamePath(row, path, name));
      return { name, disk_name: name };
    },
  };
}

function orderHandlers(
  core: StorageCore,
): Pick<StorageHandlers, 'set_order' | 'set_priorities' | 'hold_check'> {
  return {
    set_order: ({ hashes, sequential, first_last: ends }) => {
      for (const hash of hashes) core.put({ ...core.row(hash), sequential, first_last: ends });
      core.changed();
      return {};
    },
    set_priorities: ({ hash, files, priority }) => {
      details.setPriorities(core.row(hash), files, priority);
      core.put(core.row(hash));
      core.changed();
      return {};
    },
    hold_check: ({ hashes, hold }) => {
      for (const row of hashes.map((hash) => core.row(hash))) {
        if (row.status !== 'checking') continue;
        core.put({ ...row, sentence: hold ? say('check_paused') : say('checking', { eta_s: 240 }) });
      }
      core.changed();
      return {};
    },
  };
}

export function storageHandlers(core: StorageCore): StorageHandlers {
  return { ...placeHandlers(core), ...nameHandlers(core), ...orderHandlers(core) };
}
