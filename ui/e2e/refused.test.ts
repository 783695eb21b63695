/** What cannot be added, and what should not be believed. */
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { corpus, makeTorrent } from './harness/torrents';
import { gone, see } from './harness/window';

useBrowser();

const REFUSED = [
  ['html_page', 'This is a web page, not a torrent.'],
  ['gz_torrent', 'This file is compressed.'],
  ['truncated', 'Not a whole torrent file: its end is missing.'],
  ['trav_dotdot', 'A file in this torrent would be written outside its folder.'],
  ['abs_single', 'A file in this torrent would be written outside its folder.'],
  ['pl_zero', 'The pieces of this torrent have a size that Shoal does not take.'],
  ['sum_overflow', 'The files of this torrent are larger together than any disk.'],
] as const;

const LINKS = [
  [
    'magnet:?xt=urn:btih:zzzz2c8b6bc5a704d3bb950b23222dbcc55cbfbf',
    'fingerprint in this magnet link is not whole',
  ],
  ['magnet:?xt=urn:btmh:1220d8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb', 'version 2'],
  ['ftp://example.net/a.torrent', 'Shoal opens only addresses that begin with http or https.'],
  ['some words that were copied', 'This is neither a magnet link, nor an info hash'],
] as const;

describe('what cannot be added', () => {
  story('is a sentence and no torrent: files', async ({ shoal, window }) => {
    for (const [name, sentence] of REFUSED) {
      await window.upload(corpus(name));
      await see(window.toasts.filter({ hasText: sentence }));
    }
    expect((await shoal.call('snapshot', {})).torrents).toEqual([]);
    await see(window.page.getByRole('heading', { name: 'Nothing here yet' }));
  });

  story('is a sentence and no torrent: links', async ({ shoal, window }) => {
    for (const [link, sentence] of LINKS) {
      await window.paste(link);
      await see(window.toasts.filter({ hasText: sentence }));
    }
    expect((await shoal.call('snapshot', {})).torrents).toEqual([]);
  });

  story('is named among several, and the rest can be added', async ({ shoal, window }) => {
    const good = ['one', 'two'].map((name) => makeTorrent(shoal.folder('made'), name));
    await window.upload(corpus('html_page'), ...good);
    await see(window.dialog.getByRole('heading', { name: 'Add 2 of 2 torrents' }));
    await see(window.dialog.getByText('This is a web page, not a torrent.'));
    await window.dialog.getByRole('checkbox', { name: 'two' }).uncheck();
    await window.dialog.getByRole('checkbox', { name: 'Start now' }).uncheck();
    await window.button('Add 1 torrent', window.dialog).click();
    await gone(window.dialog);
    await window.expectNames(['one']);
    await see(window.row('one', 'Stopped'));
  });

  story('is refused in the dialog when it was typed there', async ({ window }) => {
    await window.button(/^Paste a magnet link/).click();
    const field = window.dialog.getByLabel('Magnet link, info hash');
    await field.fill('not a link');
    await window.button('Look it up', window.dialog).click();
    await see(window.dialog.getByText('This is neither a magnet link, nor an info hash'));
    await field.fill('a9cd2c8b6bc5a704d3bb950b23222dbcc55cbfbf');
    await see(window.dialog.getByText('The files are not known yet.'));
    await window.press('Escape');
    await gone(window.dialog);
    await see(window.page.getByRole('heading', { name: 'Nothing here yet' }));
  });
});

describe('the same torrent twice', () => {
  story('is in the list already', async ({ shoal, window }) => {
    const file = makeTorrent(shoal.folder('made'), 'one');
    await shoal.add(file);
    await see(window.row('one', 'Stopped'));
    await window.upload(file);
    await see(window.dialog.getByText('In the list already: its trackers will be merged.'));
    await window.button('Merge trackers', window.dialog).click();
    await gone(window.dialog);
    await see(window.toasts.filter({ hasText: 'one was in the list already. Its trackers were merged.' }));
    await window.expectNames(['one']);
  });
});

describe('names from outside', () => {
  story('are text: markup in them does nothing', async ({ shoal, window }) => {
    const dialogs: string[] = [];
    window.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    expect(readFileSync(corpus('html_name')).includes('onerror=alert(1)')).toBe(true);
    await window.upload(corpus('html_name'));
    await see(window.dialog.getByText('<script>alert(1)<script>').first());
    await window.dialog.getByRole('checkbox', { name: 'Start now' }).uncheck();
    await window.button(/^Add /, window.dialog).click();
    await gone(window.dialog);
    await window.row('<script>alert(1)<script>').click();
    for (const tab of [/^Files/, /^Overview/]) {
      await window.details.getByRole('tab', { name: tab }).click();
    }
    await see(window.details.getByText('<script>alert(1)<script>').first());
    expect(await window.page.locator('main img, main script, main svg[onload]').count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect((await shoal.call('snapshot', {})).torrents).toHaveLength(1);
  });

  story('lose the characters that turn text round', async ({ window }) => {
    await window.upload(corpus('rtlo'));
    await see(window.dialog.getByText('“anngpj.exe” is a program').first());
    await see(window.dialog.getByText('At least one file has to be chosen.'));
    await window.press('Escape');
    await window.paste(
      'magnet:?xt=urn:btih:a9cd2c8b6bc5a704d3bb950b23222dbcc55cbfbf&dn=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E',
    );
    await see(window.dialog.getByText('<img src=x onerror=alert(1)>'));
    expect(await window.dialog.locator('img').count()).toBe(0);
  });
});
