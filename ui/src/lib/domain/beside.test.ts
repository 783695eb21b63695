import { expect, it } from 'vitest';
import { besideName } from './beside';

const file = (path: string[]) => ({
  ...{ index: 0, path, length: 1, have_bytes: 0, wanted: true, renamed: false },
  ...{ disk_path: null, part: false, priority: 'normal' as const, risk: null },
});

it.each([
  ['debian.iso', [file(['debian.iso'])], 'debian (2).iso'],
  ['README', [file(['README'])], 'README (2)'],
  ['Season 1.5', [file(['a']), file(['b'])], 'Season 1.5 (2)'],
  ['disc.d', [file(['inner', 'a'])], 'disc.d (2)'],
  ['a magnet.link', null, 'a magnet.link (2)'],
])('%s is saved beside as it would be in a file manager', (name, files, beside) => {
  expect(besideName({ name, files })).toBe(beside);
});
