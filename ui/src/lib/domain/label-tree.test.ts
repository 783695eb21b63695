import { describe, expect, it } from 'vitest';
import { hasBadParts, isBelow, labelTree, openNodes, parentsOf } from './label-tree';

const label = (name: string) => ({ name, colour: 0 }) as Parameters<typeof labelTree>[0][number];
const names = (all: ReturnType<typeof labelTree>) =>
  all.map(({ name, depth }) => `${'  '.repeat(depth)}${name}`);

describe('labels', () => {
  it('stand below the one they belong to, which may be no label', () => {
    const tree = labelTree(['linux', 'films/hd', 'books', 'films', 'a/b/c', 'films/old'].map(label));
    expect(names(tree)).toEqual([
      'linux',
      'films',
      '  films/hd',
      '  films/old',
      'books',
      'a',
      '  a/b',
      '    a/b/c',
    ]);
    expect(tree.find(({ name }) => name === 'a/b')?.label).toBeNull();
    expect(tree.find(({ name }) => name === 'films')?.hasChildren).toBe(true);
    expect(tree.find(({ name }) => name === 'films/hd')?.text).toBe('hd');
  });
  it('keep strange names whole', () => {
    expect(names(labelTree(['/', 'a//b', 'c/'].map(label)))).toEqual(['/', 'a//b', 'c/']);
    expect(hasBadParts('a/ b')).toBe(true);
    expect(hasBadParts('a/b')).toBe(false);
  });
  it('go with the one that is folded', () => {
    const tree = labelTree(['a/b/c', 'd'].map(label));
    expect(names(openNodes(tree, new Set(['a'])))).toEqual(['a', 'd']);
  });
  it('know those above them, the nearest first', () => {
    expect(parentsOf('a/b/c')).toEqual(['a/b', 'a']);
    expect(isBelow('films/hd', 'films')).toBe(true);
    expect(isBelow('filmstrip', 'films')).toBe(false);
  });
});
