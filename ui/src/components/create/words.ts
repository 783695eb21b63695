/** Sizes of pieces in words: always powers of two, whatever units the rest is counted in. */
import { pieceSize } from '$lib/domain/creation';
import { t } from '$lib/i18n';

export function pieceWords(bytes: number): string {
  const { n, unit } = pieceSize(bytes);
  return t(`create.unit_${unit}`, { n });
}

/** The last part of a path, and the folder that it lies in. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (at < 0) return { folder: '', name: path };
  return { folder: path.slice(0, Math.max(1, at)), name: path.slice(at + 1) };
}
