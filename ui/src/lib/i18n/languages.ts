/** The languages that Shoal speaks, and which of them somebody wants. Knows no words and no window. */

export const LANGUAGES = ['en', 'de', 'es', 'fr', 'zh', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Direction = 'ltr' | 'rtl';

/**
 * The plural forms that a language tells apart, as far as Shoal writes them. `Intl` also knows `many` in
 * Spanish and French: only for whole millions written as words ("un millón de archivos"), which Shoal
 * writes as digits, so that `other` says it.
 */
export const PLURAL_FORMS = {
  en: ['one', 'other'],
  de: ['one', 'other'],
  es: ['one', 'other'],
  fr: ['one', 'other'],
  zh: ['other'],
  ar: ['zero', 'one', 'two', 'few', 'many', 'other'],
} as const satisfies Readonly<Record<Language, readonly Intl.LDMLPluralRule[]>>;
export type PluralForm<L extends Language = Language> = (typeof PLURAL_FORMS)[L][number];

/** What words are in, and what `Intl` writes numbers and dates by. */
export interface Tongue {
  readonly language: Language;
  /** BCP 47: the person's own kind of that language where it is known, as `de-AT`. */
  readonly locale: string;
}

/** Neither American nor British: for those whose own language Shoal does not speak. */
const PLAIN_ENGLISH = 'en-001';

/**
 * `choice` is a language or `system`; `wanted` are the languages of the system, the most wanted first.
 * What nobody knows is English.
 */
export function resolve(choice: string, wanted: readonly string[]): Tongue {
  const chosen = known(choice);
  if (chosen !== null) return { language: chosen, locale: localeOf(chosen, wanted) };
  for (const tag of wanted) {
    const language = known(baseOf(tag));
    if (language !== null) return { language, locale: localeOf(language, wanted) };
  }
  return { language: 'en', locale: PLAIN_ENGLISH };
}

export function directionOf(language: Language): Direction {
  return language === 'ar' ? 'rtl' : 'ltr';
}

function localeOf(language: Language, wanted: readonly string[]): string {
  const own = wanted.find((tag) => baseOf(tag) === language && fits(tag));
  if (own !== undefined) return own;
  if (language === 'en') return PLAIN_ENGLISH;
  return language === 'zh' ? 'zh-Hans' : language;
}

/** The words are in simplified characters, so that names of days must be too. */
function fits(tag: string): boolean {
  const locale = new Intl.Locale(tag).maximize();
  return locale.language !== 'zh' || locale.script === 'Hans';
}

function baseOf(tag: string): string {
  try {
    return new Intl.Locale(tag).language;
  } catch {
    // A system may call its language "C" or worse.
    return '';
  }
}

function known(name: string): Language | null {
  return LANGUAGES.find((language) => language === name) ?? null;
}
