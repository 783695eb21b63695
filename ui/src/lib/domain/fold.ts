/** Text as it is compared: without case and accents, so that `pokemon` finds `Pokémon`. */

const NOT_ASCII = /[^\0-\x7f]/;

export function fold(text: string): string {
  const lower = text.toLowerCase();
  return NOT_ASCII.test(lower) ? lower.normalize('NFKD').replace(/\p{M}+/gu, '') : lower;
}

/** For the few texts that thousands of rows share: hosts, labels, folders. */
const KEPT_MAX = 4_096;
const kept = new Map<string, string>();

export function folded(text: string): string {
  let result = kept.get(text);
  if (result === undefined) {
    if (kept.size >= KEPT_MAX) kept.clear();
    result = fold(text);
    kept.set(text, result);
  }
  return result;
}

export function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}
