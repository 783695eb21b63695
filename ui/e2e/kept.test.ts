/** How somebody arranged the window is the same after a reload, after a restart and after a kill. */
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { openAnew, see, startsWith, type Window } from './harness/window';

useBrowser();

const WIDER_BY = 40;

/** What is to be found again, in whatever language the window speaks. */
interface Arranged {
  readonly heads: readonly string[];
  readonly width: number;
  readonly names: readonly string[];
  readonly order: string;
  readonly side: string;
  readonly tab: string;
  readonly language: string | null;
}

const head = ({ page }: Window, name: string): Locator =>
  page.locator(`[role="columnheader"]:has([title="${name}"])`);

async function widthOf(window: Window, column: string): Promise<number> {
  return Math.round((await head(window, column).boundingBox())?.width ?? 0);
}

async function look(window: Window, column: string): Promise<Arranged> {
  const { page } = window;
  const buttons = page.locator('[role="columnheader"] button');
  const sorted = page.locator('[aria-sort]');
  return {
    heads: await buttons.evaluateAll((all) => all.map((one) => one.textContent.trim())),
    width: await widthOf(window, column),
    names: await window.names(),
    order: `${await sorted.innerText()} ${await sorted.getAttribute('aria-sort')}`,
    side: (await page.locator('.details.right').count()) === 1 ? 'right' : 'bottom',
    tab: await page.locator('[role="tab"][aria-selected="true"]').innerText(),
    language: await page.locator('html').getAttribute('lang'),
  };
}

/** Compact; a column shown, pulled to another place and widened; sorted by name, Z to A. */
async function arrangeColumns(window: Window): Promise<void> {
  const { page } = window;
  await page.getByRole('radio', { name: 'Compact rows' }).click();
  await head(window, 'Size').click({ button: 'right' });
  await page.getByRole('menuitemcheckbox', { name: 'Tracker' }).click();
  const [from, to] = [
    await head(window, 'Tracker').boundingBox(),
    await head(window, 'Progress').boundingBox(),
  ];
  await page.mouse.move((from?.x ?? 0) + 20, (from?.y ?? 0) + 10);
  await page.mouse.down();
  await page.mouse.move((to?.x ?? 0) + 5, (to?.y ?? 0) + 10, { steps: 5 });
  await page.mouse.up();
  const { x, y } = (await head(window, 'Size').boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(x - 6, y + 12);
  await page.mouse.down();
  await page.mouse.move(x - 6 - WIDER_BY, y + 12, { steps: 4 });
  await page.mouse.up();
  for (const sort of ['ascending', 'descending']) {
    if ((await head(window, 'Name').getAttribute('aria-sort')) === sort) continue;
    await head(window, 'Name').getByRole('button').click();
  }
  await expect.poll(async () => head(window, 'Name').getAttribute('aria-sort')).toBe('descending');
}

async function choose(window: Window, setting: string, value: string): Promise<void> {
  await window.page.locator(`[data-setting="${setting}"] select`).selectOption(value);
}

/** A view of names with an o, the log at the right, in German. */
async function arrangeTheRest(window: Window): Promise<void> {
  const { page } = window;
  await window.press('/');
  await page.keyboard.type('o');
  await window.expectNames(['Coral', 'Buoy', 'Anchor']);
  await window.button('Save this view…').click();
  await page.keyboard.type('Meer');
  await window.press('Enter');
  await window.row('Buoy').click();
  await window.details.getByRole('tab', { name: 'Log' }).click();
  await window.openSettings('Appearance');
  await page.locator('[data-setting="window.details_side"]').getByRole('radio', { name: 'Right' }).click();
  await choose(window, 'appearance.language', 'de');
  await expect.poll(async () => page.locator('html').getAttribute('lang')).toBe('de');
  await window.press('Escape');
}

/** Opens the saved view and the details of one torrent, as after every start. */
async function lookAgain(window: Window): Promise<void> {
  await window.page
    .getByRole('button', { name: startsWith('Meer') })
    .first()
    .click();
  await window.expectNames(['Coral', 'Buoy', 'Anchor']);
  await window.row('Buoy').click();
  await see(window.page.locator('[role="tab"][aria-selected="true"]'));
}

describe('how the window is arranged', () => {
  story('is the same after a reload, a restart and a kill', async ({ shoal, listed, window }) => {
    await window.expectNames(listed);
    await arrangeColumns(window);
    await arrangeTheRest(window);
    await lookAgain(window);
    const before = await look(window, 'Größe');
    expect(before.heads.slice(0, 4)).toEqual(['Name', 'Größe', 'Tracker', 'Fortschritt']);
    expect(before).toMatchObject({ width: 58 + WIDER_BY, side: 'right', language: 'de' });
    expect(before.tab).toBe('Verlauf');

    // Nothing is waited for: what was pressed last is kept, too.
    await window.page.reload();
    await lookAgain(window);
    expect(await look(window, 'Größe')).toEqual(before);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await shoal.end(signal);
      await shoal.start();
      await openAnew(window, shoal.url);
      await lookAgain(window);
      expect(await look(window, 'Größe'), signal).toEqual(before);
    }
  });
});
