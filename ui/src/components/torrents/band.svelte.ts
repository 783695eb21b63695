/** A rubber band: pressed beside the rows and drawn over them, it selects what it touches. */
import type { SelectionStore } from '$lib/stores/selection.svelte';

/** In pixels from where the rows begin, as the language writes. */
export interface BandBox {
  readonly start: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface BandList {
  readonly items: readonly string[];
  readonly rowHeight: number;
  readonly isRtl: boolean;
  frame(): { box: DOMRect; rowsAt: number };
}

/** A hand that trembles draws no band. */
const LEAST_PX = 4;

/** Those of `items` that lie between two heights. */
export function spanned(
  items: readonly string[],
  rowHeight: number,
  one: number,
  other: number,
): readonly string[] {
  const from = Math.max(0, Math.floor(Math.min(one, other) / rowHeight));
  const to = Math.floor(Math.max(one, other) / rowHeight);
  return to < 0 ? [] : items.slice(from, to + 1);
}

export class Band {
  readonly #selection: SelectionStore;
  #box = $state.raw<BandBox | null>(null);

  constructor(selection: SelectionStore) {
    this.#selection = selection;
  }

  /** What to draw; null when there is none. */
  get box(): BandBox | null {
    return this.#box;
  }

  /** From a press of the main button beside all rows. With Ctrl or Shift what is selected stays. */
  start(event: PointerEvent, list: BandList): void {
    if (event.button !== 0) return;
    const before = this.#selection.selected;
    const kept = event.ctrlKey || event.metaKey || event.shiftKey ? before : new Set<string>();
    if (kept.size === 0) this.#selection.none();
    if (event.pointerType === 'touch') return;
    const from = point(event, list);
    const over = new AbortController();
    const { signal } = over;
    const end = (): void => {
      over.abort();
      this.#box = null;
    };
    const move = (now: PointerEvent): void => {
      const to = point(now, list);
      if (this.#box === null && Math.hypot(to.x - from.x, to.y - from.y) < LEAST_PX) return;
      this.#box = {
        start: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        width: Math.abs(to.x - from.x),
        height: Math.abs(to.y - from.y),
      };
      this.#selection.span(spanned(list.items, list.rowHeight, from.y, to.y), kept);
    };
    window.addEventListener('pointermove', move, { signal });
    window.addEventListener('pointerup', end, { signal });
    window.addEventListener('pointercancel', end, { signal });
    const giveUp = (pressed: KeyboardEvent): void => {
      if (pressed.key !== 'Escape') return;
      pressed.preventDefault();
      pressed.stopPropagation();
      end();
      this.#selection.span([], before);
    };
    window.addEventListener('keydown', giveUp, { signal, capture: true });
  }
}

function point(event: PointerEvent, list: BandList): { x: number; y: number } {
  const { box, rowsAt } = list.frame();
  const x = list.isRtl ? box.right - event.clientX : event.clientX - box.left;
  return { x, y: event.clientY - box.top - rowsAt };
}
