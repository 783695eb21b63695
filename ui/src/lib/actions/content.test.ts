import { beforeEach, describe, expect, it } from 'vitest';
import { AppContext } from '$lib/app.svelte';
import { CallError } from '$lib/backend/backend';
import { FakeBackend } from '../../test/fake-backend';
import { row, snapshot } from '../../test/rows';
import { openContent } from './content';

let backend: FakeBackend;
let app: AppContext;
let opened: unknown[][];
let refusal: CallError | null;

const press = (key: string, held: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', { key, ...held });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const inList = { inList: true, inText: false, platform: 'linux' };

beforeEach(() => {
  opened = [];
  refusal = null;
  backend = new FakeBackend();
  backend.open = (...of) => {
    opened.push(of);
    return refusal === null || of[2] ? Promise.resolve() : Promise.reject(refusal);
  };
  backend.reveal = (...of) => Promise.resolve(void opened.push(['reveal', ...of]));
  app = new AppContext(backend);
  const whole = { have_bytes: 1_000 };
  app.torrents.applySnapshot(
    snapshot([
      ...Array.from({ length: 9 }, (_, at) => row(`whole-${at}`, whole)),
      row('empty'),
      row('magnet', { wanted_bytes: null, have_bytes: 0 }),
    ]),
  );
});

describe('opening', () => {
  it('is what Enter does, and Ctrl Enter shows it in its folder', async () => {
    app.torrents.selection.only('whole-1');
    expect(app.actions.handleKey(press('Enter'), inList)).toBe(true);
    expect(app.actions.handleKey(press('Enter', { ctrlKey: true }), inList)).toBe(true);
    await settle();
    expect(opened).toEqual([
      ['whole-1', null, false],
      ['reveal', 'whole-1', null],
    ]);
  });

  it('is not offered where nobody can see it, nor for what has nothing yet', () => {
    for (const hash of ['empty', 'magnet']) {
      app.torrents.selection.only(hash);
      expect([app.actions.applies('open'), app.actions.applies('reveal')]).toEqual([false, false]);
    }
    const remote = new AppContext(new FakeBackend());
    remote.torrents.applySnapshot(snapshot([row('whole', { have_bytes: 1_000 })]));
    remote.torrents.selection.only('whole');
    expect(remote.actions.applies('open')).toBe(false);
    expect(remote.actions.handleKey(press('Enter'), inList)).toBe(false);
  });

  it('is not done to a whole list by accident', () => {
    for (let at = 0; at < 8; at++) app.torrents.selection.toggle(`whole-${at}`);
    expect(app.actions.applies('open')).toBe(true);
    app.torrents.selection.toggle('whole-8');
    expect(app.actions.applies('open')).toBe(false);
  });

  it('asks before a program runs, and opens nothing more', async () => {
    const params = { name: 'setup.exe', risk: 'executable' };
    refusal = new CallError('open_risky', params);
    app.torrents.selection.only('whole-1');
    app.torrents.selection.toggle('whole-2');
    app.actions.run('open');
    await settle();
    expect(app.ui.dialog).toEqual({ kind: 'open', hash: 'whole-1', file: null, code: 'open_risky', params });
    expect(opened).toHaveLength(1);
    expect(app.toasts.all).toEqual([]);
  });

  it('says what else went wrong', async () => {
    refusal = new CallError('file_missing', { path: '/data/film.mkv' });
    await expect(openContent(app, 'whole-1', 3)).rejects.toThrow('file_missing');
    expect(app.ui.dialog).toBeNull();
  });
});

describe('the .torrent file', () => {
  it('is saved where the user says', async () => {
    backend.answers.torrent_file = { name: 'whole-1.torrent', base64: 'ZGU=' };
    app.torrents.selection.only('whole-1');
    app.actions.run('save_torrent');
    await settle();
    expect(backend.saved).toEqual([{ name: 'whole-1.torrent', base64: 'ZGU=', kind: 'torrent' }]);
    expect(app.toasts.all).toMatchObject([{ kind: 'info' }]);
  });

  it('is not there before the file list is', () => {
    app.torrents.selection.only('magnet');
    expect(app.actions.applies('save_torrent')).toBe(false);
    expect(app.actions.applies('share')).toBe(true);
  });
});
