/** What a catalogue of words holds: its types, and how a message is found in one. */
import type { Language, PluralForm } from './languages';
import type { en } from './messages/en';

type Areas = typeof en;
export type Area = keyof Areas;
/** A language that is fetched when it is wanted. */
export type LazyLanguage = Exclude<Language, 'en'>;

/** English has two forms, so that every plural ends in one of these. */
type Base<K extends string> = K extends `${infer B}_${PluralForm<'en'>}` ? B : K;
type BasesOf<A extends Area> = Extract<keyof Areas[A], string>;
type Plurals<A extends Area> = {
  [K in BasesOf<A>]: K extends `${infer B}_other` ? B : never;
}[BasesOf<A>];
type Plain<A extends Area> = {
  [K in BasesOf<A>]: Base<K> extends K ? K : never;
}[BasesOf<A>];

/** Every key that `t` takes; a missing one is a type error. */
export type MessageKey = { [A in Area]: `${A}.${Base<BasesOf<A>>}` }[Area];

/** All that a language has to say in one area: as English, with the plural forms of its own. */
export type Words<A extends Area, L extends LazyLanguage> = Readonly<
  Record<Plain<A> | `${Plurals<A>}_${PluralForm<L>}`, string>
>;
/** What all the files of a translation make. */
export type Catalogue<L extends LazyLanguage> = { readonly [A in Area]: Words<A, L> };

/** Any language's catalogue, to look into. */
export type AnyCatalogue = Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;

/** The message of `key`, in the form for a plural. */
export function lookUp(words: AnyCatalogue, key: string, form: Intl.LDMLPluralRule): string | undefined {
  const dot = key.indexOf('.');
  const area = own(words, key.slice(0, dot));
  if (area === undefined) return undefined;
  const name = key.slice(dot + 1);
  return own(area, name) ?? own(area, `${name}_${form}`) ?? own(area, `${name}_other`);
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
