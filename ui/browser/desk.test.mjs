/** The window on its desktop: drops, closing, what is pressed outside of it, its settings. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focus, focusOn, press, smallTargets, withKeys } from './keys.mjs';
import {
  ROW,
  axeViolations,
  deeds,
  dialog,
  happens,
  hover,
  select,
  setSettings,
  toast,
  until,
  useWindow,
} from './support.mjs';

const inWindow = useWindow();

const overlay = (page) => page.locator('.drop');
const lines = (page) =>
  overlay(page)
    .locator('li')
    .evaluateAll((all) =>
      all.map((line) =>
        [...line.querySelectorAll('.sr, .about, .reason, .badge, .size')]
          .map((part) => part.textContent.trim())
          .filter((text) => text !== '')
          .join(' | '),
      ),
    );
const preview = (hash, name) => ({
  ...{ id: `preview-${hash}`, hash, name, already_added: false, files: null, total_bytes: null },
  ...{ private: false, comment: null, created_by: null, created_at: null, tracker_count: 1, labels: [] },
});
const dropped = { type: 'dropped', previews: [], errors: [], urls: [], create: null, start: null };
const A = 'a'.repeat(40);

describe('what is opened from outside', () => {
  it('waits for a dialog in which something is typed, which goes on as it was', () =>
    inWindow({}, async (page) => {
      await select(page, 'Sintel');
      await press(page, 'F2');
      const field = dialog(page).getByLabel('Name');
      await field.fill('Sintel, the film');
      await happens(page, { type: 'open_request', previews: [preview(A, 'Clicked')], errors: [] });
      await toast(page, 'What was opened is shown when this dialog is closed.').waitFor();
      assert.equal(await field.inputValue(), 'Sintel, the film');
      await press(page, 'Enter');
      await dialog(page).getByText('Add a torrent').waitFor();
      await dialog(page).getByText('Clicked').first().waitFor();
      await page.locator(`${ROW}[aria-label^="Sintel, the film,"]`).waitFor();
      await focusOn(page, /^button "Add/);
      await press(page, 'Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await focusOn(page, /^row "Sintel, the film,/);
    }));
});

describe('what hovers over the window', () => {
  it('is named with what would be added, what is here, what looks unsafe, and whether it fits', () =>
    inWindow({}, async (page) => {
      await hover(page, 'several');
      assert.equal(await overlay(page).locator('h2').textContent(), 'Drop to add 3 torrents');
      await overlay(page).getByText('They fit: ').waitFor();
      const shown = (await lines(page)).map((line) => line.replace(/\s+/gu, ' '));
      assert.deepEqual(shown, [
        'debian-13.2.0-amd64-DVD-1.iso | 3.90 GB',
        'Spring, open movie | 6 files | 1.30 GB',
        'gutenberg-top-1000-epub | 1,004 files | 2 look unsafe | 1.30 GB',
        'Fedora-Workstation-Live-43 | is already here',
      ]);
      await page.getByRole('status').getByText('Drop to add 3 torrents').waitFor({ state: 'attached' });
      assert.match(await overlay(page).locator('.hints').innerText(), /Shift.*Alt/s);
      await happens(page, { type: 'drop_left' });
      await overlay(page).waitFor({ state: 'detached' });
    }));

  it('is told with the reason when it will not be added', () =>
    inWindow({}, async (page) => {
      await hover(page, 'refused');
      assert.equal(await overlay(page).locator('h2').textContent(), 'Nothing here can be added');
      assert.deepEqual(await lines(page), [
        'half.torrent | Not a whole torrent file: its end is missing. Download it again.',
        'notes.txt | This is neither a torrent file nor a link.',
      ]);
      await page.getByRole('status').getByText('half.torrent: Not a whole').waitFor({ state: 'attached' });
      assert.equal(await overlay(page).locator('.hints').count(), 0);
    }));

  it('shows as much as there is room for, in any window', () =>
    inWindow({ width: 720, height: 480 }, async (page) => {
      for (const name of ['many', 'mixed', 'several']) {
        await hover(page, name);
        const box = await overlay(page).locator('.box').boundingBox();
        const around = await overlay(page).boundingBox();
        assert.ok(box.y >= around.y && box.y + box.height <= around.y + around.height, name);
        const cut = await overlay(page)
          .locator('.box')
          .evaluate((element) => element.scrollHeight - element.clientHeight);
        assert.ok(cut <= 0, `${name}: ${cut} px are cut off`);
      }
    }));

  it('lies over the add dialog, which takes it, and over no other', () =>
    inWindow({}, async (page) => {
      await happens(page, { ...dropped, previews: [preview(A, 'one')] });
      await dialog(page).getByText('Add a torrent').waitFor();
      await hover(page, 'one');
      const isOnTop = await overlay(page).evaluate((element) => element.closest('dialog') !== null);
      assert.equal(isOnTop, true);
      await happens(page, { ...dropped, previews: [preview('b'.repeat(40), 'two')] });
      await dialog(page).getByText('Add 2 of 2 torrents').waitFor();
      await press(page, 'Escape');
      await press(page, '?');
      await dialog(page).waitFor();
      await page.evaluate(() => dispatchEvent(new CustomEvent('shoal-mock-drop', { detail: 'one' })));
      assert.equal(await overlay(page).count(), 0);
      await happens(page, { ...dropped, previews: [preview(A, 'one')] });
      await toast(page, 'Nothing was added. Close the dialog first').waitFor();
    }));

  it('may be made into a torrent, with the dialog for that', () =>
    inWindow({}, async (page) => {
      await hover(page, 'create');
      assert.equal(await overlay(page).locator('h2').textContent(), 'Drop to make a torrent');
      await happens(page, { ...dropped, create: '/home/ada/Films/Short' });
      const path = dialog(page).getByRole('textbox', { name: 'File or folder' });
      assert.equal(await path.inputValue(), '/home/ada/Films/Short');
    }));

  it('is added at once with a key held, and can be taken off again', () =>
    inWindow({}, async (page) => {
      await happens(page, { ...dropped, previews: [preview(A, 'At once')], start: true });
      await toast(page, 'Added At once.').getByRole('button', { name: 'Undo' }).waitFor();
      assert.equal(await page.locator('dialog').count(), 0);
    }));
});

describe('dropped on a page in a browser', () => {
  /** As the browser does it when somebody drags from outside. */
  const drag = (page, type, { files = [], text = '', keys = {} }) =>
    page.evaluate(
      ([name, all, uri, held]) => {
        const data = new DataTransfer();
        for (const file of all) data.items.add(new File(['d'], file));
        if (uri !== '') data.setData('text/uri-list', uri);
        const init = { dataTransfer: data, bubbles: true, cancelable: true, ...held };
        return !document.querySelector('main').dispatchEvent(new DragEvent(name, init));
      },
      [type, files, text, keys],
    );

  it('files are counted while they hover, then added or refused by name', () =>
    inWindow({}, async (page) => {
      const files = ['cosmos.torrent', 'film.mkv'];
      assert.equal(await drag(page, 'dragenter', { files }), true);
      assert.equal(await overlay(page).locator('h2').textContent(), 'Drop to add 2 files');
      assert.equal(await drag(page, 'drop', { files }), true);
      await dialog(page).getByText('Cosmos Laundromat, first cycle (2015)').first().waitFor();
      await dialog(page).getByText('This is neither a torrent file nor a link.').waitFor();
      assert.equal(await overlay(page).count(), 0);
    }));

  it('links are added as they are', () =>
    inWindow({}, async (page) => {
      const text = `magnet:?xt=urn:btih:${A}&dn=A%26B%3F`;
      await drag(page, 'drop', { text });
      await dialog(page).getByText('A&B?').first().waitFor();
    }));

  it('what leaves the window is forgotten', () =>
    inWindow({}, async (page) => {
      await drag(page, 'dragenter', { files: ['a.torrent'] });
      await overlay(page).waitFor();
      await drag(page, 'dragleave', { files: ['a.torrent'] });
      await overlay(page).waitFor({ state: 'detached' });
    }));
});

describe('closing where nothing would be left to see', () => {
  const answers = {
    Enter: { did: 'close', choice: 'keep', remember: false },
    Escape: { did: 'close', choice: 'stay', remember: false },
  };
  for (const [key, deed] of Object.entries(answers)) {
    it(`${key} answers “${deed.choice}”`, () =>
      withKeys(inWindow)({}, async (page) => {
        await happens(page, { type: 'close_asked' });
        await dialog(page).waitFor();
        assert.equal(await focus(page), 'button "Keep running"');
        await press(page, key);
        await until(async () => JSON.stringify(await deeds(page)), JSON.stringify([deed]));
        await dialog(page).waitFor({ state: 'detached' });
      }));
  }

  it('quits for good, over another dialog', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('?');
      await happens(page, { type: 'close_asked' });
      await page.getByRole('checkbox', { name: 'Do not ask again' }).check();
      await page.getByRole('button', { name: 'Quit', exact: true }).click();
      await until(
        async () => JSON.stringify(await deeds(page)),
        JSON.stringify([{ did: 'close', choice: 'quit', remember: true }]),
      );
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    }));
});

describe('a computer that was to rest and does not', () => {
  it('is told of, with why, until somebody has read it', () =>
    inWindow({}, async (page) => {
      await happens(page, { type: 'stays', what: 'shutdown', why: 'not_allowed' });
      const told = page.getByRole('dialog', { name: 'The computer was not shut down' });
      await told.getByText('All is done, but the system does not let Shoal do that.').waitFor();
      await page.keyboard.press('Enter');
      await told.waitFor({ state: 'detached' });
    }));
});

describe('from outside of the window', () => {
  it('a copied link is offered without taking the focus', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('/');
      await happens(page, { type: 'clipboard_offer', preview: preview(A, 'Copied') });
      const offer = toast(page, 'Add “Copied” from the clipboard?');
      await offer.waitFor();
      assert.equal(await page.evaluate(() => document.activeElement?.matches('.search input')), true);
      await offer.getByRole('button', { name: 'Dismiss' }).click();
      await offer.waitFor({ state: 'detached' });
      await happens(page, { type: 'clipboard_offer', preview: preview(A, 'Copied') });
      await offer.getByRole('button', { name: 'Add', exact: true }).click();
      await dialog(page).getByText('Copied').first().waitFor();
      assert.equal(await toast(page, 'from the clipboard').count(), 0);
    }));

  it('a copied link is offered in any window, and not over a dialog about something else', () =>
    inWindow({ width: 360, height: 720 }, async (page) => {
      const name = 'Big.Buck.Bunny.2008.UHD.2160p.HDR.x265-very-long-name-here.mkv';
      await happens(page, { type: 'clipboard_offer', preview: preview(A, name) });
      const offer = toast(page, 'from the clipboard?');
      await offer.getByRole('button', { name: 'Add', exact: true }).click({ trial: true });
      assert.deepEqual(await smallTargets(page), []);
      await press(page, '?');
      await dialog(page).waitFor();
      assert.equal(await offer.count(), 0);
      await press(page, 'Escape');
      await offer.waitFor();
    }));

  it('leads to what needs attention, to one torrent, and to the settings', () =>
    inWindow({}, async (page) => {
      await happens(page, { type: 'go', to: { type: 'attention' } });
      await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
      const hash = await page.locator('[role="row"][data-key]').nth(2).getAttribute('data-key');
      await happens(page, { type: 'go', to: { type: 'settings' } });
      await page.getByRole('navigation', { name: 'Settings' }).waitFor();
      await happens(page, { type: 'go', to: { type: 'torrent', hash } });
      await page.locator(`[role="row"][data-key="${hash}"][aria-selected="true"]`).waitFor();
    }));
});

describe('the settings of the desktop', () => {
  it('say what the desktop has, as it changes', () =>
    inWindow({}, async (page) => {
      await openSettings(page);
      await page.getByText('Transmission opens magnet links now.').waitFor();
      assert.equal(await page.getByText('No panel shows icons').count(), 0);
      const state = { tray_host: false, magnets: { type: 'ours' }, notices: false };
      await page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock-desk', { detail })), state);
      await page.getByText('No panel shows icons right now.').waitFor();
      await page.getByText('Magnet links open in Shoal.').waitFor();
      await page.getByText('No program shows notifications right now.').waitFor();
      await page.getByRole('switch', { name: 'Open magnet links with Shoal' }).click();
      await toast(page, 'Changed').waitFor();
    }));
});

async function openSettings(page) {
  await page.keyboard.press('Control+,');
  await page.locator('nav .side-item').nth(5).click();
  await page.locator('[data-setting="desktop.tray"]').waitFor();
}

const LOOKS = {
  light: {},
  dark: { theme: 'dark' },
  'more contrast, light': { values: { 'appearance.contrast': 'more' } },
  'more contrast, dark': { theme: 'dark', values: { 'appearance.contrast': 'more' } },
  narrow: { width: 360, height: 720 },
  '200 %': { width: 640, height: 400, deviceScaleFactor: 2 },
  Arabic: { locale: 'ar' },
};

describe('axe finds nothing', () => {
  for (const [look, { values, ...options }] of Object.entries(LOOKS)) {
    it(`in what hovers and in the settings, and all can be hit, ${look}`, () =>
      inWindow(options, async (page) => {
        if (values !== undefined) {
          await setSettings(page, values);
          await page.waitForSelector('[data-contrast="more"]');
        }
        for (const name of ['several', 'mixed', 'full', 'unknown']) {
          await hover(page, name);
          assert.deepEqual(await axeViolations(page, { within: '.drop' }), [], name);
          const wide = await overlay(page)
            .locator('.box')
            .evaluate((box) => box.scrollWidth - box.clientWidth);
          assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
        }
        await happens(page, { type: 'drop_left' });
        const state = { tray_host: false, notices: false, sandboxed: true };
        await page.evaluate((detail) => dispatchEvent(new CustomEvent('shoal-mock-desk', { detail })), state);
        await openSettings(page);
        await page.locator('main p.warn').first().waitFor();
        assert.deepEqual(await axeViolations(page), []);
        assert.deepEqual(await smallTargets(page), []);
        const beyond = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
        assert.equal(beyond, 0);
      }));
  }
});
