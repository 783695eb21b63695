/** Where the details lie and how large they may be: numbers only, nothing of the screen. */

export type Side = 'bottom' | 'right' | 'page';

/** From this window width on there is room for both side by side. */
export const WIDE = 'min-width: 1700px';

export interface Extent {
  readonly min: number;
  readonly max: number;
}

const HEIGHT_MIN = 140;
/** Of the sheet. */
const HEIGHT_SHARE_MAX = 0.7;
const WIDTH_MIN = 320;
const WIDTH_MAX = 2_000;
/** The list stays usable beside the details. */
const LIST_MIN = 400;
/** Without a width of the user's own: a third of the window, within reason. */
const WIDTH_OWN = { min: 540, share: 0.32, max: 760 } as const;

/** `wanted` is the setting `window.details_side`. */
export function sideOf(wanted: string, isWide: boolean, isNarrow: boolean): Side {
  if (isNarrow) return 'page';
  if (wanted === 'bottom' || wanted === 'right') return wanted;
  return isWide ? 'right' : 'bottom';
}

/** Smallest and largest size in px, in a sheet of this size. */
export function extentOf(side: Side, sheet: { readonly width: number; readonly height: number }): Extent {
  if (side === 'bottom') {
    return { min: HEIGHT_MIN, max: Math.max(HEIGHT_MIN, Math.round(sheet.height * HEIGHT_SHARE_MAX)) };
  }
  return { min: WIDTH_MIN, max: Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, sheet.width - LIST_MIN)) };
}

/** Width in px for the setting `window.details_width`; below the least one it means “as it suits”. */
export function widthOf(setting: number, windowWidth: number): number {
  if (setting >= WIDTH_MIN) return setting;
  return Math.min(WIDTH_OWN.max, Math.max(WIDTH_OWN.min, Math.round(windowWidth * WIDTH_OWN.share)));
}

export function fit(size: number, { min, max }: Extent): number {
  return Math.round(Math.min(max, Math.max(min, size)));
}
