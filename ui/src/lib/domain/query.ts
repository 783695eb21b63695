/**
 * The search language. A text is compiled once to a predicate that is then asked about every row:
 * free words are looked for in name, labels, tracker hosts and the beginning of the info-hash, and
 * in file names as far as somebody else has found them; terms such as `size>700MB` narrow further.
 * A term that makes no sense is reported and otherwise ignored. Pure and quick: 10,000 rows take
 * a few milliseconds.
 */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { fold, folded } from './fold';
import { makeTest, type TermContext, type Test } from './query-terms';
import { tokens, type TermKey, type TermToken, type Token } from './query-tokens';

export interface QueryContext extends TermContext {
  /** Torrents with a fitting file by info-hash, each with one such file: the answer to `needsFiles`. */
  readonly files?: ReadonlyMap<string, string> | null;
}

export interface Problem {
  readonly key: TermKey;
  /** `unknown`: no label of that name. */
  readonly kind: 'value' | 'unknown';
  /** As typed up to the operator: `size>`. */
  readonly term: string;
  readonly value: string;
}

export interface Query {
  /** It asks nothing: everything matches. */
  readonly isEmpty: boolean;
  readonly problems: readonly Problem[];
  /** Words to look for in file names; null when there is nothing to look for. */
  readonly needsFiles: string | null;
  matches(row: TorrentRow): boolean;
  /** The file that a row matches by, when nothing else of it does. */
  fileOf(row: TorrentRow): string | null;
}

/** The query of an empty field. */
export const EVERY_ROW: Query = {
  isEmpty: true,
  problems: [],
  needsFiles: null,
  matches: () => true,
  fileOf: () => null,
};

/** Shorter words would only find noise in file names and hashes. */
const FILE_WORD_MIN = 3;
const HASH_PREFIX = /^[0-9a-f]{4,40}$/;

export function compileQuery(text: string, context: QueryContext): Query {
  const all = tokens(text).filter((token) => !isBegun(token, text));
  const problems: Problem[] = [];
  const tests = all.flatMap((token) => testOf(token, context, problems));
  const wanted = all.filter(isWanted).map(({ value }) => value);
  const words = wanted.map(fold);
  const inFiles = fittingFiles(words, context.files ?? null);
  const hasAllWords: Test = (row) => words.every((word) => hasWord(row, word));
  const fits: Test = (row) => tests.every((test) => test(row));
  return {
    isEmpty: words.length === 0 && tests.length === 0,
    problems,
    needsFiles: words.some(isWorthAFile) ? wanted.join(' ') : null,
    matches: (row) => fits(row) && (hasAllWords(row) || inFiles.has(row.hash)),
    fileOf: (row) => (hasAllWords(row) ? null : (inFiles.get(row.hash) ?? null)),
  };
}

/** Terms that ask for nothing in particular when they have no value. */
const NONE_KEYS: ReadonlySet<TermKey> = new Set(['label', 'tracker']);

/** `label:` at the end of the text: its value is still to come, and the list waits for it. */
function isBegun(token: Token, text: string): boolean {
  if (token.kind !== 'term' || !NONE_KEYS.has(token.key)) return false;
  return token.value === '' && !token.isQuoted && token.end === text.length;
}

function isWanted(token: Token): boolean {
  return token.kind === 'word' && !token.isExcluded && token.value !== '' && token.value !== '-';
}

/** All but the wanted words: those are looked for together. */
function testOf(token: Token, context: QueryContext, problems: Problem[]): Test[] {
  if (token.kind === 'word') {
    const word = fold(token.value);
    return token.isExcluded && word !== '' ? [(row) => !hasWord(row, word)] : [];
  }
  const test = makeTest(token, context);
  if (test === null || isUnknownLabel(token, context)) problems.push(problemOf(token, test !== null));
  if (test === null) return [];
  return [token.isExcluded ? (row) => !test(row) : test];
}

function isUnknownLabel({ key, value }: TermToken, { labels }: QueryContext): boolean {
  const wanted = fold(value);
  return key === 'label' && wanted !== '' && !labels.some((name) => folded(name).includes(wanted));
}

function problemOf(token: TermToken, isUnknown: boolean): Problem {
  const { key, operator, value } = token;
  return { key, kind: isUnknown ? 'unknown' : 'value', term: key + operator, value };
}

// Rows are replaced, never changed, so what is derived from one can be kept with it.
const haystacks = new WeakMap<TorrentRow, string>();

function hasWord(row: TorrentRow, word: string): boolean {
  let text = haystacks.get(row);
  if (text === undefined) {
    // No word has a line break, so none is found across two of them.
    text = [fold(row.name), ...row.labels.map(folded), ...row.trackers].join('\n');
    haystacks.set(row, text);
  }
  return text.includes(word) || (row.hash.startsWith(word) && HASH_PREFIX.test(word));
}

function isWorthAFile(word: string): boolean {
  return word.length >= FILE_WORD_MIN || /[^\0-\x7f]/.test(word);
}

/** Who looks for files knows words only: that a quoted phrase is in the file is seen to here. */
function fittingFiles(
  words: readonly string[],
  found: ReadonlyMap<string, string> | null,
): ReadonlyMap<string, string> {
  if (found === null || !words.some(isWorthAFile)) return new Map();
  const phrases = words.filter((word) => /\s/.test(word));
  if (phrases.length === 0) return found;
  return new Map(
    [...found].filter(([, file]) => {
      const text = fold(file);
      return phrases.every((phrase) => text.includes(phrase));
    }),
  );
}
