/**
 * The weekly schedule of speeds, as the setting keeps it and as it is edited. Pure. The text is rules separated by
 * `;` or a new line, each `mon-fri 08:00-18:00 slow`: the slow limits, `full` for none, or `500/100` in kB/s. A rule
 * that ends no later than it begins runs into the next day; the first that fits holds, outside all the normal limits.
 */

export const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const DAYS = DAY_NAMES.length;
export const DAY_MINUTES = 24 * 60;
/** As many the core takes. */
export const RULES_MAX = 32;
/** In kB/s; the core takes no speed between none and the least. */
export const KBPS_LEAST = 17;
export const KBPS_MOST = 1_000_000;

/** `down` and `up` in kB/s, 0 for none. */
export type What =
  | { readonly kind: 'slow' }
  | { readonly kind: 'full' }
  | { readonly kind: 'own'; readonly down: number; readonly up: number };

export interface Rule {
  /** 0 is Monday; in order, each once, never empty. */
  readonly days: readonly number[];
  /** Minutes since midnight, 0 to 1439. */
  readonly from: number;
  /** No later than `from`: of the next day. */
  readonly to: number;
  readonly what: What;
}

export const FIRST_RULE: Rule = {
  days: [0, 1, 2, 3, 4],
  from: 8 * 60,
  to: 18 * 60,
  what: { kind: 'slow' },
};

/** `8`, `8:30`, `08.30` and `0830`, and 24:00 for midnight; null for anything else. */
export function readTime(text: string): number | null {
  const parts = /^(\d{1,2})(?:[:.h ]?([0-5]\d))?$/.exec(text.trim());
  if (parts === null) return null;
  const [hours, minutes] = [Number(parts[1]), Number(parts[2] ?? 0)];
  if (hours > 24 || (hours === 24 && minutes > 0)) return null;
  return (hours * 60 + minutes) % DAY_MINUTES;
}

export function timeText(minutes: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** What cannot be read is left out: the core has refused it already. */
export function readSchedule(text: string): Rule[] {
  return text
    .split(/[;\n]/)
    .flatMap((rule) => readRule(rule.trim()))
    .slice(0, RULES_MAX);
}

function readRule(text: string): Rule[] {
  const parts = /^([a-z,-]+)\s+(\d\d?:\d\d)-(\d\d?:\d\d)\s+(\S+)$/.exec(text);
  const days = readDays(parts?.[1] ?? '');
  const [from, to] = [readTime(parts?.[2] ?? ''), readTime(parts?.[3] ?? '')];
  const what = readWhat(parts?.[4] ?? '');
  if (days.length === 0 || from === null || to === null || what === null) return [];
  return [{ days, from, to, what }];
}

function readWhat(text: string): What | null {
  if (text === 'slow' || text === 'full') return { kind: text };
  const speeds = /^(\d{1,7})\/(\d{1,7})$/.exec(text);
  return speeds === null ? null : { kind: 'own', down: Number(speeds[1]), up: Number(speeds[2]) };
}

function readDays(text: string): number[] {
  if (text === 'daily') return inOrder(DAY_NAMES.map((_, day) => day));
  const found = text.split(',').flatMap((part) => {
    const [first, last] = part.split('-').map((name) => DAY_NAMES.findIndex((day) => day === name));
    if (first === undefined || first < 0 || last === -1) return [];
    const count = last === undefined ? 1 : ((last - first + DAYS) % DAYS) + 1;
    return Array.from({ length: count }, (_, at) => (first + at) % DAYS);
  });
  return inOrder(found);
}

const inOrder = (days: readonly number[]): number[] => [...new Set(days)].sort((a, b) => a - b);

function whatText(what: What): string {
  return what.kind === 'own' ? `${String(what.down)}/${String(what.up)}` : what.kind;
}

function daysText(days: readonly number[]): string {
  if (days.length === DAYS) return 'daily';
  return days.map((day) => DAY_NAMES[day] ?? '').join(',');
}

export function scheduleText(rules: readonly Rule[]): string {
  return rules
    .map(
      ({ days, from, to, what }) => `${daysText(days)} ${timeText(from)}-${timeText(to)} ${whatText(what)}`,
    )
    .join('; ');
}

/** Null when it would be the last day: a rule without one says nothing. */
export function withDay(rule: Rule, day: number, isOn: boolean): Rule | null {
  const others = rule.days.filter((other) => other !== day);
  const days = isOn ? inOrder([...others, day]) : others;
  return days.length === 0 ? null : { ...rule, days };
}

/** A stretch of one day, in minutes, and what holds in it. */
export interface Stretch {
  readonly from: number;
  /** 1440 for the end of the day. */
  readonly to: number;
  readonly what: What['kind'];
}

interface Part {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

/** The parts of single days that a rule covers. */
function partsOf({ days, from, to }: Rule): Part[] {
  return days.flatMap((day) => {
    if (to > from) return [{ day, from, to }];
    const first = { day, from, to: DAY_MINUTES };
    return to === 0 ? [first] : [first, { day: (day + 1) % DAYS, from: 0, to }];
  });
}

/** What holds on each day of the week, where it is not what always does; joined where the same goes on. */
export function stretchesOf(rules: readonly Rule[]): Stretch[][] {
  const all = rules.flatMap((rule) => partsOf(rule).map((part) => ({ ...part, what: rule.what.kind })));
  return Array.from({ length: DAYS }, (_, day) => {
    const parts = all.filter((part) => part.day === day);
    const edges = [...new Set(parts.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
    const stretches: Stretch[] = [];
    for (const [at, from] of edges.entries()) {
      const to = edges[at + 1];
      const first = parts.find((part) => part.from <= from && part.to > from);
      if (to === undefined || first === undefined) continue;
      const last = stretches.at(-1);
      if (last?.to === from && last.what === first.what) stretches[stretches.length - 1] = { ...last, to };
      else stretches.push({ from, to, what: first.what });
    }
    return stretches;
  });
}

/** Days as the language calls them: Monday first. */
export function dayNames(locale: string, width: 'long' | 'short' | 'narrow'): string[] {
  const format = new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' });
  // 5 January 1970 was a Monday.
  return Array.from({ length: DAYS }, (_, day) => format.format((day + 4) * DAY_MINUTES * 60_000));
}
