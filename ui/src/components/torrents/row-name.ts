/** What a screen reader says for a row: name, state, share, sentence. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import type { Formatter } from '$lib/domain/format';
import { progressName, stateName } from '$lib/domain/phase';
import { sentenceText } from '$lib/domain/sentence';
import { t } from '$lib/i18n';

/** Shorter names fit the narrowest column, and names without an extension lose nothing at their end. */
const LONG = 14;
const EXTENSION_MAX = 12;

/** Rather shortened in its middle, so that what kind of file it is stays to be seen. */
export function isLong(name: string): boolean {
  return name.length > LONG && name.lastIndexOf('.') >= name.length - EXTENSION_MAX;
}

/** `file`: the one that a search found it by. */
export function rowName(row: TorrentRow, format: Formatter, file: string | null = null): string {
  const progress = progressName(row, format);
  const sentence = sentenceText(row.sentence, format);
  const parts = { name: row.name, state: stateName(row), progress, sentence };
  const said = t(progress === '' ? 'list.row_no_progress' : 'list.row', parts);
  return file === null ? said : t('filters.row_in_file', { row: said, file });
}
