/** What was done, for the toast that offers to take it back and for the entry that does. */
import type { StepView } from '$lib/backend/generated/StepView';
import { hasMessage, t } from '$lib/i18n';

export interface StepWords {
  readonly text: string;
  /** A second line; may be empty. */
  readonly more: string;
}

/** What there is to add, for the steps that leave a question open. */
const MORE: Readonly<Record<string, string>> = {
  removed: 'common.toast_removed_kept',
  trashed: 'common.toast_trashed_files',
  moved: 'common.toast_moved_more',
  watch_dropped: 'common.toast_watch_dropped_kept',
};

/** A sentence: "Removed 3 torrents." */
export function undoWords({ kind, count: n }: StepView): StepWords {
  const more = MORE[kind] ?? '';
  return { text: words('common.toast_', kind, n), more: hasMessage(more) ? t(more) : '' };
}

/** Within a sentence: "removed 3 torrents". */
export function stepName({ kind, count: n }: StepView): string {
  return words('actions.step_', kind, n);
}

function words(before: 'common.toast_' | 'actions.step_', kind: string, n: number): string {
  const key = `${before}${kind}`;
  return hasMessage(key) ? t(key, { n }) : t(`${before}changed`);
}
