/** Languages, contrast and sizes in a real browser, under the desktop's CSP. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROW, axeViolations, useWindow } from './support.mjs';

const inWindow = useWindow();

const said = (page) => page.evaluate(() => [document.documentElement.lang, document.documentElement.dir]);

describe('the language', () => {
  it('is that of the system, from the first picture on', () =>
    inWindow({ locale: 'de-AT' }, async (page) => {
      assert.deepEqual(await said(page), ['de-AT', 'ltr']);
      await page.getByText('Noch etwa').first().waitFor();
    }));

  it('turns the window round for Arabic, and nothing of it is out of reach', () =>
    inWindow({ locale: 'ar' }, async (page) => {
      assert.deepEqual(await said(page), ['ar', 'rtl']);
      const [sidebar, sheet] = await Promise.all(
        ['.sidebar', '.sheet'].map((name) => page.locator(name).boundingBox()),
      );
      assert.ok(sidebar.x > sheet.x + sheet.width - 1, 'the sidebar lies on the right');
      const row = page.locator(ROW).first();
      const [lane, done] = await Promise.all([
        row.locator('.lane').boundingBox(),
        row.locator('.lane > i').boundingBox(),
      ]);
      assert.ok(done.x > lane.x, 'the lane fills from the right');
      await row.click();
      assert.deepEqual(await axeViolations(page), []);
    }));

  it('changes while the window is open, and back', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('Control+,');
      await page.evaluate(() => (globalThis.notReloaded = true));
      await page.getByRole('searchbox').fill('language');
      const languages = page.locator('select:has(option[value="ar"])');
      for (const [choice, direction] of [
        ['ar', 'rtl'],
        ['de', 'ltr'],
        ['en', 'ltr'],
      ]) {
        await languages.selectOption(choice);
        await page.waitForFunction((wanted) => document.documentElement.lang.startsWith(wanted), choice);
        assert.equal((await said(page))[1], direction);
      }
      assert.equal(await page.evaluate(() => globalThis.notReloaded), true);
    }));
});

describe('more contrast', () => {
  for (const theme of ['light', 'dark']) {
    it(`has what WCAG asks for at its highest level, ${theme}`, () =>
      inWindow({ theme, contrast: 'more' }, async (page) => {
        assert.equal(await page.evaluate(() => document.documentElement.dataset.contrast), 'more');
        await page.locator(ROW).nth(1).click();
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(await axeViolations(page, { only: ['color-contrast-enhanced'] }), []);
      }));
  }
});

describe('forced colours', () => {
  it('keep what is chosen and how far a lane is in sight', () =>
    inWindow({ forcedColors: 'active' }, async (page) => {
      const row = page.locator(ROW).first();
      await row.click();
      const colours = await row.evaluate((element) => {
        const of = (node) => globalThis.getComputedStyle(node).backgroundColor;
        return { row: of(element), list: of(document.body), lane: of(element.querySelector('.lane > i')) };
      });
      assert.notEqual(colours.row, colours.list);
      assert.notEqual(colours.lane, colours.row);
      await page.keyboard.press('Tab');
      const ring = await page.evaluate(
        () => globalThis.getComputedStyle(document.activeElement).outlineStyle,
      );
      assert.equal(ring, 'solid');
    }));
});

describe('any size', () => {
  // 1280 x 1024 enlarged four times, phones, the smallest window, and the widest.
  const sizes = [
    [320, 256],
    [360, 640],
    [390, 844],
    [720, 480],
    [1000, 700],
    [3440, 1440],
  ];
  for (const [width, height] of sizes) {
    it(`${width} x ${height}: nothing sticks out to the side, in German neither`, () =>
      inWindow({ width, height, locale: 'de' }, async (page) => {
        const out = await page.evaluate(() => {
          const { clientWidth, scrollWidth } = document.documentElement;
          const isScrolled = (element) => {
            for (let at = element.parentElement; at !== null; at = at.parentElement)
              if (/auto|scroll/.test(globalThis.getComputedStyle(at).overflowX)) return true;
            return false;
          };
          const sticksOut = [...document.querySelectorAll('button, input, h1, h2, .status > *')].filter(
            (element) => {
              const { left, right, width } = element.getBoundingClientRect();
              return width > 0 && (left < -1 || right > clientWidth + 1) && !isScrolled(element);
            },
          );
          return [scrollWidth - clientWidth, ...sticksOut.map((element) => element.outerHTML.slice(0, 120))];
        });
        assert.deepEqual(out, [0]);
      }));
  }

  it('gives a finger enough to hit', () =>
    inWindow({ width: 390, height: 844, touch: true }, async (page) => {
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, input, select, [role="menuitem"]')]
          .map((element) => ({ element, box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
          .map(({ element, box }) => `${box.width} x ${box.height}: ${element.outerHTML.slice(0, 120)}`),
      );
      assert.deepEqual(small, []);
    }));
});
