/** Every dialog, as what a person does with keys to come to it, in English. Must not judge what is in it. */
import { focusOn, goTo, press, pressUntil, rowOf } from './keys.mjs';
import { dialog, happens } from './support.mjs';

const RESEARCH = '/home/ada/Research/baltic-herring-acoustics-2025';

const command = (words) => async (page) => {
  await press(page, 'Control+k');
  await page.getByRole('combobox', { name: 'Commands' }).waitFor();
  await page.keyboard.type(words);
  await press(page, 'Enter');
};

/** Presses what asks for files, and gives it these. */
async function choose(page, key, files) {
  const asked = page.waitForEvent('filechooser');
  await press(page, key);
  await (await asked).setFiles(files);
}

const torrents = (...names) =>
  names.map((name) => ({ name, mimeType: 'application/x-bittorrent', buffer: Buffer.from('d') }));

async function typePath(page, path) {
  await press(page, 'Control+n');
  await dialog(page).getByRole('textbox', { name: 'File or folder' }).fill(path);
  await dialog(page)
    .getByText(/[\d,]+ files/)
    .first()
    .waitFor();
}
async function create(page, path) {
  await typePath(page, path);
  await dialog(page).getByRole('button', { name: 'Create', exact: true }).press('Enter');
}

async function importSettings(page) {
  await press(page, 'Control+,');
  await page
    .getByRole('navigation', { name: 'Settings' })
    .getByRole('button', { name: 'Export and import' })
    .press('Enter');
  const button = page.getByRole('button', { name: 'Import settings…' });
  await button.focus();
  const settings = { 'appearance.theme': 'dark', 'network.port': 99_999 };
  const buffer = Buffer.from(JSON.stringify({ shoal_settings: 1, settings }));
  await choose(page, 'Enter', { name: 'mine.json', mimeType: 'application/json', buffer });
  await dialog(page).getByText('“Port” takes values from 0 to 65535.').waitFor();
}

/** `open`, with the row of `on` in focus; `back` is where the focus was before, when that is another place. */
export const DIALOGS = {
  'a link': { open: command('Paste a link') },
  'one torrent': { open: (page) => choose(page, 'Control+o', torrents('cosmos.torrent')) },
  'several torrents': {
    open: (page) =>
      choose(page, 'Control+o', torrents('cosmos.torrent', 'broken-one.torrent', 'tools.torrent')),
  },
  'choosing files': { on: 'Cosmos', open: command('Choose files') },
  'opening what is not whole': { on: 'planet', open: (page) => press(page, 'Enter') },
  move: {
    open: async (page) => {
      await command('Move files to')(page);
      await dialog(page).getByText('They are there already.').waitFor();
    },
  },
  locate: {
    open: async (page) => {
      await command('Locate files')(page);
      await dialog(page).getByLabel('They are in').waitFor();
    },
  },
  rename: { open: (page) => press(page, 'F2') },
  labels: { open: (page) => press(page, 'Control+Shift+L') },
  'a label': { open: command('New label') },
  'a saved view': { open: command('Save this view') },
  share: {
    open: async (page) => {
      await command('Share')(page);
      await page.getByRole('img', { name: /^QR code/ }).waitFor();
    },
  },
  statistics: {
    open: async (page) => {
      await command('Statistics')(page);
      const chart = page.getByRole('button', { name: /^Downloaded and uploaded/ });
      await chart.waitFor();
      await pressUntil(page, 'Tab', /^button "Downloaded and uploaded/);
      await press(page, 'Enter');
      await dialog(page).getByRole('table').waitFor();
    },
  },
  about: { open: command('About') },
  shortcuts: { open: (page) => press(page, '?') },
  closing: { open: (page) => happens(page, { type: 'close_asked' }) },
  palette: { open: (page) => press(page, 'Control+k') },
  'settings of a file': { open: importSettings, back: 'button "Import settings…"' },
  creation: {
    open: async (page) => {
      await typePath(page, RESEARCH);
      await dialog(page).getByText('More options').press('Enter');
      await dialog(page).getByText('3 things are left out').press('Enter');
    },
  },
  'creation, reading': {
    open: async (page) => {
      await create(page, RESEARCH);
      await dialog(page).getByRole('progressbar').waitFor();
    },
  },
  'creation, done': {
    open: async (page) => {
      await create(page, '/home/ada/Films/Short');
      await page.getByRole('heading', { name: 'Your torrent is ready' }).waitFor();
    },
  },
};

/** Opens one of them from the row that it belongs to; what has the focus again when it is closed. */
export async function openDialog(page, { on = 'Sintel', open, back = rowOf(on) }) {
  await goTo(page, on);
  await open(page);
  await page.locator('dialog[open]').waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('dialog') != null);
  return back;
}

/** Closes it with one Esc. */
export async function closeDialog(page, back) {
  await press(page, 'Escape');
  await page.locator('dialog').first().waitFor({ state: 'detached' });
  await focusOn(page, back);
}
