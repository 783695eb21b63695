/** The columns of the compact list: which, how wide, in which order. Pure; saved as the pref `list.columns`. */
import type { SortKey } from './view-sort';

export const COLUMN_IDS = [
  'name',
  'size',
  'progress',
  'status',
  'down',
  'up',
  'eta',
  'ratio',
  'peers',
  'added',
  'label',
  'downloaded',
  'uploaded',
  'completed',
  'activity',
  'path',
  'tracker',
  'hash',
  'rank',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

export interface Column {
  readonly id: ColumnId;
  /** CSS pixels; for the name the least it has, for it takes what the others leave. */
  readonly width: number;
  readonly shown: boolean;
}

/** Between two columns, and before the first and after the last; the CSS has the same numbers. */
export const COLUMN_GAP = 11;
export const COLUMNS_INSET = 14;
export const WIDTH_MAX = 800;

const WIDTHS: Readonly<Record<ColumnId, number>> = {
  name: 180,
  size: 58,
  progress: 96,
  status: 118,
  down: 74,
  up: 74,
  eta: 64,
  ratio: 48,
  peers: 56,
  added: 60,
  label: 110,
  downloaded: 76,
  uploaded: 70,
  completed: 70,
  activity: 70,
  path: 180,
  tracker: 140,
  hash: 140,
  rank: 56,
};
/** Numbers stand at the end of their column, words at its start. */
const NUMBERS: ReadonlySet<ColumnId> = new Set([
  'size',
  'down',
  'up',
  'eta',
  'ratio',
  'peers',
  'added',
  'downloaded',
  'uploaded',
  'completed',
  'activity',
  'rank',
]);
const HIDDEN_AT_FIRST = COLUMN_IDS.slice(COLUMN_IDS.indexOf('label'));
const isShownAtFirst = (id: ColumnId): boolean => !HIDDEN_AT_FIRST.includes(id);
/** While nobody has chosen columns, those that do not fit are left out, the first of these first. */
const LEAVE_FIRST: readonly ColumnId[] = ['added', 'peers', 'ratio', 'eta', 'up', 'size', 'down', 'status'];

export const isNumber = (id: ColumnId): boolean => NUMBERS.has(id);
export const sortOf = (id: ColumnId): SortKey => id;

export function leastWidth(id: ColumnId): number {
  return id === 'name' ? 100 : 40;
}

export function fittingWidth(id: ColumnId, width: number): number {
  return Math.round(Math.min(WIDTH_MAX, Math.max(leastWidth(id), width)));
}

export const FIRST_COLUMNS: readonly Column[] = COLUMN_IDS.map((id) => ({
  id,
  width: WIDTHS[id],
  shown: isShownAtFirst(id),
}));

/** From what was saved, whatever that is: all columns there are, each once, the name first and shown. */
export function readColumns(saved: unknown): readonly Column[] {
  if (!Array.isArray(saved)) return FIRST_COLUMNS;
  const found = new Map<ColumnId, Column>();
  for (const entry of saved as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { id: name, width, shown } = entry as Partial<Record<keyof Column, unknown>>;
    const id = COLUMN_IDS.find((known) => known === name);
    if (id === undefined || found.has(id)) continue;
    const isWidth = typeof width === 'number' && Number.isFinite(width);
    found.set(id, {
      id,
      width: fittingWidth(id, isWidth ? width : WIDTHS[id]),
      shown: id === 'name' || shown === true,
    });
  }
  const rest = COLUMN_IDS.filter((id) => id !== 'name' && !found.has(id));
  return [
    found.get('name') ?? { id: 'name', width: WIDTHS.name, shown: true },
    ...[...found.values()].filter(({ id }) => id !== 'name'),
    ...rest.map((id) => ({ id, width: WIDTHS[id], shown: false })),
  ];
}

/** What all of them need side by side, with the name at its least. */
export function neededWidth(columns: readonly Column[]): number {
  const gaps = Math.max(0, columns.length - 1) * COLUMN_GAP;
  return columns.reduce((sum, { width }) => sum + width, gaps + 2 * COLUMNS_INSET);
}

/**
 * Those to draw. Who chose which to show gets all of them, and scrolls where they do not fit; before
 * that what does not fit `room` is left out.
 */
export function drawnColumns(columns: readonly Column[], room: number): readonly Column[] {
  let drawn = columns.filter(({ shown }) => shown);
  const isChosen = columns.some(({ id, shown }) => shown !== isShownAtFirst(id));
  if (isChosen || room <= 0) return drawn;
  for (const id of LEAVE_FIRST) {
    if (neededWidth(drawn) <= room) return drawn;
    drawn = drawn.filter((column) => column.id !== id);
  }
  if (neededWidth(drawn) <= room) return drawn;
  // A phone: a short name says more beside its lane than without it.
  return drawn.map((column) => (column.id === 'name' ? { ...column, width: leastWidth('name') } : column));
}

/** With what is drawn as what is chosen: a column that is put in or taken out changes only itself. */
export function asDrawn(columns: readonly Column[], drawn: readonly Column[]): readonly Column[] {
  return columns.map((column) => ({ ...column, shown: drawn.some(({ id }) => id === column.id) }));
}

export function withWidth(columns: readonly Column[], id: ColumnId, width: number): readonly Column[] {
  return columns.map((column) => (column.id === id ? { ...column, width: fittingWidth(id, width) } : column));
}

export function withShown(columns: readonly Column[], id: ColumnId, shown: boolean): readonly Column[] {
  return columns.map((column) => (column.id === id ? { ...column, shown: shown || id === 'name' } : column));
}

/** Before `before`, or to the end of the shown ones for null. The name stays the first. */
export function moveColumn(
  columns: readonly Column[],
  id: ColumnId,
  before: ColumnId | null,
): readonly Column[] {
  const moved = columns.find((column) => column.id === id);
  if (moved === undefined || id === 'name' || id === before) return columns;
  const rest = columns.filter((column) => column.id !== id);
  const at =
    before === null
      ? rest.findLastIndex(({ shown }) => shown) + 1
      : Math.max(1, rest.findIndex((column) => column.id === before) + (before === 'name' ? 1 : 0));
  return rest.toSpliced(at, 0, moved);
}

/** By one place among those that are shown, towards the start (-1) or the end (1). */
export function stepColumn(columns: readonly Column[], id: ColumnId, by: -1 | 1): readonly Column[] {
  const shown = columns.filter((column) => column.shown);
  const at = shown.findIndex((column) => column.id === id);
  if (at <= 0 || at + by <= 0 || at + by >= shown.length) return columns;
  const before = by < 0 ? shown[at - 1] : shown[at + 2];
  return moveColumn(columns, id, before?.id ?? null);
}

/** For `grid-template-columns`. */
export function template(columns: readonly Column[]): string {
  return columns
    .map(({ id, width }) => (id === 'name' ? `minmax(${String(width)}px, 1fr)` : `${String(width)}px`))
    .join(' ');
}
