import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { fuzzyScore, fuzzyWords } from './fuzzy';

const score = (question: string, text: string): number => fuzzyScore(fuzzyWords(question), fold(text));
const best = (question: string, ...texts: string[]): string | undefined =>
  texts
    .filter((text) => score(question, text) > 0)
    .sort((a, b) => score(question, b) - score(question, a))[0];

describe('what was typed', () => {
  it('finds words in any order, whatever their case and accents', () => {
    expect(score('trash MOVE', 'Move files to trash')).toBeGreaterThan(0);
    expect(score('pokemon', 'Pokémon')).toBeGreaterThan(0);
  });
  it('has to be found whole', () => {
    expect(score('move nowhere', 'Move files to trash')).toBe(0);
    expect(score('', 'Move files to trash')).toBe(0);
  });
  it('means the beginning rather than the middle', () => {
    expect(best('re', 'More', 'Remove from list')).toBe('Remove from list');
    expect(best('list', 'Realist', 'Remove from list')).toBe('Remove from list');
  });
  it('means the shorter of two that are alike', () => {
    expect(best('stop', 'Stop all torrents of this label', 'Stop')).toBe('Stop');
  });
  it('may be the first letters of words', () => {
    expect(best('sif', 'Search in settings', 'Show in folder')).toBe('Show in folder');
    expect(score('cml', 'Copy magnet link')).toBeGreaterThan(0);
  });
  it('is no letter salad', () => {
    expect(score('opy', 'Move files to a place of your own')).toBe(0);
  });
  it('is found as itself rather than scattered', () => {
    expect(best('set', 'Show elements', 'Settings')).toBe('Settings');
  });
});
