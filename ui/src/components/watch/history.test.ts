import { describe, expect, it } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import type { WatchEntryView } from '$lib/backend/generated/WatchEntryView';
import { blocksOf, WatchHistorySession } from './history.svelte';

function entry(id: number, more: Partial<WatchEntryView> = {}): WatchEntryView {
  return {
    id,
    at: id,
    folder: id % 2,
    folder_path: '/watched',
    file: `${id}.torrent`,
    tone: id % 10 === 0 ? 'bad' : 'good',
    sentence: { code: 'watch_added', params: {} },
    original: { state: 'left' },
    hashes: [],
    removed: false,
    can_retry: id % 10 === 0,
    can_add_again: false,
    can_reveal: true,
    ...more,
  };
}

/** A backend with entries 1 to `count`, 100 a page. */
function withEntries(count: number) {
  const all = Array.from({ length: count }, (_, at) => entry(at + 1));
  let asked = 0;
  const call = ((
    _name: string,
    request: { before: number | null; folder: number | null; problems: boolean },
  ) => {
    asked += 1;
    const fitting: WatchEntryView[] = [];
    // Numbers are places: the newest is the last.
    for (let at = (request.before ?? all.length + 1) - 2; at >= 0 && fitting.length <= 100; at--) {
      const one = all[at];
      if (one === undefined || (request.folder !== null && one.folder !== request.folder)) continue;
      if (!request.problems || one.tone === 'bad') fitting.push(one);
    }
    return Promise.resolve({
      entries: fitting.slice(0, 100),
      more: fitting.length > 100,
      problems: 7,
      pending: [],
    });
  }) as unknown as Backend['call'];
  return { all, session: new WatchHistorySession(call), asked: () => asked };
}

const ids = (session: WatchHistorySession): number[] =>
  (session.pages ?? []).flatMap(({ entries }) => entries.map(({ id }) => id));

describe('the history of watch folders', () => {
  it('comes page by page, every entry once and the newest first, to the last of 50,000', async () => {
    const { session } = withEntries(50_000);
    await session.refresh();
    expect(session.hasOlder).toBe(true);
    while (session.hasOlder) await session.older();
    const shown = ids(session);
    expect(shown).toHaveLength(50_000);
    expect(shown[0]).toBe(50_000);
    expect(shown.every((id, at) => at === 0 || id === (shown[at - 1] ?? 0) - 1)).toBe(true);
    expect(Math.max(...(session.pages ?? []).map(({ entries }) => entries.length))).toBeLessThanOrEqual(200);
  });

  it('is drawn in blocks of which a new entry changes only the first', () => {
    expect(blocksOf([5, 4, 3, 2, 1], 2)).toEqual([[5], [4, 3], [2, 1]]);
    expect(blocksOf([6, 5, 4, 3, 2, 1], 2).slice(1)).toEqual(blocksOf([5, 4, 3, 2, 1], 2).slice(1));
    expect(blocksOf([], 2)).toEqual([]);
  });

  it('takes in what is new, also when that is more than a page', async () => {
    const { all, session } = withEntries(150);
    await session.refresh();
    await session.older();
    for (const id of [151, 152]) all.push(entry(id));
    expect(await session.refresh()).toBe(2);
    expect(ids(session)).toEqual(Array.from({ length: 152 }, (_, at) => 152 - at));
    for (let id = 153; id <= 400; id++) all.push(entry(id));
    await session.refresh();
    expect(ids(session)[0]).toBe(400);
    while (session.hasOlder) await session.older();
    expect(ids(session)).toHaveLength(400);
  });

  it('divides what grew long', async () => {
    const { all, session } = withEntries(100);
    await session.refresh();
    for (let more = 0; more < 5; more++) {
      for (let n = 0; n < 60; n++) all.push(entry(all.length + 1));
      await session.refresh();
    }
    expect(ids(session)).toHaveLength(400);
    expect(session.pages?.length).toBeGreaterThan(1);
  });

  it('shows problems and single folders alone, and keeps nothing chosen that is not shown', async () => {
    const { session } = withEntries(300);
    await session.refresh();
    session.choose([300, 299], true);
    expect(session.chosen.map(({ id }) => id)).toEqual([300, 299]);
    await session.show({ folder: null, problems: true });
    expect(ids(session).every((id) => id % 10 === 0)).toBe(true);
    expect(session.chosen).toEqual([]);
    await session.show({ folder: 1, problems: false });
    expect(ids(session).every((id) => id % 2 === 1)).toBe(true);
  });

  it('asks once more for what was tried again', async () => {
    const { all, session } = withEntries(250);
    await session.refresh();
    await session.older();
    const old = all.findIndex(({ id }) => id === 120);
    all[old] = entry(120, { can_retry: false });
    await session.renew([120]);
    const shown = (session.pages ?? []).flatMap(({ entries }) => entries).find(({ id }) => id === 120);
    expect(shown?.can_retry).toBe(false);
    expect(ids(session)).toHaveLength(200);
  });

  it('asks for older ones once at a time', async () => {
    const { session, asked } = withEntries(500);
    await session.refresh();
    await Promise.all([session.older(), session.older(), session.older()]);
    expect(asked()).toBe(2);
  });
});
