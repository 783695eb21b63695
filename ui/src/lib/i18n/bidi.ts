/**
 * Names inside sentences of another direction. A file name in Arabic must not reorder an English sentence,
 * nor a Latin one an Arabic sentence: such a name goes between marks that keep it to itself. Names that
 * need none get none, so that what is copied from an English window is what it looks like.
 */
import type { Direction } from './languages';

const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Letters that are written from right to left, and marks that change the direction. */
const LEFTWARD =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f\u202a-\u202e\u2066-\u2069\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

export function isolate(text: string, direction: Direction): string {
  if (text === '') return text;
  return direction === 'rtl' || LEFTWARD.test(text) ? FIRST_STRONG_ISOLATE + text + POP_ISOLATE : text;
}
