import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import type { FolderInfo } from '$lib/backend/generated/FolderInfo';
import { SaveFolder } from './save-folder.svelte';

const info = (path: string): FolderInfo => ({
  path,
  exists: true,
  usable: true,
  free_bytes: 1_000,
  volume: '/',
  volume_bytes: 2_000,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('takes nothing that was said of another folder for what is said of the one that was typed', async () => {
  const answers = new Map<string, () => void>();
  const call = (_name: string, { path }: { path: string }): Promise<FolderInfo> =>
    new Promise((resolve) => answers.set(path, () => resolve(info(path))));
  const folder = new SaveFolder({ call } as unknown as Backend, '/before');
  folder.type('/typed');
  answers.get('/before')?.();
  await vi.advanceTimersByTimeAsync(100);
  expect(folder.isPending).toBe(true);

  let isSettled = false;
  void folder.settled().then(() => (isSettled = true));
  await vi.advanceTimersByTimeAsync(200);
  expect(isSettled).toBe(false);
  answers.get('/typed')?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(isSettled).toBe(true);
  expect(folder.path).toBe('/typed');
});
