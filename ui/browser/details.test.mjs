/** The details in a real browser: every tab with pointer, keyboard and a screen reader's eyes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROW, axeViolations, deeds, focusedText, select, useWindow } from './support.mjs';

const inWindow = useWindow();

const TABS = ['Overview', 'Files', 'Peers', 'Trackers', 'Speed', 'Log'];
const details = (page) => page.getByRole('region', { name: 'Details' });
const tab = (page, name) => details(page).getByRole('tab', { name: new RegExp(`^${name}`) });

/** Selects the row of a torrent and opens one of its tabs. */
async function openTab(page, torrent, name) {
  await select(page, torrent);
  await tab(page, name).click();
  return details(page).getByRole('tabpanel');
}

describe('accessibility', () => {
  for (const theme of ['light', 'dark']) {
    it(`of every tab, ${theme}`, () =>
      inWindow({ theme }, async (page) => {
        await page.locator(ROW).nth(1).click();
        for (const name of TABS) {
          await tab(page, name).click();
          assert.deepEqual(await axeViolations(page), [], name);
        }
      }));
    it(`of every tab as a page of its own, ${theme}`, () =>
      inWindow({ theme, width: 720, height: 480 }, async (page) => {
        await page.locator(ROW).nth(1).click();
        await page.keyboard.press('Alt+Enter');
        for (const name of TABS) {
          await tab(page, name).click();
          assert.deepEqual(await axeViolations(page), [], name);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.equal(over, 0, name);
        }
      }));
  }
  it('of a wide window', () =>
    inWindow({ width: 2200, height: 900 }, async (page) => {
      await page.locator(ROW).nth(1).click();
      for (const name of TABS) {
        await tab(page, name).click();
        assert.deepEqual(await axeViolations(page), [], name);
      }
    }));
});

describe('the frame', () => {
  it('is resized with the keyboard and the pointer, within its bounds', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).nth(1).click();
      const grip = details(page).getByRole('separator');
      const size = async () => Number(await grip.getAttribute('aria-valuenow'));
      assert.equal(await size(), 264);
      await grip.focus();
      await page.keyboard.press('ArrowUp');
      assert.equal(await size(), 280);
      await page.keyboard.press('End');
      assert.equal(await size(), 140);
      await page.keyboard.press('Home');
      assert.equal(await size(), Number(await grip.getAttribute('aria-valuemax')));
      const box = await grip.boundingBox();
      await page.mouse.move(box.x + 40, box.y + 4);
      await page.mouse.down();
      await page.mouse.move(box.x + 40, box.y + 104);
      await page.mouse.up();
      assert.equal(await size(), Number(await grip.getAttribute('aria-valuemax')) - 100);
      await grip.dblclick({ position: { x: 40, y: 4 } });
      assert.equal(await size(), 264);
    }));

  it('has a grip that nothing else is hit by, nor it by others', () =>
    inWindow({}, async (page) => {
      for (const width of [1280, 2200]) {
        await page.setViewportSize({ width, height: 900 });
        await page.locator(ROW).nth(1).click();
        const grip = await details(page).getByRole('separator').boundingBox();
        const list = await page.getByRole('grid', { name: 'Torrents' }).boundingBox();
        const isApart = width > 2000 ? list.x + list.width <= grip.x : list.y + list.height <= grip.y;
        assert.ok(isApart, `the list lies under the grip at ${String(width)}`);
        for (const button of await details(page).locator('button:visible, a:visible').all()) {
          const box = await button.boundingBox();
          const isBeside =
            box.y >= grip.y + grip.height || box.x >= grip.x + grip.width || box.y + box.height <= grip.y;
          assert.ok(isBeside, `${await button.textContent()} lies under the grip at ${String(width)}`);
        }
      }
    }));

  it('lies on the right in a wide window, and is resized there as well', () =>
    inWindow({ width: 2200, height: 900 }, async (page) => {
      await page.locator(ROW).nth(1).click();
      const grip = details(page).getByRole('separator');
      assert.equal(await grip.getAttribute('aria-orientation'), 'vertical');
      assert.equal(await grip.getAttribute('aria-valuenow'), '704');
      await grip.focus();
      await page.keyboard.press('ArrowLeft');
      assert.equal(await grip.getAttribute('aria-valuenow'), '720');
      const [list, panel] = [
        await page.getByRole('grid', { name: 'Torrents' }).boundingBox(),
        await details(page).boundingBox(),
      ];
      assert.equal(Math.round(panel.width), 720);
      assert.ok(list.x + list.width <= panel.x + 1);
    }));

  it('goes through its tabs with Ctrl and a digit or with arrows, and remembers the tab', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).nth(1).click();
      await tab(page, 'Overview').focus();
      await page.keyboard.press('Control+5');
      assert.equal(await focusedText(page), 'Speed');
      await page.keyboard.press('ArrowRight');
      assert.equal(await focusedText(page), 'Log');
      await page.keyboard.press('ArrowRight');
      assert.equal(await focusedText(page), 'Overview');
      await page.keyboard.press('Control+4');
      assert.equal(await details(page).locator('[role="tab"][tabindex="0"]').count(), 1);
      await page.locator(ROW).nth(3).click();
      assert.equal(await tab(page, 'Trackers').getAttribute('aria-selected'), 'true');
    }));

  it('closes and opens with Alt Enter', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).nth(1).click();
      await details(page).waitFor();
      await page.keyboard.press('Alt+Enter');
      assert.equal(await details(page).count(), 0);
      await page.keyboard.press('Alt+Enter');
      await details(page).waitFor();
    }));

  it('sums several up, and shows the speed of everything then', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).nth(0).click();
      await page
        .locator(ROW)
        .nth(2)
        .click({ modifiers: ['Shift'] });
      await details(page).getByRole('heading', { name: '3 torrents' }).waitFor();
      await details(page).getByText('1 of them is of unknown size').waitFor();
      await tab(page, 'Speed').click();
      await details(page).getByRole('slider', { name: 'Speed of all torrents together' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByText('All torrents', { exact: true }).first().waitFor();
      await details(page).getByRole('heading', { name: 'All torrents' }).waitFor();
    }));
});

describe('the overview', () => {
  it('tells the piece under the pointer and under the arrows, and is a table on Enter', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Overview');
      const map = panel.getByRole('button', { name: /^Piece map: 30.% on disk, / });
      await map.hover({ position: { x: 3, y: 3 } });
      await panel.getByText(/^Pieces 1 to 5: \d of 5 on disk\.$/).waitFor();
      await page.mouse.move(0, 0);
      await map.focus();
      await page.keyboard.press('End');
      await panel.getByText(/^Pieces 2,2\d\d to 2,242: \d of \d on disk\.$/).waitFor();
      await page.keyboard.press('Enter');
      await panel.getByRole('table', { name: /^Pieces on disk/ }).waitFor();
    }));

  it('says why it is as fast as it is', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Overview');
      await panel.getByRole('heading', { name: 'Why this speed?' }).waitFor();
      await panel.getByText('1 of 3 sends to you').waitFor();
    }));

  it('shows the technical text of a fault where it is asked for', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Prelinger', 'Overview');
      await panel.getByRole('heading', { name: 'Needs attention' }).waitFor();
      assert.equal(await panel.getByText('ENOSPC').isVisible(), false);
      await panel.getByText('Details', { exact: true }).click();
      await panel.getByText('ENOSPC').waitFor();
      await panel.getByRole('button', { name: 'Copy', exact: true }).click();
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^ENOSPC/);
    }));
});

describe('the files', () => {
  it('sort by size and back, and say so', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Files');
      const names = () =>
        panel
          .getByRole('row')
          .evaluateAll((rows) => rows.slice(1).map((row) => row.getAttribute('aria-label').split(',')[0]));
      assert.deepEqual((await names()).slice(1, 3), ['Folder artwork', 'poster-one.png']);
      const size = panel.getByRole('columnheader', { name: 'Size' });
      await size.getByRole('button').click();
      assert.equal(await size.getAttribute('aria-sort'), 'descending');
      assert.deepEqual((await names()).slice(1, 3), ['Folder video', 'sintel-4096-surround.mkv']);
      await size.getByRole('button').press('Enter');
      assert.equal(await size.getAttribute('aria-sort'), 'ascending');
      assert.deepEqual((await names()).slice(1, 2), ['Folder subtitles']);
    }));

  it('open what is whole, ask about what is not, and show where it lies', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'debian-13', 'Files');
      const tree = panel.getByRole('treegrid');
      await tree.focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+Enter');
      const done = await deeds(page);
      assert.deepEqual(
        done.map(({ did, file }) => [did, file]),
        [
          ['open', 0],
          ['reveal', 0],
        ],
      );
      await page.keyboard.press('Shift+F10');
      await page
        .getByRole('menuitem', { name: /^Show in folder|^Open/ })
        .first()
        .waitFor();
      await page.keyboard.press('Escape');
    }));

  it('never open a program without asking, and show the true extension', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Tools for', 'Files');
      const row = panel.getByRole('row', { name: /^setup\.exe, .*program/ });
      await row.getByRole('button', { name: 'Open setup.exe' }).click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await deeds(page), []);
      await page.keyboard.press('Escape');
    }));

  it('bring what is left out into view', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Files');
      await panel.getByRole('button', { name: 'Review' }).click();
      const active = await panel.getByRole('treegrid').getAttribute('aria-activedescendant');
      const label = await page.locator(`[id="${active}"]`).getAttribute('aria-label');
      assert.match(label, /^sintel-trailer-watch-me\.mp4\.exe, .*program posing as a film/);
    }));
});

describe('a large torrent', () => {
  it('of 20,000 files exists only as far as it is seen, at both ends', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'archive-scans', 'Files');
      const tree = panel.getByRole('treegrid');
      await tree.focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('End');
      const active = () => tree.getAttribute('aria-activedescendant');
      const end = page.locator(`[id="${await active()}"]`);
      assert.equal(await end.getAttribute('aria-rowindex'), await tree.getAttribute('aria-rowcount'));
      assert.ok(Number(await tree.getAttribute('aria-rowcount')) > 100);
      assert.ok((await panel.getByRole('row').count()) < 80);
      await panel.getByRole('columnheader', { name: 'Size' }).getByRole('button').click();
      await page.locator('[aria-sort="descending"]').waitFor();
      assert.ok((await panel.getByRole('row').count()) < 80);
    }));

  it('of 130,000 pieces draws them all', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'star-catalogue', 'Overview');
      await panel.getByText(/^Pieces .*130,000/).waitFor();
      // The last cell of the map has been painted as well as the first.
      await page.waitForFunction(() => {
        const canvas = document.querySelector('.details canvas');
        const { width, height } = canvas;
        const copy = new globalThis.OffscreenCanvas(width, height).getContext('2d', {
          willReadFrequently: true,
        });
        copy.drawImage(canvas, 0, 0);
        const painted = (x) => copy.getImageData(x, 0, 8, height).data.some((part) => part > 0);
        return width > 16 && painted(0) && painted(width - 16);
      });
    }));
});

describe('the peers', () => {
  it('sort by a column, walk with the keyboard and copy an address', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Fedora', 'Peers');
      const grid = panel.getByRole('grid', { name: 'Peers' });
      await grid.getByRole('button', { name: 'Down' }).click();
      const head = grid.getByRole('columnheader', { name: 'Down' });
      assert.equal(await head.getAttribute('aria-sort'), 'descending');
      await grid.focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      const active = page.locator(`[id="${await grid.getAttribute('aria-activedescendant')}"]`);
      const address = await active.getAttribute('data-peer');
      assert.match(await active.getAttribute('aria-label'), /Sends to you/);
      await page.keyboard.press('Control+c');
      await page.waitForFunction((text) => navigator.clipboard.readText().then((it) => it === text), address);
    }));

  it('exist only as far as they are seen', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Fedora', 'Peers');
      const grid = panel.getByRole('grid', { name: 'Peers' });
      await grid.waitFor();
      assert.equal(await grid.getAttribute('aria-rowcount'), String(74 + 18 + 2 + 1));
      assert.ok((await grid.getByRole('row').count()) < 40);
    }));

  it('are missed in words', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'nobody-has-this', 'Peers');
      await panel.getByText('Nobody has been found yet who shares this.').waitFor();
      assert.equal(await panel.getByRole('grid').count(), 0);
    }));
});

describe('the trackers', () => {
  it('show scheme and host, and copy the whole address', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Trackers');
      const place = panel.getByText(/^https:\/\//).first();
      const shown = await place.textContent();
      assert.doesNotMatch(shown, /announce|0123456789abcdef/);
      await panel.getByRole('button', { name: `Copy the whole address of ${shown}` }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(copied.startsWith(shown) && copied.endsWith('/announce'));
      await panel.getByText('Peers tell each other about peers.').waitFor();
    }));

  it('lead to the setting that switched something off', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Trackers');
      await page.evaluate(() =>
        dispatchEvent(new CustomEvent('shoal-mock', { detail: { 'network.lsd': false } })),
      );
      const row = panel.getByRole('row', { name: /^Local network/ });
      await row.getByText('Switched off in the settings.').waitFor();
      await row.getByRole('button', { name: 'Change' }).click();
      await page.locator('[data-setting="network.lsd"]').waitFor();
    }));
});

describe('the speed', () => {
  it('is read with the arrows, and as a table', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Fedora', 'Speed');
      const chart = panel.getByRole('slider', { name: 'Speed of this torrent' });
      await chart.focus();
      await page.keyboard.press('ArrowLeft');
      assert.match(await chart.getAttribute('aria-valuetext'), /^\d\d:\d\d:\d\d: down [\d.]+.MB\/s, up /);
      await page.keyboard.press('Home');
      assert.match(await chart.getAttribute('aria-valuetext'), /down not known, up not known$/);
      await panel.getByRole('button', { name: 'Show as a table' }).click();
      const table = panel.getByRole('table', { name: 'Speed of this torrent' });
      assert.equal(await table.getByRole('row').count(), 21);
      await panel.getByRole('radio', { name: '24 h' }).click();
      await page.waitForFunction(() => document.querySelectorAll('.details table tr').length === 25);
    }));
});

describe('the log', () => {
  it('tells what happened in words, by day, and is copied whole', () =>
    inWindow({}, async (page) => {
      const panel = await openTab(page, 'Sintel', 'Log');
      await panel.getByText('Added from Sintel, 4K master (2010).torrent.').waitFor();
      await panel.getByText(/^Paused: \/home is full/).waitFor();
      assert.ok((await panel.getByRole('heading').count()) >= 1);
      await panel.getByRole('button', { name: 'Copy all' }).click();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^Sintel, 4K master \(2010\)\n/);
      assert.match(copied, /You started it\./);
    }));
});
