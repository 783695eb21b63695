/** Names of the corpus, in every place that shows them: text with its true end, and nothing that runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { CORPUS } from './harness/paths';
import type { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { corpus } from './harness/torrents';
import { gone, see, startsWith, type Window } from './harness/window';

useBrowser();

const LONG_MS = 240_000;
const LABELS = ['<img src=x onerror=alert(1)>', '"><svg onload=alert(2)>', "'; alert(3); '", '{{7*7}}${7*7}'];
/** What turns text round or is not to be seen. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/;
const PROGRAM = 'anngpj.exe';
const MARKUP = '<script>alert(1)<script>';

/** What Shoal takes of the corpus. */
function accepted(): string[] {
  const lines = readFileSync(join(CORPUS, '../verdicts.tsv'), 'utf8').split('\n');
  const cells = lines.map((line) => line.split('\t'));
  const names = cells.filter(([, verdict]) => verdict === 'accept').map(([name = '']) => name);
  const files = names.filter((name) => name.endsWith('.torrent') && existsSync(join(CORPUS, name)));
  expect(files.length).toBeGreaterThan(30);
  return files.map((name) => name.slice(0, -'.torrent'.length));
}

/** Adds all that is taken; gives their names as the list has them. */
async function addAll(shoal: Shoal): Promise<string[]> {
  for (const name of accepted()) await shoal.add(corpus(name));
  for (const [at, name] of LABELS.entries()) await shoal.call('put_label', { name, colour: at });
  const { torrents } = await shoal.call('snapshot', {});
  const hashes = torrents.slice(0, 3).map(({ hash }) => hash);
  await shoal.call('change_labels', { hashes, add: LABELS, remove: [] });
  return torrents.map(({ name }) => name);
}

/** Dialogs, requests to elsewhere and what the policy forbade, from now on. */
async function watch(page: Page): Promise<string[]> {
  const bad: string[] = [];
  const origin = new URL(page.url()).origin;
  page.on('dialog', (dialog) => {
    bad.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) bad.push(`request ${request.url()}`);
  });
  await page.exposeFunction('policyForbade', (what: string) => bad.push(`policy ${what}`));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const told = globalThis as unknown as { policyForbade(what: string): void };
      told.policyForbade(`${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.reload();
  return bad;
}

/** Elements that can only have come from a name. */
async function foreign(page: Page): Promise<number> {
  return page
    .locator('img:not([src^="data:"]), script:not([src]), iframe, object, [onload], [onerror]')
    .count();
}

async function expectText(where: Locator): Promise<void> {
  const texts = await where.evaluateAll((all) =>
    all.map((one) => `${one.getAttribute('aria-label') ?? ''} ${one.textContent}`),
  );
  expect(texts.length).toBeGreaterThan(0);
  expect(texts.filter((text) => UNSEEN.test(text))).toEqual([]);
}

/** The end of a name lies within its place, wherever the middle went. */
async function expectEndInSight(name: Locator): Promise<void> {
  const isInSight = await name.evaluate((element) => {
    const tail = element.querySelector('.mid-tail') ?? element;
    const [inner, outer] = [tail.getBoundingClientRect(), element.getBoundingClientRect()];
    return inner.width > 0 && inner.right <= outer.right + 1 && inner.left >= outer.left - 1;
  });
  expect(isInSight).toBe(true);
}

/** Every torrent with its files, one after the other. */
async function lookAtAll(window: Window, count: number): Promise<void> {
  const files = window.details.locator('[role="treegrid"] [role="row"]');
  await window.rows.first().click();
  await window.details.getByRole('tab', { name: /^Files/ }).click();
  await window.rows.first().click();
  for (let at = 0; at < count; at += 1) {
    if (at > 0) await window.press('ArrowDown');
    const focused = window.grid.locator('[role="row"]:focus');
    await expect.poll(async () => focused.getAttribute('aria-rowindex')).toBe(String(at + 2));
    await see(files);
    await expectText(files);
    await expectText(window.details.getByRole('heading').first());
  }
}

describe('hostile names', () => {
  story(
    'are text in the list, the details and the palette',
    { timeout: LONG_MS },
    async ({ shoal, window }) => {
      const { page } = window;
      const names = await addAll(shoal);
      const bad = await watch(page);
      await expect.poll(async () => window.filterButton('All').textContent()).toMatch(String(names.length));
      expect(names).toContain(MARKUP);
      for (const density of ['Compact rows', 'Comfortable rows']) {
        await page.getByRole('radio', { name: density }).click();
        await see(window.rows);
        await expectText(window.rows);
      }
      await lookAtAll(window, names.length);
      expect(await foreign(page)).toBe(0);

      // The words in the way of the end are left out, never the end.
      await window.press('Escape', 'Escape', '/');
      await page.keyboard.type(PROGRAM);
      await window.expectNames([PROGRAM]);
      await window.row(PROGRAM).click();
      const file = window.details.getByRole('row', { name: startsWith(PROGRAM) });
      await see(file);
      await expectEndInSight(file.locator('.mid'));
      for (const tab of [/^Overview/, /^Trackers/, /^Log/]) {
        await window.details.getByRole('tab', { name: tab }).click();
        await expectText(window.details.getByRole('tabpanel'));
      }

      await window.press('Control+k');
      await page.keyboard.type('<script>');
      await see(page.getByRole('option', { name: MARKUP }));
      await window.press('Escape');
      expect([await foreign(page), bad]).toEqual([0, []]);
    },
  );

  story('are text as labels, in the search and when removed', async ({ shoal, window }) => {
    const { page } = window;
    await addAll(shoal);
    const bad = await watch(page);
    const side = page.getByRole('navigation', { name: 'Filters' });
    for (const label of LABELS) await see(side.getByRole('button', { name: `${label} 3 torrents` }));
    await side.getByRole('button', { name: `${LABELS[0] ?? ''} 3 torrents` }).click();
    await expect.poll(async () => window.rows.count()).toBe(3);
    await see(page.getByRole('heading', { level: 1, name: LABELS[0] ?? '' }));
    await window.rows.first().click();
    await window.press('Control+Shift+L');
    await see(window.dialog.getByText(LABELS[1] ?? ''));
    expect(await foreign(page)).toBe(0);
    await window.press('Escape');
    await gone(window.dialog);
    await window.press('/');
    await page.keyboard.type('label:<img');
    await see(page.getByRole('option'));
    await expectText(page.getByRole('option'));
    await window.press('Escape', 'Escape');
    await window.rows.first().click();
    await window.press('F2');
    await see(window.dialog.getByLabel('Name'));
    await window.press('Escape');
    await window.press('Delete');
    await see(window.toasts);
    expect([await foreign(page), bad]).toEqual([0, []]);
  });
});
