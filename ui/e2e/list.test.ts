/** The list: selecting, starting and stopping, searching and filtering. */
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { gone, see } from './harness/window';

useBrowser();

/** Nobody has it, so it stays as it is: downloading. */
const RUNS = 'Downloading';

describe('selecting', () => {
  story('is as in a file manager', async ({ listed, window }) => {
    await window.expectNames(listed);
    await window.row('Buoy').click();
    await window.expectSelected('Buoy');
    await window.row('Dune').click({ modifiers: ['Shift'] });
    await window.expectSelected('Buoy', 'Coral', 'Dune');
    await window.row('Coral').click({ modifiers: ['Control'] });
    await window.expectSelected('Buoy', 'Dune');
    await see(window.page.getByText('2 of 5 selected'));
    await see(window.details.getByRole('heading', { name: '2 torrents' }));
    await window.press('Control+a');
    await window.expectSelected(...listed);
    await window.press('Escape');
    await window.expectSelected();
    await gone(window.details);
  });

  story('works with the keyboard alone', async ({ listed, window }) => {
    await window.row(listed[0] ?? '').click();
    await window.press('ArrowDown', 'Shift+ArrowDown');
    await window.expectSelected('Buoy', 'Coral');
    await window.press('End');
    await window.expectSelected('Eel');
    await window.press('Alt+ArrowUp', 'Alt+ArrowUp', 'Control+Space');
    await window.expectSelected('Coral', 'Eel');
    await window.press('Home');
    await window.expectSelected('Anchor');
  });

  story('survives a search that hides it, and what is hidden is left alone', async ({ listed, window }) => {
    await window.expectNames(listed);
    await window.row('Buoy').click();
    await window.press('/');
    await window.page.keyboard.type('coral');
    await window.expectNames(['Coral']);
    await window.expectSelected();
    await window.press('Escape');
    await window.expectNames(listed);
    await window.expectSelected('Buoy');
  });
});

describe('starting and stopping', () => {
  story('by the button in the row, by Space, by the toolbar and by the menu', async ({ listed, window }) => {
    await window.expectNames(listed);
    await window.row('Anchor').hover();
    await window.button('Start Anchor').click();
    await see(window.row('Anchor', RUNS));

    await window.row('Buoy').click();
    await window.press('Space');
    await see(window.row('Buoy', RUNS));
    await window.press('Space');
    await see(window.row('Buoy', 'Stopped'));

    await window.row('Coral').click({ button: 'right' });
    await window.expectSelected('Coral');
    await window.pick('Start');
    await see(window.row('Coral', RUNS));

    await window.press('Control+a');
    await window.button('Stop').click();
    await expect.poll(async () => window.grid.getByRole('row', { name: /, Stopped/ }).count()).toBe(5);
  });

  story('leaves out of the menu what does not apply', async ({ listed, window }) => {
    await window.row(listed[0] ?? '').click();
    await window.press('Shift+F10');
    const menu = window.page.getByRole('menu', { name: 'Torrents' });
    await see(menu);
    await see(menu.getByRole('menuitem', { name: /^Start/ }));
    expect(await menu.getByRole('menuitem', { name: /^Stop/ }).count()).toBe(0);
    await window.press('ArrowDown', 'Escape');
    await gone(menu);
    expect(await window.row('Anchor').evaluate((row) => row === document.activeElement)).toBe(true);
  });
});

describe('searching and filtering', () => {
  story('show what fits, with counts', async ({ shoal, listed, window }) => {
    const { torrents } = await shoal.call('snapshot', {});
    const hashes = torrents.filter(({ name }) => name < 'C').map(({ hash }) => hash);
    await shoal.call('start', { hashes });
    await window.expectNames(listed);
    await expect.poll(async () => window.filterButton('All').textContent()).toMatch(/All\s*5/);
    await expect
      .poll(async () => window.filterButton('Downloading').textContent())
      .toMatch(/Downloading\s*2/);
    await expect.poll(async () => window.filterButton('Stopped').textContent()).toMatch(/Stopped\s*3/);
    await window.filter('Downloading');
    await window.expectNames(['Anchor', 'Buoy']);
    await window.filter('Stopped');
    await window.expectNames(['Coral', 'Dune', 'Eel']);
    await window.filter('Seeding');
    await see(window.page.getByText('Nothing is being shared.'));
    await window.button('Show all torrents').click();
    await window.expectNames(listed);

    await window.press('Control+f');
    await window.page.keyboard.type('nothing like it');
    await see(window.page.getByText('Nothing matches ‘nothing like it’.'));
    await window.button('Clear').click();
    await window.press('/');
    await window.page.keyboard.type(torrents[0]?.hash.slice(0, 12) ?? '');
    await window.expectNames([torrents[0]?.name ?? '']);
    await see(window.page.getByText('1 torrent shown'));
  });

  story('and the order can be chosen', async ({ listed, window }) => {
    await window.expectNames(listed);
    await window.button(/^Sort/).click();
    await window.page.getByRole('menuitemradio', { name: 'Date added' }).click();
    await window.expectNames([...listed].reverse());
    await window.page.reload();
    await window.expectNames([...listed].reverse());
  });
});
