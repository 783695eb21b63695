/** The order of the list: by what, which way round, and where what is unknown goes. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';

export const SORT_KEYS = [
  'activity',
  'added',
  'name',
  'size',
  'progress',
  'status',
  'down',
  'up',
  'eta',
  'ratio',
  'peers',
  'label',
  'downloaded',
  'uploaded',
  'completed',
  'path',
  'tracker',
  'hash',
  'rank',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Order {
  readonly by: SortKey;
  /** The largest, newest or last in the alphabet comes first. */
  readonly desc: boolean;
}

/** Two torrents active within the same minute count as equally new, so that rows do not dance. */
const ACTIVITY_STEP_MS = 60_000;

/** How the language sorts: an `Intl.Collator`. */
export type Names = Pick<Intl.Collator, 'compare'>;

/** What needs somebody first, what needs nothing last. */
const STATUS_RANK: Readonly<Record<TorrentRow['status'], number>> = {
  attention: 0,
  choosing: 1,
  fetching_metadata: 2,
  downloading: 3,
  checking: 4,
  waiting: 5,
  seeding: 6,
  finished: 7,
  stopped: 8,
};

/** Null is what the list leaves blank; it comes last, whichever way round. */
type Value = number | string | null;
const seen = (n: number): number | null => (n > 0 ? n : null);

const VALUES: Record<SortKey, (row: TorrentRow) => Value> = {
  activity: (row) => Math.floor(row.active_at / ACTIVITY_STEP_MS),
  added: (row) => row.added_at,
  name: (row) => row.name,
  size: (row) => row.wanted_bytes,
  progress: (row) => progressOf(row),
  status: (row) => STATUS_RANK[row.status],
  down: (row) => seen(row.down_bps),
  up: (row) => seen(row.up_bps),
  eta: (row) => row.eta_s,
  ratio: (row) => row.ratio,
  peers: (row) => seen(row.peers_connected),
  label: (row) => row.labels[0] ?? null,
  downloaded: (row) => seen(row.downloaded_bytes),
  uploaded: (row) => seen(row.uploaded_bytes),
  completed: (row) => row.completed_at,
  path: (row) => row.lies_in ?? row.save_path,
  tracker: (row) => row.trackers[0] ?? null,
  hash: (row) => row.hash,
  rank: (row) => row.rank,
};

const ASCENDING_FIRST: ReadonlySet<SortKey> = new Set([
  'name',
  'status',
  'eta',
  'label',
  'path',
  'tracker',
  'hash',
  'rank',
]);
/** What has words for its two directions. */
export type Direction = 'time' | 'text' | 'number' | 'state' | 'place';
const TIMES: ReadonlySet<SortKey> = new Set(['activity', 'added', 'completed']);
const TEXTS: ReadonlySet<SortKey> = new Set(['name', 'label', 'path', 'tracker', 'hash']);

export function directionOf(by: SortKey): Direction {
  if (by === 'status') return 'state';
  if (by === 'rank') return 'place';
  if (TIMES.has(by)) return 'time';
  return TEXTS.has(by) ? 'text' : 'number';
}

/** The way round that people mean when they ask for it first. */
export function orderBy(by: SortKey): Order {
  return { by, desc: !ASCENDING_FIRST.has(by) };
}

/** A press on the head of a column: that column, or the other way round. */
export function toggled(order: Order, by: SortKey): Order {
  return order.by === by ? { by, desc: !order.desc } : orderBy(by);
}

/** From what was saved; null when it is nothing that can be sorted by. */
export function readOrder(saved: unknown): Order | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { by, desc } = saved as { by?: unknown; desc?: unknown };
  const key = SORT_KEYS.find((known) => known === by);
  if (key === undefined) return null;
  return typeof desc === 'boolean' ? { by: key, desc } : orderBy(key);
}

/** Share on disk, 0 to 1; null until the file list is known. */
export function progressOf(row: TorrentRow): number | null {
  if (row.wanted_bytes === null) return null;
  return row.wanted_bytes === 0 ? 1 : row.have_bytes / row.wanted_bytes;
}

/** Whether another version of a row has another place in the order. */
export function movesInOrder(old: TorrentRow, now: TorrentRow, { by }: Order): boolean {
  return VALUES[by](old) !== VALUES[by](now) || old.added_at !== now.added_at;
}

function compareValues(x: Value, y: Value, sign: number, names: Names): number {
  if (x === y) return 0;
  if (x === null) return 1;
  if (y === null) return -1;
  if (typeof x === 'number' && typeof y === 'number') return (x - y) * sign;
  return names.compare(String(x), String(y)) * sign;
}

/** Equal ones stand as they were added, the newest first. Total, so that every order is the only one. */
const tieBreak = (a: TorrentRow, b: TorrentRow): number =>
  b.added_at - a.added_at || (a.hash < b.hash ? -1 : a.hash === b.hash ? 0 : 1);

export function compareRows({ by, desc }: Order, names: Names): (a: TorrentRow, b: TorrentRow) => number {
  const value = VALUES[by];
  const sign = desc ? -1 : 1;
  return (a, b) => compareValues(value(a), value(b), sign, names) || tieBreak(a, b);
}

interface Keyed {
  readonly row: TorrentRow;
  readonly value: Value;
  /** Nearly in the order of the language; empty for numbers. */
  readonly rough: string;
}

/** All of them, into a new array. */
export function sortRows(rows: readonly TorrentRow[], { by, desc }: Order, names: Names): TorrentRow[] {
  const value = VALUES[by];
  const sign = desc ? -1 : 1;
  const isText = directionOf(by) === 'text';
  const keyed: Keyed[] = rows.map((row) => {
    const found = value(row);
    return { row, value: found, rough: isText ? roughly(String(found ?? '')) : '' };
  });
  // Asking the language costs much more than comparing letters, and less often when little is left to do.
  if (isText) keyed.sort((a, b) => (a.rough < b.rough ? -sign : a.rough === b.rough ? 0 : sign));
  keyed.sort((a, b) => compareValues(a.value, b.value, sign, names) || tieBreak(a.row, b.row));
  return keyed.map(({ row }) => row);
}

/** Letters without marks and case, numbers behind their length: as most languages sort. */
function roughly(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/\d+/g, (digits) => String.fromCharCode(0x30 + Math.min(9, digits.length)) + digits);
}

/**
 * Puts `moved` where they belong among `rest`, which is in order already. Few against many: a
 * place is looked for by halves, and what did not change is never compared with its like.
 */
export function mergeRows(
  rest: readonly TorrentRow[],
  moved: readonly TorrentRow[],
  order: Order,
  names: Names,
): TorrentRow[] {
  const compare = compareRows(order, names);
  const sorted = sortRows(moved, order, names);
  const merged: TorrentRow[] = [];
  let from = 0;
  for (const row of sorted) {
    let [low, high] = [from, rest.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = rest[middle];
      if (at !== undefined && compare(at, row) < 0) low = middle + 1;
      else high = middle;
    }
    for (; from < low; from++) merged.push(rest[from] as TorrentRow);
    merged.push(row);
  }
  for (; from < rest.length; from++) merged.push(rest[from] as TorrentRow);
  return merged;
}
