/** Sizes: everything can be hit and read. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { goTo, press, smallTargets, withKeys } from './keys.mjs';
import { drawn, setSettings, useWindow } from './support.mjs';

const anyWindow = useWindow();
const inWindow = withKeys(anyWindow);
const SCREENS = {
  list: async () => {},
  'compact rows': (page) => setSettings(page, { 'window.density': 'compact' }),
  files: async (page) => {
    await goTo(page, 'Sintel');
    await press(page, 'F6', 'Control+2');
    await page.getByRole('treegrid').waitFor();
  },
  peers: async (page) => {
    await goTo(page, 'Fedora');
    await press(page, 'F6', 'Control+3');
    await page.getByRole('grid', { name: 'Peers' }).waitFor();
  },
  speed: async (page) => {
    await goTo(page, 'Fedora');
    await press(page, 'F6', 'Control+5');
    await page.getByRole('slider').waitFor();
  },
  menu: async (page) => {
    await goTo(page, 'Sintel');
    await press(page, 'Shift+F10');
  },
  settings: (page) => press(page, 'Control+,'),
  creation: (page) => press(page, 'Control+n'),
  toast: async (page) => {
    await goTo(page, 'Sintel');
    await press(page, 'Delete');
    await page.locator('.toast').waitFor();
  },
};

describe('targets', () => {
  for (const [name, open] of Object.entries(SCREENS)) {
    it(`of ${name} are 24 px or have so much room (WCAG 2.5.8)`, () =>
      inWindow({}, async (page) => {
        await open(page);
        await drawn(page);
        assert.deepEqual(await smallTargets(page), []);
      }));
  }
});

/** What is cut off and cannot be read in another way, or lies beyond the sides of the window. */
const unreadable = (page) =>
  page.evaluate(() => {
    const cut = [];
    const scrolls = (element, axis) => {
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        const style = globalThis.getComputedStyle(at);
        if (/auto|scroll/.test(axis === 'x' ? style.overflowX : style.overflowY)) return true;
      }
      return false;
    };
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over > 0) cut.push(`the page is ${over} px too wide`);
    for (const element of document.querySelectorAll(
      'button, h1, h2, h3, p, label, legend, li, dt, dd, [role="gridcell"], .status > *',
    )) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width <= 1 || height <= 1 || !element.checkVisibility()) continue;
      if ((left < -1 || right > innerWidth + 1) && !scrolls(element, 'x'))
        cut.push(`beside: ${element.outerHTML.slice(0, 120)}`);
      const style = globalThis.getComputedStyle(element);
      const hides = /hidden|clip/.test(style.overflowY);
      if (hides && element.scrollHeight > element.clientHeight + 3)
        cut.push(`cut: ${element.outerHTML.slice(0, 120)}`);
    }
    return cut;
  });

/** WCAG 1.4.12: what a reader may set, and nothing may be lost. */
const spaceText = (page) =>
  page.evaluate(() => {
    const sheet = new globalThis.CSSStyleSheet();
    sheet.replaceSync(
      '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }',
    );
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });

describe('reading', () => {
  const sizes = {
    '320 px (1280 at 400 %)': { width: 320, height: 640 },
    '200 %': { width: 640, height: 400, deviceScaleFactor: 2 },
  };
  const screens = ['list', 'compact rows', 'settings', 'creation'];
  for (const [size, options] of Object.entries(sizes)) {
    for (const name of screens) {
      it(`${name} at ${size} needs no scrolling in two directions and cuts nothing off`, () =>
        anyWindow(options, async (page) => {
          await SCREENS[name](page);
          await drawn(page);
          assert.deepEqual(await unreadable(page), []);
        }));
    }
  }
  for (const name of [...screens, 'files', 'menu', 'toast']) {
    it(`${name} with wide spacing loses nothing (WCAG 1.4.12)`, () =>
      anyWindow({}, async (page) => {
        await SCREENS[name](page);
        await spaceText(page);
        await drawn(page);
        assert.deepEqual(await unreadable(page), []);
      }));
  }
});
