/** A watch folder in a name and one short line, where there is room for no more. */
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import { t } from '$lib/i18n';
import type { Formatter } from './format';
import { folderName } from './watch';

const MINUTE_S = 60;

export interface FolderLine {
  readonly text: string;
  /** All there is to say, where the line has no room for it. */
  readonly whole: string;
  /** Something keeps it from working, or it left something behind for somebody to look at. */
  readonly isWarning: boolean;
}

/** `watching · 2 added today`: two parts at most; what needs somebody stands in for what was done. */
export function folderLine(folder: WatchFolderView, format: Formatter): FolderLine {
  const { state, problems, added_today: added } = folder;
  const isAway = state.state === 'unreachable';
  const parts = [stateText(folder, format)];
  if (problems > 0) parts.push(t('folders.problems', { n: problems }));
  if (added > 0) parts.push(t('folders.added_today', { n: added }));
  return {
    text: joined(parts.slice(0, isAway ? 1 : 2)),
    whole: joined(parts),
    isWarning: isAway || problems > 0,
  };
}

/** A dot between them, but not in Arabic, where it would be read as a zero; empty for none. */
export function joined([first = '', ...more]: readonly string[]): string {
  return more.reduce((first, second) => t('folders.joined', { first, second }), first);
}

function stateText({ state }: WatchFolderView, format: Formatter): string {
  switch (state.state) {
    case 'polling':
      return t('folders.state_polling', { time: exactTime(state.every_s, format) });
    case 'unreachable':
      return t('folders.state_unreachable', { time: format.date(state.since) });
    default:
      return t(`folders.state_${state.state}`);
  }
}

/** An interval is a promise: it is written short only where nothing is rounded away. */
function exactTime(seconds: number, format: Formatter): string {
  const isExact = seconds < 10 || seconds % (seconds < MINUTE_S ? 5 : MINUTE_S) === 0;
  return isExact ? format.duration(seconds) : t('common.seconds', { n: seconds });
}

/** What each is called, by its number: the last part of its path, and the one before where two are alike. */
export function folderNames(folders: readonly WatchFolderView[]): ReadonlyMap<number, string> {
  const all = folders.map(({ rules }) => folderName(rules.path));
  return new Map(
    folders.map(({ id, rules }, at) => {
      const name = all[at] ?? '';
      const isAlone = all.indexOf(name) === all.lastIndexOf(name);
      const lastTwo = rules.path.split(/[\\/]/).filter(Boolean).slice(-2);
      return [id, isAlone ? name : lastTwo.join(' / ')];
    }),
  );
}
