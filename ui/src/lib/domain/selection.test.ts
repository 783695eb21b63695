import { describe, expect, it } from 'vitest';
import {
  clickRow,
  moveTo,
  NOTHING_SELECTED,
  selectAll,
  selectNone,
  selectOnly,
  spanRows,
  toggleRow,
  withoutRows,
  type Selection,
} from './selection';

const order = ['a', 'b', 'c', 'd', 'e'];
const plain = { extend: false, toggle: false };
const shift = { extend: true, toggle: false };
const ctrl = { extend: false, toggle: true };
const both = { extend: true, toggle: true };
const names = (state: Selection): string[] => [...state.selected].sort();

describe('the pointer', () => {
  it('selects one', () => {
    const state = clickRow(selectAll(NOTHING_SELECTED, order), order, 'c', plain);
    expect(names(state)).toEqual(['c']);
    expect(state).toMatchObject({ anchor: 'c', focus: 'c' });
  });
  it('adds and takes out with Ctrl', () => {
    let state = clickRow(selectOnly('a'), order, 'c', ctrl);
    expect(names(state)).toEqual(['a', 'c']);
    state = clickRow(state, order, 'a', ctrl);
    expect(names(state)).toEqual(['c']);
  });
  it('extends from the anchor with Shift, in both directions', () => {
    let state = clickRow(selectOnly('c'), order, 'e', shift);
    expect(names(state)).toEqual(['c', 'd', 'e']);
    state = clickRow(state, order, 'a', shift);
    expect(names(state)).toEqual(['a', 'b', 'c']);
    expect(state).toMatchObject({ anchor: 'c', focus: 'a' });
  });
  it('adds a range with Ctrl Shift', () => {
    const state = clickRow({ ...selectOnly('a'), anchor: 'd' }, order, 'e', both);
    expect(names(state)).toEqual(['a', 'd', 'e']);
  });
  it('starts anew where the anchor is filtered away', () => {
    const state = clickRow(selectOnly('gone'), order, 'b', shift);
    expect(names(state)).toEqual(['b']);
    expect(state.anchor).toBe('b');
  });
});

describe('a rubber band', () => {
  it('selects what it spans beside what it keeps, and is where Shift goes on from', () => {
    const state = spanRows(selectOnly('a'), ['c', 'd'], ['a']);
    expect(names(state)).toEqual(['a', 'c', 'd']);
    expect(names(clickRow(state, order, 'e', shift))).toEqual(['c', 'd', 'e']);
    expect(names(spanRows(state, [], []))).toEqual([]);
  });
});

describe('the keyboard', () => {
  it('moves focus and selection, and stops at the ends', () => {
    expect(moveTo(selectOnly('a'), order, 1, plain).focus).toBe('b');
    expect(moveTo(selectOnly('a'), order, -Infinity, plain).focus).toBe('a');
    expect(names(moveTo(selectOnly('a'), order, Infinity, plain))).toEqual(['e']);
  });
  it('extends with Shift', () => {
    expect(names(moveTo(selectOnly('b'), order, 3, shift))).toEqual(['b', 'c', 'd']);
  });
  it('moves the focus only with Ctrl', () => {
    const state = moveTo(selectOnly('b'), order, 3, ctrl);
    expect(names(state)).toEqual(['b']);
    expect(state.focus).toBe('d');
    expect(names(toggleRow(state, 'd'))).toEqual(['b', 'd']);
  });
  it('does nothing in an empty list', () => {
    expect(moveTo(NOTHING_SELECTED, [], 0, plain)).toBe(NOTHING_SELECTED);
  });
  it('selects none and keeps the focus', () => {
    expect(selectNone(selectOnly('c'))).toEqual({ selected: new Set(), anchor: 'c', focus: 'c' });
  });
});

describe('rows that go', () => {
  it('hand the focus to the next, or to the one before at the end', () => {
    expect(withoutRows(selectOnly('b'), order, new Set(['b', 'c'])).focus).toBe('d');
    expect(withoutRows(selectOnly('e'), order, new Set(['e'])).focus).toBe('d');
    expect(withoutRows(selectOnly('a'), ['a'], new Set(['a'])).focus).toBeNull();
  });
  it('leave a selection alone that they do not touch', () => {
    const state = selectOnly('b');
    expect(withoutRows(state, order, new Set(['c']))).toBe(state);
  });
});
