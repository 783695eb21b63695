/** The built window with made-up torrents, in a real Chromium, under the desktop's CSP. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Size and theme can be changed of a page that is open; what else was asked for cannot. */
const kindOf = (options) => JSON.stringify({ ...options, width: 0, height: 0, theme: '' });

/**
 * `isKept`: a page that is closed is emptied and opened again for whoever wants one of its kind, which takes a
 * quarter of the time of a new one. The document, what it stored and where the pointer is are new each time.
 */
export async function openStage({ isKept = false } = {}) {
  const server = await preview({
    logLevel: 'error',
    // Another build than the usual one, for somebody who works beside others.
    build: { outDir: process.env.SHOAL_UI_DIST ?? 'dist' },
    preview: { port: 0, strictPort: false, host: '127.0.0.1' },
  });
  const address = server.httpServer.address();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const kept = new Map();

  async function newPage({ width, height, theme, touch, ...more }) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      permissions: ['clipboard-read', 'clipboard-write'],
      // Motion would only make screenshots and contrast depend on the moment.
      reducedMotion: 'reduce',
      hasTouch: touch,
      isMobile: touch,
      ...more,
    });
    return context.newPage();
  }

  async function pageOf(options) {
    const page = kept.get(kindOf(options))?.pop();
    if (page === undefined) return newPage(options);
    const { width, height, theme: colorScheme } = options;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    return page;
  }

  async function keep(page, options) {
    page.removeAllListeners();
    await page.evaluate(() => localStorage.clear());
    await page.mouse.move(-10, -10);
    await page.goto('about:blank');
    const key = kindOf(options);
    kept.set(key, [...(kept.get(key) ?? []), page]);
  }

  return {
    /** A page of its own; what the browser complains about ends in `problems`. */
    async open(options = {}) {
      const { torrents = 214, changing, ...rest } = options;
      const all = { width: 1280, height: 800, theme: 'light', touch: false, ...rest };
      const page = await pageOf(all);
      const problems = [];
      // Playwright takes the choosing of files over a moment after somebody listens: long before a test asks for it.
      page.on('filechooser', () => undefined);
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      // So many torrents get other numbers every second.
      const query = changing === undefined ? '' : `&changing=${changing}`;
      await page.goto(`http://127.0.0.1:${address.port}/?mock=${torrents}${query}`);
      await page.waitForSelector(torrents > 0 ? '[role="row"][data-key]' : 'h1');
      // What is around the list comes with the next picture.
      await page.waitForSelector('[data-area="toolbar"]');
      const close = () => (isKept ? keep(page, all) : page.context().close());
      return { page, problems, close };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Opens a window, and afterwards makes sure that the browser had nothing to complain about. */
export async function windowOf(stage, options, work) {
  const { page, problems, close } = await stage.open(options);
  let isSound = false;
  try {
    await work(page);
    isSound = true;
  } finally {
    // A page that a test was torn out of is nobody else's.
    await (isSound ? close() : page.context().close());
  }
  assert.deepEqual(problems, []);
}

/** A file's own browser, and how its tests open a window in it. */
export function useWindow() {
  let stage;
  before(async () => {
    stage = await openStage({ isKept: true });
  });
  after(() => stage.close());
  return (options, work) => windowOf(stage, options, work);
}

export const ROW = '[role="row"][data-key]';
export const dialog = (page) => page.getByRole('dialog').last();
export const toast = (page, text) => page.locator('.toast', { hasText: text });
/** What the system was asked to open or to show. */
export const deeds = (page) => page.evaluate(() => globalThis.shellDeeds);
export const focusedText = (page) => page.evaluate(() => document.activeElement?.textContent?.trim());

/** Settings of the backend, as if they had been changed in another window. */
export const setSettings = (page, values) =>
  page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock', { detail })), values);

/** Something happens around the window, as the desktop tells it. */
export const happens = (page, event) =>
  page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock-event', { detail })), event);

/** One of the made-up drags hovers over the window. */
export async function hover(page, name) {
  await page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock-drop', { detail })), name);
  await page.locator('.drop h2').waitFor();
}

/** Searches for a torrent and selects it; its row. */
export async function select(page, name) {
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  const row = page.locator(`${ROW}[aria-label^="${name}"]`).first();
  await row.locator('.t-name').click();
  return row;
}

/** Looks until it is so, or says how it was instead. */
export async function until(look, wanted) {
  const end = Date.now() + 15_000;
  for (;;) {
    const now = await look();
    if (now === wanted || Date.now() > end) return assert.equal(now, wanted);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What was asked for has been drawn: two pictures later, with nothing moving any more. */
export async function drawn(page) {
  await page.evaluate(async () => {
    const picture = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await document.fonts.ready;
    await picture();
    await picture();
    const moving = document
      .getAnimations()
      .filter(({ effect }) => effect.getTiming().iterations !== Infinity);
    await Promise.allSettled(moving.map(({ finished }) => finished));
  });
}

/** Violations of WCAG 2.0 to 2.2, A and AA, or of some rules only, each with the elements it is about. */
export async function axeViolations(page, { only = null, within = null } = {}) {
  await drawn(page);
  // By the debugger's way in: a script element would be blocked by the page's CSP, as it should.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(
    async ([tags, rules, place]) => {
      const runOnly = rules === null ? tags : { type: 'rule', values: rules };
      const { violations } = await globalThis.axe.run(place ?? document, {
        runOnly,
        resultTypes: ['violations'],
      });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
      );
    },
    [WCAG, only, within],
  );
}
