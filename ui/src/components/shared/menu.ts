/** What a menu shows, and where. It knows nothing of what its entries do. */
import type { IconName } from '$lib/icons';

export interface MenuItem {
  readonly id: string;
  readonly text: string;
  readonly icon?: IconName | null;
  /** Keys, for showing, and as `aria-keyshortcuts` has them. */
  readonly keys?: string;
  readonly ariaKeys?: string | undefined;
  /** For menus where one entry is in force: its mark. Makes it a radio entry. */
  readonly checked?: boolean | 'mixed' | undefined;
  /** Its mark says nothing about its neighbours: a check entry and no radio one. */
  readonly alone?: boolean;
  /** A line above it. */
  readonly lineAbove?: boolean;
  /** A dot of that colour, 0 to 5, in place of the icon. */
  readonly hue?: number | undefined;
  /** Opens a menu of these beside it, rather than doing something. */
  readonly items?: readonly MenuItem[] | undefined;
}

/** Where a menu opens: at a point, or below an element, aligned to where its line begins or ends. */
export type MenuPlace =
  | { readonly x: number; readonly y: number }
  | { readonly below: HTMLElement; readonly align: 'left' | 'right' }
  /** Beside the entry of another menu. */
  | { readonly beside: Box };

interface Size {
  readonly width: number;
  readonly height: number;
}
export type Box = Pick<DOMRect, 'left' | 'right' | 'top' | 'bottom'>;
interface Point {
  readonly x: number;
  readonly y: number;
}

const GAP = 4;
const MARGIN = 8;
/** Padding and border of a menu: its first entry is to stand level with the one it belongs to. */
const INSET = 6;

/** Top left corner for a menu of this size, so that it stays inside the window. */
export function placeMenu(place: MenuPlace, size: Size, room: Size, isRtl = false): Point {
  const { x, y } = wanted(place, size, room, isRtl);
  return {
    x: Math.max(MARGIN, Math.min(x, room.width - size.width - MARGIN)),
    y: Math.max(MARGIN, Math.min(y, room.height - size.height - MARGIN)),
  };
}

function wanted(place: MenuPlace, size: Size, room: Size, isRtl: boolean): Point {
  if ('beside' in place) return beside(place.beside, size, room, isRtl);
  if ('below' in place) return below(place.below.getBoundingClientRect(), place.align, size, room, isRtl);
  const { x, y } = place;
  return {
    x: isRtl ? x - size.width : x,
    // Like any desktop menu: above the pointer where there is no room below it.
    y: y + size.height > room.height - MARGIN ? Math.max(MARGIN, y - size.height) : y,
  };
}

function below(box: Box, align: 'left' | 'right', size: Size, room: Size, isRtl: boolean): Point {
  const under = box.bottom + GAP;
  const above = box.top - GAP - size.height;
  return {
    x: (align === 'left') === isRtl ? box.right - size.width : box.left,
    y: under + size.height > room.height - MARGIN && above >= MARGIN ? above : under,
  };
}

/** On the other side where there is no room on the one it is read to. */
function beside(box: Box, size: Size, room: Size, isRtl: boolean): Point {
  const right = box.right - GAP;
  const left = box.left + GAP - size.width;
  const fitsRight = right + size.width <= room.width - MARGIN;
  const fitsLeft = left >= MARGIN;
  const toLeft = isRtl ? fitsLeft || !fitsRight : !fitsRight && fitsLeft;
  return { x: toLeft ? left : right, y: box.top - INSET };
}

/** The entry that typing these letters goes to, looking on from `at`; -1 when there is none. */
export function typedEntry(texts: readonly string[], typed: string, at: number): number {
  const letters = typed.toLocaleLowerCase();
  // One letter again and again walks over all that begin with it; more letters may stay where they are.
  const isSame = /^(.)\1*$/u.test(letters);
  const start = isSame ? at + 1 : at;
  const sought = isSame ? letters.slice(0, 1) : letters;
  for (let step = 0; step < texts.length; step++) {
    const index = (Math.max(0, start) + step) % texts.length;
    if (texts[index]?.toLocaleLowerCase().startsWith(sought)) return index;
  }
  return -1;
}
