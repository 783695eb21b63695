/** What can be done, by whichever way: menus, keys, the command palette, and the dialogs they open. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ROW,
  axeViolations,
  deeds,
  dialog,
  focusedText,
  select,
  toast,
  until,
  useWindow,
} from './support.mjs';

const inWindow = useWindow();

const menus = (page) => page.getByRole('menu').count();

async function openMenu(page) {
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menu').waitFor();
}

const menuTexts = (page) => page.locator('[role^="menuitem"] .clip').allTextContents();

/** Presses a button that a menu lies over, so that the torrent changes as another window could change it. */
const behind = (page, name) => page.getByRole('button', { name, exact: true }).first().dispatchEvent('click');

async function fromMore(page, entry) {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: entry }).click();
  await dialog(page).waitFor();
}

async function ask(page, question) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Commands' }).waitFor();
  if (question !== '') await page.keyboard.type(question);
}
const chosen = (page) => page.locator('[role="option"][aria-selected="true"]');

describe('accessibility', () => {
  const screens = {
    'context menu': openMenu,
    'label menu': async (page) => {
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Label' }).press('ArrowRight');
    },
    palette: (page) => ask(page, ''),
    'palette, found': (page) => ask(page, 'fi'),
    'palette, nothing': (page) => ask(page, 'xyzzy'),
  };
  for (const theme of ['light', 'dark']) {
    for (const [name, act] of Object.entries(screens)) {
      it(`${name}, ${theme}`, () =>
        inWindow({ theme }, async (page) => {
          await page.locator(ROW).nth(1).locator('.t-name').click();
          await act(page);
          assert.deepEqual(await axeViolations(page), []);
        }));
    }
  }
});

describe('the menu of the selection', () => {
  it('has what applies, in its order, with the keys', () =>
    inWindow({}, async (page) => {
      await select(page, 'Sintel');
      await openMenu(page);
      const entries = await menuTexts(page);
      assert.deepEqual(entries, [
        ...['Open', 'Show in folder', 'Stop', 'Move up in the queue', 'Queue', 'Speed limit…'],
        ...['Sharing goals…', 'Download in order', 'First and last pieces first'],
        ...['Label', 'Rename…', 'Move files to…', 'Locate files…', 'Check files'],
        ...['Copy magnet link', 'Share…', 'Details', 'Remove from list', 'Move files to trash'],
      ]);
      const stop = page.getByRole('menuitem', { name: 'Stop', exact: true });
      assert.equal(await stop.getAttribute('aria-keyshortcuts'), 'Space');
    }));

  it('keeps its entries and the focus where they are, whatever becomes of the torrent, and goes with it', () =>
    inWindow({}, async (page) => {
      const row = page.locator(ROW).nth(2);
      await row.locator('.t-name').click();
      const key = await row.getAttribute('data-key');
      const next = await page.locator(ROW).nth(3).getAttribute('data-key');
      await openMenu(page);
      await page.keyboard.type('sto');
      const before = await menuTexts(page);
      await behind(page, 'Stop');
      await page.locator(`[data-key="${key}"]`).getByText('Stopped').first().waitFor();
      assert.deepEqual(await menuTexts(page), before);
      assert.equal(await focusedText(page), 'Stop');
      await behind(page, 'Remove from list');
      await page.getByRole('menu').waitFor({ state: 'detached' });
      await until(() => page.evaluate(() => document.activeElement?.dataset.key), next);
    }));

  it('is not the only one: that of More keeps its entries, too', () =>
    inWindow({}, async (page) => {
      const row = page.locator(ROW).nth(2);
      await row.locator('.t-name').click();
      const key = await row.getAttribute('data-key');
      await page.getByRole('button', { name: 'More', exact: true }).click();
      const before = await menuTexts(page);
      await behind(page, 'Remove from list');
      await page.locator(`[data-key="${key}"]`).waitFor({ state: 'detached' });
      // That can be taken back now.
      await toast(page, 'Removed').waitFor();
      assert.deepEqual(await menuTexts(page), before);
    }));

  it('goes to what is typed, into the menu beside and back', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'Sintel');
      await openMenu(page);
      await page.keyboard.type('lab');
      assert.equal(await focusedText(page), 'Label');
      await page.keyboard.press('ArrowRight');
      assert.equal(await menus(page), 2);
      assert.equal(await focusedText(page), 'Linux');
      await page.keyboard.press('ArrowLeft');
      assert.equal(await menus(page), 1);
      assert.equal(await focusedText(page), 'Label');
      await page.keyboard.press('Enter');
      assert.equal(await menus(page), 2);
      await page.keyboard.press('Escape');
      assert.equal(await menus(page), 1);
      await page.keyboard.press('Escape');
      assert.equal(await menus(page), 0);
      assert.equal(await row.evaluate((element) => element === document.activeElement), true);
    }));

  it('switches one label after the other with Space, and stays', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'Sintel');
      await openMenu(page);
      await page.keyboard.type('lab');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Space');
      await page.getByRole('menuitemcheckbox', { name: 'Linux', checked: true }).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.getByRole('menuitemcheckbox', { name: 'Films', checked: false }).waitFor();
      await page.keyboard.press('Tab');
      assert.equal(await menus(page), 0);
      await row.getByText('Linux', { exact: true }).waitFor();
    }));

  it('opens to the other side where lines begin on the right', () =>
    inWindow({}, async (page) => {
      await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
      await page.locator(ROW).nth(1).locator('.t-name').click();
      await openMenu(page);
      await page.keyboard.type('lab');
      await page.keyboard.press('ArrowLeft');
      const [outer, inner] = await page
        .getByRole('menu')
        .evaluateAll((all) => all.map((menu) => menu.getBoundingClientRect().left));
      assert.ok(inner < outer, `${inner} is left of ${outer}`);
      await page.keyboard.press('ArrowRight');
      assert.equal(await menus(page), 1);
    }));

  it('stays in the smallest window', () =>
    inWindow({ width: 720, height: 480 }, async (page) => {
      await page.locator(ROW).nth(1).locator('.t-name').click({ button: 'right' });
      await page.keyboard.type('lab');
      await page.keyboard.press('ArrowRight');
      const boxes = await page
        .getByRole('menu')
        .evaluateAll((all) => all.map((menu) => menu.getBoundingClientRect().toJSON()));
      assert.equal(boxes.length, 2);
      for (const { left, top, right, bottom } of boxes) {
        assert.ok(left >= 0 && top >= 0 && right <= 720 && bottom <= 480);
      }
    }));

  it('is in the More menu where there are no buttons for it', () =>
    inWindow({ width: 720, height: 480 }, async (page) => {
      const row = page.locator(ROW).nth(1);
      await row.locator('.t-name').click();
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: '1 selected torrent' }).click();
      await page.getByRole('menuitem', { name: 'Stop', exact: true }).click();
      await row.getByText('Stopped by you.').waitFor();
    }));
});

describe('opening', () => {
  it('is Enter, and Ctrl Enter shows it in its folder', () =>
    inWindow({}, async (page) => {
      await select(page, 'debian');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+Enter');
      const done = await deeds(page);
      assert.deepEqual(
        done.map(({ did }) => did),
        ['open', 'reveal'],
      );
    }));

  it('says what is not complete, and does as it is told', () =>
    inWindow({}, async (page) => {
      await select(page, 'planet');
      await page.keyboard.press('Enter');
      await dialog(page).getByRole('heading', { name: 'Not complete yet' }).waitFor();
      assert.deepEqual(await deeds(page), []);
      // The focus is on what would be done.
      await page.keyboard.press('Enter');
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal((await deeds(page))[0].sure, true);
    }));
});

describe('the command palette', () => {
  it('finds what can be done and does it', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'Sintel');
      await ask(page, 'stop');
      assert.match(await chosen(page).textContent(), /Stop/);
      await page.keyboard.press('Enter');
      await row.getByText('Stopped by you.').waitFor();
      assert.equal(await page.getByRole('combobox', { name: 'Commands' }).count(), 0);
      await ask(page, 'show films');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+Shift+P');
      const first = page.getByRole('group', { name: 'Last used' }).getByRole('option').first();
      assert.match(await first.textContent(), /Show Films/);
    }));

  it('offers nothing that would need a selection while there is none', () =>
    inWindow({}, async (page) => {
      const offered = async (word) => {
        await ask(page, word);
        const texts = await page
          .getByRole('group', { name: 'Commands' })
          .getByRole('option')
          .allTextContents();
        await page.keyboard.press('Escape');
        await page.keyboard.press('Escape');
        return texts.map((text) => text.trim());
      };
      for (const word of ['details', 'rename', 'remove', 'stop']) assert.deepEqual(await offered(word), []);
      await select(page, 'Sintel');
      for (const word of ['details', 'rename', 'remove', 'stop'])
        assert.ok((await offered(word)).length > 0, word);
    }));

  it('goes to settings, filters and torrents', () =>
    inWindow({}, async (page) => {
      await ask(page, 'home network');
      await page.keyboard.press('Enter');
      await page.getByRole('switch', { name: /home network/ }).waitFor();
      await ask(page, 'show films');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Films', level: 1 }).waitFor();
      await ask(page, 'archlinux');
      await page.keyboard.press('Enter');
      await page.locator(`${ROW}[aria-label^="archlinux"][aria-selected="true"]`).waitFor();
    }));

  it('walks with the arrows, climbs with Esc and gives the focus back', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'Sintel');
      await ask(page, 'fo');
      const first = await chosen(page).textContent();
      await page.keyboard.press('ArrowDown');
      assert.notEqual(await chosen(page).textContent(), first);
      const active = await page.evaluate(() => document.activeElement?.getAttribute('aria-activedescendant'));
      assert.equal(await chosen(page).getAttribute('id'), active);
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('combobox', { name: 'Commands' }).inputValue(), '');
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('combobox', { name: 'Commands' }).count(), 0);
      assert.equal(await row.evaluate((element) => element === document.activeElement), true);
    }));

  it('answers a letter at once with 10,000 torrents', () =>
    inWindow({ torrents: 10_000 }, async (page) => {
      await ask(page, '');
      const usual = await page.evaluate(async () => {
        const field = document.activeElement;
        const took = [];
        for (const text of ['g', 'gu', 'gui', 'guide', 'guide 19', 'xyzzy', 'a', 'fi', 'st']) {
          const start = performance.now();
          field.value = text;
          field.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
          took.push(performance.now() - start);
        }
        return took.toSorted((a, b) => a - b)[4];
      });
      assert.ok(usual < 100, `a letter took ${usual} ms`);
    }));
});

describe('sharing', () => {
  it('copies the link, draws it as a code and saves the .torrent', () =>
    inWindow({}, async (page) => {
      await select(page, 'Sintel');
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Share…' }).click();
      await page
        .getByRole('img', { name: 'QR code of the magnet link of Sintel, 4K master (2010)' })
        .waitFor();
      const link = await dialog(page).getByRole('textbox', { name: 'Magnet link' }).inputValue();
      await page.keyboard.press('Enter');
      await dialog(page).getByRole('button', { name: 'Copied' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
      await dialog(page).getByRole('button', { name: 'Save .torrent file…' }).click();
      // Outside of the dialog nothing could be pressed or heard.
      const saved = dialog(page).locator('.toast', { hasText: /Saved as .*\.torrent/ });
      await saved.getByRole('button', { name: 'Dismiss' }).click();
      await saved.waitFor({ state: 'detached' });
      assert.equal(await dialog(page).getByRole('status').count(), 1);
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal(await page.locator('body > div > [role="status"]').count(), 1);
    }));

  it('says what a private torrent is', () =>
    inWindow({}, async (page) => {
      await select(page, 'baltic');
      await ask(page, 'share');
      await page.keyboard.press('Enter');
      await dialog(page)
        .getByText(/^This torrent is private: its link names no tracker/)
        .waitFor();
    }));
});

describe('steps', () => {
  it('are named where they can be taken back and done again', () =>
    inWindow({}, async (page) => {
      await select(page, 'Sintel');
      await page.keyboard.press('Delete');
      await toast(page, 'Removed 1 torrent.').waitFor();
      await page.locator('h1').click();
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Undo: removed 1 torrent' }).click();
      await toast(page, 'Taken back: removed 1 torrent.').waitFor();
      // It is in the list again, and with that what can be done again.
      await page.getByPlaceholder('Search 214 torrents').waitFor();
      await page.keyboard.press('Control+Shift+Z');
      await toast(page, 'Done again: removed 1 torrent.').waitFor();
    }));

  it('are told once to those who only hear them', () =>
    inWindow({}, async (page) => {
      await page.evaluate(() => {
        globalThis.said = [];
        const region = document.querySelector('.sr[role="status"]');
        new MutationObserver(() => {
          if (region.textContent !== '') globalThis.said.push(region.textContent);
        }).observe(region, { childList: true, characterData: true, subtree: true });
      });
      await page.locator(ROW).nth(2).locator('.t-name').click();
      await page.keyboard.press('Delete');
      await toast(page, 'Removed 1 torrent.').waitFor();
      assert.deepEqual(await page.evaluate(() => globalThis.said), [
        'Removed 1 torrent. Files kept. Undo with Ctrl Z.',
      ]);
    }));
});

describe('statistics', () => {
  it('have a table that Enter on the chart shows', () =>
    inWindow({}, async (page) => {
      await fromMore(page, 'Statistics');
      const chart = page.getByRole('button', { name: /^Downloaded and uploaded on 30 days/ });
      await chart.press('Enter');
      assert.ok((await page.getByRole('table').getByRole('row').count()) > 10);
      await page.getByRole('radio', { name: 'A year' }).click();
      await page.getByRole('button', { name: /^Downloaded and uploaded on 365 days/ }).waitFor();
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
      assert.equal(await focusedText(page), '');
    }));
});

describe('the page of shortcuts', () => {
  it('is searched by words and by keys', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('?');
      await page.keyboard.type('ctrl z');
      await dialog(page).getByText('Undo', { exact: true }).waitFor();
      assert.equal(await dialog(page).getByText('Rename…').count(), 0);
      await page.keyboard.press('Escape');
      await dialog(page).getByText('Rename…').waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('dialog').count(), 0);
    }));
});
