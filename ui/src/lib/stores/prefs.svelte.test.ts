import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PREF_MAX_BYTES, PrefsStore, PREFS_MAX, SAVE_AFTER_MS } from './prefs.svelte';

const saved: [string, string | null][] = [];
function store(): PrefsStore {
  return new PrefsStore((key, value) => {
    saved.push([key, value]);
    return Promise.resolve();
  });
}

beforeEach(() => {
  saved.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('prefs', () => {
  it('are read from what Shoal has, and garbage counts as not set', () => {
    const prefs = store();
    prefs.replace({ 'list.sort': '{"by":"name"}', broken: '{', empty: 'null', odd: 7 });
    expect(prefs.get('list.sort')).toEqual({ by: 'name' });
    for (const key of ['broken', 'empty', 'odd', 'never']) expect(prefs.get(key)).toBeUndefined();
    for (const nonsense of [null, 7, 'x', undefined]) {
      prefs.replace(nonsense);
      expect(prefs.get('list.sort')).toBeUndefined();
    }
  });

  it('are saved once, when nothing has changed for a moment', () => {
    const prefs = store();
    prefs.set('a', 1);
    vi.advanceTimersByTime(SAVE_AFTER_MS - 1);
    prefs.set('a', 2);
    prefs.set('b', [3]);
    vi.advanceTimersByTime(SAVE_AFTER_MS - 1);
    expect(saved).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(saved).toEqual([
      ['a', '2'],
      ['b', '[3]'],
    ]);
  });

  it('are saved at once when the window goes out of sight', () => {
    const prefs = store();
    prefs.set('a', 1);
    prefs.flush();
    vi.advanceTimersByTime(SAVE_AFTER_MS);
    expect(saved).toEqual([['a', '1']]);
  });

  it('stay what was chosen while they are on their way, whatever a snapshot of before says', async () => {
    let answer = (): void => undefined;
    const prefs = new PrefsStore(() => new Promise((resolve) => (answer = resolve)));
    prefs.set('tab', 'log');
    prefs.flush();
    prefs.replace({ tab: '"files"' });
    expect(prefs.get('tab')).toBe('log');
    prefs.replace({});
    expect(prefs.get('tab')).toBe('log');
    answer();
    await vi.advanceTimersByTimeAsync(0);
    prefs.replace({ tab: '"files"' });
    expect(prefs.get('tab')).toBe('files');
  });

  it('can be forgotten', () => {
    const prefs = store();
    prefs.replace({ a: '1' });
    expect(prefs.set('a', null)).toBe(true);
    prefs.set('never', undefined);
    prefs.flush();
    expect(saved).toEqual([['a', null]]);
    expect(prefs.get('a')).toBeUndefined();
  });

  it('keep what was changed here while a snapshot was on its way', () => {
    const prefs = store();
    prefs.replace({ a: '1', gone: '1' });
    prefs.set('a', 2);
    prefs.set('b', 3);
    prefs.replace({ a: '1' });
    expect(prefs.get('a')).toBe(2);
    expect(prefs.get('b')).toBe(3);
    expect(prefs.get('gone')).toBeUndefined();
  });

  it('are bounded', () => {
    const prefs = store();
    expect(prefs.set('Not A Key', 1)).toBe(false);
    expect(prefs.set('a', 'ä'.repeat(PREF_MAX_BYTES / 2))).toBe(false);
    for (let at = 0; at < PREFS_MAX; at++) expect(prefs.set(`k${String(at)}`, at)).toBe(true);
    expect(prefs.set('one-more', 1)).toBe(false);
    expect(prefs.set('k0', 'again')).toBe(true);
    expect(prefs.get('one-more')).toBeUndefined();
  });
});
