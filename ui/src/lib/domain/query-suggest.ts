/** What could be meant while somebody types a search: terms, and the values that they take. Pure. */
import { fold, folded } from './fold';
import { quoted, TERM_KEYS, tokens, type TermKey, type TermToken } from './query-tokens';
import { STATUS_WORDS } from './query-terms';

export interface SuggestContext {
  readonly labels: readonly { readonly name: string; readonly colour: number }[];
  /** Hosts, those of most torrents first. */
  readonly trackers: readonly string[];
}

export interface Suggestion {
  /** `help` explains a term in the empty field; its words are those of `key`. */
  readonly kind: 'help' | 'term' | 'value';
  readonly key: TermKey;
  /** As it is shown; for a value without its term. */
  readonly text: string;
  /** Hue of the label that it is, 0 to 5. */
  readonly hue: number | null;
  /** What stands between `from` and `to` gives way to `insert`. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
}

export interface Edit {
  readonly text: string;
  readonly caret: number;
}

const SUGGESTIONS_MAX = 8;
/** One letter would suggest half of everything. */
const WORD_MIN = 2;

/** How a term begins, and what people most likely want of it. */
const STARTS: Readonly<Record<TermKey, string>> = {
  label: 'label:',
  status: 'status:',
  tracker: 'tracker:',
  size: 'size>',
  ratio: 'ratio>',
  progress: 'progress<',
  added: 'added<',
  path: 'path:',
  private: 'private:',
};
const EXAMPLES: Readonly<Partial<Record<TermKey, readonly string[]>>> = {
  status: STATUS_WORDS,
  private: ['yes', 'no'],
  size: ['100MB', '1GB', '10GB'],
  ratio: ['1', '2'],
  progress: ['50', '100'],
  added: ['1d', '7d', '30d'],
};

export function suggest(text: string, caret: number, context: SuggestContext): Suggestion[] {
  if (text.trim() === '') return TERM_KEYS.map((key) => term(key, 'help', 0, text.length, ''));
  const token = tokens(text).find(({ start, end }) => start < caret && caret <= end);
  if (token === undefined) return [];
  const sign = token.isExcluded ? '-' : '';
  const { start, end } = token;
  if (token.kind === 'term') return valuesOf(token, sign, context).slice(0, SUGGESTIONS_MAX);
  if (token.isQuoted || token.value.length < WORD_MIN) return [];
  const word = fold(token.value);
  const make = (key: TermKey, value: string, hue: number | null = null): Suggestion =>
    finished(key, sign + STARTS[key], value, hue, start, end);
  return [
    ...TERM_KEYS.filter((key) => key.startsWith(word)).map((key) => term(key, 'term', start, end, sign)),
    ...labelsWith(word, context).map(({ name, colour }) => make('label', name, colour)),
    ...STATUS_WORDS.filter((name) => name.startsWith(word)).map((name) => make('status', name)),
    ...context.trackers.filter((host) => host.includes(word)).map((host) => make('tracker', host)),
  ].slice(0, SUGGESTIONS_MAX);
}

/** The text with the suggestion in it, and where the caret goes. */
export function accept(text: string, { insert, from, to }: Suggestion): Edit {
  const before = text.slice(0, from) + insert;
  const after = text.slice(to);
  // A space that is there already does for the one at the end.
  const rest = before.endsWith(' ') ? after.trimStart() : after;
  return { text: before + rest, caret: before.length };
}

function term(key: TermKey, kind: 'help' | 'term', from: number, to: number, sign: string): Suggestion {
  return { kind, key, text: STARTS[key], hue: null, insert: sign + STARTS[key], from, to };
}

function finished(
  key: TermKey,
  start: string,
  value: string,
  hue: number | null,
  from: number,
  to: number,
): Suggestion {
  return { kind: 'value', key, text: value, hue, insert: `${start}${quoted(value)} `, from, to };
}

function valuesOf(token: TermToken, sign: string, context: SuggestContext): Suggestion[] {
  const { key, value, start, end } = token;
  const word = fold(value);
  const begins = `${sign}${key}${token.operator}`;
  const make = (name: string, hue: number | null = null): Suggestion =>
    finished(key, begins, name, hue, start, end);
  if (key === 'label') {
    const fitting = labelsWith(word, context);
    const isDone = fitting.length === 1 && fitting[0]?.name === value;
    return isDone ? [] : fitting.map(({ name, colour }) => make(name, colour));
  }
  const known = key === 'tracker' ? context.trackers : (EXAMPLES[key] ?? []);
  const fitting = known.filter((name) =>
    key === 'tracker' ? name.includes(word) : fold(name).startsWith(word),
  );
  return fitting.length === 1 && fitting[0] === value ? [] : fitting.map((name) => make(name));
}

/** Those that begin with the word first. */
function labelsWith(word: string, { labels }: SuggestContext): SuggestContext['labels'] {
  const fitting = labels.filter(({ name }) => folded(name).includes(word));
  const begins = ({ name }: { readonly name: string }): boolean => folded(name).startsWith(word);
  return [...fitting.filter(begins), ...fitting.filter((label) => !begins(label))];
}
