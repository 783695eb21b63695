/** Which place in the queue a gap between two rows of the list is. Pure. */
import type { QueueTo } from '$lib/backend/generated/QueueTo';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';

interface Shown {
  /** Info-hashes of what the list shows, top to bottom. */
  readonly visible: readonly string[];
  /** The end of the queue is at the top. */
  readonly desc: boolean;
  readonly all: readonly Pick<TorrentRow, 'hash' | 'rank'>[];
}

/** `at`: so many rows stand above the gap. What is `moved` is no place to be put before. */
export function placeAt({ visible, desc, all }: Shown, at: number, moved: ReadonlySet<string>): QueueTo {
  // In the order of the queue, whichever way round it is shown.
  const after = desc ? visible.slice(0, at).reverse() : visible.slice(at);
  const next = after.find((hash) => !moved.has(hash));
  if (next !== undefined) return { type: 'before', hash: next };
  // Behind all that is shown, but before what a filter hides.
  const before = desc ? visible.slice(at) : visible.slice(0, at).reverse();
  const last = before.find((hash) => !moved.has(hash));
  const rank = all.find(({ hash }) => hash === last)?.rank;
  if (rank === undefined) return { type: 'bottom' };
  const behind = all.filter((row) => row.rank > rank && !moved.has(row.hash));
  if (behind.length === 0) return { type: 'bottom' };
  return { type: 'before', hash: behind.reduce((a, b) => (b.rank < a.rank ? b : a)).hash };
}
