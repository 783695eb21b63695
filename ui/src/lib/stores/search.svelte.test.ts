import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FoundFiles } from '$lib/backend/generated/FoundFiles';
import { row } from '../../test/rows';
import { FILES_PAUSE_MS, SearchStore } from './search.svelte';

const found = (file: string, more = false): FoundFiles => ({ hashes: [{ hash: 'aaaa', file }], more });
const torrent = row('aaaa', { name: 'Holiday' });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function stage(answer: (text: string) => Promise<FoundFiles>) {
  let text = $state('');
  const asked: string[] = [];
  const search = new SearchStore({
    text: () => text,
    labels: () => [],
    findFiles: (words) => {
      asked.push(words);
      return answer(words);
    },
  });
  const stop = $effect.root(() => {
    $effect(() => search.follow());
  });
  const type = (typed: string): void => {
    text = typed;
    flushSync();
  };
  return { search, asked, type, stop };
}

describe('looking for files', () => {
  it('waits for a moment without typing, and lets what is found join the list', async () => {
    const { search, asked, type, stop } = stage((words) => Promise.resolve(found(`${words}.mkv`)));
    type('bea');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS - 1);
    type('beach');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS - 1);
    expect(asked).toEqual([]);
    expect(search.query.matches(torrent)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toEqual(['beach']);
    expect(search.query.matches(torrent)).toBe(true);
    expect(search.fileOf(torrent)).toBe('beach.mkv');
    stop();
  });

  it('takes no answer to words that are no longer there', async () => {
    const answers: ((files: FoundFiles) => void)[] = [];
    const { search, type, stop } = stage(() => new Promise((resolve) => answers.push(resolve)));
    type('beach');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS);
    type('mountain');
    answers[0]?.(found('beach.mkv'));
    await vi.advanceTimersByTimeAsync(0);
    expect(search.query.matches(torrent)).toBe(false);
    stop();
  });

  it('keeps what was found while only a term is added', async () => {
    const { search, asked, type, stop } = stage(() => Promise.resolve(found('beach.mkv', true)));
    type('beach');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS);
    type('beach ratio<5');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS);
    expect(search.query.matches(torrent)).toBe(true);
    expect(search.isCut).toBe(true);
    expect(asked).toEqual(['beach']);
    stop();
  });

  it('asks nothing without words, and goes on by names when nobody answers', async () => {
    const { search, asked, type, stop } = stage(() => Promise.reject(new Error('gone')));
    type('size>1GB');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS);
    expect(asked).toEqual([]);
    type('holiday');
    await vi.advanceTimersByTimeAsync(FILES_PAUSE_MS);
    expect(search.query.matches(torrent)).toBe(true);
    stop();
  });
});
