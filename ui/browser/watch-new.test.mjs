/** A folder to watch that is being chosen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dialog, useWindow } from './support.mjs';

const inWindow = useWindow();

const onPage = (work) =>
  inWindow({}, async (page) => {
    await page.keyboard.press('Control+,');
    const sections = page.getByRole('navigation', { name: 'Settings' });
    await sections.getByRole('button', { name: 'Watch folders' }).click();
    await page.locator('.wh-row[data-entry]').first().waitFor();
    await work(page);
  });

describe('a new watch folder', () => {
  it('is found among folders whose names look alike', () =>
    onPage(async (page) => {
      await page.getByRole('button', { name: 'Watch another folder' }).click();
      const path = dialog(page).getByRole('textbox');
      await path.fill('/media');
      await path.press('Enter');
      await dialog(page).getByRole('button', { name: 'stick' }).waitFor();
      assert.equal(await dialog(page).getByRole('button', { name: 'Caf\uFFFD' }).count(), 2);
    }));
});
