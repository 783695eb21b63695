/** The commands about labels and how the window is arranged, as the core would answer them. */
import { CallError } from '../backend';
import type { Commands } from '../generated/Commands';
import type { LabelView } from '../generated/LabelView';
import type { TorrentRow } from '../generated/TorrentRow';
import { isBelow } from '$lib/domain/label-tree';
import { NO_DEFAULTS } from '$lib/domain/rules';

const COLOURS = 6;

/** What these commands need of the mock. */
export interface ArrangeCore {
  readonly rows: ReadonlyMap<string, TorrentRow>;
  readonly prefs: Record<string, string>;
  labels: LabelView[];
  row(hash: string): TorrentRow;
  put(row: TorrentRow): void;
  remember(kind: string, count: number, back: () => void, again: () => void): void;
}

type Names = 'change_labels' | 'rename_label' | 'put_label' | 'drop_label' | 'set_pref';

export type ArrangeHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

/** Makes a step of what changes rows and labels. */
function step(
  core: ArrangeCore,
  kind: string,
  rows: readonly TorrentRow[],
  change: (row: TorrentRow) => TorrentRow,
  labels: LabelView[],
): void {
  const before = core.labels;
  const again = (): void => {
    for (const row of rows) core.put(change(row));
    core.labels = labels;
  };
  const back = (): void => {
    for (const row of rows) core.put(row);
    core.labels = before;
  };
  again();
  core.remember(kind, rows.length, back, again);
}

export function arrangeHandlers(core: ArrangeCore): ArrangeHandlers {
  return {
    change_labels: ({ hashes, add, remove }) => {
      const known = core.labels.map(({ name }) => name);
      const fresh = add.filter((name) => !known.includes(name));
      const made = fresh.map((name, at) => ({
        name,
        colour: (known.length + at) % COLOURS,
        defaults: NO_DEFAULTS,
      }));
      const change = (row: TorrentRow): TorrentRow => ({
        ...row,
        labels: [...new Set([...row.labels, ...add])].filter((name) => !remove.includes(name)),
      });
      step(
        core,
        'labelled',
        hashes.map((hash) => core.row(hash)),
        change,
        [...core.labels, ...made],
      );
      return {};
    },
    rename_label: ({ name, to }) => {
      const renamed = core.labels.find((label) => label.name === name);
      if (renamed === undefined) throw new CallError('no_such_label', { name });
      const isOf = (label: string): boolean => label === name || isBelow(label, name);
      const next = (label: string): string => (isOf(label) ? to + label.slice(name.length) : label);
      const rows = [...core.rows.values()].filter((row) => row.labels.some(isOf));
      const labels = core.labels.map((label) => ({ ...label, name: next(label.name) }));
      const change = (row: TorrentRow): TorrentRow => ({ ...row, labels: row.labels.map(next) });
      step(core, 'label_renamed', rows, change, labels);
      return {};
    },
    put_label: ({ name: put, colour, defaults }) => {
      const folder = defaults?.save_path ?? '';
      if (folder.startsWith('/root')) throw new CallError('folder_unusable', { path: folder });
      const known = core.labels.find(({ name }) => name === put);
      const label = { name: put, colour, defaults: defaults ?? known?.defaults ?? NO_DEFAULTS };
      const isKnown = known !== undefined;
      const labels = isKnown
        ? core.labels.map((other) => (other.name === label.name ? label : other))
        : [...core.labels, label];
      step(core, 'label_put', [], (row) => row, labels);
      return {};
    },
    drop_label: ({ name }) => {
      const rows = [...core.rows.values()].filter((row) => row.labels.includes(name));
      const labels = core.labels.filter((label) => label.name !== name);
      const change = (row: TorrentRow): TorrentRow => ({
        ...row,
        labels: row.labels.filter((label) => label !== name),
      });
      step(core, 'label_dropped', rows, change, labels);
      return {};
    },
    set_pref: ({ key, value }) => {
      if (value === null) Reflect.deleteProperty(core.prefs, key);
      else core.prefs[key] = value;
      return {};
    },
  };
}
