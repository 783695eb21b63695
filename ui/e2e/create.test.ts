/** Making torrents of files on the machine that Shoal runs on, from a browser. */
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect } from 'vitest';
import type { Shoal } from './harness/shoal';
import { story, useBrowser } from './harness/story';
import { gone, see, type Window } from './harness/window';

useBrowser();

/** A folder with things to share, some of which never are. */
function makeFolder(shoal: Shoal, name: string): string {
  const folder = join(shoal.downloads, name);
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'talk.txt'), 'kelp '.repeat(20_000));
  writeFileSync(join(folder, 'sub/notes.tmp'), 'x'.repeat(1_000));
  writeFileSync(join(folder, '.hidden'), 'x'.repeat(1_000));
  return folder;
}

const path = (window: Window): Locator => window.dialog.getByRole('textbox', { name: 'File or folder' });

async function openCreate(window: Window, what: string): Promise<void> {
  await window.press('Control+n');
  await see(window.dialog.getByRole('heading', { name: 'Create a torrent' }));
  await path(window).fill(what);
}

describe('a torrent of one’s own files', () => {
  story('is looked at, made, saved and shared', async ({ shoal, window }) => {
    await openCreate(window, makeFolder(shoal, 'Kelp'));
    await see(window.dialog.getByText('2 files, 101 kB'));
    await window.dialog.getByText('1 thing is left out').click();
    await see(window.dialog.getByText('.hidden'));
    await window.dialog.getByText('More options').click();
    await window.dialog.getByRole('textbox', { name: 'Leave out' }).fill('*.tmp');
    await see(window.dialog.getByText('1 file, 100 kB'));
    await window.dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Kelp forests');
    await window.dialog.getByRole('combobox', { name: 'Format' }).selectOption('hybrid');
    await window.dialog.getByRole('textbox', { name: 'Trackers' }).fill('http://127.0.0.1:9/announce');
    await window.dialog.getByRole('textbox', { name: 'Comment' }).fill('Made for a test');
    await window.button('Create', window.dialog).click();
    await see(window.dialog.getByRole('heading', { name: 'Your torrent is ready' }));
    await see(window.dialog.getByText('Seeding.'));
    const asked = window.page.waitForEvent('download');
    await window.button('Save .torrent…', window.dialog).click();
    const download = await asked;
    expect(download.suggestedFilename()).toBe('Kelp forests.torrent');
    const saved = join(shoal.folder('made'), 'saved.torrent');
    await download.saveAs(saved);
    const base64 = readFileSync(saved).toString('base64');
    const source = { kind: 'bytes', name: 'x', base64 } as const;
    const preview = await shoal.call('inspect', { source });
    expect(preview).toMatchObject({ name: 'Kelp forests', comment: 'Made for a test', tracker_count: 1 });
    const { torrents } = await shoal.call('snapshot', {});
    expect(torrents.map(({ hash, name }) => [hash, name])).toEqual([[preview.hash, 'Kelp forests']]);
    await window.button('Copy magnet link', window.dialog).click();
    const copied = async () => window.page.evaluate(async () => navigator.clipboard.readText());
    await expect.poll(copied).toContain(`urn:btih:${torrents[0]?.hash ?? ''}`);
    await window.button('Show in list', window.dialog).click();
    await gone(window.dialog);
    await window.expectSelected('Kelp forests');
  });

  story('is refused in words that name the file and the address', async ({ shoal, window }) => {
    const empty = shoal.folder('downloads/empty');
    await openCreate(window, empty);
    await window.press('Enter');
    await see(window.dialog.getByText(`${empty} holds no file, or only empty ones.`));
    expect(await path(window).getAttribute('aria-invalid')).toBe('true');
    await path(window).fill(makeFolder(shoal, 'Kelp'));
    const trackers = window.dialog.getByRole('textbox', { name: 'Trackers' });
    await trackers.fill('ftp://tracker.example');
    await window.button('Create', window.dialog).click();
    await see(window.dialog.getByText('“ftp://tracker.example” is not the address of a tracker.'));
    await see(window.dialog.getByText('2 files, 101 kB'));
    await window.press('Escape');
    await gone(window.dialog);
    // A dialog closed by mistake has lost nothing.
    await window.press('Control+n');
    await expect.poll(async () => trackers.inputValue()).toBe('ftp://tracker.example');
    expect((await shoal.call('snapshot', {})).torrents).toEqual([]);
  });

  story('goes on without its dialog, and is cancelled from where it is found', async ({ shoal, window }) => {
    const large = join(shoal.folder('downloads/large'), 'large.bin');
    writeFileSync(large, 'x');
    // Holes: long to read, no room on the disk.
    truncateSync(large, 40e9);
    await openCreate(window, large);
    await see(window.dialog.getByText('1 file, 40.0 GB'));
    await window.button('Create', window.dialog).click();
    await see(window.dialog.getByText(/^[0-9.,]+\s[kMG]B\/s$/));
    await window.button('Go on in the background', window.dialog).click();
    await gone(window.dialog);
    const dock = window.page.getByRole('list', { name: 'Torrents being made' });
    await see(dock.getByRole('progressbar'));
    await dock.getByRole('button', { name: /^Show: / }).click();
    await window.button('Cancel', window.dialog).click();
    await see(window.dialog.getByText('Cancelled. Your files are as they were.'));
    await window.button('Back to the options', window.dialog).click();
    await expect.poll(async () => path(window).inputValue()).toBe(large);
    expect((await shoal.call('create_status', { job: '1' })).state).toBe('cancelled');
    expect((await shoal.call('snapshot', {})).torrents).toEqual([]);
  });
});
