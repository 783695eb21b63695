/** What was done, for the toast that offers to take it back. */
import type { StepView } from '$lib/backend/generated/StepView';
import { t } from '$lib/i18n';

export interface StepWords {
  readonly text: string;
  /** A second line; may be empty. */
  readonly more: string;
}

export function undoWords({ kind, count: n }: StepView): StepWords {
  switch (kind) {
    case 'removed':
      return { text: t('common.toast_removed', { n }), more: t('common.toast_removed_kept') };
    case 'trashed':
      return { text: t('common.toast_trashed', { n }), more: t('common.toast_trashed_files') };
    case 'selected':
      return { text: t('common.toast_selected'), more: '' };
    case 'moved':
      return { text: t('common.toast_moved', { n }), more: t('common.toast_moved_more') };
    case 'renamed':
      return { text: t('common.toast_renamed', { n }), more: '' };
    case 'prioritised':
      return { text: t('common.toast_prioritised'), more: '' };
    case 'labelled':
      return { text: t('common.toast_labelled', { n }), more: '' };
    case 'settings':
      return { text: t('common.toast_settings', { n }), more: '' };
    case 'started':
      return { text: t('common.toast_started', { n }), more: '' };
    case 'stopped':
      return { text: t('common.toast_stopped', { n }), more: '' };
    default:
      return { text: t('common.toast_changed'), more: '' };
  }
}
