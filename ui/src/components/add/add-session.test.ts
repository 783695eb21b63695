import { describe, expect, it } from 'vitest';
import { CallError, type Backend } from '$lib/backend/backend';
import type { AddRequest } from '$lib/backend/generated/AddRequest';
import type { FileRow } from '$lib/backend/generated/FileRow';
import type { FolderInfo } from '$lib/backend/generated/FolderInfo';
import type { InspectSource } from '$lib/backend/generated/InspectSource';
import type { LabelDefaults } from '$lib/backend/generated/LabelDefaults';
import type { LabelView } from '$lib/backend/generated/LabelView';
import type { TargetLook } from '$lib/backend/generated/TargetLook';
import type { Preview } from '$lib/backend/generated/Preview';
import { NO_DEFAULTS } from '$lib/domain/rules';
import { AddSession } from './add-session.svelte';

function file(index: number, name: string, risk: FileRow['risk'] = null): FileRow {
  return {
    index,
    path: [name],
    length: 100,
    have_bytes: 0,
    wanted: true,
    renamed: false,
    disk_path: null,
    part: false,
    priority: 'normal',
    risk,
  };
}

function preview(hash: string, more: Partial<Preview> = {}): Preview {
  return {
    id: `id-${hash}`,
    hash,
    name: `name ${hash}`,
    already_added: false,
    files: [file(3, 'film.mkv'), file(7, 'film.mkv.scr', 'disguised')],
    total_bytes: 200,
    private: false,
    comment: null,
    created_by: null,
    created_at: null,
    tracker_count: 1,
    labels: [],
    ...more,
  };
}

const FOLDER: FolderInfo = {
  path: '/home/ada/Downloads',
  usable: true,
  exists: true,
  free_bytes: 1e9,
  volume_bytes: 2e9,
  volume: '/home',
};

const CLEAR: TargetLook = {
  files_there: 0,
  different: 0,
  same_size: 0,
  first: null,
  first_size_bytes: null,
  first_torrent_bytes: null,
  enough_room: true,
  needed_bytes: 200,
  free_bytes: 1e9,
};
const TAKEN: TargetLook = {
  ...CLEAR,
  ...{ files_there: 1, same_size: 1, first: '/home/ada/Downloads/film.mkv', needed_bytes: 40 },
  ...{ first_size_bytes: 160, first_torrent_bytes: 160 },
};

const DEFAULTS = { leaveOutDisguised: true, sequential: false, firstLast: false };

interface Fake {
  readonly backend: Backend;
  readonly added: AddRequest[];
  folder: FolderInfo;
  inspect: (source: InspectSource) => Promise<Preview>;
  /** By preview; null refuses to look. */
  look: (id: string, folder: string) => TargetLook | null | Promise<TargetLook | null>;
  refused: Set<string>;
  /** Previews of what is in the list. */
  known: Set<string>;
}

function fake(): Fake {
  const added: AddRequest[] = [];
  const handlers: Record<string, (request: never) => unknown> = {
    folder_info: ({ path }: { path: string }) => (path === '' ? self.folder : { ...self.folder, path }),
    inspect: ({ source }: { source: InspectSource }) => self.inspect(source),
    look_at_target: async ({ preview_id: id, folder }: { preview_id: string; folder: string }) => {
      const look = await self.look(id, folder);
      if (look === null) throw new CallError('preview_gone');
      return look;
    },
    add: (request: AddRequest) => {
      if (self.refused.has(request.preview_id)) throw new CallError('preview_gone');
      added.push(request);
      return { hash: '', outcome: self.known.has(request.preview_id) ? 'already_added' : 'added' };
    },
  };
  const call = (name: string, request: unknown) =>
    Promise.resolve(request).then((value) => handlers[name]?.(value as never));
  const self: Fake = {
    backend: { kind: 'mock', call, pickFolder: null } as unknown as Backend,
    added,
    folder: FOLDER,
    inspect: () => Promise.reject(new CallError('not_a_link')),
    look: () => CLEAR,
    refused: new Set(),
    known: new Set(),
  };
  return self;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

const text = (of: string): InspectSource => ({ kind: 'text', text: of });

describe('AddSession', () => {
  it('leaves programs in disguise out and says so to the core', async () => {
    const { backend, added } = fake();
    const session = new AddSession(backend, DEFAULTS);
    session.take([preview('a')]);
    await settle();
    expect(session.canAdd).toBe(true);
    expect(session.bytes).toBe(100);
    await session.add();
    expect(added).toMatchObject([{ preview_id: 'id-a', wanted: [3], save_path: null, start: null }]);
  });

  it('asks for everything when nothing is left out', async () => {
    const { backend, added } = fake();
    const session = new AddSession(backend, { ...DEFAULTS, leaveOutDisguised: false });
    session.take([preview('a')]);
    await settle();
    await session.add();
    expect(added[0]?.wanted).toBeNull();
  });

  it('shows the same torrent once, and unticks what is here already among several', () => {
    const session = new AddSession(fake().backend, DEFAULTS);
    session.take([preview('a', { already_added: true })]);
    expect(session.ticked).toHaveLength(1);
    session.take([preview('a'), preview('b')]);
    expect(session.items.map(({ preview: of, ticked }) => [of.hash, ticked])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('only merges trackers of what is in the list', async () => {
    const { backend, added, known } = fake();
    known.add('id-a');
    const session = new AddSession(backend, DEFAULTS);
    session.take([preview('a', { already_added: true })]);
    await settle();
    expect(session.fresh).toHaveLength(0);
    expect(await session.add()).toEqual({ added: [], merged: ['name a'], failed: 0 });
    expect(added).toMatchObject([{ save_path: null, wanted: null }]);
  });

  it('asks for the files of a magnet only when it was told to', async () => {
    const { backend, added } = fake();
    const session = new AddSession(backend, DEFAULTS);
    session.take([preview('a', { files: null, total_bytes: null }), preview('b', { files: null })]);
    await settle();
    session.items[0]!.askFiles = true;
    await session.add();
    expect(added.map(({ choose_files: asks }) => asks)).toEqual([true, false]);
  });

  it('keeps what was refused, with the reason, and takes the rest off', async () => {
    const backend = fake();
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a'), preview('b')]);
    await settle();
    backend.refused.add('id-a');
    expect(await session.add()).toEqual({ added: ['name b'], merged: [], failed: 1 });
    expect(session.items.map((item) => item.preview.hash)).toEqual(['a']);
    expect(session.refusals).toMatchObject([{ name: 'name a', code: 'preview_gone' }]);
  });

  it('cannot add without a file, without a torrent or into a folder that cannot be used', async () => {
    const backend = fake();
    const session = new AddSession(backend.backend, DEFAULTS);
    await settle();
    expect(session.canAdd).toBe(false);
    session.take([preview('a')]);
    session.items[0]!.choice!.setAll(false);
    expect(session.canAdd).toBe(false);
    session.items[0]!.choice!.setAll(true);
    expect(session.canAdd).toBe(true);
    backend.folder = { ...FOLDER, usable: false };
    session.folder.pick('/root');
    await settle();
    expect(session.canAdd).toBe(false);
  });
});

describe('files that are there already', () => {
  it('are found before the add, need less room, and are asked about', async () => {
    const backend = fake();
    backend.look = (id) => (id === 'id-a' ? TAKEN : CLEAR);
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a'), preview('b')]);
    await settle();
    expect(session.inTheWay.map(({ preview: { hash } }) => hash)).toEqual(['a']);
    expect([session.bytes, session.needed]).toEqual([200, 140]);
    session.existing = 'beside';
    await session.add();
    expect(backend.added.map(({ existing }) => existing)).toEqual(['beside', 'ask']);
  });

  it('stop an add that was asked for before they were known, once', async () => {
    const backend = fake();
    let answer: (look: TargetLook) => void = () => undefined;
    backend.look = () => new Promise((resolve) => (answer = resolve));
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a')]);
    await settle();
    expect(session.canAdd).toBe(true);
    const pressed = session.add();
    answer(TAKEN);
    expect(await pressed).toBeNull();
    expect(backend.added).toEqual([]);
    expect(await session.add()).toMatchObject({ failed: 0 });
    expect(backend.added).toMatchObject([{ existing: 'ask' }]);
  });

  it('are forgotten with the folder they are in', async () => {
    const backend = fake();
    backend.look = () => TAKEN;
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a')]);
    await settle();
    backend.look = () => CLEAR;
    session.folder.pick('/elsewhere');
    await settle();
    expect(session.inTheWay).toEqual([]);
  });

  it('are no hindrance when nobody can look', async () => {
    const backend = fake();
    backend.look = () => null;
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a')]);
    expect(await session.add()).toMatchObject({ added: ['name a'] });
  });
});

describe('what is asked for', () => {
  it('before the folder is known waits for it', async () => {
    const backend = fake();
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a')]);
    expect(session.canAdd).toBe(true);
    expect(await session.add()).toMatchObject({ added: ['name a'] });
    expect(backend.added).toMatchObject([{ save_path: null }]);
  });

  it('into a folder that turns out to be of no use is not added', async () => {
    const backend = fake();
    backend.folder = { ...FOLDER, usable: false };
    const session = new AddSession(backend.backend, DEFAULTS);
    session.take([preview('a')]);
    expect(await session.add()).toBeNull();
    expect(backend.added).toEqual([]);
  });

  it('says the order of pieces, how urgent files are and where it stands in the list', async () => {
    const { backend, added } = fake();
    const session = new AddSession(backend, { ...DEFAULTS, sequential: true });
    session.take([preview('a')]);
    session.firstLast = true;
    session.top = true;
    const choice = session.items[0]!.choice!;
    choice.setPriority([choice.tree.nodes.findIndex(({ name }) => name === 'film.mkv')], 'high');
    await session.add();
    expect(added).toMatchObject([
      { sequential: true, first_last: true, top: true, priorities: { 3: 'high' } },
    ]);
  });
});

describe('looking up', () => {
  it('shows what is asked, then what it is', async () => {
    const backend = fake();
    backend.inspect = () => Promise.resolve(preview('a'));
    const session = new AddSession(backend.backend, DEFAULTS);
    const done = session.lookUp([text('https://example.org/t/a.torrent')]);
    expect(session.lookups.map(({ name }) => name)).toEqual(['a.torrent']);
    await done;
    expect([session.lookups.length, session.items.length]).toEqual([0, 1]);
  });

  it('says why something could not be read', async () => {
    const session = new AddSession(fake().backend, DEFAULTS);
    await session.lookUp([text('nonsense')]);
    expect(session.refusals).toMatchObject([{ name: 'nonsense', code: 'not_a_link' }]);
  });

  it('drops an answer that comes after it was cancelled', async () => {
    const backend = fake();
    let answer: (of: Preview) => void = () => undefined;
    backend.inspect = () => new Promise((resolve) => (answer = resolve));
    const session = new AddSession(backend.backend, DEFAULTS);
    const done = session.lookUp([text('https://example.org/')]);
    await settle();
    session.cancel(session.lookups[0]!.id);
    answer(preview('a'));
    await done;
    expect([session.items.length, session.refusals.length]).toEqual([0, 0]);
  });
});

const label = (name: string, of: Partial<LabelDefaults>): LabelView => ({
  name,
  colour: 0,
  defaults: { ...NO_DEFAULTS, ...of },
});
const LABELS = [
  label('films', { save_path: '/data/films', start: false }),
  label('music', { save_path: '/data/music' }),
  label('plain', {}),
];

describe('what labels bring', () => {
  function begin(...previews: Preview[]): { session: AddSession; backend: Fake } {
    const backend = fake();
    const session = new AddSession(backend.backend, DEFAULTS, () => LABELS);
    session.take(previews);
    return { session, backend };
  }

  it('is shown, and left to the core as long as nobody has touched it', async () => {
    const { session, backend } = begin(preview('a', { labels: ['films'] }));
    await session.settled();
    expect([session.folder.text, session.folderFrom?.label]).toEqual(['/data/films', 'films']);
    expect([session.startNow, session.startFrom?.label]).toEqual([false, 'films']);
    await session.add();
    expect(backend.added).toMatchObject([{ save_path: null, start: null, labels: [] }]);
    expect(backend.added[0]).not.toHaveProperty('only_labels');
  });

  it('follows the labels that somebody chooses', async () => {
    const { session, backend } = begin(preview('a', { labels: ['films'] }));
    const [item] = session.items;
    item!.chooseLabel('films', false);
    item!.chooseLabel('music', true);
    session.follow();
    await session.settled();
    expect([session.folder.text, session.startNow]).toEqual(['/data/music', true]);
    item!.chooseLabel('music', false);
    session.follow();
    await session.settled();
    expect([session.folder.text, session.folderFrom]).toEqual([FOLDER.path, null]);
    await session.add();
    expect(backend.added).toMatchObject([{ save_path: null, start: null, labels: [], only_labels: true }]);
  });

  it('is worth less than what somebody typed or ticked', async () => {
    const { session, backend } = begin(preview('a', { labels: ['films'] }));
    session.folder.pick('/mine');
    session.chooseStart(true);
    session.items[0]!.chooseLabel('music', true);
    session.follow();
    await session.settled();
    expect([session.folder.text, session.startNow]).toEqual(['/mine', true]);
    await session.add();
    expect(backend.added).toMatchObject([
      { save_path: '/mine', start: true, labels: ['films', 'music'], only_labels: true },
    ]);
  });

  it('is each one’s own among several', async () => {
    const seen: [string, string][] = [];
    const films = preview('a', { labels: ['films'] });
    const { session, backend } = begin(films, preview('b', { labels: ['music'] }), preview('c'));
    backend.look = (id, folder) => {
      seen.push([id, folder]);
      return CLEAR;
    };
    await session.settled();
    expect([session.folder.text, session.folderFrom, session.startNow]).toEqual([FOLDER.path, null, 'mixed']);
    expect(session.here.map(({ preview: { hash } }) => hash)).toEqual(['c']);
    expect(session.neededHere).toBe(100);
    expect(seen).toEqual([
      ['id-a', '/data/films'],
      ['id-b', '/data/music'],
      ['id-c', FOLDER.path],
    ]);
    await session.add();
    expect(backend.added.map(({ save_path: path, start }) => [path, start])).toEqual([
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  it('of a folder that is of no use holds up only those that go there', async () => {
    const backend = fake();
    backend.folder = { ...FOLDER, usable: false };
    const session = new AddSession(backend.backend, DEFAULTS, () => LABELS);
    session.take([preview('a', { labels: ['films'] }), preview('b', { labels: ['music'] })]);
    await session.settled();
    expect([session.folder.isUsable, session.canAdd]).toEqual([false, true]);
    session.take([preview('c')]);
    expect(session.canAdd).toBe(false);
    session.items[2]!.ticked = false;
    expect(await session.add()).toMatchObject({ added: ['name a', 'name b'] });
  });
});
