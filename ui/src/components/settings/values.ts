/** What a setting is set to, in words. */
import type { SettingValueView } from '$lib/backend/generated/SettingValueView';
import type { SettingView } from '$lib/backend/generated/SettingView';
import { readSchedule } from '$lib/domain/schedule';
import { t } from '$lib/i18n';
import { amountOf, amountWords } from './amounts';
import { wordsOf } from './sections';

export function valueWords({ key, kind }: SettingView, value: SettingValueView): string {
  if (key === 'network.port' && value === 0) return t('settings.network_port_chosen');
  if (typeof value === 'boolean') return t(value ? 'settings.on' : 'settings.off');
  if (kind.type === 'schedule') {
    const n = readSchedule(String(value)).length;
    return n === 0 ? t('settings.no_schedule') : t('settings.rules', { n });
  }
  if (kind.type === 'label' && value === '') return t('settings.no_label');
  if (kind.type === 'program') return String(value).replaceAll('\n', ' ') || t('settings.no_program');
  if (kind.type === 'int') return amountWords(Number(value), amountOf(key));
  if (kind.type === 'folder' && value === '') {
    return key === 'downloads.folder' ? t('settings.default_folder') : t('settings.no_folder');
  }
  if (kind.type === 'choice') return wordsOf(key, `_${value}`) || String(value);
  return String(value);
}

/** What it is without being changed, and what it may be. */
export function defaultWords(view: SettingView): string {
  const words = valueWords(view, view.default);
  const { kind } = view;
  if (kind.type !== 'int') return t('settings.default', { value: words });
  const { zero, least, scale = 1 } = amountOf(view.key);
  if (zero !== undefined) return t('settings.default', { value: words });
  // A number that stands for itself is written as those beside it, in the language's own digits.
  const value = words === String(view.default) ? Number(view.default) : words;
  return t('settings.default_range', { min: least ?? kind.min / scale, max: kind.max / scale, value });
}
