/** The piece map: which pieces are on disk, drawn together into the cells of a fixed area. */

/** Where the pieces on disk mostly lie, for the words beside the picture. */
export type Spread = 'none' | 'all' | 'start' | 'middle' | 'end' | 'everywhere';

/** One stretch of the torrent, for the table that says what the picture shows. */
export interface Stretch {
  /** First piece, counted from 1. */
  readonly first: number;
  readonly last: number;
  readonly have: number;
}

/** Pieces as bytes: eight a byte, the first in the highest bit. */
export function decodeBitfield(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export function hasPiece(bits: Uint8Array, piece: number): boolean {
  return (((bits[piece >> 3] ?? 0) >> (7 - (piece & 7))) & 1) === 1;
}

/** The pieces that a cell stands for: `first` to just before `end`, counted from 0. */
export function cellPieces(cell: number, cells: number, count: number): { first: number; end: number } {
  const first = Math.floor((cell * count) / cells);
  return { first, end: Math.max(first + 1, Math.floor(((cell + 1) * count) / cells)) };
}

/** The same, counted from 1 and with the number of them that are on disk. */
export function cellStretch(bits: Uint8Array, cell: number, cells: number, count: number): Stretch {
  const { first, end } = cellPieces(cell, cells, count);
  return { first: first + 1, last: end, have: countHave(bits, first, end) };
}

/**
 * Share of each cell that is on disk, 0 to 1. With more pieces than cells a cell stands for
 * several; with fewer, a piece takes several cells, so that the map always fills its area.
 */
export function toCells(bits: Uint8Array, count: number, cells: number): Float32Array {
  const shares = new Float32Array(Math.max(0, cells));
  if (count <= 0) return shares;
  for (let cell = 0; cell < shares.length; cell++) {
    const { first, end } = cellPieces(cell, cells, count);
    shares[cell] = countHave(bits, first, end) / (end - first);
  }
  return shares;
}

/** The torrent in equal stretches with the pieces each has. */
export function toStretches(bits: Uint8Array, count: number, parts: number): Stretch[] {
  const stretches: Stretch[] = [];
  const steps = Math.min(parts, count);
  for (let step = 0; step < steps; step++) {
    const first = Math.floor((step * count) / steps);
    const end = Math.floor(((step + 1) * count) / steps);
    stretches.push({ first: first + 1, last: end, have: countHave(bits, first, end) });
  }
  return stretches;
}

/** A third has “most of it” when it holds at least half of all that is on disk. */
export function spreadOf(bits: Uint8Array, count: number): Spread {
  const have = countHave(bits, 0, count);
  if (have === 0) return 'none';
  if (have === count) return 'all';
  const places: readonly Spread[] = ['start', 'middle', 'end'];
  const thirds = toStretches(bits, count, places.length);
  const most = thirds.findIndex((third) => third.have * 2 > have);
  return places[most] ?? 'everywhere';
}

function countHave(bits: Uint8Array, first: number, end: number): number {
  let have = 0;
  for (let piece = first; piece < end; piece++) if (hasPiece(bits, piece)) have++;
  return have;
}
