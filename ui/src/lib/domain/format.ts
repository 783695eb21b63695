/**
 * Numbers as people read them, in the language of the window. Zero speeds and unknown values are blank:
 * callers print what they get and never test for zero.
 */
import { unitsOf, type DurationUnit, type Units } from './format-units';

/** Keeps a number and its unit together without the width of a full space. */
export const THIN_SPACE = '\u202f';

/** Bytes and thousands of bytes are whole numbers; larger units have three significant digits. */
const FIRST_FRACTIONAL_UNIT = 2;

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
/** Beyond this a time left says nothing. */
const TIME_LEFT_MAX_S = 30 * DAY_S;
/** From here on minutes would only flicker. */
const WHOLE_HOURS_FROM_S = 10 * HOUR_S;

export interface FormatOptions {
  /** KiB, MiB, ... instead of kB, MB, ... */
  readonly binary?: boolean;
  /** BCP 47; the system's when absent. */
  readonly locale?: string;
}

interface Scaled {
  readonly value: number;
  readonly unit: number;
}

export class Formatter {
  readonly #binary: boolean;
  readonly #locale: string | undefined;
  readonly #units: Units;
  readonly #percent: string;
  readonly #whole: Intl.NumberFormat;
  readonly #significant: Intl.NumberFormat;
  readonly #ratio: Intl.NumberFormat;
  /** Making one takes longer than a hundred uses of it. */
  readonly #dates = new Map<DateStyle, Intl.DateTimeFormat>();
  #days: Intl.RelativeTimeFormat | null = null;

  constructor(options: FormatOptions = {}) {
    this.#binary = options.binary ?? false;
    this.#locale = options.locale;
    this.#whole = new Intl.NumberFormat(this.#locale, { maximumFractionDigits: 0 });
    this.#significant = new Intl.NumberFormat(this.#locale, {
      minimumSignificantDigits: 3,
      maximumSignificantDigits: 3,
    });
    this.#ratio = new Intl.NumberFormat(this.#locale, {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    });
    const { locale, numberingSystem } = this.#whole.resolvedOptions();
    this.#units = unitsOf(locale);
    this.#percent = numberingSystem === 'arab' ? '٪' : '%';
  }

  /** `1,122` */
  count(n: number): string {
    return this.#whole.format(n);
  }

  /** `4.70 GB`; blank when unknown. */
  size(bytes: number | null): string {
    if (bytes === null) return '';
    const scaled = this.#scale(bytes);
    const units = this.#binary ? this.#units.binary : this.#units.decimal;
    return this.#units.wrap(this.#number(scaled) + THIN_SPACE + (units[scaled.unit] ?? ''), this.#binary);
  }

  /** The two ends of `1.42 of 4.70 GB`: the first loses its unit when both have the same. */
  sizePair(part: number, whole: number): { part: string; whole: string } {
    const a = this.#scale(part);
    const b = this.#scale(whole);
    const same = a.unit === b.unit || part === 0;
    return { part: same ? this.#number(a) : this.size(part), whole: this.size(whole) };
  }

  /** `18.4 MB/s`; blank when nothing moves. */
  speed(bytesPerSecond: number): string {
    return bytesPerSecond < 1 ? '' : this.size(bytesPerSecond) + this.#units.perSecond;
  }

  /** `62 %`, rounded down so that 100 means all of it; blank when the whole is unknown. */
  percent(fraction: number | null): string {
    if (fraction === null) return '';
    return this.#whole.format(wholePercent(fraction)) + THIN_SPACE + this.#percent;
  }

  /** `1.32`; blank when unknown. */
  ratio(ratio: number | null): string {
    return ratio === null ? '' : this.#ratio.format(ratio);
  }

  /** `55 s`, `14 min`, `1 h 34 min`, `about 11 h` without the word; blank over 30 days. */
  duration(seconds: number | null): string {
    const parts = durationParts(seconds);
    const { duration } = this.#units;
    return parts.map((part) => this.#whole.format(part.n) + THIN_SPACE + duration[part.unit]).join(' ');
  }

  /** 14:20 today, Mon this week, 1 Nov this year, Aug 2024 earlier. */
  date(ms: number | null, now: number = Date.now()): string {
    return this.#written(ms, ms === null ? 'time' : dateStyle(new Date(ms), new Date(now)));
  }

  /** Date and time in full, for details. */
  dateTime(ms: number | null): string {
    return this.#written(ms, 'full');
  }

  /** Date and time as somebody would say them: `today 09:12`, `yesterday 21:40`, `3 Nov 2026, 09:12`. */
  moment(ms: number | null, now: number = Date.now()): string {
    if (ms === null) return '';
    const days = daysBetween(ms, now);
    if (days > 0 || days < -1) return this.dateTime(ms);
    this.#days ??= new Intl.RelativeTimeFormat(this.#locale, { numeric: 'auto' });
    return `${this.#days.format(days, 'day')} ${this.clock(ms)}`;
  }

  /** A time within the week ahead: `18:00` today, `Mon 06:00` on another day. */
  ahead(ms: number, now: number = Date.now()): string {
    const clock = this.clock(ms);
    return daysBetween(ms, now) === 0 ? clock : `${this.#written(ms, 'weekday')} ${clock}`;
  }

  /** The date without the time, for what happened long ago: `3 Aug 2024`. */
  calendar(ms: number | null): string {
    return this.#written(ms, 'calendar');
  }

  /** `14:22`, with seconds `14:22:07`: for axes and logs, whose day is said elsewhere. */
  clock(ms: number, withSeconds = false): string {
    return this.#written(ms, withSeconds ? 'seconds' : 'time');
  }

  /** A whole day: `Friday, 21 November`, with the year when it is another one. */
  day(ms: number, now: number = Date.now()): string {
    const isThisYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
    return this.#written(ms, isThisYear ? 'wholeDay' : 'wholeDayAndYear');
  }

  #written(ms: number | null, style: DateStyle): string {
    if (ms === null) return '';
    let format = this.#dates.get(style);
    if (format === undefined) {
      format = new Intl.DateTimeFormat(this.#locale, DATE_STYLES[style]);
      this.#dates.set(style, format);
    }
    return format.format(ms);
  }

  #scale(bytes: number): Scaled {
    const step = this.#binary ? 1024 : 1000;
    let value = bytes;
    let unit = 0;
    while (unit < this.#units.decimal.length - 1 && roundsUpTo(value, unit) >= step) {
      value /= step;
      unit += 1;
    }
    return { value, unit };
  }

  #number({ value, unit }: Scaled): string {
    // 1,023 MiB has four digits before the point; significant digits would round it to 1,020.
    if (unit < FIRST_FRACTIONAL_UNIT || value >= 999.5 || value === 0) return this.#whole.format(value);
    return this.#significant.format(value);
  }
}

/** What is shown for `value`, so that 999,999 bytes become 1.00 MB and not 1,000 kB. */
function roundsUpTo(value: number, unit: number): number {
  return unit < FIRST_FRACTIONAL_UNIT || value >= 100 ? Math.round(value) : value;
}

export function wholePercent(fraction: number): number {
  return Math.floor(Math.min(1, Math.max(0, fraction)) * 100 + 1e-9);
}

export interface DurationPart {
  readonly n: number;
  readonly unit: DurationUnit;
}

/** A time left as at most two numbers, coarse enough not to flicker; empty when not worth saying. */
export function durationParts(seconds: number | null): DurationPart[] {
  if (seconds === null || seconds > TIME_LEFT_MAX_S || !Number.isFinite(seconds)) return [];
  if (seconds < MINUTE_S - 2.5) {
    return [
      { n: seconds < 10 ? Math.max(1, Math.round(seconds)) : Math.round(seconds / 5) * 5, unit: 'second' },
    ];
  }
  const minutes = Math.max(1, Math.round(seconds / MINUTE_S));
  if (minutes < 60) return [{ n: minutes, unit: 'minute' }];
  if (seconds < WHOLE_HOURS_FROM_S) {
    const hours: DurationPart = { n: Math.floor(minutes / 60), unit: 'hour' };
    return minutes % 60 === 0 ? [hours] : [hours, { n: minutes % 60, unit: 'minute' }];
  }
  if (seconds < 2 * DAY_S) return [{ n: Math.round(seconds / HOUR_S), unit: 'hour' }];
  return [{ n: Math.round(seconds / DAY_S), unit: 'day' }];
}

const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const WHOLE_DAY = { weekday: 'long', day: 'numeric', month: 'long' } as const;
const DATE_STYLES = {
  time: TIME,
  seconds: { ...TIME, second: '2-digit' },
  weekday: { weekday: 'short' },
  date: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: 'numeric' },
  wholeDay: WHOLE_DAY,
  wholeDayAndYear: { ...WHOLE_DAY, year: 'numeric' },
  calendar: { dateStyle: 'medium' },
  full: { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
type DateStyle = keyof typeof DATE_STYLES;

function dateStyle(date: Date, now: Date): DateStyle {
  const startOfToday = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (date.getTime() >= startOfToday && date.getTime() < startOfToday + DAY_S * 1000) return 'time';
  if (date.getTime() >= startOfToday - 6 * DAY_S * 1000 && date < now) return 'weekday';
  return date.getFullYear() === now.getFullYear() ? 'date' : 'month';
}

/** Calendar days from `now` to `ms`, local: -1 is yesterday. */
function daysBetween(ms: number, now: number): number {
  const day = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
  return Math.round((day(ms) - day(now)) / (DAY_S * 1000));
}

/** A file name short enough for its place that keeps its extension. */
export function shortenMiddle(name: string, max: number): string {
  const letters = Array.from(name);
  if (letters.length <= max) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? Array.from(name.slice(dot)).length : 0;
  const tail = Math.min(Math.floor(max / 2), Math.max(extension + 3, 8));
  return [...letters.slice(0, max - tail - 1), '…', ...letters.slice(-tail)].join('');
}
