/** Watch folders in words: what they are called and what they are doing. */
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';
import { t } from '$lib/i18n';
import type { Formatter } from './format';
import { watchText } from './watch-text';

/** Rules to begin with: what the person most likely wants, and nothing that cannot be taken back. */
export function firstRules(path: string): WatchRulesView {
  return {
    path,
    enabled: true,
    save_to: null,
    labels: [],
    start: true,
    top: false,
    subfolders: 'off',
    after: { kind: 'rename' },
    bad_folder: null,
    include: [],
    exclude: [],
    how: 'auto',
  };
}

/** The last part of a path: `Downloads`; the whole of one that has no parts. */
export function folderName(path: string): string {
  const parts = path.split(/[\\/]/).filter(Boolean);
  return parts.at(-1) ?? path;
}

/** How a folder looks beside its words: what goes well, what waits for something, what is switched off. */
export type WatchLook = 'good' | 'warn' | 'off';

export function watchLook({ state }: WatchFolderView): WatchLook {
  if (state.state === 'off') return 'off';
  return state.state === 'unreachable' ? 'warn' : 'good';
}

/** The state alone: "Looks every 10 seconds, because it lies on a network." */
export function watchStateText({ state, pending }: WatchFolderView, format: Formatter): string {
  switch (state.state) {
    case 'starting':
      return t('watch.state_starting');
    case 'watching':
      return t('watch.state_watching');
    case 'polling':
      return t(`watch.state_polling_${state.why}`, { time: seconds(state.every_s) });
    case 'unreachable':
      return t('watch.state_unreachable', {
        since: when(state.since, format),
        time: seconds(state.every_s),
      });
    case 'off':
      return pending > 0 ? t('watch.state_off_waiting', { n: pending }) : t('watch.state_off');
  }
}

/** All that there is to say: the state, what came today, what waits, what went wrong. */
export function watchSentence(folder: WatchFolderView, format: Formatter): string {
  const { state, added_today: added, last_added_at: last, pending, problems } = folder;
  const parts = [watchStateText(folder, format)];
  if (state.state === 'unreachable') parts.push(watchText(state.sentence, format));
  else if (state.state !== 'off') {
    if (added > 0 && last !== null) parts.push(t('watch.today', { n: added, time: when(last, format) }));
    else if (state.state !== 'starting') parts.push(t('watch.today_none'));
    if (pending > 0) parts.push(t('watch.pending', { n: pending }));
  }
  if (problems > 0) parts.push(t('watch.problems', { n: problems }));
  return parts.filter(Boolean).join(' ');
}

const seconds = (n: number): string => t('common.seconds', { n });

/** Today a time is enough; before that the day has to be said. */
function when(at: number, format: Formatter): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return isToday ? format.clock(at) : format.moment(at);
}
