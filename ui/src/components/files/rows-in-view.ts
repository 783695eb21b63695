/** Rows kept ready outside the view, so that scrolling shows no gaps. */
const AHEAD = 8;

/** Which rows of a long list have to exist: `first` to just before `end`. */
export function rowsInView(
  count: number,
  rowHeight: number,
  scrollTop: number,
  height: number,
): { first: number; end: number } {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - AHEAD);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + AHEAD);
  return { first, end };
}
