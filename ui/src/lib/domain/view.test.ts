import { describe, expect, it } from 'vitest';
import { row } from '../../test/rows';
import { compileQuery, EVERY_ROW } from './query';
import { EVERYTHING, homeFilter, matchesFilter, movesRow } from './view';
import { countRows } from './view-counts';
import { orderBy } from './view-sort';

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

describe('changes of a row', () => {
  it('move it when its place, its filter or the search says so', () => {
    const view = { filter: EVERYTHING, query: EVERY_ROW, order: orderBy('name') } as const;
    expect(movesRow(row('a'), row('a', { have_bytes: 5 }), view)).toBe(false);
    expect(movesRow(row('a'), row('a', { name: 'b' }), view)).toBe(true);
    const stopped = { ...view, filter: { kind: 'status', status: 'stopped' } } as const;
    expect(movesRow(row('a'), row('a', { status: 'stopped' }), stopped)).toBe(true);
    const half = { ...view, query: compileQuery('progress>=50', { labels: [], now: 0 }) };
    expect(movesRow(row('a'), row('a', { have_bytes: 5 }), half)).toBe(false);
    expect(movesRow(row('a'), row('a', { have_bytes: 500 }), half)).toBe(true);
  });
});
