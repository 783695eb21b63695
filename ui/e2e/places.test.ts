/** Where files lie and what they are called: asked before the add, moved, found again, renamed. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { filesBelow } from './harness/files';
import type { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { contentOf, makeTorrent } from './harness/torrents';
import { gone, see } from './harness/window';

useBrowser();

const PIECES = 3;

/** A torrent whose one file is whole in the downloads folder. */
async function seedKelp(shoal: Shoal): Promise<void> {
  writeFileSync(join(shoal.downloads, 'Kelp'), contentOf('Kelp', PIECES));
  await shoal.add(makeTorrent(shoal.folder('made'), 'Kelp', PIECES), true);
}

const isKelp = (path: string): boolean =>
  existsSync(path) && readFileSync(path).equals(contentOf('Kelp', PIECES));

describe('a file that is there already', () => {
  story(
    'is asked about before the add, and left as it is when it is saved beside',
    async ({ shoal, window }) => {
      const own = join(shoal.downloads, 'Kelp');
      writeFileSync(own, 'my own notes');
      await window.upload(makeTorrent(shoal.folder('made'), 'Kelp', PIECES));
      await see(window.dialog.getByText('There is already a file named “Kelp” there.'));
      await see(window.dialog.getByText(/^It has 12.B, the torrent’s has /));
      await window.dialog.getByRole('radio', { name: /^Save beside it as “Kelp \(2\)”/ }).check();
      await window.button(/^Add /, window.dialog).click();
      await gone(window.dialog);
      await see(window.row('Kelp', 'Downloading'));
      await window.row('Kelp').click();
      await window.button('Stop').click();
      await see(window.row('Kelp', 'Stopped'));
      expect(readFileSync(own, 'utf8')).toBe('my own notes');
    },
  );

  story('is used when it checks out', async ({ shoal, window }) => {
    writeFileSync(join(shoal.downloads, 'Kelp'), contentOf('Kelp', PIECES));
    await window.upload(makeTorrent(shoal.folder('made'), 'Kelp', PIECES));
    await see(window.dialog.getByText(/^It has the same size as the torrent’s, /));
    await window.press('Enter');
    await gone(window.dialog);
    await see(window.row('Kelp', 'Seeding'));
    expect(filesBelow(shoal.downloads)).toEqual(['Kelp']);
  });
});

describe('moving', () => {
  story('takes the files along, says so, and can be taken back', async ({ shoal, window }) => {
    await seedKelp(shoal);
    await see(window.row('Kelp', 'Seeding'));
    const folder = shoal.folder('elsewhere');
    await window.row('Kelp').click({ button: 'right' });
    await window.pick('Move files to…');
    await window.dialog.getByLabel('Move to').fill(folder);
    await window.press('Enter');
    await gone(window.dialog);
    const toast = window.toasts.filter({ hasText: 'Moving 1 torrent.' });
    await see(toast);
    await expect.poll(() => isKelp(join(folder, 'Kelp'))).toBe(true);
    await expect.poll(() => filesBelow(shoal.downloads)).toEqual([]);
    await see(window.row('Kelp', 'Seeding'));
    await see(window.details.getByText(folder, { exact: true }));
    await window.press('Control+z');
    await expect.poll(() => isKelp(join(shoal.downloads, 'Kelp'))).toBe(true);
    await expect.poll(() => filesBelow(folder)).toEqual([]);
    await see(window.row('Kelp', 'Seeding'));
  });
});

describe('locating', () => {
  story('finds files that were moved by hand, and checks them', async ({ shoal, window }) => {
    const made = makeTorrent(shoal.folder('made'), 'Kelp', PIECES);
    const folder = shoal.folder('elsewhere/deeper');
    writeFileSync(join(folder, 'Kelp'), contentOf('Kelp', PIECES));
    await shoal.add(made, true);
    await see(window.row('Kelp', 'Downloading'));
    await window.row('Kelp').click({ button: 'right' });
    await window.pick('Locate files…');
    const field = window.dialog.getByLabel('They are in');
    await field.fill(shoal.folder('made'));
    await window.press('Enter');
    await see(window.dialog.getByText(/^None of its 1 files was found in /));
    await field.fill(shoal.folder('elsewhere'));
    await window.press('Enter');
    await gone(window.dialog);
    await see(window.toasts.filter({ hasText: /Found 1 of 1 files/ }));
    await see(window.row('Kelp', 'Seeding'));
    expect(isKelp(join(folder, 'Kelp'))).toBe(true);
  });
});

describe('renaming', () => {
  story('with F2 renames on the disk, too, and is taken back', async ({ shoal, window }) => {
    await seedKelp(shoal);
    await see(window.row('Kelp', 'Seeding'));
    await window.row('Kelp').click();
    await window.press('F2');
    await window.dialog.getByLabel('Name').fill('Sugar kelp');
    await window.press('Enter');
    await gone(window.dialog);
    await see(window.row('Sugar kelp', 'Seeding'));
    await expect.poll(() => filesBelow(shoal.downloads)).toEqual(['Sugar kelp']);
    await window.press('Control+z');
    await see(window.row('Kelp', 'Seeding'));
    await expect.poll(() => isKelp(join(shoal.downloads, 'Kelp'))).toBe(true);
  });
});

describe('the order of pieces', () => {
  story('is switched in the menu and kept', async ({ shoal, listed, window }) => {
    await window.expectNames(listed);
    await window.row('Buoy').click();
    await window.press('Shift+F10');
    await window.page.getByRole('menuitemcheckbox', { name: 'Download in order' }).click();
    await see(window.details.getByText('from beginning to end', { exact: true }));
    const { torrents } = await shoal.call('snapshot', {});
    expect(torrents.find(({ name }) => name === 'Buoy')).toMatchObject({
      sequential: true,
      first_last: false,
    });
  });
});

describe('a folder that went away', () => {
  story('is said, and the torrent goes on when it is back', async ({ shoal, window }) => {
    const folder = join(shoal.folder('drive'), 'data');
    mkdirSync(folder);
    await shoal.call('set_settings', { values: { 'downloads.folder': folder } });
    writeFileSync(join(folder, 'Kelp'), contentOf('Kelp', PIECES));
    await shoal.add(makeTorrent(shoal.folder('made'), 'Kelp', PIECES), true);
    await see(window.row('Kelp', 'Seeding'));
    await window.row('Kelp').click();
    await window.button('Stop').click();
    await see(window.row('Kelp', 'Finished'));
    renameSync(folder, `${folder}-away`);
    await window.button('Start').click();
    await see(window.row('Kelp', 'Needs attention'));
    await see(window.details.getByRole('button', { name: 'Locate…' }));
    renameSync(`${folder}-away`, folder);
    await see(window.row('Kelp', 'Seeding'));
  });
});
