import { describe, expect, it } from 'vitest';
import { dropPlace, pull } from './pull';

const at = (type: string, clientX: number): PointerEvent => new MouseEvent(type, { clientX }) as PointerEvent;

function pulled(): string[] {
  const said: string[] = [];
  pull(at('pointerdown', 100), {
    onmove: ({ clientX }) => said.push(`move ${String(clientX)}`),
    onend: (isDone) => said.push(isDone ? 'done' : 'given up'),
  });
  return said;
}

describe('pulling', () => {
  it('follows the pointer until it lets go', () => {
    const said = pulled();
    for (const x of [102, 110, 90]) window.dispatchEvent(at('pointermove', x));
    window.dispatchEvent(at('pointerup', 90));
    window.dispatchEvent(at('pointermove', 50));
    expect(said).toEqual(['move 110', 'move 90', 'done']);
  });
  it('is a click when nothing was pulled', () => {
    const said = pulled();
    window.dispatchEvent(at('pointerup', 100));
    expect(said).toEqual([]);
  });
  it('is given up with Esc', () => {
    const said = pulled();
    window.dispatchEvent(at('pointermove', 120));
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    window.dispatchEvent(at('pointerup', 120));
    expect(said).toEqual(['move 120', 'given up']);
  });
});

describe('the place where a column falls', () => {
  const boxes = [
    { id: 'a', box: { left: 0, right: 10 } },
    { id: 'b', box: { left: 10, right: 30 } },
  ];
  it('is before the first whose middle is further on', () => {
    expect([4, 6, 19, 21].map((x) => dropPlace(boxes, x, false))).toEqual(['a', 'b', 'b', null]);
  });
  it('is the other way round where lines begin at the right', () => {
    expect([21, 19, 4].map((x) => dropPlace(boxes.toReversed(), x, true))).toEqual(['b', 'a', null]);
  });
});
