/** The stories of Shoal told with the keyboard alone: no pointer is ever used, and the focus is never lost. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focus, focusOn, goTo, press, pressUntil, ring, rowOf, withKeys } from './keys.mjs';
import { ROW, drawn, setSettings, toast, useWindow } from './support.mjs';

const inWindow = withKeys(useWindow());

const count = (page, n) => page.getByPlaceholder(`Search ${n} torrents`).waitFor();

describe('the first run', () => {
  it('is read, understood and left by the first torrent', () =>
    inWindow({ torrents: 0 }, async (page) => {
      await press(page, 'Tab');
      await focusOn(page, 'button "Add"');
      await pressUntil(page, 'Tab', 'button "What others can see"');
      await press(page, 'Enter');
      await page.getByRole('button', { name: 'What others can see', expanded: true }).waitFor();
      await press(page, 'Shift+Tab');
      await focusOn(page, 'button "Understood"');
      await press(page, 'Enter');
      await page.getByRole('button', { name: 'Understood' }).waitFor({ state: 'detached' });
      assert.notEqual(await focus(page), 'RootWebArea "Shoal"', 'the focus is not lost with the note');
      await pressUntil(page, 'Shift+Tab', /^button "Paste a/);
      await press(page, 'Enter');
      await focusOn(page, /^textbox "Magnet link, info hash/);
      await page.keyboard.type('0123456789'.repeat(4));
      await focusOn(page, /^button "Add/);
      await press(page, 'Enter');
      await page.locator(ROW).first().waitFor();
    }));
});

describe('adding', () => {
  it('a pasted magnet is Add and Enter, and the focus goes back', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      const link = `magnet:?xt=urn:btih:${'0123456789'.repeat(4)}&dn=Pasted`;
      await page.evaluate((text) => navigator.clipboard.writeText(text), link);
      await press(page, 'Control+v');
      await page.getByRole('dialog').waitFor();
      await focusOn(page, /^button "Add/);
      await press(page, 'Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await focusOn(page, rowOf('Sintel'));
    }));

  it('by a link: what is wrong is said, and Esc gives the focus back', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await press(page, 'Control+k');
      await focusOn(page, /^(combobox|option) "/);
      await page.keyboard.type('Paste a link');
      await press(page, 'Enter');
      await focusOn(page, /^textbox "Magnet link, info hash/);
      await page.keyboard.type('nonsense');
      await press(page, 'Tab');
      await focusOn(page, 'button "Look it up"');
      await press(page, 'Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await focusOn(page, rowOf('Sintel'));
    }));
});

describe('the list', () => {
  it('is walked, a stretch selected, labelled, stopped, removed, and all of it taken back', () =>
    inWindow({ changing: 0 }, async (page) => {
      await pressUntil(page, 'F6', /^row "/, 4);
      await press(page, 'Home', 'ArrowDown', 'ArrowDown');
      const third = await page.locator(ROW).nth(2).getAttribute('aria-label');
      await focusOn(page, `row "${third}"`);
      await press(page, 'Shift+ArrowDown', 'Shift+ArrowDown');
      await page.getByText('3 of 214 selected').waitFor();
      const chosen = () =>
        page
          .locator(`${ROW}[aria-selected="true"]`)
          .evaluateAll((rows) => rows.map((row) => row.dataset.key));
      const three = await chosen();
      await press(page, 'Control+Shift+L');
      await page.getByRole('dialog', { name: 'Labels of 3 torrents' }).waitFor();
      await page.keyboard.type('Keys only');
      await press(page, 'Enter', 'Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await focusOn(page, /^row "/);
      assert.deepEqual(await chosen(), three);
      await page.getByRole('button', { name: 'Keys only 3 torrents' }).waitFor();
      await press(page, 'Space');
      await page.locator(`${ROW}[aria-selected="true"][aria-label*=", Stopped,"]`).nth(2).waitFor();
      assert.deepEqual([...(await chosen())].sort(), [...three].sort());
      await press(page, 'Delete');
      await toast(page, 'Removed 3 torrents.').waitFor();
      await focusOn(page, /^row "/);
      await count(page, 211);
      await press(page, 'Control+z');
      await count(page, 214);
      await focusOn(page, /^row "/);
      await press(page, 'Control+z');
      await page.getByRole('button', { name: /^Keys only/ }).waitFor({ state: 'detached' });
    }));

  it('takes single rows by Ctrl Space, a page at a time, to both ends', () =>
    inWindow({ changing: 0 }, async (page) => {
      await pressUntil(page, 'F6', /^row "/, 4);
      await press(page, 'Home', 'Alt+ArrowDown', 'Alt+ArrowDown', 'Control+Space');
      await page.getByText('2 of 214 selected').waitFor();
      await press(page, 'Control+Space');
      await page.getByText('1 of 214 selected').waitFor();
      const place = () => page.evaluate(() => Number(document.activeElement?.ariaRowIndex));
      const start = await place();
      await press(page, 'PageDown');
      assert.ok((await place()) > start + 3);
      await press(page, 'End');
      assert.equal(await place(), 215);
      await press(page, 'Home', 'Control+a');
      await page.getByText('214 of 214 selected').waitFor();
      await press(page, 'Escape');
      await page.getByText('of 214 selected').waitFor({ state: 'detached' });
      assert.equal(await place(), 2, 'Esc takes the selection, not the place');
    }));

  it('is sorted, and its columns are changed, moved and set back', () =>
    inWindow({}, async (page) => {
      await pressUntil(page, 'Tab', /^button "Sort/);
      await press(page, 'Enter');
      await focusOn(page, /^menuitemradio "Last activity"/);
      await page.keyboard.type('nam');
      await focusOn(page, 'menuitemradio "Name"');
      await press(page, 'Enter');
      await focusOn(page, 'button "Sort Name, A to Z"');
      await press(page, 'Tab');
      await focusOn(page, 'radio "Comfortable rows"');
      await press(page, 'ArrowRight');
      await focusOn(page, 'radio "Compact rows"');
      await page.locator('.c-row').first().waitFor();
      await press(page, 'Tab');
      await focusOn(page, /^row "/);
      await press(page, 'ArrowUp');
      await focusOn(page, 'button "Name"');
      await press(page, 'End', 'Enter');
      await press(page, 'Shift+F10');
      await focusOn(page, /^menuitem/);
      await pressUntil(page, 'ArrowDown', 'menuitemcheckbox "Tracker"');
      await press(page, 'Space');
      await page.getByRole('columnheader', { name: 'Tracker' }).waitFor();
      await focusOn(page, 'menuitemcheckbox "Tracker"');
      await press(page, 'End');
      await focusOn(page, 'menuitem "Columns as at first"');
      await press(page, 'Enter');
      await page.getByRole('columnheader', { name: 'Tracker' }).waitFor({ state: 'detached' });
      await focusOn(page, /^button "/);
      await press(page, 'ArrowDown');
      await focusOn(page, /^row "/);
    }));
});

describe('the search', () => {
  it('suggests, takes a suggestion, goes to the list, and is left by Esc', () =>
    inWindow({}, async (page) => {
      await press(page, 'Control+f');
      await focusOn(page, 'combobox "Search"');
      await page.keyboard.type('label:fi');
      await press(page, 'ArrowDown');
      await focusOn(page, /^option "/);
      await press(page, 'Enter');
      await focusOn(page, 'combobox "Search"');
      assert.match(await page.getByRole('combobox', { name: 'Search' }).inputValue(), /^label:Films/);
      await press(page, 'Enter');
      await focusOn(page, /^row "/);
      await press(page, 'Escape');
      await count(page, 214);
      await page.waitForFunction(() => document.querySelector('[role="combobox"]').value === '');
      await focusOn(page, /^row "/);
    }));
});

describe('the details', () => {
  it('are opened, and every tab is reached, left and has no trap', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await press(page, 'Alt+Enter');
      await page.getByRole('region', { name: 'Details' }).waitFor({ state: 'detached' });
      await focusOn(page, rowOf('Sintel'));
      await press(page, 'Alt+Enter', 'F6');
      await page.getByRole('region', { name: 'Details' }).waitFor();
      await focusOn(page, /^tab "/);
      await press(page, 'Control+1');
      await focusOn(page, /^tab "Overview/);
      for (const title of ['Files', 'Peers', 'Trackers', 'Speed', 'Log', 'Overview']) {
        await press(page, 'ArrowRight');
        await focusOn(page, new RegExp(`^tab "${title}`));
        await press(page, 'Tab');
        assert.equal(await ring(page), 'shown', title);
        await pressUntil(page, 'Shift+Tab', new RegExp(`^tab "${title}`), 4);
        let tabs = 0;
        const isIn = () =>
          page.evaluate(() => document.activeElement?.closest('[data-area="details"]') !== null);
        do {
          await press(page, 'Tab');
          tabs += 1;
        } while ((await isIn()) && tabs < 40);
        assert.ok(tabs < 40, `${title} holds the focus`);
        await pressUntil(page, 'Shift+Tab', new RegExp(`^tab "${title}`), 40);
      }
      await press(page, 'Escape');
      await page.waitForFunction(() => document.querySelector('[role="combobox"]').value === '');
      await press(page, 'Escape');
      await focusOn(page, rowOf('Sintel'));
    }));

  it('let files be chosen and made urgent, in folders that are opened and closed', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await press(page, 'F6', 'Control+2');
      await focusOn(page, /^tab "Files/);
      await pressUntil(page, 'Tab', /^row "Folder Sintel/);
      await press(page, 'ArrowDown');
      await focusOn(page, /^row "Folder artwork/);
      await press(page, 'ArrowLeft');
      await page.locator('[role="row"][aria-expanded="false"][aria-label^="Folder artwork"]').waitFor();
      await press(page, 'ArrowRight', 'ArrowRight');
      await focusOn(page, /^row "poster-one/);
      await press(page, 'Shift+ArrowDown', 'Shift+F10');
      await focusOn(page, /^menuitem/);
      await pressUntil(page, 'ArrowDown', 'menuitemradio "High"');
      await press(page, 'Enter');
      await focusOn(page, /^row "poster-two\.png.*priority High/);
      await press(page, 'Space');
      await focusOn(page, /^row "poster-two\.png.*not chosen/);
      await press(page, 'ArrowLeft');
      await focusOn(page, /^row "Folder artwork.*partly chosen/);
      await press(page, 'Home', 'F2');
      await focusOn(page, /^textbox "Name/);
      await press(page, 'Escape');
      await focusOn(page, /^row "Folder Sintel/);
    }));
});

describe('settings', () => {
  it('are found, changed, taken back and left', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await press(page, 'Escape', 'Control+,');
      await focusOn(page, /^searchbox "/);
      await page.keyboard.type('without a tracker');
      await pressUntil(page, 'Tab', 'switch "Find people without a tracker"');
      await press(page, 'Space');
      await toast(page, 'Changed a setting.').waitFor();
      await press(page, 'Control+z');
      await page.getByRole('switch', { name: 'Find people without a tracker', checked: true }).waitFor();
      await focusOn(page, 'switch "Find people without a tracker"');
      await press(page, 'Escape', 'Escape');
      await page.getByRole('grid', { name: 'Torrents' }).waitFor();
      await focusOn(page, /^row "/);
    }));

  it('of a file are shown and used', () =>
    inWindow({}, async (page) => {
      await press(page, 'Control+,');
      await focusOn(page, /^searchbox "/);
      await pressUntil(page, 'Tab', /^button "Downloads/);
      await pressUntil(page, 'ArrowDown', /^button "Export and import/);
      await press(page, 'Enter');
      await pressUntil(page, 'Tab', 'button "Import settings…"');
      const asked = page.waitForEvent('filechooser');
      await press(page, 'Enter');
      const file = { shoal_settings: 1, settings: { 'appearance.theme': 'dark' } };
      const buffer = Buffer.from(JSON.stringify(file));
      await (await asked).setFiles({ name: 'mine.json', mimeType: 'application/json', buffer });
      await focusOn(page, 'button "Change 1 setting"');
      await press(page, 'Enter');
      await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
      await focusOn(page, 'button "Import settings…"');
    }));
});

describe('the areas', () => {
  it('are gone round by F6 and back by Shift F6, and each place in them is kept', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      const area = () => page.evaluate(() => document.activeElement?.closest('[data-area]')?.dataset.area);
      const round = [];
      for (const key of ['F6', 'F6', 'F6', 'F6', 'Shift+F6', 'Shift+F6', 'Shift+F6', 'Shift+F6']) {
        await press(page, key);
        assert.equal(await ring(page), 'shown');
        round.push(await area());
      }
      assert.deepEqual(round, [
        ...['details', 'toolbar', 'sidebar', 'list'],
        ...['sidebar', 'toolbar', 'details', 'list'],
      ]);
      await focusOn(page, rowOf('Sintel'));
    }));

  it('Esc climbs from one to the next: menu, text, details, selection', () =>
    inWindow({}, async (page) => {
      await goTo(page, 'Sintel');
      await press(page, 'Shift+F10');
      await focusOn(page, /^menuitem/);
      await press(page, 'Escape');
      await focusOn(page, rowOf('Sintel'));
      await press(page, 'Escape');
      await page.waitForFunction(() => document.querySelector('[role="combobox"]').value === '');
      await press(page, 'F6');
      assert.doesNotMatch(await focus(page), /^row/);
      await press(page, 'Escape');
      await focusOn(page, rowOf('Sintel'));
      await page.getByText('1 of 214 selected').waitFor();
      await press(page, 'Escape');
      await page.getByText('of 214 selected').waitFor({ state: 'detached' });
      await focusOn(page, rowOf('Sintel'));
    }));

  const screens = {
    'the list': async () => {},
    'compact rows': (page) => setSettings(page, { 'window.density': 'compact' }),
    settings: (page) => press(page, 'Control+,'),
  };
  for (const [name, open] of Object.entries(screens)) {
    it(`of ${name} are gone round by Tab with the focus in sight, and the same way back`, () =>
      inWindow({}, async (page) => {
        await open(page);
        await drawn(page);
        const walk = async (key) => {
          const stops = [];
          await page.evaluate(() => document.activeElement?.blur());
          for (;;) {
            await press(page, key);
            if (await page.evaluate(() => document.activeElement === document.body)) return stops;
            assert.equal(await ring(page), 'shown');
            stops.push(await focus(page));
            assert.ok(stops.length < 80, `no end: ${stops.slice(-5).join(', ')}`);
          }
        };
        const there = await walk('Tab');
        assert.ok(there.length > 4, there.join(', '));
        await walk('Shift+Tab');
      }));
  }
});
