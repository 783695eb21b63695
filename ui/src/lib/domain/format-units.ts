/** What units are called in each language that Shoal speaks. `Intl` knows no KiB, and few of the others. */

export type DurationUnit = 'second' | 'minute' | 'hour' | 'day';

export interface Units {
  readonly decimal: readonly string[];
  readonly binary: readonly string[];
  /** Behind a size: how much in each second. */
  readonly perSecond: string;
  readonly duration: Readonly<Record<DurationUnit, string>>;
  /** Keeps an amount in one piece where its unit is written in another direction than the language. */
  readonly wrap: (amount: string, binary: boolean) => string;
}

const PLAIN: Units = {
  decimal: ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'],
  binary: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'],
  perSecond: '/s',
  duration: { second: 's', minute: 'min', hour: 'h', day: 'd' },
  wrap: (amount) => amount,
};

const LEFT_TO_RIGHT_ISOLATE = '\u2066';
const POP_ISOLATE = '\u2069';

const BY_LANGUAGE: Readonly<Record<string, Partial<Units>>> = {
  de: { duration: { second: 's', minute: 'min', hour: 'h', day: 'T' } },
  fr: {
    decimal: ['o', 'ko', 'Mo', 'Go', 'To', 'Po', 'Eo'],
    binary: ['o', 'Kio', 'Mio', 'Gio', 'Tio', 'Pio', 'Eio'],
    duration: { second: 's', minute: 'min', hour: 'h', day: 'j' },
  },
  zh: { duration: { second: '秒', minute: '分钟', hour: '小时', day: '天' } },
  ar: {
    decimal: ['بايت', 'ك.ب', 'م.ب', 'غ.ب', 'ت.ب', 'بيتابايت', 'إكسابايت'],
    binary: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'],
    perSecond: '/ث',
    duration: { second: 'ث', minute: 'د', hour: 'س', day: 'ي' },
    // Latin units beside a number would change places with it in a line from right to left.
    wrap: (amount, binary) => (binary ? LEFT_TO_RIGHT_ISOLATE + amount + POP_ISOLATE : amount),
  },
};

export function unitsOf(locale: string): Units {
  return { ...PLAIN, ...BY_LANGUAGE[new Intl.Locale(locale).language] };
}
