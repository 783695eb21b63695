import { tick } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dropLook, dropRow, preview } from '../test/drops';
import { FakeBackend } from '../test/fake-backend';
import { delta, row, snapshot } from '../test/rows';
import { AppContext } from './app.svelte';
import { CallError } from './backend/backend';
import type { DeskRequest } from './backend/generated/DeskRequest';
import type { GoTo } from './backend/generated/GoTo';

let backend: FakeBackend;
let app: AppContext;
let stop: () => void;

const dropped = { previews: [], errors: [], urls: [], create: null, start: null };
const refusal = (name: string) => ({ code: 'truncated', params: { name } });
const go = (to: GoTo): void => backend.send({ type: 'go', to });
const toasts = (): unknown[] => app.toasts.all.map((toast) => ('text' in toast ? toast.text : toast.kind));
/** What was begun by an event has been done. */
const done = (): Promise<void> => vi.dynamicImportSettled();

beforeEach(() => {
  backend = new FakeBackend();
  app = new AppContext(backend);
  stop = app.start();
  backend.send({ type: 'snapshot', ...snapshot([row('a'), row('b', { status: 'attention' })]) });
});
afterEach(() => stop());

describe('what hovers', () => {
  it('is there until it leaves or is dropped', () => {
    const look = dropLook([dropRow('x')]);
    backend.send({ type: 'drop_hover', look });
    expect(app.drops.look).toEqual(look);
    backend.send({ type: 'drop_left' });
    expect(app.drops.look).toBeNull();
    backend.send({ type: 'drop_hover', look });
    backend.send({ type: 'dropped', ...dropped });
    expect(app.drops.look).toBeNull();
  });
});

describe('what is dropped', () => {
  it('opens the dialog with all of it, addresses to be fetched there', () => {
    const urls = ['https://example.org/a.torrent'];
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x')], errors: [refusal('y')], urls });
    expect(app.ui.dialog).toMatchObject({
      kind: 'add',
      previews: [{ hash: 'x' }],
      errors: [refusal('y')],
      sources: [{ kind: 'text', text: urls[0] }],
    });
  });
  it('comes to what is in the dialog already', () => {
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x')] });
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x'), preview('y')] });
    backend.send({ type: 'dropped', ...dropped, errors: [refusal('z')] });
    expect(app.ui.dialog).toMatchObject({ previews: [{ hash: 'x' }, { hash: 'y' }], errors: [refusal('z')] });
  });
  it('and cannot be added is told in one message', () => {
    backend.send({ type: 'dropped', ...dropped, errors: [refusal('y')] });
    expect(app.toasts.all).toMatchObject([{ kind: 'error', error: { code: 'truncated' } }]);
    backend.send({ type: 'dropped', ...dropped, errors: [refusal('y'), refusal('z'), refusal('w')] });
    expect(app.toasts.all).toHaveLength(2);
    expect(toasts()[1]).toMatch(/^3 could not be added, .*y.* among them: Not a whole torrent file/);
    expect(app.ui.dialog).toBeNull();
  });
  it('a folder becomes a torrent to make, with what was typed for the last one', () => {
    app.creation.draft = { ...app.creation.draft, trackers: 'https://t.example', name: 'old' };
    backend.send({ type: 'dropped', ...dropped, create: '/home/ada/Films' });
    expect(app.ui.dialog).toEqual({ kind: 'create' });
    expect(app.creation.draft).toMatchObject({
      path: '/home/ada/Films',
      name: '',
      trackers: 'https://t.example',
    });
  });
  it('changes nothing of a dialog about something else, and says so', () => {
    app.ui.dialog = { kind: 'about' };
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x')] });
    expect(app.ui.dialog).toEqual({ kind: 'about' });
    expect(toasts()[0]).toMatch(/^Nothing was added/);
    app.ui.dialog = { kind: 'add', previews: [], errors: [] };
    backend.send({ type: 'dropped', ...dropped, create: '/x' });
    expect(app.ui.dialog).toMatchObject({ kind: 'add' });
  });
});

describe('what is dropped with a key held', () => {
  const FOLDER = { path: '/d', usable: true, exists: true, free_bytes: 1, volume_bytes: 2, volume: '/' };
  const added = (): unknown[] =>
    backend.calls.filter(({ name }) => name === 'add').map(({ request }) => request);

  beforeEach(() => {
    backend.answers.folder_info = FOLDER;
    backend.answers.add = { hash: 'x', outcome: 'added' };
  });

  it('is added without a question, and can be taken off again', async () => {
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x')], start: true });
    await vi.waitFor(() => expect(app.toasts.all).toMatchObject([{ kind: 'own' }]));
    expect(added()).toMatchObject([{ preview_id: 'id-x', start: true, existing: 'ask' }]);
    expect(app.ui.dialog).toBeNull();
    const [toast] = app.toasts.all;
    if (toast?.kind === 'own') toast.undo();
    expect(backend.calls.at(-1)).toEqual({ name: 'remove', request: { hashes: ['x'], data: 'keep' } });
  });
  it('and cannot be taken off again says why', async () => {
    backend.refusals.remove = new CallError('store_failed');
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x')], start: true });
    await vi.waitFor(() => expect(app.toasts.all).toMatchObject([{ kind: 'own' }]));
    const [toast] = app.toasts.all;
    if (toast?.kind === 'own') toast.undo();
    await vi.waitFor(() => expect(app.toasts.all.at(-1)).toMatchObject({ error: { code: 'store_failed' } }));
  });
  it('is added stopped, which is said', async () => {
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x'), preview('y')], start: false });
    await vi.waitFor(() => expect(toasts()).toEqual(['Added 2 torrents, stopped.']));
    expect(added()).toMatchObject([{ start: false }, { start: false }]);
  });
  it('is fetched first where it is an address', async () => {
    backend.answers.inspect = preview('u');
    const urls = ['https://example.org/a.torrent'];
    backend.send({ type: 'dropped', ...dropped, urls, start: true });
    await vi.waitFor(() => expect(added()).toMatchObject([{ preview_id: 'id-u' }]));
    await done();
    expect(toasts()).not.toContain('Fetching 1 torrent file…');
  });
  it('asks where there is no folder to save to', async () => {
    backend.answers.folder_info = { ...FOLDER, usable: false };
    backend.send({ type: 'dropped', ...dropped, previews: [preview('x')], start: false });
    await vi.waitFor(() =>
      expect(app.ui.dialog).toMatchObject({ kind: 'add', previews: [{ hash: 'x' }], start: false }),
    );
    expect(added()).toEqual([]);
  });
  it('asks about what lies in its place, and adds the others', async () => {
    const files = ['x', 'y'].map((name, index) => ({
      ...{ index, path: [name], length: 1, have_bytes: 0, wanted: true, renamed: false, disk_path: null },
      ...{ part: false, priority: 'normal' as const, risk: null },
    }));
    const look = {
      different: 0,
      same_size: 1,
      first: null,
      first_size_bytes: null,
      first_torrent_bytes: null,
    };
    const room = { enough_room: true, needed_bytes: 1, free_bytes: 1 };
    backend.answers.look_at_target = { ...look, ...room, files_there: 1 };
    const previews = [preview('x', { files }), preview('m')];
    backend.send({ type: 'dropped', ...dropped, previews, start: true });
    await vi.waitFor(() => expect(app.ui.dialog).toMatchObject({ previews: [{ hash: 'x' }], start: true }));
    expect(added()).toMatchObject([{ preview_id: 'id-m' }]);
  });
  it('says when all of it was here', async () => {
    const previews = ['x', 'y'].map((hash) => preview(hash, { already_added: true }));
    backend.send({ type: 'dropped', ...dropped, previews, start: true });
    await vi.waitFor(() => expect(toasts()).toEqual(['2 were in the list already.']));
  });
});

describe('closing', () => {
  it('asks over whatever is open', () => {
    app.ui.dialog = { kind: 'about' };
    backend.send({ type: 'close_asked' });
    expect(app.ui.closing).toBe(true);
    expect(app.ui.dialog).toEqual({ kind: 'about' });
  });
});

describe('a computer that does not rest', () => {
  it('is told of until somebody has read it', () => {
    backend.send({ type: 'stays', what: 'sleep', why: 'needed' });
    expect(app.ui.stays).toMatchObject({ what: 'sleep', why: 'needed' });
  });
});

describe('what was pressed outside of the window', () => {
  it('leads to a torrent, and to the list when it is gone', async () => {
    app.ui.view = 'settings';
    app.ui.filter = { kind: 'status', status: 'attention' };
    await tick();
    expect(app.torrents.visible).toEqual(['b']);
    go({ type: 'torrent', hash: 'a' });
    await vi.waitFor(() => expect(app.ui.listAsked).toBe(1));
    expect([app.ui.view, [...app.torrents.selection.hashes]]).toEqual(['list', ['a']]);
    expect(app.torrents.visible).toContain('a');
    app.ui.view = 'settings';
    go({ type: 'torrent', hash: 'gone' });
    expect(app.ui.view).toBe('list');
  });
  it('leads to a torrent right behind the first list, as after a cold start', async () => {
    const fresh = new AppContext(backend);
    const end = fresh.start();
    backend.send({ type: 'snapshot', ...snapshot([row('a'), row('b')]) });
    go({ type: 'torrent', hash: 'b' });
    await tick();
    await tick();
    expect([fresh.ui.listAsked, [...fresh.torrents.selection.hashes]]).toEqual([1, ['b']]);
    end();
  });
  it('leads to what needs attention, and to the settings', () => {
    app.ui.search = 'x';
    go({ type: 'attention' });
    expect([app.ui.filter, app.ui.search]).toEqual([{ kind: 'status', status: 'attention' }, '']);
    go({ type: 'settings' });
    expect(app.ui.view).toBe('settings');
  });
  it('asks for a link when the clipboard had none', async () => {
    go({ type: 'paste', text: ' ' });
    expect(app.ui.dialog).toEqual({ kind: 'add', previews: [], errors: [] });
    app.ui.dialog = null;
    backend.answers.inspect = preview('x');
    go({ type: 'paste', text: 'magnet:?xt=urn:btih:x' });
    await vi.waitFor(() => expect(app.ui.dialog).toMatchObject({ previews: [{ hash: 'x' }] }));
  });
});

describe('what is to be added from outside of the window', () => {
  const picked = [{ kind: 'path', path: '/x.torrent' }] as const;

  it('comes to the dialog for that when it is open', async () => {
    backend.pickTorrents = () => Promise.resolve([...picked]);
    backend.answers.inspect = preview('x');
    app.ui.dialog = { kind: 'add', previews: [preview('a')], errors: [] };
    go({ type: 'add' });
    await vi.waitFor(() => expect(app.ui.dialog).toMatchObject({ previews: [{ hash: 'a' }, { hash: 'x' }] }));
  });
  it('takes nothing away from another dialog, and says so', () => {
    app.ui.dialog = { kind: 'about' };
    go({ type: 'paste', text: 'magnet:?xt=urn:btih:x' });
    expect(toasts()).toEqual(['Nothing was added. Close the dialog first, then try again.']);
    app.ui.dialog = null;
    app.ui.closing = true;
    go({ type: 'add' });
    expect([app.ui.dialog, backend.calls]).toEqual([null, []]);
  });
});

describe('a link of the clipboard', () => {
  it('is offered once, and no more when it is in the list', () => {
    backend.send({ type: 'clipboard_offer', preview: preview('x') });
    backend.send({ type: 'clipboard_offer', preview: preview('y') });
    expect(app.toasts.all).toMatchObject([{ kind: 'offer', preview: { hash: 'y' } }]);
    backend.send({ type: 'delta', ...delta(2, { upserts: [row('y')] }) });
    expect(app.toasts.all).toEqual([]);
  });
  it('is not offered over a dialog', () => {
    app.ui.dialog = { kind: 'about' };
    backend.send({ type: 'clipboard_offer', preview: preview('x') });
    expect(app.toasts.all).toEqual([]);
  });
});

describe('what the desktop offers', () => {
  it('is asked for only while somebody looks', async () => {
    const asked: DeskRequest[] = [];
    const state = { tray_host: true, notices: true, autostart: false, sandboxed: false };
    const handlers = { magnets: { type: 'ours' }, torrents: { type: 'ours' } } as const;
    backend.desk = (request) => {
      asked.push(request);
      return Promise.resolve({ type: 'state', state: { ...state, ...handlers, notices: asked.length < 2 } });
    };
    const { desk } = new AppContext(backend);
    desk.changed();
    expect(asked).toEqual([]);
    const [end, endOther] = [desk.follow(), desk.follow()];
    await vi.waitFor(() => expect(desk.state?.notices).toBe(true));
    desk.changed();
    await vi.waitFor(() => expect(desk.state?.notices).toBe(false));
    end();
    endOther();
    desk.changed();
    expect(asked).toEqual([{ type: 'state' }, { type: 'state' }]);
  });
  it('is nothing in a browser', () => {
    expect(app.desk.isHere).toBe(false);
    app.desk.follow()();
    expect(app.desk.state).toBeNull();
  });
});
