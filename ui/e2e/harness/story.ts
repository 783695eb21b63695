/** A test with a server of its own and a page on it. What a failed one leaves lies in target/e2e. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Seeded } from './global';
import { LEFT } from './paths';
import { Shoal } from './shoal';
import { makeTorrent } from './torrents';
import { Window } from './window';

const ACTION_MS = 30_000;

/** The network saying no is part of many stories; everything else on the console is a fault. */
const EXPECTED = /Failed to load resource|WebSocket connection to .* failed/;

let browser: Browser;
/** How many torrents of the swarm were given away, in this file or to the files before it. */
let taken = 0;

export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.connect(inject('browser'));
  });
  afterAll(async () => {
    await browser.close();
  });
}

/** The second file with stories that download begins where the first ends, and so on. */
export function useSeededFrom(first: number): void {
  taken = first;
}

export const LISTED = ['Anchor', 'Buoy', 'Coral', 'Dune', 'Eel'] as const;

interface Fixtures {
  shoal: Shoal;
  context: BrowserContext;
  /** Faults that any page of the context reported. */
  faults: string[];
  /** Names of the torrents that are in the list, stopped and sorted by name. */
  listed: readonly string[];
  /** A torrent that is seeded to nobody else. */
  seeded: Seeded;
  /** A page that is signed in. */
  window: Window;
}

export const story = test.extend<Fixtures>({
  shoal: async ({ task }, use) => {
    const shoal = new Shoal();
    try {
      await shoal.start();
      await use(shoal);
      if (task.result?.state === 'fail') writeFileSync(leftFile(task.name, 'log'), shoal.log);
    } finally {
      await shoal.dispose();
    }
  },
  faults: async ({ task }, use) => {
    const faults: string[] = [];
    await use(faults);
    expect(faults, task.name).toEqual([]);
  },
  context: async ({ faults }, use) => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(ACTION_MS);
    context.on('page', (page) => watch(page, faults));
    await use(context);
    await context.close();
  },
  listed: async ({ shoal }, use) => {
    await shoal.call('set_settings', { values: { 'window.welcome_done': true } });
    await shoal.call('set_pref', { key: 'list.sort', value: '{"by":"name"}' });
    for (const name of LISTED) await shoal.add(makeTorrent(shoal.folder('made'), name));
    await use(LISTED);
  },
  seeded: async ({ task }, use) => {
    const next = inject('swarm')[taken];
    taken += 1;
    if (next === undefined) throw new Error(`${task.name}: the swarm has too few torrents`);
    await use(next);
  },
  window: async ({ task, shoal, context }, use) => {
    const page = await context.newPage();
    // Playwright takes the choosing of files over a moment after somebody listens: long before a story asks for it.
    page.on('filechooser', () => undefined);
    await page.goto(shoal.url);
    // The engine runs.
    await page
      .getByText(/^Port \d+$/)
      .first()
      .waitFor();
    await use(new Window(page));
    if (task.result?.state === 'fail') await page.screenshot({ path: leftFile(task.name, 'png') });
  },
});

function watch(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
  page.on('console', (message) => {
    const isFault = message.type() === 'error' || message.type() === 'warning';
    if (isFault && !EXPECTED.test(message.text())) faults.push(message.text());
  });
}

function leftFile(test: string, extension: string): string {
  return join(LEFT, `${test.replace(/[^a-z0-9]+/gi, '-')}.${extension}`);
}
