/**
 * Words. `t('area.key', params)` fills `{name}` with `params.name`; numbers are written in the
 * system's locale.
 *
 * Plurals are pairs of keys: `files_one` and `files_other` (and `_few`, `_many`, ... in languages
 * that have them). Ask for them as `t('area.files', { n: 3 })`: `n` picks the form.
 */
import { en } from './messages/en';

export type Params = Readonly<Record<string, string | number>>;

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Base<K extends string> = K extends `${infer B}_${PluralForm}` ? (B extends '' ? K : B) : K;
type Areas = typeof en;

/** Every key that `t` takes; a missing one is a type error. */
export type MessageKey = {
  [A in keyof Areas]: `${A}.${Base<Extract<keyof Areas[A], string>>}`;
}[keyof Areas];

/** What another language has to provide. */
export type Catalogue = { [A in keyof Areas]: { [K in keyof Areas[A]]: string } };

/** The language of the words, which is not always the locale of the numbers. */
const LANGUAGE = 'en';

const catalogue: Readonly<Record<string, Readonly<Record<string, string>>>> = en;
const plurals = new Intl.PluralRules(LANGUAGE);
const numbers = new Intl.NumberFormat();

export function t(key: MessageKey, params: Params = {}): string {
  return fill(lookUp(key, params['n']) ?? key, params);
}

/** For codes that come from outside and may have no words. */
export function hasMessage(key: string): key is MessageKey {
  return lookUp(key, undefined) !== undefined;
}

function lookUp(key: string, n: string | number | undefined): string | undefined {
  const dot = key.indexOf('.');
  const area = catalogue[key.slice(0, dot)];
  const name = key.slice(dot + 1);
  if (area === undefined) return undefined;
  const form = plurals.select(Number(n ?? 0));
  return own(area, name) ?? own(area, `${name}_${form}`) ?? own(area, `${name}_other`);
}

function own(area: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(area, name) ? area[name] : undefined;
}

function fill(message: string, params: Params): string {
  return message.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = params[name];
    if (value === undefined) return placeholder;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}
