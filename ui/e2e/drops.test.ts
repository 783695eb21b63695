/** Drags from outside of the browser, as the browser itself hears of them: with files of this machine, and with links. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession } from 'playwright-core';
import { describe, expect } from 'vitest';
import { story, useBrowser } from './harness/story';
import { makeTorrent } from './harness/torrents';
import { gone, see, type Window } from './harness/window';

useBrowser();

const HASH = '0123456789abcdef0123456789abcdef01234567';
const COPY = 1;
const SHIFT = 8;

interface Goods {
  readonly files?: readonly string[];
  readonly link?: string;
}

/** A hand on the pointer, with something in it, over the middle of the page. */
class Hand {
  readonly #session: CDPSession;
  readonly #data: {
    items: { mimeType: string; data: string }[];
    files: string[];
    dragOperationsMask: number;
  };

  private constructor(session: CDPSession, { files = [], link }: Goods) {
    this.#session = session;
    const items = link === undefined ? [] : [{ mimeType: 'text/uri-list', data: link }];
    this.#data = { items, files: [...files], dragOperationsMask: COPY };
  }

  static async hover(window: Window, goods: Goods): Promise<Hand> {
    const { page } = window;
    const hand = new Hand(await page.context().newCDPSession(page), goods);
    await hand.#tell('dragEnter');
    await hand.#tell('dragOver');
    return hand;
  }

  async letGo(modifiers = 0): Promise<void> {
    await this.#tell('dragOver', modifiers);
    await this.#tell('drop', modifiers);
  }

  async takeAway(): Promise<void> {
    await this.#tell('dragCancel');
  }

  async #tell(type: 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel', modifiers = 0): Promise<void> {
    const at = { x: 640, y: 400 };
    await this.#session.send('Input.dispatchDragEvent', { type, ...at, data: this.#data, modifiers });
  }
}

describe('dragged onto the page', () => {
  story('files are counted, then added, or refused by name', async ({ shoal, window }) => {
    const made = shoal.folder('made');
    const files = ['Kelp', 'Reef'].map((name) => makeTorrent(made, name));
    const film = join(made, 'film.mkv');
    writeFileSync(film, 'film');
    const folder = join(made, 'Films');
    mkdirSync(folder);
    const overlay = window.page.locator('.drop');

    const away = await Hand.hover(window, { files });
    await see(overlay.getByRole('heading', { name: 'Drop to add 2 files' }));
    await away.takeAway();
    await gone(overlay);

    const hand = await Hand.hover(window, { files: [...files, film, folder] });
    await see(overlay.getByRole('heading', { name: 'Drop to add 4 files' }));
    await hand.letGo();
    await gone(overlay);
    await see(window.dialog.getByRole('heading', { name: 'Add 2 of 2 torrents' }));
    await see(window.dialog.getByText('This is neither a torrent file nor a link.'));
    await see(window.dialog.getByText('Films', { exact: true }));
    await window.dialog.getByRole('checkbox', { name: 'Start now' }).uncheck();
    await window.button('Add 2 torrents', window.dialog).click();
    await gone(window.dialog);
    await see(window.row('Kelp', 'Stopped'));
    await see(window.row('Reef', 'Stopped'));
  });

  story('a link is added at once with Shift, and can be taken off again', async ({ shoal, window }) => {
    const link = `magnet:?xt=urn:btih:${HASH}&dn=a%26b%20c`;
    const hand = await Hand.hover(window, { link });
    await see(window.page.getByRole('heading', { name: 'Drop to add' }));
    await hand.letGo(SHIFT);
    const toast = window.toasts.filter({ hasText: 'Added a&b c.' });
    await see(toast);
    await expect.poll(async () => (await shoal.call('snapshot', {})).torrents.length).toBe(1);
    expect((await shoal.call('snapshot', {})).torrents).toMatchObject([{ hash: HASH, name: 'a&b c' }]);
    await window.button('Undo', toast).click();
    await expect.poll(async () => (await shoal.call('snapshot', {})).torrents).toEqual([]);
  });

  story('words that are no link are refused, and the page stays', async ({ window }) => {
    const before = window.page.url();
    const hand = await Hand.hover(window, { link: 'ftp://example.net/a.torrent' });
    await hand.letGo();
    await see(window.toasts.filter({ hasText: 'Shoal opens only addresses that begin with http or https.' }));
    expect(window.page.url()).toBe(before);
  });
});
