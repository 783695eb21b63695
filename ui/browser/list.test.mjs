/** The list in a real browser: two densities, columns, selection, and what keys, fingers and sorting do to it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROW, axeViolations, useWindow } from './support.mjs';

const inWindow = useWindow();

const compact = async (page) => {
  await page.getByRole('radio', { name: 'Compact rows' }).click();
  await page.locator('.c-row').first().waitFor();
};
const head = (page, name) =>
  page.locator('[role="columnheader"]', { hasText: new RegExp(`^\\s*${name}\\s*$`) });
const headTexts = (page) =>
  page.locator('[role="columnheader"] button').evaluateAll((all) => all.map((b) => b.textContent.trim()));
const cells = (page, column) =>
  page.locator(`.c-row > [data-col="${column}"]`).evaluateAll((all) => all.map((c) => c.textContent.trim()));
const selected = (page) => page.locator(`${ROW}[aria-selected="true"]`).count();
const active = (page, name) =>
  page.evaluate((attribute) => document.activeElement?.getAttribute(attribute), name);

describe('compact', () => {
  for (const theme of ['light', 'dark']) {
    it(`is for everyone, ${theme}`, () =>
      inWindow({ theme }, async (page) => {
        await compact(page);
        await page.locator(ROW).nth(1).click();
        assert.deepEqual(await axeViolations(page), []);
        await head(page, 'Size').click({ button: 'right' });
        await page.getByRole('menu', { name: 'Columns' }).waitFor();
        assert.deepEqual(await axeViolations(page), []);
      }));
  }

  it('sorts by a press on a head, and the other way round by the next', () =>
    inWindow({}, async (page) => {
      await compact(page);
      await head(page, 'Name').getByRole('button').click();
      assert.equal(await head(page, 'Name').getAttribute('aria-sort'), 'ascending');
      const names = await cells(page, 'name');
      await head(page, 'Name').getByRole('button').click();
      assert.equal(await head(page, 'Name').getAttribute('aria-sort'), 'descending');
      assert.notDeepEqual(await cells(page, 'name'), names);
      assert.equal(await page.locator('[aria-sort]').count(), 1);
      await page.getByRole('button', { name: 'Sort' }).click();
      await page.getByRole('menuitemradio', { name: 'A to Z' }).click();
      assert.deepEqual(await cells(page, 'name'), names);
    }));

  it('has columns that are put in and out, moved by pulling, and set back', () =>
    inWindow({}, async (page) => {
      await compact(page);
      const first = await headTexts(page);
      await head(page, 'Size').click({ button: 'right' });
      await page.getByRole('menuitemcheckbox', { name: 'Tracker' }).click();
      assert.deepEqual(await headTexts(page), [...first, 'Tracker']);
      const from = await head(page, 'Tracker').boundingBox();
      const to = await head(page, 'Progress').boundingBox();
      await page.mouse.move(from.x + 20, from.y + 10);
      await page.mouse.down();
      await page.mouse.move(to.x + 5, to.y + 10, { steps: 5 });
      await page.mouse.up();
      assert.deepEqual((await headTexts(page)).slice(0, 4), ['Name', 'Size', 'Tracker', 'Progress']);
      assert.equal(await page.locator('[aria-sort]').count(), 0, 'pulling is no press');
      await head(page, 'Tracker').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Hide Tracker' }).click();
      assert.deepEqual(await headTexts(page), first);
      await head(page, 'Size').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Columns as at first' }).click();
      assert.deepEqual(await headTexts(page), first);
    }));

  it('has columns that are widened by pulling and fitted by two clicks', () =>
    inWindow({}, async (page) => {
      await compact(page);
      const width = async () => (await head(page, 'Size').boundingBox()).width;
      const { x, y } = await head(page, 'Size').boundingBox();
      await page.mouse.move(x - 6, y + 12);
      await page.mouse.down();
      await page.mouse.move(x - 46, y + 12, { steps: 4 });
      await page.mouse.up();
      assert.equal(Math.round(await width()), 98);
      await page.mouse.dblclick(x - 46, y + 12);
      const fitted = await width();
      assert.ok(fitted > 40 && fitted < 90, `fitted to ${fitted}`);
      const cut = await page
        .locator('.c-row > [data-col="size"]')
        .evaluateAll((all) => all.some((cell) => cell.scrollWidth > cell.clientWidth));
      assert.equal(cut, false);
    }));

  it('lets the head be reached and everything be done by keys', () =>
    inWindow({}, async (page) => {
      await compact(page);
      await page.locator(ROW).first().click();
      await page.keyboard.press('ArrowUp');
      assert.equal(await active(page, 'title'), 'Name');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Control+Shift+ArrowRight');
      assert.deepEqual((await headTexts(page)).slice(0, 3), ['Name', 'Progress', 'Size']);
      assert.equal(await active(page, 'title'), 'Size');
      const before = (await head(page, 'Size').boundingBox()).width;
      await page.keyboard.press('Shift+ArrowRight');
      assert.equal((await head(page, 'Size').boundingBox()).width, before + 8);
      await page.keyboard.press('Enter');
      assert.equal(await head(page, 'Size').getAttribute('aria-sort'), 'descending');
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menu', { name: 'Columns' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('ArrowDown');
      assert.notEqual(await active(page, 'data-key'), null);
    }));

  it('keeps the names in sight when the columns scroll sideways', () =>
    inWindow({ width: 900, height: 600 }, async (page) => {
      await compact(page);
      for (const column of ['Tracker', 'Saved in', 'Info hash']) {
        await head(page, 'Size').click({ button: 'right' });
        await page.getByRole('menuitemcheckbox', { name: column }).click();
      }
      const grid = page.locator('[role="grid"]');
      await grid.evaluate((element) => element.scrollTo(9_999, 0));
      assert.ok((await grid.evaluate((element) => element.scrollLeft)) > 100);
      const [gridBox, name] = [
        await grid.boundingBox(),
        await page.locator('[data-col="name"]').nth(3).boundingBox(),
      ];
      assert.ok(Math.abs(name.x - gridBox.x) < 2, `name at ${name.x}, grid at ${gridBox.x}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    }));
});

describe('cells', () => {
  it('are walked over by the arrows, and up and down keep the column', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).nth(1).click();
      for (let press = 0; press < 2; press++) await page.keyboard.press('ArrowRight');
      assert.equal(await active(page, 'aria-colindex'), '2');
      await page.keyboard.press('ArrowDown');
      assert.equal(await active(page, 'aria-colindex'), '2');
      const row = await page.evaluate(() =>
        document.activeElement?.closest('[role="row"]')?.getAttribute('aria-rowindex'),
      );
      assert.equal(row, '4');
      await page.locator(ROW).nth(3).click();
      assert.equal(await page.locator('[role="gridcell"][tabindex]').count(), 0);
    }));
});

describe('selecting', () => {
  it('by a rubber band from beside the rows', () =>
    inWindow({ torrents: 3, height: 900 }, async (page) => {
      const box = await page.locator('[role="grid"]').boundingBox();
      const last = await page.locator(ROW).nth(2).boundingBox();
      await page.mouse.move(box.x + 600, last.y + last.height + 60);
      await page.mouse.down();
      await page.mouse.move(box.x + 300, last.y - 10, { steps: 4 });
      assert.equal(await page.locator('.band').count(), 1);
      await page.mouse.up();
      assert.equal(await selected(page), 2);
      assert.equal(await page.locator('.band').count(), 0);
      await page.mouse.click(box.x + 600, last.y + last.height + 60);
      assert.equal(await selected(page), 0);
    }));

  it('by letters of a name', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      await page.keyboard.type('apo');
      await page.waitForFunction(() =>
        document.activeElement?.getAttribute('aria-label')?.startsWith('Apollo'),
      );
      assert.equal(await selected(page), 1);
    }));
});

describe('an empty list', () => {
  it('says why, and the way on', () =>
    inWindow({ torrents: 12 }, async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('nothing like it');
      await page.getByText('Nothing matches ‘nothing like it’.').waitFor();
      await page.getByRole('button', { name: 'Clear', exact: true }).click();
      await page.locator(ROW).first().waitFor();
      await page
        .getByRole('button', { name: /^Finished/ })
        .first()
        .click();
      await page.getByText('Nothing is finished and at rest.').waitFor();
      await page.getByRole('button', { name: 'Show all torrents' }).click();
      await page.locator(ROW).first().waitFor();
    }));
});

describe('a phone', () => {
  it('never scrolls sideways, down to 320', () =>
    inWindow({ width: 320, height: 640 }, async (page) => {
      const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.equal(await over(), 0);
      const grid = page.locator('[role="grid"]');
      assert.equal(await grid.evaluate((element) => element.scrollWidth - element.clientWidth), 0);
      await compact(page);
      assert.equal(await over(), 0);
      assert.deepEqual(await headTexts(page), ['Name', 'Progress']);
    }));
});
