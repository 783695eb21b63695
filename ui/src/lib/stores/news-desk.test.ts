import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WatchNews } from '$lib/backend/generated/WatchNews';
import { NewsDesk, NEWS_PAUSE_MS } from './news-desk';

const news = (folder: number, added: number): WatchNews => ({
  folder,
  path: `/watch/${String(folder)}`,
  added,
  already: 0,
  bad: 0,
  hash: null,
  name: 'Kelp',
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the news desk', () => {
  it('tells the first at once, and what follows soon as one', () => {
    const told: (readonly WatchNews[])[] = [];
    const desk = new NewsDesk((all) => told.push(all));
    desk.tell(news(1, 1));
    desk.tell(news(1, 2));
    desk.tell(news(2, 4));
    expect(told).toEqual([[news(1, 1)]]);
    vi.advanceTimersByTime(NEWS_PAUSE_MS);
    expect(told.slice(1)).toEqual([[news(1, 2), news(2, 4)]]);
    vi.advanceTimersByTime(NEWS_PAUSE_MS);
    desk.tell(news(1, 1));
    expect(told).toHaveLength(3);
  });
});
