import { describe, expect, it } from 'vitest';
import { SelectionStore } from '$lib/stores/selection.svelte';
import { Band, spanned } from './band.svelte';

const items = ['a', 'b', 'c', 'd'];
const list = {
  items,
  rowHeight: 10,
  isRtl: false,
  frame: () => ({ box: { left: 0, right: 300, top: 100 } as DOMRect, rowsAt: 0 }),
};

function press(type: string, y: number, part: Partial<PointerEvent> = {}): PointerEvent {
  const event = new MouseEvent(type, { clientX: y, clientY: y, ...part });
  return Object.assign(event, { pointerType: 'mouse' }) as unknown as PointerEvent;
}

function started(part: Partial<PointerEvent> = {}): { band: Band; selection: SelectionStore } {
  const selection = new SelectionStore(() => items);
  selection.only('a');
  const band = new Band(selection);
  band.start(press('pointerdown', 160, part), list);
  return { band, selection };
}

describe('a rubber band', () => {
  it('touches rows between two heights', () => {
    expect(spanned(items, 10, 60, 25)).toEqual(['c', 'd']);
    expect(spanned(items, 10, 60, -5)).toEqual(items);
    expect(spanned(items, 10, 60, 45)).toEqual([]);
    expect(spanned(items, 10, -9, -1)).toEqual([]);
  });
  it('selects what it touches, and no more when it shrinks', () => {
    const { band, selection } = started();
    expect(selection.hashes).toEqual([]);
    window.dispatchEvent(press('pointermove', 115));
    expect(selection.hashes).toEqual(['b', 'c', 'd']);
    expect(band.box).toEqual({ start: 115, top: 15, width: 45, height: 45 });
    window.dispatchEvent(press('pointermove', 131));
    expect(selection.hashes).toEqual(['d']);
    window.dispatchEvent(press('pointerup', 131));
    expect(band.box).toBeNull();
    window.dispatchEvent(press('pointermove', 101));
    expect(selection.hashes).toEqual(['d']);
  });
  it('adds with Ctrl', () => {
    const { selection } = started({ ctrlKey: true });
    window.dispatchEvent(press('pointermove', 131));
    expect(selection.hashes).toEqual(['a', 'd']);
    window.dispatchEvent(press('pointerup', 131));
  });
  it('is given up with Esc, and everything is as before', () => {
    const { band, selection } = started();
    window.dispatchEvent(press('pointermove', 115));
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    expect(selection.hashes).toEqual(['a']);
    expect(band.box).toBeNull();
  });
});
