/**
 * The search field's text, cut into words and terms. `"..."` keeps spaces, with `""` for a quote
 * inside; a leading `-` excludes. Nothing is a mistake here: what is not a term is a word.
 */
export const TERM_KEYS = [
  'label',
  'status',
  'tracker',
  'size',
  'ratio',
  'progress',
  'added',
  'path',
  'private',
] as const;
export type TermKey = (typeof TERM_KEYS)[number];
export type Operator = ':' | '=' | '<' | '<=' | '>' | '>=';

/** Terms that compare numbers: their value may be written with a space before the unit. */
export const COMPARING: ReadonlySet<TermKey> = new Set(['size', 'ratio', 'progress', 'added']);

interface Place {
  /** Where it is in the text, the `-` and the quotes included. */
  readonly start: number;
  readonly end: number;
  readonly isExcluded: boolean;
  readonly isQuoted: boolean;
  readonly value: string;
}
export interface WordToken extends Place {
  readonly kind: 'word';
}
export interface TermToken extends Place {
  readonly kind: 'term';
  readonly key: TermKey;
  readonly operator: Operator;
}
export type Token = WordToken | TermToken;

const SPACE = /\s*/y;
const TERM = /([a-z]+)(?::?(<=|>=|<|>|=)|(:))/iy;
const UNQUOTED = /[^\s]*/y;
const NUMBER = /^[\d٠-٩۰-۹]+([.,٫][\d٠-٩۰-۹]+)?$/;
/** A unit that stands alone behind a number; anything else is the next word. */
const UNIT = /(?:[kmgtpe]?i?[bo]|%|h|d|w|mo|y|hours?|days?|weeks?|months?|years?)(?=\s|$)/iy;

interface Read {
  readonly value: string;
  readonly end: number;
  readonly isQuoted: boolean;
}

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = skip(text, 0);
  while (at < text.length) {
    const token = readToken(text, at);
    found.push(token);
    at = skip(text, token.end);
  }
  return found;
}

/** The value as it has to be written to be read as one. */
export function quoted(value: string): string {
  return /^[^\s"-][^\s"]*$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`;
}

function readToken(text: string, start: number): Token {
  const next = text[start + 1];
  const isExcluded = text[start] === '-' && next !== undefined && !/\s/.test(next);
  const at = isExcluded ? start + 1 : start;
  const term = match(TERM, text, at);
  const key = TERM_KEYS.find((known) => known === term?.[1]?.toLowerCase());
  if (term === null || key === undefined) {
    return { kind: 'word', start, isExcluded, ...readValue(text, at) };
  }
  const operator = (term[2] ?? ':') as Operator;
  const from = at + term[0].length;
  const read = COMPARING.has(key) ? readAmount(text, from) : readValue(text, from);
  return { kind: 'term', key, operator, start, isExcluded, ...read };
}

function readValue(text: string, at: number): Read {
  if (text[at] !== '"') {
    const value = match(UNQUOTED, text, at)?.[0] ?? '';
    return { value, end: at + value.length, isQuoted: false };
  }
  let value = '';
  let end = at + 1;
  for (; end < text.length; end++) {
    if (text[end] === '"') {
      if (text[end + 1] !== '"') break;
      end += 1;
    }
    value += text[end] ?? '';
  }
  return { value, end: Math.min(text.length, end + 1), isQuoted: true };
}

/** `700MB`, `700 MB` and ` 700 MB`: people put the spaces where they like. */
function readAmount(text: string, at: number): Read {
  const first = readValue(text, at);
  const read = first.value === '' && !first.isQuoted ? nextNumber(text, at) : first;
  if (read.isQuoted || !NUMBER.test(read.value)) return read;
  const from = skip(text, read.end);
  const unit = from > read.end ? (match(UNIT, text, from)?.[0] ?? '') : '';
  return unit === '' ? read : { value: read.value + unit, end: from + unit.length, isQuoted: false };
}

/** Behind `size>` and a space; a word there is a word of its own. */
function nextNumber(text: string, at: number): Read {
  const read = readValue(text, skip(text, at));
  return /^[\d٠-٩۰-۹]/.test(read.value) ? read : { value: '', end: at, isQuoted: false };
}

function skip(text: string, at: number): number {
  return at + (match(SPACE, text, at)?.[0].length ?? 0);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
