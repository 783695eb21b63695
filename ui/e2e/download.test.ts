/** Torrents that arrive from a real peer, found through a real tracker. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { describe, expect } from 'vitest';
import { different, filesBelow } from './harness/files';
import type { Seeded } from './harness/global';
import type { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { gone, see, startsWith, type Window } from './harness/window';

useBrowser();

const PROGRAM = 'film.mp4.scr';
const UNWANTED = 'unwanted.bin';
const ALL = [
  'empty.dat',
  'extras/unwanted.bin',
  'film.mp4.scr',
  'film/größe 東京.bin',
  'film/poster.jpg',
  'readme.txt',
];
const WANTED = ALL.filter((name) => !name.endsWith(PROGRAM) && !name.endsWith(UNWANTED));

function expectArrived(shoal: Shoal, seeded: Seeded, names: readonly string[]): void {
  const folder = join(shoal.downloads, seeded.name);
  expect(filesBelow(folder)).toEqual(names);
  expect(different(join(seeded.seed_dir, seeded.name), folder, names)).toEqual([]);
}

function tick(window: Window, name: string, within = window.dialog) {
  return within.getByRole('checkbox', { name: `Download ${name}`, exact: true });
}

/** Opens a folder of the file tree, if it is closed. */
async function open(window: Window, folder: string, within = window.dialog): Promise<void> {
  const row = within.getByRole('row', { name: startsWith(`Folder ${folder}`) });
  await see(row);
  if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.tw').click();
}

/** transmission hangs up on a second handshake from one address while the first goes on: Shoal asks again. */
const ASKED_AGAIN_MS = 60_000;
/** transmission parts with whoever has all it wants; one that comes back waits for a turn, every 10 to 40 s. */
const NEXT_TURN_MS = 90_000;

// All at once: most of the time is spent waiting until transmission lets a newcomer have its turn, every
// ten seconds. Only one of them may use the clipboard, which the pages share.
describe.concurrent('a torrent', () => {
  story(
    'from a file arrives but for what is not ticked, and the rest when it is',
    async ({ shoal, seeded, window }) => {
      await window.upload(seeded.torrent_path);
      await see(window.dialog.getByRole('heading', { name: 'Add a torrent' }));
      await see(window.dialog.getByText(/^Fits\. .* stay free on /));
      await see(window.dialog.getByText(`“${PROGRAM}” is a program with the name of a film.`));
      expect(await tick(window, PROGRAM).isChecked()).toBe(false);
      await open(window, 'extras');
      await tick(window, UNWANTED).uncheck();
      await see(window.dialog.getByText(/^4 of 6 chosen/));
      await window.button(/^Add 6\.07/, window.dialog).click();
      await gone(window.dialog);

      await see(window.row(seeded.name, 'Downloading, '));
      await see(window.grid.getByRole('row', { name: /^Harbour \d, Downloading, [1-9][0-9]?\s%/ }));
      await see(window.row(seeded.name, 'Seeding'), NEXT_TURN_MS);
      expectArrived(shoal, seeded, WANTED);

      await window.row(seeded.name).click();
      await window.details.getByRole('tab', { name: /^Files/ }).click();
      await tick(window, PROGRAM, window.details).check();
      await open(window, 'extras', window.details);
      await tick(window, UNWANTED, window.details).check();
      await see(window.details.getByText(/^6 of 6 chosen/));
      const whole = window.details.getByRole('row', { name: /^unwanted\.bin, .* 100\s% on disk$/ });
      await see(whole, NEXT_TURN_MS);
      await see(window.row(seeded.name, 'Seeding'), NEXT_TURN_MS);
      expectArrived(shoal, seeded, ALL);
    },
  );

  story('from a magnet link asks which files once it knows them', async ({ shoal, seeded, window }) => {
    await window.paste(seeded.magnet);
    await see(window.dialog.getByText('The files are not known yet.'));
    await window.dialog.getByRole('checkbox', { name: /^Ask me which files/ }).check();
    await window.button('Add', window.dialog).click();
    await gone(window.dialog);

    await see(window.row(seeded.name, 'Waiting for your choice'), ASKED_AGAIN_MS);
    expect(filesBelow(shoal.downloads)).toEqual([]);
    await window.button('Choose files', window.row(seeded.name)).click();
    await see(window.dialog.getByRole('heading', { name: 'Choose the files' }));
    expect(await tick(window, PROGRAM).isChecked()).toBe(false);
    await open(window, 'extras');
    await tick(window, UNWANTED).uncheck();
    await window.button(/^Download 6\.07/, window.dialog).click();
    await gone(window.dialog);
    await see(window.row(seeded.name, 'Seeding'), NEXT_TURN_MS);
    expectArrived(shoal, seeded, WANTED);
  });

  story(
    'from an address arrives, and shows what is going on in its details',
    async ({ shoal, seeded, window }) => {
      const file = readFileSync(seeded.torrent_path);
      const site = createServer((_, answer) => answer.end(file));
      await new Promise<void>((resolve) => void site.listen(0, '127.0.0.1', resolve));
      const { port } = site.address() as AddressInfo;
      await window.button(/^Paste a magnet link/).click();
      const address = `http://127.0.0.1:${port}/some/${basename(seeded.torrent_path)}`;
      await window.dialog.getByLabel('Magnet link, info hash').fill(address);
      await window.press('Enter');
      await window.button(/^Add 8/, window.dialog).click();
      await gone(window.dialog);
      site.close();

      await window.row(seeded.name).click();
      const { details } = window;
      await details.getByRole('tab', { name: /^Peers/ }).click();
      const peer = details.getByRole('row', { name: /Transmission 3/ });
      await see(peer);
      await see(peer.getByText('TCP'));

      await see(window.row(seeded.name, 'Seeding'), NEXT_TURN_MS);
      await details.getByRole('tab', { name: /^Overview/ }).click();
      await see(details.getByText(seeded.info_hash.slice(0, 8)));
      await see(details.getByText(shoal.downloads));
      const map = details.getByRole('button', { name: /^Piece map: 9[0-9]\s%/ });
      await see(map);
      await map.click();
      await see(details.getByRole('table', { name: 'Pieces on disk' }));

      await details.getByRole('tab', { name: /^Files/ }).click();
      await see(details.getByRole('row', { name: startsWith('readme.txt, ') }));
      await window.press('Control+1');
      await see(details.getByRole('tab', { name: /^Overview/, selected: true }));
    },
  );
});
