import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LONG_PRESS_MS, rowPointer } from './pointer';

const said: string[] = [];
let detach: (() => void) | undefined;

function pointer(type: string, at: { x: number; y: number; kind?: string }, target = 'a'): void {
  const event = new MouseEvent(type, { bubbles: true, cancelable: true, clientX: at.x, clientY: at.y });
  Object.defineProperty(event, 'pointerType', { value: at.kind ?? 'mouse' });
  document.getElementById(target)?.dispatchEvent(event);
}

beforeEach(() => {
  vi.useFakeTimers();
  said.length = 0;
  const list = document.createElement('div');
  for (const id of ['a', 'b']) {
    const row = document.createElement('div');
    row.id = id;
    row.setAttribute('role', 'row');
    row.dataset['key'] = id;
    const button = document.createElement('button');
    button.id = `${id}-button`;
    row.append(button);
    list.append(row);
  }
  document.body.replaceChildren(list);
  detach = rowPointer({
    click: (hash, _event, isTouch) => said.push(`${isTouch ? 'tap' : 'click'} ${hash}`),
    open: (hash) => said.push(`open ${hash}`),
    menu: (row, { x, y }) => said.push(`menu ${row.id} ${String(x)},${String(y)}`),
  })(list) as () => void;
});
afterEach(() => {
  detach?.();
  vi.useRealTimers();
});

const finger = { x: 5, y: 6, kind: 'touch' };

describe('a mouse', () => {
  it('clicks, opens and asks for the menu', () => {
    pointer('pointerdown', { x: 1, y: 1 });
    pointer('click', { x: 1, y: 1 });
    pointer('dblclick', { x: 1, y: 1 });
    pointer('contextmenu', { x: 7, y: 8 }, 'b');
    expect(said).toEqual(['click a', 'open a', 'menu b 7,8']);
  });
  it('has no menu for resting, and leaves buttons alone', () => {
    pointer('pointerdown', { x: 1, y: 1 });
    vi.advanceTimersByTime(LONG_PRESS_MS);
    pointer('click', { x: 1, y: 1 }, 'a-button');
    expect(said).toEqual([]);
  });
});

describe('a finger', () => {
  it('taps', () => {
    pointer('pointerdown', finger);
    pointer('pointerup', finger);
    pointer('click', finger);
    expect(said).toEqual(['tap a']);
  });
  it('that rests opens the menu once, and is no tap when it goes', () => {
    pointer('pointerdown', finger);
    vi.advanceTimersByTime(LONG_PRESS_MS);
    pointer('contextmenu', finger);
    pointer('pointerup', finger);
    pointer('click', finger);
    expect(said).toEqual(['menu a 5,6']);
  });
  it('is answered once where the browser knows resting itself', () => {
    pointer('pointerdown', finger);
    pointer('contextmenu', finger);
    vi.advanceTimersByTime(LONG_PRESS_MS);
    pointer('click', finger);
    expect(said).toEqual(['menu a 5,6']);
  });
  it('that scrolls opens nothing', () => {
    pointer('pointerdown', finger);
    pointer('pointermove', { ...finger, y: 30 });
    vi.advanceTimersByTime(LONG_PRESS_MS);
    expect(said).toEqual([]);
  });
});
