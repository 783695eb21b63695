/** Pulling something with the pointer until it is let go, or given up with Esc. */

export interface Pull {
  onmove: (event: PointerEvent) => void;
  /** False when it was given up. Not called for a press that never went anywhere. */
  onend: (isDone: boolean) => void;
}

/** A press that goes less far is a click. */
const LEAST_PX = 4;

export function pull(down: PointerEvent, { onmove, onend }: Pull): void {
  if (down.button !== 0) return;
  const over = new AbortController();
  const { signal } = over;
  let isMoved = false;
  const end = (isDone: boolean): void => {
    over.abort();
    if (!isMoved) return;
    onend(isDone);
    // The press was no click on what it began on; the browser says one right away, or not at all.
    const swallow = (event: Event): void => event.stopPropagation();
    window.addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
  };
  window.addEventListener(
    'pointermove',
    (event) => {
      if (!isMoved && Math.abs(event.clientX - down.clientX) < LEAST_PX) return;
      isMoved = true;
      onmove(event);
    },
    { signal },
  );
  window.addEventListener('pointerup', () => end(true), { signal });
  window.addEventListener('pointercancel', () => end(false), { signal });
  const keydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    end(false);
  };
  window.addEventListener('keydown', keydown, { signal, capture: true });
}

/** Before which of them something falls that is let go at `x`; null for behind all. */
export function dropPlace<Id>(
  boxes: readonly { readonly id: Id; readonly box: Pick<DOMRect, 'left' | 'right'> }[],
  x: number,
  rtl: boolean,
): Id | null {
  const found = boxes.find(({ box }) => {
    const middle = (box.left + box.right) / 2;
    return rtl ? x > middle : x < middle;
  });
  return found?.id ?? null;
}
