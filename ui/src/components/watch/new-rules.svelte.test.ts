import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppContext } from '$lib/app.svelte';
import { CallError } from '$lib/backend/backend';
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';
import { firstRules } from '$lib/domain/watch';
import { FakeBackend } from '../../test/fake-backend';
import { NewRules } from './new-rules.svelte';
import { WaitingRules } from './waiting-rules.svelte';

/** Rules that are being looked at, each until a test answers. */
interface Look {
  readonly rules: WatchRulesView;
  readonly answer: (wouldAdd: number) => void;
  readonly refuse: () => void;
}
let looks: Look[];
let app: AppContext;

beforeEach(() => {
  looks = [];
  const backend = new FakeBackend();
  const call = backend.call;
  backend.call = (name, request) => {
    if (name !== 'watch_dry_run') return call(name, request);
    const { rules } = request as { rules: WatchRulesView };
    return new Promise((resolve, reject) => {
      looks.push({
        rules,
        answer: (wouldAdd) => resolve({ would_add: wouldAdd } as never),
        refuse: () => reject(new CallError('file_missing')),
      });
    });
  };
  app = new AppContext(backend);
});

const settle = (): Promise<void> => vi.waitFor(() => undefined);
async function until(count: number): Promise<void> {
  await vi.waitFor(() => expect(looks).toHaveLength(count));
}

describe('rules of a new folder', () => {
  it('keep what is set while others are looked at, and count what all of them would add', async () => {
    const session = new NewRules(app);
    const path = session.savePath('/data');
    await until(1);
    expect(await session.save({ start: false })).toBe('');
    looks[0]?.answer(5);
    expect(await path).toBe('');
    expect(session.rules).toMatchObject({ path: '/data', start: false });
    expect(session.added).toBeNull();
    await until(2);
    expect(looks[1]?.rules).toMatchObject({ path: '/data', start: false });
    looks[1]?.answer(3);
    await vi.waitFor(() => expect(session.added).toBe(3));
  });

  it('take the later one of two that are about the same', async () => {
    const session = new NewRules(app);
    const [slow, fast] = [session.save({ path: '/slow' }), session.save({ path: '/fast' })];
    looks[1]?.answer(1);
    await fast;
    looks[0]?.answer(9);
    await slow;
    expect(session.rules.path).toBe('/fast');
  });

  it('are waited for before the folder is made, and it is not when they are refused', async () => {
    const session = new NewRules(app);
    void session.savePath('/data');
    const settled = session.settled();
    await until(1);
    const later = session.save({ path: '/other' });
    looks[0]?.answer(1);
    let isSettled = false;
    void settled.then(() => (isSettled = true));
    await settle();
    expect(isSettled).toBe(false);
    looks[1]?.refuse();
    expect(await later).not.toBe('');
    expect(await settled).toBe(false);
    expect(session.rules.path).toBe('/data');
    expect(await session.settled()).toBe(true);
  });
});

describe('rules of a folder that wait', () => {
  let folder: WatchFolderView;
  let session: WaitingRules;

  beforeEach(() => {
    folder = { id: 1, rules: firstRules('/data') } as WatchFolderView;
    app.watch.replace([folder]);
    session = new WaitingRules(app, () => app.watch.get(1) ?? folder);
  });

  it('are joined by what is set while they are looked at', async () => {
    const inside = session.save({ subfolders: 'on' });
    const named = session.save({ include: ['*.torrent'] });
    looks[1]?.answer(1);
    await named;
    looks[0]?.answer(1);
    await inside;
    expect(session.waiting).toEqual({ subfolders: 'on', include: ['*.torrent'] });
    expect(session.rules).toMatchObject({ path: '/data', subfolders: 'on', include: ['*.torrent'] });
  });

  it('are not waiting again when they were set back meanwhile', async () => {
    const inside = session.save({ subfolders: 'on' });
    await session.save({ subfolders: 'off' });
    looks[0]?.answer(1);
    await inside;
    expect(session.waiting).toEqual({});
  });

  it('go on waiting when they are set while others come to apply', async () => {
    await session.save({ after: { kind: 'delete' } });
    const applying = session.apply();
    const named = session.save({ exclude: ['*.part'] });
    looks[0]?.answer(0);
    await named;
    await applying;
    expect(session.waiting).toEqual({ exclude: ['*.part'] });
  });
});
