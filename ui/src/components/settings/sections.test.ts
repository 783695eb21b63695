import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SettingView } from '$lib/backend/generated/SettingView';
import {
  markedParts,
  matchesSearch,
  readNumber,
  sectionOf,
  SECTIONS,
  sectionsFor,
  wordsOf,
} from './sections';
import { defaultWords, valueWords } from './values';

const KEYS = SECTIONS.flatMap((section) => section.groups.flatMap((group) => group.keys));

function view(key: string): SettingView {
  return { key, kind: { type: 'bool' }, applies: 'now', shown: true, value: true, default: true };
}

describe('sections', () => {
  it('show every setting that the core means to be shown, and no other', () => {
    const core = readFileSync('../crates/core/src/settings.rs', 'utf8');
    const shown = [...core.matchAll(/"([a-z]+\.[a-z_0-9]+)", SettingKind::.*, true;/g)].map(([, key]) => key);
    expect(shown.length).toBeGreaterThan(10);
    expect([...KEYS].sort()).toEqual(shown.sort());
  });

  it('about the desktop are there only where there is one', () => {
    expect(sectionsFor(true)).toEqual(SECTIONS);
    const keys = sectionsFor(false).flatMap((section) => section.groups.flatMap((group) => group.keys));
    expect(keys.filter((key) => /^(desktop|notify)\./.test(key))).toEqual([]);
    expect(sectionsFor(false)).toHaveLength(SECTIONS.length - 1);
  });

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

describe('what was searched for', () => {
  it('is marked wherever it is, as it is written there', () => {
    expect(markedParts('Port and ports', ['port'])).toEqual(['', 'Port', ' and ', 'port', 's']);
    expect(markedParts('Ports', ['port', 'ports'])).toEqual(['', 'Ports', '']);
    expect(markedParts('a.b (c)', ['.', '(c'])).toEqual(['a', '.', 'b ', '(c', ')']);
    expect(markedParts('people without a tracker', ['without', 'tracker', 'a'])).toEqual([
      'people ',
      'without a tracker',
      '',
    ]);
    expect(markedParts('Port', [])).toEqual(['Port']);
  });
  it('is found in what a setting can be, too', () => {
    const kind = { type: 'choice', choices: ['system', 'de'] } as const;
    const language = { ...view('appearance.language'), kind: { ...kind, choices: [...kind.choices] } };
    expect(matchesSearch(language, 'deutsch')).toBe(true);
    expect(matchesSearch(language, 'français')).toBe(false);
  });
});

describe('a setting', () => {
  it('is in one section', () => {
    expect(sectionOf('network.port')?.id).toBe('network');
    expect(sectionOf('window.sidebar')).toBeNull();
  });
  it('says in words what it is set to', () => {
    const folder = { ...view('downloads.unfinished_folder'), kind: { type: 'folder' } as const };
    expect(valueWords(folder, '')).toBe('off');
    expect(valueWords(folder, '/data')).toBe('/data');
    expect(valueWords(view('network.dht'), true)).toBe('on');
    const port = { ...view('network.port'), kind: { type: 'int', min: 0, max: 65_535 } as const, default: 0 };
    expect(valueWords(port, 51_413)).toBe('51413');
    expect(defaultWords(port)).toMatch(/^From 0 to 65.535\. Default: chosen by Shoal\.$/);
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
