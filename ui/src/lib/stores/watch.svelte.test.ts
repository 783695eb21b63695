import { describe, expect, it } from 'vitest';
import { CallError } from '$lib/backend/backend';
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import { firstRules } from '$lib/domain/watch';
import { FakeBackend } from '../../test/fake-backend';
import { WatchStore } from './watch.svelte';

function folder(id: number): WatchFolderView {
  return {
    id,
    rules: firstRules(`/home/ada/${id}`),
    state: { state: 'watching' },
    added_today: 0,
    last_added_at: null,
    pending: 0,
    problems: 0,
  };
}

function setUp() {
  const backend = new FakeBackend();
  const store = new WatchStore(() => backend);
  store.replace([folder(2), folder(1)]);
  return { backend, store };
}

describe('watch folders', () => {
  it('stand in the order in which they were made', () => {
    const { store } = setUp();
    expect(store.folders.map(({ id }) => id)).toEqual([1, 2]);
    expect(store.get(2)?.rules.path).toBe('/home/ada/2');
    expect(store.get(3)).toBeUndefined();
  });

  it('change one rule after the other, and no change takes back another', async () => {
    const { backend, store } = setUp();
    await Promise.all([store.change(1, { start: false }), store.change(1, { top: true })]);
    const sent = backend.calls.map(({ request }) => (request as { rules: object }).rules);
    expect(sent).toEqual([
      { ...firstRules('/home/ada/1'), start: false },
      { ...firstRules('/home/ada/1'), start: false, top: true },
    ]);
  });

  it('show a change at once, and what Shoal says from then on', async () => {
    const { store } = setUp();
    const sent = store.change(1, { start: false });
    expect(store.get(1)?.rules.start).toBe(false);
    store.replace([folder(1)]);
    expect(store.get(1)?.rules.start, 'not yet told of').toBe(false);
    await sent;
    expect(store.get(1)?.rules.start).toBe(false);
    store.replace([folder(1)]);
    expect(store.get(1)?.rules.start).toBe(true);
  });

  it('take back what is refused', async () => {
    const { backend, store } = setUp();
    backend.refusals.watch_put = new CallError('watch_twice');
    await expect(store.change(1, { path: '/home/ada/2' })).rejects.toThrow('watch_twice');
    expect(store.get(1)?.rules.path).toBe('/home/ada/1');
  });
});
