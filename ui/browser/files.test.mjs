/** Files of torrents in a real browser: where they lie, what they are called, how urgent they are. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROW, axeViolations, dialog, select, until, useWindow } from './support.mjs';

const inWindow = useWindow();

const inDetails = (page) => page.getByRole('region', { name: 'Details' });
const clean = (text) => text.replace(/\s+/g, ' ').trim();
const focusIsOn = (page, what) =>
  page.evaluate((selector) => document.activeElement?.matches(selector), what);

async function openMenu(page, entry) {
  await page.keyboard.press('Shift+F10');
  // The entry and not the words in it: words cannot have the focus, so that keys would go elsewhere.
  const item = page.getByRole('menu').locator('button', { has: page.getByText(entry, { exact: true }) });
  await item.waitFor();
  return item;
}

async function upload(page, ...names) {
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add', exact: true }).first().click();
  const files = names.map((name) => ({
    name,
    mimeType: 'application/x-bittorrent',
    buffer: Buffer.from('d'),
  }));
  await (await asked).setFiles(files);
  await dialog(page).waitFor();
}

async function openFiles(page, torrent) {
  await select(page, torrent);
  await page.getByRole('tab', { name: /^Files/ }).click();
  const tree = page.getByRole('treegrid');
  await tree.waitFor();
  return tree;
}

describe('what needs an answer', () => {
  it('offers the best one in the row and all of them in the details', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'nasa-apod-archive');
      await row.getByText(/^There already, but only 5\.10 of 7\.30.GB match this torrent\./).waitFor();
      for (const answer of ['Complete these files', 'Save beside', 'Choose another folder…']) {
        await inDetails(page).getByRole('button', { name: answer, exact: true }).waitFor();
      }
      await row.getByRole('button', { name: 'Complete these files' }).click();
      await row.getByText(/Trying|peers/).waitFor();
    }));

  it('deletes for good only where the trash has failed, and only when it is said twice', () =>
    inWindow({}, async (page) => {
      await select(page, 'Wax cylinders');
      const first = inDetails(page).getByRole('button', { name: 'Delete files for good', exact: true });
      await first.click();
      const sure = inDetails(page).getByRole('button', { name: /^Yes, delete 2\.30.GB for good$/ });
      await sure.waitFor();
      await page.keyboard.press('Tab');
      await first.waitFor();
      await first.click();
      await sure.click();
      await page.getByRole('row', { name: /^Wax cylinders/ }).waitFor({ state: 'detached' });
    }));

  it('takes another folder, where nothing of somebody else is touched', () =>
    inWindow({}, async (page) => {
      await select(page, 'retro-wallpapers');
      await inDetails(page).getByRole('button', { name: 'Choose another folder…' }).click();
      await dialog(page).getByText('What lies in the present folder stays as it is.').waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await page.getByRole('dialog').count(), 0);
    }));

  it('shows what could go from a full disk, largest first', () =>
    inWindow({}, async (page) => {
      await select(page, 'Prelinger');
      await inDetails(page).getByRole('button', { name: 'Show what could go' }).click();
      await page.getByRole('heading', { name: 'Whole torrents on /home', level: 1 }).waitFor();
      const labels = await page.locator(ROW).evaluateAll((rows) => rows.map((row) => row.ariaLabel));
      assert.match(labels[0], /^Digital Grierson/);
      assert.ok(labels.every((label) => !/Downloading/.test(label)));
    }));
});

describe('moving', () => {
  it('is a lane of its own that can be cancelled in the row', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'Digital Grierson');
      await row.getByText(/^Moving to \/data\/Films, .* of 41\.7.GB, .* left\.$/).waitFor();
      const lane = row.getByRole('progressbar');
      assert.match(await lane.getAttribute('aria-valuetext'), /^Moving, \d+.%$/);
      await row.getByRole('button', { name: 'Cancel' }).click();
      await row.getByText('Ready to share. Nobody asks for it right now.').waitFor();
    }));

  it('asks for a folder, says what fits, and works with the keyboard alone', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'planet-251103');
      await (await openMenu(page, 'Move files to…')).press('Enter');
      const field = dialog(page).getByLabel('Move to');
      assert.equal(await field.inputValue(), '/home/ada/Downloads');
      const move = dialog(page).getByRole('button', { name: /^Move/ });
      await dialog(page).getByText('They are there already.').waitFor();
      assert.equal(await move.isDisabled(), true);
      // What is known of the old folder says nothing about the new one.
      await field.fill('/home/ada/Films');
      assert.equal(await move.isDisabled(), false);
      await dialog(page).getByText('On the same drive: nothing is copied').waitFor();
      await field.fill('/data');
      await dialog(page)
        .getByText(/^Needs 3\d\.\d.GB more than \/data has\./)
        .waitFor();
      // Enter does not wait for the folder to be looked at.
      await field.fill('/data/maps');
      await page.keyboard.press('Enter');
      await row.getByText(/^Moving to \/data\/maps/).waitFor();
      assert.equal(await page.getByRole('dialog').count(), 0);
    }));

  it('that failed is said while the torrent goes on', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'Theora');
      await row.getByText(/^Could not be moved to \/media\/stick: there is not enough room\./).waitFor();
      assert.match(await row.getAttribute('aria-label'), /^Theora test clips, Seeding/);
      await row.getByRole('button', { name: 'Try again' }).click();
      await row.getByText(/^Moving to \/media\/stick/).waitFor();
    }));
});

describe('locating', () => {
  it('says what was found, or that nothing was', () =>
    inWindow({}, async (page) => {
      await select(page, 'Apollo 11');
      await inDetails(page).getByRole('button', { name: 'Locate…' }).click();
      const field = dialog(page).getByLabel('They are in');
      await field.fill('/home/ada/Documents');
      await page.keyboard.press('Enter');
      await dialog(page)
        .getByText(/^None of its 3 files was found in \/home\/ada\/Documents\./)
        .waitFor();
      await field.fill('/home/ada/Films');
      await page.keyboard.press('Enter');
      await page
        .getByText(/^Found 3 of 3 files \(48\.2 of 48\.2.GB\)\. Checking them\.$/)
        .first()
        .waitFor();
      assert.equal(await page.getByRole('dialog').count(), 0);
    }));
});

describe('renaming', () => {
  it('a torrent with F2 can be taken back', () =>
    inWindow({}, async (page) => {
      await select(page, 'Sintel');
      await page.keyboard.press('F2');
      await dialog(page).getByLabel('Name').waitFor();
      await page.keyboard.type('Sintel, the film');
      await page.keyboard.press('Enter');
      await page.locator(`${ROW}[aria-label^="Sintel, the film,"]`).waitFor();
      await page.getByText('Renamed.', { exact: true }).first().waitFor();
      await page.keyboard.press('Control+z');
      await page.locator(`${ROW}[aria-label^="Sintel, 4K master"]`).waitFor();
    }));

  it('a file keeps its own name in sight', () =>
    inWindow({}, async (page) => {
      const tree = await openFiles(page, 'Sintel');
      await tree.getByRole('row', { name: /^LICENSE/ }).click();
      await page.keyboard.press('F2');
      const field = dialog(page).getByLabel('Name');
      // Without the extension, so that typing keeps it.
      await page.keyboard.type('READ ME');
      assert.equal(await field.inputValue(), 'READ ME.txt');
      await page.keyboard.press('Enter');
      const row = tree.getByRole('row', { name: /^LICENSE\.txt.*on disk: READ ME\.txt/ });
      await row.waitFor({ timeout: 15_000 });
    }));

  it('says why a name will not do, and keeps it to be corrected', () =>
    inWindow({}, async (page) => {
      const tree = await openFiles(page, 'Sintel');
      await tree.getByRole('row', { name: /^LICENSE/ }).click();
      await page.keyboard.press('F2');
      const field = dialog(page).getByLabel('Name');
      await field.fill('what?.txt');
      await page.keyboard.press('Enter');
      await dialog(page).getByText('“what_.txt” would do.').waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      assert.equal(await field.inputValue(), 'what?.txt');
    }));
});

describe('the order of pieces', () => {
  it('is switched in the menu, where it can be seen', () =>
    inWindow({}, async (page) => {
      await select(page, 'Tools for the field');
      const item = page.getByRole('menuitemcheckbox', { name: 'Download in order' });
      await openMenu(page, 'Download in order');
      assert.equal(await item.getAttribute('aria-checked'), 'true');
      await item.click();
      await inDetails(page).getByText('spread out, ends of files first').waitFor();
      await inDetails(page).getByText('/home/ada/Unfinished', { exact: true }).waitFor();
      await inDetails(page).getByText('/home/ada/Downloads', { exact: true }).waitFor();
    }));
});

describe('priorities', () => {
  it('are set for several files with the keyboard, and a folder tells what is in it', () =>
    inWindow({}, async (page) => {
      const tree = await openFiles(page, 'Sintel');
      await tree.getByRole('row', { name: /^poster-one/ }).click();
      await page.keyboard.press('Shift+ArrowDown');
      assert.equal(await tree.locator('[aria-selected="true"]').count(), 2);
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitemradio', { name: 'High' }).click();
      await tree.getByRole('row', { name: /^poster-two\.png.*priority High/ }).waitFor();
      await tree.getByRole('row', { name: /^Folder artwork.*priority High/ }).waitFor();
      await tree.getByRole('row', { name: /^Folder Sintel.*priority Mixed/ }).waitFor();
      assert.equal(await focusIsOn(page, '[role="treegrid"]'), true);
    }));

  it('leave files out, but never the last one', () =>
    inWindow({}, async (page) => {
      const tree = await openFiles(page, 'Sintel');
      await tree.getByRole('button', { name: /^Priority of subtitles/ }).click();
      await page.getByRole('menuitemradio', { name: 'Don’t download' }).click();
      await tree.getByRole('row', { name: /^Folder subtitles, .*, not chosen/ }).waitFor();
      await tree.focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitemradio', { name: 'Don’t download' }).click();
      await page.getByText('At least one file has to be chosen.').first().waitFor();
      await tree.getByRole('row', { name: /^Folder artwork, .*, chosen/ }).waitFor();
    }));
});

describe('checks', () => {
  it('are paused and resumed', () =>
    inWindow({}, async (page) => {
      const row = await select(page, 'enwiki');
      await (await openMenu(page, 'Pause the check')).click();
      await row.getByText(/^The check is paused\./).waitFor();
      await row.getByRole('button', { name: 'Resume' }).click();
      await row.getByText(/^Checking what is already on disk\./).waitFor();
    }));
});

describe('adding', () => {
  it('begins on Add, before anybody has looked at the folder', () =>
    inWindow({}, async (page) => {
      await upload(page, 'cosmos.torrent');
      assert.equal(await focusIsOn(page, '.btn.primary'), true);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }));

  it('asks about files that are there, and does not add past the question', () =>
    inWindow({}, async (page) => {
      await upload(page, 'cosmos.torrent');
      const field = dialog(page).getByLabel('Save to');
      await field.fill('/home/ada/Films');
      await page.keyboard.press('Enter');
      await dialog(page)
        .getByText('2 files of “Cosmos Laundromat, first cycle (2015)” are there already.')
        .first()
        .waitFor();
      await dialog(page).getByText('1 of them has another size.').waitFor();
      assert.equal(await focusIsOn(page, 'input[type="radio"]:checked'), true);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const beside = dialog(page).getByRole('radio', { name: /^Save beside it as “Cosmos.*\(2\)”/ });
      assert.equal(await beside.isChecked(), true);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }));

  it('leads to the question when it comes up, and to the folder that cannot be used', () =>
    inWindow({}, async (page) => {
      for (const [path, problem] of [
        ['/home/ada/Films', 'input[type="radio"]:checked'],
        ['/root', 'input[aria-invalid="true"]'],
      ]) {
        await upload(page, 'cosmos.torrent');
        await dialog(page).getByLabel('Save to').fill(path);
        await dialog(page).locator('.btn.primary').focus();
        await page.waitForFunction((selector) => document.activeElement?.matches(selector), problem);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
    }));

  it('has the labels whose rules it fits on, and shows the folder and the start that they bring', () =>
    inWindow({}, async (page) => {
      await upload(page, 'tools.torrent');
      const labels = dialog(page).getByRole('button', { name: /^Labels / });
      const folder = dialog(page).getByLabel('Save to');
      const start = dialog(page).getByRole('checkbox', { name: /^Start now/ });
      await until(() => labels.textContent().then(clean), 'Own data because of its rules');
      await until(() => folder.inputValue(), '/home/ada/Own');
      assert.equal(await dialog(page).getByText('from label Own data').count(), 2);
      assert.equal(await start.isChecked(), false);
      await labels.click();
      await page.getByRole('menuitemcheckbox', { name: 'Own data' }).click();
      await until(() => folder.inputValue(), '/home/ada/Downloads');
      assert.equal(await start.isChecked(), true);
      await labels.press('Enter');
      await page.getByRole('menuitemcheckbox', { name: 'Archive' }).click();
      await until(() => folder.inputValue(), '/home/ada/Blender');
      // What is typed stays, whatever is chosen then.
      await folder.fill('/home/ada/Mine');
      await labels.press('Enter');
      await page.getByRole('menuitemcheckbox', { name: 'Own data' }).click();
      await until(() => start.isChecked().then(String), 'false');
      assert.equal(await folder.inputValue(), '/home/ada/Mine');
      await dialog(page).locator('.btn.primary').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('.side-item', { hasText: 'Stopped' }).click();
      await page.locator(ROW, { hasText: 'Added from preview' }).getByText('Archive').waitFor();
    }));

  it('of several says which go elsewhere, and gives all of them a label at once', () =>
    inWindow({}, async (page) => {
      await upload(page, 'cosmos.torrent', 'tools.torrent', 'debian.torrent');
      await dialog(page).getByText('2 of them go to the folders of their labels').waitFor();
      await dialog(page).getByText('Goes to /home/ada/Own.').waitFor();
      const start = dialog(page).getByRole('checkbox', { name: /^Start now/ });
      assert.equal(await start.evaluate((box) => box.indeterminate), true);
      const labels = dialog(page).getByRole('button', { name: 'Labels Keep what was found' });
      await labels.click();
      await page.getByRole('menuitemcheckbox', { name: 'Films' }).click();
      await dialog(page).getByRole('button', { name: 'Labels Different ones' }).waitFor();
      await dialog(page).locator('li', { hasText: 'debian' }).getByText('Films').waitFor();
      // A folder that is chosen is for all of them.
      await dialog(page).getByLabel('Save to').fill('/home/ada/Mine');
      await dialog(page).getByText('Goes to').first().waitFor({ state: 'detached' });
      assert.deepEqual(await axeViolations(page), []);
    }));

  it('names the file that was refused among several', () =>
    inWindow({}, async (page) => {
      await upload(page, 'cosmos.torrent', 'broken-one.torrent', 'tools.torrent');
      const alert = dialog(page).getByRole('alert');
      await alert.getByText('broken-one.torrent').waitFor();
      await alert.getByText('Not a whole torrent file: its end is missing.').waitFor();
    }));
});

describe('accessibility', () => {
  const screens = {
    'an answer': (page) => select(page, 'nasa-apod-archive'),
    'the states of places': async (page) => {
      await page.locator('[role="grid"]').evaluate((grid) => grid.scrollTo(0, 1_000));
    },
    'files and their menu': async (page) => {
      const tree = await openFiles(page, 'Tools');
      await tree.getByRole('button', { name: /^Priority of setup/ }).click();
      await page.getByRole('menu').waitFor();
    },
    files: (page) => openFiles(page, 'Tools'),
    'the question of the add dialog': async (page) => {
      await upload(page, 'cosmos.torrent');
      await dialog(page).getByLabel('Save to').fill('/home/ada/Films');
      await dialog(page).getByRole('radio').first().waitFor();
    },
    settings: (page) => page.keyboard.press('Control+Comma'),
  };
  for (const theme of ['light', 'dark']) {
    for (const [name, act] of Object.entries(screens)) {
      it(`${name}, ${theme}`, () =>
        inWindow({ theme }, async (page) => {
          await act(page);
          assert.deepEqual(await axeViolations(page), []);
        }));
    }
  }
});
