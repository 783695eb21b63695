import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallError } from '$lib/backend/backend';
import type { CreateLook } from '$lib/backend/generated/CreateLook';
import type { CreateRequest } from '$lib/backend/generated/CreateRequest';
import { CreationStore } from '$lib/stores/creation.svelte';
import { FakeBackend } from '../../test/fake-backend';
import { CreateSession } from './create-session.svelte';

const LOOK: CreateLook = {
  ...{ path: '/k/Kelp', name: 'Kelp', is_folder: true, bytes: 4e6, file_count: 3 },
  ...{ piece_length: 16_384, piece_count: 245, left_out: [], left_out_count: 0 },
};

describe('asking for a torrent', () => {
  let backend: FakeBackend;
  let store: CreationStore;
  let session: CreateSession;
  const looks = (): CreateRequest[] =>
    backend.calls.filter(({ name }) => name === 'create_look').map(({ request }) => request as CreateRequest);

  beforeEach(() => {
    vi.useFakeTimers();
    backend = new FakeBackend();
    backend.answers.create_look = LOOK;
    backend.answers.create_start = { job: '7' };
    store = new CreationStore(backend, () => undefined);
    session = new CreateSession(backend, store);
  });
  afterEach(() => {
    session.stop();
    store.stop();
    vi.useRealTimers();
  });

  it('looks once typing is over, and says nothing of a field that is typed in', async () => {
    session.type('path', { path: '/k' });
    session.type('path', { path: '/k/Kelp' });
    expect(looks()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(300);
    expect(looks().map(({ path }) => path)).toEqual(['/k/Kelp']);
    expect(session.look).toEqual(LOOK);
    backend.refusals.create_look = new CallError('path_missing', { path: '/k/Kel' });
    session.type('path', { path: '/k/Kel' });
    await vi.advanceTimersByTimeAsync(300);
    expect(session.look).toBeNull();
    expect(session.problemOf('path')).toBe('');
    session.leave('path');
    expect(session.problemOf('path')).toBe('/k/Kel is not there.');
  });

  it('says what the files are although an address is no good', async () => {
    session.pick('/k/Kelp');
    await vi.advanceTimersByTimeAsync(0);
    const call = backend.call;
    vi.spyOn(backend, 'call').mockImplementation((name, request) => {
      const { trackers = [] } = request as CreateRequest;
      if (name === 'create_look' && trackers.length > 0) {
        return Promise.reject(new CallError('bad_tracker', { address: 'nonsense' }));
      }
      return call(name, request);
    });
    session.set({ trackers: 'nonsense' });
    await vi.advanceTimersByTimeAsync(300);
    expect(session.problemOf('trackers')).toBe('“nonsense” is not the address of a tracker.');
    expect(session.look).toEqual(LOOK);
    expect(await session.start()).toBeNull();
    expect(backend.calls.some(({ name }) => name === 'create_start')).toBe(false);
  });

  it('begins with what was chosen, under the name that it gets', async () => {
    session.pick('/k/Kelp');
    session.set({ hybrid: true, comment: 'C' });
    expect(await session.start()).toBe('7');
    expect(store.get('7')?.name).toBe('Kelp');
    const started = backend.calls.find(({ name }) => name === 'create_start')?.request;
    expect(started).toMatchObject({ path: '/k/Kelp', hybrid: true, comment: 'C' });
    expect(store.draft).toMatchObject({ path: '', comment: '', hybrid: true });
  });

  /** Answers about `path` come when what is returned is called; the others at once. */
  function holdLooks(path: string): () => void {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const call = backend.call;
    vi.spyOn(backend, 'call').mockImplementation(async (name, request) => {
      if (name !== 'create_look') return call(name, request);
      const asked = (request as CreateRequest).path;
      if (asked === path) await held;
      return { ...LOOK, path: asked, name: asked.slice(3) };
    });
    return answer;
  }

  it('shows no answer about a path that is another one meanwhile', async () => {
    const answer = holdLooks('/k/Old');
    session.pick('/k/Old');
    session.type('path', { path: '/k/New' });
    answer();
    await vi.advanceTimersByTimeAsync(299);
    expect(session.look).toBeNull();
    expect(session.isLooking).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(session.look?.name).toBe('New');
    expect(session.isLooking).toBe(false);
  });

  it('begins with what was there when it was asked for', async () => {
    session.pick('/k/Old');
    await vi.advanceTimersByTimeAsync(0);
    const answer = holdLooks('/k/Old');
    const begun = session.start();
    session.type('path', { path: '/k/New' });
    await vi.advanceTimersByTimeAsync(1_000);
    answer();
    expect(await begun).toBe('7');
    expect(store.get('7')?.name).toBe('Old');
    const started = backend.calls.find(({ name }) => name === 'create_start')?.request;
    expect(started).toMatchObject({ path: '/k/Old' });
  });

  it('looks at what was typed while it could not begin', async () => {
    session.pick('/k/Old');
    await vi.advanceTimersByTimeAsync(0);
    backend.refusals.create_start = new CallError('too_many_jobs', { max: '4' });
    const answer = holdLooks('/k/Old');
    const begun = session.start();
    session.type('path', { path: '/k/New' });
    session.leave('path');
    answer();
    expect(await begun).toBeNull();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.look?.name).toBe('New');
    expect(session.problemOf('path')).toBe('');
  });

  it('says why it cannot begin, and begins nothing without a path', async () => {
    expect(session.canStart).toBe(false);
    expect(await session.start()).toBeNull();
    session.pick('/k/Kelp');
    backend.refusals.create_start = new CallError('too_many_jobs', { max: '4' });
    expect(await session.start()).toBeNull();
    expect(session.problemOf('path')).toContain('4 torrents at a time');
    expect(session.isStarting).toBe(false);
  });

  it('keeps what was typed for when the dialog is opened again', async () => {
    session.pick('/k/Kelp');
    session.set({ private: true });
    const again = new CreateSession(backend, store);
    await vi.advanceTimersByTimeAsync(0);
    expect(again.draft).toMatchObject({ path: '/k/Kelp', private: true });
    expect(again.look).toEqual(LOOK);
    expect(again.isPrivateAlone).toBe(true);
    again.stop();
  });
});
