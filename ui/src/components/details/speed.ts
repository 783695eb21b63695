/** Speeds over time as the details show them: spans, what is read at a step, and a table of means. */
import { averages } from '$components/shared/chart';
import type { SpeedHistory } from '$lib/backend/generated/SpeedHistory';
import type { SpeedSpan } from '$lib/backend/generated/SpeedSpan';

export const SPANS: readonly SpeedSpan[] = ['minute', 'ten_minutes', 'hour', 'day'];
export const SPAN_PREF = 'details.span';

/** How often it is asked for: as often as the picture can change by a pixel or so. */
export const ASK_EVERY_MS: Readonly<Record<SpeedSpan, number>> = {
  minute: 1_000,
  ten_minutes: 1_000,
  hour: 10_000,
  day: 60_000,
};

/** Steps that make a row of the table: it has 12 to 24 rows. */
const STEPS_A_ROW: Readonly<Record<SpeedSpan, number>> = {
  minute: 5,
  ten_minutes: 30,
  hour: 15,
  day: 30,
};

export function spanOf(remembered: unknown): SpeedSpan {
  return SPANS.find((span) => span === remembered) ?? 'ten_minutes';
}

/** The last one that is known. */
export function latest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function peak(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Milliseconds since the epoch: the beginning of a step. */
export function stepAt(history: SpeedHistory, at: number): number {
  return history.end_at - (history.down.length - at) * history.step_ms;
}

export interface SpeedRow {
  readonly from: number;
  readonly down: number | null;
  readonly up: number | null;
}

/** Means of equal stretches, the newest first: that is what somebody who reads wants to know. */
export function speedTable(history: SpeedHistory, span: SpeedSpan): SpeedRow[] {
  const group = STEPS_A_ROW[span];
  const [down, up] = [averages(history.down, group), averages(history.up, group)];
  const rows = down.map((mean, at) => ({
    from: stepAt(history, at * group),
    down: mean,
    up: up[at] ?? null,
  }));
  return rows.reverse();
}
