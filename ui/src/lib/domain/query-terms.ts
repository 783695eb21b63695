/** What each term of the search language asks of a row. A value that makes no sense is `null`. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { fold, folded, hasLetters } from './fold';
import type { Operator, TermKey, TermToken } from './query-tokens';
import { homeFilter, isComplete, needsAttention, progressOf } from './view';

export type Test = (row: TorrentRow) => boolean;

export interface TermContext {
  /** Names of all labels. */
  readonly labels: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

const isActive: Test = (row) => row.down_bps >= 1 || row.up_bps >= 1;

/** The words behind `status:`; people need not write them out. */
export const STATUS_TESTS: Readonly<Record<string, Test>> = {
  downloading: (row) => homeFilter(row) === 'downloading',
  seeding: (row) => homeFilter(row) === 'seeding',
  finished: (row) => homeFilter(row) === 'finished',
  stopped: (row) => homeFilter(row) === 'stopped',
  attention: needsAttention,
  active: isActive,
  idle: (row) => !isActive(row),
  complete: isComplete,
  incomplete: (row) => !isComplete(row),
  checking: (row) => row.status === 'checking',
  moving: (row) => row.moving !== null,
  waiting: (row) => row.status === 'waiting',
};
export const STATUS_WORDS: readonly string[] = Object.keys(STATUS_TESTS);

const YES = new Set(['yes', 'y', 'true', '1']);
const NO = new Set(['no', 'n', 'false', '0']);

const DAY_MS = 86_400_000;
const AGE_UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^(h|hours?)$/, DAY_MS / 24],
  [/^(d|days?)$/, DAY_MS],
  [/^(w|weeks?)$/, 7 * DAY_MS],
  [/^(mo|months?)$/, 30 * DAY_MS],
  [/^(y|years?)$/, 365 * DAY_MS],
];
const SIZE_UNITS = ['', 'k', 'm', 'g', 't', 'p', 'e'];

type Maker = (token: TermToken, context: TermContext) => Test | null;

const MAKERS: Readonly<Record<TermKey, Maker>> = {
  label: labelTest,
  tracker: trackerTest,
  status({ value }) {
    const word = fold(value);
    if (word === '') return null;
    const known = STATUS_WORDS.find((name) => name.startsWith(word));
    return known === undefined ? null : (STATUS_TESTS[known] ?? null);
  },
  path({ value }) {
    const wanted = fold(value);
    if (wanted === '') return null;
    return ({ save_path: path, lies_in: now }) =>
      folded(path).includes(wanted) || (now !== null && folded(now).includes(wanted));
  },
  private({ value }) {
    const word = fold(value);
    if (YES.has(word)) return (row) => row.private;
    return NO.has(word) ? (row) => !row.private : null;
  },
  size({ value, operator }) {
    const bytes = readSize(value);
    return bytes === null ? null : comparing(operator, bytes, (row) => row.wanted_bytes, bytes / 200);
  },
  ratio({ value, operator }) {
    const ratio = readNumber(value);
    return ratio === null ? null : comparing(operator, ratio, (row) => row.ratio ?? 0, 0.005);
  },
  progress({ value, operator }) {
    const percent = readNumber(value.replace(/%$/, ''));
    if (percent === null || percent > 100) return null;
    // What has no size yet has nothing yet.
    return comparing(operator, percent, (row) => (progressOf(row) ?? 0) * 100, 0.5);
  },
  added: addedTest,
};

export function makeTest(token: TermToken, context: TermContext): Test | null {
  return MAKERS[token.key](token, context);
}

/** A whole name if there is one, else a part of names: so that typing narrows down. */
function labelTest({ value }: TermToken, { labels }: TermContext): Test {
  const wanted = fold(value);
  if (wanted === '') return (row) => row.labels.length === 0;
  const names = labels.filter((name) => folded(name) === wanted);
  const fitting = new Set(names.length > 0 ? names : labels.filter((name) => folded(name).includes(wanted)));
  return (row) => row.labels.some((name) => fitting.has(name));
}

function trackerTest({ value }: TermToken): Test {
  const wanted = fold(value);
  if (wanted === '') return (row) => row.trackers.length === 0;
  return (row) => row.trackers.some((host) => host.includes(wanted));
}

/** An age (`added<7d`: in the last seven days) or a day (`added>2026-01-31`: after it). */
function addedTest({ value, operator }: TermToken, { now }: TermContext): Test | null {
  const day = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(value);
  if (day !== null) return dayTest(operator, Number(day[1]), Number(day[2]), Number(day[3]));
  const age = /^(.*?)([a-z]+)$/.exec(value.toLowerCase());
  const n = age === null ? null : readNumber(age[1] ?? '');
  const unit = AGE_UNITS.find(([pattern]) => pattern.test(age?.[2] ?? ''));
  if (n === null || unit === undefined) return null;
  return comparing(operator, n * unit[1], (row) => now - row.added_at, unit[1] / 2);
}

function dayTest(operator: Operator, year: number, month: number, day: number): Test | null {
  const start = new Date(year, month - 1, day);
  if (start.getMonth() !== month - 1 || start.getDate() !== day) return null;
  const from = start.getTime();
  const to = new Date(year, month - 1, day + 1).getTime();
  const tests: Record<Operator, (at: number) => boolean> = {
    ':': (at) => at >= from && at < to,
    '=': (at) => at >= from && at < to,
    '<': (at) => at < from,
    '<=': (at) => at < to,
    '>': (at) => at >= to,
    '>=': (at) => at >= from,
  };
  const test = tests[operator];
  return (row) => test(row.added_at);
}

/** Equal means: the same when it is written as shortly as people write it, hence `slack`. */
function comparing(
  operator: Operator,
  wanted: number,
  read: (row: TorrentRow) => number | null,
  slack: number,
): Test {
  const tests: Record<Operator, (value: number) => boolean> = {
    ':': (value) => Math.abs(value - wanted) <= slack,
    '=': (value) => Math.abs(value - wanted) <= slack,
    '<': (value) => value < wanted,
    '<=': (value) => value <= wanted,
    '>': (value) => value > wanted,
    '>=': (value) => value >= wanted,
  };
  const test = tests[operator];
  return (row) => {
    const value = read(row);
    return value !== null && test(value);
  };
}

/** `4.5`, `4,5`, and the same in Arabic and Persian digits. */
function readNumber(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[,٫]/, '.');
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** Bytes of `700MB`, `4.5 GiB`, `1 Go`. A number alone says too little: 700 of what? */
function readSize(text: string): number | null {
  const parts = /^(.*?)\s*([kmgtpe]?)(i?)[bo]?$/i.exec(text);
  const n = readNumber(parts?.[1] ?? '');
  if (parts === null || n === null) return null;
  if (n !== 0 && !hasLetters(text)) return null;
  const power = SIZE_UNITS.indexOf((parts[2] ?? '').toLowerCase());
  return n * (parts[3] === '' ? 1000 : 1024) ** power;
}
