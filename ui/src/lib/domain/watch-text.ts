/** What became of files in watch folders, and what would, as sentences. */
import type { LogTone } from '$lib/backend/generated/LogTone';
import type { OriginalView } from '$lib/backend/generated/OriginalView';
import type { Sentence } from '$lib/backend/generated/Sentence';
import { hasMessage, t, type MessageKey, type Params } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import type { Formatter } from './format';
import { errorText } from './sentence';

const PREFIX = 'watch_';

type Values = Readonly<Record<string, string>>;
interface Said {
  readonly key: MessageKey;
  readonly params?: Params;
}

const MIXED = ['added', 'already', 'removed', 'bad'] as const;

/** Codes whose parameters have to be put in words; null when the code's own words do. */
const VARIANTS: Readonly<Record<string, (values: Values, format: Formatter) => Said | null>> = {
  watch_added: ({ name }) => (name ? { key: 'watch.code_added__name', params: { name } } : null),
  watch_already: ({ trackers }) => {
    const n = number(trackers);
    return n > 0 ? { key: 'watch.code_already__trackers', params: { n } } : null;
  },
  watch_removed: ({ at }, format) => {
    const date = number(at);
    return date > 0 ? { key: 'watch.code_removed__at', params: { date: format.calendar(date) } } : null;
  },
  watch_bad_links: ({ n, max }) => ({
    key: 'watch.code_bad_links',
    params: { n: number(n), max: number(max) },
  }),
  watch_mixed: (values) => {
    const parts = MIXED.map((part) => [part, number(values[part])] as const)
      .filter(([, n]) => n > 0)
      .map(([part, n]) => t(`watch.mixed_${part}`, { n }));
    return { key: 'watch.code_mixed', params: { parts: parts.join(', ') } };
  },
  watch_bad_size: ({ bytes, limit }, format) => ({
    key: 'watch.code_bad_size',
    params: { size: format.size(number(bytes)), limit: format.size(number(limit)) },
  }),
  watch_settling: (values) => ({ key: 'watch.code_settling', params: { time: seconds(values) } }),
  watch_trying: (values, format) => {
    const [why, time] = [reason(values, format), seconds(values)];
    return why === ''
      ? { key: 'watch.code_trying', params: { time } }
      : { key: 'watch.code_trying__why', params: { why, time } };
  },
  watch_would_add: ({ labels, save_to: folder }) => {
    if (!folder) return null;
    if (!labels) return { key: 'watch.code_would_add__folder', params: { folder } };
    return { key: 'watch.code_would_add__labels', params: { folder, labels } };
  },
};

/** A sentence of an entry, of a file that waits, of a dry run, or why a folder is not reachable. */
export function watchText(sentence: Sentence, format: Formatter): string {
  const { code, params } = sentence;
  const refusal = params['code'];
  // Why a torrent file cannot be read is said as everywhere else.
  if (code === 'watch_bad_torrent' && refusal !== undefined && hasMessage(`errors.${refusal}`)) {
    return errorText(refusal, params);
  }
  if (code === 'watch_bad_lines') {
    const [n, bad] = [number(params['n']), number(params['bad'])];
    return `${t('watch.code_added_many', { n })} ${t('watch.code_bad_lines', { bad })}`;
  }
  const variant = VARIANTS[code]?.(params, format);
  if (variant != null) return t(variant.key, variant.params);
  const key = `watch.code_${code.startsWith(PREFIX) ? code.slice(PREFIX.length) : code}`;
  return hasMessage(key) ? t(key, params) : t('status.unknown', { code });
}

/** Why a file could not be added so far; empty when nothing is known of it. */
function reason(values: Values, format: Formatter): string {
  const code = values['code'] ?? '';
  if (hasMessage(`errors.${code}`)) return errorText(code, values);
  if (!code.startsWith(PREFIX) || code === 'watch_trying') return '';
  return watchText({ code, params: { ...values, code: '' } }, format);
}

/** What became of the file itself; empty when nothing was to be done with it. */
export function originalText(original: OriginalView, file: string, format: Formatter): string {
  switch (original.state) {
    case 'left':
      return '';
    case 'renamed': {
      const { name } = original;
      return name === `${baseName(file)}.added`
        ? t('watch.original_added')
        : t('watch.original_renamed', { name });
    }
    case 'moved':
      return t('watch.original_moved', { folder: baseName(original.folder) });
    case 'failed':
      return watchText(original.sentence, format);
    default:
      return t(`watch.original_${original.state}`);
  }
}

const baseName = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** The two halves of what an entry says. What is named as the file is needs no name. */
export function entryText(
  { sentence, original, file }: { sentence: Sentence; original: OriginalView; file: string },
  format: Formatter,
): string {
  const isNamed = sentence.code === 'watch_added' && sentence.params['name'] === stem(file);
  const said = isNamed ? t('watch.code_added') : watchText(sentence, format);
  return [said, originalText(original, file, format)].filter(Boolean).join(' ');
}

const stem = (file: string): string => baseName(file).replace(/\.(torrent|magnet)$/i, '');

const ICONS: Readonly<Record<string, IconName>> = {
  watch_added_many: 'magnet',
  watch_already: 'copy',
  watch_mixed: 'magnet',
  watch_bad_lines: 'magnet',
  watch_removed: 'x',
  watch_settling: 'clock',
  watch_trying: 'clock',
  watch_would_merge: 'copy',
  watch_would_add_many: 'magnet',
  watch_would_not_removed: 'x',
  watch_would_not_excluded: 'minus',
  watch_would_not_again: 'check',
};

export function watchIcon({ code }: Sentence, tone: LogTone): IconName {
  if (tone === 'bad' || tone === 'warn') return 'alert';
  return (Object.hasOwn(ICONS, code) ? ICONS[code] : undefined) ?? (tone === 'good' ? 'check' : 'info');
}

const seconds = (values: Values): string =>
  t('common.seconds', { n: Math.max(1, number(values['seconds'])) });

function number(digits: string | undefined): number {
  const value = Number(digits ?? 0);
  return Number.isFinite(value) ? value : 0;
}
