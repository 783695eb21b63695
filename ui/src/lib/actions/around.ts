/** What the user can do with the window: look for something, take a step back, go to another page. */
import { stepName } from '$lib/domain/steps';
import { t } from '$lib/i18n';
import { free, type ActionApp } from './app';
import type { Action } from './registry';

/** Undo, from wherever it is asked for: a toast offers it over an open dialog as well. */
export async function takeBack(app: ActionApp): Promise<void> {
  const step = app.undo.undo;
  await app.backend.call('undo', {});
  if (step !== null) app.toasts.info(t('actions.undone', { step: stepName(step) }));
}

const windowActions: readonly Action<ActionApp>[] = [
  {
    id: 'palette',
    title: 'actions.palette',
    icon: 'search',
    shortcuts: [
      { key: 'k', mod: true, inText: true },
      { key: 'p', mod: true, shift: true, inText: true },
    ],
    group: 'window',
    more: true,
    hidden: true,
    applies: free,
    run(app) {
      app.ui.palette = true;
    },
  },
  {
    id: 'select_all',
    title: 'common.action_select_all',
    icon: 'all',
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
    applies: (app) => free(app) && app.ui.view === 'list',
    run(app) {
      if (app.ui.narrow) app.ui.drawer = !app.ui.drawer;
      else app.set('window.sidebar', !app.sidebar);
    },
  },
];

const steps: readonly Action<ActionApp>[] = [
  {
    id: 'undo',
    title: 'common.action_undo',
    titleNow: ({ undo }) =>
      undo.undo === null ? t('common.action_undo') : t('actions.undo_named', { step: stepName(undo.undo) }),
    icon: 'undo',
    shortcuts: [{ key: 'z', mod: true }],
    group: 'steps',
    more: true,
    applies: (app) => free(app) && app.undo.undo !== null,
    run: takeBack,
  },
  {
    id: 'redo',
    title: 'common.action_redo',
    titleNow: ({ undo }) =>
      undo.redo === null ? t('common.action_redo') : t('actions.redo_named', { step: stepName(undo.redo) }),
    icon: 'redo',
    shortcuts: [
      { key: 'z', mod: true, shift: true },
      { key: 'y', mod: true },
    ],
    group: 'steps',
    more: true,
    applies: (app) => free(app) && app.undo.redo !== null,
    async run(app) {
      const step = app.undo.redo;
      await app.backend.call('redo', {});
      if (step !== null) app.toasts.info(t('actions.redone', { step: stepName(step) }));
    },
  },
];

const help: readonly Action<ActionApp>[] = [
  {
    id: 'settings',
    title: 'common.action_settings',
    icon: 'gear',
    shortcuts: [{ key: ',', mod: true, inText: true }],
    group: 'help',
    more: true,
    applies: free,
    run(app) {
      app.ui.view = app.ui.view === 'settings' ? 'list' : 'settings';
    },
  },
  {
    id: 'statistics',
    title: 'actions.statistics',
    icon: 'chart',
    shortcuts: [],
    group: 'help',
    more: true,
    applies: free,
    run(app) {
      app.ui.dialog = { kind: 'statistics' };
    },
  },
  {
    id: 'shortcuts',
    title: 'common.action_shortcuts',
    icon: 'keyboard',
    shortcuts: [{ key: '?' }],
    group: 'help',
    more: true,
    applies: free,
    run(app) {
      app.ui.dialog = { kind: 'shortcuts' };
    },
  },
  {
    id: 'about',
    title: 'actions.about',
    icon: 'info',
    shortcuts: [],
    group: 'help',
    more: true,
    applies: free,
    run(app) {
      app.ui.dialog = { kind: 'about' };
    },
  },
];

export const AROUND_ACTIONS = [...windowActions, ...steps, ...help];
