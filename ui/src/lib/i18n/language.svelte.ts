/**
 * The language that is spoken now. One for the whole window: words are asked for in hundreds of places, and
 * all of them change when it does, without a reload.
 */
import { untrack } from 'svelte';
import { lookUp, type AnyCatalogue, type LazyLanguage } from './catalogue';
import { directionOf, resolve, type Direction, type Tongue } from './languages';
import { en } from './messages/en';

export interface Speech extends Tongue {
  readonly direction: Direction;
  readonly words: AnyCatalogue;
  readonly plurals: Intl.PluralRules;
  readonly numbers: Intl.NumberFormat;
  /** For sorting names: `file 2` before `file 10`, accents and case aside. */
  readonly collator: Intl.Collator;
}

/** English comes with the window; each of these is a file of its own, fetched when it is wanted. */
const LOADERS: Readonly<Record<LazyLanguage, () => Promise<AnyCatalogue>>> = {
  de: async () => (await import('./messages/de')).de,
  es: async () => (await import('./messages/es')).es,
  fr: async () => (await import('./messages/fr')).fr,
  zh: async () => (await import('./messages/zh')).zh,
  ar: async () => (await import('./messages/ar')).ar,
};

const ENGLISH_PLURALS = new Intl.PluralRules('en');
let speech = $state.raw<Speech>(speechIn(resolve('en', []), en));
/** Numbers the requests, so that a slow file does not overrule a later choice. */
let latest = 0;

/** Read in a template or an effect, this makes it follow the language. */
export function spoken(): Speech {
  return speech;
}

/**
 * Speaks another language from now on: `system` or one of `LANGUAGES`. Until its words are there, everything
 * stays as it is. Rejects when they cannot be fetched.
 */
export async function speak(choice: string): Promise<void> {
  latest += 1;
  const mine = latest;
  const tongue = resolve(choice, navigator.languages);
  const words = tongue.language === 'en' ? en : await LOADERS[tongue.language]();
  if (mine !== latest) return;
  const before = untrack(spoken);
  // The same again would write every word of the window anew.
  const isSame = words === before.words && tongue.locale === before.locale;
  const next = isSame ? before : speechIn(tongue, words);
  speech = next;
  document.documentElement.lang = next.locale;
  document.documentElement.dir = next.direction;
}

/** The message in the language that is spoken; in English where it has none. */
export function message(
  key: string,
  form: (plurals: Intl.PluralRules) => Intl.LDMLPluralRule,
): string | undefined {
  return lookUp(speech.words, key, form(speech.plurals)) ?? lookUp(en, key, form(ENGLISH_PLURALS));
}

function speechIn(tongue: Tongue, words: AnyCatalogue): Speech {
  const { language, locale } = tongue;
  return {
    language,
    locale,
    direction: directionOf(language),
    words,
    plurals: new Intl.PluralRules(language),
    numbers: new Intl.NumberFormat(locale),
    collator: new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }),
  };
}
