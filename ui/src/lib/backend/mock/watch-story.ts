/** What is in the watch folders of the demonstration, and what happened there so far. */
import type { OriginalView } from '../generated/OriginalView';
import type { TorrentRow } from '../generated/TorrentRow';
import type { WatchEntryView } from '../generated/WatchEntryView';
import type { WatchFolderView } from '../generated/WatchFolderView';
import type { WatchRulesView } from '../generated/WatchRulesView';
import { hashOf, say } from './rows';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export const DOWNLOADS = '/home/ada/Downloads';
export const NAS = '/mnt/nas/incoming';
export const PHONE = '/home/ada/Sync/phone';

/** Today at that time, or not long ago when that is yet to come. */
function today(now: number, hours: number, minutes: number): number {
  return Math.min(
    new Date(now).setHours(hours, minutes, 0, 0),
    now - (14 * 60 + 33 - hours * 60 - minutes) * 1_000,
  );
}

export function rulesOf(path: string, more: Partial<WatchRulesView> = {}): WatchRulesView {
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
    ...more,
  };
}

export function storyFolders(now: number): WatchFolderView[] {
  return [
    {
      id: 1,
      rules: rulesOf(DOWNLOADS, { labels: ['Linux'], subfolders: 'labels' }),
      state: { state: 'watching' },
      added_today: 2,
      last_added_at: today(now, 14, 20),
      pending: 1,
      problems: 1,
    },
    {
      id: 2,
      rules: rulesOf(NAS, { after: { kind: 'move', folder: `${NAS}/done` }, start: false }),
      state: {
        state: 'unreachable',
        since: today(now, 14, 2),
        every_s: 30,
        sentence: say('watch_away_missing'),
      },
      added_today: 1,
      last_added_at: today(now, 11, 2),
      pending: 0,
      problems: 0,
    },
    {
      id: 3,
      rules: rulesOf(PHONE, { enabled: false, after: { kind: 'keep' } }),
      state: { state: 'off' },
      added_today: 0,
      last_added_at: null,
      pending: 4,
      problems: 0,
    },
  ];
}

type Told = Partial<WatchEntryView> & Pick<WatchEntryView, 'at' | 'file' | 'tone' | 'sentence'>;

export function entry(id: number, folder: WatchFolderView, told: Told): WatchEntryView {
  return {
    id,
    folder: folder.id,
    folder_path: folder.rules.path,
    original: { state: 'left' },
    hashes: [],
    removed: false,
    can_retry: false,
    can_add_again: false,
    can_reveal: told.file !== '',
    ...told,
  };
}

const renamed = (name: string): OriginalView => ({ state: 'renamed', name: `${name}.added` });

type Make = (id: number, folder: WatchFolderView, at: number, name: string, hash: string) => WatchEntryView;

/** The kinds of older entries, one after the other. */
const KINDS: readonly Make[] = [
  (id, folder, at, name, hash) =>
    entry(id, folder, {
      ...{ at, file: `${name}.torrent`, tone: 'good', sentence: say('watch_added', { name }) },
      ...{ original: renamed(`${name}.torrent`), hashes: [hash] },
    }),
  (id, folder, at, name, hash) =>
    entry(id, folder, {
      ...{ at, file: `linux/${name}.torrent`, tone: 'good', sentence: say('watch_added', { name }) },
      ...{ original: { state: 'moved', folder: `${NAS}/done` }, hashes: [hash] },
    }),
  (id, folder, at, name) =>
    entry(id, folder, {
      at,
      file: `${name}.torrent`,
      tone: 'neutral',
      sentence: say('watch_removed', { name, at: at - 3 * DAY_MS }),
      removed: true,
      can_add_again: true,
    }),
  (id, folder, at, name, hash) =>
    entry(id, folder, {
      ...{ at, file: `${name}.magnet`, tone: 'good', hashes: [hash] },
      ...{ sentence: say('watch_mixed', { added: 12, already: 3, removed: 1, bad: 0 }) },
      original: { state: 'trashed' },
    }),
  (id, folder, at, name, hash) =>
    entry(id, folder, {
      at,
      file: `${name}.torrent`,
      tone: 'neutral',
      sentence: say('watch_already', { name, trackers: 0 }),
      original: { state: 'failed', sentence: say('watch_after_denied') },
      hashes: [hash],
    }),
];

/** Names that would do something if they were taken for anything but text. */
const HOSTILE = [
  '<img src=x onerror=reportError(1)>.torrent',
  '\u0641\u064a\u0644\u0645 2010.exe.torrent',
  'a'.repeat(230) + '.torrent',
];
const HOSTILE_FROM = 4;

/** One of the entries from before the story; always the same for the same number. */
export function olderEntry(
  id: number,
  age: number,
  folders: readonly WatchFolderView[],
  now: number,
): WatchEntryView {
  const folder = folders[age % 3 === 1 ? 1 : 0] ?? folders[0]!;
  const at = now - 3 * DAY_MS - age * 47 * MINUTE_MS;
  const hostile = HOSTILE[age - HOSTILE_FROM];
  if (hostile !== undefined) {
    const sentence = say('watch_bad_torrent', { code: 'syntax' });
    return entry(id, folder, { at, file: hostile, tone: 'bad', sentence, can_retry: true });
  }
  if (age === HOSTILE_FROM - 1) {
    const sentence = say('watch_bad_size', { bytes: 734_003_200, limit: 20_971_520 });
    return entry(id, folder, { at, file: 'film.torrent', tone: 'bad', sentence, can_retry: true });
  }
  const make = KINDS[age % KINDS.length]!;
  return make(id, folder, at, `archive-scans ${1900 + (age % 125)}-${age}`, hashOf(20 + (age % 60)));
}

/** The entries of the last days, the newest first; `id` is that of the newest. */
export function storyEntries(
  id: number,
  folders: readonly WatchFolderView[],
  rows: Iterable<TorrentRow>,
  now: number,
): WatchEntryView[] {
  const [home, nas] = folders as [WatchFolderView, WatchFolderView];
  const all = [...rows];
  const of = (name: string): string[] =>
    all
      .filter((row) => row.name.startsWith(name))
      .map((row) => row.hash)
      .slice(0, 1);
  const fedora = 'Fedora-Workstation-43.torrent';
  const debian = 'debian-13.2.0-netinst.torrent';
  return [
    entry(id, home, {
      ...{ at: today(now, 14, 20), file: fedora, tone: 'good', hashes: of('Fedora') },
      sentence: say('watch_added', { name: 'Fedora-Workstation-Live-43-1.6.x86_64' }),
      original: renamed(fedora),
    }),
    entry(id - 1, nas, {
      at: today(now, 14, 2),
      file: '',
      tone: 'warn',
      sentence: say('watch_gone', { path: NAS }),
    }),
    entry(id - 2, nas, {
      ...{ at: today(now, 11, 2), file: 'planet-251103.osm.torrent', tone: 'good', hashes: of('planet') },
      sentence: say('watch_added', { name: 'planet-251103.osm.pbf' }),
      original: { state: 'moved', folder: `${NAS}/done` },
    }),
    entry(id - 3, home, {
      ...{ at: today(now, 10, 31), file: 'gutenberg-top-1000.torrent', tone: 'bad', can_retry: true },
      sentence: say('watch_bad_torrent', { code: 'truncated' }),
    }),
    entry(id - 4, home, {
      ...{ at: today(now, 9, 40), file: 'links.magnet', tone: 'good', hashes: of('Tears') },
      sentence: say('watch_added_many', { n: 1 }),
      original: renamed('links.magnet'),
    }),
    entry(id - 5, home, {
      ...{ at: now - 2 * DAY_MS, file: debian, tone: 'neutral', hashes: of('debian') },
      sentence: say('watch_already', { name: 'debian-13.2.0-amd64-netinst.iso', trackers: 2 }),
      original: renamed(debian),
    }),
    entry(id - 6, home, {
      ...{
        at: now - 2 * DAY_MS - MINUTE_MS,
        file: 'old-films.torrent',
        tone: 'neutral',
        can_add_again: true,
      },
      ...{ sentence: say('watch_removed', { name: 'old-films', at: now - 5 * DAY_MS }), removed: true },
    }),
  ];
}
