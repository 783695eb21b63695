/**
 * Which element stands for which row of a long list. Elements are used again where nearly
 * everything is another row, because filling one anew costs a fraction of making one. Never the
 * one that has the focus: it stands for its row or goes away, and it is never moved in the page,
 * which would take the focus from it.
 */
export interface Wanted {
  readonly key: string;
  readonly index: number;
}
export interface Slot extends Wanted {
  /** Of the element. */
  readonly id: number;
}

export type NextId = () => number;

/** Every row keeps its element, and new rows get new ones, in the order of the rows. */
export function keyedSlots(before: readonly Slot[], wanted: readonly Wanted[], next: NextId): Slot[] {
  const ids = new Map(before.map(({ key, id }) => [key, id]));
  return wanted.map(({ key, index }) => ({ key, index, id: ids.get(key) ?? next() }));
}

/**
 * After scrolling: the rows are in the order they were in. `wanted` goes by index; `held` is the
 * element that has the focus.
 */
export function scrolledSlots(
  before: readonly Slot[],
  wanted: readonly Wanted[],
  held: number | null,
  next: NextId,
): Slot[] {
  const indexes = new Map(wanted.map(({ key, index }) => [key, index]));
  const staying = before.filter(({ key }) => indexes.has(key));
  return staying.length * 2 >= wanted.length
    ? rolled(staying, wanted, held, next)
    : refilled(before, wanted, held, next);
}

/** Most stay as they are; rows come at one end. */
function rolled(
  staying: readonly Slot[],
  wanted: readonly Wanted[],
  held: number | null,
  next: NextId,
): Slot[] {
  const here = new Set(staying.map(({ key }) => key));
  const inOrder = staying.filter(({ id }) => id !== held);
  const first = Math.min(...inOrder.map(({ index }) => index));
  const fresh = wanted.filter(({ key }) => !here.has(key)).map((row) => ({ ...row, id: next() }));
  if (held === null) return [...staying, ...fresh].sort((a, b) => a.index - b.index);
  return [
    ...fresh.filter(({ index }) => index < first),
    ...staying,
    ...fresh.filter(({ index }) => index >= first),
  ];
}

/** Nearly all are other rows: elements get them in their order, around the one that has the focus. */
function refilled(
  before: readonly Slot[],
  wanted: readonly Wanted[],
  held: number | null,
  next: NextId,
): Slot[] {
  const at = before.findIndex(({ id }) => id === held);
  const focused = before[at];
  const row = focused === undefined ? undefined : wanted.find(({ key }) => key === focused.key);
  const rest = wanted.filter((one) => one !== row);
  const ids = before.filter(({ id }) => id !== held).map(({ id }) => id);
  if (focused === undefined || row === undefined) return fill(rest, ids, next);
  // Out of sight its place among the others says nothing, and stays.
  const isOutside =
    rest.every(({ index }) => index > row.index) || rest.every(({ index }) => index < row.index);
  const split = isOutside ? Math.min(at, rest.length) : rest.findIndex(({ index }) => index > row.index);
  return [
    ...fill(rest.slice(0, split), ids.slice(0, at), next),
    { ...row, id: focused.id },
    ...fill(rest.slice(split), ids.slice(at), next),
  ];
}

function fill(rows: readonly Wanted[], ids: readonly number[], next: NextId): Slot[] {
  return rows.map((row, at) => ({ ...row, id: ids[at] ?? next() }));
}
