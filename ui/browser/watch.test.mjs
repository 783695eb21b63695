/** Watch folders in the settings: cards, rules, what would happen, what happened; by pointer and by keys. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focusOn, press, pressUntil, withKeys } from './keys.mjs';
import { deeds, dialog, drawn, ROW, toast, until, useWindow } from './support.mjs';

const inWindow = useWindow();

const sections = (page) => page.getByRole('navigation', { name: 'Settings' });
const card = (page, name) => page.getByRole('article', { name });
const button = (place, name) => place.getByRole('button', { name, exact: true });
const table = (page) => page.getByRole('table', { name: 'What happened' });
const entry = (page, text) => table(page).getByRole('row').filter({ hasText: text }).first();
const entries = (page) => page.locator('.wh-row[data-entry]');
const field = (place, name) => place.getByRole('textbox', { name, exact: true });

async function openPage(page) {
  await page.keyboard.press('Control+,');
  await sections(page).getByRole('button', { name: 'Watch folders' }).click();
  await entries(page).first().waitFor();
}

/** Leaves the page and comes back: what it shows then is what the backend has. */
async function comeBack(page) {
  await sections(page).getByRole('button', { name: 'Network' }).click();
  await sections(page).getByRole('button', { name: 'Watch folders' }).click();
  await entries(page).first().waitFor();
}

const onPage = (options, work) =>
  inWindow(options, async (page) => {
    await openPage(page);
    await work(page);
  });

/** What is told about a change that comes from Shoal, so that it is known to be kept. */
const changed = (page) => toast(page, 'Changed the watch folders.').waitFor();
async function undo(page) {
  await toast(page, 'Changed the watch folders.').getByRole('button', { name: 'Undo' }).click();
}

describe('watch folders', () => {
  it('say in a sentence what they are doing', () =>
    onPage({}, async (page) => {
      await card(page, '/home/ada/Downloads')
        .getByText(/^Watching\. 2 added today, the last one at \d\d:\d\d\./)
        .waitFor();
      await card(page, '/mnt/nas/incoming')
        .getByText(/^Not reachable since \d\d:\d\d\. Looks again every 30 seconds, nothing gets lost\./)
        .waitFor();
      await card(page, '/home/ada/Sync/phone')
        .getByText('Paused. 4 torrent files are waiting there.')
        .waitFor();
    }));

  it('are switched on: what waits there is added and told of', () =>
    onPage({}, async (page) => {
      const phone = card(page, '/home/ada/Sync/phone');
      await phone.getByRole('switch', { name: 'Watch /home/ada/Sync/phone' }).check();
      await phone.getByText('Watching. 4 added today').waitFor();
      await entry(page, 'librivox.magnet').waitFor();
      await page.keyboard.press('Escape');
      await page.locator(ROW).first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('field-guide');
      await page.locator(`${ROW}[aria-label^="field-guide"]`).first().waitFor();
    }));

  it('that are not reachable are looked for now', () =>
    onPage({}, async (page) => {
      const nas = card(page, '/mnt/nas/incoming');
      await button(nas, 'Look now: /mnt/nas/incoming').click();
      await nas.getByText(/^Looks every 10 seconds, because it lies on a network\./).waitFor();
      await entry(page, 'The folder is back.').waitFor();
      await page
        .locator('[role="status"]', { hasText: 'Looking at incoming now.' })
        .waitFor({ state: 'attached' });
    }));

  it('are watched no longer without a question, and again by Undo', () =>
    onPage({}, async (page) => {
      await button(card(page, '/home/ada/Downloads'), 'Stop watching /home/ada/Downloads').click();
      await card(page, '/home/ada/Downloads').waitFor({ state: 'detached' });
      await focusOn(page, 'button "Watch another folder"');
      await press(page, 'Control+z');
      await card(page, '/home/ada/Downloads').waitFor();
    }));
});

describe('rules', () => {
  it('apply at once, and each is taken back by Undo', () =>
    onPage({}, async (page) => {
      const home = card(page, '/home/ada/Downloads');
      const start = home.getByRole('combobox', { name: 'When a torrent is added' });
      await start.selectOption('Add it stopped');
      await changed(page);
      await home.getByRole('checkbox', { name: 'On top of the list' }).check();
      await home.getByRole('radio', { name: 'Leave it alone' }).check();
      await field(home, 'Save to').fill('/data/iso');
      await press(page, 'Enter');
      await comeBack(page);
      assert.equal(await start.inputValue(), 'stop');
      assert.ok(await home.getByRole('checkbox', { name: 'On top of the list' }).isChecked());
      assert.ok(await home.getByRole('radio', { name: 'Leave it alone' }).isChecked());
      assert.equal(await field(home, 'Save to').inputValue(), '/data/iso');
      await undo(page);
      await until(() => field(home, 'Save to').inputValue(), '');
      await undo(page).catch(() => press(page, 'Control+z'));
      await until(() => home.getByRole('radio', { name: 'Rename to .added' }).isChecked(), true);
    }));

  it('give labels, by a menu of all there are', () =>
    onPage({}, async (page) => {
      const labels = card(page, '/home/ada/Downloads').getByRole('button', { name: /^Labels/ });
      await labels.click();
      await page.getByRole('menuitemcheckbox', { name: 'Films' }).click();
      await labels.getByText('Films').waitFor();
      await labels.click();
      await page.getByRole('menuitemcheckbox', { name: 'Linux' }).click();
      await labels.getByText('Linux').waitFor({ state: 'detached' });
      await labels.click();
      await page.getByRole('menuitem', { name: 'New label…' }).click();
      await dialog(page).waitFor();
    }));

  it('that take other files wait until somebody has seen what they would add', () =>
    onPage({}, async (page) => {
      const home = card(page, '/home/ada/Downloads');
      const subfolders = home.getByRole('combobox', { name: 'Subfolders' });
      await subfolders.selectOption('Do not look inside');
      await changed(page);
      await subfolders.selectOption('Look inside');
      await home.getByText('Not applied yet: these rules decide which files are taken.').waitFor();
      await button(home, 'Apply, add 17 torrents').waitFor();
      await button(home, 'Discard').click();
      assert.equal(await subfolders.inputValue(), 'off');
      await subfolders.selectOption('Look inside');
      await button(home, 'Apply, add 17 torrents').click();
      await home.getByText('Not applied yet').waitFor({ state: 'detached' });
      await comeBack(page);
      assert.equal(await subfolders.inputValue(), 'on');
    }));

  it('to delete for good wait as well, also when arrows only pass by', () =>
    onPage({}, async (page) => {
      const home = card(page, '/home/ada/Downloads');
      await home.getByRole('radio', { name: 'Move to trash' }).check();
      await changed(page);
      await press(page, 'ArrowRight');
      await home.getByText(/^Deleted files do not come back/).waitFor();
      await home.getByText('Not applied yet.').waitFor();
      await press(page, 'ArrowRight');
      await home.getByText('Not applied yet.').waitFor({ state: 'detached' });
      await comeBack(page);
      assert.ok(await home.getByRole('radio', { name: 'Leave it alone' }).isChecked());
      await home.getByRole('radio', { name: 'Delete', exact: true }).check();
      await button(home, 'Apply').click();
      await home.getByText('Not applied yet.').waitFor({ state: 'detached' });
      await comeBack(page);
      assert.ok(await home.getByRole('radio', { name: 'Delete', exact: true }).isChecked());
    }));

  it('to move wait for a folder, and say which will not do', () =>
    onPage({}, async (page) => {
      const home = card(page, '/home/ada/Downloads');
      await home.getByRole('radio', { name: 'Move to a folder' }).check();
      const folder = field(home, 'Folder for files that were added');
      await folder.fill('/mnt/nas/incoming');
      await press(page, 'Enter');
      await home.getByText(/^Files would be moved to \/mnt\/nas\/incoming and found there again/).waitFor();
      assert.equal(await folder.getAttribute('aria-invalid'), 'true');
      await folder.fill('/home/ada/done');
      await press(page, 'Enter');
      await changed(page);
      await comeBack(page);
      assert.equal(await folder.inputValue(), '/home/ada/done');
    }));

  it('that few need are there: names, files that are no torrents, how it is watched', () =>
    onPage({}, async (page) => {
      const home = card(page, '/home/ada/Downloads');
      await home.getByText('More rules').click();
      await field(home, 'No names like').fill('*arch*\n[oops');
      await button(home, 'What would happen now').click();
      await home.getByText('“[oops” is no pattern for names.').waitFor();
      await home.getByRole('table').waitFor();
      await field(home, 'No names like').fill('*arch*');
      await field(home, 'Only names like').focus();
      await button(home, 'Apply, add 16 torrents').click();
      await home.getByText('Left out: the rules do not want its name.').waitFor();
      await home.getByRole('combobox', { name: 'How it is watched' }).selectOption('Look every few seconds');
      await home.getByText(/^Looks every 10 seconds\./).waitFor();
      await home
        .getByRole('combobox', { name: 'Files that are no torrents' })
        .selectOption('Move to a folder');
      await field(home, 'Folder for files that are no torrents').fill('/home/ada/bad');
      await press(page, 'Enter');
      await comeBack(page);
      await home.getByText('More rules').click();
      assert.equal(await field(home, 'Folder for files that are no torrents').inputValue(), '/home/ada/bad');
      assert.equal(await field(home, 'No names like').inputValue(), '*arch*');
    }));

  it('that will not do are said once the button is let go: what was pressed stays where it is', () =>
    onPage({}, async (page) => {
      const home = card(page, '/home/ada/Downloads');
      await home.getByText('More rules').click();
      await field(home, 'No names like').fill('[oops');
      const box = await button(home, 'What would happen now').boundingBox();
      await page.mouse.move(box.x + 20, box.y + 2);
      await page.mouse.down();
      // The refusal comes meanwhile.
      for (let turn = 0; turn < 5; turn++) await drawn(page);
      await page.mouse.up();
      await home.getByText('“[oops” is no pattern for names.').waitFor();
      await home.getByRole('table').waitFor();
    }));

  it('are tried before they apply', () =>
    onPage({}, async (page) => {
      const phone = card(page, '/home/ada/Sync/phone');
      await button(phone, 'Rules for /home/ada/Sync/phone').click();
      await button(phone, 'What would happen now').click();
      await phone.getByText('17 torrents would be added. 4 files looked at. Nothing was changed.').waitFor();
      const rows = phone.getByRole('table').getByRole('row');
      assert.equal(await rows.count(), 5);
      await rows
        .filter({ hasText: 'librivox.magnet' })
        .getByText('14 magnet links would be added.')
        .waitFor();
      await button(phone, 'Hide').click();
      assert.equal(await phone.getByRole('table').count(), 0);
    }));
});

describe('a new watch folder', () => {
  it('is made by keys alone, refused in place, and added from only when somebody said so', () =>
    withKeys(inWindow)({}, async (page) => {
      await press(page, 'Control+,');
      await focusOn(page, /^searchbox/);
      await pressUntil(page, 'Tab', /^button "Downloads"/);
      await pressUntil(page, 'ArrowDown', /^button "Watch folders"/);
      await press(page, 'Enter');
      await entries(page).first().waitFor();
      await pressUntil(page, 'Tab', 'button "Watch another folder"', 60);
      await press(page, 'Enter');
      // A browser has no dialog of the system for folders: there is one of Shoal's own.
      await dialog(page).getByRole('heading', { name: 'Choose a folder' }).waitFor();
      await press(page, 'Escape');
      await focusOn(page, 'textbox "Folder"');
      await page.keyboard.type('/home/ada/Downloads');
      await press(page, 'Enter');
      await page.getByText('/home/ada/Downloads is watched already.').waitFor();
      await press(page, 'Control+a');
      await page.keyboard.type('lectures');
      await press(page, 'Enter');
      await page.getByText(/^lectures cannot be watched: the full path/).waitFor();
      await press(page, 'Control+a');
      await page.keyboard.type('/home/ada/Lectures');
      await press(page, 'Enter');
      await pressUntil(page, 'Tab', 'button "Watch it, add 1 torrent"');
      await press(page, 'Enter');
      await focusOn(page, 'button "Rules for /home/ada/Lectures"');
      await card(page, '/home/ada/Lectures').getByText('Watching. 1 added today').waitFor();
      await entry(page, 'lecture-notes.torrent').waitFor();
    }));

  it('can be cancelled, and needs a folder', () =>
    onPage({}, async (page) => {
      await button(page, 'Watch another folder').click();
      await press(page, 'Escape');
      await button(page, 'Watch it').click();
      await page.getByText('Which folder is to be watched?').waitFor();
      await button(page, 'Cancel').click();
      await focusOn(page, 'button "Watch another folder"');
      assert.equal(await page.getByRole('article').count(), 3);
    }));

  it('is picked in the folder browser', () =>
    onPage({}, async (page) => {
      await button(page, 'Watch another folder').click();
      await dialog(page).getByRole('button', { name: 'Use this folder' }).click();
      await page.getByText('/home/ada/Downloads is watched already.').waitFor();
    }));
});

describe('what happened', () => {
  it('begins with what is still being written, which is added after a look', () =>
    onPage({}, async (page) => {
      const waits = entry(page, 'FreeBSD-14.3-amd64.torrent');
      await waits.getByText('Still being written. Added when it has been quiet for 2 seconds.').waitFor();
      await button(card(page, '/home/ada/Downloads'), 'Look now').click();
      await entry(page, 'FreeBSD-14.3-amd64.torrent').getByText('Added. Renamed to .added.').waitFor();
    }));

  it('is shown for problems alone and for one folder, and older entries as they are scrolled to', () =>
    onPage({}, async (page) => {
      await page.getByRole('radio', { name: 'Problems 5' }).click();
      await until(() => entries(page).count(), 5);
      await page.getByRole('radio', { name: 'All', exact: true }).click();
      await page.getByRole('combobox', { name: 'Folder', exact: true }).selectOption('incoming');
      await page.waitForFunction(
        () =>
          document.querySelectorAll('.wh-row[data-entry]').length > 10 &&
          ![...document.querySelectorAll('.wh-row[data-entry] .wh-folder')].some((one) =>
            one.textContent.includes('Downloads'),
          ),
      );
      await page.getByRole('combobox', { name: 'Folder', exact: true }).selectOption('All folders');
      await entries(page).filter({ hasText: 'Downloads' }).first().waitFor();
      await page.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
      await page.waitForFunction(() => document.querySelector('[aria-rowindex="150"]') !== null);
    }));

  it('has a torrent shown in the list, a file shown in the file manager', () =>
    onPage({}, async (page) => {
      const fedora = 'Fedora-Workstation-43.torrent';
      await button(entry(page, fedora), `Show ${fedora} in the file manager`).click();
      assert.deepEqual(
        (await deeds(page)).map(({ did }) => did),
        ['reveal_watched'],
      );
      await button(entry(page, fedora), `Show ${fedora} in the list`).click();
      await page.locator(`${ROW}[aria-selected="true"][aria-label^="Fedora"]`).waitFor();
      await focusOn(page, /^row "Fedora/);
    }));

  it('has a file tried again and a removed torrent added again', () =>
    onPage({}, async (page) => {
      const bad = 'gutenberg-top-1000.torrent';
      await button(entry(page, bad), `Retry ${bad}`).click();
      await entry(page, bad)
        .getByText(/Tries again in 1 second\.$/)
        .waitFor();
      await entry(page, bad).getByText('Added. Renamed to .added.').waitFor();
      assert.equal(await button(table(page), `Retry ${bad}`).count(), 0);
      await button(entry(page, 'old-films.torrent'), 'Add again: old-films.torrent').click();
      await entry(page, 'old-films.torrent').getByText('Added. Renamed to .added.').waitFor();
    }));

  it('has several entries dealt with at once', () =>
    onPage({}, async (page) => {
      await page.getByRole('radio', { name: 'Problems 5' }).click();
      await until(() => entries(page).count(), 5);
      await page.getByRole('checkbox', { name: 'Choose all that are shown' }).check();
      const bar = page.getByRole('toolbar', { name: '5 chosen' });
      await button(bar, 'Retry 5').click();
      await bar.waitFor({ state: 'detached' });
      await page.getByText('Every file could be added.').waitFor();
      await page.getByRole('radio', { name: 'All', exact: true }).click();
      for (const file of ['Fedora-Workstation-43.torrent', 'planet-251103.osm.torrent'])
        await page.getByRole('checkbox', { name: `Choose ${file}` }).check();
      const two = page.getByRole('toolbar', { name: '2 chosen' });
      await button(two, 'Show 2 in the file manager').click();
      assert.equal((await deeds(page)).length, 2);
      await button(two, 'Show 2').click();
      await until(() => page.locator(`${ROW}[aria-selected="true"]`).count(), 2);
    }));

  it('shows names as text, whatever is in them', () =>
    onPage({}, async (page) => {
      await entry(page, '<img src=x onerror=reportError(1)>.torrent').waitFor();
      assert.equal(await page.locator('main img').count(), 0);
    }));

  it('of 50,000 entries keeps only what is near the window', () =>
    onPage({ torrents: 1_000 }, async (page) => {
      for (let turn = 0; turn < 30; turn++) {
        const before = await page.locator('main').evaluate((main) => main.scrollHeight);
        await page.locator('main').evaluate((main) => main.scrollTo(0, main.scrollHeight));
        await page.waitForFunction((n) => document.querySelector('main').scrollHeight > n, before);
      }
      assert.equal(await table(page).getAttribute('aria-rowcount'), '-1');
      await until(async () => (await entries(page).count()) < 500, true);
      const last = await entries(page).last().getAttribute('aria-rowindex');
      assert.ok(Number(last) > 2_000, last);
      await page.locator('main').evaluate((main) => main.scrollTo(0, 0));
      await entry(page, 'Fedora-Workstation-43.torrent').waitFor();
      await until(async () => (await entries(page).count()) < 500, true);
    }));
});

describe('the way there', () => {
  it('is found by the search of the settings, also rules, folders and the history', () =>
    inWindow({}, async (page) => {
      const found = {
        subfolders: /^Subfolders/,
        'names like': /^Only names like/,
        'what happened': /^What happened/,
        'nas/incoming': /^\/mnt\/nas\/incoming/,
      };
      for (const [text, name] of Object.entries(found)) {
        await page.keyboard.press('Control+,');
        await page.getByRole('searchbox', { name: 'Search in settings' }).fill(text);
        await page.getByRole('list', { name: 'Watch folders' }).getByRole('button', { name }).first().click();
        await entries(page).first().waitFor();
        await page.waitForFunction(() => document.querySelector('main').contains(document.activeElement));
        await page.keyboard.press('Escape');
        await page.locator(ROW).first().waitFor();
      }
      await page.keyboard.press('Control+,');
      await page.getByRole('searchbox', { name: 'Search in settings' }).fill('milliseconds');
      await page.getByRole('textbox', { name: /^Wait until a file has been quiet/ }).waitFor();
    }));
});
