/** Watch folders outside of their settings: sidebar, drawer, menu, first run, and what is told of them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axeViolations, toast, useWindow } from './support.mjs';

const inWindow = useWindow();

const side = (page) => page.getByRole('navigation', { name: 'Filters' });
const section = (page) => side(page).getByRole('list', { name: 'Watch folders' });
const entry = (page, name) => section(page).getByRole('button', { name });
const pick = (page, name) => page.getByRole('menuitem', { name }).click();
const settings = (page) => page.locator('main[data-area="settings"]');
const tell = (page, news) =>
  page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock-watched', { detail })), {
    ...{ folder: 1, path: '/home/ada/Downloads', added: 0, already: 0, bad: 0, hash: null, name: '' },
    ...news,
  });
const polite = (page) => page.locator('[role="status"][aria-live="polite"]');
const anyRow = (page) => page.locator('[role="row"][data-key]').nth(3);

describe('watch folders in the sidebar', () => {
  it('say what each is doing, and in full where the line is short', () =>
    inWindow({}, async (page) => {
      await entry(page, 'Downloads watching · 1 problem').waitFor();
      await entry(page, /^incoming not reachable since \d\d:\d\d$/).waitFor();
      await entry(page, 'phone paused').waitFor();
      assert.equal(await entry(page, /^incoming/).getAttribute('title'), '/mnt/nas/incoming');
      const whole = await entry(page, /^Downloads/)
        .locator('[title*="added today"]')
        .getAttribute('title');
      assert.equal(whole, 'watching · 1 problem · 2 added today');
    }));

  it('are reached by arrows, paused and watched again from their menu, and each change can be undone', () =>
    inWindow({}, async (page) => {
      await side(page).getByRole('button', { name: /^All/ }).focus();
      await page.keyboard.press('End');
      await entry(page, /^Downloads/).focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menu', { name: 'Watch folder Downloads' }).waitFor();
      assert.deepEqual(await page.getByRole('menuitem').allTextContents().then(words), [
        ...['Look now', 'Pause', 'Rules and history…', 'Stop watching Del'],
      ]);
      await pick(page, 'Pause');
      await entry(page, /^Downloads paused/).waitFor();
      await toast(page, 'Changed the watch folders.').getByRole('button', { name: 'Undo' }).click();
      await entry(page, /^Downloads watching/).waitFor();
      await entry(page, /^phone/).click({ button: 'right' });
      await pick(page, 'Watch again');
      await entry(page, /^phone watching/).waitFor();
    }));

  it('are watched no longer by Delete, with the focus on the next one', () =>
    inWindow({}, async (page) => {
      await entry(page, /^Downloads/).focus();
      await page.keyboard.press('Delete');
      await entry(page, /^Downloads/).waitFor({ state: 'detached' });
      await toast(page, 'No longer watching the folder.').getByText('Its files and torrents stay.').waitFor();
      await page.waitForFunction(() => document.activeElement?.title === '/mnt/nas/incoming');
      await page.keyboard.press('Control+z');
      await entry(page, /^Downloads/).waitFor();
    }));

  it('are looked through on demand, which is said', () =>
    inWindow({}, async (page) => {
      await entry(page, /^incoming/).click({ button: 'right' });
      await pick(page, 'Look now');
      await toast(page, 'Looking through incoming.').waitFor();
      await entry(page, 'incoming polling every 10 s').waitFor();
    }));

  it('open their settings, from an entry, the plus and the palette', () =>
    inWindow({}, async (page) => {
      await entry(page, /^incoming/).click();
      await settings(page).waitFor();
      await settings(page).getByText('/mnt/nas/incoming').first().waitFor();
      await page.keyboard.press('Escape');
      await side(page).getByRole('button', { name: 'Watch a folder…' }).click();
      await settings(page).getByText('A new watch folder').waitFor();
      // Which folder is asked at once; Esc closes that question, and then the page.
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await section(page).waitFor();
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Watch folders and history');
      await page.keyboard.press('Enter');
      await settings(page).getByRole('heading', { name: 'Watch folders', level: 1 }).waitFor();
    }));

  for (const theme of ['light', 'dark']) {
    it(`are sound for everybody, ${theme}, also as a drawer`, () =>
      inWindow({ theme }, async (page) => {
        assert.deepEqual(await axeViolations(page), []);
        await entry(page, /^incoming/).click({ button: 'right' });
        assert.deepEqual(await axeViolations(page), []);
        await page.keyboard.press('Escape');
        await page.setViewportSize({ width: 720, height: 480 });
        // Until the page has heard of it, F9 is for the sidebar of a wide window.
        await side(page).waitFor({ state: 'detached' });
        await page.keyboard.press('F9');
        await entry(page, /^phone/).scrollIntoViewIfNeeded();
        assert.deepEqual(await axeViolations(page), []);
      }));
  }

  it('close the drawer they are chosen from', () =>
    inWindow({ width: 720, height: 480 }, async (page) => {
      await page.keyboard.press('F9');
      await entry(page, /^phone/).click();
      await settings(page).getByText('/home/ada/Sync/phone').first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('grid').waitFor();
      assert.equal(await side(page).count(), 0);
    }));
});

describe('what watch folders did', () => {
  it('is said once and aloud, and leads to the one torrent', () =>
    inWindow({}, async (page) => {
      const row = anyRow(page);
      const hash = await row.getAttribute('data-key');
      await page.keyboard.press('/');
      await page.keyboard.type('nothing like it');
      await page.getByText('Nothing matches').waitFor();
      await tell(page, { added: 1, hash, name: 'Kelp' });
      await polite(page).getByText('Added Kelp from Downloads.').waitFor();
      await toast(page, 'Added Kelp from Downloads.').getByRole('button', { name: 'Show' }).click();
      await page.waitForFunction((key) => document.activeElement?.dataset.key === key, hash);
      assert.equal(await page.locator('.toast').count(), 0);
    }));

  it('is gathered when much happens, and then leads to the history', () =>
    inWindow({}, async (page) => {
      await page.clock.install();
      await tell(page, { added: 3, name: 'Kelp' });
      await toast(page, '3 torrents added from Downloads.').waitFor();
      await tell(page, { added: 2, bad: 1, name: 'Kelp' });
      await tell(page, { added: 4, folder: 2, path: '/mnt/nas/incoming', name: 'Dune' });
      assert.equal(await page.locator('.toast').count(), 1);
      await page.clock.runFor(5_100);
      await toast(page, '9 torrents added from 2 watch folders. 1 could not be added.').waitFor();
      assert.equal(await page.locator('.toast').count(), 1);
      assert.deepEqual(await axeViolations(page, ['color-contrast', 'button-name']), []);
      await toast(page, '9 torrents').getByRole('button', { name: 'Show' }).click();
      await settings(page).waitFor();
    }));
});

describe('a first watch folder', () => {
  it('is made in one click that says what it will do, and can be undone', () =>
    inWindow({ torrents: 0 }, async (page) => {
      await section(page).getByText('None yet.').waitFor();
      const tile = page.getByRole('region', { name: 'Watch a folder' });
      await tile
        .getByText('.torrent files in Downloads, now and later, are added and renamed to .added.')
        .waitFor();
      assert.deepEqual(await axeViolations(page), []);
      await tile.getByRole('button', { name: /^Watch Downloads, add \d+ torrents$/ }).click();
      await entry(page, /^Downloads watching/).waitFor();
      await toast(page, 'Changed the watch folders.').waitFor();
      await page.getByRole('grid').waitFor();
      await page.keyboard.press('Control+z');
      await section(page).getByText('None yet.').waitFor();
    }));

  it('is another one by its settings', () =>
    inWindow({ torrents: 0 }, async (page) => {
      await page.getByRole('button', { name: 'Another folder…' }).click();
      await settings(page).getByText('A new watch folder').waitFor();
    }));
});

describe('the order of the list', () => {
  it('is a column, and the top of it is offered when adding', () =>
    inWindow({}, async (page) => {
      await page.evaluate(() =>
        dispatchEvent(new CustomEvent('shoal-mock', { detail: { 'window.density': 'compact' } })),
      );
      await page.locator('.c-row').first().waitFor();
      await page.getByRole('columnheader').first().click({ button: 'right' });
      await page.getByRole('menuitemcheckbox', { name: 'Queue' }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('columnheader', { name: 'Queue' }).getByRole('button').first().click();
      const places = page.locator('.c-row [data-col="rank"]');
      await page.waitForFunction(
        () => document.querySelector('.c-row [data-col="rank"]')?.textContent.trim() === '1',
      );
      assert.deepEqual(
        (await places.allTextContents()).slice(0, 3).map((text) => text.trim()),
        ['1', '2', '3'],
      );
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Paste a link');
      await page.keyboard.press('Enter');
      const link = `magnet:?xt=urn:btih:${'c'.repeat(40)}&dn=Kelp`;
      await page.getByRole('dialog').last().getByRole('textbox').first().fill(link);
      await page.keyboard.press('Enter');
      await page.getByRole('checkbox', { name: 'Top of the list' }).check();
      await page.getByRole('button', { name: 'Add', exact: true }).last().click();
      await page.locator('.c-row[aria-label^="Added from preview"]').waitFor();
      const top = page.locator('.c-row[aria-rowindex="2"]');
      await top.filter({ hasText: 'Added from preview' }).waitFor();
    }));
});

/** Text and keys of a menu's entries, as one reads them. */
function words(texts) {
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}
