/** Limits and goals: what the window says about them, and what is typed of them. */
import type { LabelDefaults } from '$lib/backend/generated/LabelDefaults';
import type { RulesView } from '$lib/backend/generated/RulesView';
import type { SpeedInForce } from '$lib/backend/generated/SpeedInForce';
import type { ThenView } from '$lib/backend/generated/ThenView';
import { t } from '$lib/i18n';
import type { Formatter } from './format';
import { durationWords } from './sentence';

export const SPEED_FIELDS = ['down', 'up'] as const;
export const GOAL_FIELDS = ['ratio_percent', 'seed_minutes', 'idle_minutes'] as const;
export type LimitField = (typeof SPEED_FIELDS)[number] | (typeof GOAL_FIELDS)[number];
export const THENS = ['stop', 'remove', 'trash', 'low'] as const satisfies readonly ThenView[];

export const NO_RULES: RulesView = {
  down: { type: 'inherit' },
  up: { type: 'inherit' },
  ratio_percent: { type: 'inherit' },
  seed_minutes: { type: 'inherit' },
  idle_minutes: { type: 'inherit' },
  then: 'inherit',
};
/** Of a label that nothing was said about. */
export const NO_DEFAULTS: LabelDefaults = {
  save_path: null,
  start: null,
  rules: NO_RULES,
  done: { move_to: null, label: null, program: null },
  matches: [],
};

const MINUTE_S = 60;
/** Beyond this many days `Formatter` says nothing about time that is left; a goal may lie further. */
const DAY_MINUTES = 24 * 60;

/** `30 minutes`, `2 days`: a goal is what was typed, so that it is not rounded away. */
export function minutesText(minutes: number): string {
  if (minutes % DAY_MINUTES === 0 || minutes > 30 * DAY_MINUTES) {
    return t('common.days', { n: Math.round(minutes / DAY_MINUTES) });
  }
  return durationWords(minutes * MINUTE_S);
}

/** A value of one of the fields in words; null is none. */
export function valueText(field: LimitField, value: number | null, format: Formatter): string {
  if (value === null) return t(isSpeed(field) ? 'settings.unlimited' : 'settings.no_goal');
  if (isSpeed(field)) return format.speed(value);
  return field === 'ratio_percent' ? format.ratio(value / 100) : minutesText(value);
}

export const isSpeed = (field: LimitField): boolean => field === 'down' || field === 'up';

/** `500 kB/s down, 100 kB/s up`; empty when neither is limited. */
export function limitsText(
  { down_bps: down, up_bps: up }: Pick<SpeedInForce, 'down_bps' | 'up_bps'>,
  format: Formatter,
): string {
  if (down !== null && up !== null) {
    return t('queue.limit_both', { down: format.speed(down), up: format.speed(up) });
  }
  if (down !== null) return t('queue.limit_down', { speed: format.speed(down) });
  return up === null ? '' : t('queue.limit_up', { speed: format.speed(up) });
}

/** Which rule holds for all torrents, and until when: `Slow by schedule until 18:00`. */
export function speedText(speed: SpeedInForce, format: Formatter): string {
  const limits = limitsText(speed, format);
  const { why, slow, until } = speed;
  if (why === null) return limits === '' ? t('queue.speed_none') : t('queue.speed_limits', { limits });
  const rule = t(why === 'schedule' ? scheduled(slow, limits) : `queue.why_${why}`);
  const time = until === null ? '' : format.ahead(until);
  const whole = time === '' ? rule : t('queue.until', { rule, time });
  // Slow limits have a name; those that a line of the schedule has of its own are what there is to say.
  return why === 'schedule' && !slow && limits !== ''
    ? t('queue.rule_limits', { rule: whole, limits })
    : whole;
}

function scheduled(slow: boolean, limits: string) {
  if (slow) return 'queue.why_schedule__slow';
  return limits === '' ? 'queue.why_schedule__full' : 'queue.why_schedule';
}
