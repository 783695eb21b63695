/** What is in the folders of the demonstration now, and what rules would do to it. */
import type { WatchDryFile } from '../generated/WatchDryFile';
import type { WatchDryRun } from '../generated/WatchDryRun';
import type { WatchRulesView } from '../generated/WatchRulesView';
import { say } from './rows';
import { DOWNLOADS, PHONE } from './watch-story';

const FILES: Readonly<Record<string, readonly [file: string, size: number][]>> = {
  [DOWNLOADS]: [
    ['archlinux-2025.11.01.torrent', 58_102],
    ['debian-13.2.0-netinst.torrent', 52_310],
    ['gutenberg-top-1000.torrent', 18_432],
    ['links.magnet', 1_204],
    ['linux/alpine-3.23.torrent', 12_004],
    ['linux/old/slackware-15.torrent', 40_960],
    ['old-films.torrent', 33_001],
  ],
  [PHONE]: [
    ['apollo-17.torrent', 24_100],
    ['field-guide.torrent', 31_400],
    ['lecture-series.torrent', 28_900],
    ['librivox.magnet', 412],
  ],
};

/** `*`, `?` and sets, as the core knows them. */
function fits(pattern: string, file: string): boolean {
  const name = file.split('/').at(-1) ?? file;
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'iu').test(name);
}

function judge(file: string, rules: WatchRulesView): Pick<WatchDryFile, 'tone' | 'sentence'> {
  const isLeftOut =
    (rules.include.length > 0 && !rules.include.some((pattern) => fits(pattern, file))) ||
    rules.exclude.some((pattern) => fits(pattern, file));
  if (isLeftOut) return { tone: 'neutral', sentence: say('watch_would_not_excluded') };
  const name =
    file
      .replace(/\.torrent$/, '')
      .split('/')
      .at(-1) ?? file;
  if (file.startsWith('debian')) return { tone: 'neutral', sentence: say('watch_would_merge', { name }) };
  if (file.startsWith('gutenberg')) {
    return { tone: 'bad', sentence: say('watch_bad_torrent', { code: 'truncated' }) };
  }
  if (file.startsWith('old-films'))
    return { tone: 'neutral', sentence: say('watch_would_not_removed', { name }) };
  if (file.endsWith('.magnet')) return { tone: 'good', sentence: say('watch_would_add_many', { n: 14 }) };
  const folders = file.split('/').slice(0, -1).join('/');
  const labels = [...rules.labels, ...(rules.subfolders === 'labels' && folders !== '' ? [folders] : [])];
  const to = { save_to: rules.save_to ?? DOWNLOADS, labels: labels.join(', ') };
  return { tone: 'good', sentence: say('watch_would_add', { name, ...to }) };
}

export function filesIn({ path, subfolders }: WatchRulesView): string[] {
  const all = FILES[path] ?? [['lecture-notes.torrent', 20_480]];
  return all.map(([file]) => file).filter((file) => subfolders !== 'off' || !file.includes('/'));
}

export function dryRun(rules: WatchRulesView): WatchDryRun {
  const sizes = new Map(FILES[rules.path] ?? []);
  const files = filesIn(rules).map((file) => ({
    file,
    size: sizes.get(file) ?? 20_480,
    ...judge(file, rules),
  }));
  const added = files.map(({ sentence }) =>
    sentence.code === 'watch_would_add' ? 1 : Number(sentence.params['n'] ?? 0),
  );
  return { files, looked_at: files.length, would_add: added.reduce((sum, n) => sum + n, 0), more: false };
}
