import { describe, expect, it } from 'vitest';
import type { LogEntry } from '$lib/backend/generated/LogEntry';
import { daysOf, merge } from './log-lines';

function entry(id: number, at = id): LogEntry {
  return { id, at, tone: 'neutral', sentence: { code: 'log_started', params: {} } };
}
const ids = (entries: readonly LogEntry[]): number[] => entries.map(({ id }) => id);

describe('a log', () => {
  it('takes in newer and older entries, each once, newest first', () => {
    const first = merge([], [entry(9), entry(8)]);
    const newer = merge(first, [entry(10), entry(9), entry(8)]);
    const older = merge(newer, [entry(7), entry(6)]);
    expect(ids(older)).toEqual([10, 9, 8, 7, 6]);
  });
  it('stays the same thing when nothing has happened, so that nothing is drawn again', () => {
    const known = merge([], [entry(2), entry(1)]);
    expect(merge(known, [entry(2), entry(1)])).toBe(known);
  });
  it('has a head for each day, in the order of the entries', () => {
    const [morning, evening] = [new Date(2025, 10, 5, 8).getTime(), new Date(2025, 10, 5, 22).getTime()];
    const before = new Date(2025, 10, 4, 23, 59).getTime();
    const days = daysOf([entry(3, evening), entry(2, morning), entry(1, before)]);
    expect(days.map(({ at, entries }) => [at, ids(entries)])).toEqual([
      [evening, [3, 2]],
      [before, [1]],
    ]);
  });
});
