/** Pictures of every screen, light and dark, into target/shots: `npm run shots`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { preferInter } from './harness/fonts';
import { LAUNCH } from './harness/launch';
import { ROOT } from './harness/paths';
import { Shoal } from './harness/shoal';
import { corpus, makeTorrent } from './harness/torrents';
import { see, Window } from './harness/window';

const FOLDER = join(ROOT, 'target/shots');
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 720, height: 480 };
const THEMES = ['light', 'dark'] as const;
/** The tabs of the details, and what is there once they are loaded. */
const TABS = {
  overview: 'button',
  files: 'treegrid',
  peers: 'grid',
  trackers: 'table',
  speed: 'slider',
  log: 'region',
} as const;

const shoal = new Shoal();
let browser: Browser;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  await shoal.start();
  const env = { ...process.env, FONTCONFIG_FILE: preferInter() };
  browser = await chromium.launch({ ...LAUNCH, env });
});
afterAll(async () => {
  await browser.close();
  await shoal.dispose();
});

/** Opens a page: the real server's empty list, or made up torrents in every state. */
async function open(theme: (typeof THEMES)[number], query: string, viewport = WIDE): Promise<Window> {
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${shoal.origin}/${query}${new URL(shoal.url).hash}`);
  const window = new Window(page);
  await see(query === '' ? page.getByRole('heading', { name: 'Nothing here yet' }) : window.rows);
  return window;
}

async function shoot(page: Page, name: string, theme: string): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
  });
  await page.screenshot({ path: join(FOLDER, `${name}-${theme}.png`) });
}

/** Where files lie: states, answers, the dialog that moves them, the question before the add. */
async function places(window: Window, shot: (name: string) => Promise<void>): Promise<void> {
  await window.grid.evaluate((grid) => grid.scrollTo(0, 1_150));
  await see(window.row('Baltic sonar 2019'));
  await shot('places');
  await window.grid.getByRole('row', { name: /^nasa-apod-archive/ }).click();
  await see(window.details.getByRole('button', { name: 'Save beside' }));
  await shot('details-answers');
  await window.row('one-huge-image.img').click({ button: 'right' });
  await window.pick('Move files to…');
  await see(window.dialog.getByText('They are there already.'));
  await shot('move');
  await window.press('Escape');
  await window.upload(makeTorrent(shoal.folder('made'), 'Kelp'));
  await window.dialog.getByLabel('Save to').fill('/home/ada/Films');
  await see(window.dialog.getByRole('radio'));
  await shot('add-there');
}

describe.each(THEMES)('%s: what lies over the list', (theme) => {
  test('several, nothing found, shortcuts', async () => {
    const window = await open(theme, '?mock=214');
    await window.rows.first().click();
    await window.press('Control+a');
    await see(window.details.getByRole('heading', { name: '214 torrents' }));
    await shoot(window.page, 'several', theme);
    await window.press('Escape', '/');
    await window.page.keyboard.type('nothing like it');
    await see(window.page.getByText('Nothing matches'));
    await shoot(window.page, 'search-nothing', theme);
    await window.press('Escape', 'Escape', '?');
    await see(window.dialog);
    await shoot(window.page, 'shortcuts', theme);
    await window.page.context().close();
  });
});

describe.each(THEMES)('%s', (theme) => {
  const shot = (page: Page, name: string): Promise<void> => shoot(page, name, theme);

  test('first page and adding', async () => {
    const window = await open(theme, '');
    await shot(window.page, 'empty');
    await window.button(/^Paste a magnet link/).click();
    await see(window.dialog);
    await shot(window.page, 'add-link');
    await window.press('Escape');
    await window.upload(corpus('html_name'));
    await see(window.dialog.getByText(/^Fits\. /));
    await shot(window.page, 'add');
    await window.button('Choose a folder', window.dialog).click();
    await see(window.button('Save here', window.dialog));
    await shot(window.page, 'folders');
    await window.press('Escape', 'Escape');
    const made = ['Anchor', 'Buoy', 'Coral'].map((name, at) =>
      makeTorrent(shoal.folder('made'), name, at + 1),
    );
    await window.upload(...made, corpus('rtlo'), corpus('truncated'));
    await see(window.dialog.getByText(/^Fits\. /));
    await shot(window.page, 'add-several');
    await window.page.context().close();
  });

  test('list, menu and details', async () => {
    const window = await open(theme, '?mock=214');
    await shot(window.page, 'list');
    await window.rows.nth(1).click({ button: 'right' });
    await see(window.page.getByRole('menu'));
    await shot(window.page, 'menu');
    await window.press('Escape');
    for (const [tab, role] of Object.entries(TABS)) {
      await window.details.getByRole('tab', { name: new RegExp(`^${tab}`, 'i') }).click();
      await see(window.details.getByRole('tabpanel').getByRole(role).first());
      await shot(window.page, `details-${tab}`);
    }
    await window.page.context().close();
  });

  test('places', async () => {
    const window = await open(theme, '?mock=214');
    await places(window, async (name) => shot(window.page, name));
    await window.page.context().close();
  });

  test('settings', async () => {
    const window = await open(theme, '?mock=214');
    for (const section of ['Downloads', 'Network', 'Appearance'] as const) {
      await window.openSettings(section);
      await shot(window.page, `settings-${section.toLowerCase()}`);
      await window.press('Escape');
    }
    await window.page.context().close();
  });

  test('a narrow window', async () => {
    const window = await open(theme, '?mock=214', NARROW);
    await shot(window.page, 'narrow');
    await window.button('Show filters').click();
    await see(window.page.getByRole('list', { name: 'Status' }));
    await shot(window.page, 'narrow-drawer');
    await window.press('Escape');
    await window.rows.nth(1).dblclick();
    await see(window.details.getByRole('tabpanel'));
    await shot(window.page, 'narrow-details');
    await window.page.context().close();
  });
});
