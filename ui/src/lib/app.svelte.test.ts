import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '../test/fake-backend';
import { delta, row, snapshot } from '../test/rows';
import { addSources, HELD_MAX, openPreviews, sourcesOfText } from './adding';
import { AppContext } from './app.svelte';
import { CallError } from './backend/backend';
import type { Preview } from './backend/generated/Preview';
import { t } from './i18n';
import { TOAST_MS } from './stores/toasts.svelte';

let backend: FakeBackend;
let app: AppContext;
let stop: () => void;

const step = (id: number, kind = 'removed') => ({ id, kind, count: 2, at: 0 });

beforeEach(() => {
  vi.useFakeTimers();
  backend = new FakeBackend();
  app = new AppContext(backend);
  stop = app.start();
  backend.send({ type: 'snapshot', ...snapshot([row('a')], { settings: { 'appearance.theme': 'dark' } }) });
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('the stream', () => {
  it('fills the stores', () => {
    expect(app.connection).toBe('up');
    expect(app.torrents.visible).toEqual(['a']);
    expect(app.settings.theme).toBe('dark');
    backend.send({ type: 'delta', ...delta(2, { settings: { 'appearance.binary_units': true } }) });
    expect(app.settings.theme).toBe('dark');
    expect(app.format.size(1024)).toContain('KiB');
  });

  it('is asked for anew when a delta is missing', () => {
    backend.send({ type: 'delta', ...delta(5) });
    expect(backend.subscriptions).toBe(2);
    backend.send({ type: 'snapshot', ...snapshot([row('b')], { rev: 5 }) });
    expect(app.torrents.visible).toEqual(['b']);
  });

  it('says when Shoal has quit', () => {
    backend.send({ type: 'bye' });
    expect(app.connection).toBe('bye');
  });
});

describe('undo toasts', () => {
  it('tell about steps of this window and stay ten seconds', async () => {
    await app.backend.call('remove', { hashes: ['a'], data: 'keep' });
    backend.send({ type: 'delta', ...delta(2, { removed: ['a'], undo: { undo: step(1), redo: null } }) });
    expect(app.toasts.all).toMatchObject([{ kind: 'undo', step: { id: 1 } }]);
    vi.advanceTimersByTime(TOAST_MS - 1);
    expect(app.toasts.all).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(app.toasts.all).toHaveLength(0);
  });

  it('wait while somebody points at them', async () => {
    await app.backend.call('remove', { hashes: ['a'], data: 'keep' });
    backend.send({ type: 'delta', ...delta(2, { undo: { undo: step(1), redo: null } }) });
    app.toasts.hold(app.toasts.all[0]?.id ?? 0);
    vi.advanceTimersByTime(60_000);
    expect(app.toasts.all).toHaveLength(1);
  });

  it('keep quiet about other windows, and about how this one looks', async () => {
    backend.send({ type: 'delta', ...delta(2, { undo: { undo: step(1), redo: null } }) });
    await app.settings.set('window.sidebar', false);
    backend.send({ type: 'delta', ...delta(3, { undo: { undo: step(2, 'settings'), redo: null } }) });
    expect(app.toasts.all).toEqual([]);
  });

  it('go when the step is taken back', async () => {
    await app.backend.call('remove', { hashes: ['a'], data: 'keep' });
    backend.send({ type: 'delta', ...delta(2, { undo: { undo: step(1), redo: null } }) });
    backend.send({ type: 'delta', ...delta(3, { undo: { undo: null, redo: step(1) } }) });
    expect(app.toasts.all).toEqual([]);
  });
});

describe('settings', () => {
  it('show at once and go back when they are refused', async () => {
    backend.refusals.set_settings = new CallError('store_failed');
    const saving = app.settings.set('appearance.theme', 'light');
    expect(app.settings.theme).toBe('light');
    await expect(saving).rejects.toMatchObject({ code: 'store_failed' });
    expect(app.settings.theme).toBe('dark');
  });
});

describe('adding', () => {
  it('takes one link a line', () => {
    expect(sourcesOfText(' magnet:?a \r\n\nhttps://b ')).toEqual([
      { kind: 'text', text: 'magnet:?a' },
      { kind: 'text', text: 'https://b' },
    ]);
  });

  it('opens the dialog once and adds to it', async () => {
    backend.answers.inspect = { id: '1', hash: 'x' };
    await addSources(app, sourcesOfText('magnet:?x'));
    backend.send({ type: 'open_request', previews: [{ id: '2', hash: 'y' } as Preview], errors: [] });
    expect(app.ui.dialog).toMatchObject({ kind: 'add', previews: [{ hash: 'x' }, { hash: 'y' }] });
  });

  it('waits while something is typed in another dialog, and opens when that is closed', async () => {
    const label = { kind: 'label', label: null, hashes: [], focus: 'name' } as const;
    const open = (hash: string): void =>
      backend.send({ type: 'open_request', previews: [{ id: hash, hash } as Preview], errors: [] });
    app.ui.dialog = label;
    open('x');
    open('x');
    await addSources(app, sourcesOfText('https://example.org/a.torrent'));
    flushSync();
    expect(app.ui.dialog).toBe(label);
    expect(app.toasts.all).toMatchObject([{ kind: 'info', text: t('desk.shown_later') }]);
    // What that dialog waited for leaves the next one alone.
    app.ui.closeDialog(label);
    flushSync();
    app.ui.closeDialog(label);
    expect(app.ui.dialog).toMatchObject({
      kind: 'add',
      previews: [{ hash: 'x' }],
      sources: [{ kind: 'text' }],
    });
    app.ui.dialog = null;
    flushSync();
    expect(app.ui.dialog).toBeNull();
  });

  it('waits with so much only, and says when it took nothing more', () => {
    app.ui.dialog = { kind: 'labels', hashes: ['a'] };
    const many = (from: string): Preview[] =>
      Array.from({ length: HELD_MAX }, (_, at) => ({ hash: `${from}${at}` }) as Preview);
    openPreviews(app, many('x'), []);
    openPreviews(app, many('y'), []);
    expect(app.ui.held?.previews).toHaveLength(HELD_MAX);
    expect(app.toasts.all).toMatchObject([{}, { kind: 'info', text: t('desk.dialog_open') }]);
  });

  it('takes the place of a dialog in which nothing is typed, and says why when there is nothing', () => {
    for (const kind of ['about', 'shortcuts', 'statistics'] as const) {
      app.ui.dialog = { kind };
      openPreviews(app, [], [{ code: 'truncated', params: { name: kind } }]);
      expect(app.ui.dialog).toEqual({ kind });
      openPreviews(app, [{ hash: 'x' } as Preview], []);
      expect(app.ui.dialog).toMatchObject({ kind: 'add' });
    }
    expect(app.toasts.all.map(({ kind }) => kind)).toEqual(['error', 'error', 'error']);
  });

  it('leaves addresses to the dialog, which shows how far they are', async () => {
    const inspected = vi.spyOn(backend, 'call');
    await addSources(app, sourcesOfText('https://example.org/a.torrent'));
    expect(inspected).not.toHaveBeenCalled();
    expect(app.ui.dialog).toMatchObject({ kind: 'add', previews: [], sources: [{ kind: 'text' }] });
  });

  it('says why when nothing can be added', async () => {
    backend.refusals.inspect = new CallError('not_a_link');
    await addSources(app, sourcesOfText('hello'));
    expect(app.ui.dialog).toBeNull();
    expect(app.toasts.all).toMatchObject([{ kind: 'error', error: { code: 'not_a_link' } }]);
  });
});
