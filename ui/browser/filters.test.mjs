/** Searching, filtering, labels and saved views, as people do them with pointer and keyboard. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROW, axeViolations, until, useWindow } from './support.mjs';

const inWindow = useWindow();

const field = (page) => page.getByRole('combobox', { name: 'Search' });
const side = (page) => page.getByRole('navigation', { name: 'Filters' });
const entry = (page, name) => side(page).getByRole('button', { name });
const option = (page, name) => page.getByRole('option', { name });
const shown = async (page) => Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
const focused = (page) => page.evaluate(() => document.activeElement?.title);
const type = async (page, text) => {
  await page.keyboard.press('/');
  await page.keyboard.type(text);
};

describe('the search', () => {
  it('explains itself in the empty field, and takes a term from there', () =>
    inWindow({}, async (page) => {
      await page.keyboard.press('/');
      assert.equal(await page.getByRole('option').count(), 9);
      assert.deepEqual(await axeViolations(page), []);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      assert.equal(await field(page).inputValue(), 'label:');
      await option(page, /^Films/).waitFor();
    }));

  it('completes labels with spaces, which then find what has them', () =>
    inWindow({}, async (page) => {
      await type(page, 'label:boo');
      await page.keyboard.press('ArrowDown');
      const active = await field(page).getAttribute('aria-activedescendant');
      assert.equal(await page.locator(`[id="${active}"]`).getAttribute('aria-selected'), 'true');
      await page.keyboard.press('Enter');
      assert.equal(await field(page).inputValue(), 'label:"Books & audio" ');
      const count = Number(
        await entry(page, /^Books & audio/)
          .locator('.count')
          .textContent(),
      );
      await until(() => shown(page), count);
    }));

  it('narrows by terms, and leaves out what is excluded', () =>
    inWindow({}, async (page) => {
      await type(page, 'size>20GB');
      await page.getByText('planet-251103.osm.pbf').waitFor();
      const large = await shown(page);
      assert.ok(large > 0 && large < 30);
      await page.keyboard.type(' -planet');
      await until(() => shown(page), large - 1);
    }));

  it('says gently what makes no sense, and goes on without it', () =>
    inWindow({}, async (page) => {
      await type(page, 'size>big');
      await page.getByText('size> wants a size such as 700 MB.').waitFor();
      assert.equal(await shown(page), 214);
      const described = await field(page).getAttribute('aria-describedby');
      assert.match(await page.locator(`[id="${described}"]`).textContent(), /700 MB/);
      assert.deepEqual(await axeViolations(page), []);
    }));

  it('says what is wrong as often as it is', () =>
    inWindow({}, async (page) => {
      await type(page, 'size>big size>big');
      await until(() => page.getByText('size> wants a size such as 700 MB.').count(), 2);
    }));

  it('finds torrents by their files', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).nth(1).click();
      await page.getByRole('tab', { name: /^Files/ }).click();
      const file = await page.getByRole('treegrid').getByRole('row').last().getAttribute('aria-label');
      const name = file.split(',')[0].replace(/\.\w+$/, '');
      await type(page, `"${name}"`);
      const found = page.locator(ROW).filter({ hasText: 'Sintel, 4K master' });
      await found.getByText(`In it: `).waitFor();
      assert.match(await found.getAttribute('aria-label'), / In it: .+\.$/);
    }));

  it('goes to the list with Enter, and Esc takes the text back first', () =>
    inWindow({}, async (page) => {
      await type(page, 'debian');
      await page.keyboard.press('Enter');
      await page.locator(`${ROW}:focus`).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await until(() => shown(page), 214);
    }));
});

describe('the sidebar', () => {
  it('is one Tab stop with arrows inside', () =>
    inWindow({}, async (page) => {
      const stops = () =>
        side(page)
          .locator('.side-scroll button')
          .evaluateAll((buttons) => buttons.filter(({ tabIndex }) => tabIndex === 0).length);
      assert.equal(await stops(), 1);
      await entry(page, /^All/).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Downloading', level: 1 }).waitFor();
      assert.equal(await entry(page, /^Downloading/).getAttribute('aria-current'), 'true');
      assert.equal(await stops(), 1);
    }));

  it('counts aloud', () =>
    inWindow({}, async (page) => {
      await side(page).getByRole('button', { name: 'All 214 torrents', exact: true }).waitFor();
    }));

  it('filters by tracker and by having none', () =>
    inWindow({}, async (page) => {
      for (const name of [/^tracker\.example\.org/, /^No tracker/]) {
        const count = Number(await entry(page, name).locator('.count').textContent());
        await entry(page, name).click();
        await until(() => shown(page), count);
      }
    }));

  it('remembers which parts are closed', () =>
    inWindow({}, async (page) => {
      const heading = side(page).getByRole('button', { name: 'Trackers', exact: true });
      await heading.click();
      assert.equal(await heading.getAttribute('aria-expanded'), 'false');
      assert.equal(await entry(page, /^tracker\.example\.org/).count(), 0);
      await heading.click();
      await entry(page, /^tracker\.example\.org/).waitFor();
    }));

  it('shows a filter of the drawer as a chip, which takes it back', () =>
    inWindow({ width: 720, height: 480 }, async (page) => {
      await page.getByRole('button', { name: 'Show filters' }).click();
      await entry(page, /^tracker\.example\.org/).click();
      const chip = page.getByRole('group', { name: 'Status' }).getByRole('button', { pressed: true });
      assert.equal((await chip.textContent()).trim(), 'tracker.example.org');
      await chip.click();
      await until(() => shown(page), 214);
    }));
});

describe('labels', () => {
  const HOSTILE = 'She said "hi" & <b>bye</b> فيلم قديم';

  it('are made with a hue, whatever they are called, and found by it', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      await page.locator(ROW).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Label' }).press('ArrowRight');
      await page.getByRole('menuitem', { name: 'New label…' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE);
      await page.getByRole('radio', { name: 'Teal' }).check();
      assert.deepEqual(await axeViolations(page), []);
      await page.getByRole('button', { name: 'Label 1 torrent' }).click();
      // Its slash puts it below another one.
      const made = entry(page, `${HOSTILE.split('/').at(-1)} 1 torrent`);
      await made.waitFor();
      assert.equal(await made.locator('.hue-3').count(), 1);
      await type(page, 'label:فيلم');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await until(() => shown(page), 1);
    }));

  it('are ticked for a whole selection in one step, with a mark for those that only some have', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      await page.keyboard.press('Control+a');
      await page.locator(ROW).first().click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Label' }).press('ArrowRight');
      const films = page.getByRole('menuitemcheckbox', { name: 'Films' });
      assert.equal(await films.getAttribute('aria-checked'), 'mixed');
      await films.click();
      await entry(page, 'Films 214 torrents').waitFor();
      await page.keyboard.press('Control+z');
      await entry(page, 'Films 37 torrents').waitFor();
    }));

  it('are found, ticked and made in a dialog, from the keyboard alone', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Control+Shift+L');
      const dialog = page.getByRole('dialog', { name: 'Labels of 2 torrents' });
      await dialog.waitFor();
      await page.keyboard.type('arch');
      await page.keyboard.press('Enter');
      await page.keyboard.type('Fresh one');
      await page.keyboard.press('Enter');
      assert.deepEqual(await axeViolations(page), []);
      await page.keyboard.press('Enter');
      await entry(page, 'Fresh one 2 torrents').waitFor();
      await entry(page, 'Archive 42 torrents').waitFor();
      assert.match(await page.evaluate(() => document.activeElement?.dataset.key ?? ''), /^[0-9a-f]{40}$/);
    }));

  it('are ticked by Enter when they are called what was typed, not when it is a part of their name', () =>
    inWindow({}, async (page) => {
      await page.locator(ROW).first().click();
      await page.keyboard.press('Control+Shift+L');
      const dialog = page.getByRole('dialog', { name: /^Labels of/ });
      await dialog.waitFor();
      for (const name of ['Anime HD', 'HD']) {
        await page.keyboard.type(name);
        await dialog.getByRole('button', { name: `Make ‘${name}’` }).click();
        await dialog.getByRole('textbox').focus();
      }
      await page.keyboard.type('hd');
      await page.keyboard.press('Enter');
      assert.equal(await dialog.getByRole('checkbox', { name: 'Anime HD' }).isChecked(), true);
      assert.equal(await dialog.getByRole('checkbox', { name: 'HD', exact: true }).isChecked(), false);
    }));

  it('are renamed and recoloured, with the filter that shows them', () =>
    inWindow({}, async (page) => {
      await entry(page, /^Films/).click();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Rename…' }).press('Enter');
      await page.getByRole('textbox', { name: 'Name' }).fill('Linux');
      await page.getByText('There is a label of that name already.').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Change label' }).isDisabled(), true);
      await page.getByRole('textbox', { name: 'Name' }).fill('Moving pictures');
      await page.getByRole('radio', { name: 'Olive' }).check();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Moving pictures', level: 1 }).waitFor();
      // Another name and another colour are two steps.
      await entry(page, /^Moving pictures 37/)
        .locator('.hue-5')
        .waitFor();
      assert.equal(await shown(page), 37);
      await until(() => focused(page), 'Moving pictures');
    }));

  it('are renamed back by Undo, and saved views with them, and again by Redo', () =>
    inWindow({}, async (page) => {
      await entry(page, /^Films/).click();
      await page.getByRole('button', { name: 'Save this view…' }).click();
      await page.keyboard.type('Evenings');
      await page.keyboard.press('Enter');
      await entry(page, 'Evenings').waitFor();
      await entry(page, /^Films/).press('F2');
      await page.getByRole('textbox', { name: 'Name' }).fill('Cinema');
      await page.keyboard.press('Enter');
      for (const [key, name] of [
        [null, 'Cinema'],
        ['Control+z', 'Films'],
        ['Control+Shift+Z', 'Cinema'],
      ]) {
        if (key !== null) await page.keyboard.press(key);
        await page.getByRole('heading', { name, level: 1 }).waitFor();
        await entry(page, `${name} 37 torrents`).waitFor();
        await until(() => shown(page), 37);
        assert.equal(await entry(page, 'Evenings').getAttribute('aria-current'), 'true');
      }
    }));

  it('have their new name also when the folder they were to save to is refused', () =>
    inWindow({}, async (page) => {
      await entry(page, /^Films/).press('F2');
      const name = page.getByRole('textbox', { name: 'Name' });
      await name.fill('Cinema');
      const dialog = page.getByRole('dialog');
      await dialog
        .locator('details')
        .first()
        .evaluate((part) => (part.open = true));
      const folder = dialog.getByLabel('Save to');
      await folder.fill('/root');
      await name.press('Enter');
      await dialog.getByText('Shoal cannot write to /root.').waitFor();
      await entry(page, /^Cinema/).waitFor();
      assert.equal(await dialog.getByText('There is a label of that name already.').count(), 0);
      await folder.fill('/data/Cinema');
      await name.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await entry(page, 'Cinema 37 torrents').waitFor();
    }));

  it('are deleted without a question, and come back to their torrents', () =>
    inWindow({}, async (page) => {
      await entry(page, /^Films/).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Delete label' }).click();
      await until(() => entry(page, /^Films/).count(), 0);
      await page.keyboard.press('Control+z');
      await entry(page, 'Films 37 torrents').waitFor();
      await entry(page, /^Films/).press('Delete');
      await until(() => focused(page), 'Books & audio');
      await entry(page, 'Without a label 37 torrents').click();
      await until(() => shown(page), 37);
    }));

  it('take rows that are dragged to them, and Esc lets them go', () =>
    inWindow({}, async (page) => {
      const row = await page.locator(ROW).first().boundingBox();
      const target = await entry(page, /^Archive/).boundingBox();
      const drag = async () => {
        await page.mouse.move(row.x + 300, row.y + 20);
        await page.mouse.down();
        await page.mouse.move(row.x + 250, row.y + 60, { steps: 3 });
        await page.mouse.move(target.x + 60, target.y + 10, { steps: 3 });
        await page.locator('.drop-here').waitFor();
      };
      await drag();
      await page.keyboard.press('Escape');
      await page.mouse.up();
      assert.equal(await page.locator('.drop-here').count(), 0);
      await entry(page, 'Archive 40 torrents').waitFor();
      await drag();
      await page.mouse.up();
      await entry(page, 'Archive 41 torrents').waitFor();
      await page.getByRole('heading', { name: 'All torrents', level: 1 }).waitFor();
    }));
});

describe('saved views', () => {
  it('keep filter, search and order, and come back after they were deleted', () =>
    inWindow({}, async (page) => {
      await entry(page, /^Films/).click();
      await type(page, 'size>5GB');
      await page.getByRole('button', { name: 'Save this view…' }).click();
      await page.keyboard.type('Large films');
      await page.keyboard.press('Enter');
      const view = entry(page, 'Large films');
      await view.waitFor();
      assert.equal(await view.getAttribute('aria-current'), 'true');
      const count = await shown(page);
      await entry(page, /^All/).click();
      await page.getByRole('button', { name: 'Clear the search' }).click();
      await view.click();
      assert.equal(await field(page).inputValue(), 'size>5GB');
      await until(() => shown(page), count);
      await view.click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Rename…' }).click();
      await page.keyboard.type('Long films');
      await page.keyboard.press('Enter');
      const renamed = entry(page, 'Long films');
      await renamed.press('Delete');
      await until(() => renamed.count(), 0);
      await page.getByRole('button', { name: 'Undo' }).click();
      await renamed.waitFor();
      assert.deepEqual(await axeViolations(page), []);
    }));
});
