/** The core's codes with parameters, as sentences a person would say. */
import type { Sentence } from '$lib/backend/generated/Sentence';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { hasMessage, t, type MessageKey, type Params } from '$lib/i18n';
import { durationParts, type Formatter } from './format';

/** `55 seconds`, `14 minutes`, `1 h 34 min`, `11 hours`; empty when not worth saying. */
export function durationWords(seconds: number | null): string {
  const [first, second] = durationParts(seconds);
  if (first === undefined) return '';
  if (second !== undefined) return t('common.hours_minutes', { hours: first.n, minutes: second.n });
  return t(`common.${first.unit}s`, { n: first.n });
}

type Variant = (params: Readonly<Record<string, string>>) => { key: MessageKey; params?: Params } | null;

/** Codes whose words depend on which parameters are there. */
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
    const time = durationWords(optional(eta_s));
    const peers = { sending: number(sending), connected: number(connected) };
    if (peers.sending === 0 && peers.connected > 0) {
      return { key: 'status.downloading__quiet', params: { n: peers.connected } };
    }
    return {
      key: time === '' ? 'status.downloading' : 'status.downloading__time',
      params: { ...peers, time },
    };
  },
  looking_for_peers: ({ known }) =>
    number(known) === 0 ? null : { key: 'status.looking_for_peers__known', params: { n: number(known) } },
  seeding: ({ sending, connected }) => {
    const n = optional(sending) ?? number(connected);
    return n === 0 ? { key: 'status.seeding_idle' } : { key: 'status.seeding', params: { n } };
  },
  network_failed: ({ reason }) =>
    reason === 'port_taken' ? { key: 'status.network_failed__port_taken' } : null,
};

export function sentenceText(sentence: Sentence, format: Formatter): string {
  const variant = VARIANTS[sentence.code]?.(sentence.params);
  if (variant != null) return t(variant.key, variant.params);
  if (sentence.code === 'disk_full') return diskFull(sentence.params, format);
  if (sentence.code === 'bad_metadata') return badMetadata(sentence.params);
  const key = `status.${sentence.code}`;
  return hasMessage(key) ? t(key, sentence.params) : t('status.unknown', { code: sentence.code });
}

function diskFull(params: Readonly<Record<string, string>>, format: Formatter): string {
  const needed = optional(params['needed_bytes']);
  if (needed === null) return t('status.disk_full__unknown');
  return t('status.disk_full', { size: format.size(needed) });
}

function badMetadata(params: Readonly<Record<string, string>>): string {
  return t('status.bad_metadata', { reason: errorText(params['reason'] ?? 'unknown', params) });
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

export type RemedyId = 'save_beside' | 'choose_files' | 'recheck' | 'start';

const TRY_AGAIN = new Set(['folder_missing', 'permission_denied', 'disk_full', 'internal', 'io']);

/** The one thing to do about a sentence, if there is one: an action of the registry. */
export function remedyOf(row: TorrentRow): RemedyId | null {
  const { code } = row.sentence;
  if (code === 'file_in_the_way') return 'save_beside';
  if (code === 'choosing_files') return 'choose_files';
  if (code === 'files_changed') return 'recheck';
  return TRY_AGAIN.has(code) ? 'start' : null;
}
