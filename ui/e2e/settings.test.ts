/** Settings, and the folder browser that stands in for the system's dialog. */
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { makeTorrent } from './harness/torrents';
import { gone, see, type Window } from './harness/window';

useBrowser();

/** A port that nobody listens on, other than the one in use. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The way to a page of the settings. */
function page(window: Window, name: string | RegExp): Locator {
  return window.button(name, window.page.getByRole('navigation', { name: 'Settings' }));
}

describe('settings', () => {
  story('change the colours at once and for good', async ({ window }) => {
    const root = window.page.locator('html');
    await window.openSettings('Appearance');
    const colours = window.page.getByRole('radiogroup', { name: 'Colours' });
    await colours.getByRole('radio', { name: 'Dark' }).click();
    await expect.poll(async () => root.getAttribute('data-theme')).toBe('dark');
    await window.page.reload();
    await expect.poll(async () => root.getAttribute('data-theme')).toBe('dark');
    await window.openSettings('Appearance');
    await window.button(/^Reset “Colours”/).click();
    await expect.poll(async () => root.getAttribute('data-theme')).toBeNull();
  });

  story('say in place what a number may be', async ({ shoal, window }) => {
    const before = (await shoal.call('snapshot', {})).settings['network.peer_limit'];
    await window.openSettings('Network');
    const field = window.page.getByRole('textbox', { name: 'Most people connected for one torrent' });
    await field.fill('0');
    await field.press('Enter');
    await see(window.page.getByText(/^A whole number from [0-9]+ to [0-9,]+\.$/));
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect((await shoal.call('snapshot', {})).settings['network.peer_limit']).toBe(before);
    await field.fill('33');
    await field.press('Enter');
    const now = async () => (await shoal.call('snapshot', {})).settings['network.peer_limit'];
    await expect.poll(now).toBe(33);
    await expect.poll(async () => field.getAttribute('aria-invalid')).toBe('false');
  });

  story('of the network reconnect and leave the list alone', async ({ shoal, listed, window }) => {
    await window.expectNames(listed);
    const { torrents } = await shoal.call('snapshot', {});
    await shoal.call('start', { hashes: torrents.map(({ hash }) => hash) });
    const port = async () => {
      const { engine } = (await shoal.call('snapshot', {})).totals;
      return engine.state === 'running' ? engine.port : 0;
    };
    await expect.poll(port).toBeGreaterThan(0);
    const wanted = await freePort();
    await window.openSettings('Network');
    const field = window.page.getByRole('textbox', { name: 'Port', exact: true });
    await field.fill(String(wanted));
    await field.press('Enter');
    await expect.poll(port).toBe(wanted);
    await window.page.getByRole('switch', { name: 'Find people in the same home network' }).check();
    await expect.poll(async () => (await shoal.call('snapshot', {})).settings['network.lsd']).toBe(true);
    await expect.poll(port).toBe(wanted);
    await window.press('Escape');
    await window.expectNames(listed);
    await see(window.page.getByText(`Port ${wanted}`));
    await expect.poll(async () => window.grid.getByRole('row', { name: /, Downloading/ }).count()).toBe(5);
  });

  story('of the desktop are not for a page in a browser', async ({ window }) => {
    await window.openSettings('Appearance');
    const sections = window.page.getByRole('navigation', { name: 'Settings' });
    await see(page(window, 'Network'));
    expect(await sections.getByRole('button', { name: /^Desktop/ }).count()).toBe(0);
    await window.page.getByPlaceholder('Search in settings').fill('icon in the panel');
    await see(window.page.getByText('Nothing matches ‘icon in the panel’.'));
    expect(await window.page.locator('[data-setting^="desktop."], [data-setting^="notify."]').count()).toBe(
      0,
    );
  });

  story('are found by their words', async ({ window }) => {
    await window.openSettings('Downloads');
    await window.press('/');
    await window.page.keyboard.type('kib');
    await see(window.page.getByText('1 setting matches ‘kib’.'));
    await see(window.page.getByText('Count sizes in KiB, MiB and GiB'));
    await window.press('Escape', 'Escape');
    await see(window.page.getByRole('heading', { name: 'Nothing here yet' }));
  });
});

describe('changes of settings', () => {
  story('are counted, taken back one by one, and all at once', async ({ shoal, window }) => {
    const settings = async () => (await shoal.call('snapshot', {})).settings;
    await window.openSettings('Network');
    const utp = window.page.getByRole('switch', { name: 'Give way to other traffic' });
    await utp.uncheck();
    await expect.poll(async () => (await settings())['network.utp']).toBe(false);
    await window.page.getByRole('heading', { level: 1 }).click();
    await window.press('Control+z');
    await expect.poll(async () => utp.isChecked()).toBe(true);
    await page(window, 'Appearance').click();
    await window.page.getByRole('radio', { name: 'Dark' }).click();
    await expect.poll(async () => (await settings())['appearance.theme']).toBe('dark');
    await page(window, /^Changed [0-9]+$/).click();
    await see(window.page.getByRole('radiogroup', { name: 'Colours' }));
    await page(window, 'Export and import').click();
    await window.button(/^Reset [0-9]+ settings$/).click();
    await see(window.page.getByText('Everything is as Shoal came.'));
    expect((await settings())['appearance.theme']).toBe('system');
    await window.button('Undo', window.toasts).first().click();
    await expect.poll(async () => (await settings())['appearance.theme']).toBe('dark');
  });

  story('of a folder are refused where it is typed', async ({ shoal, window }) => {
    await window.openSettings('Downloads');
    const folder = window.page.getByRole('textbox', { name: 'Save new torrents to' });
    const nowhere = join(shoal.downloads, 'no/such/place');
    await folder.fill(nowhere);
    await folder.press('Enter');
    await see(window.page.getByText(`Shoal cannot write to ${nowhere}.`));
    await folder.press('Escape');
    await expect.poll(async () => folder.inputValue()).toBe(shoal.downloads);
    await folder.fill(join(shoal.downloads, 'films'));
    await folder.press('Enter');
    await see(window.page.getByText('The folder will be made.'));
    const saved = async () => (await shoal.call('snapshot', {})).settings['downloads.folder'];
    await expect.poll(saved).toBe(join(shoal.downloads, 'films'));
  });
});

describe('the folder browser', () => {
  story('walks through folders and hands one over', async ({ shoal, window }) => {
    shoal.folder('downloads/films/new');
    await window.upload(makeTorrent(shoal.folder('made'), 'Kelp'));
    await window.button('Choose a folder', window.dialog).click();
    await see(window.dialog.getByRole('heading', { name: 'Choose a folder' }));
    await window.button('films', window.dialog).click();
    await window.button('new', window.dialog).click();
    await see(window.dialog.getByText('No folders in here.'));
    await window.button('One folder up', window.dialog).click();
    await see(window.button('new', window.dialog));
    await window.dialog.getByLabel('Folder', { exact: true }).fill(join(shoal.downloads, 'missing'));
    await window.button('Go there', window.dialog).click();
    await expect.poll(async () => window.dialog.getByRole('status').first().textContent()).not.toBe('');
    await window.button('Save here', window.dialog).click();
    const saveTo = window.dialog.getByLabel('Save to');
    await expect.poll(async () => saveTo.inputValue()).toBe(join(shoal.downloads, 'films'));
    await window.dialog.getByRole('checkbox', { name: 'Start now' }).uncheck();
    await window.button(/^Add /, window.dialog).click();
    await gone(window.dialog);
    await see(window.row('Kelp', 'Stopped'));
    expect((await shoal.call('snapshot', {})).torrents[0]?.save_path).toBe(join(shoal.downloads, 'films'));
  });
});
