/** The main window in a real browser: what a person can do with pointer and keyboard. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROW, axeViolations, dialog, drawn, happens, toast, useWindow } from './support.mjs';

const inWindow = useWindow();

const focusedKey = (page) =>
  page.evaluate(() => document.activeElement?.dataset.key ?? document.activeElement?.tagName);
const keyAt = (page, index) => page.locator(ROW).nth(index).getAttribute('data-key');

describe('accessibility', () => {
  const screens = {
    list: async () => {},
    selection: (page) => page.locator(ROW).nth(1).click(),
    menu: (page) => page.locator(ROW).nth(1).click({ button: 'right' }),
    'more menu': (page) => page.getByRole('button', { name: 'More' }).click(),
    shortcuts: (page) => page.keyboard.press('?'),
    search: async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('nothing like it');
    },
    toast: async (page) => {
      await page.locator(ROW).nth(1).click();
      await page.keyboard.press('Delete');
      await toast(page, 'Removed 1 torrent.').waitFor();
    },
  };
  for (const theme of ['light', 'dark']) {
    for (const [name, act] of Object.entries(screens)) {
      it(`${name}, ${theme}`, () =>
        inWindow({ theme }, async (page) => {
          await act(page);
          assert.deepEqual(await axeViolations(page), []);
        }));
    }
    it(`first run, ${theme}`, () =>
      inWindow({ theme, torrents: 0 }, async (page) => {
        await page.getByRole('button', { name: 'What others can see' }).click();
        assert.deepEqual(await axeViolations(page), []);
      }));
    it(`narrow, ${theme}`, () =>
      inWindow({ theme, width: 720, height: 480 }, async (page) => {
        assert.deepEqual(await axeViolations(page), []);
        await page.getByRole('button', { name: 'Show filters' }).click();
        assert.deepEqual(await axeViolations(page), []);
      }));
  }
});

describe('the keyboard', () => {
  it('reaches the list with one Tab stop and walks in it', () =>
    inWindow({ changing: 0 }, async (page) => {
      await page.locator(ROW).first().click();
      await page.keyboard.press('ArrowDown');
      assert.equal(await focusedKey(page), await keyAt(page, 1));
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('2 of 214 selected').waitFor();
      await page.keyboard.press('End');
      const last = await page.evaluate(() => document.activeElement?.getAttribute('aria-rowindex'));
      assert.equal(last, '215');
      assert.equal(await page.locator(`${ROW}[tabindex="0"]`).count(), 1);
    }));

  it('keeps the focus on its torrent while the list is scrolled away', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      const key = await focusedKey(page);
      await page.locator('[role="grid"]').evaluate((grid) => grid.scrollTo(0, 6_000));
      await drawn(page);
      assert.equal(await focusedKey(page), key);
    }));

  it('removes, goes to the next row, and takes it back', () =>
    inWindow({ changing: 0 }, async (page) => {
      await page.locator(ROW).nth(2).click();
      const next = await keyAt(page, 3);
      await page.keyboard.press('Delete');
      await toast(page, 'Removed 1 torrent.').waitFor();
      assert.equal(await focusedKey(page), next);
      await page.keyboard.press('Control+z');
      await page.getByPlaceholder('Search 214 torrents').waitFor();
    }));

  it('opens the menu of the selection and gives the focus back', () =>
    inWindow({ changing: 0 }, async (page) => {
      await page.locator(ROW).first().click();
      const key = await focusedKey(page);
      await page.keyboard.press('Shift+F10');
      assert.equal(
        await page
          .getByRole('menuitem')
          .first()
          .evaluate((item) => item === document.activeElement),
        true,
      );
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('menu').count(), 0);
      assert.equal(await focusedKey(page), key);
    }));

  it('walks over what can be pressed in a row', () =>
    inWindow({ changing: 0 }, async (page) => {
      await page.locator(ROW).first().click();
      await page.keyboard.press('ArrowRight');
      const name = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      assert.match(name, /^Stop Fedora/);
      await page.keyboard.press('ArrowLeft');
      assert.equal(await focusedKey(page), await keyAt(page, 0));
    }));

  it('goes round the areas with F6', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      const areas = [];
      for (let press = 0; press < 4; press++) {
        await page.keyboard.press('F6');
        areas.push(await page.evaluate(() => document.activeElement?.closest('[data-area]')?.dataset.area));
      }
      assert.deepEqual(areas, ['details', 'toolbar', 'sidebar', 'list']);
    }));

  it('searches, and Esc climbs back', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('debian');
      assert.equal(await page.locator(ROW).count(), 1);
      await page.keyboard.press('Escape');
      await page.locator(ROW).nth(5).waitFor();
    }));
});

describe('settings', () => {
  it('can be taken back from the page itself', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('Control+Comma');
      await page.getByRole('switch').first().click();
      await toast(page, 'Changed a setting.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('grid', { name: 'Torrents' }).waitFor();
    }));
});

describe('the clipboard', () => {
  it('opens the add dialog for a pasted link', () =>
    inWindow({}, async (page) => {
      const link = `magnet:?xt=urn:btih:${'0123456789'.repeat(4)}&dn=Pasted`;
      await page.evaluate((text) => navigator.clipboard.writeText(text), link);
      await page.locator('h1').click();
      await page.keyboard.press('Control+v');
      await page.getByRole('dialog').waitFor();
    }));
});

describe('the window', () => {
  it('hides the sidebar and shows it again', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('F9');
      assert.equal(await page.getByRole('navigation', { name: 'Filters' }).count(), 0);
      await page.keyboard.press('F9');
      await page.getByRole('navigation', { name: 'Filters' }).waitFor();
    }));

  it('filters by status and label', () =>
    inWindow({}, async (page) => {
      await page.getByRole('button', { name: /^Stopped/ }).click();
      await page.getByRole('heading', { name: 'Stopped', level: 1 }).waitFor();
      await page.getByRole('button', { name: /^Films/ }).click();
      await page.getByRole('heading', { name: 'Films', level: 1 }).waitFor();
    }));

  it('shows the details as a page where there is no room for both', () =>
    inWindow({ width: 760, height: 620 }, async (page) => {
      await page.locator(ROW).nth(1).click();
      await page.keyboard.press('Alt+Enter');
      await page.getByRole('region', { name: 'Details' }).waitFor();
      assert.equal(await page.getByRole('grid', { name: 'Torrents' }).count(), 0);
      await page.keyboard.press('Escape');
      await page.getByRole('grid', { name: 'Torrents' }).waitFor();
    }));

  it('never scrolls sideways, down to 720 by 480', () =>
    inWindow({ width: 720, height: 480 }, async (page) => {
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(over, 0);
    }));
});

describe('10,000 torrents', () => {
  const end = (page) =>
    page.locator('[role="grid"]').evaluate((grid) => grid.scrollHeight - grid.clientHeight);
  const scrollTo = (page, top) =>
    page.locator('[role="grid"]').evaluate((grid, to) => grid.scrollTo(0, to), top);
  /** What is seen at the upper edge of the rows, when it has been drawn. */
  const rowAtTop = (page, index) => page.locator(`${ROW}[aria-rowindex="${index + 2}"]`);

  it('are a screenful of rows, and the right ones wherever the list is scrolled to', () =>
    inWindow({ torrents: 10_000 }, async (page) => {
      const grid = page.locator('[role="grid"]');
      assert.equal(await grid.getAttribute('aria-rowcount'), '10001');
      const first = await keyAt(page, 0);
      const seen = new Set();
      const height = (await page.locator(ROW).first().boundingBox()).height;
      const last = Math.floor((await end(page)) / height);
      for (const index of [last, 5_000, 1, 7_777, 4_999, 0]) {
        await scrollTo(page, index * height);
        await rowAtTop(page, index).waitFor();
        const [row, box] = [await rowAtTop(page, index).boundingBox(), await grid.boundingBox()];
        assert.ok(Math.abs(row.y - box.y) < height, `row ${index} lies ${row.y - box.y} px below the edge`);
        seen.add(await rowAtTop(page, index).getAttribute('data-key'));
        assert.ok((await page.locator(ROW).count()) < 60);
        const rows = await page
          .locator(ROW)
          .evaluateAll((all) => all.map((one) => [one.ariaRowIndex, one.getAttribute('data-key')]));
        assert.equal(new Set(rows.map(([at]) => at)).size, rows.length, 'a row is there once');
        assert.equal(new Set(rows.map(([, key]) => key)).size, rows.length, 'a torrent is there once');
      }
      assert.equal(seen.size, 6);
      assert.equal(await keyAt(page, 0), first);
    }));

  it('keep the words of a row with its torrent while it scrolls', () =>
    inWindow({ torrents: 10_000 }, async (page) => {
      const wrong = await page.locator('[role="grid"]').evaluate(async (grid) => {
        const found = [];
        for (let frame = 0; frame < 40; frame++) {
          grid.scrollTop += frame % 2 === 0 ? 13_000 : -900;
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          for (const row of grid.querySelectorAll('[role="row"][data-key]')) {
            const whole = row.querySelector('.t-name > .clip');
            const parts = row.querySelectorAll('.t-name > .mid > [aria-hidden]');
            const name = (whole ? [whole] : [...parts]).map((part) => part.textContent).join('');
            if (name === '') found.push(`${row.ariaLabel} shows no name`);
            if (!row.ariaLabel.startsWith(name)) found.push(`${row.ariaLabel} shows ${name}`);
          }
        }
        return found;
      });
      assert.deepEqual(wrong, []);
    }));
});

describe('a part of the window that does not come', () => {
  it('is told of, closes nothing else, and is asked for again', () =>
    inWindow({ changing: 0 }, async (page) => {
      // The browser, too, complains of what is held back here.
      page.removeAllListeners('console');
      await page.route('**/Dialogs-*.js', (route) => route.abort());
      await page.reload();
      await page.locator(ROW).first().waitFor();
      await page.keyboard.press('Control+,');
      const settings = page.getByRole('navigation', { name: 'Settings' });
      await settings.waitFor();
      await page.keyboard.press('Control+k');
      await page.locator('.toast').waitFor();
      assert.equal(await settings.count(), 1);
      await page.unroute('**/Dialogs-*.js');
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').waitFor();
    }));
});

describe('what is typed before a dialog is there', () => {
  /** A window whose dialogs come when `come` is called. */
  const late = (work) =>
    inWindow({ changing: 0 }, async (page) => {
      let come;
      const comes = new Promise((resolve) => (come = resolve));
      await page.route('**/Dialogs-*.js', async (route) => {
        await comes;
        await route.continue();
      });
      await page.reload();
      await page.locator(ROW).first().waitFor();
      await work(page, come);
      await page.unroute('**/Dialogs-*.js');
    });

  it('is in its field, and nothing behind it hears it', () =>
    late(async (page, come) => {
      await page.locator(ROW).first().locator('.t-name').click();
      await page.keyboard.press('?');
      await page.keyboard.press('Delete');
      await page.keyboard.press('Control+a');
      await page.keyboard.type('ctrl xx');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('Backspace');
      await page.keyboard.press('z');
      come();
      await dialog(page).waitFor();
      assert.equal(await dialog(page).getByRole('searchbox').inputValue(), 'ctrl z');
      await dialog(page).getByText('Undo', { exact: true }).waitFor();
      assert.equal(await dialog(page).getByText('Rename…').count(), 0);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator(`${ROW}[aria-selected="true"]`).count(), 1);
      assert.equal(await page.locator('.toast').count(), 0);
    }));

  it('waits for that dialog when something else comes before it', () =>
    late(async (page, come) => {
      await page.keyboard.press('?');
      await page.keyboard.type('undo');
      // Another part of the window, asked for by somebody else.
      await happens(page, { type: 'go', to: { type: 'settings' } });
      await page.getByRole('navigation', { name: 'Settings' }).waitFor();
      come();
      await dialog(page).waitFor();
      assert.equal(await dialog(page).getByRole('searchbox').inputValue(), 'undo');
    }));

  it('is forgotten with Esc, which takes back what was asked for', () =>
    late(async (page, come) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('lab');
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.keyboard.type('undo');
      come();
      await dialog(page).waitFor();
      assert.equal(await dialog(page).getByRole('searchbox').inputValue(), 'undo');
      assert.equal(await page.getByRole('dialog').count(), 1);
    }));
});

describe('the first picture', () => {
  /** Of each picture from the page's start until all is there: whether, and where, the parts of the window are. */
  const PICTURES = `
    globalThis.pictures = [];
    const at = (what) => {
      const box = document.querySelector(what)?.getBoundingClientRect();
      return box ? [box.left, box.top, box.width, box.height].map(Math.round).join(' ') : null;
    };
    const look = () => {
      const rows = document.querySelectorAll('[role="row"][data-key]').length;
      const around = ['[data-area="toolbar"]', '[data-area="sidebar"]', '.status'].map(at);
      pictures.push({ rows, around, list: at('[data-area="list"]') });
      if (pictures.length < 300 && around.includes(null)) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  `;

  it('is that of the list; what is around it comes with the next one and moves nothing', () =>
    // A page of its own: the script stays in it.
    inWindow({ changing: 0, serviceWorkers: 'block' }, async (page) => {
      await page.addInitScript(PICTURES);
      await page.reload();
      await page.waitForFunction(() => globalThis.pictures.at(-1)?.around.every((one) => one !== null));
      const pictures = await page.evaluate(() => globalThis.pictures);
      const withList = pictures.filter(({ rows }) => rows > 0);
      assert.deepEqual(withList[0].around, [null, null, null]);
      assert.ok(withList.length <= 3, JSON.stringify(pictures));
      assert.equal(new Set(withList.map(({ list }) => list)).size, 1, JSON.stringify(pictures));
    }));
});

describe('the details', () => {
  it('are where they stay when they open: whoever presses a tab at once hits it', () =>
    inWindow({ changing: 0 }, async (page) => {
      const places = await page.evaluate(async (row) => {
        const seen = [];
        const look = () => {
          const tab = document.querySelector('[role="tab"][id$="-tab-log"]')?.getBoundingClientRect();
          if (tab) seen.push(`${Math.round(tab.left)}, ${Math.round(tab.top)}`);
        };
        new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
        [...document.querySelectorAll(row)].find((one) => one.ariaLabel.startsWith('Fedora')).click();
        for (let frame = 0; frame < 60; frame++) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
          look();
        }
        return [...new Set(seen)];
      }, ROW);
      assert.equal(places.length, 1, places.join(' then '));
    }));
});
