/** Queue, limits, schedule, goals, labels with folders, and what happens when all is done. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { focusOn, press, pressUntil, smallTargets, withKeys } from './keys.mjs';
import { axeViolations, dialog, ROW, select, setSettings, toast, until, useWindow } from './support.mjs';

const inWindow = useWindow();

const WEEK = {
  'speed.schedule': 'mon-fri 08:00-18:00 slow; daily 01:00-06:00 full; sat,sun 22:00-02:00 500/100',
};
const LOOKS = {
  light: {},
  'dark, with more contrast': { theme: 'dark', values: { 'appearance.contrast': 'more' } },
  'Arabic, narrow': { locale: 'ar', width: 720, height: 480 },
  'a phone': { width: 360, height: 720 },
};
const PAGES = { downloads: 0, speed: 2, queue: 3 };

async function settingsPage(page, name) {
  await page.keyboard.press('Control+,');
  await page.locator('nav .side-item').nth(PAGES[name]).click();
  await page.locator('main h1').waitFor();
}

const names = (page) =>
  page
    .locator(ROW)
    .evaluateAll((rows) =>
      rows
        .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
        .map((row) => row.querySelector('.t-name').textContent.trim().slice(0, 8)),
    );
const first = async (page, n) => (await names(page)).slice(0, n).join();

/** The list stands in the order of the queue. */
async function byQueue(page) {
  await page.getByRole('button', { name: /^Sort/ }).click();
  await page.getByRole('menuitemradio', { name: 'Queue' }).click();
  await until(() => first(page, 3), 'Fedora-W,Sintel, ,Tears of');
}

const happenAllDone = (page, detail) =>
  page.evaluate((what) => dispatchEvent(new CustomEvent('shoal-mock-done', { detail: what })), detail);

describe('accessibility', () => {
  for (const [look, { values, ...options }] of Object.entries(LOOKS)) {
    it(`axe finds nothing in the settings, all can be hit and nothing reaches beyond the window, ${look}`, () =>
      inWindow(options, async (page) => {
        await setSettings(page, { ...WEEK, ...values });
        for (const name of Object.keys(PAGES)) {
          await settingsPage(page, name);
          assert.deepEqual(await axeViolations(page), [], name);
          assert.deepEqual(await smallTargets(page), [], name);
          const beyond = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
          assert.equal(beyond, 0, name);
          await page.keyboard.press('Control+,');
        }
      }));

    it(`axe finds nothing in the dialogs, ${look}`, () =>
      inWindow(options, async (page) => {
        if (values !== undefined) await setSettings(page, values);
        const row = page.locator(ROW).nth(1);
        for (const id of ['limit', 'goals']) {
          await row.click({ button: 'right' });
          await page.locator(`[role="menuitem"][data-id="${id}"]`).click();
          await dialog(page).locator('select').first().selectOption('value');
          assert.deepEqual(await axeViolations(page), [], id);
          await press(page, 'Escape');
        }
        await happenAllDone(page, { kind: 'sleep', at: Date.now() + 60_000 });
        await dialog(page).getByRole('timer').waitFor();
        assert.deepEqual(await axeViolations(page), [], 'all is done');
      }));
  }

  it('axe finds nothing in a label with everything open, and in the tree of labels', () =>
    inWindow({}, async (page) => {
      await renameLabel(page, 'Films', 'video/Films');
      assert.deepEqual(await axeViolations(page), [], 'tree');
      await page.locator('.side-item', { hasText: 'Films' }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Edit label…' }).click();
      for (const part of await dialog(page).locator('summary').all()) await part.click();
      await dialog(page).getByRole('button', { name: 'Add a rule' }).click();
      assert.deepEqual(await axeViolations(page), [], 'label');
      assert.deepEqual(await smallTargets(page), []);
    }));
});

describe('slow mode', () => {
  it('is one press away, in the toolbar, by keys and in the status bar, which says what holds', () =>
    inWindow({}, async (page) => {
      const bar = page.getByRole('contentinfo').getByRole('button');
      assert.equal(await bar.textContent().then((text) => text.trim()), 'No speed limit');
      await press(page, 'Control+l');
      await page.getByRole('contentinfo').getByRole('button', { name: 'Slow mode', pressed: true }).waitFor();
      assert.match(await bar.getAttribute('title'), /^Slow mode: 500.kB\/s down, 100.kB\/s up/);
      await page.getByRole('toolbar').getByRole('button', { name: 'Slow mode', pressed: true }).click();
      await page.getByRole('contentinfo').getByRole('button', { pressed: false }).waitFor();
      await setSettings(page, { 'speed.down_kbps': 2_000 });
      await bar.getByText('At most 2.00 MB/s down').waitFor();
      await bar.click();
      await page.getByRole('toolbar').getByRole('button', { name: 'Slow mode', pressed: true }).waitFor();
    }));
});

describe('the schedule', () => {
  it('is made, changed and emptied by keys alone', () =>
    withKeys(inWindow)({}, async (page) => {
      await press(page, 'Control+,');
      await pressUntil(page, 'Tab', /^button "Downloads"/);
      await pressUntil(page, 'ArrowDown', 'button "Speed"');
      await press(page, 'Enter');
      await pressUntil(page, 'Tab', 'button "Make a schedule"');
      await press(page, 'Enter');
      await focusOn(page, 'button "Mon"');
      await press(page, 'Space');
      await page.getByRole('button', { name: 'Mon', pressed: false }).waitFor();
      await press(page, 'End');
      await focusOn(page, 'button "Sun"');
      await press(page, 'Space');
      await page.getByRole('button', { name: 'Sun', pressed: true }).waitFor();
      await press(page, 'Tab');
      await focusOn(page, 'textbox "From"');
      await press(page, 'Control+a');
      await page.keyboard.type('later');
      await press(page, 'Enter');
      await page.getByText('A time such as 08:30.').waitFor();
      await press(page, 'Control+a');
      await page.keyboard.type('2215');
      await press(page, 'Enter');
      await page.getByText('Ends at 18:00 on the next day.').waitFor();
      await pressUntil(page, 'Tab', 'button "Remove rule 1"');
      await press(page, 'Enter');
      await focusOn(page, 'button "Make a schedule"');
    }));

  it('refuses the last day of a rule, and has a rule with limits of its own', () =>
    inWindow({}, async (page) => {
      await setSettings(page, { 'speed.schedule': 'wed 08:00-09:00 slow' });
      await settingsPage(page, 'speed');
      await page.getByRole('button', { name: 'Wed' }).click();
      await page.getByText('A rule needs at least one day.').waitFor();
      await page.getByRole('combobox', { name: 'What holds then' }).selectOption('own');
      await page.getByRole('textbox', { name: 'Upload limit' }).fill('12');
      await press(page, 'Enter');
      await page.getByText('From 17 to 1,000,000, or empty for none.').waitFor();
      await page.getByRole('textbox', { name: 'Upload limit' }).fill('');
      await press(page, 'Enter');
      await page.getByRole('button', { name: 'Another rule' }).click();
      await page.getByRole('group', { name: 'Rule 2' }).waitFor();
      await page.getByRole('button', { name: 'Move rule 2 up' }).click();
      await page
        .getByRole('group', { name: 'Rule 1' })
        .getByRole('button', { name: 'Fri', pressed: true })
        .waitFor();
    }));
});

describe('the queue', () => {
  it('is gone through with Ctrl and arrows, the focus stays with the row, and undo takes it back', () =>
    inWindow({}, async (page) => {
      await byQueue(page);
      await page.locator(ROW).first().click();
      await press(page, 'Control+ArrowDown');
      await until(() => first(page, 3), 'Sintel, ,Fedora-W,Tears of');
      await focusOn(page, /^row "Fedora/);
      await press(page, 'Control+ArrowDown');
      await until(() => first(page, 3), 'Sintel, ,Tears of,Fedora-W');
      await press(page, 'Control+Shift+ArrowUp');
      await until(() => first(page, 3), 'Fedora-W,Sintel, ,Tears of');
      await press(page, 'Control+Shift+ArrowDown');
      await until(() => page.evaluate(() => document.activeElement.ariaRowIndex), '215');
      await toast(page, 'Moved 1 torrent in the queue.').getByRole('button', { name: 'Undo' }).click();
      await until(() => page.locator(ROW).filter({ hasText: 'Fedora' }).count().then(Boolean), true);
    }));

  it('moves what is selected by the menu, and says in the row who is the third', () =>
    inWindow({}, async (page) => {
      await byQueue(page);
      await page.getByText('Third in the queue. Starts when downloads end.').waitFor();
      await page.locator(ROW).nth(2).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Queue', exact: true }).click();
      await page.getByRole('menuitem', { name: 'To the top' }).click();
      await until(() => first(page, 3), 'Tears of,Fedora-W,Sintel, ');
    }));

  it('is arranged with the mouse, and Esc leaves it as it was', () =>
    inWindow({}, async (page) => {
      await byQueue(page);
      const box = await page.locator(ROW).first().boundingBox();
      const pull = async (rows) => {
        await page.mouse.move(box.x + 300, box.y + 20);
        await page.mouse.down();
        await page.mouse.move(box.x + 320, box.y + 60);
        await page.mouse.move(box.x + 320, box.y + box.height * rows + 4);
      };
      await pull(2);
      await page.getByText('Before Tears of Steel 4K').waitFor();
      await press(page, 'Escape');
      await page.mouse.up();
      assert.equal(await first(page, 2), 'Fedora-W,Sintel, ');
      await pull(2);
      await page.mouse.up();
      await until(() => first(page, 3), 'Sintel, ,Fedora-W,Tears of');
    }));
});

describe('limits and goals', () => {
  it('of thousands are set in one step, and what a label says is told', () =>
    inWindow({ torrents: 3_000 }, async (page) => {
      await page.locator('.side-item', { hasText: 'Films' }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Edit label…' }).click();
      await dialog(page).getByText('Sharing goals').click();
      await dialog(page).getByRole('combobox', { name: 'Ratio' }).selectOption('value');
      await dialog(page).getByRole('textbox', { name: 'Value: Ratio' }).fill('1.5');
      await dialog(page).getByRole('button', { name: 'Change label' }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });

      await page.locator('.side-item', { hasText: 'Films' }).click();
      await page.locator(ROW).first().click();
      await press(page, 'Control+a');
      await page.locator(ROW).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Sharing goals…' }).click();
      await dialog(page).getByText('As label ‘Films’: 1.50').first().waitFor();
      await dialog(page).getByRole('combobox', { name: 'Time shared' }).selectOption('value');
      await dialog(page).getByText('that is 2 days').waitFor();
      await dialog(page).getByRole('textbox', { name: 'Value: Time shared' }).fill('0');
      assert.equal(
        await dialog(page)
          .getByRole('button', { name: /^Set for/ })
          .isDisabled(),
        true,
      );
      await dialog(page).getByRole('textbox', { name: 'Value: Time shared' }).fill('60');
      await dialog(page)
        .getByRole('button', { name: /^Set for/ })
        .click();
      await toast(page, /Changed limits or goals of \d{3} torrents\./).waitFor();
    }));

  it('that differ are left as they are unless somebody says something else', () =>
    inWindow({}, async (page) => {
      await select(page, 'Sintel');
      const ask = async () => {
        await page.locator(ROW).first().click({ button: 'right' });
        await page.getByRole('menuitem', { name: 'Speed limit…' }).click();
        await dialog(page).getByRole('combobox', { name: 'Download' }).waitFor();
      };
      await ask();
      await focusOn(page, 'combobox "Download"');
      await dialog(page).getByRole('combobox', { name: 'Download' }).selectOption('value');
      await dialog(page).getByRole('button', { name: 'Set' }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });
      await press(page, 'Escape', 'Escape');
      await page
        .getByRole('button', { name: 'Clear the search' })
        .click()
        .catch(() => undefined);
      await page.locator(ROW).first().click();
      await press(page, 'Control+a');
      await ask();
      const download = dialog(page).getByRole('combobox', { name: 'Download' });
      assert.equal(await download.inputValue(), 'differ');
      assert.equal(await dialog(page).getByRole('button', { name: /^Set/ }).isDisabled(), true);
    }));

  it('show the way to the goal in the bar', () =>
    inWindow({}, async (page) => {
      const bar = page.getByRole('progressbar', { name: 'Sharing goal' }).first();
      assert.match(await bar.getAttribute('aria-valuetext'), /^Seeding, 66.% of the way to the goal$/);
      await page.getByText('goal 2.00').waitFor();
      await page.getByText('no goal').first().waitFor();
    }));
});

async function renameLabel(page, from, to) {
  await page.locator('.side-item', { hasText: from }).first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await dialog(page).getByRole('textbox', { name: 'Name', exact: true }).fill(to);
  await press(page, 'Enter');
  await page.locator('dialog').waitFor({ state: 'detached' });
}

describe('labels', () => {
  it('lie below others, fold, and a parent shows and counts what lies below it', () =>
    inWindow({}, async (page) => {
      await renameLabel(page, 'Films', 'video/Films');
      await renameLabel(page, 'Own data', 'video');
      const parent = page.locator('.side-item', { hasText: 'video' });
      await parent.filter({ hasText: '72' }).click();
      await page.getByRole('heading', { name: 'video', level: 1 }).waitFor();
      await page.locator(ROW).filter({ hasText: 'Sintel' }).waitFor();
      await page.getByRole('button', { name: 'Hide labels below video' }).click();
      await page.locator('.side-item', { hasText: 'Films' }).waitFor({ state: 'detached' });
      await parent.focus();
      await press(page, 'ArrowRight');
      await page.locator('.side-item', { hasText: 'Films' }).waitFor();
    }));

  it('that are renamed move nothing by themselves, but offer to', () =>
    inWindow({}, async (page) => {
      const edit = async () => {
        await page.locator('.side-item', { hasText: 'Films' }).click({ button: 'right' });
        await page.getByRole('menuitem', { name: 'Edit label…' }).click();
      };
      await edit();
      await dialog(page).getByText('Folder and start').click();
      await dialog(page).getByRole('textbox', { name: 'Save to' }).fill('/home/ada/Downloads');
      await dialog(page).getByRole('button', { name: 'Change label' }).click();
      await page.locator('dialog').waitFor({ state: 'detached' });
      await edit();
      await dialog(page).getByRole('textbox', { name: 'Name', exact: true }).fill('Movies');
      const offer = dialog(page).getByRole('checkbox', {
        name: /^Move \d+ torrents from .+ to .+Movies as well$/,
      });
      assert.equal(await offer.isChecked(), false);
      await offer.check();
      await dialog(page).getByRole('button', { name: 'Change label' }).click();
      await page.locator('.side-item', { hasText: 'Movies' }).waitFor();
      await page
        .getByText(/^Moving to .+Movies/)
        .first()
        .waitFor();
    }));

  it('are given by rules that have to say something', () =>
    inWindow({}, async (page) => {
      await page.locator('[data-drop-label="Linux"]').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Edit label…' }).click();
      await dialog(page).getByText('Given by itself').click();
      await dialog(page).getByRole('button', { name: 'Add a rule' }).click();
      await focusOn(page, 'textbox "Name, with * and ?"');
      const send = dialog(page).getByRole('button', { name: 'Change label' });
      assert.equal(await send.isDisabled(), true);
      await press(page, 'Shift+Tab');
      await dialog(page).getByText('Rule 1 says nothing yet.').waitFor();
      await dialog(page).getByRole('textbox', { name: 'Name, with * and ?' }).fill('*.iso');
      await send.click();
      await page.locator('dialog').waitFor({ state: 'detached' });
    }));
});

describe('when all is done', () => {
  it('a minute is left to cancel, over whatever is open, and Esc is enough', () =>
    inWindow({}, async (page) => {
      await happenAllDone(page, { kind: 'shutdown', at: Date.now() + 60_000 });
      await page.getByRole('dialog', { name: 'All is done. The computer shuts down.' }).waitFor();
      await focusOn(page, 'button "Cancel, stay on"');
      assert.match(await dialog(page).getByRole('timer').textContent(), /^In (60|5\d) seconds/);
      await press(page, 'Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }));
});
