import { describe, expect, it } from 'vitest';
import { qrShape, QR_TEXT_MAX } from './qr';

/** The squares that a path fills. */
function squares(path: string): Set<string> {
  const filled = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    for (let step = 0; step < Number(width); step++) filled.add(`${Number(x) + step},${y}`);
  }
  return filled;
}

describe('a QR code', () => {
  it('has the three corners that readers look for, and a margin around', () => {
    const shape = qrShape('magnet:?xt=urn:btih:0123456789012345678901234567890123456789')!;
    const filled = squares(shape.path);
    const last = shape.size - 1;
    for (const [x, y] of [
      [4, 4],
      [last - 4, 4],
      [4, last - 4],
    ]) {
      expect(filled.has(`${x},${y}`)).toBe(true);
    }
    for (let at = 0; at < shape.size; at++) {
      for (const edge of [0, 3, last - 3, last]) {
        expect(filled.has(`${at},${edge}`) || filled.has(`${edge},${at}`)).toBe(false);
      }
    }
    // A version 1 to 40 code is 17 + 4 n squares wide.
    expect((shape.size - 8 - 17) % 4).toBe(0);
  });

  it('is not made of what no telephone could read from a screen', () => {
    expect(qrShape('a'.repeat(QR_TEXT_MAX))).not.toBeNull();
    expect(qrShape('a'.repeat(QR_TEXT_MAX + 1))).toBeNull();
    expect(qrShape('ä'.repeat(QR_TEXT_MAX / 2 + 1))).toBeNull();
  });
});
