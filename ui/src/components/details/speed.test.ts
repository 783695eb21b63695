import { describe, expect, it } from 'vitest';
import type { SpeedHistory } from '$lib/backend/generated/SpeedHistory';
import { latest, peak, spanOf, speedTable, stepAt } from './speed';

const MINUTE: SpeedHistory = {
  step_ms: 1_000,
  end_at: 1_000_000,
  down: Array.from({ length: 60 }, (_, at) => (at < 10 ? null : at)),
  up: Array.from({ length: 60 }, () => 0),
};

describe('speeds over time', () => {
  it('know when a step began', () => {
    expect([stepAt(MINUTE, 0), stepAt(MINUTE, 59)]).toEqual([940_000, 999_000]);
  });
  it('tell the unknown from nothing', () => {
    expect([latest(MINUTE.down), peak(MINUTE.up), peak([null]), latest([null])]).toEqual([59, 0, null, null]);
    expect(latest([7, null])).toBe(7);
  });
  it('are a table of means, newest first', () => {
    const rows = speedTable(MINUTE, 'minute');
    expect(rows).toHaveLength(12);
    expect(rows[0]).toEqual({ from: 995_000, down: 57, up: 0 });
    expect(rows.at(-1)).toEqual({ from: 940_000, down: null, up: 0 });
  });
  it('are shown for a span that exists', () => {
    expect([spanOf('hour'), spanOf('week'), spanOf(undefined)]).toEqual([
      'hour',
      'ten_minutes',
      'ten_minutes',
    ]);
  });
});
