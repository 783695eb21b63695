/** Other orders of a tree of files than that of their names. Folders stay before files, as everywhere. */
import type { FileTree } from './tree';

export const FILE_SORTS = ['name', 'size', 'progress'] as const;
export type FileSort = (typeof FILE_SORTS)[number];
export interface FileOrder {
  readonly by: FileSort;
  readonly desc: boolean;
}

export const AT_FIRST: FileOrder = { by: 'name', desc: false };

/** The order after a click on a column: the same one turns it round; amounts begin with the largest. */
export function orderBy(by: FileSort, now: FileOrder): FileOrder {
  return { by, desc: now.by === by ? !now.desc : by !== 'name' };
}

/**
 * All nodes with their siblings sorted by `values`, a number a node, or without it by name: nodes
 * lie in that order already. Ties are in the order of names. A subtree follows its folder in one piece.
 */
export function orderNodes(tree: FileTree, values: Float64Array | null, desc: boolean): Int32Array {
  const sign = desc ? -1 : 1;
  const value = (id: number): number => values?.[id] ?? 0;
  const below = new Map<number, number[]>();
  tree.nodes.forEach(({ parent }, id) => {
    const siblings = below.get(parent);
    if (siblings === undefined) below.set(parent, [id]);
    else siblings.push(id);
  });
  const isFile = (id: number): number => (tree.nodes[id]!.file >= 0 ? 1 : 0);
  for (const siblings of below.values()) {
    siblings.sort((a, b) => {
      const byValue = values === null ? sign * (a - b) : sign * (value(a) - value(b));
      return isFile(a) - isFile(b) || byValue || a - b;
    });
  }
  const order = new Int32Array(tree.nodes.length);
  const waiting = [...(below.get(-1) ?? [])].reverse();
  for (let at = 0; waiting.length > 0; at++) {
    const id = waiting.pop()!;
    order[at] = id;
    const children = below.get(id) ?? [];
    for (let last = children.length - 1; last >= 0; last--) waiting.push(children[last]!);
  }
  return order;
}
