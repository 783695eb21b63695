import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppContext } from '$lib/app.svelte';
import { CallError } from '$lib/backend/backend';
import type { CommandName } from '$lib/backend/backend';
import type { FileRow } from '$lib/backend/generated/FileRow';
import { FakeBackend } from '../../test/fake-backend';
import { delta, row, snapshot } from '../../test/rows';
import { TorrentFiles } from './torrent-files.svelte';

const file = (index: number, wanted: boolean): FileRow => ({
  index,
  path: [`${index}.bin`],
  disk_path: null,
  length: 10,
  wanted,
  have_bytes: 0,
  part: false,
  renamed: false,
  priority: wanted ? 'normal' : 'skip',
  risk: null,
});
const pair = (first: boolean, second: boolean): FileRow[] => [file(0, first), file(1, second)];

let backend: FakeBackend;
let app: AppContext;
let shown: string;
let source: TorrentFiles;
let stop: () => void;
/** Answers that a test holds back. */
let held: {
  readonly name: CommandName;
  readonly request: unknown;
  readonly answer: (files?: unknown) => void;
}[];
let holds: readonly CommandName[];

const settle = async (): Promise<void> => {
  flushSync();
  await vi.advanceTimersByTimeAsync(0);
};
const steps = (rev: number, undo: number | null, redo: number | null): void => {
  const step = (id: number | null) => (id === null ? null : { id, kind: 'selected', count: 1, at: 0 });
  backend.send({ type: 'delta', ...delta(rev, { undo: { undo: step(undo), redo: step(redo) } }) });
};
const ticks = (): boolean[] => [1, 2].map((id) => source.choice?.tick(id) === 'all');

beforeEach(async () => {
  vi.useFakeTimers();
  held = [];
  holds = [];
  backend = new FakeBackend();
  const call = backend.call;
  backend.call = (name, request) => {
    if (!holds.includes(name)) return call(name, request);
    backend.calls.push({ name, request });
    return new Promise((resolve) => {
      held.push({ name, request, answer: (files = {}) => resolve(files as never) });
    });
  };
  backend.answers.files = pair(true, true);
  app = new AppContext(backend);
  const end = app.start();
  backend.send({ type: 'snapshot', ...snapshot([row('a', { status: 'seeding' }), row('b')]) });
  shown = 'a';
  source = new TorrentFiles(app, () => app.torrents.row(shown) ?? row('none'));
  const leave = $effect.root(() => {
    $effect(() => source.follow('a'));
  });
  stop = () => {
    leave();
    end();
  };
  await settle();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('the files of a torrent', () => {
  it('are asked for at once when a choice was taken back, so that the next one is about what is so', async () => {
    source.toggle(1);
    await settle();
    backend.answers.files = pair(false, true);
    steps(2, 1, null);
    await settle();
    expect(ticks()).toEqual([false, true]);
    backend.answers.files = pair(true, true);
    steps(3, null, 1);
    await settle();
    expect(ticks()).toEqual([true, true]);
    source.toggle(2);
    await settle();
    expect(backend.calls.findLast(({ name }) => name === 'select_files')?.request).toEqual({
      hash: 'a',
      wanted: [0],
    });
    backend.answers.files = pair(false, true);
    steps(4, 1, null);
    await settle();
    expect(ticks()).toEqual([false, true]);
  });

  it('keep a choice that is on its way, and one that the answer does not know of yet', async () => {
    holds = ['select_files', 'files'];
    steps(2, 1, null);
    await settle();
    source.toggle(1);
    await settle();
    held[0]?.answer(pair(true, true));
    await settle();
    expect(ticks()).toEqual([false, true]);
    steps(3, 2, null);
    await settle();
    source.toggle(1);
    await settle();
    held[1]?.answer();
    held[3]?.answer();
    await settle();
    expect(held[2]?.name).toBe('files');
    held[2]?.answer(pair(false, true));
    await settle();
    expect(ticks()).toEqual([true, true]);
  });

  it('show what is so when a choice was refused', async () => {
    backend.refusals.select_files = new CallError('store_failed');
    source.toggle(1);
    await settle();
    expect(app.toasts.all).toMatchObject([{ kind: 'error', error: { code: 'store_failed' } }]);
    expect(ticks()).toEqual([true, true]);
  });
});

describe('a choice that takes a while', () => {
  it('is about the torrent that it was made for', async () => {
    source.choice?.setPriority([1], 'high');
    holds = ['select_files'];
    source.choose();
    await settle();
    shown = 'b';
    held[0]?.answer();
    await settle();
    expect(backend.calls.findLast(({ name }) => name === 'set_priorities')?.request).toMatchObject({
      hash: 'a',
    });
  });

  it('is not followed by the files of a torrent that is not shown any more', async () => {
    backend.refusals.set_priorities = new CallError('store_failed');
    source.choice?.setPriority([1], 'high');
    holds = ['select_files'];
    source.choose();
    await settle();
    shown = 'none';
    stop();
    backend.answers.files = [];
    held[0]?.answer();
    await settle();
    expect(backend.calls.at(-1)).toEqual({ name: 'files', request: { hash: 'a' } });
    expect(source.isEmpty).toBe(false);
    expect(app.toasts.all).toMatchObject([{ kind: 'error', error: { code: 'store_failed' } }]);
  });
});
