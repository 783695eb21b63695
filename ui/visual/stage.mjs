/**
 * The built window with made-up torrents that stand still: one moment, one chance, one face for the words,
 * so that two pictures of the same screen are the same. Must not know any screen.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

/** A Friday afternoon. */
const MOMENT = new Date('2026-11-20T14:32:00Z');
const FAMILIES = ['system-ui', 'sans-serif', 'Segoe UI', 'Helvetica Neue', 'Cantarell', 'Ubuntu'];

const MONO = ['ui-monospace', 'monospace'];

/**
 * Inter for Latin, DejaVu for what it lacks, whatever else this machine has. Without hinting, which would
 * round the width of each letter.
 */
function fonts() {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-fonts-'));
  const file = join(folder, 'fonts.conf');
  const prefer = (face) => (family) =>
    `<match target="pattern"><test name="family"><string>${family}</string></test>` +
    `<edit name="family" mode="prepend" binding="strong"><string>${face}</string></edit></match>`;
  const preferred = [
    ...FAMILIES.map(prefer('DejaVu Sans')),
    ...FAMILIES.map(prefer('Inter')),
    ...MONO.map(prefer('DejaVu Sans Mono')),
  ];
  const dirs = ['opentype/inter', 'truetype/dejavu'].map((dir) => `<dir>/usr/share/fonts/${dir}</dir>`);
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    ${dirs.join('\n')}<cachedir>${folder}</cachedir>
    ${preferred.join('\n')}
    <match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit></match>
    </fontconfig>`,
  );
  return file;
}

/** Chance with a seed: mulberry32. */
function seedRandom() {
  let state = 20_261_120;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const SIZES = { wide: [1280, 800], narrow: [720, 480], phone: [390, 844], ultra: [2200, 1000] };

export async function openStage() {
  const server = await preview({
    logLevel: 'error',
    build: { outDir: process.env.SHOAL_UI_DIST ?? 'dist' },
    preview: { port: 0, strictPort: false, host: '127.0.0.1' },
  });
  const { port } = server.httpServer.address();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', '--disable-lcd-text'],
    env: { ...process.env, FONTCONFIG_FILE: fonts() },
  });
  return {
    /** A page on which nothing moves by itself: its clock is only moved by `page.clock.runFor`. */
    async open({ torrents = 214, size = 'wide', theme = 'light', touch = false }) {
      const [width, height] = SIZES[size];
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'UTC',
        hasTouch: touch,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(8_000);
      const problems = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
      });
      await page.addInitScript(seedRandom);
      await page.clock.install({ time: MOMENT });
      await page.goto(`http://127.0.0.1:${port}/?mock=${torrents}&changing=0`);
      await page.clock.pauseAt(new Date(MOMENT.getTime() + 60_000));
      const there = page
        .locator(torrents > 0 ? '[role="row"][data-key]' : 'h1')
        .first()
        // What is around it comes with the next picture.
        .and(page.locator(':root:has([data-area="toolbar"]) *'));
      // The page loads in real time and then waits for its own clock.
      for (let turn = 0; turn < 400 && !(await there.isVisible()); turn++) {
        await page.clock.runFor(5);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { page, problems, close: () => context.close() };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
