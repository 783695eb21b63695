/**
 * The pointer on rows: one set of listeners for all of them. A finger that rests on a row is what
 * the other button of a mouse is; browsers that say so themselves are not answered twice.
 */
import type { Attachment } from 'svelte/attachments';

export interface RowPointer {
  readonly click: (hash: string, event: MouseEvent, isTouch: boolean) => void;
  readonly open: (hash: string) => void;
  readonly menu: (row: HTMLElement, at: { x: number; y: number }) => void;
}

export const LONG_PRESS_MS = 500;
/** A finger that goes further is scrolling. */
const STILL_PX = 10;

const rowOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[role="row"][data-key]') : null;
const isButton = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button') !== null;

export function rowPointer({ click, open, menu }: RowPointer): Attachment<HTMLElement> {
  return (list) => {
    let isTouch = false;
    /** The press has become something else than a click. */
    let isUsedUp = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let start = { x: 0, y: 0 };

    const listen = <K extends keyof HTMLElementEventMap>(
      type: K,
      hear: (event: HTMLElementEventMap[K]) => void,
    ): (() => void) => {
      list.addEventListener(type, hear);
      return () => list.removeEventListener(type, hear);
    };
    const stop = (): void => clearTimeout(timer);

    const listeners = [
      listen('pointerdown', (event) => {
        stop();
        isTouch = event.pointerType === 'touch';
        isUsedUp = false;
        const row = rowOf(event.target);
        if (!isTouch || row === null) return;
        start = { x: event.clientX, y: event.clientY };
        timer = setTimeout(() => {
          isUsedUp = true;
          menu(row, start);
        }, LONG_PRESS_MS);
      }),
      listen('pointermove', (event) => {
        if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > STILL_PX) stop();
      }),
      listen('pointerup', stop),
      listen('pointercancel', stop),
      listen('contextmenu', (event) => {
        const row = rowOf(event.target);
        if (row === null) return;
        event.preventDefault();
        stop();
        if (!isUsedUp) menu(row, { x: event.clientX, y: event.clientY });
        isUsedUp = isTouch;
      }),
      listen('click', (event) => {
        const hash = rowOf(event.target)?.dataset['key'];
        if (hash !== undefined && !isUsedUp && !isButton(event.target)) click(hash, event, isTouch);
      }),
      listen('dblclick', (event) => {
        const hash = rowOf(event.target)?.dataset['key'];
        if (hash !== undefined && !isTouch && !isButton(event.target)) open(hash);
      }),
    ];
    return () => {
      stop();
      for (const stopListening of listeners) stopListening();
    };
  };
}
