/** What the user can do. Each entry says when it applies and what it does; the rest is the registry's. */
import { addSources } from '$lib/adding';
import { toCallError, CallError } from '$lib/backend/backend';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { t } from '$lib/i18n';
import { free, hashes, only, selected, some, type ActionApp } from './app';
import { CREATE_ACTIONS } from './create';
import { FILE_ACTIONS } from './files';
import { ActionRegistry, type Action } from './registry';

export const canStart = (row: TorrentRow): boolean => row.intent === 'stop' || row.status === 'attention';
export const canStop = (row: TorrentRow): boolean => row.intent !== 'stop';

async function start(app: ActionApp): Promise<void> {
  await app.backend.call('start', { hashes: hashes(selected(app).filter(canStart)) });
}

async function stop(app: ActionApp): Promise<void> {
  await app.backend.call('stop', { hashes: hashes(selected(app).filter(canStop)) });
}

async function copyMagnets(app: ActionApp): Promise<void> {
  const links: string[] = [];
  for (const { hash } of selected(app)) links.push((await app.backend.call('overview', { hash })).magnet);
  try {
    await navigator.clipboard.writeText(links.join('\n'));
  } catch (thrown) {
    throw new CallError('clipboard_refused', { detail: String(thrown) });
  }
  app.toasts.info(t('common.toast_copied', { n: links.length }));
}

const adding: readonly Action<ActionApp>[] = [
  {
    id: 'add',
    title: 'common.action_add',
    icon: 'plus',
    shortcuts: [{ key: 'o', mod: true, inText: true }],
    group: 'window',
    applies: free,
    async run(app) {
      const sources = await app.backend.pickTorrents();
      if (sources !== null) await addSources(app, sources);
    },
  },
  {
    id: 'paste',
    title: 'common.action_paste',
    icon: 'magnet',
    shortcuts: [{ key: 'v', mod: true, shownOnly: true }],
    group: 'window',
    more: true,
    applies: free,
    run(app) {
      app.ui.dialog = { kind: 'add', previews: [], errors: [] };
    },
  },
];

const running: readonly Action<ActionApp>[] = [
  {
    id: 'start',
    title: 'common.action_start',
    icon: 'play',
    shortcuts: [],
    group: 'run',
    context: true,
    applies: (app) => selected(app).some(canStart),
    run: start,
  },
  {
    id: 'stop',
    title: 'common.action_stop',
    icon: 'stop',
    shortcuts: [],
    group: 'run',
    context: true,
    applies: (app) => selected(app).some(canStop),
    run: stop,
  },
  {
    id: 'toggle',
    title: 'common.action_toggle',
    icon: null,
    shortcuts: [{ key: ' ' }],
    group: 'run',
    listOnly: true,
    applies: some,
    run: (app) => (selected(app).every(canStop) ? stop(app) : start(app)),
  },
  {
    id: 'force_start',
    title: 'common.action_force_start',
    icon: null,
    shortcuts: [],
    group: 'run',
    context: true,
    applies: (app) => selected(app).some(({ status, intent }) => status === 'waiting' && intent === 'run'),
    async run(app) {
      await app.backend.call('force_start', { hashes: hashes(selected(app)) });
    },
  },
];

const listed: readonly Action<ActionApp>[] = [
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
    id: 'details',
    title: 'common.action_details',
    icon: 'panel',
    shortcuts: [{ key: 'Enter', alt: true }],
    group: 'copy',
    context: true,
    applies: (app) => free(app) && app.ui.view === 'list' && (some(app) || app.details),
    run(app) {
      if (app.ui.narrow) app.ui.detailsPage = !app.ui.detailsPage;
      else app.set('window.details', !app.details);
    },
  },
  {
    id: 'remove',
    title: 'common.action_remove',
    icon: 'x',
    shortcuts: [{ key: 'Delete' }, { key: 'Backspace', mod: true, only: 'macos' }],
    group: 'remove',
    context: true,
    applies: some,
    async run(app) {
      await app.backend.call('remove', { hashes: hashes(selected(app)), data: 'keep' });
    },
  },
  {
    id: 'trash',
    title: 'common.action_trash',
    icon: 'trash',
    shortcuts: [{ key: 'Delete', shift: true }],
    group: 'remove',
    context: true,
    applies: some,
    async run(app) {
      await app.backend.call('remove', { hashes: hashes(selected(app)), data: 'trash' });
    },
  },
  {
    // Cannot be undone: only where the trash has failed, and only from the button that asks again.
    id: 'delete_files',
    title: 'common.action_delete_files',
    icon: 'trash',
    shortcuts: [],
    group: 'remove',
    applies: (app) => only(app)?.sentence.code === 'trash_failed',
    async run(app) {
      await app.backend.call('remove', { hashes: hashes(selected(app)), data: 'delete' });
    },
  },
];

const around: readonly Action<ActionApp>[] = [
  {
    id: 'select_all',
    title: 'common.action_select_all',
    icon: null,
    shortcuts: [{ key: 'a', mod: true }],
    group: 'window',
    more: true,
    applies: (app) => free(app) && app.ui.view === 'list' && app.torrents.visible.length > 0,
    run: (app) => app.torrents.selection.all(),
  },
  {
    id: 'search',
    title: 'common.action_search',
    icon: 'search',
    shortcuts: [{ key: 'f', mod: true, inText: true }, { key: '/' }],
    group: 'window',
    applies: (app) => free(app) && app.torrents.size > 0,
    run: (app) => app.ui.askForSearch(),
  },
  {
    id: 'sidebar',
    title: 'common.action_sidebar',
    icon: 'sidebar',
    shortcuts: [{ key: 'F9', inText: true }],
    group: 'window',
    more: true,
    applies: free,
    run(app) {
      if (app.ui.narrow) app.ui.drawer = !app.ui.drawer;
      else app.set('window.sidebar', !app.sidebar);
    },
  },
  {
    id: 'undo',
    title: 'common.action_undo',
    icon: 'undo',
    shortcuts: [{ key: 'z', mod: true }],
    group: 'steps',
    more: true,
    applies: (app) => free(app) && app.undo.undo !== null,
    async run(app) {
      await app.backend.call('undo', {});
    },
  },
  {
    id: 'redo',
    title: 'common.action_redo',
    icon: null,
    shortcuts: [
      { key: 'z', mod: true, shift: true },
      { key: 'y', mod: true },
    ],
    group: 'steps',
    more: true,
    applies: (app) => free(app) && app.undo.redo !== null,
    async run(app) {
      await app.backend.call('redo', {});
    },
  },
  {
    id: 'settings',
    title: 'common.action_settings',
    icon: 'gear',
    shortcuts: [{ key: ',', mod: true, inText: true }],
    group: 'window',
    more: true,
    applies: free,
    run(app) {
      app.ui.view = app.ui.view === 'settings' ? 'list' : 'settings';
    },
  },
  {
    id: 'shortcuts',
    title: 'common.action_shortcuts',
    icon: null,
    shortcuts: [{ key: '?' }],
    group: 'window',
    more: true,
    applies: free,
    run(app) {
      app.ui.dialog = { kind: 'shortcuts' };
    },
  },
];

export const ACTIONS: readonly Action<ActionApp>[] = [
  ...adding,
  ...CREATE_ACTIONS,
  ...running,
  ...FILE_ACTIONS,
  ...listed,
  ...around,
];

export function createActions<App extends ActionApp>(app: App): ActionRegistry<App> {
  return new ActionRegistry<App>(app, ACTIONS, {
    refused: (thrown) => app.toasts.error(toCallError(thrown)),
    slow: (title) => app.toasts.busy(title),
  });
}

/** A remedy is offered for one row, selected or not; it becomes the selection first. */
export function runFor(
  app: ActionApp & { readonly actions: { run(id: string): void } },
  row: TorrentRow,
  id: string,
): void {
  app.torrents.selection.only(row.hash);
  app.actions.run(id);
}
