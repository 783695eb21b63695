/** axe-core on every screen and dialog in every look: WCAG 2.0 to 2.2, A and AA, finds nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { press } from './keys.mjs';
import { ROW, axeViolations, setSettings, useWindow } from './support.mjs';

const inWindow = useWindow();

async function setting(page, values) {
  await setSettings(page, values);
  if ('appearance.contrast' in values)
    await page.waitForFunction(() => document.documentElement.dataset.contrast === 'more');
}

/** By keys of the window, which are the same in every language. */
async function select(page, at = 2) {
  await page.locator(ROW).nth(at).focus();
  await press(page, 'Control+Space');
  await page.locator(`${ROW}[aria-selected="true"]`).waitFor();
}
const dialog = (page) => page.locator('dialog[open]').waitFor();
/** Opens what has keys of its own, and takes it back with Esc. */
const byKeys =
  (...keys) =>
  async (page) => {
    await press(page, ...keys);
    await dialog(page);
  };
const tab = (digit) => async (page) => {
  await page
    .locator('[role="tab"]')
    .nth(digit - 1)
    .click();
};
/** In their order in one window; those that open a dialog are left by Esc. */
const SCREENS = [
  ['list', async () => {}],
  ['create', byKeys('Control+n')],
  ['commands', byKeys('Control+k')],
  ['shortcuts', byKeys('?')],
  ['selection', select],
  ['rename', byKeys('F2')],
  ['labels', byKeys('Control+Shift+L')],
  ['menu', (page) => press(page, 'Shift+F10')],
  ['overview', tab(1)],
  ['files', tab(2)],
  ['peers', tab(3)],
  ['trackers', tab(4)],
  ['speed', tab(5)],
  ['log', tab(6)],
];
const LOOKS = {
  light: {},
  dark: { theme: 'dark' },
  'more contrast, light': { values: { 'appearance.contrast': 'more' } },
  'more contrast, dark': { theme: 'dark', values: { 'appearance.contrast': 'more' } },
  compact: { values: { 'window.density': 'compact' } },
  'compact, dark': { theme: 'dark', values: { 'window.density': 'compact' } },
  Arabic: { locale: 'ar' },
  'Arabic, dark, compact': { theme: 'dark', locale: 'ar', values: { 'window.density': 'compact' } },
};

async function look(page, name) {
  assert.deepEqual(await axeViolations(page), [], name);
}

async function shut(page) {
  if (await page.locator('dialog[open], [role="menu"]').count()) await press(page, 'Escape');
  await page.locator('dialog[open], [role="menu"]').first().waitFor({ state: 'detached' });
}

describe('axe finds nothing', () => {
  for (const [name, { values = {}, ...options }] of Object.entries(LOOKS)) {
    it(`in the window and its dialogs, ${name}`, () =>
      inWindow(options, async (page) => {
        await setting(page, values);
        if (values['window.density']) await page.locator('.c-row').first().waitFor();
        for (const [screen, open] of SCREENS) {
          await open(page);
          await look(page, screen);
          await shut(page);
        }
      }));
    it(`in the settings, ${name}`, () =>
      inWindow(options, async (page) => {
        await setting(page, values);
        await press(page, 'Control+,');
        const sections = page.locator('nav button');
        await sections.first().waitFor();
        const n = await sections.count();
        assert.ok(n > 3);
        for (let at = 0; at < n; at++) {
          const section = sections.nth(at);
          if (await section.evaluate((one) => one.closest('nav li') === null && one.ariaExpanded !== null))
            continue;
          const words = await section.innerText();
          await section.focus();
          await press(page, 'Enter');
          if ((await page.locator('.set').count()) === 0) await press(page, 'Control+,');
          await look(page, words);
        }
      }));
    it(`in a narrow window and the first run, ${name}`, async () => {
      await inWindow({ ...options, width: 360, height: 720 }, async (page) => {
        await setting(page, values);
        await look(page, 'list');
        await select(page, 1);
        await press(page, 'Alt+Enter');
        await page.locator('[role="tab"]').first().waitFor();
        for (let digit = 1; digit <= 6; digit++) {
          await tab(digit)(page);
          await look(page, `tab ${digit}`);
        }
      });
      await inWindow({ ...options, torrents: 0 }, async (page) => {
        await setting(page, values);
        await look(page, 'first run');
      });
    });
  }
});
