/** How many torrents each filter shows, kept up row by row instead of counted anew. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { parentsOf, SEPARATOR } from './label-tree';
import { homeFilter, hostsOf, needsAttention, type StatusFilter } from './view';

export interface Counts {
  readonly status: Readonly<Record<StatusFilter, number>>;
  /** A label counts what lies below it as well. */
  readonly labels: ReadonlyMap<string, number>;
  /** By host; an empty one for torrents without a tracker. */
  readonly trackers: ReadonlyMap<string, number>;
  readonly unlabelled: number;
  /** Torrents that wait for room on the disk. */
  readonly diskFull: number;
}

const isDiskFull = (row: TorrentRow): boolean => row.sentence.code === 'disk_full';

function same(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((value, index) => value === b[index]));
}

/** Both count alike everywhere. */
function countsAlike(a: TorrentRow, b: TorrentRow): boolean {
  return (
    homeFilter(a) === homeFilter(b) &&
    needsAttention(a) === needsAttention(b) &&
    isDiskFull(a) === isDiskFull(b) &&
    same(a.labels, b.labels) &&
    same(a.trackers, b.trackers)
  );
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const n = (counts.get(key) ?? 0) + by;
  if (n > 0) counts.set(key, n);
  else counts.delete(key);
}

/** Each once, however many labels of a torrent lie below it. */
function withParents(labels: readonly string[]): Iterable<string> {
  if (!labels.some((label) => label.includes(SEPARATOR))) return labels;
  return new Set(labels.flatMap((label) => [label, ...parentsOf(label)]));
}

export class Counter {
  readonly #status: Record<StatusFilter, number> = {
    all: 0,
    downloading: 0,
    seeding: 0,
    finished: 0,
    stopped: 0,
    attention: 0,
  };
  readonly #labels = new Map<string, number>();
  readonly #trackers = new Map<string, number>();
  #unlabelled = 0;
  #diskFull = 0;
  #counts: Counts | null = null;

  /** The same object until a number is different. */
  get counts(): Counts {
    this.#counts ??= {
      status: { ...this.#status },
      labels: new Map(this.#labels),
      trackers: new Map(this.#trackers),
      unlabelled: this.#unlabelled,
      diskFull: this.#diskFull,
    };
    return this.#counts;
  }

  /** `old` is undefined for a new torrent, `now` for one that is gone. */
  replace(old: TorrentRow | undefined, now: TorrentRow | undefined): void {
    if (old !== undefined && now !== undefined && countsAlike(old, now)) return;
    if (old !== undefined) this.#count(old, -1);
    if (now !== undefined) this.#count(now, 1);
    this.#counts = null;
  }

  /** As many more torrents that count as this one does. */
  add(row: TorrentRow, many: number): void {
    this.#count(row, many);
    this.#counts = null;
  }

  #count(row: TorrentRow, by: number): void {
    this.#status.all += by;
    this.#status[homeFilter(row)] += by;
    if (needsAttention(row)) this.#status.attention += by;
    if (isDiskFull(row)) this.#diskFull += by;
    if (row.labels.length === 0) this.#unlabelled += by;
    for (const label of withParents(row.labels)) add(this.#labels, label, by);
    for (const host of hostsOf(row)) add(this.#trackers, host, by);
  }
}

export function countRows(rows: Iterable<TorrentRow>): Counts {
  const counter = new Counter();
  for (const row of rows) counter.replace(undefined, row);
  return counter.counts;
}
