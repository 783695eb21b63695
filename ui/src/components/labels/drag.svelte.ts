/**
 * Rows that are pulled with the mouse: to a label, or to another place of a list that stands in the order of the
 * queue. It listens on the window, so that the list needs
 * to know nothing of it; what can take rows is marked with `data-drop-label`. A finger scrolls
 * instead, and the keyboard has menus: both do the same there.
 */
import { changeLabels } from '$lib/actions/labels';
import { moveInQueue } from '$lib/actions/queue';
import type { AppContext } from '$lib/app.svelte';
import type { QueueTo } from '$lib/backend/generated/QueueTo';
import { placeAt } from './queue-place';

/** A hand that trembles drags nothing. */
const LEAST_PX = 6;
/** On the page while rows are dragged: they are shown pale. */
const CLASS = 'drags-rows';

interface Dragged {
  readonly hashes: readonly string[];
  readonly x: number;
  readonly y: number;
  /** The label below the pointer. */
  readonly over: string | null;
  /** The place in the queue below the pointer, and where to draw it. */
  readonly place: DropPlace | null;
}

export interface DropPlace {
  readonly to: QueueTo;
  readonly line: { readonly x: number; readonly y: number; readonly width: number };
}

export class RowDrag {
  readonly #app: AppContext;
  #now = $state.raw<Dragged | null>(null);

  constructor(app: AppContext) {
    this.#app = app;
  }

  get now(): Dragged | null {
    return this.#now;
  }

  /** Until what is returned is called. */
  listen(): () => void {
    const down = (event: PointerEvent): void => this.#press(event);
    window.addEventListener('pointerdown', down);
    return () => {
      window.removeEventListener('pointerdown', down);
      this.#end();
    };
  }

  #press(down: PointerEvent): void {
    const hash = down.button === 0 && down.pointerType !== 'touch' ? rowAt(down.target) : null;
    if (hash === null || down.shiftKey || down.ctrlKey || down.metaKey) return;
    const over = new AbortController();
    const { signal } = over;
    const stop = (event: Event, isDone: boolean): void => {
      over.abort();
      const dragged = this.#now;
      if (dragged === null) return;
      event.preventDefault();
      event.stopPropagation();
      swallowClick();
      this.#end();
      if (!isDone) return;
      if (dragged.over !== null) this.#drop(dragged.hashes, dragged.over);
      else if (dragged.place !== null) this.#put(dragged.hashes, dragged.place.to);
    };
    const move = (event: PointerEvent): void => {
      const far = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY);
      if (event.buttons === 0) stop(event, false);
      else if (this.#now !== null || far >= LEAST_PX) this.#move(hash, event);
    };
    window.addEventListener('pointermove', move, { signal });
    window.addEventListener('pointerup', (event) => stop(event, true), { signal });
    window.addEventListener('pointercancel', (event) => stop(event, false), { signal });
    const keydown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') stop(event, false);
    };
    window.addEventListener('keydown', keydown, { signal, capture: true });
  }

  #move(hash: string, { clientX: x, clientY: y }: PointerEvent): void {
    const { selection } = this.#app.torrents;
    if (this.#now === null) {
      // Like any file manager: what is pulled is what is selected, or the one row itself.
      if (!selection.has(hash)) selection.only(hash);
      document.body.classList.add(CLASS);
    }
    const hashes = this.#now?.hashes ?? [...selection.hashes];
    const below = document.elementFromPoint(x, y);
    const target = below?.closest<HTMLElement>('[data-drop-label]');
    const place = target == null ? this.#placeAt(rowBelow(below), y, hashes) : null;
    this.#now = { hashes, x, y, over: target?.dataset['dropLabel'] ?? null, place };
  }

  #placeAt(row: HTMLElement | null, y: number, dragged: readonly string[]): DropPlace | null {
    const { order, torrents } = this.#app;
    const key = row?.dataset['key'];
    if (order.by !== 'rank' || row === null || key === undefined) return null;
    const box = row.getBoundingClientRect();
    const isAbove = y < box.top + box.height / 2;
    const at = torrents.visible.indexOf(key) + (isAbove ? 0 : 1);
    const to = placeAt(
      { visible: torrents.visible, desc: order.desc, all: torrents.all },
      at,
      new Set(dragged),
    );
    return { to, line: { x: box.left, y: isAbove ? box.top : box.bottom, width: box.width } };
  }

  #put(hashes: readonly string[], to: QueueTo): void {
    this.#app.attempt(() => moveInQueue(this.#app, hashes, to));
  }

  #end(): void {
    document.body.classList.remove(CLASS);
    this.#now = null;
  }

  #drop(hashes: readonly string[], label: string): void {
    const without = hashes.filter((hash) => this.#app.torrents.row(hash)?.labels.includes(label) === false);
    this.#app.attempt(() => changeLabels(this.#app, without, [label], []));
  }
}

const rowBelow = (element: Element | null): HTMLElement | null =>
  element?.closest<HTMLElement>('[data-area="list"] [role="row"][data-key]') ?? null;

function rowAt(target: EventTarget | null): string | null {
  if (!(target instanceof Element) || target.closest('button, a, input') !== null) return null;
  return rowBelow(target)?.dataset['key'] ?? null;
}

/** The press was no click on what it began on; the browser says one right away, or not at all. */
function swallowClick(): void {
  const swallow = (event: Event): void => event.stopPropagation();
  window.addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
}
