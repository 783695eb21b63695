/** What happened to a torrent, as sentences for its log. */
import type { Sentence } from '$lib/backend/generated/Sentence';
import { hasMessage, t, type MessageKey, type Params } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import type { LogTone } from '$lib/backend/generated/LogTone';
import type { Formatter } from './format';
import { durationWords, sentenceText } from './sentence';

const PREFIX = 'log_';

type Values = Readonly<Record<string, string>>;
interface Said {
  readonly key: MessageKey;
  readonly params?: Params;
}

/** Codes whose parameters have to be put in words. */
const VARIANTS: Readonly<Record<string, (values: Values, format: Formatter) => Said>> = {
  log_metadata: ({ files, bytes }, format) => ({
    key: 'log.metadata',
    params: { n: number(files), size: format.size(number(bytes)) },
  }),
  log_checked: ({ good, total }, format) => {
    const [part, whole] = [number(good), number(total)];
    if (part >= whole) return { key: 'log.checked__all', params: { size: format.size(whole) } };
    if (part === 0) return { key: 'log.checked__none' };
    return { key: 'log.checked', params: format.sizePair(part, whole) };
  },
  log_finished: ({ bytes, seconds }, format) => {
    const size = format.size(number(bytes));
    const time = durationWords(number(seconds));
    if (time === '') return { key: 'log.finished', params: { size } };
    return { key: 'log.finished__time', params: { size, time } };
  },
  log_files_chosen: ({ n, total }) => ({
    key: 'log.files_chosen',
    params: { n: number(n), total: number(total) },
  }),
  log_trackers: ({ n }) => ({ key: 'log.trackers', params: { n: number(n) } }),
  log_program_failed: ({ reason }) => {
    const key = `log.program_failed__${reason ?? ''}`;
    return hasMessage(key) ? { key } : { key: 'log.program_failed', params: { reason: reason ?? '' } };
  },
  log_files_renamed: ({ n }) => ({ key: 'log.files_renamed', params: { n: number(n) } }),
};

/** Trouble is said in the words that its row had. */
export function logText({ code, params }: Sentence, format: Formatter): string {
  const fault = params['code'];
  if (code === 'log_trouble' && fault !== undefined) return sentenceText({ code: fault, params }, format);
  const variant = VARIANTS[code]?.(params, format);
  if (variant !== undefined) return t(variant.key, variant.params);
  const key = `log.${code.startsWith(PREFIX) ? code.slice(PREFIX.length) : code}`;
  return hasMessage(key) ? t(key, params) : t('status.unknown', { code });
}

const ICONS: Readonly<Record<string, IconName>> = {
  log_added_file: 'plus',
  log_added_url: 'plus',
  log_added_magnet: 'magnet',
  log_made: 'plus',
  log_trackers: 'globe',
  log_metadata: 'list',
  log_started: 'play',
  log_forced: 'play',
  log_stopped: 'stop',
  log_check_started: 'search',
  log_moved: 'folder',
  log_located: 'folder',
  log_adopted: 'folder',
  log_beside: 'folder',
  log_renamed: 'pencil',
  log_files_renamed: 'pencil',
  log_files_chosen: 'list',
  log_priorities: 'list',
  log_labels: 'tag',
  log_no_labels: 'tag',
  log_removed: 'x',
  log_trashed: 'trash',
  log_restored: 'undo',
};

/** What is good or bad looks like that, whatever happened. */
export function logIcon({ code }: Sentence, tone: LogTone): IconName {
  if (tone === 'good') return 'check';
  if (tone !== 'neutral') return 'alert';
  return Object.hasOwn(ICONS, code) ? (ICONS[code] ?? 'dot') : 'dot';
}

function number(digits: string | undefined): number {
  const value = Number(digits ?? 0);
  return Number.isFinite(value) ? value : 0;
}
