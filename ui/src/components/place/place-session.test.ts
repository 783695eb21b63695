import { describe, expect, it } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import type { FolderInfo } from '$lib/backend/generated/FolderInfo';
import { row } from '../../test/rows';
import { PlaceSession } from './place-session.svelte';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

interface Fake {
  readonly backend: Backend;
  readonly moved: unknown[];
}

function fake(): Fake {
  const moved: unknown[] = [];
  const info = (path: string): FolderInfo => ({
    path,
    usable: !path.startsWith('/root'),
    exists: true,
    free_bytes: 500,
    volume_bytes: 1_000,
    volume: path.startsWith('/unknown') ? null : path.startsWith('/data') ? '/data' : '/home',
  });
  const call = async (name: string, request: { path: string }) => {
    await Promise.resolve();
    if (name === 'folder_info') return info(request.path);
    moved.push(request);
    return {};
  };
  return { backend: { kind: 'mock', call, pickFolder: null } as unknown as Backend, moved };
}

describe('PlaceSession', () => {
  const rows = [row('a', { have_bytes: 700, save_path: '/home/ada' }), row('b', { save_path: '/home/ada' })];

  it('needs no room on the drive that they are on', async () => {
    const session = new PlaceSession(fake().backend, rows);
    await settle();
    expect([session.isHere, session.canSend]).toEqual([true, false]);
    session.folder.pick('/home/films');
    await settle();
    expect([session.isSameDrive, session.needed, session.canSend]).toEqual([true, 0, true]);
    session.folder.pick('/data/films');
    await settle();
    expect([session.isSameDrive, session.needed]).toEqual([false, 700]);
  });

  it('sends all of them, and waits for the folder that was just named', async () => {
    const { backend, moved } = fake();
    const session = new PlaceSession(backend, rows);
    session.folder.pick('/data/films');
    expect(await session.send()).toBe(true);
    expect(moved).toEqual([{ hashes: ['a', 'b'], folder: '/data/films' }]);
  });

  it('does not take what is known of the old folder for the new one', async () => {
    const { backend, moved } = fake();
    const session = new PlaceSession(backend, rows);
    await settle();
    expect(session.isHere).toBe(true);
    session.folder.type('/data/films');
    expect(session.canSend).toBe(true);
    expect(await session.send()).toBe(true);
    expect(moved).toEqual([{ hashes: ['a', 'b'], folder: '/data/films' }]);
  });

  it('claims nothing about drives that nobody knows', async () => {
    const session = new PlaceSession(fake().backend, rows);
    session.folder.pick('/unknown');
    await settle();
    expect([session.isSameDrive, session.needed]).toEqual([null, 700]);
  });

  it('sends nothing where it cannot be saved', async () => {
    const { backend, moved } = fake();
    const session = new PlaceSession(backend, rows);
    session.folder.pick('/root');
    expect(await session.send()).toBe(false);
    expect(moved).toEqual([]);
    expect(session.canSend).toBe(false);
  });

  it('moves what is whole from where it lies now', async () => {
    const whole = row('c', { have_bytes: 1_000, save_path: '/data', lies_in: '/home/unfinished' });
    const session = new PlaceSession(fake().backend, [whole]);
    await settle();
    expect(session.folder.text).toBe('/home/unfinished');
    expect([session.isSameDrive, session.isHere]).toEqual([true, true]);
  });

  it('leaves what is not complete where it is until then', async () => {
    const unfinished = row('c', { have_bytes: 5, save_path: '/data', lies_in: '/home/unfinished' });
    const session = new PlaceSession(fake().backend, [unfinished]);
    await settle();
    expect(session.folder.text).toBe('/data');
    expect([session.isHere, session.isLater, session.bytes]).toEqual([true, true, 0]);
  });
});
