import { describe, expect, it } from 'vitest';
import { placeAt } from './queue-place';

const all = ['a', 'b', 'c', 'd', 'e'].map((hash, rank) => ({ hash, rank }));
const visible = ['a', 'b', 'd'];

describe('a gap between rows', () => {
  it('is before the row below it, in the order of the queue', () => {
    expect(placeAt({ visible, desc: false, all }, 1, new Set())).toEqual({ type: 'before', hash: 'b' });
    const turned = { visible: [...visible].reverse(), desc: true, all };
    expect(placeAt(turned, 1, new Set())).toEqual({ type: 'before', hash: 'd' });
  });
  it('is not before what is moved itself', () => {
    expect(placeAt({ visible, desc: false, all }, 0, new Set(['a', 'b']))).toEqual({
      type: 'before',
      hash: 'd',
    });
  });
  it('at the end is before what a filter hides, or the end of all', () => {
    expect(placeAt({ visible, desc: false, all }, 3, new Set())).toEqual({ type: 'before', hash: 'e' });
    expect(placeAt({ visible, desc: false, all }, 3, new Set(['e']))).toEqual({ type: 'bottom' });
    const turned = { visible: ['e', 'd'], desc: true, all };
    expect(placeAt(turned, 0, new Set())).toEqual({ type: 'bottom' });
    expect(placeAt({ visible: ['a'], desc: false, all }, 0, new Set(['a']))).toEqual({ type: 'bottom' });
  });
});
