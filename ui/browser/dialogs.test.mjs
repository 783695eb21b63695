/** Dialogs in every look: axe finds nothing, nothing sticks out, and the focus is where it should be. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DIALOGS, closeDialog, openDialog } from './dialogs.mjs';
import { focus, press, ring, smallTargets, withKeys } from './keys.mjs';
import { axeViolations, drawn, setSettings, useWindow } from './support.mjs';

const inWindow = withKeys(useWindow());

const LOOKS = {
  light: {},
  dark: { theme: 'dark' },
  'more contrast, light': { values: { 'appearance.contrast': 'more' } },
  'more contrast, dark': { theme: 'dark', values: { 'appearance.contrast': 'more' } },
  compact: { values: { 'window.density': 'compact' } },
  narrow: { width: 360, height: 720 },
  '200 %': { width: 640, height: 400, deviceScaleFactor: 2 },
  Arabic: { language: 'ar' },
};

/** Words of another language come when the dialog is open: the way to it is told in English. */
async function speak(page, language) {
  await setSettings(page, { 'appearance.language': language });
  await page.waitForSelector(`html[lang^="${language}"]`, { state: 'attached' });
}

const tooWide = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('dialog, dialog .dialog, dialog .dialog > *')]
      .filter((box) => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().left < -1)
      .map((box) => `${box.scrollWidth} in ${box.clientWidth}: ${box.outerHTML.slice(0, 120)}`),
  );

describe('axe finds nothing in', () => {
  for (const [look, { values = {}, language, ...options }] of Object.entries(LOOKS)) {
    for (const [name, way] of Object.entries(DIALOGS)) {
      it(`${name}, ${look}`, () =>
        inWindow(options, async (page) => {
          await setSettings(page, values);
          if ('appearance.contrast' in values) await page.waitForSelector('[data-contrast="more"]');
          if ('window.density' in values) await page.locator('.c-row').first().waitFor();
          await openDialog(page, way);
          if (language) await speak(page, language);
          assert.deepEqual(await axeViolations(page, { within: 'dialog[open]' }), []);
          assert.deepEqual(await tooWide(page), []);
          assert.deepEqual(await smallTargets(page), []);
        }));
    }
  }
});

describe('the focus', () => {
  for (const [name, way] of Object.entries(DIALOGS)) {
    it(`of ${name} is inside, stays inside, is seen, and goes back`, () =>
      inWindow({}, async (page) => {
        const back = await openDialog(page, way);
        const place = () =>
          page.evaluate(() => {
            if (document.activeElement === document.body) return 'the window';
            return document.activeElement?.closest('dialog') == null ? 'the page' : 'the dialog';
          });
        for (const key of ['Tab', 'Shift+Tab']) {
          for (let pressed = 0; pressed < 14; pressed++) {
            await press(page, key);
            const at = await place();
            assert.notEqual(at, 'the page', `${key} leads out, to ${await focus(page)}`);
            if (at === 'the dialog') assert.equal(await ring(page), 'shown');
          }
        }
        await drawn(page);
        await closeDialog(page, back);
      }));
  }
});
