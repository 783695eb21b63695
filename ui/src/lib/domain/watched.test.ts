import { describe, expect, it } from 'vitest';
import type { WatchNews } from '$lib/backend/generated/WatchNews';
import { mergeNews, newsAim, newsText } from './watched';

const news = (part: Partial<WatchNews>): WatchNews => ({
  folder: 1,
  path: '/home/ada/Downloads',
  added: 0,
  already: 0,
  bad: 0,
  hash: null,
  name: 'Kelp',
  ...part,
});
const text = (...all: Partial<WatchNews>[]): string =>
  newsText(all.map(news).reduce<readonly WatchNews[]>(mergeNews, []));

describe('news of watch folders', () => {
  it('name the one torrent and count several', () => {
    expect(text({ added: 1, hash: 'a' })).toBe('Added Kelp from Downloads.');
    expect(text({ added: 5, hash: 'a' })).toBe('5 torrents added from Downloads.');
  });
  it('say what was there and what could not be added beside it', () => {
    expect(text({ added: 5, already: 2, bad: 1 })).toBe(
      '5 torrents added from Downloads. 2 were there already. 1 could not be added.',
    );
    expect(text({ already: 1 })).toBe('1 torrent from Downloads was in the list already.');
  });
  it('name the one file that could not be added', () => {
    expect(text({ bad: 1, name: 'half.torrent' })).toBe('half.torrent in Downloads could not be added.');
    expect(text({ bad: 3 })).toBe('3 files in Downloads could not be added.');
  });
  it('of one folder add up, those of several are told together', () => {
    expect(text({ added: 2 }, { added: 3, bad: 1 })).toBe(
      '5 torrents added from Downloads. 1 could not be added.',
    );
    expect(text({ added: 2 }, { added: 1, folder: 2, path: '/nas' })).toBe(
      '3 torrents added from 2 watch folders.',
    );
  });
  it('keep the name of what was added when a file follows that could not be', () => {
    expect(text({ added: 1, hash: 'a' }, { bad: 1, name: 'half.torrent' })).toBe(
      'Added Kelp from Downloads. 1 could not be added.',
    );
    expect(text({ bad: 1, name: 'half.torrent' }, { added: 1, hash: 'a', folder: 2, path: '/nas' })).toBe(
      'Added Kelp from 2 watch folders. 1 could not be added.',
    );
  });
  it('shorten a name that is longer than a message', () => {
    expect(text({ added: 1, name: `${'x'.repeat(250)}.iso` })).toMatch(/^Added x+….*\.iso from Downloads\.$/);
    expect(text({ added: 1, name: 'x'.repeat(250) }).length).toBeLessThan(90);
  });
});

describe('what they lead to', () => {
  it('is the torrent when it is one, and otherwise the history', () => {
    expect(newsAim([news({ added: 1, hash: 'a' })])).toEqual({ kind: 'torrent', hash: 'a' });
    expect(newsAim([news({ added: 2, hash: 'a' })])).toEqual({ kind: 'history', folder: 1 });
    expect(newsAim([news({ added: 1, hash: 'a', bad: 1 })])).toEqual({ kind: 'history', folder: 1 });
    expect(newsAim([news({ bad: 1 }), news({ bad: 1, folder: 2 })])).toEqual({
      kind: 'history',
      folder: null,
    });
  });
});
