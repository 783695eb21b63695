/** The areas of the window that F6 goes round. Each is marked with `data-area` in the markup. */
const FOCUSABLE = 'button:not(:disabled), input, select, textarea, a[href], [tabindex]';

/** The first thing in an area that the Tab key would reach, but for the grip that makes it larger. */
function tabStop(area: HTMLElement): HTMLElement | null {
  const all = [...area.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const isStop = (element: HTMLElement): boolean =>
    element.tabIndex >= 0 && element.role !== 'separator' && element.checkVisibility();
  return all.find(isStop) ?? null;
}

/** Moves the focus to the next area (1) or the previous one (-1) that can take it. */
export function focusNextArea(root: ParentNode, step: 1 | -1): void {
  const areas = [...root.querySelectorAll<HTMLElement>('[data-area]')].filter((area) =>
    area.checkVisibility(),
  );
  const at = areas.findIndex((area) => area.contains(document.activeElement));
  for (let tried = 1; tried <= areas.length; tried++) {
    const start = at < 0 && step < 0 ? 0 : at;
    const area = areas[(start + step * tried + areas.length * 2) % areas.length];
    const stop = area === undefined ? null : tabStop(area);
    if (stop !== null) {
      stop.focus();
      return;
    }
  }
}

export function areaOf(element: Element | null): string | null {
  return element?.closest<HTMLElement>('[data-area]')?.dataset['area'] ?? null;
}

const NO_TEXT = new Set([
  'button',
  'checkbox',
  'radio',
  'range',
  'color',
  'file',
  'submit',
  'reset',
  'image',
]);

/** Keys typed here are text, so that letters must not act. */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLInputElement) return !NO_TEXT.has(element.type);
  return (
    element instanceof HTMLTextAreaElement || (element instanceof HTMLElement && element.isContentEditable)
  );
}
