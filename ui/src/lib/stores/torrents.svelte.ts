/**
 * The window's copy of the list: one snapshot, then deltas.
 *
 * Rows live in a plain Map beside a version counter, not in deep reactive proxies: with 10,000 of
 * them and hundreds changing every second, only what is on the screen may cost anything.
 */
import type { Delta } from '$lib/backend/generated/Delta';
import type { LabelView } from '$lib/backend/generated/LabelView';
import type { Snapshot } from '$lib/backend/generated/Snapshot';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import type { Totals } from '$lib/backend/generated/Totals';
import { EVERY_ROW } from '$lib/domain/query';
import { EVERYTHING, matchesView, movesRow, type View } from '$lib/domain/view';
import { Counter, type Counts } from '$lib/domain/view-counts';
import { Places } from '$lib/domain/places';
import { mergeRows, orderBy, sortRows } from '$lib/domain/view-sort';
import { collator } from '$lib/i18n';
import { SelectionStore } from './selection.svelte';

/** Rows do not move before pointer and keyboard have been quiet for this long. */
export const CALM_MS = 2_000;
/** A row that is back is marked for as long as its wash takes, and some. */
const BACK_MS = 1_000;
const GONE_MAX = 10_000;
/** From this part of all on, sorting everything is as quick as moving what moved. */
const FEW = 4;

export class TorrentStore {
  readonly selection = new SelectionStore(() => this.#visible);

  readonly #rows = new Map<string, TorrentRow>();
  #rev: number | null = null;
  #version = $state(0);
  #visible = $state.raw<readonly string[]>([]);
  /** Rows behind the visible ones that have not come yet. */
  #coming = $state(0);
  #labels = $state.raw<readonly LabelView[]>([]);
  #totals = $state.raw<Totals | null>(null);
  #view: View = { filter: EVERYTHING, query: EVERY_ROW, order: orderBy('activity') };
  /** What names were sorted by last. */
  #collator: Intl.Collator | null = null;
  readonly #places = new Places();
  #counter = new Counter();
  #counts = $state.raw<Counts>(this.#counter.counts);

  /** Rows whose place in `visible` is out of date. */
  #moved = new Set<string>();
  #lastTouch = -Infinity;
  #isHeld = false;
  #lastMove = -Infinity;
  #followed = $state(0);
  /** Removed in this window: what comes back of it is shown to have. */
  readonly #gone = new Set<string>();
  #back = $state.raw<ReadonlySet<string>>(new Set());
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #selectedRows = $derived.by<readonly TorrentRow[]>(() => {
    void this.#version;
    return this.selection.hashes.flatMap((hash) => this.#rows.get(hash) ?? []);
  });

  /** False until the first snapshot is there. */
  get loaded(): boolean {
    return this.#version > 0;
  }
  get size(): number {
    return this.#counts.status.all;
  }
  /** Info-hashes of what the list shows, top to bottom. */
  get visible(): readonly string[] {
    return this.#visible;
  }
  /** How many more there are below, for the moment until they come. */
  get coming(): number {
    return this.#coming;
  }
  get counts(): Counts {
    return this.#counts;
  }
  get labels(): readonly LabelView[] {
    return this.#labels;
  }
  get totals(): Totals | null {
    return this.#totals;
  }
  /** Every row, shown or not. */
  get all(): readonly TorrentRow[] {
    void this.#version;
    return [...this.#rows.values()];
  }
  /** Selected rows that are shown: what actions apply to. */
  get selected(): readonly TorrentRow[] {
    return this.#selectedRows;
  }

  /** Reactive: asks again after every change of any row, and gives the same object when it is the same. */
  row(hash: string): TorrentRow | undefined {
    void this.#version;
    return this.#rows.get(hash);
  }

  /** Its place in the list's own order: 1 for the first; 0 for what is not in it, or not known to be yet. */
  place(hash: string): number {
    void this.#version;
    return this.#coming > 0 ? 0 : this.#places.of(hash);
  }

  /** Hue of a label, 0 to 5. */
  colour(label: string): number {
    return this.#labels.find((view) => view.name === label)?.colour ?? 0;
  }

  /** Until the snapshot comes: the first rows, and what is counted of all. */
  applyGlance(
    snapshot: Snapshot,
    kinds: readonly (readonly [number, TorrentRow])[],
    view = (): View => this.#view,
  ): void {
    this.#counter = new Counter();
    for (const [count, row] of kinds) this.#counter.add(row, count);
    this.#replace(snapshot);
    this.#coming = this.#counter.counts.status.all - snapshot.torrents.length;
    this.#rev = null;
    this.#view = view();
    this.#arrange();
  }

  /** `view` is asked when the labels are known. */
  applySnapshot(snapshot: Snapshot, view = (): View => this.#view): void {
    this.#counter = new Counter();
    for (const row of snapshot.torrents) this.#counter.replace(undefined, row);
    this.#replace(snapshot);
    this.#coming = 0;
    this.#rev = snapshot.rev;
    this.#view = view();
    this.#arrange();
  }

  #replace({ torrents, labels, totals }: Snapshot): void {
    const gone = new Set(this.#rows.keys());
    this.#rows.clear();
    this.#places.clear();
    for (const row of torrents) {
      this.#rows.set(row.hash, row);
      this.#places.put(row);
      gone.delete(row.hash);
    }
    this.#counts = this.#counter.counts;
    this.#labels = labels;
    this.#totals = totals;
    this.selection.drop(gone);
    this.#version += 1;
  }

  /** False when a delta is missing in between: the caller has to subscribe again. */
  applyDelta(delta: Delta): boolean {
    if (this.#rev === null || delta.rev !== this.#rev + 1) return false;
    this.#rev = delta.rev;
    const back: string[] = [];
    for (const row of delta.upserts) {
      const old = this.#rows.get(row.hash);
      if (old === undefined && this.#gone.delete(row.hash)) back.push(row.hash);
      this.#rows.set(row.hash, row);
      this.#places.put(row);
      this.#counter.replace(old, row);
      if (old === undefined || movesRow(old, row, this.#view)) this.#moved.add(row.hash);
    }
    if (back.length > 0) this.#show(back);
    if (delta.labels !== null) this.#labels = delta.labels;
    if (delta.totals !== null) this.#totals = delta.totals;
    if (delta.removed.length > 0) this.#remove(new Set(delta.removed));
    if (delta.upserts.length > 0 || delta.removed.length > 0) this.#version += 1;
    this.#counts = this.#counter.counts;
    if (this.#moved.size > 0) this.#arrangeWhenCalm();
    return true;
  }

  /** Filter, search and order. The user asked for it, so it happens at once. */
  show(view: View): void {
    const isOther = !isSameView(view, this.#view);
    this.#view = view;
    // How many of them are in another view is not known.
    if (isOther) this.#coming = 0;
    if (isOther || collator() !== this.#collator || this.#moved.size > 0) this.#arrange();
  }

  /** Rows stay where they are, however long it takes: a menu stands open on one of them. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.touch();
  }

  /** It was removed and is back just now. */
  cameBack(hash: string): boolean {
    return this.#back.has(hash);
  }

  /** The pointer moved over the list, or a key was pressed in it. */
  touch(): void {
    this.#lastTouch = Date.now();
  }

  /** Somebody gives rows another place just now: they go there at once, and the focus with them. */
  expectMove(): void {
    this.#lastMove = Date.now();
  }

  /** Counts up when rows went where somebody has put them. */
  get followed(): number {
    return this.#followed;
  }

  #show(back: readonly string[]): void {
    this.#back = new Set(back);
    setTimeout(() => {
      this.#back = new Set();
    }, BACK_MS);
  }

  #remove(gone: ReadonlySet<string>): void {
    // Before the rows go, while the order still says which one is next.
    this.selection.drop(gone);
    for (const hash of gone) {
      this.#counter.replace(this.#rows.get(hash), undefined);
      this.#rows.delete(hash);
      this.#places.drop(hash);
      this.#moved.delete(hash);
      if (this.#gone.size < GONE_MAX) this.#gone.add(hash);
    }
    this.#visible = this.#visible.filter((hash) => !gone.has(hash));
  }

  #arrangeWhenCalm(): void {
    clearTimeout(this.#timer);
    if (this.#view.order.by === 'rank' && Date.now() - this.#lastMove < CALM_MS) {
      this.#lastMove = -Infinity;
      this.#arrange();
      this.#followed += 1;
      return;
    }
    const left = this.#isHeld ? CALM_MS : this.#lastTouch + CALM_MS - Date.now();
    if (left > 0) this.#timer = setTimeout(() => this.#arrangeWhenCalm(), left);
    else if (this.#moved.size * FEW < this.#rows.size) this.#rearrange();
    else this.#arrange();
  }

  /** Everything anew. */
  #arrange(): void {
    clearTimeout(this.#timer);
    this.#moved.clear();
    const shown: TorrentRow[] = [];
    for (const row of this.#rows.values()) if (matchesView(row, this.#view)) shown.push(row);
    this.#collator = collator();
    this.#put(sortRows(shown, this.#view.order, this.#collator));
  }

  /** What moved goes where it belongs; the others keep their order. */
  #rearrange(): void {
    const rest: TorrentRow[] = [];
    for (const hash of this.#visible) {
      const row = this.#moved.has(hash) ? undefined : this.#rows.get(hash);
      if (row !== undefined) rest.push(row);
    }
    const moved: TorrentRow[] = [];
    for (const hash of this.#moved) {
      const row = this.#rows.get(hash);
      if (row !== undefined && matchesView(row, this.#view)) moved.push(row);
    }
    this.#moved.clear();
    this.#put(mergeRows(rest, moved, this.#view.order, collator()));
  }

  #put(rows: readonly TorrentRow[]): void {
    const order = rows.map((row) => row.hash);
    if (!sameOrder(order, this.#visible)) this.#visible = order;
  }
}

function isSameView(a: View, b: View): boolean {
  return a.filter === b.filter && a.query === b.query && a.order === b.order;
}

function sameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((hash, index) => hash === b[index]);
}
