/**
 * Words. `t('area.key', params)` fills `{name}` with `params.name`, in the language of the window; numbers
 * are written as that language writes them, and names of another direction are kept to themselves.
 *
 * Plurals are several keys: `files_one` and `files_other` in English, and those of `PLURAL_FORMS` in other
 * languages. Ask for them as `t('area.files', { n: 3 })`: `n` picks the form.
 *
 * What is read in a template, a `$derived` or an effect follows a change of the language; a constant of a
 * component does not.
 */
import { isolate } from './bidi';
import { lookUp, type MessageKey } from './catalogue';
import { message, spoken } from './language.svelte';
import { en } from './messages/en';

export type { MessageKey } from './catalogue';
export { speak } from './language.svelte';
export type Params = Readonly<Record<string, string | number>>;

export function t(key: MessageKey, params: Params = {}): string {
  const n = Number(params['n'] ?? 0);
  return fill(message(key, (plurals) => plurals.select(n)) ?? key, params);
}

/** For codes that come from outside and may have no words. */
export function hasMessage(key: string): key is MessageKey {
  return lookUp(en, key, 'other') !== undefined;
}

/** What `Intl` writes numbers and dates by. */
export function locale(): string {
  return spoken().locale;
}

/** Sorts names as the language does. */
export function collator(): Intl.Collator {
  return spoken().collator;
}

function fill(text: string, params: Params): string {
  const { numbers, direction } = spoken();
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = params[name];
    if (value === undefined) return placeholder;
    if (typeof value === 'number') return numbers.format(value);
    // Counts of the core's sentences come as digits.
    if (name === 'n' && /^\d+$/.test(value)) return numbers.format(Number(value));
    return isolate(value, direction);
  });
}
