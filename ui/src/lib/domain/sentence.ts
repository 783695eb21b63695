/** The core's codes with parameters, as sentences a person would say. */
import type { Sentence } from '$lib/backend/generated/Sentence';
import { hasMessage, t, type MessageKey, type Params } from '$lib/i18n';
import { durationParts, type Formatter } from './format';

/** `55 seconds`, `14 minutes`, `1 h 34 min`, `11 hours`; empty when not worth saying. */
export function durationWords(seconds: number | null): string {
  const [first, second] = durationParts(seconds);
  if (first === undefined) return '';
  if (second !== undefined) return t('common.hours_minutes', { hours: first.n, minutes: second.n });
  return t(`common.${first.unit}s`, { n: first.n });
}

type Values = Readonly<Record<string, string>>;
interface Said {
  readonly key: MessageKey;
  readonly params?: Params;
}
/** Null when the code's own words do, with the parameters as they are. */
type Variant = (params: Values, format: Formatter) => Said | null;

/** Codes whose words depend on which parameters are there, or whose parameters have to be put in words. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  fetching_metadata: ({ known, connected }) =>
    number(known) === 0
      ? { key: 'status.fetching_metadata__alone' }
      : { key: 'status.fetching_metadata', params: { known: number(known), connected: number(connected) } },
  checking: ({ eta_s }) => {
    const time = durationWords(optional(eta_s));
    return time === '' ? null : { key: 'status.checking__time', params: { time } };
  },
  downloading: ({ eta_s, sending, connected }) => {
    const peers = sendingPeers(number(sending), number(connected));
    const time = durationWords(optional(eta_s));
    if (number(sending) === 0 || time === '') return peers;
    return { key: 'status.time_then', params: { time, then: t(peers.key, peers.params) } };
  },
  looking_for_peers: ({ known }) =>
    number(known) === 0 ? null : { key: 'status.looking_for_peers__known', params: { n: number(known) } },
  seeding: ({ sending, connected }) => {
    const n = optional(sending) ?? number(connected);
    return n === 0 ? { key: 'status.seeding_idle' } : { key: 'status.seeding', params: { n } };
  },
  queue_download: ({ place }) => inQueue('queue_download', number(place)),
  queue_seed: ({ place }) => inQueue('queue_seed', number(place)),
  queue_check: ({ place }) => inQueue('queue_check', number(place)),
  seeding_to_ratio: ({ ratio_percent, left_bytes, eta_s }, format) => {
    const params = {
      ratio: format.ratio(number(ratio_percent) / 100),
      size: format.size(number(left_bytes)),
    };
    const time = durationWords(optional(eta_s));
    if (time === '') return { key: 'status.seeding_to_ratio', params };
    return { key: 'status.seeding_to_ratio__time', params: { ...params, time } };
  },
  seeding_to_time: ({ left_s }) => ({ key: 'status.seeding_to_time', params: { time: leftWords(left_s) } }),
  seeding_to_idle: ({ left_s }) => ({ key: 'status.seeding_to_idle', params: { time: leftWords(left_s) } }),
  goal_reached: ({ kind }) => {
    const key = `status.goal_reached__${kind ?? ''}`;
    return { key: hasMessage(key) ? key : 'status.goal_reached' };
  },
  moving: ({ path, done_bytes, total_bytes, eta_s }, format) => {
    const to = { path: path ?? '' };
    const total = optional(total_bytes);
    if (total === null || total === 0) return { key: 'status.moving', params: to };
    const params = { ...to, ...format.sizePair(number(done_bytes), total) };
    const time = durationWords(optional(eta_s));
    if (time === '') return { key: 'status.moving__part', params };
    return { key: 'status.moving__time', params: { ...params, time } };
  },
  move_failed: ({ path, reason }) => ({
    key: 'status.move_failed',
    params: { path: path ?? '', reason: reasonText(reason ?? '') },
  }),
  disk_full: ({ needed_bytes, volume }, format) => {
    const needed = optional(needed_bytes);
    const place = volume === undefined || volume === '' ? t('status.the_disk') : volume;
    if (needed === null) return { key: 'status.disk_full__unknown', params: { volume: place } };
    return { key: 'status.disk_full', params: { volume: place, size: format.size(needed) } };
  },
  matches_partly: ({ path, good_bytes, total_bytes }, format) => ({
    key: 'status.matches_partly',
    params: { path: path ?? '', ...format.sizePair(number(good_bytes), number(total_bytes)) },
  }),
  bad_metadata: (params) => ({
    key: 'status.bad_metadata',
    params: { reason: errorText(params['reason'] ?? 'unknown', params) },
  }),
  network_failed: ({ reason }) =>
    reason === 'port_taken' ? { key: 'status.network_failed__port_taken' } : null,
};

export function sentenceText(sentence: Sentence, format: Formatter): string {
  const variant = VARIANTS[sentence.code]?.(sentence.params, format);
  if (variant != null) return t(variant.key, variant.params);
  const key = `status.${sentence.code}`;
  return hasMessage(key) ? t(key, sentence.params) : t('status.unknown', { code: sentence.code });
}

/** `Third in the queue.` and, from the fourth on, a number. */
function inQueue(code: 'queue_download' | 'queue_seed' | 'queue_check', place: number): Said {
  const key = `status.${code}__${String(place)}`;
  return hasMessage(key) ? { key } : { key: `status.${code}`, params: { n: place } };
}

/** A goal may be further away than anybody would guess the end of a download. */
function leftWords(left: string | undefined): string {
  const seconds = number(left);
  return durationWords(seconds) || t('common.days', { n: Math.round(seconds / 86_400) });
}

/** How many of the connected peers send something: `1 peer is sending.`, `3 of 74 peers are sending.` */
function sendingPeers(sending: number, connected: number): Said {
  if (sending === 0 && connected > 0) return { key: 'status.downloading__quiet', params: { n: connected } };
  if (sending > 0 && sending >= connected) return { key: 'status.downloading__all', params: { n: sending } };
  return { key: 'status.downloading', params: { n: sending, connected } };
}

/** Why moving files stopped, as the second half of a sentence. */
function reasonText(code: string): string {
  const key = `status.reason_${code}`;
  return hasMessage(key) ? t(key) : t('status.reason_io');
}

/** Words for why a command was refused. */
export function errorText(code: string, params: Readonly<Record<string, string>> = {}): string {
  const key = `errors.${code}`;
  return hasMessage(key) ? t(key, params) : t('errors.unknown', { code });
}

/** For people who have to pass it on: the code and everything that came with it. */
export function technicalText(code: string, params: Readonly<Record<string, string>> = {}): string {
  return [code, ...Object.entries(params).map(([name, value]) => `${name}: ${value}`)].join('\n');
}

function number(digits: string | undefined): number {
  return optional(digits) ?? 0;
}

function optional(digits: string | undefined): number | null {
  const value = digits === undefined || digits === '' ? NaN : Number(digits);
  return Number.isFinite(value) ? value : null;
}
