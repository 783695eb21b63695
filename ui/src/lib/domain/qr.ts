/** Text as a QR code: the shape of its dark squares, for an SVG path. */
import { encode } from 'uqr';

/** Codes of more text have squares too small for a telephone before a screen. */
export const QR_TEXT_MAX = 1_200;
/** As wide as the standard wants the margin. */
const MARGIN = 4;

export interface QrShape {
  /** Squares along an edge, with the margin. */
  readonly size: number;
  /** For `d` of a path, one unit a square. */
  readonly path: string;
}

/** Null when the text is too long. */
export function qrShape(text: string): QrShape | null {
  if (new TextEncoder().encode(text).length > QR_TEXT_MAX) return null;
  const { data, size } = encode(text, { ecc: 'L', border: MARGIN });
  let path = '';
  data.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (row[x] !== true) continue;
      const start = x;
      while (row[x + 1] === true) x += 1;
      path += `M${start} ${y}h${x + 1 - start}v1h${start - x - 1}z`;
    }
  });
  return { size, path };
}
