import { describe, expect, it } from 'vitest';
import type { SettingView } from '$lib/backend/generated/SettingView';
import { matchesSearch, readNumber, SECTIONS, wordsOf } from './sections';

const KEYS = SECTIONS.flatMap((section) => section.groups.flatMap((group) => group.keys));

function view(key: string): SettingView {
  return { key, kind: { type: 'bool' }, applies: 'now', shown: true, value: true, default: true };
}

describe('sections', () => {
  it('have words for every setting they show', () => {
    for (const key of KEYS) {
      expect(wordsOf(key), key).not.toBe('');
      expect(wordsOf(key, '_hint'), key).not.toBe('');
    }
    expect(wordsOf('network.nothing')).toBe('');
  });

  it('are searched by title, explanation and key, word by word', () => {
    expect(matchesSearch(view('network.upnp'), 'ROUTER let')).toBe(true);
    expect(matchesSearch(view('network.upnp'), 'upnp')).toBe(true);
    expect(matchesSearch(view('network.upnp'), 'router theme')).toBe(false);
  });
});

describe('readNumber', () => {
  it('takes whole numbers in the range only', () => {
    expect(readNumber(' 51413 ', 0, 65_535)).toBe(51_413);
    expect(readNumber('0', 0, 65_535)).toBe(0);
    for (const text of ['', '65536', '-1', '1.5', '1e3', 'port', '99999999999999999999']) {
      expect(readNumber(text, 0, 65_535), text).toBeNull();
    }
  });
});
