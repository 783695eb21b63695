import { describe, expect, it } from 'vitest';
import { ACTIONS } from '$lib/actions/actions';
import { keySections } from './shortcut-lines';

const texts = (platform: string, question = ''): string[] =>
  keySections(ACTIONS, platform, question).flatMap(({ lines }) => lines.map(({ text }) => text));

describe('the page of shortcuts', () => {
  it('has everything that has keys, once', () => {
    const withKeys = ACTIONS.filter(({ shortcuts }) => shortcuts.length > 0).length;
    const all = texts('linux');
    expect(all.length).toBeGreaterThan(withKeys);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is searched by what a shortcut does, and by its keys', () => {
    expect(texts('linux', 'trash')).toEqual(['Move files to trash']);
    expect(texts('linux', 'ctrl+z')).toContain('Undo');
    expect(texts('linux', 'xyzzy')).toEqual([]);
  });

  it('speaks of the keys that this system has', () => {
    const keys = (platform: string): string =>
      JSON.stringify(keySections(ACTIONS, platform, 'Remove from list')[0]?.lines[0]?.keys);
    expect(keys('linux')).toBe('[["Del"]]');
    expect(keys('macos')).toBe('[["⌦"],["⌘","⌫"]]');
  });
});
