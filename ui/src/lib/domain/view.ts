/** Which torrents the list shows, and in which order. Pure: the store calls it with rows. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { isBelow } from './label-tree';
import type { Query } from './query';
import { movesInOrder, type Order } from './view-sort';

export { progressOf } from './view-sort';

export const STATUS_FILTERS = ['all', 'downloading', 'seeding', 'finished', 'stopped', 'attention'] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];
export type Filter =
  | { readonly kind: 'status'; readonly status: StatusFilter }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'unlabelled' }
  /** Announced to this host; an empty one stands for torrents without a tracker. */
  | { readonly kind: 'tracker'; readonly host: string }
  /** What is whole and lies below a folder: for making room there. */
  | { readonly kind: 'whole'; readonly below: string };

export interface View {
  readonly filter: Filter;
  readonly query: Query;
  readonly order: Order;
}

export const EVERYTHING: Filter = { kind: 'status', status: 'all' };

export function isComplete(row: TorrentRow): boolean {
  return row.wanted_bytes !== null && row.have_bytes >= row.wanted_bytes;
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
  if (filter.kind === 'label') {
    return row.labels.some((label) => label === filter.name || isBelow(label, filter.name));
  }
  if (filter.kind === 'tracker') return hostsOf(row).includes(filter.host);
  if (filter.kind === 'unlabelled') return row.labels.length === 0;
  if (filter.kind === 'whole') return isComplete(row) && liesBelow(row.save_path, filter.below);
  if (filter.status === 'all') return true;
  if (filter.status === 'attention') return needsAttention(row);
  return homeFilter(row) === filter.status;
}

export function matchesView(row: TorrentRow, { filter, query }: View): boolean {
  return matchesFilter(row, filter) && (query.isEmpty || query.matches(row));
}

/** Whether a new version of a row can stand somewhere else, or in or out of the list. */
export function movesRow(old: TorrentRow, now: TorrentRow, view: View): boolean {
  return movesInOrder(old, now, view.order) || matchesView(old, view) !== matchesView(now, view);
}
