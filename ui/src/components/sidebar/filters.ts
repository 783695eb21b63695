/** The status filters as the sidebar and the chips show them. */
import type { AppContext } from '$lib/app.svelte';
import type { Filter, StatusFilter } from '$lib/domain/view';
import { t, type MessageKey } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import { isSameFilter } from '$lib/stores/views.svelte';
import { shownNow } from './views';

export interface StatusEntry {
  readonly status: StatusFilter;
  readonly title: MessageKey;
  readonly icon: IconName;
}

export const STATUS_ENTRIES: readonly StatusEntry[] = [
  { status: 'all', title: 'list.filter_all', icon: 'all' },
  { status: 'downloading', title: 'list.filter_downloading', icon: 'down' },
  { status: 'seeding', title: 'list.filter_seeding', icon: 'up' },
  { status: 'finished', title: 'list.filter_finished', icon: 'check' },
  { status: 'stopped', title: 'list.filter_stopped', icon: 'stop' },
  { status: 'attention', title: 'list.filter_attention', icon: 'alert' },
];

/** Whether the list shows this. A saved view that is shown stands for its filter. */
export function isShown(app: AppContext, filter: Filter): boolean {
  return isSameFilter(app.ui.filter, filter) && app.views.like(shownNow(app)) === null;
}

export function show(app: AppContext, filter: Filter): void {
  app.ui.filter = filter;
  app.ui.drawer = false;
}

/** The name of a filter that has no chip of its own. */
export function filterName(filter: Filter): string | null {
  switch (filter.kind) {
    case 'status':
      return null;
    case 'label':
      return filter.name;
    case 'unlabelled':
      return t('list.title_unlabelled');
    case 'tracker':
      return filter.host === '' ? t('list.no_tracker') : filter.host;
    case 'whole':
      return t('list.title_whole', { folder: filter.below });
  }
}
