import { describe, expect, it } from 'vitest';
import type { FileRow } from '$lib/backend/generated/FileRow';
import { buildTree, openAtFirst, visibleRows } from './tree';
import { AT_FIRST, orderBy, orderNodes } from './tree-order';

function file(index: number, path: string, length: number): FileRow {
  const rest = { have_bytes: 0, wanted: true, renamed: false, disk_path: null, part: false } as const;
  return { index, path: path.split('/'), length, ...rest, priority: 'normal', risk: null };
}

const TREE = buildTree(
  [file(0, 'b/one.txt', 5), file(1, 'b/two.txt', 50), file(2, 'a/three.txt', 9), file(3, 'z.txt', 99)],
  'root',
);
const names = (order: Int32Array | null): string[] =>
  visibleRows(TREE, openAtFirst(TREE), null, order).map(({ id }) => TREE.nodes[id]!.name);

describe('the order of files', () => {
  it('puts the largest first, folders before files, and keeps a folder together', () => {
    expect(names(orderNodes(TREE, TREE.bytes, true))).toEqual([
      'root',
      'b',
      'two.txt',
      'one.txt',
      'a',
      'three.txt',
      'z.txt',
    ]);
  });
  it('turns names round', () => {
    expect(names(orderNodes(TREE, null, true))).toEqual([
      'root',
      'b',
      'two.txt',
      'one.txt',
      'a',
      'three.txt',
      'z.txt',
    ]);
    expect(names(null).slice(0, 3)).toEqual(['root', 'a', 'three.txt']);
  });
  it('leaves closed folders closed', () => {
    const order = orderNodes(TREE, TREE.bytes, true);
    const rows = visibleRows(TREE, new Set([0]), null, order).map(({ id }) => TREE.nodes[id]!.name);
    expect(rows).toEqual(['root', 'b', 'a', 'z.txt']);
  });
  it('begins with the largest, and turns round when it is asked for again', () => {
    const first = orderBy('size', AT_FIRST);
    expect([first, orderBy('size', first), orderBy('name', first)]).toEqual([
      { by: 'size', desc: true },
      { by: 'size', desc: false },
      { by: 'name', desc: false },
    ]);
  });
});
