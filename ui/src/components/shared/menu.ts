/** What a menu shows. It knows nothing of what its entries do. */
import type { IconName } from '$lib/icons';

export interface MenuItem {
  readonly id: string;
  readonly text: string;
  readonly icon?: IconName | null;
  /** Keys, for showing. */
  readonly keys?: string;
  /** For menus where one entry is in force: its mark. Makes it a radio entry. */
  readonly checked?: boolean | 'mixed' | undefined;
  /** Its mark says nothing about its neighbours: a check entry and no radio one. */
  readonly alone?: boolean;
  /** A line above it. */
  readonly lineAbove?: boolean;
}

/** Where a menu opens: at a point, or below an element, aligned to its right or left edge. */
export type MenuPlace =
  | { readonly x: number; readonly y: number }
  | { readonly below: HTMLElement; readonly align: 'left' | 'right' };

const GAP = 4;
const MARGIN = 8;

/** Top left corner for a menu of this size, so that it stays inside the window. */
export function placeMenu(
  place: MenuPlace,
  size: { readonly width: number; readonly height: number },
  room: { readonly width: number; readonly height: number },
): { x: number; y: number } {
  let x: number;
  let y: number;
  if ('below' in place) {
    const box = place.below.getBoundingClientRect();
    x = place.align === 'left' ? box.left : box.right - size.width;
    y = box.bottom + GAP;
    const above = box.top - GAP - size.height;
    if (y + size.height > room.height - MARGIN && above >= MARGIN) y = above;
  } else {
    ({ x, y } = place);
    // Like any desktop menu: above the pointer where there is no room below it.
    if (y + size.height > room.height - MARGIN) y = Math.max(MARGIN, y - size.height);
  }
  return {
    x: Math.max(MARGIN, Math.min(x, room.width - size.width - MARGIN)),
    y: Math.max(MARGIN, Math.min(y, room.height - size.height - MARGIN)),
  };
}
