/** Settings that are numbers: in which unit they are typed, and what a zero means. */
import { THIN_SPACE } from '$lib/domain/format';
import { durationWords } from '$lib/domain/sentence';
import { t, type MessageKey } from '$lib/i18n';

export interface Amount {
  /** Behind the field. */
  readonly unit?: MessageKey;
  /** What 0 means, where it means that there is none. An empty field is one. */
  readonly zero?: MessageKey;
  /** What is kept is so many times what is typed: a ratio is kept in percent. */
  readonly scale?: number;
  /** The least that is not zero. */
  readonly least?: number;
  /** Seconds that one of them is: said in larger units beside the field. */
  readonly seconds?: number;
}

const PLAIN: Amount = {};
const SPEED: Amount = { unit: 'settings.unit_kbps', zero: 'settings.unlimited', least: 17 };
const MINUTES: Amount = { unit: 'settings.unit_minutes', zero: 'settings.no_goal', seconds: 60 };

const AMOUNTS: Readonly<Record<string, Amount>> = {
  'speed.down_kbps': SPEED,
  'speed.up_kbps': SPEED,
  'speed.slow_down_kbps': SPEED,
  'speed.slow_up_kbps': SPEED,
  'queue.downloads': { zero: 'settings.unlimited' },
  'queue.seeds': { zero: 'settings.unlimited' },
  'queue.stalled_s': { unit: 'settings.unit_seconds' },
  'queue.slow_kbps': { unit: 'settings.unit_kbps' },
  'goals.ratio_percent': { zero: 'settings.no_goal', scale: 100 },
  'goals.seed_minutes': MINUTES,
  'goals.idle_minutes': MINUTES,
};

export const amountOf = (key: string): Amount => AMOUNTS[key] ?? PLAIN;

/** As it stands in its field: empty where zero has a word of its own. */
export function typedText(value: number, { zero, scale = 1 }: Amount): string {
  return value === 0 && zero !== undefined ? '' : String(value / scale);
}

/** With its unit, or the word for none. */
export function amountWords(value: number, amount: Amount): string {
  if (value === 0 && amount.zero !== undefined) return t(amount.zero);
  const text = String(value / (amount.scale ?? 1));
  return amount.unit === undefined ? text : text + THIN_SPACE + t(amount.unit);
}

/** What so many minutes are, where that is easier to grasp; empty where it is not. */
export function largerWords(value: number, { seconds }: Amount): string {
  const time = seconds === undefined || value * seconds < 3_600 ? '' : durationWords(value * seconds);
  return time === '' ? '' : t('settings.that_is', { time });
}

/** What was typed as it is kept; null when it is no such number or out of range. */
export function readAmount(text: string, min: number, max: number, amount: Amount = PLAIN): number | null {
  const { zero, scale = 1, least = 0 } = amount;
  const trimmed = text.trim();
  if (trimmed === '' && zero !== undefined) return 0;
  const isNumber = (scale === 1 ? /^\d{1,9}$/ : /^\d{1,7}([.,]\d{1,2})?$/).test(trimmed);
  const value = isNumber ? Math.round(Number(trimmed.replace(',', '.')) * scale) : NaN;
  const fits = value >= min && value <= max && (value >= least || (value === 0 && zero !== undefined));
  return fits ? value : null;
}

/** Why what was typed will not do. */
export function rangeWords(min: number, max: number, { zero, scale = 1, least }: Amount): string {
  const top = max / scale;
  if (zero !== undefined) return t('settings.range_or_none', { min: least ?? 1 / scale, max: top });
  return t('settings.range', { min: min / scale, max: top });
}
