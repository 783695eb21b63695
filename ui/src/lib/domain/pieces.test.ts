import { describe, expect, it } from 'vitest';
import { cellStretch, decodeBitfield, hasPiece, spreadOf, toCells, toStretches } from './pieces';

function bitfield(pieces: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(pieces.length / 8));
  pieces.forEach((have, at) => {
    if (have) bits[at >> 3]! |= 0x80 >> (at & 7);
  });
  return bits;
}

const firstHalf = (count: number) => bitfield(Array.from({ length: count }, (_, at) => at < count / 2));

describe('decodeBitfield', () => {
  it('reads the first piece from the highest bit', () => {
    const bits = decodeBitfield(btoa('\x80\x01'));
    expect([0, 1, 15, 16].map((piece) => hasPiece(bits, piece))).toEqual([true, false, true, false]);
  });
});

describe('toCells', () => {
  it('draws several pieces together into one cell', () => {
    const bits = bitfield([true, true, true, false, false, false]);
    expect([...toCells(bits, 6, 3)]).toEqual([1, 0.5, 0]);
  });

  it('spreads few pieces over many cells', () => {
    expect([...toCells(bitfield([true, false]), 2, 6)]).toEqual([1, 1, 1, 0, 0, 0]);
  });

  it('covers every piece once when they do not divide evenly', () => {
    const count = 130_000;
    const shares = toCells(bitfield(Array.from({ length: count }, () => true)), count, 429);
    expect(shares.every((share) => share === 1)).toBe(true);
  });

  it('is empty while nothing is known', () => {
    expect([...toCells(new Uint8Array(0), 0, 2)]).toEqual([0, 0]);
    expect(toCells(new Uint8Array(0), 5, 0)).toHaveLength(0);
  });
});

describe('in words', () => {
  it('says where most of it lies', () => {
    expect(spreadOf(new Uint8Array(2), 16)).toBe('none');
    expect(spreadOf(bitfield(Array.from({ length: 12 }, () => true)), 12)).toBe('all');
    expect(spreadOf(firstHalf(90), 90)).toBe('start');
    expect(spreadOf(bitfield(Array.from({ length: 90 }, (_, at) => at >= 70)), 90)).toBe('end');
    expect(spreadOf(bitfield(Array.from({ length: 90 }, (_, at) => at % 2 === 0)), 90)).toBe('everywhere');
    expect(spreadOf(bitfield([true, false]), 2)).toBe('start');
  });

  it('cuts the torrent into equal stretches', () => {
    expect(toStretches(firstHalf(10), 10, 3)).toEqual([
      { first: 1, last: 3, have: 3 },
      { first: 4, last: 6, have: 2 },
      { first: 7, last: 10, have: 0 },
    ]);
    expect(toStretches(bitfield([true, false]), 2, 10)).toHaveLength(2);
  });
});

describe('cellStretch', () => {
  it('names the pieces of a cell and how many of them are there', () => {
    const bits = bitfield([true, true, true, false, false, false]);
    expect(cellStretch(bits, 0, 3, 6)).toEqual({ first: 1, last: 2, have: 2 });
    expect(cellStretch(bits, 1, 3, 6)).toEqual({ first: 3, last: 4, have: 1 });
  });
  it('names one piece where it takes several cells', () => {
    expect(cellStretch(bitfield([true, false]), 5, 6, 2)).toEqual({ first: 2, last: 2, have: 0 });
  });
  it('leaves no piece of 130,000 out', () => {
    const cells = 429;
    const ends = Array.from({ length: cells }, (_, cell) =>
      cellStretch(new Uint8Array(), cell, cells, 130_000),
    );
    expect(ends[0]!.first).toBe(1);
    expect(ends.at(-1)!.last).toBe(130_000);
    expect(ends.every(({ first }, at) => at === 0 || first === ends[at - 1]!.last + 1)).toBe(true);
  });
});
