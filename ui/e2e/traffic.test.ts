/** What is known about a download that really happened: log, speeds, sums, its file names and its .torrent. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Shoal } from './harness/shoal';
import { story, useBrowser, useSeededFrom } from './harness/story';
import { makeTorrent } from './harness/torrents';
import { gone, openAnew, see, type Window } from './harness/window';

useBrowser();
useSeededFrom(3);

const BYTES = 1_234 + 200_000 + 6_000_001 + 70_000 + 2_000_000;
/** What two peers may send twice at the end. */
const TWICE_AT_MOST = 1_000_000;

/** What the log says, newest first. */
async function logOf(window: Window): Promise<string[]> {
  return window.details.getByRole('region', { name: 'What happened' }).locator('li .text').allInnerTexts();
}

async function openTab(window: Window, name: string): Promise<void> {
  await window.details.getByRole('tab', { name, exact: true }).click();
}

async function received(shoal: Shoal): Promise<number> {
  const { torrents } = await shoal.call('snapshot', {});
  return torrents.reduce((sum, { downloaded_bytes }) => sum + downloaded_bytes, 0);
}

async function expectSums(shoal: Shoal, bytes: number): Promise<void> {
  await expect
    .poll(async () => {
      const { all_time, days } = await shoal.call('statistics', {});
      const ofDays = days.reduce((sum, { downloaded_bytes }) => sum + downloaded_bytes, 0);
      return [all_time.downloaded_bytes, ofDays, all_time.finished];
    })
    .toEqual([bytes, bytes, 1]);
}

/** The window draws what came; the speeds of all seconds together are all bytes. */
async function expectSpeeds(window: Window, shoal: Shoal, hash: string): Promise<void> {
  await openTab(window, 'Speed');
  await see(window.details.getByText(/^peak [0-9.]+\s[kM]B\/s$/));
  await window.button('Show as a table', window.details).click();
  const table = window.details.getByRole('table', { name: 'Speed of this torrent' });
  await see(table.getByRole('cell', { name: /^[1-9][0-9.]*\s[kM]B\/s$/ }));
  const history = await shoal.call('speed_history', { hash, span: 'ten_minutes' });
  const sum = history.down.reduce<number>((all, speed) => all + (speed ?? 0), 0);
  const bytes = (sum * history.step_ms) / 1_000;
  expect(bytes / BYTES).toBeGreaterThan(0.7);
  expect(bytes / BYTES).toBeLessThan(1.3);
}

describe('after a download', () => {
  story('log, speeds and sums tell what happened, and outlive Shoal', async ({ shoal, seeded, window }) => {
    await window.upload(seeded.torrent_path);
    await window.dialog.getByRole('checkbox', { name: 'Download film.mp4.scr', exact: true }).check();
    await window.button(/^Add 8/, window.dialog).click();
    await gone(window.dialog);
    await window.row(seeded.name).click();
    await see(window.row(seeded.name, 'Seeding'));
    // Counted once a second.
    await expect.poll(async () => received(shoal)).toBeGreaterThanOrEqual(BYTES);
    await window.press('Space');
    await see(window.row(seeded.name, 'Finished'));
    await window.press('Space');
    await see(window.row(seeded.name, 'Seeding'));

    await openTab(window, 'Log');
    await see(window.details.getByText('You started it.'));
    const said = await logOf(window);
    expect(said.slice(0, 2)).toEqual(['You started it.', 'You stopped it.']);
    expect(said.at(-1)).toBe(`Added from ${basename(seeded.torrent_path)}.`);
    expect(said.filter((line) => line.startsWith('Complete and safely on disk, 8.27'))).toHaveLength(1);
    await expectSpeeds(window, shoal, seeded.info_hash);

    const bytes = await received(shoal);
    expect(bytes).toBeLessThan(BYTES + TWICE_AT_MOST);
    await expectSums(shoal, bytes);
    await shoal.end('SIGTERM');
    await shoal.start();
    await expectSums(shoal, bytes);
    await shoal.end('SIGKILL');
    await shoal.start();
    await expectSums(shoal, bytes);
    await openAnew(window, shoal.url);
    await window.row(seeded.name).click();
    await openTab(window, 'Log');
    await see(window.details.getByText('You started it.'));
    expect((await logOf(window)).slice(-said.length)).toEqual(said);

    await window.press('Control+k');
    await window.page.keyboard.type('statistics');
    await window.press('Enter');
    const all = window.dialog.getByRole('region', { name: 'All time' });
    await see(all.getByText(/^8\.2[0-9]\sMB$/));
  });

  story(
    'it is found by a file of it, and its .torrent is saved as it came',
    async ({ shoal, seeded, window }) => {
      await shoal.add(makeTorrent(shoal.folder('made'), 'Anchor'));
      await shoal.add(seeded.torrent_path);
      await see(window.row('Anchor'));
      await see(window.row(seeded.name));
      await window.press('/');
      await window.page.keyboard.type('GRÖßE 東京');
      await window.expectNames([seeded.name]);
      await see(window.row(seeded.name).getByText('In it: film/größe 東京.bin'));
      await window.row(seeded.name).click();
      const asked = window.page.waitForEvent('download');
      await window.press('Control+k');
      await window.page.keyboard.type('save .torrent');
      await window.press('Enter');
      const download = await asked;
      expect(download.suggestedFilename()).toBe(`${seeded.name}.torrent`);
      const saved = join(shoal.folder('made'), 'saved.torrent');
      await download.saveAs(saved);
      expect(readFileSync(saved).equals(readFileSync(seeded.torrent_path))).toBe(true);
    },
  );
});
