import { beforeEach, describe, expect, it, vi } from 'vitest';
import { row, snapshot } from '../../test/rows';
import type { Glance } from './backend';
import type { Event } from './generated/Event';
import type { TorrentRow } from './generated/TorrentRow';
import { unpackRow } from './generated/unpackRow';
import { createTauriBackend } from './tauri';

interface Asked {
  readonly ahead: boolean;
  readonly channel: { onmessage: (line: unknown) => void };
}
const shell = vi.hoisted(() => ({ asked: [] as Asked[], picture: [] as (() => void)[] }));
vi.mock('@tauri-apps/api/core', () => ({
  Channel: class {
    onmessage = (): void => undefined;
  },
  invoke: async (command: string, args: Asked) => {
    if (command === 'subscribe') shell.asked.push(args);
    return Promise.resolve();
  },
}));
vi.mock('../picture', () => ({
  afterPicture: (work: () => void) => shell.picture.push(work),
}));

/** The names of the fields, in the order in which the shell sends their values. */
const FIELDS = Object.keys(unpackRow([])) as (keyof TorrentRow)[];
const packed = (hash: string): unknown[] => FIELDS.map((field) => row(hash)[field]);
const glance = {
  type: 'glance',
  rows: [packed('a')],
  kinds: [[3, packed('a')]],
  snapshot: snapshot([]),
};
const pieces = [
  { type: 'rows', rows: [packed('c')] },
  { type: 'rows', rows: [packed('a')] },
  { type: 'packed', rows: [packed('b')], snapshot: snapshot([]) },
];
const delta = { type: 'delta', rev: 2 };

let heard: (Event | Glance)[];
const hear = (event: Event | Glance): void => void heard.push(event);
function say(at: number, ...lines: unknown[]): void {
  for (const line of lines) shell.asked[at]?.channel.onmessage(line);
}

beforeEach(() => {
  heard = [];
  shell.asked.length = shell.picture.length = 0;
});

describe("the window's stream", () => {
  it('begins with a glance, and asks for all when that can be seen', async () => {
    const backend = createTauriBackend();
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true]);
    say(0, glance);
    await backend.begun;
    backend.subscribe(hear, () => undefined);
    expect(heard).toEqual([{ type: 'glance', snapshot: snapshot([row('a')]), kinds: [[3, row('a')]] }]);
    expect(shell.asked.length).toBe(1);
    for (const work of shell.picture) work();
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true, false]);
    say(1, ...pieces, delta);
    expect(heard.slice(1)).toEqual([
      { ...snapshot([row('c'), row('a'), row('b')]), type: 'snapshot' },
      delta,
    ]);
  });

  it('takes a short list whole, and another one when it is asked for anew', () => {
    const backend = createTauriBackend();
    const end = backend.subscribe(hear, () => undefined);
    say(0, pieces[2], delta);
    expect(heard.map(({ type }) => type)).toEqual(['snapshot', 'delta']);
    expect(shell.picture).toEqual([]);
    end();
    backend.subscribe(hear, () => undefined);
    expect(shell.asked.map(({ ahead }) => ahead)).toEqual([true, false]);
    say(0, delta);
    expect(heard.length).toBe(2);
    say(1, ...pieces);
    expect(heard[2]).toEqual({ ...snapshot([row('c'), row('a'), row('b')]), type: 'snapshot' });
  });

  it('that has ended asks for nothing more', () => {
    const backend = createTauriBackend();
    const end = backend.subscribe(hear, () => undefined);
    say(0, glance);
    end();
    for (const work of shell.picture) work();
    expect(shell.asked.length).toBe(1);
  });
});
