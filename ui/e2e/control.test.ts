/** Staying in control: what labels bring, slow mode, limits and goals with a real peer, and the queue. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { LabelDefaults } from '../src/lib/backend/generated/LabelDefaults';
import { filesBelow } from './harness/files';
import { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { contentOf, makeTorrent } from './harness/torrents';
import { gone, see, startsWith, type Window } from './harness/window';

useBrowser();

const INHERIT = { type: 'inherit' } as const;
const NO_DEFAULTS: LabelDefaults = {
  save_path: null,
  start: null,
  rules: {
    ...{ down: INHERIT, up: INHERIT, ratio_percent: INHERIT, seed_minutes: INHERIT, idle_minutes: INHERIT },
    then: 'inherit',
  },
  done: { move_to: null, label: null, program: null },
  matches: [],
};
const named = (name: string) => ({ name, tracker: null, min_bytes: null, max_bytes: null });

async function rowOf(shoal: Shoal, name: string) {
  const { torrents } = await shoal.call('snapshot', {});
  const row = torrents.find((each) => each.name === name);
  if (row === undefined) throw new Error(`${name} is not in the list`);
  return row;
}

/** What became of a torrent: its labels, its folder, and whether it is to run. */
async function landed(shoal: Shoal, name: string) {
  const { labels, save_path: folder, intent } = await rowOf(shoal, name);
  return { labels, folder, intent };
}

const menu = (window: Window) => window.page.getByRole('menu').last();
const side = (window: Window, name: string | RegExp) =>
  window.page.getByRole('navigation', { name: 'Filters' }).getByRole('button', { name });

async function openMenu(window: Window, name: string, entry: string): Promise<void> {
  await window.row(name).click({ button: 'right' });
  await window.pick(entry);
  await see(window.dialog);
}

describe('a label', () => {
  story(
    'whose rule fits brings its folder and its start, until somebody says otherwise',
    async ({ shoal, window }) => {
      const { downloads } = shoal;
      const folder = shoal.folder('anchors');
      const defaults = { ...NO_DEFAULTS, save_path: folder, start: false, matches: [named('anch*')] };
      await shoal.call('put_label', { name: 'Anchors', colour: 2, defaults });
      const made = shoal.folder('made');
      const { dialog } = window;
      const start = dialog.getByRole('checkbox', { name: startsWith('Start now') });

      await window.upload(makeTorrent(made, 'Anchor'));
      await see(dialog.getByRole('button', { name: 'Labels Anchors because of its rules' }));
      await expect.poll(() => dialog.getByLabel('Save to').inputValue()).toBe(folder);
      expect(await dialog.getByText('from label Anchors').count()).toBe(2);
      expect(await start.isChecked()).toBe(false);
      await window.press('Enter');
      await gone(dialog);
      await see(window.row('Anchor', 'Stopped'));
      expect(await landed(shoal, 'Anchor')).toEqual({ labels: ['Anchors'], folder, intent: 'stop' });

      // Taken off, it brings nothing.
      await window.upload(makeTorrent(made, 'Anchovy'));
      await dialog.getByRole('button', { name: startsWith('Labels Anchors') }).click();
      await menu(window).getByRole('menuitemcheckbox', { name: 'Anchors' }).click();
      await expect.poll(() => dialog.getByLabel('Save to').inputValue()).toBe(downloads);
      expect(await start.isChecked()).toBe(true);
      await window.button(/^Add /, dialog).click();
      await gone(dialog);
      await see(window.row('Anchovy', 'Downloading'));
      expect(await landed(shoal, 'Anchovy')).toEqual({ labels: [], folder: downloads, intent: 'run' });

      // Of several each goes its own way.
      await window.upload(makeTorrent(made, 'Anchorage'), makeTorrent(made, 'Buoy'));
      await see(dialog.getByText(`Goes to ${folder}.`));
      await see(dialog.getByText('1 of them goes to the folder of its label'));
      await window.button('Add 2 torrents', dialog).click();
      await gone(dialog);
      expect(await landed(shoal, 'Anchorage')).toEqual({ labels: ['Anchors'], folder, intent: 'stop' });
      expect(await landed(shoal, 'Buoy')).toEqual({ labels: [], folder: downloads, intent: 'run' });
    },
  );

  story(
    'that is renamed moves its folder along when asked to, and lies below another',
    async ({ shoal, window }) => {
      const from = shoal.folder('downloads/films');
      writeFileSync(join(from, 'Kelp'), contentOf('Kelp', 2));
      const defaults = { ...NO_DEFAULTS, save_path: from, matches: [named('Kelp')] };
      await shoal.call('put_label', { name: 'films', colour: 1, defaults });
      await shoal.add(makeTorrent(shoal.folder('made'), 'Kelp', 2), true);
      await see(window.row('Kelp', 'Seeding'));
      const edit = async (label: string): Promise<void> => {
        await side(window, startsWith(label)).click({ button: 'right' });
        await window.pick('Edit label…');
        await see(window.dialog);
      };
      await edit('films');
      const name = window.dialog.getByRole('textbox', { name: 'Name', exact: true });
      await name.fill('movies');
      const to = join(shoal.downloads, 'movies');
      const along = window.dialog.getByRole('checkbox', {
        name: `Move 1 torrent from ${from} to ${to} as well`,
      });
      expect(await along.isChecked()).toBe(false);
      await along.check();
      await window.button('Change label', window.dialog).click();
      await gone(window.dialog);
      await expect.poll(() => filesBelow(shoal.downloads)).toEqual(['movies/Kelp']);
      expect(readFileSync(join(to, 'Kelp')).equals(contentOf('Kelp', 2))).toBe(true);

      await edit('movies');
      await name.fill('video/movies');
      await window.button('Change label', window.dialog).click();
      await gone(window.dialog);
      await side(window, startsWith('video')).first().click();
      await see(window.page.getByRole('heading', { name: 'video', level: 1 }));
      await window.expectNames(['Kelp']);
      expect((await landed(shoal, 'Kelp')).folder).toBe(to);
    },
  );
});

describe('slow mode', () => {
  story(
    'is one click, and the status bar says which rule holds and until when',
    async ({ shoal, listed, window }) => {
      await window.expectNames(listed);
      const bar = window.page.getByRole('contentinfo').getByRole('button');
      await see(bar.getByText('No speed limit'));
      await bar.click();
      await see(bar.getByText('Slow mode'));
      expect(await bar.getAttribute('aria-pressed')).toBe('true');
      const { speed } = (await shoal.call('snapshot', {})).totals;
      expect(speed).toMatchObject({ slow: true, why: 'switch', down_bps: 500_000, up_bps: 100_000 });
      await bar.click();
      await see(bar.getByText('No speed limit'));

      const minutes = new Date().getHours() * 60 + new Date().getMinutes();
      const clock = (at: number): string => {
        const [hour, minute] = [Math.floor(at / 60) % 24, at % 60];
        return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
      };
      const span = `${clock(minutes + 1_380)}-${clock(minutes + 120)}`;
      await shoal.call('set_settings', { values: { 'speed.schedule': `daily ${span} slow` } });
      await see(bar.getByText('Slow by schedule until '));
      const until = (await shoal.call('snapshot', {})).totals.speed.until ?? 0;
      // With the day when that is tomorrow.
      const at = new Date(until).toISOString().slice(11, 16);
      expect(await bar.innerText()).toMatch(new RegExp(`^Slow by schedule until (?:[A-Z][a-z]{2} )?${at}$`));
      // By hand it is off, until that span is over.
      await bar.click();
      await see(bar.getByText('No speed limit'));
    },
  );
});

const PIECES = 96;
const SIZE = PIECES * 16_384;
const LIMIT_KBPS = 300;

/** Another Shoal that fetches a torrent from this one. */
async function fetchedBy(other: Shoal, shoal: Shoal, name: string): Promise<void> {
  const { engine } = (await shoal.call('snapshot', {})).totals;
  if (engine.state !== 'running') throw new Error('its engine does not run');
  const { hash } = await rowOf(shoal, name);
  await other.start();
  const text = `magnet:?xt=urn:btih:${hash}&dn=${name}&x.pe=127.0.0.1:${engine.port}`;
  const { id } = await other.call('inspect', { source: { kind: 'text', text } });
  const none = { save_path: null, wanted: null, start: null, labels: [], choose_files: false };
  await other.call('add', { preview_id: id, ...none });
}

describe('a torrent of its own', () => {
  story(
    'limit sends no faster, says that it connects anew, and stops at its goal',
    async ({ shoal, window }) => {
      writeFileSync(join(shoal.downloads, 'Kelp'), contentOf('Kelp', PIECES));
      await shoal.add(makeTorrent(shoal.folder('made'), 'Kelp', PIECES), true);
      await see(window.row('Kelp', 'Seeding'));
      await openMenu(window, 'Kelp', 'Sharing goals…');
      await window.dialog.getByRole('combobox', { name: 'Ratio' }).selectOption('value');
      await window.dialog.getByRole('textbox', { name: 'Value: Ratio' }).fill('1');
      await window.button('Set', window.dialog).click();
      await gone(window.dialog);
      const row = window.row('Kelp');
      await see(row.getByText('goal 1.00'));

      const anew = row.getByText('Connects anew with its new speed limit.');
      const said = see(anew);
      await openMenu(window, 'Kelp', 'Speed limit…');
      await see(window.dialog.getByText(/^When its limit changes, a torrent drops its connections/));
      await window.dialog.getByRole('combobox', { name: 'Upload' }).selectOption('value');
      await window.dialog.getByRole('textbox', { name: 'Value: Upload' }).fill(String(LIMIT_KBPS));
      await window.button('Set', window.dialog).click();
      await gone(window.dialog);
      await said;
      await gone(anew);

      const other = new Shoal();
      try {
        const begun = performance.now();
        await fetchedBy(other, shoal, 'Kelp');
        const lane = row.getByRole('progressbar', { name: 'Sharing goal' });
        const way = async () => lane.getAttribute('aria-valuetext').catch(() => null);
        await see(row.getByText(/^Seeding to a ratio of 1\.00\. 1\.[0-9]+.MB to go/));
        await expect.poll(way).toMatch(/^Seeding, [1-9][0-9]?.% of the way to the goal$/);
        await see(row.getByText('Shared enough: its ratio is reached.'));
        await see(window.row('Kelp', 'Finished'));
        const least = SIZE / (LIMIT_KBPS * 1_000);
        expect((performance.now() - begun) / 1_000).toBeGreaterThan(least * 0.8);
        await expect
          .poll(
            () => filesBelow(other.downloads).includes('Kelp') && readFileSync(join(other.downloads, 'Kelp')),
          )
          .toEqual(contentOf('Kelp', PIECES));
      } finally {
        await other.dispose();
      }
    },
  );
});

describe('the queue', () => {
  story('says whose turn it is, and is arranged by keys and the mouse', async ({ shoal, window }) => {
    await shoal.call('set_settings', { values: { 'queue.downloads': 1, 'queue.stalled_s': 3_600 } });
    for (const name of ['Anchor', 'Buoy', 'Coral', 'Dune']) {
      await shoal.add(makeTorrent(shoal.folder('made'), name), true);
    }
    await window.button(/^Sort/).click();
    await window.page.getByRole('menuitemradio', { name: 'Queue' }).click();
    await see(window.row('Anchor', 'Downloading'));
    const says = async (name: string, place: string) =>
      see(window.row(name).getByText(`${place} in the queue. Starts when `));
    await says('Buoy', 'Next');
    await says('Coral', 'Second');
    await says('Dune', 'Third');

    await window.row('Dune').click();
    await window.press('Control+ArrowUp');
    await says('Dune', 'Second');
    await says('Coral', 'Third');
    await window.expectNames(['Anchor', 'Buoy', 'Dune', 'Coral']);

    const [from, to] = await Promise.all([
      window.row('Coral').boundingBox(),
      window.row('Buoy').boundingBox(),
    ]);
    if (from === null || to === null) throw new Error('the rows are not there');
    const { mouse } = window.page;
    await mouse.move(from.x + 300, from.y + 20);
    await mouse.down();
    await mouse.move(from.x + 320, from.y - 10);
    await mouse.move(to.x + 320, to.y + 4);
    await see(window.page.getByText('Before Buoy'));
    await mouse.up();
    await window.expectNames(['Anchor', 'Coral', 'Buoy', 'Dune']);
    await says('Coral', 'Next');
    await says('Dune', 'Third');

    // Whoever is forced waits for nobody, and takes nobody's turn.
    await window.row('Dune').click({ button: 'right' });
    await window.pick('Start now, whatever the queue says');
    await see(window.row('Dune', 'Downloading'));
    await see(window.row('Anchor', 'Downloading'));
    await says('Coral', 'Next');
    await says('Buoy', 'Second');
  });
});
