// @vitest-environment node
/** All messages in all languages: whole, used, with the same placeholders, and written as the language is. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '$lib/actions/actions';
import type { AnyCatalogue, LazyLanguage } from './catalogue';
import { hasMessage } from './index';
import { PLURAL_FORMS, type Language } from './languages';
import { ar } from './messages/ar';
import { de } from './messages/de';
import { en } from './messages/en';
import { es } from './messages/es';
import { fr } from './messages/fr';
import { zh } from './messages/zh';

type Texts = ReadonlyMap<string, string>;

const flat = (catalogue: AnyCatalogue): Texts =>
  new Map(
    Object.entries(catalogue).flatMap(([area, messages]) =>
      Object.entries(messages ?? {}).map(([key, text]) => [`${area}.${key}`, text ?? ''] as const),
    ),
  );

const english = flat(en);
const others: readonly (readonly [LazyLanguage, Texts])[] = [
  ['de', flat(de)],
  ['es', flat(es)],
  ['fr', flat(fr)],
  ['zh', flat(zh)],
  ['ar', flat(ar)],
];
const all: readonly (readonly [Language, Texts])[] = [['en', english], ...others];

const holes = (text: string): Set<string> =>
  new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? ''));
const plurals = [...english.keys()].filter((key) => key.endsWith('_other')).map((key) => key.slice(0, -6));
const isForm = (key: string): boolean =>
  plurals.some((base) => key === `${base}_one` || key === `${base}_other`);
const plain = [...english.keys()].filter((key) => !isForm(key));

/** The keys that a language has to have. */
function wanted(language: Language): string[] {
  return [...plain, ...plurals.flatMap((base) => PLURAL_FORMS[language].map((form) => `${base}_${form}`))];
}

/** Said, with English beside it, to whoever translates. */
function missing(language: LazyLanguage, texts: Texts): string[] {
  const englishOf = (key: string): string =>
    english.get(key) ?? english.get(key.replace(/_[a-z]+$/, '_other')) ?? '';
  return wanted(language)
    .filter((key) => !texts.has(key))
    .map((key) => `${language}/${key}: ${englishOf(key)}`);
}

describe('English', () => {
  it('has both forms of every plural', () => {
    for (const base of plurals) expect([...english.keys()]).toContain(`${base}_one`);
    for (const key of english.keys()) if (key.endsWith('_one')) expect(plurals).toContain(key.slice(0, -4));
  });
  it('speaks calmly', () => {
    for (const [key, text] of english) expect(text, key).not.toMatch(/\bplease\b|\boops\b|successfully/i);
  });
  it('names every action', () => {
    for (const { title } of ACTIONS) expect(hasMessage(title), title).toBe(true);
  });
});

describe('every message', () => {
  const files = import.meta.glob<string>('/src/**/*.{ts,svelte}', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const sources = Object.entries(files)
    .filter(([path]) => !path.includes('/messages/') && !path.includes('.test.'))
    .map(([, text]) => text)
    .join('\n');
  /** Keys are also put together: `status.state_${row.status}` and 'actions.step_' say all that fit. */
  const patterns = [
    ...[...sources.matchAll(/`([a-z]+\.\w*(?:\$\{[^}]*\}\w*)+)`/g)].map(([, key]) =>
      (key ?? '').replace(/\$\{[^}]*\}/g, '@'),
    ),
    ...[...sources.matchAll(/'([a-z]+\.\w+_)'/g)].map(([, key]) => `${key ?? ''}@`),
  ].map((pattern) => new RegExp(`^${pattern.replace('.', '\\.').replaceAll('@', '(\\w+)')}$`));
  const settings = [
    ...readFileSync('../crates/core/src/settings.rs', 'utf8').matchAll(/"([a-z]+\.[a-z_]+)"/g),
  ].map(([, key]) => `settings.${(key ?? '').replace('.', '_')}`);

  /** Codes that come from the core, and words without a window, have tests of their own. */
  const isCode = (key: string): boolean => /^(errors|status|log)\.|^desk\.(tray|notice)_/.test(key);
  const isOfSetting = (key: string): boolean =>
    settings.some((name) => key === name || key.startsWith(`${name}_`));

  /** `details.${tab}` says only what is called so somewhere. */
  const isPutTogether = (key: string): boolean =>
    patterns.some((pattern) => {
      const [, tail] = pattern.exec(key) ?? [];
      return tail !== undefined && (key !== `${key.split('.')[0]}.${tail}` || sources.includes(`'${tail}'`));
    });

  it('is said by somebody', () => {
    const unused = [...plain, ...plurals].filter(
      (key) => !isCode(key) && !isOfSetting(key) && !sources.includes(`'${key}'`) && !isPutTogether(key),
    );
    expect(unused).toEqual([]);
  });
});

describe.each(all)('%s', (language, texts) => {
  it('has no stray space and raises its voice nowhere', () => {
    for (const [key, text] of texts) {
      expect(text, key).toBe(text.trim());
      expect(text, key).not.toMatch(/ {2}|[!！¡]/);
    }
  });
  it('puts quotation marks as it does', () => {
    const foreign: Readonly<Record<Language, RegExp>> = {
      en: /["«»„]/,
      de: /["«»”]/,
      es: /["„“”]/,
      fr: /["„“”]/,
      zh: /["«»„]/,
      ar: /["„“”]/,
    };
    for (const [key, text] of texts) expect(text, key).not.toMatch(foreign[language]);
  });
});

describe.each(others)('%s beside English', (language, texts) => {
  it('has every message: none is missing', () => {
    expect(missing(language, texts)).toEqual([]);
  });

  it('has no message that English has not', () => {
    const known = new Set(wanted(language));
    expect([...texts.keys()].filter((key) => !known.has(key))).toEqual([]);
  });

  it('has the placeholders of English', () => {
    for (const key of plain) {
      const text = texts.get(key);
      if (text !== undefined) expect(holes(text), `${key}: ${text}`).toEqual(holes(english.get(key) ?? ''));
    }
  });

  it('has the placeholders of English in plurals, with the number wherever it is not clear', () => {
    for (const base of plurals) {
      const one = holes(english.get(`${base}_one`) ?? '');
      const other = holes(english.get(`${base}_other`) ?? '');
      for (const form of PLURAL_FORMS[language]) {
        const text = texts.get(`${base}_${form}`);
        if (text === undefined) continue;
        const said = holes(text);
        // French says one for 0 as well, Arabic zero for 0 alone: only there the number may go without saying.
        const isSingle = countsOf(language, form) === 1;
        const fitting = form === 'one' ? [one, other] : [other];
        const fits = fitting.some(
          (need) =>
            [...need].every((name) => said.has(name) || (name === 'n' && isSingle)) &&
            [...said].every((name) => need.has(name) || name === 'n'),
        );
        expect(fits, `${base}_${form}: ${text}`).toBe(true);
      }
    }
  });

  it('is translated', () => {
    const left = [...texts]
      .filter(([key, text]) => isLeft(language, key, text))
      .map(([key, text]) => `${key}: ${text}`);
    expect(left).toEqual([]);
  });

  it('is punctuated as it is', () => {
    const wrong: Partial<Record<Language, RegExp>> = {
      // A colon and its kin stand apart, but never on a line of their own; so do guillemets.
      fr: /[^\u00a0\u202f][:;?»](?=\s|$)|«(?![\u00a0\u202f])/,
      zh: /\p{Script=Han}[,;?:]|\p{Script=Han}\.(?!\p{L})|[，。：；？] /u,
      ar: /\p{Script=Arabic}[,;?]/u,
    };
    const pattern = wrong[language];
    if (pattern === undefined) return;
    for (const [key, text] of texts) expect(text, key).not.toMatch(pattern);
  });
});

/** To how many numbers a form belongs, as far as that is more than one. */
function countsOf(language: Language, form: Intl.LDMLPluralRule): number {
  const rules = new Intl.PluralRules(language);
  return Array.from({ length: 200 }, (_, n) => rules.select(n)).filter((each) => each === form).length;
}

/** What is no word of a language, and the same in all of them. */
const NAMES =
  /\{\w+\}|\b(Shoal|BitTorrent|UPnP|DHT|PEX|LSD|uTP|TCP|UDP|IPv?[46]?|QR|URL|JSON|SHA-?\d*|v[12]|Ctrl|Shift|Alt|Enter|Space|F\d+|[kKMGT]i?B|magnet:\S+|urn:\S+|https?:\S+|magnet|torrent|label|status|size|file|tracker|name)\b|\.(part|torrent|srt)\b/g;
/** Languages are called what they call themselves. */
const OWN_NAME = /^settings\.appearance_language_(?!system|hint)/;

function isLeft(language: Language, key: string, text: string): boolean {
  const source = english.get(key) ?? english.get(key.replace(/_[a-z]+$/, '_other')) ?? '';
  if (OWN_NAME.test(key)) return false;
  // Chinese has no other word for it, as STYLE.md says.
  if (language === 'zh' && text === 'Tracker') return false;
  // Keyboards of Chinese and Arabic have Latin words on these keys.
  if (key.startsWith('keys.') && (language === 'zh' || language === 'ar')) return text === '';
  if (text === '') return source !== '';
  const words = source.replace(NAMES, ' ').match(/\p{L}{2,}/gu) ?? [];
  if (language === 'zh' || language === 'ar') {
    const script = language === 'zh' ? /\p{Script=Han}/u : /\p{Script=Arabic}/u;
    // A sign may stand for a word between two placeholders: `1.4 / 4.7 GB`.
    const isSign = holes(text).size > 1 && !/\p{L}/u.test(text.replace(NAMES, ' '));
    return (
      (words.length > 0 && !isSign && !script.test(text)) ||
      /[a-z]+ [a-z]+ [a-z]+/i.test(text.replace(NAMES, '·'))
    );
  }
  return words.length > 2 && text === source;
}
