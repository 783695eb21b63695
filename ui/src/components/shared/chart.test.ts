import { describe, expect, it } from 'vitest';
import { areaPath, averages, linePath, runs, scaleOf, timeTicks, valueY } from './chart';

describe('the scale of values', () => {
  it('has round steps that reach above the highest value', () => {
    expect(scaleOf(247_000, 1000).ticks).toEqual([0, 100_000, 200_000, 300_000]);
    expect(scaleOf(18_400_000, 1000).ticks).toEqual([0, 5_000_000, 10_000_000, 15_000_000, 20_000_000]);
    expect(scaleOf(1_100_000, 1000).top).toBe(1_500_000);
  });
  it('is round in binary units, too', () => {
    const { ticks } = scaleOf(3 * 1024 * 1024, 1024);
    expect(ticks.map((tick) => tick / 1024 / 1024)).toEqual([0, 1, 2, 3]);
  });
  it('does not make mountains of a few bytes, nor divide by zero', () => {
    expect(scaleOf(0, 1000).top).toBe(1_000);
    expect(valueY(0, scaleOf(0, 1000).top)).toBe(1_000);
  });
});

describe('times of day', () => {
  const minute = 60_000;
  it('are round and few', () => {
    const from = Date.UTC(2025, 10, 5, 14, 20, 30);
    const { times, stepMs } = timeTicks(from, from + 10 * minute, 6, 0);
    expect(stepMs).toBe(2 * minute);
    expect(times.map((time) => new Date(time).toISOString().slice(11, 16))).toEqual([
      '14:22',
      '14:24',
      '14:26',
      '14:28',
      '14:30',
    ]);
  });
  it('are round where people live, not in Greenwich', () => {
    const from = Date.UTC(2025, 10, 5, 0, 0);
    const { times } = timeTicks(from, from + 24 * 60 * minute, 6, 5.5 * 60 * minute);
    expect(new Date(times[0]! + 5.5 * 60 * minute).getUTCHours() % 4).toBe(0);
  });
});

describe('lines', () => {
  it('break where nothing is known', () => {
    const values = [null, 1, 2, null, 3];
    expect(runs(values)).toEqual([
      { from: 1, end: 3 },
      { from: 4, end: 5 },
    ]);
    expect(linePath(values, 4)).toBe('M300 750L500 500M900 250h0');
    expect(areaPath(values, 4)).toBe('M300 1000L300 750L500 500L500 1000ZM900 1000L900 250L900 1000Z');
  });
  it('do not leave the plot', () => {
    expect(valueY(10, 4)).toBe(0);
  });
  it('are nothing when nothing is known', () => {
    expect(linePath([null, null], 4)).toBe('');
  });
});

describe('averages', () => {
  it('leave out what is not known', () => {
    expect(averages([1, 3, null, 5, null, null, 7], 2)).toEqual([2, 5, null, 7]);
  });
});
