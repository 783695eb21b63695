import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppContext } from '$lib/app.svelte';
import type { LogEntry } from '$lib/backend/generated/LogEntry';
import { FakeBackend } from '../../test/fake-backend';
import { PAGE } from './log-lines';
import { TorrentLog } from './torrent-log.svelte';

interface Ask {
  readonly hash: string;
  readonly before: number | null;
}

/** Entries `from` down to 1, at most a page of them. */
const page = (from: number): LogEntry[] =>
  Array.from({ length: Math.min(PAGE, from) }, (_, at) => ({ id: from - at, at: 0 }) as LogEntry);

const LAST = 2.5 * PAGE;
let asked: Ask[];
let held: (() => void)[] | null;
let log: TorrentLog;
let stop: () => void;

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  held = null;
  const backend = new FakeBackend();
  backend.call = (name, request) => {
    if (name !== 'log') throw new Error(name);
    const ask = request as Ask;
    asked.push(ask);
    const answer = page((ask.before ?? LAST + 1) - 1) as never;
    return new Promise((resolve) => {
      if (held === null || ask.before === null) resolve(answer);
      else held.push(() => resolve(answer));
    });
  };
  log = new TorrentLog(new AppContext(backend));
  stop = log.follow('a');
  await vi.advanceTimersByTimeAsync(0);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('everything is fetched once, however often it is asked for at a time', async () => {
  expect(log.entries).toHaveLength(PAGE);
  const all = await Promise.all([log.all(), log.all(), log.older()]);
  expect(all[0]).toHaveLength(LAST);
  expect(all[1]).toHaveLength(LAST);
  expect(asked.map(({ before }) => before)).toEqual([null, LAST - PAGE + 1, LAST - 2 * PAGE + 1]);
  expect(log.hasOlder).toBe(false);
});

it('whoever wants everything waits for what is asked for already', async () => {
  held = [];
  void log.older();
  let text = 0;
  void log.all().then((entries) => (text = entries.length));
  await vi.advanceTimersByTimeAsync(0);
  expect([held.length, text]).toEqual([1, 0]);
  held[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  held[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect([held.length, text]).toEqual([2, LAST]);
});

it('an answer that comes when another torrent is shown is for nobody', async () => {
  held = [];
  const all = log.all();
  stop();
  stop = log.follow('b');
  await vi.advanceTimersByTimeAsync(0);
  expect(log.entries).toHaveLength(PAGE);
  held[0]?.();
  expect(await all).toHaveLength(PAGE);
  expect(log.entries).toHaveLength(PAGE);
  void log.older();
  expect(asked.at(-1)?.hash).toBe('b');
});
