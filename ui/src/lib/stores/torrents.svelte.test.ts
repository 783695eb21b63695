import { NO_DEFAULTS } from '$lib/domain/rules';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { compileQuery, EVERY_ROW, type Query } from '$lib/domain/query';
import { EVERYTHING, type View } from '$lib/domain/view';
import { orderBy } from '$lib/domain/view-sort';
import { delta, row, snapshot } from '../../test/rows';
import { CALM_MS, TorrentStore } from './torrents.svelte';

const find = (text: string): Query => compileQuery(text, { labels: [], now: 0 });
const byName: View = { filter: EVERYTHING, query: EVERY_ROW, order: orderBy('name') };

function storeOf(...names: string[]): TorrentStore {
  const store = new TorrentStore();
  store.show(byName);
  store.applySnapshot(snapshot(names.map((name) => row(name))));
  return store;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('a glance', () => {
  const labelled: Partial<TorrentRow> = { labels: ['Films'], status: 'seeding', have_bytes: 1_000 };
  const all = [row('a'), row('b', labelled), row('c'), row('d', labelled), row('e')];
  const kinds = [
    [3, row('a')],
    [2, row('b', labelled)],
  ] as const;

  function glanced(): TorrentStore {
    const store = new TorrentStore();
    store.show(byName);
    store.applyGlance(snapshot(all.slice(0, 2)), kinds);
    return store;
  }

  it('shows the first rows, and counts as the snapshot does', () => {
    const store = glanced();
    expect(store.visible).toEqual(['a', 'b']);
    expect([store.loaded, store.size, store.coming, store.place('a')]).toEqual([true, 5, 3, 0]);
    const { counts } = store;
    store.applySnapshot(snapshot(all));
    expect(store.visible).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect([store.size, store.coming, store.place('a')]).toEqual([5, 0, 1]);
    expect(store.counts).toEqual(counts);
  });

  it('is followed by no delta', () => {
    expect(glanced().applyDelta(delta(2, { removed: ['a'] }))).toBe(false);
  });

  it('keeps no room in a view of which it cannot tell how long it is', () => {
    const store = glanced();
    store.show({ ...byName, filter: { kind: 'label', name: 'Films' } });
    expect([store.visible, store.coming]).toEqual([['b'], 0]);
    store.applySnapshot(snapshot(all));
    expect(store.visible).toEqual(['b', 'd']);
  });

  it('leaves selected what the snapshot has', () => {
    const store = glanced();
    store.selection.only('b');
    store.applySnapshot(snapshot(all));
    expect(store.selection.hashes).toEqual(['b']);
  });
});

describe('deltas', () => {
  it('change, add and remove rows', () => {
    const store = storeOf('a', 'b');
    const applied = store.applyDelta(
      delta(2, { upserts: [row('b', { have_bytes: 500 }), row('c')], removed: ['a'] }),
    );
    expect(applied).toBe(true);
    expect(store.visible).toEqual(['b', 'c']);
    expect(store.row('b')?.have_bytes).toBe(500);
    expect(store.row('a')).toBeUndefined();
    expect(store.size).toBe(2);
  });

  it('are refused when one is missing in between, and nothing changes', () => {
    const store = storeOf('a');
    expect(store.applyDelta(delta(3, { removed: ['a'] }))).toBe(false);
    expect(store.visible).toEqual(['a']);
  });

  it('are refused before the first snapshot', () => {
    expect(new TorrentStore().applyDelta(delta(1))).toBe(false);
  });

  it('keep what they do not mention', () => {
    const store = storeOf('a');
    store.applySnapshot(
      snapshot([row('a')], { labels: [{ name: 'Films', colour: 1, defaults: NO_DEFAULTS }] }),
    );
    store.applyDelta(delta(2));
    expect(store.labels).toEqual([{ name: 'Films', colour: 1, defaults: NO_DEFAULTS }]);
    expect(store.colour('Films')).toBe(1);
    expect(store.totals?.engine.state).toBe('running');
  });

  it('give the same object for a row that did not change', () => {
    const store = storeOf('a', 'b');
    const before = store.row('a');
    store.applyDelta(delta(2, { upserts: [row('b', { have_bytes: 1 })] }));
    expect(store.row('a')).toBe(before);
  });
});

describe('a new snapshot', () => {
  it('replaces everything and keeps the selection of what is still there', () => {
    const store = storeOf('a', 'b', 'c');
    store.selection.all();
    store.applySnapshot(snapshot([row('b'), row('d')], { rev: 9 }));
    expect(store.visible).toEqual(['b', 'd']);
    expect(store.selection.hashes).toEqual(['b']);
    expect(store.applyDelta(delta(10))).toBe(true);
  });
});

describe('filter and search', () => {
  it('show what matches, at once', () => {
    const store = storeOf('Fedora', 'debian', 'Sintel');
    store.show({ ...byName, query: find('DE') });
    expect(store.visible).toEqual(['debian']);
    store.show(byName);
    expect(store.visible).toEqual(['debian', 'Fedora', 'Sintel']);
  });

  it('bring the selection back with the rows, and never act on what is hidden', () => {
    const store = storeOf('a', 'b', 'c');
    store.selection.all();
    store.show({ ...byName, query: find('b') });
    expect(store.selection.hashes).toEqual(['b']);
    expect(store.selected.map(({ hash }) => hash)).toEqual(['b']);
    store.show(byName);
    expect(store.selection.hashes).toEqual(['a', 'b', 'c']);
  });
});

describe('order', () => {
  it('is renewed at once while nobody touches the list', () => {
    const store = storeOf('a', 'b');
    store.applyDelta(delta(2, { upserts: [row('a', { name: 'z' })] }));
    expect(store.visible).toEqual(['b', 'a']);
  });

  it('waits for two seconds of calm while the list is in use', () => {
    const store = storeOf('a', 'b');
    store.touch();
    store.applyDelta(delta(2, { upserts: [row('a', { name: 'z' })] }));
    expect(store.visible).toEqual(['a', 'b']);
    vi.advanceTimersByTime(CALM_MS - 1);
    expect(store.visible).toEqual(['a', 'b']);
    vi.advanceTimersByTime(1);
    expect(store.visible).toEqual(['b', 'a']);
  });

  it('of the queue follows at once whoever moves something in it, once', () => {
    const store = new TorrentStore();
    store.applySnapshot(snapshot([row('a', { rank: 1 }), row('b', { rank: 2 })]));
    store.show({ ...byName, order: { by: 'rank', desc: false } });
    store.touch();
    store.expectMove();
    store.applyDelta(delta(2, { upserts: [row('a', { rank: 3 })] }));
    expect(store.visible).toEqual(['b', 'a']);
    expect(store.followed).toBe(1);
    store.applyDelta(delta(3, { upserts: [row('a', { rank: 1 })] }));
    expect(store.visible).toEqual(['b', 'a']);
  });

  it('waits longer when the list is touched again', () => {
    const store = storeOf('a', 'b');
    store.touch();
    store.applyDelta(delta(2, { upserts: [row('a', { name: 'z' })] }));
    vi.advanceTimersByTime(CALM_MS - 500);
    store.touch();
    vi.advanceTimersByTime(CALM_MS - 500);
    expect(store.visible).toEqual(['a', 'b']);
    vi.advanceTimersByTime(500);
    expect(store.visible).toEqual(['b', 'a']);
  });

  it('lets rows go at once, calm or not, and moves the focus to the next one', () => {
    const store = storeOf('a', 'b', 'c');
    store.selection.only('b');
    store.touch();
    store.applyDelta(delta(2, { removed: ['b'] }));
    expect(store.visible).toEqual(['a', 'c']);
    expect(store.selection.focus).toBe('c');
    expect(store.selection.count).toBe(0);
  });
});

describe('a menu that stands open', () => {
  it('holds rows where they are, and lets go two seconds after', () => {
    const store = storeOf('a', 'b', 'c', 'd', 'e');
    store.hold(true);
    store.applyDelta(delta(2, { upserts: [row('a', { name: 'z' })] }));
    vi.advanceTimersByTime(10 * CALM_MS);
    expect(store.visible[0]).toBe('a');
    store.hold(false);
    vi.advanceTimersByTime(2 * CALM_MS);
    expect(store.visible).toEqual(['b', 'c', 'd', 'e', 'a']);
  });
});

describe('what comes back', () => {
  it('is known for a moment, and what is new is not', () => {
    const store = storeOf('a', 'b');
    store.applyDelta(delta(2, { removed: ['a'] }));
    store.applyDelta(delta(3, { upserts: [row('a'), row('c')] }));
    expect(store.visible).toEqual(['a', 'b', 'c']);
    expect([store.cameBack('a'), store.cameBack('c')]).toEqual([true, false]);
    vi.advanceTimersByTime(5_000);
    expect(store.cameBack('a')).toBe(false);
  });
});

describe('rows that move', () => {
  it('go in and out of what is filtered, few among many, and counts follow', () => {
    const names = Array.from({ length: 40 }, (_, at) => `n${String(at)}`);
    const store = storeOf(...names);
    store.show({ ...byName, filter: { kind: 'status', status: 'stopped' } });
    expect(store.visible).toEqual([]);
    const stopped = (name: string) => row(name, { status: 'stopped', intent: 'stop' });
    store.applyDelta(delta(2, { upserts: [stopped('n9'), stopped('n3'), stopped('n20')] }));
    expect(store.visible).toEqual(['n3', 'n9', 'n20']);
    expect(store.counts.status).toMatchObject({ all: 40, stopped: 3, downloading: 37 });
    store.applyDelta(delta(3, { upserts: [row('n9')], removed: ['n20'] }));
    expect(store.visible).toEqual(['n3']);
    expect(store.counts.status).toMatchObject({ all: 39, stopped: 1, downloading: 38 });
  });
});

describe('10,000 torrents with 500 changing', () => {
  it('are counted and put in their new order', () => {
    vi.useRealTimers();
    const store = new TorrentStore();
    store.show({ ...byName, order: orderBy('activity') });
    const rows = Array.from({ length: 10_000 }, (_, at) =>
      row(`hash-${String(at)}`, { active_at: at * 1_000 }),
    );
    store.applySnapshot(snapshot(rows));
    for (const rev of [2, 3, 4, 5, 6]) {
      const upserts = rows
        .slice(0, 500)
        .map((old) => ({ ...old, active_at: 1e10 + rev * 60_000, have_bytes: 1 }));
      store.applyDelta(delta(rev, { upserts }));
      expect(store.counts.status.all).toBe(10_000);
    }
    expect(store.visible.slice(0, 500).every((hash) => (store.row(hash)?.have_bytes ?? 0) === 1)).toBe(true);
  });
});
