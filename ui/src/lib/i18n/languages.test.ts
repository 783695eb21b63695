import { describe, expect, it } from 'vitest';
import { LANGUAGES, PLURAL_FORMS, resolve } from './languages';

describe('the language of the system', () => {
  it.each([
    [['de-AT', 'en'], 'de', 'de-AT'],
    [['pl', 'fr-CA', 'en-US'], 'fr', 'fr-CA'],
    [['zh-CN'], 'zh', 'zh-CN'],
    // The words are in simplified characters: so are the dates.
    [['zh-TW'], 'zh', 'zh-Hans'],
    [['ar-EG'], 'ar', 'ar-EG'],
    [['pl'], 'en', 'en-001'],
    [['C', 'x_y', ''], 'en', 'en-001'],
    [[], 'en', 'en-001'],
  ] as const)('%j is %s, written as %s', (wanted, language, locale) => {
    expect(resolve('system', wanted)).toEqual({ language, locale });
  });
});

describe('a chosen language', () => {
  it('is written as in the country of the system, when they share it', () => {
    expect(resolve('de', ['en-GB', 'de-CH'])).toEqual({ language: 'de', locale: 'de-CH' });
    expect(resolve('de', ['en-GB'])).toEqual({ language: 'de', locale: 'de' });
    expect(resolve('en', ['de'])).toEqual({ language: 'en', locale: 'en-001' });
  });
});

describe('plural forms', () => {
  it.each(LANGUAGES)('of %s are those that counts can ask for', (language) => {
    const rules = new Intl.PluralRules(language);
    const asked = new Set(Array.from({ length: 100_000 }, (_, n) => rules.select(n)));
    expect([...asked].sort()).toEqual([...PLURAL_FORMS[language]].sort());
    // Whole millions as words, which Shoal never writes.
    const spare = rules.resolvedOptions().pluralCategories.filter((form) => !asked.has(form));
    expect(spare).toEqual(language === 'es' || language === 'fr' ? ['many'] : []);
  });
});
