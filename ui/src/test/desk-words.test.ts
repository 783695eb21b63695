// @vitest-environment node
/**
 * The tray and notifications speak without a window. Their words, and what numbers look like, are written for
 * the crate `shoal-desktop` here, so that there is one place for them. A file that was out of date is written
 * anew, and the test fails once.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unitsOf } from '$lib/domain/format-units';
import { Formatter } from '$lib/domain/format';
import type { AnyCatalogue } from '$lib/i18n/catalogue';
import { resolve, type Language } from '$lib/i18n/languages';
import { ar } from '$lib/i18n/messages/ar';
import { de } from '$lib/i18n/messages/de';
import { en } from '$lib/i18n/messages/en';
import { es } from '$lib/i18n/messages/es';
import { fr } from '$lib/i18n/messages/fr';
import { zh } from '$lib/i18n/messages/zh';

const CRATE = '../crates/desktop';
const CATALOGUES: Readonly<Record<Language, AnyCatalogue>> = { en, de, es, fr, zh, ar };

/** Why a torrent needs somebody: what notifications say of it. */
const STATUS =
  /^(disk_full(__unknown)?|the_disk|folder_missing|volume_changed|permission_denied|read_only|file_in_the_way|file_too_big|matches_partly|move_failed|files_changed|io|internal|no_peer_source|unsupported|bad_metadata|trash_failed|store_damaged|reason_\w+)$/;
const DESK = /^(tray|notice)_/;

const AMOUNTS = [
  0, 1, 512, 999, 1_000, 1_023, 1_024, 1_500, 999_499, 999_500, 999_949, 999_950, 1_000_000, 1_005_000,
  9_994_999, 9_995_000, 18_440_000, 29_900_000, 99_949_999, 99_950_000, 104_857_600, 999_500_000,
  1_072_693_248, 1_073_741_824, 4_700_000_000, 123_456_789_012, 5_000_000_000_000,
];

/** The messages of one area whose names fit, under their whole keys. */
function messages(language: Language, area: string, fits: RegExp): Record<string, string> {
  const all = Object.entries(CATALOGUES[language][area] ?? {});
  const fitting = all
    .filter(([name]) => fits.test(name))
    .map(([name, text]) => [`${area}.${name}`, text ?? '']);
  return Object.fromEntries(fitting) as Record<string, string>;
}

/** How the language writes digits. */
function digits(locale: string): { decimal: string; group: string; group_from: number; zero: string } {
  const part = (n: number, type: Intl.NumberFormatPartTypes): string =>
    new Intl.NumberFormat(locale).formatToParts(n).find((each) => each.type === type)?.value ?? '';
  return {
    decimal: part(1.5, 'decimal'),
    group: part(1_234_567, 'group'),
    group_from: part(1_234, 'group') === '' ? 5 : 4,
    zero: part(0, 'integer'),
  };
}

function words(language: Language): unknown {
  const { locale } = resolve(language, []);
  const { decimal, binary, perSecond, wrap } = unitsOf(locale);
  return {
    digits: digits(locale),
    units: { decimal, binary, per_second: perSecond, wrap_binary: wrap('@', true).split('@').slice(0, 2) },
    messages: { ...messages(language, 'desk', DESK), ...messages(language, 'status', STATUS) },
  };
}

/** What amounts look like here, for the crate's tests to look like. */
function samples(language: Language): unknown {
  const { locale } = resolve(language, []);
  const plain = new Formatter({ locale });
  const binary = new Formatter({ locale, binary: true });
  return AMOUNTS.map((bytes) => {
    const { part, whole } = plain.sizePair(bytes, bytes * 10);
    return {
      bytes,
      size: plain.size(bytes),
      binary: binary.size(bytes),
      speed: plain.speed(bytes),
      pair: [part, whole],
    };
  });
}

/** Characters that nobody sees are spelt out. */
function written(content: unknown, indent = 2): string {
  const unseen = /[\u00a0\u200e\u200f\u202a-\u202f\u2060-\u2069]/g;
  const spelt = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(content, null, indent).replace(unseen, spelt)}\n`;
}

/** Puts it there when it is not what is there. */
function isUpToDate(name: string, now: string): boolean {
  const file = join(CRATE, 'words', name);
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (before !== now) writeFileSync(file, now);
  return before === now;
}

/** What is said in Rust, by key; plural forms are put behind a key there. */
function said(): string[] {
  const texts = [`${CRATE}/src`, '../src-tauri/src'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.rs') && !/tests?[./]/.test(path))
      .map((path) => readFileSync(join(folder, path), 'utf8').split('mod tests {')[0] ?? ''),
  );
  return [...texts.join('\n').matchAll(/"(desk\.\w+)"/g)].map(([, key]) => key ?? '');
}

describe('words without a window', () => {
  const languages = Object.keys(CATALOGUES) as Language[];
  it.each(languages)('%s: lie in the crate as they are here', (language) => {
    expect(isUpToDate(`${language}.json`, written(words(language))), 'it was written anew').toBe(true);
  });
  it('come with samples of amounts', () => {
    const all = Object.fromEntries(languages.map((language) => [language, samples(language)]));
    expect(
      isUpToDate('samples.json', written(all, 0).replaceAll('},', '},\n')),
      'they were written anew',
    ).toBe(true);
  });

  it('are all said, and nothing else is', () => {
    const stems = Object.keys(messages('en', 'desk', DESK)).map((key) => key.replace(/_(one|other)$/, ''));
    expect([...new Set(stems)].sort()).toEqual([...new Set(said())].sort());
  });
});
