import { describe, expect, it } from 'vitest';
import { keyedSlots, scrolledSlots, type Slot, type Wanted } from './slots';

const rows = (from: number, to: number, pinned?: number): Wanted[] => {
  const indexes = Array.from({ length: to - from }, (_, at) => from + at);
  if (pinned !== undefined && !indexes.includes(pinned)) indexes.push(pinned);
  return indexes.sort((a, b) => a - b).map((index) => ({ key: `row ${String(index)}`, index }));
};

function counter(): () => number {
  let id = 0;
  return () => id++;
}

const idOf = (slots: readonly Slot[], index: number): number | undefined =>
  slots.find((slot) => slot.index === index)?.id;
const indexesOf = (slots: readonly Slot[]): number[] => slots.map(({ index }) => index);

describe('elements of rows', () => {
  it('stay with their rows when the list is another one', () => {
    const next = counter();
    const before = keyedSlots([], rows(0, 4), next);
    const turned = rows(0, 4).toReversed();
    const after = keyedSlots(before, turned, next);
    expect(after.map(({ key, id }) => [key, id])).toEqual(
      [...before].reverse().map(({ key, id }) => [key, id]),
    );
  });

  it('stay with most rows on a small step, in both directions', () => {
    const next = counter();
    const before = keyedSlots([], rows(10, 20), next);
    for (const wanted of [rows(12, 22), rows(8, 18)]) {
      const after = scrolledSlots(before, wanted, null, next);
      expect(after.map(({ key, index }) => ({ key, index }))).toEqual(wanted);
      for (const { index } of rows(12, 18)) expect(idOf(after, index)).toBe(idOf(before, index));
    }
  });

  it('are all used again on a large step, in the same order', () => {
    const next = counter();
    const before = keyedSlots([], rows(0, 10), next);
    const after = scrolledSlots(before, rows(500, 510), null, next);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(indexesOf(after)).toEqual(indexesOf(keyedSlots([], rows(500, 510), next)));
  });
});

describe('the element that has the focus', () => {
  it('never stands for another row, and nothing before it moves past it', () => {
    const next = counter();
    let slots = keyedSlots([], rows(0, 10), next);
    const held = idOf(slots, 3) ?? -1;
    // Anywhere and back, by small and large steps.
    for (const from of [2, 4, 300, 304, 290, 9_000, 1, 0, 50, 3]) {
      const wanted = rows(from, from + 10, 3);
      const now = scrolledSlots(slots, wanted, held, next);
      expect(now.find(({ id }) => id === held)?.key).toBe('row 3');
      expect(indexesOf(now).toSorted((a, b) => a - b)).toEqual(wanted.map(({ index }) => index));
      expect(new Set(now.map(({ id }) => id)).size).toBe(now.length);
      // What is used again keeps its side of it: the browser never has to move the focus about.
      const side = (of: readonly Slot[], id: number): number =>
        Math.sign(of.findIndex((slot) => slot.id === id) - of.findIndex((slot) => slot.id === held));
      for (const { id } of now) {
        if (slots.some((slot) => slot.id === id)) expect(side(now, id)).toBe(side(slots, id));
      }
      slots = now;
    }
  });

  it('goes away when its row does', () => {
    const next = counter();
    const before = keyedSlots([], rows(0, 10), next);
    const held = idOf(before, 3) ?? -1;
    const after = scrolledSlots(before, rows(500, 510), held, next);
    expect(after.some(({ id }) => id === held)).toBe(false);
    expect(after).toHaveLength(10);
  });
});
