import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { preview } from '../test/drops';
import { FakeBackend } from '../test/fake-backend';
import { AppContext } from './app.svelte';
import { CallError } from './backend/backend';
import { followDrops, GONE_AFTER_MS } from './html-drop';

let backend: FakeBackend;
let app: AppContext;
let end: () => void;

beforeEach(() => {
  backend = new FakeBackend();
  app = new AppContext(backend);
  end = followDrops(app);
});
afterEach(() => {
  end();
  document.body.replaceChildren();
});

interface Dragged {
  readonly files?: readonly (File | 'folder')[];
  readonly texts?: Readonly<Record<string, string>>;
}

/** As a browser has it: names can be read only when it is dropped. */
function dataOf({ files = [], texts = {} }: Dragged): unknown {
  return {
    types: [...(files.length > 0 ? ['Files'] : []), ...Object.keys(texts)],
    dropEffect: 'none',
    items: files.map((file) => ({
      kind: 'file',
      webkitGetAsEntry: () => ({ isDirectory: file === 'folder' }),
      getAsFile: () => (file === 'folder' ? new File([], 'Films') : file),
    })),
    getData: (type: string) => texts[type] ?? '',
  };
}

function drag(
  type: string,
  dragged: Dragged,
  more: Record<string, unknown> = {},
  target: EventTarget = document.body,
): Event {
  const event = new Event(type, { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: dataOf(dragged), shiftKey: false, altKey: false, ...more });
  target.dispatchEvent(event);
  return event;
}

const torrent = (name: string, size = 1): File => new File([new Uint8Array(size)], name);
const LINK = { texts: { 'text/uri-list': '# a link\r\nmagnet:?xt=urn:btih:x\r\n', 'text/plain': 'magnet' } };

describe('dragging over the page', () => {
  it('says how many files there are, until they leave the window', () => {
    const files = [torrent('a.torrent'), torrent('b.torrent')];
    expect(drag('dragenter', { files }).defaultPrevented).toBe(true);
    expect(app.drops.look).toMatchObject({ more: 2, paths_known: false });
    const inner = document.body.appendChild(document.createElement('p'));
    drag('dragenter', { files }, {}, inner);
    drag('dragleave', { files });
    expect(app.drops.look).not.toBeNull();
    drag('dragleave', { files }, {}, inner);
    expect(app.drops.look).toBeNull();
  });
  it('is over when nothing is told of it any more', () => {
    vi.useFakeTimers();
    const files = [torrent('a.torrent')];
    drag('dragenter', { files });
    vi.advanceTimersByTime(GONE_AFTER_MS - 1);
    drag('dragover', { files });
    vi.advanceTimersByTime(GONE_AFTER_MS - 1);
    expect(app.drops.look).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(app.drops.look).toBeNull();
    vi.useRealTimers();
  });
  it('of something that cannot be added is left to the browser', () => {
    expect(drag('dragover', { texts: { 'text/html': '<b>' } }).defaultPrevented).toBe(false);
    expect(app.drops.look).toBeNull();
  });
  it('of something of the page is, too, and of text over a field', () => {
    drag('dragstart', {});
    expect(drag('dragover', LINK).defaultPrevented).toBe(false);
    drag('dragend', {});
    const field = document.body.appendChild(document.createElement('input'));
    expect(drag('dragover', LINK, {}, field).defaultPrevented).toBe(false);
    expect(drag('drop', LINK, {}, field).defaultPrevented).toBe(false);
    expect(drag('dragover', LINK).defaultPrevented).toBe(true);
  });
  it('of something of the page is over when the pointer is free, also when its element is gone', () => {
    drag('dragstart', {});
    expect(drag('dragover', LINK).defaultPrevented).toBe(false);
    document.body.dispatchEvent(new Event('pointermove', { bubbles: true }));
    expect(drag('dragover', LINK).defaultPrevented).toBe(true);
  });
});

describe('dropping on the page', () => {
  it('adds torrent files, and says of each other one why not', async () => {
    backend.answers.inspect = preview('x');
    const large = torrent('large.torrent');
    Object.defineProperty(large, 'size', { value: 21 * 1024 * 1024 });
    drag('drop', { files: [torrent('a.torrent'), torrent('film.mkv'), 'folder', large] });
    await vi.waitFor(() => expect(app.ui.dialog).not.toBeNull());
    const codes =
      app.ui.dialog?.kind === 'add'
        ? app.ui.dialog.errors.map(({ code, params }) => [params['name'], code])
        : [];
    expect(codes).toEqual([
      ['film.mkv', 'drop_not_a_torrent'],
      ['Films', 'drop_folder_remote'],
      ['large.torrent', 'too_large'],
    ]);
    expect(backend.calls.map(({ name }) => name)).toEqual(['inspect']);
  });
  it('says when there are more than are taken at a time, and only then', async () => {
    const files = (count: number): File[] =>
      Array.from({ length: count }, (_, at) => torrent(`${at}.torrent`));
    backend.refusals.inspect = new CallError('truncated');
    drag('drop', { files: files(64) });
    await vi.waitFor(() => expect(app.toasts.all).toHaveLength(1));
    expect(app.toasts.all).toMatchObject([
      { text: expect.stringMatching(/^64 could not be added/) as string },
    ]);
    drag('drop', { files: files(65) });
    await vi.waitFor(() =>
      expect(app.toasts.all).toMatchObject([{ text: 'Only the first 64 were taken.' }, {}]),
    );
    drag('drop', { texts: { 'text/plain': 'magnet:?x\n'.repeat(65) } });
    await vi.waitFor(() => expect(backend.calls).toHaveLength(64 * 3));
  });
  it('takes links as they are, not as they are called', async () => {
    backend.answers.inspect = preview('x');
    drag('drop', LINK);
    await vi.waitFor(() => expect(app.ui.dialog).toMatchObject({ previews: [{ hash: 'x' }] }));
    expect(backend.calls[0]?.request).toEqual({ source: { kind: 'text', text: 'magnet:?xt=urn:btih:x' } });
  });
  it('leaves addresses to the dialog', async () => {
    drag('drop', { texts: { 'text/plain': 'https://example.org/a.torrent' } });
    await vi.waitFor(() =>
      expect(app.ui.dialog).toMatchObject({ sources: [{ text: 'https://example.org/a.torrent' }] }),
    );
  });
  it('adds at once with Shift', async () => {
    Object.assign(backend.answers, { inspect: preview('x'), add: { hash: 'x', outcome: 'added' } });
    backend.answers.folder_info = {
      path: '/d',
      usable: true,
      exists: true,
      free_bytes: 1,
      volume_bytes: 2,
      volume: '/',
    };
    drag('drop', LINK, { shiftKey: true });
    await vi.waitFor(() => expect(backend.calls.map(({ name }) => name)).toContain('add'));
    expect(app.ui.dialog).toBeNull();
  });
});
