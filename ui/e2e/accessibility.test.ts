/** axe-core on every screen in both themes, the keyboard alone, and what screen readers are told. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { corpus, makeTorrent } from './harness/torrents';
import { gone, see } from './harness/window';

useBrowser();

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
const THEMES = ['light', 'dark'] as const;

/** What axe finds on the page, in one line each. */
async function violations(page: Page, screen: string): Promise<string[]> {
  await page.evaluate(AXE);
  const found: string[] = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const results = await page.evaluate(
      async (rules) =>
        (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
          runOnly: { type: 'tag', values: rules },
          resultTypes: ['violations'],
        }),
      RULES,
    );
    if (results.passes.length === 0) found.push(`${screen}, ${theme}: axe looked at nothing`);
    for (const { id, nodes } of results.violations) {
      for (const { html, failureSummary } of nodes) {
        found.push(`${screen}, ${theme}: ${id}: ${html}: ${failureSummary ?? ''}`);
      }
    }
  }
  return found;
}

describe('axe finds nothing', () => {
  story('on the first page, the dialogs and the settings', async ({ shoal, window }) => {
    const { page } = window;
    const found = await violations(page, 'first page');
    await window.button(/^Paste a magnet link/).click();
    await see(window.dialog);
    found.push(...(await violations(page, 'link')));
    await window.press('Escape');
    await window.upload(corpus('html_name2'));
    await see(window.dialog.getByRole('treegrid'));
    found.push(...(await violations(page, 'add')));
    await window.button('Choose a folder', window.dialog).click();
    await see(window.dialog.getByRole('heading', { name: 'Choose a folder' }));
    found.push(...(await violations(page, 'folder browser')));
    await window.press('Escape', 'Escape');
    await gone(window.dialog);
    const made = ['Anchor', 'Buoy'].map((name) => makeTorrent(shoal.folder('made'), name));
    await window.upload(...made, corpus('rtlo'), corpus('truncated'));
    await see(window.dialog.getByRole('heading', { name: /^Add . of 3 torrents/ }));
    found.push(...(await violations(page, 'add several')));
    await window.press('Escape');
    for (const section of ['Downloads', 'Network', 'Appearance'] as const) {
      await window.openSettings(section);
      found.push(...(await violations(page, section)));
      await window.press('Escape');
    }
    expect(found).toEqual([]);
  });

  story('in the list, its menus and the details', async ({ shoal, window }) => {
    const { page } = window;
    // The same window on made up torrents in every state.
    await page.goto(`${shoal.origin}/?mock=214`);
    await see(window.rows);
    const found = await violations(page, 'list');
    await window.rows.nth(2).click();
    for (const tab of [/^Overview/, /^Files/, /^Peers/]) {
      await window.details.getByRole('tab', { name: tab }).click();
      await see(window.details.getByRole('tabpanel'));
      found.push(...(await violations(page, `details ${tab.source}`)));
    }
    await window.press('Control+a');
    await window.rows.nth(2).click({ button: 'right' });
    await see(page.getByRole('menu'));
    found.push(...(await violations(page, 'menu')));
    await window.press('Escape');
    await page.setViewportSize({ width: 720, height: 480 });
    found.push(...(await violations(page, 'narrow')));
    await window.button('Show filters').click();
    found.push(...(await violations(page, 'drawer')));
    expect(found).toEqual([]);
  });
});

/** A magnet link that stays as it is, because nobody answers. */
function magnet(digit: string, name: string): string {
  const tracker = encodeURIComponent('http://127.0.0.1:9/announce');
  return `magnet:?xt=urn:btih:${digit.repeat(40)}&dn=${name}&tr=${tracker}`;
}

describe('without a mouse', () => {
  story('torrents are added, started, removed and brought back', async ({ window }) => {
    await window.paste(magnet('a', 'Anchor'));
    // At once, also while Shoal still looks at the folder.
    await see(window.button('Add', window.dialog));
    await window.press('Enter');
    await gone(window.dialog);
    await see(window.row('Anchor', 'Getting file list'));
    await window.paste(magnet('b', 'Buoy'));
    await see(window.button('Add', window.dialog));
    await window.press('Enter');
    await gone(window.dialog);
    await expect.poll(async () => (await window.names()).length).toBe(2);

    const inList = async () =>
      window.page.evaluate(() => document.activeElement?.closest('[role="grid"]') !== null);
    for (let area = 0; area < 6 && !(await inList()); area += 1) await window.press('F6');
    await window.press('Home');
    const [first = '', second = ''] = await window.names();
    await window.expectSelected(first);
    await window.press('ArrowDown');
    await window.expectSelected(second);
    await window.press('Space');
    await see(window.row(second, 'Stopped'));
    await window.press('Delete');
    await window.expectNames([first]);
    await window.press('Control+z');
    await expect.poll(async () => (await window.names()).length).toBe(2);
    await see(window.row(second, 'Stopped'));

    await window.press('?');
    await see(window.dialog.getByRole('heading', { name: 'Keyboard shortcuts' }));
    await window.press('Escape');
    await gone(window.dialog);
  });
});

describe('screen readers', () => {
  story('get a grid with all its rows counted and named', async ({ shoal, window }) => {
    await window.page.goto(`${shoal.origin}/?mock=214`);
    await see(window.rows);
    expect(await window.grid.getAttribute('aria-rowcount')).toBe('215');
    expect(await window.grid.getAttribute('aria-multiselectable')).toBe('true');
    expect(await window.rows.count()).toBeLessThan(60);
    expect(await window.rows.first().getAttribute('aria-rowindex')).toBe('2');
    for (const name of await window.rows.evaluateAll((rows) =>
      rows.map((row) => row.getAttribute('aria-label')),
    )) {
      expect(name).toMatch(
        /^.+, (Getting|Waiting|Checking|Downloading|Seeding|Finished|Stopped|Needs).*, .+/,
      );
    }
    const tree = await window.rows.first().ariaSnapshot();
    expect(tree).toContain('gridcell');
    expect(tree).toContain('progressbar');
    await window.rows.first().click();
    expect(await window.rows.first().getAttribute('aria-selected')).toBe('true');
    await window.press('End');
    const last = window.grid.locator('[role="row"]:focus');
    await expect.poll(async () => last.getAttribute('aria-rowindex')).toBe('215');
  });
});
