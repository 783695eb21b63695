/** Labels, search terms and saved views, with the real core behind them. */
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { gone, see, type Window } from './harness/window';

useBrowser();

const NAME = 'Fische & "Meer" سمك';
const side = (window: Window, name: string) =>
  window.page.getByRole('navigation', { name: 'Filters' }).getByRole('button', { name, exact: true });

/** Chooses torrents and gives them a label by the dialog, from the keyboard. */
async function label(window: Window, torrents: readonly string[], name: string): Promise<void> {
  const [first, ...others] = torrents;
  await window.row(first ?? '').click();
  for (const other of others) await window.row(other).click({ modifiers: ['Control'] });
  await window.press('Control+Shift+L');
  await see(window.dialog);
  await window.page.keyboard.type(name);
  await window.press('Enter', 'Enter');
  await gone(window.dialog);
}

describe('labels', () => {
  story(
    'are made, renamed, coloured and deleted, and every step is taken back',
    async ({ listed, window }) => {
      await window.expectNames(listed);
      await label(window, ['Anchor', 'Coral'], NAME);
      await side(window, `${NAME} 2 torrents`).click();
      await window.expectNames(['Anchor', 'Coral']);

      await window.press('F2');
      await window.dialog.getByLabel('Name').fill('Fish');
      await window.dialog.getByLabel('Olive').check();
      await window.press('Enter');
      await see(window.page.getByRole('heading', { level: 1, name: 'Fish' }));
      await window.expectNames(['Anchor', 'Coral']);
      await expect.poll(async () => side(window, 'Fish 2 torrents').locator('.hue-5').count()).toBe(1);

      await side(window, 'Fish 2 torrents').press('Delete');
      await gone(side(window, 'Fish 2 torrents'));
      await window.expectNames(listed);
      await window.press('Control+z');
      await see(side(window, 'Fish 2 torrents'));
      await window.press('Control+z', 'Control+z');
      await see(side(window, `${NAME} 2 torrents`));
      await window.press('Control+z');
      await gone(side(window, `${NAME} 2 torrents`));
    },
  );

  story('are found by the search, whatever they are called', async ({ listed, window }) => {
    await window.expectNames(listed);
    await label(window, ['Buoy'], NAME);
    await see(side(window, `${NAME} 1 torrent`));
    await window.press('/');
    await window.page.keyboard.type('label:fis');
    await see(window.page.getByRole('option'));
    await window.press('ArrowDown', 'Enter');
    await window.expectNames(['Buoy']);
    await window.press('Escape', '/');
    await window.page.keyboard.type('-label:"" -buoy');
    await see(window.page.getByText(/^Nothing matches/));
  });
});

describe('saved views', () => {
  story('are there after a new start of the page', async ({ listed, window }) => {
    await window.expectNames(listed);
    await window.press('/');
    await window.page.keyboard.type('progress<100 -eel');
    await window.expectNames(listed.filter((name) => name !== 'Eel'));
    await window.button('Save this view…').click();
    await window.page.keyboard.type('Not yet');
    const kept = window.page.waitForRequest((request) => (request.postData() ?? '').includes('Not yet'));
    await window.press('Enter');
    await see(side(window, 'Not yet'));
    await (await kept).response();
    await window.page.reload();
    await window.expectNames(listed);
    await side(window, 'Not yet').click();
    await window.expectNames(listed.filter((name) => name !== 'Eel'));
  });
});
