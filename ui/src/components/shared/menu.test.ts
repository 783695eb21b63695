import { describe, expect, it } from 'vitest';
import { placeMenu } from './menu';

const size = { width: 200, height: 100 };
const room = { width: 800, height: 600 };

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
});
