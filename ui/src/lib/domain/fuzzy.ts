/**
 * How well a text answers to what somebody typed. Words in any order; a word is found at the beginning
 * of the text, of one of its words, inside of it, or letter by letter, in that order of worth.
 */
import { fold } from './fold';

const WORTH = { whole: 100, start: 90, word: 70, inside: 45, letters: 20 } as const;
/** Fewer letters are scattered over nearly every text. */
const LETTERS_MIN = 2;
/** The first letter of a word, also of one that follows a dot or an underline. */
const BEFORE_WORD = /[\s\p{P}\p{S}_]/u;

/** The words of a question, as {@link fuzzyScore} wants them. */
export function fuzzyWords(question: string): string[] {
  return fold(question).split(/\s+/).filter(Boolean);
}

/** Above 0 when all words are found; more is better. `text` is folded already. */
export function fuzzyScore(words: readonly string[], text: string, scattered = true): number {
  let sum = 0;
  for (const word of words) {
    const score = wordScore(word, text, scattered);
    if (score === 0) return 0;
    sum += score;
  }
  // Of two that answer alike the shorter one is more likely meant.
  return words.length === 0 ? 0 : sum / words.length - Math.min(10, text.length / 20);
}

function wordScore(word: string, text: string, scattered: boolean): number {
  const at = text.indexOf(word);
  if (at === 0) return text.length === word.length ? WORTH.whole : WORTH.start;
  if (at > 0) return beginsWord(word, text, at) ? WORTH.word : WORTH.inside;
  return scattered && word.length >= LETTERS_MIN ? lettersScore(word, text) : 0;
}

function beginsWord(word: string, text: string, first: number): boolean {
  for (let at = first; at > 0; at = text.indexOf(word, at + 1)) {
    if (BEFORE_WORD.test(text[at - 1] ?? '')) return true;
  }
  return false;
}

/** All letters in their order, the first of them beginning a word: `sif` finds "Show in folder". */
function lettersScore(word: string, text: string): number {
  let at = -1;
  let starts = 0;
  for (const letter of word) {
    at = nextLetter(letter, text, at + 1);
    if (at < 0) return 0;
    const isStart = at === 0 || BEFORE_WORD.test(text[at - 1] ?? '');
    if (isStart) starts += 1;
    else if (starts === 0) return 0;
  }
  return WORTH.letters * (0.5 + (0.5 * starts) / word.length);
}

/** Where a word begins with it, or else where it comes next. */
function nextLetter(letter: string, text: string, from: number): number {
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) {
    if (at === 0 || BEFORE_WORD.test(text[at - 1] ?? '')) return at;
  }
  return text.indexOf(letter, from);
}
