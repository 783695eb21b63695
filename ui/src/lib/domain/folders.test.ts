import { describe, expect, it } from 'vitest';
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import type { WatchStateView } from '$lib/backend/generated/WatchStateView';
import { folderLine, folderNames } from './folders';
import { Formatter } from './format';
import { firstRules } from './watch';

const format = new Formatter({ locale: 'en' });
const folder = (
  path: string,
  state: WatchStateView = { state: 'watching' },
  part: Partial<WatchFolderView> = {},
): WatchFolderView => ({
  id: 1,
  rules: firstRules(path),
  state,
  added_today: 0,
  last_added_at: null,
  pending: 0,
  problems: 0,
  ...part,
});
const line = (...args: Parameters<typeof folder>): string => folderLine(folder(...args), format).text;
const polling = (every_s: number): WatchStateView => ({ state: 'polling', every_s, why: 'network' });

describe('the line of a watch folder', () => {
  it('says what it is doing, and what it did today', () => {
    expect(line('/a')).toBe('watching');
    expect(line('/a', { state: 'watching' }, { added_today: 2 })).toBe('watching · 2 added today');
    expect(line('/a', { state: 'off' })).toBe('paused');
  });
  it('names problems first, and warns', () => {
    const one = folder('/a', { state: 'watching' }, { added_today: 2, problems: 1 });
    expect(folderLine(one, format)).toEqual({
      text: 'watching · 1 problem',
      whole: 'watching · 1 problem · 2 added today',
      isWarning: true,
    });
  });
  it('says since when it cannot be reached', () => {
    const since = new Date().setHours(0, 2, 0, 0);
    const sentence = { code: 'watch_gone', params: {} };
    const gone = folder('/a', { state: 'unreachable', since, every_s: 30, sentence }, { added_today: 1 });
    expect(folderLine(gone, format)).toEqual({
      text: 'not reachable since 00:02',
      whole: 'not reachable since 00:02 · 1 added today',
      isWarning: true,
    });
  });
  it('rounds no interval', () => {
    expect(line('/a', polling(10))).toBe('polling every 10\u202fs');
    expect(line('/a', polling(12))).toBe('polling every 12 seconds');
    expect(line('/a', polling(90))).toBe('polling every 90 seconds');
    expect(line('/a', polling(120))).toBe('polling every 2\u202fmin');
  });
});

describe('the names of watch folders', () => {
  const names = (...paths: string[]): string[] => [
    ...folderNames(paths.map((path, id) => folder(path, undefined, { id }))).values(),
  ];
  it('are the last parts of their paths', () => {
    expect(names('/home/ada/Downloads', '/mnt/nas/incoming/', 'C:\\Users\\Ada\\New')).toEqual([
      'Downloads',
      'incoming',
      'New',
    ]);
  });
  it('say more where two are alike', () => {
    expect(names('/home/ada/incoming', '/mnt/nas/incoming', '/incoming')).toEqual([
      'ada / incoming',
      'nas / incoming',
      'incoming',
    ]);
  });
});
