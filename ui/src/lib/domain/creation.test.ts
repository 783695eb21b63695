import { describe, expect, it } from 'vitest';
import {
  adviceOn,
  EMPTY_DRAFT,
  fieldOf,
  linesOf,
  nextDraft,
  PIECE_LENGTHS,
  pieceSize,
  requestOf,
  tiersOf,
} from './creation';

describe('trackers', () => {
  it('are one a line, and an empty line begins a tier', () => {
    expect(tiersOf('udp://a:1\n  http://b/ \n\n\n \nudp://c:2\n')).toEqual([
      ['udp://a:1', 'http://b/'],
      ['udp://c:2'],
    ]);
    expect(tiersOf('udp://a:1\r\n\r\nudp://c:2')).toEqual([['udp://a:1'], ['udp://c:2']]);
    expect(tiersOf(' \n\n')).toEqual([]);
  });
  it('are lines without empty ones, as are patterns', () => {
    expect(linesOf(' *.tmp\n\nThumbs.db ')).toEqual(['*.tmp', 'Thumbs.db']);
  });
});

describe('a draft', () => {
  it('leaves out of the request what was left empty', () => {
    const request = requestOf({ ...EMPTY_DRAFT, path: ' /home/ada/Kelp ' });
    expect(request).toEqual({
      path: '/home/ada/Kelp',
      hybrid: false,
      private: false,
      trackers: [],
      web_seeds: [],
      nodes: [],
      ignore: [],
      leave_out_hidden: true,
      no_date: false,
      no_creator: false,
      seed: true,
    });
  });
  it('asks for all that was chosen', () => {
    const draft = {
      ...EMPTY_DRAFT,
      ...{ path: '/k', name: 'Kelp', pieceLength: 1 << 20, hybrid: true, private: true },
      ...{ trackers: 'udp://t:1', webSeeds: 'https://w/', nodes: 'n:1', ignore: '*.tmp', source: 'S' },
      ...{ comment: 'C', sayDate: false, sayCreator: false, seed: false, leaveOutHidden: false },
    };
    expect(requestOf(draft)).toEqual({
      ...{ path: '/k', name: 'Kelp', piece_length: 1 << 20, source: 'S', comment: 'C' },
      ...{ hybrid: true, private: true, trackers: [['udp://t:1']], web_seeds: ['https://w/'] },
      ...{ nodes: ['n:1'], ignore: ['*.tmp'], leave_out_hidden: false },
      ...{ no_date: true, no_creator: true, seed: false },
    });
  });
  it('keeps for the next one what is about where it is shared', () => {
    const draft = {
      ...EMPTY_DRAFT,
      path: '/k',
      name: 'K',
      comment: 'C',
      trackers: 'udp://t:1',
      private: true,
    };
    expect(nextDraft(draft)).toEqual({ ...EMPTY_DRAFT, trackers: 'udp://t:1', private: true });
  });
});

describe('a refusal', () => {
  it('is said at the field that it is about', () => {
    expect(fieldOf('bad_tracker', EMPTY_DRAFT)).toBe('trackers');
    expect(fieldOf('create_no_content', EMPTY_DRAFT)).toBe('path');
    expect(fieldOf('names_not_portable', EMPTY_DRAFT)).toBe('path');
    expect(fieldOf('names_not_portable', { ...EMPTY_DRAFT, name: 'a:b' })).toBe('name');
  });
});

describe('pieces', () => {
  it('are powers of two from 16 KiB to 64 MiB', () => {
    expect(PIECE_LENGTHS.map(pieceSize).map(({ n, unit }) => `${n} ${unit}`)).toEqual(
      ['16 kib', '32 kib', '64 kib', '128 kib', '256 kib', '512 kib'].concat([
        '1 mib',
        '2 mib',
        '4 mib',
        '8 mib',
        '16 mib',
        '32 mib',
        '64 mib',
      ]),
    );
  });
  it('may be too few or too many to be wise', () => {
    expect(adviceOn(3, 5_000)).toBeNull();
    expect(adviceOn(6, 390e6)).toBe('few');
    expect(adviceOn(2_000, 4e9)).toBeNull();
    expect(adviceOn(250_000, 4e9)).toBe('many');
  });
});
