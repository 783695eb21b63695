/** What the user can do with labels: tick them for the selection, make, change and delete them. */
import type { LabelView } from '$lib/backend/generated/LabelView';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { EVERYTHING } from '$lib/domain/view';
import { t } from '$lib/i18n';
import { free, hashes, selected, some, type ActionApp } from './app';
import type { Action, Entry } from './registry';

/** Characters of a label's name, as people count them. */
export const LABEL_MAX = 64;
export const isTooLong = (name: string): boolean => Array.from(name).length > LABEL_MAX;
/** Number of hues. */
export const HUES = 6;
/** More in a menu nobody reads: the dialog has a field to find them. */
const IN_MENU_MAX = 24;

/** All of them have it, none, or some. */
export type Share = boolean | 'mixed';

/** How many of the torrents have each label that any of them has. */
export function labelShares(rows: readonly TorrentRow[]): (name: string) => Share {
  const counts = new Map<string, number>();
  for (const { labels } of rows) {
    for (const name of labels) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (name) => {
    const count = counts.get(name) ?? 0;
    if (count === 0) return false;
    return count === rows.length ? true : 'mixed';
  };
}

/** The hue that a label gets when nobody chooses one, as the core does it. */
export const nextHue = (labels: readonly LabelView[]): number => labels.length % HUES;

/** One step for any number of torrents. Labels that do not exist are made. */
export async function changeLabels(
  app: ActionApp,
  torrents: readonly string[],
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  if (torrents.length === 0 || (add.length === 0 && remove.length === 0)) return;
  await app.backend.call('change_labels', { hashes: [...torrents], add: [...add], remove: [...remove] });
}

/** It goes from all its torrents; undo gives it back to them. */
export async function dropLabel(app: ActionApp, name: string): Promise<void> {
  await app.backend.call('drop_label', { name });
  const { filter } = app.ui;
  if (filter.kind === 'label' && filter.name === name) app.ui.filter = EVERYTHING;
}

function entriesOf(app: ActionApp): Entry[] {
  const rows = selected(app);
  const share = labelShares(rows);
  const { labels } = app.torrents;
  const ticks = labels.slice(0, IN_MENU_MAX).map(({ name, colour }): Entry => {
    const checked = share(name);
    return {
      id: `=${name}`,
      text: name,
      hue: colour,
      checked,
      run: () =>
        checked === true
          ? changeLabels(app, hashes(rows), [], [name])
          : changeLabels(app, hashes(rows), [name], []),
    };
  });
  const more: Entry = { id: 'pick', text: t('labels.pick'), icon: 'tag', run: () => pick(app) };
  const make: Entry = { id: 'make', text: t('labels.make'), icon: 'plus', run: () => askForNew(app) };
  const line = ticks.length > 0;
  if (labels.length <= IN_MENU_MAX) return [...ticks, { ...make, lineAbove: line }];
  return [...ticks, { ...more, lineAbove: line }, make];
}

function pick(app: ActionApp): void {
  app.ui.dialog = { kind: 'labels', hashes: hashes(selected(app)) };
}

/** A new label, for the selection if there is one. */
function askForNew(app: ActionApp): void {
  app.ui.dialog = { kind: 'label', label: null, hashes: hashes(selected(app)), focus: 'name' };
}

export const LABEL_ACTIONS: readonly Action<ActionApp>[] = [
  {
    id: 'label',
    title: 'labels.menu',
    icon: 'tag',
    shortcuts: [],
    group: 'data',
    context: true,
    hidden: true,
    applies: some,
    entries: entriesOf,
    run: pick,
  },
  {
    id: 'labels',
    title: 'labels.pick',
    icon: 'tag',
    shortcuts: [{ key: 'l', mod: true, shift: true }],
    group: 'data',
    applies: (app) => free(app) && some(app),
    run: pick,
  },
  {
    id: 'new_label',
    title: 'labels.make',
    icon: 'plus',
    shortcuts: [],
    group: 'window',
    applies: (app) => free(app) && app.torrents.loaded,
    run(app) {
      app.ui.dialog = { kind: 'label', label: null, hashes: [], focus: 'name' };
    },
  },
  {
    id: 'save_view',
    title: 'filters.view_save',
    icon: 'save',
    shortcuts: [],
    group: 'window',
    applies: (app) => free(app) && app.ui.view === 'list' && app.torrents.size > 0,
    run(app) {
      app.ui.dialog = { kind: 'view', name: null };
    },
  },
];
