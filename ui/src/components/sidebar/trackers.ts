/** Which trackers the sidebar shows. */

/** Before the rest is behind "More". */
export const TOP_TRACKERS = 5;
/** A list of thousands would help nobody; the search finds the others. */
const SHOWN_MAX = 200;

export interface RankedTracker {
  /** Empty for torrents without a tracker. */
  readonly host: string;
  readonly count: number;
}

/** Most torrents first; those without a tracker last. The chosen one is always among the shown. */
export function rankTrackers(
  counts: ReadonlyMap<string, number>,
  isWhole: boolean,
  chosen: string | null,
): { readonly shown: readonly RankedTracker[]; readonly hidden: number } {
  const hosts = [...counts]
    .map(([host, count]) => ({ host, count }))
    .filter(({ host, count }) => host !== '' && count > 0)
    .sort((a, b) => b.count - a.count || (a.host < b.host ? -1 : 1));
  const without = counts.get('') ?? 0;
  // Behind a button that shows one more there might as well be that one.
  const room = hosts.length <= TOP_TRACKERS + 1 ? hosts.length : TOP_TRACKERS;
  const top = hosts.slice(0, isWhole ? SHOWN_MAX : room);
  const missing = chosen === null || chosen === '' ? undefined : hosts.find(({ host }) => host === chosen);
  const shown = missing === undefined || top.includes(missing) ? top : [...top, missing];
  return {
    // Where no torrent has a tracker, that says nothing.
    shown: without > 0 && hosts.length > 0 ? [...shown, { host: '', count: without }] : shown,
    hidden: isWhole ? 0 : hosts.length - shown.length,
  };
}
