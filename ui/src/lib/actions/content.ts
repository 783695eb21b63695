/** What the user can do with what torrents hold: open it, show it in the folder, hand it on. */
import { CallError, toCallError } from '$lib/backend/backend';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { t } from '$lib/i18n';
import { free, hasFiles, hashes, only, selected, some, type ActionApp } from './app';
import type { Action } from './registry';

/** More windows at once are an accident and no wish. */
const OPEN_MAX = 8;
/** Links are asked for so many at a time. */
const BATCH = 32;

/** A refusal that the user may overrule: nothing is broken, but opening cannot be taken back. */
const ASKS = new Set(['open_risky', 'not_whole']);

/**
 * Opens a torrent's content, or one of its files, with the system's program. What could run, and what
 * is not whole, is not opened but asked about.
 */
export async function openContent(app: ActionApp, hash: string, file: number | null): Promise<void> {
  if (app.backend.open === null) return;
  try {
    await app.backend.open(hash, file, false);
  } catch (thrown) {
    const { code, params } = toCallError(thrown);
    if (!ASKS.has(code)) throw thrown;
    app.ui.dialog = { kind: 'open', hash, file, code, params };
  }
}

export async function revealContent(app: ActionApp, hash: string, file: number | null): Promise<void> {
  await app.backend.reveal?.(hash, file);
}

/** Saves the .torrent of a torrent where the user says. */
export async function saveTorrentFile(app: ActionApp, hash: string): Promise<void> {
  const { name, base64 } = await app.backend.call('torrent_file', { hash });
  const saved = await app.backend.saveFile(name, base64, 'torrent');
  if (saved !== null) app.toasts.info(t('actions.toast_saved', { path: saved }));
}

/** Magnet links of torrents, in their order. */
async function magnetsOf(app: ActionApp, of: readonly string[]): Promise<string[]> {
  const links: string[] = [];
  for (let at = 0; at < of.length; at += BATCH) {
    const batch = of.slice(at, at + BATCH).map((hash) => app.backend.call('overview', { hash }));
    for (const { magnet } of await Promise.all(batch)) links.push(magnet);
  }
  return links;
}

async function copyMagnets(app: ActionApp): Promise<void> {
  const links = await magnetsOf(app, hashes(selected(app)));
  await copyText(app, links.join('\n'));
  app.toasts.info(t('common.toast_copied', { n: links.length }));
}

async function copyNames(app: ActionApp): Promise<void> {
  const rows = selected(app);
  await copyText(app, rows.map(({ name }) => name).join('\n'));
  app.toasts.info(t('actions.toast_copied_names', { n: rows.length }));
}

async function copyText(app: ActionApp, text: string): Promise<void> {
  try {
    await app.backend.copyText(text);
  } catch (thrown) {
    throw thrown instanceof CallError
      ? thrown
      : new CallError('clipboard_refused', { detail: String(thrown) });
  }
}

const canOpen = (row: TorrentRow): boolean => hasFiles(row) && row.have_bytes > 0;

function isFewWithContent(app: ActionApp): boolean {
  const rows = selected(app);
  return free(app) && some(app) && rows.length <= OPEN_MAX && rows.every(canOpen);
}

/** One after the other; the first that has to be asked about ends it. */
async function forEach(app: ActionApp, work: (hash: string) => Promise<void>): Promise<void> {
  for (const hash of hashes(selected(app))) {
    if (app.ui.dialog !== null) return;
    await work(hash);
  }
}

const opening: readonly Action<ActionApp>[] = [
  {
    id: 'open',
    title: 'actions.open',
    icon: 'external',
    shortcuts: [{ key: 'Enter' }],
    group: 'open',
    context: true,
    listOnly: true,
    applies: (app) => app.backend.open !== null && isFewWithContent(app),
    run: (app) => forEach(app, (hash) => openContent(app, hash, null)),
  },
  {
    id: 'reveal',
    title: 'actions.reveal',
    icon: 'folder',
    shortcuts: [{ key: 'Enter', mod: true }],
    group: 'open',
    context: true,
    listOnly: true,
    applies: (app) => app.backend.reveal !== null && isFewWithContent(app),
    run: (app) => forEach(app, (hash) => revealContent(app, hash, null)),
  },
];

const handing: readonly Action<ActionApp>[] = [
  {
    id: 'copy_magnet',
    title: 'common.action_copy_magnet',
    icon: 'magnet',
    shortcuts: [{ key: 'c', mod: true }],
    group: 'copy',
    context: true,
    listOnly: true,
    applies: some,
    run: copyMagnets,
  },
  {
    id: 'copy_name',
    title: 'actions.copy_name',
    icon: 'copy',
    shortcuts: [],
    group: 'copy',
    applies: some,
    run: copyNames,
  },
  {
    id: 'share',
    title: 'actions.share',
    icon: 'qr',
    shortcuts: [],
    group: 'copy',
    context: true,
    applies: (app) => free(app) && only(app) !== null,
    run(app) {
      const row = only(app);
      if (row !== null) app.ui.dialog = { kind: 'share', hash: row.hash };
    },
  },
  {
    id: 'save_torrent',
    title: 'actions.save_torrent',
    icon: 'save',
    shortcuts: [],
    group: 'copy',
    applies(app) {
      const row = only(app);
      return row !== null && row.wanted_bytes !== null;
    },
    async run(app) {
      const row = only(app);
      if (row !== null) await saveTorrentFile(app, row.hash);
    },
  },
];

export const OPEN_ACTIONS = opening;
export const HAND_ACTIONS = handing;
