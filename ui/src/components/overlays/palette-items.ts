/** All that the command palette can find, made of the application as it is right now. */
import { sectionsFor, wordsOf } from '$components/settings/sections';
import { STATUS_ENTRIES } from '$components/sidebar/filters';
import { applyView } from '$components/sidebar/views';
import { goToTorrent } from '$lib/actions/app';
import { keysOf } from '$lib/actions/menu-items';
import type { AppContext } from '$lib/app.svelte';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { glyphOf } from '$lib/domain/phase';
import type { Filter } from '$lib/domain/view';
import { t } from '$lib/i18n';
import type { PaletteItem } from './palette';

export function paletteItems(app: AppContext): PaletteItem[] {
  return [...actionItems(app), ...filterItems(app), ...settingItems(app)];
}

function actionItems(app: AppContext): PaletteItem[] {
  const { actions } = app;
  const isSelected = app.torrents.selection.count > 0;
  // What is done with a selection is not offered without one, even if its keys do something.
  const all = actions.pick(({ hidden, context }) => hidden !== true && (isSelected || context !== true));
  return all.flatMap((action): PaletteItem[] => {
    const { id } = action;
    const text = actions.title(action);
    const entries = action.entries?.(app);
    if (entries === undefined) {
      const keys = keysOf(actions.get(action.keysOf?.(app) ?? id), app.platform);
      const checked = action.checked?.(app);
      const run = (): void => actions.run(id);
      return [{ id: `action:${id}`, kind: 'action', text, icon: action.icon, keys, checked, run }];
    }
    return entries.map((entry) => ({
      id: `action:${id}:${entry.id}`,
      kind: 'action',
      text: t('actions.entry', { action: text, entry: entry.text }),
      icon: entry.icon ?? action.icon,
      hue: entry.hue,
      checked: entry.checked,
      run: () => actions.run(`${id}:${entry.id}`),
    }));
  });
}

function show(app: AppContext, filter: Filter): () => void {
  return () => {
    app.ui.view = 'list';
    app.ui.search = '';
    app.ui.filter = filter;
    app.ui.askForList();
  };
}

function filterItems(app: AppContext): PaletteItem[] {
  const statuses = STATUS_ENTRIES.map(({ status, title, icon }): PaletteItem => ({
    id: `filter:status:${status}`,
    kind: 'filter',
    text: t('actions.show', { name: t(title) }),
    icon,
    run: show(app, { kind: 'status', status }),
  }));
  const labels = app.torrents.labels.map(({ name, colour }): PaletteItem => ({
    id: `filter:label:${name}`,
    kind: 'filter',
    text: t('actions.show', { name }),
    also: t('list.labels'),
    hue: colour,
    run: show(app, { kind: 'label', name }),
  }));
  const trackers = [...app.torrents.counts.trackers.keys()]
    .filter((host) => host !== '')
    .map((host): PaletteItem => ({
      id: `filter:tracker:${host}`,
      kind: 'filter',
      text: t('actions.show', { name: host }),
      icon: 'antenna',
      run: show(app, { kind: 'tracker', host }),
    }));
  return [...statuses, ...viewItems(app), ...labels, ...trackers];
}

function viewItems(app: AppContext): PaletteItem[] {
  return app.views.all.map((view) => ({
    id: `filter:view:${view.name}`,
    kind: 'filter',
    text: t('actions.show', { name: view.name }),
    also: t('filters.views'),
    icon: 'filter',
    run() {
      app.ui.view = 'list';
      applyView(app, view);
      app.ui.askForList();
    },
  }));
}

function settingItems(app: AppContext): PaletteItem[] {
  return sectionsFor(app.desk.isHere)
    .flatMap(({ id, icon, groups }) => {
      const page = t(`settings.section_${id}`);
      const keys = groups.flatMap((group) => group.keys);
      return keys.map((key): PaletteItem => ({
        id: `setting:${key}`,
        kind: 'setting',
        text: wordsOf(key),
        also: `${page} ${wordsOf(key, '_hint')} ${key}`,
        icon,
        run: () => app.ui.askForSetting(key),
      }));
    })
    .filter(({ text }) => text !== '');
}

/** Goes to the torrent in the list, whatever the list shows. */
export function torrentItem(app: AppContext, row: TorrentRow): PaletteItem {
  return {
    id: `torrent:${row.hash}`,
    kind: 'torrent',
    text: row.name,
    icon: glyphOf(row).icon,
    run: async () => goToTorrent(app, row.hash),
  };
}
