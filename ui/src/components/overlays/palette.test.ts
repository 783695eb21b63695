import { describe, expect, it } from 'vitest';
import { row } from '../../test/rows';
import { found, readRecent, suggested, withRecent, type PaletteItem } from './palette';

const item = (id: string, text: string, part: Partial<PaletteItem> = {}): PaletteItem => ({
  id,
  kind: 'action',
  text,
  run: () => undefined,
  ...part,
});
const ITEMS = [
  item('stop', 'Stop'),
  item('remove', 'Remove from list'),
  item('trash', 'Move files to trash'),
  item('port', 'Port', { kind: 'setting', also: 'Network Others call you here, over TCP and uTP.' }),
  item('films', 'Show Films', { kind: 'filter' }),
];
const TORRENTS = [row('a', { name: 'Films of 1912' }), row('b', { name: 'debian-13.2.0-amd64.iso' })];
const asItem = ({ hash, name }: { hash: string; name: string }): PaletteItem =>
  item(hash, name, { kind: 'torrent' });
const ask = (question: string, recent: string[] = []): [string, string[]][] =>
  found(question, ITEMS, TORRENTS, asItem, recent).map(({ kind, items }) => [
    kind,
    items.map(({ id }) => id),
  ]);

describe('the palette', () => {
  it('finds actions, settings, filters and torrents, those that fit best first', () => {
    expect(ask('films')).toEqual([
      ['torrent', ['a']],
      ['filter', ['films']],
    ]);
    expect(ask('mo')).toEqual([['action', ['trash', 'remove']]]);
    expect(ask('amd64')).toEqual([['torrent', ['b']]]);
  });

  it('finds settings by their explanation as well', () => {
    expect(ask('utp')).toEqual([['setting', ['port']]]);
  });

  it('finds nothing where there is nothing', () => {
    expect(ask('xyzzy')).toEqual([]);
  });

  it('begins with what was used last, and does not say it twice', () => {
    expect(
      suggested(ITEMS, ['films', 'gone', 'stop']).map(({ kind, items }) => [kind, items.length]),
    ).toEqual([
      ['recent', 2],
      ['action', 2],
    ]);
  });

  it('prefers what was used lately among equals', () => {
    const twins = [item('one', 'Stop one'), item('two', 'Stop two')];
    const ids = found('stop', twins, [], asItem, ['two'])[0]?.items.map(({ id }) => id);
    expect(ids).toEqual(['two', 'one']);
  });

  it('offers a handful of 10,000 torrents', () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      row(String(at), { name: `A torrent with a name of usual length, number ${at}.x86_64` }),
    );
    expect(found('number usual', ITEMS, many, asItem, [])[0]?.items).toHaveLength(6);
  });
});

describe('what was used', () => {
  it('is remembered newest first, each once', () => {
    expect(withRecent(['b', 'a'], 'a')).toEqual(['a', 'b']);
    expect(withRecent(Array.from({ length: 20 }, String), 'a')).toHaveLength(10);
  });
  it('is read as what it should be, whatever is there', () => {
    expect(readRecent(undefined)).toEqual([]);
    expect(readRecent({ a: 1 })).toEqual([]);
    expect(readRecent(['a', 1, null, 'b'])).toEqual(['a', 'b']);
  });
});
