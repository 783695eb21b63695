import { describe, expect, it } from 'vitest';
import { findTopics, RULES } from './search';

describe('what the search of the settings finds of watch folders', () => {
  it('is all of it for no words: folders, a new one, every rule, and what was added', () => {
    const keys = findTopics([], [[3, '/watched']]).map(({ key }) => key);
    expect(keys).toEqual([
      'watch:3',
      'watch:new',
      ...RULES.map((rule) => `watch:${rule}`),
      'watch:section',
      'watch:history',
    ]);
  });

  it('is what has all the words, in its title or below', () => {
    const found = (...words: string[]) => findTopics(words, [[3, '/a/router']]).map(({ key }) => key);
    expect(found('router')).toEqual(['watch:3']);
    expect(found('trash')).toContain('watch:after');
    expect(found('trash', 'nothing like it')).toEqual([]);
  });

  it('reads well where a rule has several choices, and where it has none', () => {
    const hints = new Map(findTopics([], []).map(({ key, hint }) => [key, hint]));
    expect(hints.get('watch:labels')).toBe('');
    expect(hints.get('watch:after')).toMatch(/^[^·]+( · [^·]+)+$/);
  });
});
