import { describe, expect, it } from 'vitest';
import { barHeight, dateOf, lastDays, sumsOf } from './days';

const day = (date: string, down: number, up = 0) => ({
  day: date,
  downloaded_bytes: down,
  uploaded_bytes: up,
});

describe('the days of a chart', () => {
  it('are all days, also those on which nothing happened', () => {
    const days = lastDays([day('2026-02-27', 5), day('2026-03-01', 7, 1)], 4, '2026-03-02');
    expect(days.map(({ day, down, up }) => [day, down, up])).toEqual([
      ['2026-02-27', 5, 0],
      ['2026-02-28', 0, 0],
      ['2026-03-01', 7, 1],
      ['2026-03-02', 0, 0],
    ]);
  });
  it('leave out what is older', () => {
    expect(sumsOf(lastDays([day('2026-01-01', 5)], 30, '2026-03-02')).down).toBe(0);
  });
  it('end where Shoal is, when it is a day ahead of this window', () => {
    expect(lastDays([day('2026-03-03', 1)], 2, '2026-03-02').map(({ day }) => day)).toEqual([
      '2026-03-02',
      '2026-03-03',
    ]);
  });
  it('are that day here, whatever the clock does', () => {
    for (const { at, day } of lastDays([], 366, '2026-12-31')) expect(dateOf(at)).toBe(day);
  });
  it('have sums and a most', () => {
    expect(sumsOf(lastDays([day('2026-03-01', 7, 9), day('2026-03-02', 1, 2)], 2, '2026-03-02'))).toEqual({
      down: 8,
      up: 11,
      most: 9,
    });
  });
});

describe('a bar', () => {
  it('is seen however little it is, and is not there for nothing', () => {
    expect([0, 1, 500, 1_000].map((amount) => barHeight(amount, 1_000, 100))).toEqual([0, 1, 50, 100]);
    expect(barHeight(0, 0, 100)).toBe(0);
  });
});
