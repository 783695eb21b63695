import { describe, expect, it } from 'vitest';
import { quoted, tokens } from './query-tokens';

const read = (text: string): string[] =>
  tokens(text).map((token) => {
    const sign = token.isExcluded ? 'not ' : '';
    return sign + (token.kind === 'word' ? token.value : `${token.key} ${token.operator} ${token.value}`);
  });

describe('what is typed', () => {
  it.each([
    ['', []],
    ['  debian   netinst ', ['debian', 'netinst']],
    ['"big buck" bunny', ['big buck', 'bunny']],
    ['"not closed yet', ['not closed yet']],
    ['-sample -"two words"', ['not sample', 'not two words']],
    ['a - b', ['a', '-', 'b']],
    ['2019-2020 x-y', ['2019-2020', 'x-y']],
    ['label:"Books & audio"', ['label : Books & audio']],
    ['label:"She said ""hi"""', ['label : She said "hi"']],
    ['label:""', ['label : ']],
    ['-label:Films', ['not label : Films']],
    ['LABEL:films', ['label : films']],
    ['size>700MB', ['size > 700MB']],
    ['size>700 MB next', ['size > 700MB', 'next']],
    ['size> 700 MB', ['size > 700MB']],
    ['size>=4.5\u202fGiB', ['size >= 4.5GiB']],
    ['size:>1GB', ['size > 1GB']],
    ['size> debian', ['size > ', 'debian']],
    ['added<7 d debian', ['added < 7d', 'debian']],
    ['ratio>2 bits', ['ratio > 2', 'bits']],
    ['path:C:\\Films\\', ['path : C:\\Films\\']],
    ['path:"D:\\My films\\" x', ['path : D:\\My films\\', 'x']],
    ['Alien: Covenant 12:30 foo:bar', ['Alien:', 'Covenant', '12:30', 'foo:bar']],
  ])('%s', (text, wanted) => expect(read(text)).toEqual(wanted));

  it('knows where each part is, for putting something else there', () => {
    const text = '  one -label:"a b" size> 5 GB';
    expect(tokens(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'one',
      '-label:"a b"',
      'size> 5 GB',
    ]);
  });
});

describe('a value', () => {
  it.each([
    'Films',
    'Books & audio',
    'say "hi"',
    '-dash',
    '"',
    '""',
    'فيلم قديم',
    'a'.repeat(64),
    ' ',
    'x"y',
  ])('that is written down is read as it was: %s', (value) => {
    const [token] = tokens(`label:${quoted(value)}`);
    expect(token).toMatchObject({ kind: 'term', key: 'label', value });
  });
});
