/** How wide a column has to be for what is shown in it. */
import { fittingWidth, type ColumnId } from '$lib/domain/view-columns';

/** Beside the text: dots before a name, the button and its gap before a state, the arrow of a head. */
const BESIDE: Partial<Record<ColumnId, number>> = { name: 40, status: 30 };
const HEAD_BESIDE = 16;

export function fitWidth(grid: HTMLElement, id: ColumnId): number {
  const pen = document.createElement('canvas').getContext('2d');
  if (pen === null) return fittingWidth(id, 0);
  const measure = (element: Element, beside: number): number => {
    pen.font = getComputedStyle(element).font;
    // Digits of one width are a little wider than those that the pen knows.
    return Math.ceil(pen.measureText(element.textContent.trim()).width * 1.03) + beside;
  };
  const cells = [...grid.querySelectorAll(`[data-col="${id}"] > .clip, .clip[data-col="${id}"]`)];
  const head = grid.querySelector(`[role="columnheader"][data-col="${id}"] button`);
  const widths = cells.map((cell) => measure(cell, BESIDE[id] ?? 2));
  return fittingWidth(id, Math.max(head === null ? 0 : measure(head, HEAD_BESIDE), ...widths));
}
