import { describe, expect, it } from 'vitest';
import { rankTrackers, TOP_TRACKERS } from './trackers';

const many = new Map(Array.from({ length: 9 }, (_, at) => [`t${at}.example`, at + 1] as const));
const hosts = (...args: Parameters<typeof rankTrackers>): string[] =>
  rankTrackers(...args).shown.map(({ host }) => host);

describe('the trackers of the sidebar', () => {
  it('are those of most torrents, with the rest behind a button', () => {
    expect(hosts(many, false, null)).toEqual(['t8', 't7', 't6', 't5', 't4'].map((name) => `${name}.example`));
    expect(rankTrackers(many, false, null).hidden).toBe(9 - TOP_TRACKERS);
    expect(hosts(many, true, null)).toHaveLength(9);
    expect(rankTrackers(many, true, null).hidden).toBe(0);
  });
  it('always hold the one that is chosen', () => {
    expect(hosts(many, false, 't0.example').at(-1)).toBe('t0.example');
    expect(rankTrackers(many, false, 't0.example').hidden).toBe(3);
  });
  it('end with what has no tracker, unless nothing has one', () => {
    expect(
      hosts(
        new Map([
          ['', 7],
          ['a.example', 1],
        ]),
        false,
        null,
      ),
    ).toEqual(['a.example', '']);
    expect(hosts(new Map([['', 7]]), false, null)).toEqual([]);
  });
  it('hide no single one', () => {
    const six = new Map([...many].slice(0, 6));
    expect(hosts(six, false, null)).toHaveLength(6);
  });
  it('drop hosts that nobody uses any more', () => {
    expect(hosts(new Map([['a.example', 0]]), false, null)).toEqual([]);
  });
});
