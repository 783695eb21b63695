/** The built window with made-up torrents, in a real Chromium, under the desktop's CSP. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export async function openStage() {
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
  return {
    /** A page of its own; what the browser complains about ends in `problems`. */
    async open(options = {}) {
      const { torrents = 214, width = 1280, height = 800, theme = 'light', touch = false, ...more } = options;
      // So many torrents get other numbers every second.
      const changing = options.changing === undefined ? '' : `&changing=${options.changing}`;
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
      const page = await context.newPage();
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      await page.goto(`http://127.0.0.1:${address.port}/?mock=${torrents}${changing}`);
      await page.waitForSelector(torrents > 0 ? '[role="row"][data-key]' : 'h1');
      return { page, problems, close: () => context.close() };
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
  await work(page);
  await close();
  assert.deepEqual(problems, []);
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
export async function axeViolations(page, only = null) {
  await drawn(page);
  // By the debugger's way in: a script element would be blocked by the page's CSP, as it should.
  await page.evaluate(AXE);
  return page.evaluate(
    async ([tags, rules]) => {
      const runOnly = rules === null ? tags : { type: 'rule', values: rules };
      const { violations } = await globalThis.axe.run(document, { runOnly });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
      );
    },
    [WCAG, only],
  );
}
