import { describe, expect, it } from 'vitest';
import { dropLook, dropRow, refusedRow } from '../../test/drops';
import { addedBy, aimOf, dropLead, dropTitle, hasModifiers, rowsToShow } from './drop';
import { Formatter } from './format';

const format = new Formatter({ binary: false, locale: 'en' });
const plain = (text: string): string =>
  text.replace(/[\u2068\u2069\u200b]/g, '').replace(/[\u00a0\u202f\u2009]/g, ' ');
const lead = (...of: Parameters<typeof dropLook>): string => plain(dropLead(dropLook(...of), format).text);

const magnet = dropRow('m', { kind: 'link', total_bytes: null, file_count: null });
const here = dropRow('h', { already: true, total_bytes: null });
const folder = dropRow('f', { kind: 'create' });

describe('what dropping does', () => {
  it('adds what is new, whatever else there is', () => {
    const look = dropLook([dropRow('a'), magnet, here, refusedRow('r')]);
    expect(aimOf(look)).toBe('add');
    expect(dropTitle(look)).toBe('Drop to add 2 torrents');
  });
  it('counts those that are not listed', () => {
    expect(dropTitle(dropLook([dropRow('a')], { more: 1_999 }))).toBe('Drop to add 2,000 torrents');
    expect(addedBy(dropLook([dropRow('a')], { more: 1, more_here: 5, more_refused: 7 }))).toBe(2);
    const unread = { pending: 2, more_refused: 3 };
    expect(dropTitle(dropLook([refusedRow('a')], unread))).toBe('Drop to add 6 files');
  });
  it('is said of what is here already, of a folder, and of what cannot be', () => {
    expect(dropTitle(dropLook([here]))).toBe('Already in the list');
    expect(dropTitle(dropLook([here, here, refusedRow('r')]))).toBe('2 are already in the list');
    expect(dropTitle(dropLook([here], { more_here: 99 }))).toBe('100 are already in the list');
    expect(dropTitle(dropLook([folder]))).toBe('Drop to make a torrent');
    expect(dropTitle(dropLook([refusedRow('a')]))).toBe('Nothing here can be added');
  });
  it('is not claimed while nobody knows', () => {
    expect(dropTitle(dropLook([], { more: 3, paths_known: false }))).toBe('Drop to add 3 files');
    expect(dropTitle(dropLook([], { paths_known: false }))).toBe('Drop to add');
    expect(dropTitle(dropLook([refusedRow('a')], { pending: 2 }))).toBe('Drop to add 3 files');
  });
  it('changes with keys only where something would be added', () => {
    expect(hasModifiers(dropLook([dropRow('a')]))).toBe(true);
    expect(hasModifiers(dropLook([dropRow('a')], { modifiers: false }))).toBe(false);
    expect(hasModifiers(dropLook([folder]))).toBe(false);
    expect(hasModifiers(dropLook([refusedRow('a')]))).toBe(false);
  });
});

describe('whether it fits', () => {
  it('is said with what stays free', () => {
    expect(lead([dropRow('a')])).toBe('1.00 GB. It fits: 9.00 GB stay free on /home.');
    expect(lead([dropRow('a'), dropRow('b')])).toBe(
      '2.00 GB together. They fit: 8.00 GB stay free on /home.',
    );
  });
  it('is said with what is missing, also when some sizes are not known', () => {
    const look = dropLook([dropRow('a', { total_bytes: 13e9 }), magnet]);
    expect(dropLead(look, format).isBad).toBe(true);
    expect(lead([dropRow('a', { total_bytes: 13e9 }), magnet])).toBe(
      '13.0 GB together. That is 3.00 GB more than is free on /home.',
    );
  });
  it('is not claimed of what is not known', () => {
    expect(lead([dropRow('a'), magnet])).toBe('At least 1.00 GB. The rest is known later.');
    expect(lead([dropRow('a')], { pending: 1 })).toBe('At least 1.00 GB. The rest is known later.');
    expect(lead([magnet])).toBe('Its size is not known yet.');
    expect(lead([dropRow('a')], { free_bytes: null })).toBe('1.00 GB. How much room is left is not known.');
    expect(lead([dropRow('a')], { volume: '' })).toBe('1.00 GB. It fits: 9.00 GB stay free on the disk.');
  });
});

describe('rows that there is room for', () => {
  const names = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join('');
  const good = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => dropRow(name));
  const bad = ['u', 'v', 'w', 'x', 'y', 'z'].map(refusedRow);

  it('are all of them when they fit', () => {
    expect(rowsToShow(dropLook(good, { more: 2 }), 6)).toEqual({ rows: good, more: 2, refused: 0 });
  });
  it('are of both kinds, in their order, and the others are counted', () => {
    const shown = rowsToShow(dropLook([...good, ...bad], { more: 10 }), 5);
    expect(names(shown.rows)).toBe('abuvw');
    expect(shown).toMatchObject({ more: 14, refused: 3 });
    const left = { more: 1, more_here: 2, more_refused: 4 };
    expect(rowsToShow(dropLook(good, left), 6)).toEqual({ rows: good, more: 3, refused: 4 });
  });
  it('leave nothing free that the other kind could use', () => {
    expect(names(rowsToShow(dropLook([...good, ...bad.slice(0, 1)]), 5).rows)).toBe('abcdu');
    expect(names(rowsToShow(dropLook([...good.slice(0, 1), ...bad]), 5).rows)).toBe('auvwx');
  });
});
