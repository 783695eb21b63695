/** Settings that go to another computer in a file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { gone, openAnew, see, type Window } from './harness/window';

useBrowser();

async function openFilePage(window: Window): Promise<void> {
  await window.press('Control+,');
  const pages = window.page.getByRole('navigation', { name: 'Settings' });
  await window.button('Export and import', pages).click();
}

/** Settings, labels, and how the window is arranged. The folder is given to each at its start. */
async function carried(shoal: Shoal) {
  const { settings, labels, prefs } = await shoal.call('snapshot', {});
  return { settings: { ...settings, 'downloads.folder': '' }, labels, prefs };
}

describe('settings as a file', () => {
  story('make another Shoal with an empty data folder like the first', async ({ shoal, window }) => {
    await shoal.call('set_settings', {
      values: {
        'appearance.theme': 'dark',
        'appearance.binary_units': true,
        'network.peer_limit': 33,
        'network.utp': false,
        'window.density': 'compact',
      },
    });
    await shoal.call('put_label', { name: 'Fische <b>', colour: 3 });
    await shoal.call('set_pref', { key: 'list.sort', value: '{"by":"size","desc":true}' });
    await openFilePage(window);
    const asked = window.page.waitForEvent('download');
    await window.button('Export settings…').click();
    const saved = join(shoal.folder('out'), 'settings.json');
    await (await asked).saveAs(saved);
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toBeTypeOf('object');
    await see(window.page.getByText(/^Saved as /));

    const other = new Shoal();
    try {
      await other.start();
      await openAnew(window, other.url);
      await see(window.page.getByRole('heading', { name: 'Nothing here yet' }));
      await openFilePage(window);
      const chooser = window.page.waitForEvent('filechooser');
      await window.button('Import settings…').click();
      await (await chooser).setFiles(saved);
      await see(window.dialog.getByRole('heading', { name: 'Import settings' }));
      expect((await other.call('snapshot', {})).settings['network.peer_limit']).not.toBe(33);
      await window.button(/^Change [0-9]+ settings$/, window.dialog).click();
      await gone(window.dialog);
      await expect.poll(async () => carried(other)).toEqual(await carried(shoal));
      await expect.poll(async () => window.page.locator('html').getAttribute('data-theme')).toBe('dark');
      await other.end('SIGKILL');
      await other.start();
      expect(await carried(other)).toEqual(await carried(shoal));
    } finally {
      await other.dispose();
    }
  });

  story('of another program are refused in a sentence', async ({ window }) => {
    await openFilePage(window);
    const chooser = window.page.waitForEvent('filechooser');
    await window.button('Import settings…').click();
    const buffer = Buffer.from('{"name":"something else"}');
    await (await chooser).setFiles({ name: 'x.json', mimeType: 'application/json', buffer });
    await see(window.page.getByText('This is not a file with settings of Shoal.'));
    expect(await window.page.getByRole('dialog').count()).toBe(0);
  });
});
