import { beforeEach, describe, expect, it, vi } from 'vitest';
import { row, snapshot } from '../../test/rows';
import type { Glance } from './backend';
import type { Event } from './generated/Event';
import type { TorrentRow } from './generated/TorrentRow';
import { unpackRow } from './generated/unpackRow';
import { createTauriBackend } from './tauri';

interface Asked {
  readonly stream: number;
  readonly ahead: boolean | null;
}
/** What the shell was asked: for streams, and for the next event of one by whoever waits for it. */
const shell = vi.hoisted(() => ({
  asked: [] as Asked[],
  waiting: new Map<number, (line: unknown) => void>(),
  failing: new Map<number, () => void>(),
  picture: [] as (() => void)[],
}));
vi.mock('@tauri-apps/api/core', () => ({
  invoke: async (command: string, args: Asked) => {
    if (command !== 'subscribe') return null;
    if (args.ahead !== null) shell.asked.push(args);
    return new Promise((resolve, reject) => {
      shell.waiting.set(args.stream, resolve);
      shell.failing.set(args.stream, () => reject(new Error('no')));
    });
  },
}));
vi.mock('../picture', () => ({
  afterPicture: (work: () => void) => shell.picture.push(work),
}));

/** The names of the fields, in the order in which the shell sends their values. */
const FIELDS = Object.keys(unpackRow([])) as (keyof TorrentRow)[];
const packed = (hash: string): unknown[] => FIELDS.map((field) => row(hash)[field]);
const glance = {
  type: 'glance',
  rows: [packed('a')],
  kinds: [[3, packed('a')]],
  snapshot: snapshot([]),
};
const pieces = [
  { type: 'rows', rows: [packed('c')] },
  { type: 'rows', rows: [packed('a')] },
  { type: 'packed', rows: [packed('b')], snapshot: snapshot([]) },
];
const delta = { type: 'delta', rev: 2 };

let heard: (Event | Glance)[];
const hear = (event: Event | Glance): void => void heard.push(event);
async function say(at: number, ...lines: unknown[]): Promise<void> {
  const stream = shell.asked[at]?.stream ?? 0;
  for (const line of lines) {
    await vi.waitFor(() => expect(shell.waiting.has(stream)).toBe(true));
    const answer = shell.waiting.get(stream);
    shell.waiting.delete(stream);
    answer?.(line);
  }
  // It was heard when the next one is asked for, or nobody asks any more.
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  heard = [];
  shell.asked.length = shell.picture.length = 0;
  shell.waiting.clear();
  shell.failing.clear();
});

describe("the window's stream", () => {
  // The first of all: streams are numbered from 1.
  it('takes the first event that was asked for before the page was read', async () => {
    window.__SHOAL_FIRST__ = Promise.resolve(glance) as unknown as NonNullable<typeof window.__SHOAL_FIRST__>;
    const backend = createTauriBackend();
    await backend.begun;
    const connection = vi.fn();
    backend.subscribe(hear, connection);
    expect(heard.map(({ type }) => type)).toEqual(['glance']);
    await vi.waitFor(() => expect(connection).toHaveBeenCalledWith(true));
    expect(shell.asked).toEqual([]);
    for (const work of shell.picture) work();
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([false]);
    expect(window.__SHOAL_FIRST__).toBeUndefined();
  });

  it('begins with a glance, and asks for all when that can be seen', async () => {
    const backend = createTauriBackend();
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true]);
    await say(0, glance);
    await backend.begun;
    backend.subscribe(hear, () => undefined);
    expect(heard).toEqual([{ type: 'glance', snapshot: snapshot([row('a')]), kinds: [[3, row('a')]] }]);
    expect(shell.asked.length).toBe(1);
    for (const work of shell.picture) work();
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true, false]);
    await say(1, ...pieces, delta);
    expect(heard.slice(1)).toEqual([
      { ...snapshot([row('c'), row('a'), row('b')]), type: 'snapshot' },
      delta,
    ]);
  });

  it('takes a short list whole, and another one when it is asked for anew', async () => {
    const backend = createTauriBackend();
    const end = backend.subscribe(hear, () => undefined);
    await say(0, pieces[2], delta);
    expect(heard.map(({ type }) => type)).toEqual(['snapshot', 'delta']);
    expect(shell.picture).toEqual([]);
    end();
    backend.subscribe(hear, () => undefined);
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true, false]);
    await say(0, delta);
    expect(heard.length).toBe(2);
    await say(1, ...pieces);
    expect(heard[2]).toEqual({ ...snapshot([row('c'), row('a'), row('b')]), type: 'snapshot' });
  });

  it('asks on when there was nothing for a while, and when one event went wrong', async () => {
    const report = vi.fn();
    vi.stubGlobal('reportError', report);
    const backend = createTauriBackend();
    backend.subscribe(
      (event) => {
        hear(event);
        if (heard.length === 1) throw new Error('no');
      },
      () => undefined,
    );
    await say(0, { type: 'quiet' }, delta, { type: 'quiet' }, delta);
    expect(heard).toEqual([delta, delta]);
    expect(report).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });

  it('asks for all anew when the shell could not be asked', async () => {
    vi.useFakeTimers();
    try {
      const backend = createTauriBackend();
      backend.subscribe(hear, () => undefined);
      await vi.advanceTimersByTimeAsync(0);
      shell.failing.get(shell.asked[0]?.stream ?? 0)?.();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true, false]);
    } finally {
      vi.useRealTimers();
    }
    await say(1, ...pieces);
    expect(heard.map(({ type }) => type)).toEqual(['snapshot']);
  });

  it('asks no more of a stream that the shell has ended', async () => {
    const backend = createTauriBackend();
    backend.subscribe(hear, () => undefined);
    await say(0, delta, null);
    expect(heard).toEqual([delta]);
    expect(shell.waiting.size).toBe(0);
  });

  it('that has ended asks for nothing more', async () => {
    const backend = createTauriBackend();
    const end = backend.subscribe(hear, () => undefined);
    await say(0, glance);
    end();
    for (const work of shell.picture) work();
    expect(shell.asked.length).toBe(1);
  });
});
