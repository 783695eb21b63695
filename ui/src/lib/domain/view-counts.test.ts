import { describe, expect, it } from 'vitest';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { row } from '../../test/rows';
import { Counter, countRows } from './view-counts';

const FULL = { code: 'disk_full', params: {} };
const rows: readonly TorrentRow[] = [
  row('a', { labels: ['Films', 'Own'], trackers: ['one.example'] }),
  row('b', { status: 'attention', labels: ['Films'], sentence: FULL }),
  row('c', { status: 'seeding', wanted_bytes: 10, have_bytes: 10 }),
  row('d', { status: 'stopped', intent: 'stop', trackers: ['one.example', 'two.example'] }),
];

const plain = (rowsNow: Iterable<TorrentRow>): unknown => {
  const { labels, trackers, ...rest } = countRows(rowsNow);
  return { ...rest, labels: [...labels].sort(), trackers: [...trackers].sort() };
};

describe('counts', () => {
  it('that follow changes are those of counting anew', () => {
    const counter = new Counter();
    const now = new Map<string, TorrentRow>();
    // Every row becomes every other one, and goes in the end.
    for (const from of rows) {
      for (const to of rows) {
        const next = { ...to, hash: from.hash };
        counter.replace(now.get(from.hash), next);
        now.set(from.hash, next);
        const { labels, trackers, ...rest } = counter.counts;
        const kept = { ...rest, labels: [...labels].sort(), trackers: [...trackers].sort() };
        expect(kept).toEqual(plain(now.values()));
      }
    }
    for (const [hash, old] of now) counter.replace(old, void hash);
    expect(counter.counts).toEqual(countRows([]));
  });

  it('are the same object while no number is different', () => {
    const counter = new Counter();
    const [first] = rows;
    counter.replace(undefined, first);
    const before = counter.counts;
    counter.replace(first, { ...first, down_bps: 5, labels: ['Films', 'Own'] } as TorrentRow);
    expect(counter.counts).toBe(before);
    expect(before.status.downloading).toBe(1);
    expect(before.unlabelled).toBe(0);
  });
});
