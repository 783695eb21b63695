/** Making torrents and settings in a real browser: pointer, keyboard, names and roles, any size. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { axeViolations, dialog, focusedText, until, useWindow } from './support.mjs';

const RESEARCH = '/home/ada/Research/baltic-herring-acoustics-2025';

const inWindow = useWindow();

const button = (page, name) => dialog(page).getByRole('button', { name, exact: true });
const path = (page) => dialog(page).getByRole('textbox', { name: 'File or folder' });
const trackers = (page) => dialog(page).getByRole('textbox', { name: 'Trackers' });

async function openCreate(page, what = RESEARCH) {
  await page.keyboard.press('Control+n');
  await page.getByRole('heading', { name: 'Create a torrent' }).waitFor();
  await path(page).fill(what);
}

async function openSettings(page, section) {
  await page.keyboard.press('Control+,');
  const sections = page.getByRole('navigation', { name: 'Settings' });
  await sections.waitFor();
  if (section) await sections.getByRole('button', { name: section }).click();
}

/** Nothing reaches beyond the window at its sides. */
async function assertFits(page) {
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll('.dialog, .set main')].filter(
      (box) => box.scrollWidth > box.clientWidth + 1,
    ),
  );
  assert.deepEqual(wide, []);
}

const SCREENS = {
  'create, empty': (page) => page.keyboard.press('Control+n'),
  'create, refused': async (page) => {
    await openCreate(page);
    await trackers(page).fill('nonsense');
    await dialog(page).getByRole('textbox', { name: 'Comment' }).focus();
    await dialog(page).getByText('“nonsense” is not the address of a tracker.').waitFor();
    await dialog(page).getByText('More options').click();
  },
  'create, reading': async (page) => {
    await openCreate(page);
    await button(page, 'Create').click();
    await dialog(page).getByRole('progressbar').waitFor();
  },
  'create, done': async (page) => {
    await openCreate(page, '/home/ada/Films/Short');
    await button(page, 'Create').click();
    await page.getByRole('heading', { name: 'Your torrent is ready' }).waitFor();
  },
  'create, dock': async (page) => {
    await openCreate(page);
    await button(page, 'Create').click();
    await button(page, 'Go on in the background').click();
    await page.getByRole('list', { name: 'Torrents being made' }).waitFor();
  },
  'settings, downloads': (page) => openSettings(page, 'Downloads'),
  'settings, network': (page) => openSettings(page, 'Network'),
  'settings, appearance': (page) => openSettings(page, 'Appearance'),
  'settings, search': async (page) => {
    await openSettings(page);
    await page.keyboard.type('port');
    await page.getByRole('heading', { name: 'Found' }).waitFor();
  },
  'settings, file': (page) => openSettings(page, 'Export and import'),
};

describe('accessibility', () => {
  for (const theme of ['light', 'dark']) {
    for (const [name, act] of Object.entries(SCREENS)) {
      it(`${name}, ${theme}`, () =>
        inWindow({ theme }, async (page) => {
          await act(page);
          assert.deepEqual(await axeViolations(page), []);
        }));
    }
  }
  for (const size of [
    { width: 720, height: 480 },
    { width: 360, height: 720 },
  ]) {
    for (const name of ['create, refused', 'create, done', 'settings, downloads', 'settings, file']) {
      it(`${name}, ${size.width} px wide`, () =>
        inWindow(size, async (page) => {
          await SCREENS[name](page);
          await assertFits(page);
          assert.deepEqual(await axeViolations(page), []);
        }));
    }
  }
});

describe('making a torrent', () => {
  it('works by keyboard alone', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('Control+n');
      await page.waitForFunction(
        () => document.activeElement?.getAttribute('aria-label') === 'File or folder',
      );
      await page.keyboard.type('/home/ada/Films/Short');
      await dialog(page).getByText('12 files').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Your torrent is ready' }).waitFor();
      await page.waitForFunction(() => document.activeElement?.textContent?.trim() === 'Save .torrent…');
      await page.keyboard.press('Enter');
      await dialog(page)
        .getByText(/^Saved as .*Short\.torrent/)
        .waitFor();
      await page.keyboard.press('Tab');
      assert.equal(await focusedText(page), 'Copy magnet link');
      await page.keyboard.press('Enter');
      await page.waitForFunction(async () =>
        (await navigator.clipboard.readText()).startsWith('magnet:?xt='),
      );
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('dialog').count(), 0);
    }));

  it('says what it would be made of, and in how many pieces', () =>
    inWindow({}, async (page) => {
      await openCreate(page);
      await dialog(page).getByText('1,284 files, 41.6').waitFor();
      await dialog(page).getByText('16 MiB, 2,480 pieces').waitFor();
      await dialog(page).getByRole('combobox', { name: 'Piece size' }).selectOption({ label: '1 MiB' });
      await dialog(page).getByText('39,673 pieces').waitFor();
      await dialog(page)
        .getByText(/So many pieces/)
        .waitFor();
      await dialog(page).getByText('3 things are left out').click();
      await dialog(page).getByText('.DS_Store').waitFor();
      await dialog(page)
        .getByRole('checkbox', { name: /^Private/ })
        .check();
      await dialog(page)
        .getByText(/reaches nobody/)
        .waitFor();
    }));

  it('is refused where the fault is, with the focus there', () =>
    inWindow({}, async (page) => {
      await openCreate(page, '/home/ada/missing');
      await page.keyboard.press('Enter');
      await dialog(page).getByText('/home/ada/missing is not there.').waitFor();
      assert.equal(await path(page).getAttribute('aria-invalid'), 'true');
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
      await path(page).fill(RESEARCH);
      await trackers(page).fill('udp://t.example:1\n\nftp://t.example');
      await button(page, 'Create').click();
      await dialog(page).getByText('“ftp://t.example” is not the address of a tracker.').waitFor();
      assert.equal(await trackers(page).getAttribute('aria-invalid'), 'true');
    }));

  it('goes on when its dialog is closed, and is found again', () =>
    inWindow({}, async (page) => {
      await openCreate(page);
      await button(page, 'Create').click();
      await dialog(page).getByText('1.90').first().waitFor();
      await page.keyboard.press('Escape');
      const dock = page.getByRole('list', { name: 'Torrents being made' });
      await dock.getByRole('button', { name: /^Show: / }).click();
      await page.getByRole('heading', { name: 'Creating the torrent' }).waitFor();
      await button(page, 'Cancel').click();
      await dialog(page).getByText('Cancelled. Your files are as they were.').waitFor();
      await button(page, 'Back to the options').click();
      assert.equal(await path(page).inputValue(), RESEARCH);
      await page.keyboard.press('Escape');
      assert.equal(await dock.count(), 0);
    }));

  it('that fails names the file, and leads back to what was typed', () =>
    inWindow({}, async (page) => {
      await openCreate(page, '/home/ada/locked');
      await button(page, 'Create').click();
      await dialog(page)
        .getByText(/2025-06-11_ek80\.raw could not be read/)
        .waitFor();
      await button(page, 'Back to the options').click();
      assert.equal(await path(page).inputValue(), '/home/ada/locked');
    }));

  it('ends in the list', () =>
    inWindow({}, async (page) => {
      await openCreate(page, '/home/ada/Films/Short');
      await button(page, 'Create').click();
      await button(page, 'Show in list').click();
      await page.getByRole('row', { name: /^Short, /, selected: true }).waitFor();
    }));
});

describe('settings', () => {
  it('are found, marked, and left by Escape one level at a time', () =>
    inWindow({}, async (page) => {
      await openSettings(page);
      await page.keyboard.type('router');
      await page.locator('mark', { hasText: 'router' }).first().waitFor();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('walrus');
      await page.getByText('Nothing matches ‘walrus’.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { level: 1, name: 'Downloads' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('grid', { name: 'Torrents' }).waitFor();
    }));

  it('are taken back by Ctrl Z, and what is changed is found', () =>
    inWindow({}, async (page) => {
      await openSettings(page, 'Network');
      const dht = page.getByRole('switch', { name: 'Find people without a tracker' });
      await dht.uncheck();
      await page.getByRole('button', { name: 'Changed 1' }).click();
      await page.getByText('1 setting is other than Shoal came with.').waitFor();
      await page.getByRole('heading', { level: 1 }).click();
      await page.keyboard.press('Control+z');
      await page.getByText('Everything is as Shoal came.').waitFor();
      assert.equal(await dht.isChecked(), true);
    }));

  it('refuse numbers and folders in place, and Escape takes what was typed back', () =>
    inWindow({}, async (page) => {
      await openSettings(page, 'Network');
      const peers = page.getByRole('textbox', { name: 'Most people connected for one torrent' });
      await peers.fill('1001');
      await peers.press('Enter');
      await page.getByText('A whole number from 1 to 1,000.').waitFor();
      await peers.press('Escape');
      assert.equal(await peers.inputValue(), '100');
      await page.getByRole('heading', { level: 1, name: 'Network' }).waitFor();
      await page.getByRole('button', { name: 'Downloads', exact: true }).click();
      const folder = page.getByRole('textbox', { name: 'Save new torrents to' });
      await folder.fill('/root');
      await folder.press('Enter');
      await page.getByText('Shoal cannot write to /root.').waitFor();
      assert.equal(await folder.getAttribute('aria-invalid'), 'true');
      await folder.fill('/data/films');
      await folder.press('Enter');
      await page.getByText(/free on \/data\./).waitFor();
    }));

  it('of a file that cannot be used are all listed, also those that look alike', () =>
    inWindow({}, async (page) => {
      await openSettings(page, 'Export and import');
      const settings = { [`${'long.'.repeat(20)}a`]: 1, [`${'long.'.repeat(20)}b`]: 2 };
      const buffer = Buffer.from(JSON.stringify({ shoal_settings: 1, settings }));
      const asked = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Import settings…' }).click();
      await (await asked).setFiles({ name: 'mine.json', mimeType: 'application/json', buffer });
      await until(() => dialog(page).getByRole('listitem').count(), 2);
    }));

  it('of a file are shown before they are used, and taken back at once', () =>
    inWindow({}, async (page) => {
      await openSettings(page, 'Export and import');
      const file = { shoal_settings: 1, settings: { 'appearance.theme': 'dark', 'network.port': 99_999 } };
      const asked = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Import settings…' }).click();
      await (
        await asked
      ).setFiles({
        name: 'mine.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify(file)),
      });
      await dialog(page).getByRole('row', { name: 'Colours System Dark' }).waitFor();
      await dialog(page).getByText('“Port” takes values from 0 to 65535.').waitFor();
      const theme = () => page.evaluate(() => document.documentElement.dataset['theme'] ?? 'system');
      assert.equal(await theme(), 'system');
      await button(page, 'Change 1 setting').click();
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
      await page.getByRole('button', { name: 'Reset 1 setting' }).click();
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === undefined);
      // What is set back is not counted any more: there is nothing to set back.
      assert.equal(await page.getByRole('button', { name: 'Reset to defaults' }).isDisabled(), true);
      assert.equal(await page.getByText(/Reset 0|0 settings/).count(), 0);
      await page.getByRole('button', { name: 'Export settings…' }).click();
      await page.getByText(/^Saved as .*shoal-settings\.json/).waitFor();
    }));
});
