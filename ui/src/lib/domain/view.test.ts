import { describe, expect, it } from 'vitest';
import { row } from '../../test/rows';
import {
  compareRows,
  countRows,
  EVERYTHING,
  homeFilter,
  matchesFilter,
  matchesSearch,
  movesRow,
  searchWords,
} from './view';

const complete = { wanted_bytes: 10, have_bytes: 10 };

describe('filters', () => {
  it.each([
    [row('a', { status: 'fetching_metadata', wanted_bytes: null }), 'downloading'],
    [row('a', { status: 'checking' }), 'downloading'],
    [row('a', { status: 'checking', ...complete }), 'seeding'],
    [row('a', { status: 'attention', intent: 'stop' }), 'stopped'],
    [row('a', { status: 'waiting', ...complete }), 'seeding'],
    [row('a', { status: 'finished' }), 'finished'],
  ] as const)('put every torrent in one place', (torrent, home) => expect(homeFilter(torrent)).toBe(home));

  it('count each once, and what needs attention besides', () => {
    const rows = [
      row('a', { labels: ['Films', 'Own'] }),
      row('b', { status: 'attention', labels: ['Films'], sentence: { code: 'disk_full', params: {} } }),
      row('c', { status: 'seeding', ...complete }),
    ];
    const { status, labels, diskFull } = countRows(rows);
    expect(status).toEqual({ all: 3, downloading: 2, seeding: 1, finished: 0, stopped: 0, attention: 1 });
    expect([...labels]).toEqual([
      ['Films', 2],
      ['Own', 1],
    ]);
    expect(diskFull).toBe(1);
  });

  it('know trackers, and what has none', () => {
    const [asked, alone] = [row('a', { trackers: ['one.example', 'two.example'] }), row('b')];
    expect([asked, alone].map((one) => matchesFilter(one, { kind: 'tracker', host: 'two.example' }))).toEqual(
      [true, false],
    );
    expect([asked, alone].map((one) => matchesFilter(one, { kind: 'tracker', host: '' }))).toEqual([
      false,
      true,
    ]);
    expect([...countRows([asked, alone]).trackers]).toEqual([
      ['one.example', 1],
      ['two.example', 1],
      ['', 1],
    ]);
  });
  it('know labels', () => {
    expect(matchesFilter(row('a', { labels: ['Films'] }), { kind: 'label', name: 'Films' })).toBe(true);
    expect(matchesFilter(row('a'), { kind: 'label', name: 'Films' })).toBe(false);
  });
});

describe('what could go from a full disk', () => {
  it.each([
    [{ ...complete, save_path: '/data/films' }, '/data', true],
    [{ ...complete, save_path: '/data' }, '/data/', true],
    [{ ...complete, save_path: '/database' }, '/data', false],
    [{ ...complete, save_path: '/home/ada' }, '/', true],
    [{ ...complete, save_path: 'D:\\films' }, 'D:\\', true],
    [{ save_path: '/data' }, '/data', false],
  ])('%j below %s: %s', (part, below, fits) => {
    expect(matchesFilter(row('a', part), { kind: 'whole', below })).toBe(fits);
  });
});

describe('search', () => {
  it('wants every word, in any order and case', () => {
    const torrent = row('abc123', { name: 'Debian 13 netinst' });
    expect(matchesSearch(torrent, searchWords('NETINST debian'))).toBe(true);
    expect(matchesSearch(torrent, searchWords('debian arch'))).toBe(false);
    expect(matchesSearch(torrent, searchWords('  '))).toBe(true);
  });
  it('finds by the beginning of the info-hash', () => {
    expect(matchesSearch(row('abc123', { name: 'x' }), searchWords('abc'))).toBe(true);
  });
});

describe('orders', () => {
  const sorted = (sort: Parameters<typeof compareRows>[0], ...rows: ReturnType<typeof row>[]): string =>
    rows
      .sort(compareRows(sort))
      .map(({ hash }) => hash)
      .join('');

  it('put numbers in names where people expect them', () => {
    expect(sorted('name', row('a', { name: 'part 10' }), row('b', { name: 'Part 2' }))).toBe('ba');
  });
  it('put unknown sizes and shares last', () => {
    const rows = [
      row('a', { wanted_bytes: null }),
      row('b', { wanted_bytes: 5, have_bytes: 1 }),
      row('c', { wanted_bytes: 9 }),
    ];
    expect(sorted('size', ...rows)).toBe('cba');
    expect(sorted('progress', ...rows)).toBe('bca');
  });
  it('count activity within a minute as equal, newest added first', () => {
    expect(
      sorted(
        'activity',
        row('a', { active_at: 59_000, added_at: 1 }),
        row('b', { active_at: 100, added_at: 2 }),
      ),
    ).toBe('ba');
    expect(
      sorted('activity', row('a', { active_at: 61_000 }), row('b', { active_at: 100, added_at: 2 })),
    ).toBe('ab');
  });
  it('know which changes can move a row', () => {
    const view = { filter: EVERYTHING, search: '', sort: 'name' } as const;
    expect(movesRow(row('a'), row('a', { have_bytes: 5 }), view)).toBe(false);
    expect(movesRow(row('a'), row('a', { name: 'b' }), view)).toBe(true);
    const stopped = { ...view, filter: { kind: 'status', status: 'stopped' } } as const;
    expect(movesRow(row('a'), row('a', { status: 'stopped' }), stopped)).toBe(true);
  });
});
