/** Labels whose names have parts, as a tree: `films/hd` lies below `films`, whether that is a label or not. */
import type { LabelView } from '$lib/backend/generated/LabelView';

export const SEPARATOR = '/';

export interface LabelNode {
  /** The whole name. */
  readonly name: string;
  /** Its last part. */
  readonly text: string;
  /** 0 for those that lie below none. */
  readonly depth: number;
  /** Null for a part that only stands above labels. */
  readonly label: LabelView | null;
  readonly hasChildren: boolean;
}

/** The names above one, the nearest first: of `a/b/c` `a/b` and `a`. */
export function parentsOf(name: string): string[] {
  const parts = name.split(SEPARATOR);
  return parts
    .slice(0, -1)
    .map((_, at) => parts.slice(0, at + 1).join(SEPARATOR))
    .reverse();
}

export const isBelow = (name: string, parent: string): boolean => name.startsWith(parent + SEPARATOR);

/** What is wrong with a name because of its parts: an empty one, or space around one. */
export function hasBadParts(name: string): boolean {
  return name.split(SEPARATOR).some((part) => part === '' || part !== part.trim());
}

/**
 * Labels in the order in which they are shown: each below the one it belongs to, those of one parent as the list
 * of labels has them. A name with nothing but separators is one label as it stands.
 */
export function labelTree(labels: readonly LabelView[]): LabelNode[] {
  const known = new Map(labels.map((label) => [label.name, label]));
  const children = new Map<string, string[]>();
  const seen = new Set<string>();
  const put = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const [parent = ''] = hasBadParts(name) ? [] : parentsOf(name);
    if (parent !== '') put(parent);
    children.set(parent, [...(children.get(parent) ?? []), name]);
  };
  for (const { name } of labels) put(name);
  const nodes: LabelNode[] = [];
  const walk = (parent: string, depth: number): void => {
    for (const name of children.get(parent) ?? []) {
      const text = depth === 0 ? name : name.slice(parent.length + 1);
      nodes.push({ name, text, depth, label: known.get(name) ?? null, hasChildren: children.has(name) });
      walk(name, depth + 1);
    }
  };
  walk('', 0);
  return nodes;
}

/** Without what lies below one that is folded. */
export function openNodes(nodes: readonly LabelNode[], folded: ReadonlySet<string>): LabelNode[] {
  return nodes.filter(({ name }) => !parentsOf(name).some((parent) => folded.has(parent)));
}
