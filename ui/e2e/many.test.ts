/** A thousand torrents at once: one step forth, one step back. */
import { describe, expect } from 'vitest';
import type { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { makeTorrent } from './harness/torrents';
import { gone, openAnew, see } from './harness/window';

useBrowser();

const MANY = 1_000;
const AT_A_TIME = 8;
const LONG_MS = 300_000;
const NAME = 'Kelp';

async function addMany(shoal: Shoal): Promise<void> {
  const folder = shoal.folder('made');
  const files = Array.from({ length: MANY }, (_, at) => makeTorrent(folder, `Torrent ${String(at)}`));
  for (let at = 0; at < MANY; at += AT_A_TIME) {
    await Promise.all(files.slice(at, at + AT_A_TIME).map(async (file) => shoal.add(file)));
  }
}

async function labelled(shoal: Shoal): Promise<number> {
  const { torrents } = await shoal.call('snapshot', {});
  expect(torrents).toHaveLength(MANY);
  return torrents.filter(({ labels }) => labels.join() === NAME).length;
}

describe('a thousand torrents', () => {
  story(
    'get a label in one step, and lose it in one after a restart',
    { timeout: LONG_MS },
    async ({ shoal, window }) => {
      await addMany(shoal);
      const filters = window.page.getByRole('navigation', { name: 'Filters' });
      const entry = filters.getByRole('button', { name: `${NAME} 1,000 torrents`, exact: true });
      await expect.poll(async () => window.filterButton('All').textContent()).toMatch(/1,000/);
      await window.rows.first().click();
      await window.press('Control+a', 'Control+Shift+L');
      await see(window.dialog.getByText('Labels of 1,000 torrents'));
      await window.page.keyboard.type(NAME);
      await window.press('Enter', 'Enter');
      await gone(window.dialog);
      await see(entry);
      expect(await labelled(shoal)).toBe(MANY);

      await shoal.end('SIGTERM');
      await shoal.start();
      await openAnew(window, shoal.url);
      await see(entry);
      await window.press('Control+z');
      await gone(entry);
      await expect.poll(async () => labelled(shoal)).toBe(0);
      await window.press('Control+Shift+Z');
      await see(entry);
      await shoal.end('SIGKILL');
      await shoal.start();
      expect(await labelled(shoal)).toBe(MANY);
    },
  );
});
