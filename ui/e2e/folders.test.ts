/** Watch folders: what a browser or a person saves there is added, told, and not added twice. */
import { appendFileSync, existsSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { WatchEntryView } from '../src/lib/backend/generated/WatchEntryView';
import type { WatchRulesView } from '../src/lib/backend/generated/WatchRulesView';
import { filesBelow } from './harness/files';
import type { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { makeTorrent } from './harness/torrents';
import { gone, see, startsWith, type Window } from './harness/window';

useBrowser();

/** Watches a folder of that name; gives its path. */
async function watch(shoal: Shoal, name: string, rules: Partial<WatchRulesView> = {}): Promise<string> {
  const path = shoal.folder(name);
  const first: WatchRulesView = {
    path,
    enabled: true,
    save_to: null,
    labels: [],
    start: false,
    top: false,
    subfolders: 'off',
    after: { kind: 'rename' },
    bad_folder: null,
    include: [],
    exclude: [],
    how: 'auto',
  };
  await shoal.call('watch_put', { id: null, rules: { ...first, ...rules } });
  return path;
}

/** The content of a .torrent file that is nowhere yet. */
const torrentOf = (shoal: Shoal, name: string): Buffer =>
  readFileSync(makeTorrent(shoal.folder('made'), name));

const entry = ({ page }: Window, text: string): Locator =>
  page.getByRole('list', { name: 'Watch folders' }).getByRole('button', { name: startsWith(text) });

async function history(shoal: Shoal, file: string): Promise<WatchEntryView[]> {
  const { entries } = await shoal.call('watch_history', { before: null, folder: null, problems: false });
  return entries.filter((one) => one.file === file);
}

/** By the menu of its entry in the sidebar. */
async function choose(window: Window, folder: string, command: string): Promise<void> {
  await entry(window, folder).click({ button: 'right' });
  await window.pick(command);
}

describe('a folder that is watched by one click at the first run', () => {
  story('adds a file that arrives slowly once it is whole, and says so', async ({ shoal, window }) => {
    await window.button('Watch downloads').click();
    await see(entry(window, 'downloads watching'));
    await see(window.page.getByRole('region', { name: 'Watching downloads' }));

    const content = torrentOf(shoal, 'Kelp');
    const file = join(shoal.downloads, 'Kelp.torrent');
    writeFileSync(file, content.subarray(0, 80));
    const pending = async (): Promise<number> => (await shoal.call('snapshot', {})).watch[0]?.pending ?? 0;
    await expect.poll(pending).toBe(1);
    expect(await window.rows.count()).toBe(0);
    appendFileSync(file, content.subarray(80));

    await see(window.row('Kelp', 'Downloading'));
    await see(entry(window, 'downloads watching · 1 added today'));
    await expect.poll(() => filesBelow(shoal.downloads)).toContain('Kelp.torrent.added');
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}.added`).equals(content)).toBe(true);
    await expect
      .poll(async () => (await history(shoal, 'Kelp.torrent')).map(({ original }) => original))
      .toEqual([{ state: 'renamed', name: 'Kelp.torrent.added' }]);

    const toast = window.toasts.filter({ hasText: 'Added Kelp from downloads.' });
    await see(toast);
    await window.button('Show', toast).click();
    await window.expectSelected('Kelp');
  });

  story('is let go of by undo', async ({ shoal, window }) => {
    await window.button('Watch downloads').click();
    await see(entry(window, 'downloads watching'));
    await window.press('Control+z');
    await see(window.page.getByRole('list', { name: 'Watch folders' }).getByText('None yet.'));
    await see(window.button('Watch downloads'));
    expect((await shoal.call('snapshot', {})).watch).toEqual([]);
  });
});

describe('a torrent that was removed', () => {
  story('does not come back from a file that is kept, until somebody asks', async ({ shoal, window }) => {
    const folder = await watch(shoal, 'incoming', { after: { kind: 'keep' } });
    const file = join(folder, 'Kelp.torrent');
    writeFileSync(file, torrentOf(shoal, 'Kelp'));
    await window.row('Kelp').click();
    await window.press('Delete');
    await gone(window.row('Kelp'));

    // Another time of the same file: it is read anew.
    utimesSync(file, new Date(), new Date());
    await choose(window, 'incoming', 'Look now');
    await expect.poll(async () => (await history(shoal, 'Kelp.torrent'))[0]?.removed).toBe(true);
    writeFileSync(join(folder, 'Dune.torrent'), torrentOf(shoal, 'Dune'));
    await see(window.row('Dune'));
    await window.expectNames(['Dune']);
    expect(existsSync(file)).toBe(true);

    const [newest] = await history(shoal, 'Kelp.torrent');
    expect(newest?.can_add_again).toBe(true);
    await shoal.call('watch_add_again', { ids: [newest?.id ?? 0] });
    await see(window.row('Kelp'));
  });
});

describe('a file that cannot be added', () => {
  story('is named once, stops nothing and stays where it is', async ({ shoal, window }) => {
    const folder = await watch(shoal, 'incoming');
    symlinkSync(join(shoal.folder('made'), 'nowhere'), join(folder, 'link.torrent'));
    writeFileSync(join(folder, 'Kelp.torrent'), torrentOf(shoal, 'Kelp'));
    await see(window.row('Kelp'));
    await see(entry(window, 'incoming watching · 1 problem'));
    await choose(window, 'incoming', 'Look now');
    writeFileSync(join(folder, 'Dune.torrent'), torrentOf(shoal, 'Dune'));
    await see(window.row('Dune'));
    const bad = await history(shoal, 'link.torrent');
    expect(bad.map(({ sentence }) => sentence.code)).toEqual(['watch_bad_link']);
    expect(filesBelow(folder)).toEqual(['Dune.torrent.added', 'Kelp.torrent.added']);
  });
});

describe('a folder that is paused', () => {
  story('keeps its files for when it is watched again', async ({ shoal, window }) => {
    const paused = await watch(shoal, 'paused');
    const other = await watch(shoal, 'other');
    await see(entry(window, 'paused watching'));
    await choose(window, 'paused', 'Pause');
    await see(entry(window, 'paused paused'));
    writeFileSync(join(paused, 'Kelp.torrent'), torrentOf(shoal, 'Kelp'));
    writeFileSync(join(other, 'Dune.torrent'), torrentOf(shoal, 'Dune'));
    await see(window.row('Dune'));
    await expect.poll(() => filesBelow(other)).toEqual(['Dune.torrent.added']);
    expect(filesBelow(paused)).toEqual(['Kelp.torrent']);
    await window.expectNames(['Dune']);
    await choose(window, 'paused', 'Watch again');
    await see(window.row('Kelp'));
    await expect.poll(() => filesBelow(paused)).toEqual(['Kelp.torrent.added']);
  });
});
