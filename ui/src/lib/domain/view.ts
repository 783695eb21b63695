/** Which torrents the list shows, and in which order. Pure: the store calls it with rows. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';

export const STATUS_FILTERS = ['all', 'downloading', 'seeding', 'finished', 'stopped', 'attention'] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];
export type Filter =
  | { readonly kind: 'status'; readonly status: StatusFilter }
  | { readonly kind: 'label'; readonly name: string }
  /** Announced to this host; an empty one stands for torrents without a tracker. */
  | { readonly kind: 'tracker'; readonly host: string }
  /** What is whole and lies below a folder: for making room there. */
  | { readonly kind: 'whole'; readonly below: string };

export const SORTS = ['activity', 'added', 'name', 'size', 'progress'] as const;
export type Sort = (typeof SORTS)[number];

export interface View {
  readonly filter: Filter;
  readonly search: string;
  readonly sort: Sort;
}

export const EVERYTHING: Filter = { kind: 'status', status: 'all' };

/** Two torrents active within the same minute count as equally new, so that rows do not dance. */
const ACTIVITY_STEP_MS = 60_000;

export function isComplete(row: TorrentRow): boolean {
  return row.wanted_bytes !== null && row.have_bytes >= row.wanted_bytes;
}

/** Share on disk, 0 to 1; null until the file list is known. */
export function progressOf(row: TorrentRow): number | null {
  if (row.wanted_bytes === null) return null;
  return row.wanted_bytes === 0 ? 1 : row.have_bytes / row.wanted_bytes;
}

/** The one filter beside "all" and "attention" that a torrent belongs to: together they make up "all". */
export function homeFilter(row: TorrentRow): Exclude<StatusFilter, 'all' | 'attention'> {
  switch (row.status) {
    case 'finished':
    case 'stopped':
    case 'seeding':
      return row.status;
    case 'fetching_metadata':
    case 'choosing':
    case 'downloading':
      return 'downloading';
    default:
      if (row.intent === 'stop') return 'stopped';
      return isComplete(row) ? 'seeding' : 'downloading';
  }
}

/** The user has to do something before it goes on. */
export function needsAttention(row: TorrentRow): boolean {
  return row.status === 'attention' || row.status === 'choosing';
}

function liesBelow(path: string, folder: string): boolean {
  const base = folder.replace(/[/\\]+$/, '');
  return path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}\\`);
}

const NO_HOST: readonly string[] = [''];

/** Hosts of its trackers; an empty one when it has none. */
export function hostsOf(row: TorrentRow): readonly string[] {
  return row.trackers.length === 0 ? NO_HOST : row.trackers;
}

export function matchesFilter(row: TorrentRow, filter: Filter): boolean {
  if (filter.kind === 'label') return row.labels.includes(filter.name);
  if (filter.kind === 'tracker') return hostsOf(row).includes(filter.host);
  if (filter.kind === 'whole') return isComplete(row) && liesBelow(row.save_path, filter.below);
  if (filter.status === 'all') return true;
  if (filter.status === 'attention') return needsAttention(row);
  return homeFilter(row) === filter.status;
}

export function searchWords(search: string): string[] {
  return search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
}

// Rows are replaced, never changed, so what is derived from one can be kept with it.
const lowerNames = new WeakMap<TorrentRow, string>();

/** Every word occurs in the name, or the info-hash begins with it. */
export function matchesSearch(row: TorrentRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  let name = lowerNames.get(row);
  if (name === undefined) {
    name = row.name.toLocaleLowerCase();
    lowerNames.set(row, name);
  }
  const text = name;
  return words.every((word) => text.includes(word) || row.hash.startsWith(word));
}

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Primary order of each sort; {@link compareRows} breaks ties. Negative puts `a` first. */
const PRIMARY: Record<Sort, (a: TorrentRow, b: TorrentRow) => number> = {
  activity: (a, b) => Math.floor(b.active_at / ACTIVITY_STEP_MS) - Math.floor(a.active_at / ACTIVITY_STEP_MS),
  added: (a, b) => b.added_at - a.added_at,
  name: (a, b) => (a.name === b.name ? 0 : names.compare(a.name, b.name)),
  size: (a, b) => (b.wanted_bytes ?? -1) - (a.wanted_bytes ?? -1),
  progress: (a, b) => (progressOf(b) ?? -1) - (progressOf(a) ?? -1),
};

export function compareRows(sort: Sort): (a: TorrentRow, b: TorrentRow) => number {
  const primary = PRIMARY[sort];
  return (a, b) => primary(a, b) || b.added_at - a.added_at || (a.hash < b.hash ? -1 : 1);
}

/** Whether a new version of a row can stand somewhere else, or in or out of the list. */
export function movesRow(old: TorrentRow, now: TorrentRow, view: View): boolean {
  return (
    PRIMARY[view.sort](old, now) !== 0 ||
    old.added_at !== now.added_at ||
    matchesFilter(old, view.filter) !== matchesFilter(now, view.filter) ||
    (view.search !== '' && old.name !== now.name)
  );
}

export interface Counts {
  readonly status: Readonly<Record<StatusFilter, number>>;
  readonly labels: ReadonlyMap<string, number>;
  /** By host; an empty one for torrents without a tracker. */
  readonly trackers: ReadonlyMap<string, number>;
  /** Torrents that wait for room on the disk. */
  readonly diskFull: number;
}

export function countRows(rows: Iterable<TorrentRow>): Counts {
  const status = { all: 0, downloading: 0, seeding: 0, finished: 0, stopped: 0, attention: 0 };
  const labels = new Map<string, number>();
  const trackers = new Map<string, number>();
  let diskFull = 0;
  for (const row of rows) {
    status.all += 1;
    status[homeFilter(row)] += 1;
    if (needsAttention(row)) status.attention += 1;
    if (row.sentence.code === 'disk_full') diskFull += 1;
    for (const label of row.labels) labels.set(label, (labels.get(label) ?? 0) + 1);
    for (const host of hostsOf(row)) trackers.set(host, (trackers.get(host) ?? 0) + 1);
  }
  return { status, labels, trackers, diskFull };
}
