import { beforeEach, describe, expect, it } from 'vitest';
import { AppContext } from '$lib/app.svelte';
import { CallError } from '$lib/backend/backend';
import { FakeBackend } from '../../test/fake-backend';
import { row, snapshot } from '../../test/rows';
import { ACTIONS, runFor } from './actions';
import { menuItems } from './menu-items';
import { ariaShortcut, matchesShortcut, shortcutText } from './shortcut';

let backend: FakeBackend;
let app: AppContext;

const inList = { inList: true, inText: false, platform: 'linux' };
const press = (key: string, held: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...held });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  backend = new FakeBackend();
  app = new AppContext(backend);
  app.torrents.applySnapshot(
    snapshot([
      row('running'),
      row('stopped', { status: 'stopped', intent: 'stop' }),
      row('blocked', { status: 'attention', sentence: { code: 'file_in_the_way', params: {} } }),
    ]),
  );
});

describe('the registry', () => {
  it('has every id once', () => {
    expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
  });

  it('has no two actions on one key', () => {
    const keys = ACTIONS.flatMap(({ shortcuts }) =>
      shortcuts.map((shortcut) => ariaShortcut(shortcut, 'linux')),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leaves out of menus what does not apply', () => {
    const context = (): string[] => app.actions.pick(({ context }) => context === true).map(({ id }) => id);
    app.torrents.selection.only('running');
    expect(context()).toEqual([
      ...['stop', 'queue_up', 'queue', 'limit', 'goals', 'in_order', 'first_last'],
      ...['label', 'rename', 'move', 'locate', 'recheck'],
      ...['copy_magnet', 'share', 'details', 'remove', 'trash'],
    ]);
    app.torrents.selection.only('blocked');
    expect(context()).toContain('save_beside');
    expect(context()).toContain('start');
  });

  it('draws a line between groups', () => {
    app.torrents.selection.only('running');
    const items = menuItems(
      app.actions.pick(({ context }) => context === true),
      'linux',
    );
    expect(items.filter(({ lineAbove }) => lineAbove).map(({ id }) => id)).toEqual([
      'label',
      'copy_magnet',
      'remove',
    ]);
    expect(items.find(({ id }) => id === 'trash')?.keys).toBe('Shift Del');
  });
});

describe('keys', () => {
  it('start what is stopped, and stop when all of it runs', async () => {
    app.torrents.selection.all();
    app.actions.handleKey(press(' '), inList);
    app.torrents.selection.only('running');
    app.actions.handleKey(press(' '), inList);
    await settle();
    expect(
      backend.calls.map(({ name, request }) => [name, (request as { hashes: string[] }).hashes.toSorted()]),
    ).toEqual([
      ['start', ['blocked', 'stopped']],
      ['stop', ['running']],
    ]);
  });

  it('delete for good only what could not go to the trash', async () => {
    const failed = { code: 'trash_failed', params: {} };
    app.torrents.applySnapshot(snapshot([row('running'), row('failed', { sentence: failed })]));
    for (const row of app.torrents.all) {
      runFor(app, row, 'delete_files');
      await settle();
    }
    expect(backend.calls).toEqual([{ name: 'remove', request: { hashes: ['failed'], data: 'delete' } }]);
  });

  it('remove and move to the trash at once: both can be undone, so nothing is asked', async () => {
    app.torrents.selection.only('running');
    app.actions.handleKey(press('Delete'), inList);
    await settle();
    app.actions.handleKey(press('Delete', { shiftKey: true }), inList);
    await settle();
    expect(backend.calls).toEqual([
      { name: 'remove', request: { hashes: ['running'], data: 'keep' } },
      { name: 'remove', request: { hashes: ['running'], data: 'trash' } },
    ]);
  });

  it('leave text fields alone', () => {
    app.torrents.selection.only('running');
    const inText = { ...inList, inList: false, inText: true };
    expect(app.actions.handleKey(press('?'), inText)).toBe(false);
    expect(app.actions.handleKey(press('Delete'), inText)).toBe(false);
    expect(app.actions.handleKey(press('f', { ctrlKey: true }), inText)).toBe(true);
    expect(backend.calls).toEqual([]);
  });

  it('of the list act in the list only', () => {
    app.torrents.selection.only('running');
    expect(app.actions.handleKey(press(' '), { ...inList, inList: false })).toBe(false);
  });

  it('use the command key on macOS', () => {
    const undo = { key: 'z', mod: true };
    expect(matchesShortcut(undo, press('z', { metaKey: true }), 'macos')).toBe(true);
    expect(matchesShortcut(undo, press('z', { ctrlKey: true }), 'macos')).toBe(false);
    expect(matchesShortcut(undo, press('Z', { ctrlKey: true, shiftKey: true }), 'linux')).toBe(false);
    expect(
      matchesShortcut(
        { key: 'Backspace', mod: true, only: 'macos' },
        press('Backspace', { ctrlKey: true }),
        'linux',
      ),
    ).toBe(false);
    expect(matchesShortcut({ key: '?' }, press('?', { shiftKey: true }), 'linux')).toBe(true);
    expect(shortcutText(undo, 'macos')).toBe('⌘ Z');
  });
});

describe('running', () => {
  it('turns a refusal into a toast', async () => {
    backend.refusals.stop = new CallError('shutting_down');
    app.torrents.selection.only('running');
    app.actions.run('stop');
    await settle();
    expect(app.toasts.all).toMatchObject([{ kind: 'error', error: { code: 'shutting_down' } }]);
  });

  it('copies the magnet links of the selection', async () => {
    backend.answers.overview = { magnet: 'magnet:?xt=urn:btih:00' };
    app.torrents.selection.all();
    app.actions.run('copy_magnet');
    await settle();
    expect(backend.copied).toEqual([Array(3).fill('magnet:?xt=urn:btih:00').join('\n')]);
  });

  it('a remedy selects its row first', async () => {
    runFor(app, row('blocked'), 'save_beside');
    await settle();
    expect(backend.calls).toEqual([{ name: 'save_beside', request: { hash: 'blocked' } }]);
  });

  it('opens the file chooser of the dialog only for what waits for it', () => {
    app.torrents.selection.only('running');
    app.actions.run('choose_files');
    expect(app.ui.dialog).toBeNull();
  });
});

describe('the order of pieces', () => {
  beforeEach(() => {
    app.torrents.applySnapshot(
      snapshot([
        row('plain'),
        row('in-order', { sequential: true }),
        row('edges', { first_last: true }),
        row('whole', { have_bytes: 1_000 }),
      ]),
    );
  });
  const checked = (id: string): unknown => app.actions.get(id).checked?.(app);

  it('is on, off or mixed for what is selected', () => {
    app.torrents.selection.only('plain');
    expect([checked('in_order'), checked('first_last')]).toEqual([false, false]);
    app.torrents.selection.only('in-order');
    expect([checked('in_order'), checked('first_last')]).toEqual([true, false]);
    app.torrents.selection.all();
    expect([checked('in_order'), checked('first_last')]).toEqual(['mixed', 'mixed']);
  });

  it('is switched for all of them, and the other switch of each stays as it is', async () => {
    for (const hash of ['plain', 'edges']) app.torrents.selection.toggle(hash);
    app.actions.run('in_order');
    await settle();
    expect(backend.calls).toEqual([
      { name: 'set_order', request: { hashes: ['plain'], sequential: true, first_last: false } },
      { name: 'set_order', request: { hashes: ['edges'], sequential: true, first_last: true } },
    ]);
  });

  it('is no question for what is whole', () => {
    app.torrents.selection.only('whole');
    expect(app.actions.applies('in_order')).toBe(false);
  });
});

describe('places', () => {
  const moving = { code: 'moving', params: { path: '/data' } };
  const paused = { code: 'check_paused', params: {} };
  const failed = { code: 'move_failed', params: { path: '/data', reason: 'disk_full' } };
  beforeEach(() => {
    app.torrents.applySnapshot(
      snapshot([
        row('still'),
        row('moving', { status: 'waiting', sentence: moving }),
        row('paused', { status: 'checking', sentence: paused }),
        row('failed', { sentence: failed }),
        row('magnet', { status: 'fetching_metadata', wanted_bytes: null }),
        row('full', {
          status: 'attention',
          sentence: { code: 'disk_full', params: { volume: '/data', needed_bytes: '1' } },
        }),
      ]),
    );
  });

  it('F2 asks for another name', () => {
    app.torrents.selection.only('still');
    app.actions.handleKey(press('F2'), inList);
    expect(app.ui.dialog).toEqual({ kind: 'rename', hash: 'still', path: null, name: 'still' });
  });

  it('several move together', () => {
    for (const hash of ['still', 'magnet']) app.torrents.selection.toggle(hash);
    app.actions.run('move');
    const hashes: unknown = expect.arrayContaining(['magnet', 'still']);
    expect(app.ui.dialog).toMatchObject({ kind: 'move', isOther: false, hashes });
  });

  it('what moves can only be cancelled', async () => {
    app.torrents.selection.only('moving');
    const offered = ['move', 'rename', 'locate', 'recheck', 'cancel_move'];
    expect(offered.filter((id) => app.actions.applies(id))).toEqual(['cancel_move']);
    app.actions.run('cancel_move');
    await settle();
    expect(backend.calls).toEqual([{ name: 'cancel_move', request: { hashes: ['moving'] } }]);
  });

  it('a move that failed is tried again to where it was meant to go', async () => {
    app.torrents.selection.only('failed');
    app.actions.run('move_again');
    await settle();
    expect(backend.calls).toEqual([{ name: 'move_data', request: { hashes: ['failed'], folder: '/data' } }]);
  });

  it('a paused check is resumed and not begun anew', async () => {
    app.torrents.selection.only('paused');
    expect(app.actions.applies('recheck')).toBe(false);
    expect(app.actions.applies('pause_check')).toBe(false);
    app.actions.run('resume_check');
    await settle();
    expect(backend.calls).toEqual([{ name: 'hold_check', request: { hashes: ['paused'], hold: false } }]);
  });

  it('all files are checked, but for those that are not known or on their way', async () => {
    app.actions.run('recheck_all');
    await settle();
    const [call] = backend.calls;
    expect((call?.request as { hashes: string[] }).hashes.toSorted()).toEqual(['failed', 'full', 'still']);
  });

  it('a full disk shows what is whole on it, largest first', async () => {
    app.torrents.selection.only('full');
    app.actions.run('show_whole');
    await settle();
    expect(app.ui.filter).toEqual({ kind: 'whole', below: '/data' });
    expect(app.order).toEqual({ by: 'size', desc: true });
  });
});
