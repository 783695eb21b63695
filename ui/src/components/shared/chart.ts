/** Numbers of a chart over time: scales, ticks and paths. Knows neither what is drawn nor the screen. */

export interface Scale {
  /** Value at the upper edge. */
  readonly top: number;
  /** Values of the lines across, from the lowest one, which is always 0. */
  readonly ticks: readonly number[];
}

/** A plot is this many units wide and high, whatever its size on the screen. */
export const EXTENT = 1_000;

const ROUND_STEPS = [1, 2, 5, 10] as const;
const LINES = 4;

/** Round values up to at least `max`. `base` is 1000, or 1024 where sizes are written in KiB and MiB. */
export function scaleOf(max: number, base: 1000 | 1024): Scale {
  const least = base;
  const wanted = Math.max(max, least) / LINES;
  let unit = 1;
  while (wanted >= unit * base) unit *= base;
  const power = 10 ** Math.floor(Math.log10(wanted / unit));
  const round = ROUND_STEPS.find((step) => step * power * unit >= wanted) ?? 10;
  // 1,000 KiB are not round; 1 MiB is.
  const step = round * power >= 1_000 ? base * unit : round * power * unit;
  const ticks = [0];
  while (ticks.at(-1)! < Math.max(max, least)) ticks.push(ticks.length * step);
  return { top: ticks.at(-1)!, ticks };
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const TIME_STEPS = [
  ...[5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 12, 24].map((n) => n * HOUR),
];

export interface TimeTicks {
  readonly times: readonly number[];
  readonly stepMs: number;
}

/** Round times of day between two moments, at most `most` of them. `offsetMs` is local time less UTC. */
export function timeTicks(from: number, to: number, most: number, offsetMs: number): TimeTicks {
  const fitting = TIME_STEPS.find((step) => (to - from) / step <= most);
  const stepMs = fitting ?? Math.max(...TIME_STEPS);
  const times: number[] = [];
  const first = Math.ceil((from + offsetMs) / stepMs) * stepMs - offsetMs;
  for (let time = first; time <= to; time += stepMs) times.push(time);
  return { times, stepMs };
}

type Values = readonly (number | null)[];

/** Stretches of known values: `from` to just before `end`. What is not known is a gap, never a zero. */
export function runs(values: Values): { readonly from: number; readonly end: number }[] {
  const found: { from: number; end: number }[] = [];
  for (let at = 0; at < values.length; at++) {
    const last = found.at(-1);
    if (values[at] == null) continue;
    if (last?.end === at) last.end = at + 1;
    else found.push({ from: at, end: at + 1 });
  }
  return found;
}

/** Where the middle of a step lies, from 0 to {@link EXTENT}. */
export function stepX(at: number, count: number): number {
  return ((at + 0.5) / count) * EXTENT;
}

export function valueY(value: number, top: number): number {
  return EXTENT - (Math.min(value, top) / top) * EXTENT;
}

/** A line through all known values, broken where there is a gap. */
export function linePath(values: Values, top: number): string {
  return runs(values)
    .map(({ from, end }) => `M${points(values, from, end, top)}${end - from === 1 ? 'h0' : ''}`)
    .join('');
}

/** What lies below that line. */
export function areaPath(values: Values, top: number): string {
  return runs(values)
    .map(({ from, end }) => {
      const [left, right] = [stepX(from, values.length), stepX(end - 1, values.length)].map(short);
      return `M${left} ${EXTENT}L${points(values, from, end, top)}L${right} ${EXTENT}Z`;
    })
    .join('');
}

function points(values: Values, from: number, end: number, top: number): string {
  const found: string[] = [];
  for (let at = from; at < end; at++) {
    found.push(`${short(stepX(at, values.length))} ${short(valueY(values[at] ?? 0, top))}`);
  }
  return found.join('L');
}

function short(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Means of groups of steps; what of a group is not known does not count, and without any it is unknown. */
export function averages(values: Values, group: number): (number | null)[] {
  const found: (number | null)[] = [];
  for (let from = 0; from < values.length; from += group) {
    const known = values.slice(from, from + group).filter((value) => value !== null);
    const sum = known.reduce((total, value) => total + value, 0);
    found.push(known.length === 0 ? null : sum / known.length);
  }
  return found;
}
