/**
 * Saved views: a filter, a search and an order under a name. They are one preference, so that they
 * come back after a restart. What is read is checked, because another version may have written it.
 */
import { isBelow } from '$lib/domain/label-tree';
import { STATUS_FILTERS, type Filter } from '$lib/domain/view';
import { readOrder, type Order } from '$lib/domain/view-sort';
import type { PrefsStore } from './prefs.svelte';

export interface Shown {
  readonly filter: Filter;
  readonly search: string;
  readonly sort: Order;
}
export interface SavedView extends Shown {
  /** Unique among the views. */
  readonly name: string;
}

export const VIEWS_MAX = 50;
export const VIEW_NAME_MAX = 64;
const SEARCH_MAX = 500;
const KEY = 'views';

export type Saved = 'saved' | 'replaced' | 'full' | 'too_big';

export class ViewsStore {
  readonly #prefs: PrefsStore;
  readonly #all = $derived.by(() => readViews(this.#prefs.get(KEY)));

  constructor(prefs: PrefsStore) {
    this.#prefs = prefs;
  }

  get all(): readonly SavedView[] {
    return this.#all;
  }
  has(name: string): boolean {
    return this.#all.some((view) => view.name === name);
  }
  /** The one that shows exactly this. */
  like(shown: Shown): SavedView | null {
    return this.#all.find((view) => isSame(view, shown)) ?? null;
  }

  /** Under a name that is taken it takes the place of the other one. */
  save(name: string, { filter, search, sort }: Shown): Saved {
    const view: SavedView = { name, filter, search: search.trim(), sort };
    if (view.search.length > SEARCH_MAX) return 'too_big';
    if (this.has(name)) {
      const all = this.#all.map((other) => (other.name === name ? view : other));
      return this.#keep(all) ? 'replaced' : 'too_big';
    }
    if (this.#all.length >= VIEWS_MAX) return 'full';
    return this.#keep([...this.#all, view]) ? 'saved' : 'too_big';
  }

  /** False when the name is taken. */
  rename(name: string, to: string): boolean {
    if (name === to) return true;
    if (this.has(to)) return false;
    return this.#keep(this.#all.map((view) => (view.name === name ? { ...view, name: to } : view)));
  }

  /** What is returned puts it back where it was. */
  remove(name: string): () => void {
    const at = this.#all.findIndex((view) => view.name === name);
    const gone = this.#all[at];
    if (gone === undefined) return () => undefined;
    this.#keep(this.#all.filter((view) => view !== gone));
    return () => {
      if (!this.has(name)) this.#keep([...this.#all.slice(0, at), gone, ...this.#all.slice(at)]);
    };
  }

  /** A label has another name now: views of it follow. */
  renameLabel(name: string, to: string): void {
    const renamed = (view: SavedView): SavedView => {
      const { filter } = view;
      if (filter.kind !== 'label' || (filter.name !== name && !isBelow(filter.name, name))) return view;
      return { ...view, filter: { kind: 'label', name: to + filter.name.slice(name.length) } };
    };
    const all = this.#all.map(renamed);
    if (all.some((view, at) => view !== this.#all[at])) this.#keep(all);
  }

  #keep(all: readonly SavedView[]): boolean {
    const isKept = this.#prefs.set(KEY, all.length === 0 ? null : all);
    // One press, one change: the window may be closed by the next.
    this.#prefs.flush();
    return isKept;
  }
}

function isSame(view: SavedView, { filter, search, sort }: Shown): boolean {
  return (
    view.search === search.trim() &&
    view.sort.by === sort.by &&
    view.sort.desc === sort.desc &&
    isSameFilter(view.filter, filter)
  );
}

export function isSameFilter(a: Filter, b: Filter): boolean {
  switch (a.kind) {
    case 'status':
      return b.kind === 'status' && a.status === b.status;
    case 'label':
      return b.kind === 'label' && a.name === b.name;
    case 'tracker':
      return b.kind === 'tracker' && a.host === b.host;
    case 'whole':
      return b.kind === 'whole' && a.below === b.below;
    case 'unlabelled':
      return b.kind === 'unlabelled';
  }
}

function readViews(saved: unknown): SavedView[] {
  if (!Array.isArray(saved)) return [];
  const views: SavedView[] = [];
  for (const one of saved.slice(0, VIEWS_MAX)) {
    const view = readView(one);
    if (view !== null && !views.some(({ name }) => name === view.name)) views.push(view);
  }
  return views;
}

function readView(saved: unknown): SavedView | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { name, filter, search, sort } = saved as Record<string, unknown>;
  const read = readFilter(filter);
  const order = readOrder(sort);
  if (typeof name !== 'string' || name === '' || read === null || order === null) return null;
  return { name, filter: read, search: typeof search === 'string' ? search : '', sort: order };
}

function readFilter(saved: unknown): Filter | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { kind, status, name, host, below } = saved as Record<string, unknown>;
  const known = STATUS_FILTERS.find((one) => one === status);
  if (kind === 'status' && known !== undefined) return { kind, status: known };
  if (kind === 'label' && typeof name === 'string') return { kind, name };
  if (kind === 'tracker' && typeof host === 'string') return { kind, host };
  if (kind === 'whole' && typeof below === 'string') return { kind, below };
  return kind === 'unlabelled' ? { kind } : null;
}
