/** What the user can do. Each entry says when it applies and what it does; the rest is the registry's. */
import { addPicked } from '$lib/adding';
import { toCallError } from '$lib/backend/backend';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { free, hashes, only, selected, some, type ActionApp } from './app';
import { AROUND_ACTIONS } from './around';
import { HAND_ACTIONS, OPEN_ACTIONS } from './content';
import { CREATE_ACTIONS } from './create';
import { DETAILS_ACTIONS } from './details';
import { FILE_ACTIONS } from './files';
import { FOLDER_ACTIONS } from './folders';
import { LABEL_ACTIONS } from './labels';
import { QUEUE_ACTIONS, SPEED_ACTIONS } from './queue';
import { ActionRegistry, type Action } from './registry';

export const canStart = (row: TorrentRow): boolean => row.intent === 'stop' || row.status === 'attention';
export const canStop = (row: TorrentRow): boolean => row.intent !== 'stop';

async function start(app: ActionApp): Promise<void> {
  await app.backend.call('start', { hashes: hashes(selected(app).filter(canStart)) });
}

async function stop(app: ActionApp): Promise<void> {
  await app.backend.call('stop', { hashes: hashes(selected(app).filter(canStop)) });
}

const adding: readonly Action<ActionApp>[] = [
  {
    id: 'add',
    title: 'common.action_add',
    icon: 'plus',
    shortcuts: [{ key: 'o', mod: true, inText: true }],
    group: 'add',
    more: true,
    applies: free,
    run: addPicked,
  },
  {
    id: 'paste',
    title: 'common.action_paste',
    icon: 'magnet',
    shortcuts: [{ key: 'v', mod: true, shownOnly: true }],
    group: 'add',
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
    keysOf: (app) => (selected(app).every(canStop) ? null : 'toggle'),
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
    keysOf: (app) => (selected(app).every(canStop) ? 'toggle' : null),
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
    hidden: true,
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
    id: 'details',
    title: 'common.action_details',
    icon: 'info',
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
    listOnly: true,
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
    listOnly: true,
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
    hidden: true,
    applies: (app) => only(app)?.sentence.code === 'trash_failed',
    async run(app) {
      await app.backend.call('remove', { hashes: hashes(selected(app)), data: 'delete' });
    },
  },
];

export const ACTIONS: readonly Action<ActionApp>[] = [
  ...adding,
  ...CREATE_ACTIONS,
  ...FOLDER_ACTIONS,
  ...OPEN_ACTIONS,
  ...running,
  ...QUEUE_ACTIONS,
  ...LABEL_ACTIONS,
  ...FILE_ACTIONS,
  ...HAND_ACTIONS,
  ...listed,
  ...DETAILS_ACTIONS,
  ...SPEED_ACTIONS,
  ...AROUND_ACTIONS,
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
