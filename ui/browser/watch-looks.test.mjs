/** The page of watch folders in every look, and by keys alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focusOn, press, pressUntil, smallTargets, withKeys } from './keys.mjs';
import { axeViolations, setSettings, useWindow } from './support.mjs';

const inWindow = useWindow();

const card = (page, name) => page.getByRole('article', { name });
const entries = (page) => page.locator('.wh-row[data-entry]');

/** Everything of the page at once: open rules, what waits, what would happen, a new folder, what is chosen. */
async function unfold(page) {
  await page.locator('main summary').click();
  // What is told about a change would lie over what is looked at.
  await page.locator('main article textarea').first().fill('*zzz*');
  await page.locator('main article textarea').last().focus();
  await page.locator('.held').waitFor();
  await page.locator('article .foot button').first().click();
  await page.locator('.dry table').waitFor();
  await page.locator('.wh-row[data-entry] input').first().check();
}

const LOOKS = {
  light: {},
  dark: { theme: 'dark' },
  'more contrast': { values: { 'appearance.contrast': 'more' } },
  'more contrast, dark': { theme: 'dark', values: { 'appearance.contrast': 'more' } },
  Arabic: { locale: 'ar' },
  narrow: { width: 720, height: 480 },
  'Arabic, narrow': { locale: 'ar', width: 720, height: 480 },
  'a phone': { width: 360, height: 720 },
  'twice the size': { width: 640, height: 400, deviceScaleFactor: 2 },
};

describe('accessibility', () => {
  for (const [name, { values, ...options }] of Object.entries(LOOKS)) {
    it(`axe finds nothing, all can be hit and nothing reaches beyond the window, ${name}`, () =>
      inWindow(options, async (page) => {
        if (values !== undefined) await setSettings(page, values);
        await page.keyboard.press('Control+,');
        await page.locator('nav .side-item').nth(1).click();
        await entries(page).first().waitFor();
        assert.deepEqual(await axeViolations(page), [], 'at rest');
        await unfold(page);
        assert.deepEqual(await axeViolations(page), [], 'unfolded');
        assert.deepEqual(await smallTargets(page), []);
        const beyond = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
        assert.equal(beyond, 0);
        await page.locator('.section > p > .btn').click();
        await press(page, 'Escape');
        assert.deepEqual(await axeViolations(page), [], 'a new folder');
      }));
  }

  it('folders are paused, rules opened and files tried again by keys alone', () =>
    withKeys(inWindow)({}, async (page) => {
      await press(page, 'Control+,');
      await pressUntil(page, 'Tab', /^button "Downloads"/);
      await pressUntil(page, 'ArrowDown', /^button "Watch folders"/);
      await press(page, 'Enter');
      await entries(page).first().waitFor();
      await pressUntil(page, 'Tab', 'switch "Watch /home/ada/Downloads"');
      await press(page, 'Space');
      await card(page, '/home/ada/Downloads')
        .getByText(/^Paused\./)
        .waitFor();
      await press(page, 'Tab');
      await focusOn(page, 'button "Rules for /home/ada/Downloads"');
      await press(page, 'Enter');
      assert.equal(await card(page, '/home/ada/Downloads').getByRole('radio').count(), 0);
      await pressUntil(page, 'Tab', 'button "Retry gutenberg-top-1000.torrent"', 60);
      await press(page, 'Enter');
      await entries(page)
        .filter({ hasText: 'gutenberg-top-1000.torrent' })
        .first()
        .getByText('Added. Renamed to .added.')
        .waitFor();
    }));
});
