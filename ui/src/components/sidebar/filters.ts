/** The status filters as the sidebar and the chips show them. */
import type { StatusFilter } from '$lib/domain/view';
import type { MessageKey } from '$lib/i18n';
import type { IconName } from '$lib/icons';

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
