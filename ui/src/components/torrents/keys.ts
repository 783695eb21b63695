/** Keys of the list: how far they move, where they go in a row, and names typed at it. */

/** How many rows a key moves; null for keys that do not move. */
export function listStep(key: string, pageRows: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return 1;
    case 'ArrowUp':
      return -1;
    case 'PageDown':
      return pageRows;
    case 'PageUp':
      return -pageRows;
    case 'Home':
      return -Infinity;
    case 'End':
      return Infinity;
    default:
      return null;
  }
}

/** Towards the end of the line (1) or its start (-1), as the language writes; null for other keys. */
export function lineStep(key: string, isRtl: boolean): 1 | -1 | null {
  if (key === (isRtl ? 'ArrowLeft' : 'ArrowRight')) return 1;
  if (key === (isRtl ? 'ArrowRight' : 'ArrowLeft')) return -1;
  return null;
}

export const isRtl = (element: Element): boolean => getComputedStyle(element).direction === 'rtl';

/**
 * Where ← → stop in a row: the row itself, then each cell and what can be pressed in it. A cell
 * that is nothing but one button is that button.
 */
export function stopsOf(row: HTMLElement): HTMLElement[] {
  const cells = [...row.querySelectorAll<HTMLElement>('[role="gridcell"]')];
  return [
    row,
    ...cells.flatMap((cell) => {
      const buttons = [...cell.querySelectorAll('button')];
      const [only] = buttons;
      const isOnly = buttons.length === 1 && only?.textContent.trim() === cell.textContent.trim();
      return isOnly ? buttons : [cell, ...buttons];
    }),
  ];
}

/** Cells take the focus only from keys: a press of the pointer is for their row. */
export function focusStop(stop: HTMLElement | undefined): void {
  if (stop === undefined) return;
  if (stop.tabIndex < 0 && !stop.hasAttribute('tabindex')) {
    stop.tabIndex = -1;
    stop.addEventListener('blur', () => stop.removeAttribute('tabindex'), { once: true });
  }
  stop.focus({ preventScroll: true });
  stop.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** Names that are typed: letters in quick succession belong together. */
export const TYPING_MS = 800;

export class TypeAhead {
  #text = '';
  #at = -Infinity;

  isTyping(now: number): boolean {
    return this.#text !== '' && now - this.#at < TYPING_MS;
  }

  /**
   * The index to go to among `count` names, from `current`; null when none fits. The same letter
   * again goes on to the next name with it.
   */
  find(
    letter: string,
    now: number,
    names: { readonly count: number; readonly current: number; readonly at: (index: number) => string },
  ): number | null {
    const typed = letter.toLocaleLowerCase();
    const isNext = this.#text === typed && this.isTyping(now);
    this.#text = this.isTyping(now) && !isNext ? this.#text + typed : typed;
    this.#at = now;
    const { count, current, at } = names;
    const from = this.#text.length > 1 ? Math.max(0, current) : current + 1;
    for (let step = 0; step < count; step++) {
      const index = (from + step) % count;
      if (at(index).toLocaleLowerCase().startsWith(this.#text)) return index;
    }
    return null;
  }
}
