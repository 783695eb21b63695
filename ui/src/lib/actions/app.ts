/** What actions need of the application, and what they all ask of the selection. */
import { tick } from 'svelte';
import type { Adding } from '$lib/adding';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { isMoving } from '$lib/domain/phase';
import type { Order } from '$lib/domain/view-sort';
import type { PrefsStore } from '$lib/stores/prefs.svelte';
import type { TorrentStore } from '$lib/stores/torrents.svelte';
import type { UndoStore } from '$lib/stores/undo.svelte';
import type { WatchStore } from '$lib/stores/watch.svelte';

export interface ActionApp extends Adding {
  readonly torrents: TorrentStore;
  readonly undo: UndoStore;
  readonly watch: Pick<WatchStore, 'folders' | 'look'>;
  readonly prefs: Pick<PrefsStore, 'get' | 'set'>;
  readonly sidebar: boolean;
  readonly details: boolean;
  set(key: string, value: boolean | number | string): void;
  setOrder(order: Order): void;
}

export const selected = (app: ActionApp): readonly TorrentRow[] =>
  app.ui.view === 'list' ? app.torrents.selected : [];
export const hashes = (rows: readonly TorrentRow[]): string[] => rows.map(({ hash }) => hash);
export const some = (app: ActionApp): boolean => selected(app).length > 0;
export const every = (app: ActionApp, is: (row: TorrentRow) => boolean): boolean =>
  some(app) && selected(app).every(is);
/** Shortcuts do nothing behind a dialog. */
export const free = (app: ActionApp): boolean => app.ui.dialog === null;
export const only = (app: ActionApp): TorrentRow | null => {
  const rows = selected(app);
  return rows.length === 1 ? (rows[0] ?? null) : null;
};

/** To a torrent in the list, whatever the list shows. */
export async function goToTorrent(app: ActionApp, hash: string): Promise<void> {
  app.ui.view = 'list';
  if (!app.torrents.visible.includes(hash)) app.ui.showAll();
  app.torrents.selection.only(hash);
  // The list has to show it before it can go there.
  await tick();
  app.ui.askForList();
}

/** Its files are known, and they stay where they are for now. */
export const hasFiles = (row: TorrentRow): boolean => row.wanted_bytes !== null && !isMoving(row);
