import { describe, expect, it } from 'vitest';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { row } from '../../test/rows';
import { compileQuery, type QueryContext } from './query';

const NOW = Date.UTC(2026, 10, 21, 12);
const DAY = 86_400_000;
const CONTEXT: QueryContext = { labels: ['Films', 'Films HD', 'Books & audio', 'Été'], now: NOW };

const debian = row('abcdef0123456789', {
  name: 'Debian 13 netinst.iso',
  labels: ['Films'],
  trackers: ['bttracker.debian.org'],
  wanted_bytes: 700_000_000,
  have_bytes: 350_000_000,
  ratio: 1.5,
  added_at: NOW - 3 * DAY,
  save_path: '/data/ISO images',
  private: true,
  down_bps: 5,
});
const pokemon = row('ffff', {
  name: 'Pokémon, le film',
  labels: ['Films HD', 'Été'],
  wanted_bytes: null,
  added_at: NOW - 40 * DAY,
  status: 'stopped',
  intent: 'stop',
});

const hits = (text: string, context: Partial<QueryContext> = {}): string => {
  const query = compileQuery(text, { ...CONTEXT, ...context });
  return [debian, pokemon]
    .filter((one) => query.matches(one))
    .map(({ name }) => name[0])
    .join('');
};

describe('a search finds', () => {
  it.each([
    ['everything when it asks nothing', '  ', 'DP'],
    ['every word, in any order and case', 'NETINST debian', 'D'],
    ['nothing when one word is nowhere', 'debian arch', ''],
    ['labels', 'films', 'DP'],
    ['hosts of trackers', 'bttracker', 'D'],
    ['the beginning of an info-hash', 'ABCDEF01', 'D'],
    ['no hash by a few letters', 'ff', ''],
    ['names without their accents', 'pokemon ete', 'P'],
    ['names with them', 'Pokémon', 'P'],
    ['phrases only as they are', '"13 netinst"', 'D'],
    ['no phrase in another order', '"netinst 13"', ''],
    ['what is not excluded', '-debian', 'P'],
    ['what has no such label', '-label:films', 'P'],
    ['a label by its whole name', 'label:films', 'D'],
    ['labels by a part while it is typed', 'label:film', 'DP'],
    ['a label with a space', 'label:"films hd"', 'P'],
    ['a label with an accent', 'label:ete', 'P'],
    ['what has no label', 'label:""', ''],
    ['nothing yet while a label is still to come', 'label:', 'DP'],
    ['only what stands before a tracker that is still to come', 'netinst tracker:', 'D'],
    ['trackers by a part of the host', 'tracker:debian', 'D'],
    ['what has no tracker', 'tracker:""', 'P'],
    ['by status', 'status:stopped', 'P'],
    ['by the beginning of a status', 'status:down', 'D'],
    ['what moves bytes now', 'status:active', 'D'],
    ['what is over a size', 'size>600MB', 'D'],
    ['what is under one', 'size<0.6 GB', ''],
    ['a size as it is shown', 'size:700MB', 'D'],
    ['in binary units', 'size>667MiB', 'D'],
    ['in binary units, beyond it', 'size>668MiB', ''],
    ['with a comma in the number', 'size<0,8GB', 'D'],
    ['in French units', 'size>600Mo', 'D'],
    ['in Arabic digits', 'size>٦٠٠MB', 'D'],
    ['by ratio', 'ratio>=1.5', 'D'],
    ['by ratio that is too small', 'ratio<1.5', 'P'],
    ['what is not whole', 'progress<100', 'DP'],
    ['what is half there', 'progress:50%', 'D'],
    ['what is young', 'added<7d', 'D'],
    ['what is old', 'added>1mo', 'P'],
    ['what was added after a day', 'added>=2026-11-01', 'D'],
    ['what was added before it', 'added<2026-11-01', 'P'],
    ['by folder', 'path:iso', 'D'],
    ['by folder with a space', 'path:"ISO images"', 'D'],
    ['what is private', 'private:yes', 'D'],
    ['what is public', 'private:no', 'P'],
    ['what fits all of it', 'netinst size>1MB label:films -arch', 'D'],
  ])('%s', (_what, text, wanted) => expect(hits(text)).toBe(wanted));
});

describe('a term that makes no sense', () => {
  it.each([
    ['size>big', 'size', 'value'],
    ['size>700', 'size', 'value'],
    ['size>', 'size', 'value'],
    ['ratio>x', 'ratio', 'value'],
    ['progress>200', 'progress', 'value'],
    ['added<soon', 'added', 'value'],
    ['added>2026-02-30', 'added', 'value'],
    ['status:lazy', 'status', 'value'],
    ['private:maybe', 'private', 'value'],
    ['path:', 'path', 'value'],
  ])('%s is said and ignored', (text, key, kind) => {
    const { problems } = compileQuery(text, CONTEXT);
    expect(problems).toMatchObject([{ key, kind }]);
    expect(hits(text)).toBe('DP');
  });
  it('names what was typed', () => {
    const [problem] = compileQuery('Size>=lots', CONTEXT).problems;
    expect(problem).toMatchObject({ term: 'size>=', value: 'lots' });
  });
  it('is not a label that nobody has: that one finds nothing, and is said', () => {
    expect(hits('label:none')).toBe('');
    expect(compileQuery('label:none', CONTEXT).problems).toMatchObject([{ kind: 'unknown', value: 'none' }]);
  });
});

describe('file names', () => {
  const files = new Map([['ffff', 'Specials/Big Buck Bunny.mkv']]);
  it('are asked for with the wanted words only', () => {
    expect(compileQuery('Bück "two words" -not label:Films size>1GB', CONTEXT).needsFiles).toBe(
      'Bück two words',
    );
    expect(compileQuery('label:Films', CONTEXT).needsFiles).toBeNull();
    expect(compileQuery('ab', CONTEXT).needsFiles).toBeNull();
    expect(compileQuery('漢', CONTEXT).needsFiles).toBe('漢');
  });
  it('bring in torrents, each with its reason', () => {
    expect(hits('bunny', { files })).toBe('P');
    const query = compileQuery('bunny', { ...CONTEXT, files });
    expect(query.fileOf(pokemon)).toBe('Specials/Big Buck Bunny.mkv');
    expect(compileQuery('film', { ...CONTEXT, files }).fileOf(pokemon)).toBeNull();
  });
  it('have to fit the other terms too', () => expect(hits('bunny -label:ete', { files })).toBe(''));
  it('have to have a phrase as it is', () => {
    expect(hits('"buck bunny"', { files })).toBe('P');
    expect(hits('"bunny buck"', { files })).toBe('');
  });
});

it('asks 10,000 rows', () => {
  const rows: TorrentRow[] = Array.from({ length: 10_000 }, (_, index) =>
    row(index.toString(16).padStart(40, '0'), {
      name: `Some torrent of the year ${index}`,
      labels: ['Films'],
      trackers: ['tracker.example.org'],
      wanted_bytes: index * 1_000_000,
    }),
  );
  const query = compileQuery('torrent YEAR label:films size>100MB -"of the moon" 77', CONTEXT);
  const hit = rows.filter((one) => query.matches(one));
  const fits = rows.filter((one, index) => one.name.includes('77') && index > 100);
  expect(hit).toEqual(fits);
});
