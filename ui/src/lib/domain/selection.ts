/**
 * Selection as in a file manager. Pure: every step makes a new state. `order` is what the list
 * shows at that moment, top to bottom; torrents outside of it stay selected and come back with
 * the filter, but nothing is done to what cannot be seen.
 */
export interface Selection {
  readonly selected: ReadonlySet<string>;
  /** Where an extension with Shift starts. */
  readonly anchor: string | null;
  /** The row that the keyboard is on. */
  readonly focus: string | null;
}

export interface Modifiers {
  readonly extend: boolean;
  readonly toggle: boolean;
}

export const NOTHING_SELECTED: Selection = { selected: new Set(), anchor: null, focus: null };

export function selectOnly(hash: string): Selection {
  return { selected: new Set([hash]), anchor: hash, focus: hash };
}

export function clickRow(
  state: Selection,
  order: readonly string[],
  hash: string,
  { extend, toggle }: Modifiers,
): Selection {
  if (extend) return extendTo(state, order, hash, toggle);
  return toggle ? toggleRow(state, hash) : selectOnly(hash);
}

export function toggleRow(state: Selection, hash: string): Selection {
  const selected = new Set(state.selected);
  if (!selected.delete(hash)) selected.add(hash);
  return { selected, anchor: hash, focus: hash };
}

/** From the anchor to `hash`; `keep` adds to what is selected already. */
export function extendTo(state: Selection, order: readonly string[], hash: string, keep = false): Selection {
  const to = order.indexOf(hash);
  const anchored = state.anchor === null ? -1 : order.indexOf(state.anchor);
  const from = anchored < 0 ? to : anchored;
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  const selected = new Set(keep ? [...state.selected, ...range] : range);
  return { selected, anchor: order[from] ?? hash, focus: hash };
}

/** Keyboard: to the row at `index`, cut to the ends of the list. */
export function moveTo(
  state: Selection,
  order: readonly string[],
  index: number,
  { extend, toggle }: Modifiers,
): Selection {
  const hash = order[Math.min(order.length - 1, Math.max(0, index))];
  if (hash === undefined) return state;
  if (extend) return extendTo(state, order, hash, toggle);
  return toggle ? { ...state, focus: hash } : selectOnly(hash);
}

/** What a rubber band spans, beside what it is to keep. */
export function spanRows(state: Selection, span: readonly string[], kept: Iterable<string>): Selection {
  const selected = new Set(kept);
  for (const hash of span) selected.add(hash);
  return { ...state, selected, anchor: span[0] ?? state.anchor };
}

export function selectAll(state: Selection, order: readonly string[]): Selection {
  return { selected: new Set(order), anchor: order[0] ?? null, focus: state.focus ?? order[0] ?? null };
}

export function selectNone(state: Selection): Selection {
  return { ...state, selected: new Set(), anchor: state.focus };
}

/** Rows are gone: the focus goes to the next one that is left, else to the one before. */
export function withoutRows(
  state: Selection,
  order: readonly string[],
  gone: ReadonlySet<string>,
): Selection {
  const touched =
    [...gone].some((hash) => state.selected.has(hash)) ||
    (state.focus !== null && gone.has(state.focus)) ||
    (state.anchor !== null && gone.has(state.anchor));
  if (!touched) return state;
  const selected = new Set([...state.selected].filter((hash) => !gone.has(hash)));
  let focus = state.focus;
  if (focus !== null && gone.has(focus)) {
    const at = order.indexOf(focus);
    const left = (hash: string): boolean => !gone.has(hash);
    focus = order.slice(at + 1).find(left) ?? order.slice(0, Math.max(0, at)).findLast(left) ?? null;
  }
  const anchor = state.anchor !== null && gone.has(state.anchor) ? focus : state.anchor;
  return { selected, anchor, focus };
}
