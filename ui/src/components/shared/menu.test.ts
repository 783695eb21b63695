import { describe, expect, it } from 'vitest';
import { placeMenu, typedEntry } from './menu';

const size = { width: 200, height: 100 };
const room = { width: 800, height: 600 };
const entry = (left: number, top: number) => ({ left, right: left + 180, top, bottom: top + 28 });

describe('a menu', () => {
  it('opens at the pointer', () => {
    expect(placeMenu({ x: 50, y: 60 }, size, room)).toEqual({ x: 50, y: 60 });
  });
  it('stays inside the window on the right', () => {
    expect(placeMenu({ x: 790, y: 60 }, size, room)).toEqual({ x: 592, y: 60 });
  });
  it('opens above the pointer where there is no room below', () => {
    expect(placeMenu({ x: 50, y: 580 }, size, room)).toEqual({ x: 50, y: 480 });
  });
  it('never leaves the window, however small it is', () => {
    expect(placeMenu({ x: 50, y: 60 }, size, { width: 100, height: 50 })).toEqual({ x: 8, y: 8 });
  });
  it('opens above its button where there is no room below', () => {
    const button = document.createElement('button');
    button.getBoundingClientRect = () => new DOMRect(50, 560, 80, 24);
    expect(placeMenu({ below: button, align: 'left' }, size, room)).toEqual({ x: 50, y: 456 });
  });
  it('is mirrored where lines begin on the right', () => {
    const button = document.createElement('button');
    button.getBoundingClientRect = () => new DOMRect(400, 60, 80, 24);
    expect(placeMenu({ below: button, align: 'left' }, size, room, true).x).toBe(280);
    expect(placeMenu({ below: button, align: 'right' }, size, room, true).x).toBe(400);
    expect(placeMenu({ x: 500, y: 60 }, size, room, true).x).toBe(300);
  });
});

describe('a menu beside an entry', () => {
  it('stands level with it, on the side that is read to', () => {
    expect(placeMenu({ beside: entry(100, 200) }, size, room)).toEqual({ x: 276, y: 194 });
    expect(placeMenu({ beside: entry(400, 200) }, size, room, true)).toEqual({ x: 204, y: 194 });
  });
  it('goes to the other side where there is no room', () => {
    expect(placeMenu({ beside: entry(560, 200) }, size, room).x).toBe(364);
    expect(placeMenu({ beside: entry(60, 200) }, size, room, true).x).toBe(236);
  });
  it('moves up as far as it has to', () => {
    expect(placeMenu({ beside: entry(100, 560) }, size, room).y).toBe(492);
  });
});

describe('typing in a menu', () => {
  const texts = ['Start', 'Stop', 'Rename…', 'Remove from list', 'Move files to…'];
  it('walks over all that begin with a letter', () => {
    expect(typedEntry(texts, 's', -1)).toBe(0);
    expect(typedEntry(texts, 's', 0)).toBe(1);
    expect(typedEntry(texts, 'ss', 1)).toBe(0);
  });
  it('takes several letters as the beginning of one', () => {
    expect(typedEntry(texts, 'rem', 2)).toBe(3);
    expect(typedEntry(texts, 'ren', 2)).toBe(2);
    expect(typedEntry(texts, 'Move f', 0)).toBe(4);
  });
  it('stays where nothing begins so', () => {
    expect(typedEntry(texts, 'x', 2)).toBe(-1);
  });
});
