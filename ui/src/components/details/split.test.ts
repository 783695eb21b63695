import { describe, expect, it } from 'vitest';
import { extentOf, fit, sideOf, widthOf } from './split';

const SHEET = { width: 1_000, height: 700 };

describe('the side of the details', () => {
  it('follows the width of the window unless it was chosen', () => {
    expect(sideOf('auto', false, false)).toBe('bottom');
    expect(sideOf('auto', true, false)).toBe('right');
    expect(sideOf('bottom', true, false)).toBe('bottom');
    expect(sideOf('right', false, false)).toBe('right');
  });
  it('is a page of its own where there is no room, whatever was chosen', () => {
    expect(sideOf('right', false, true)).toBe('page');
  });
});

describe('the size of the details', () => {
  it('is at most 70 % of the sheet below the list', () => {
    expect(extentOf('bottom', SHEET)).toEqual({ min: 140, max: 490 });
  });
  it('leaves room for the list beside it', () => {
    expect(extentOf('right', SHEET)).toEqual({ min: 320, max: 600 });
  });
  it('never asks for less than the least, however small the sheet is', () => {
    expect(extentOf('bottom', { width: 50, height: 50 })).toEqual({ min: 140, max: 140 });
    expect(extentOf('right', { width: 50, height: 50 })).toEqual({ min: 320, max: 320 });
  });
  it('is kept within its bounds, in whole pixels', () => {
    const extent = { min: 140, max: 490 };
    expect([fit(10, extent), fit(900, extent), fit(200.4, extent)]).toEqual([140, 490, 200]);
  });
  it('suits the window until somebody chooses a width', () => {
    expect([widthOf(0, 1_700), widthOf(0, 2_200), widthOf(0, 5_000)]).toEqual([544, 704, 760]);
    expect(widthOf(400, 2_200)).toBe(400);
  });
});
