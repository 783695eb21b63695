import { afterEach, describe, expect, it } from 'vitest';
import { focusStop, lineStep, listStep, stopsOf, TypeAhead, TYPING_MS } from './keys';

afterEach(() => document.body.replaceChildren());

describe('keys', () => {
  it('move by rows, pages and to the ends', () => {
    expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp'].map((key) => listStep(key, 9))).toEqual([
      1, -1, 9, -9,
    ]);
    expect(listStep('End', 9)).toBe(Infinity);
    expect(listStep('x', 9)).toBeNull();
  });
  it('follow the direction of the language', () => {
    expect([lineStep('ArrowRight', false), lineStep('ArrowRight', true), lineStep('a', false)]).toEqual([
      1,
      -1,
      null,
    ]);
  });
});

function makeRow(): HTMLElement {
  const row = document.createElement('div');
  row.tabIndex = 0;
  const cell = (...parts: (string | Node)[]): HTMLElement => {
    const made = document.createElement('div');
    made.setAttribute('role', 'gridcell');
    made.append(...parts);
    return made;
  };
  const button = (text: string): HTMLElement => {
    const made = document.createElement('button');
    made.append(text);
    return made;
  };
  row.append(cell(button('Stop')), cell('words', button('Fix')), cell('62 %'));
  document.body.append(row);
  return row;
}

describe('cells', () => {
  it('are reached one after the other, and a button alone stands for its cell', () => {
    expect(stopsOf(makeRow()).map(({ textContent }) => textContent)).toEqual([
      'StopwordsFix62 %',
      'Stop',
      'wordsFix',
      'Fix',
      '62 %',
    ]);
  });
  it('take the focus from keys and leave nothing behind', () => {
    Element.prototype.scrollIntoView = () => undefined;
    const row = makeRow();
    const last = stopsOf(row).at(-1);
    focusStop(last);
    expect(document.activeElement).toBe(last);
    row.focus();
    expect(last?.hasAttribute('tabindex')).toBe(false);
  });
});

describe('typing', () => {
  const list = ['Anchor', 'archive', 'Buoy', 'Arches', 'Coral'];
  const names = (current: number) => ({
    count: list.length,
    current,
    at: (index: number) => list[index] ?? '',
  });

  it('goes to the name that begins so, and on to the next with the same letter', () => {
    const typed = new TypeAhead();
    expect(typed.find('a', 0, names(-1))).toBe(0);
    expect(typed.find('a', 100, names(0))).toBe(1);
    expect(typed.find('a', 200, names(1))).toBe(3);
    expect(typed.find('a', 300, names(3))).toBe(0);
  });
  it('narrows down with more letters, and begins anew after a pause', () => {
    const typed = new TypeAhead();
    expect(typed.find('a', 0, names(-1))).toBe(0);
    expect(typed.find('r', 100, names(0))).toBe(1);
    for (const [letter, to] of [
      ['c', 1],
      ['h', 1],
      ['e', 3],
    ] as const) {
      expect(typed.find(letter, 200, names(1))).toBe(to);
    }
    expect(typed.isTyping(200 + TYPING_MS - 1)).toBe(true);
    expect(typed.find('c', 200 + TYPING_MS, names(3))).toBe(4);
    expect(typed.find('x', 9_000, names(4))).toBeNull();
  });
});
