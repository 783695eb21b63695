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
import {
  compareRows,
  countRows,
  EVERYTHING,
  matchesFilter,
  matchesSearch,
  movesRow,
  searchWords,
  type Counts,
  type View,
} from '$lib/domain/view';
import { SelectionStore } from './selection.svelte';

/** Rows do not move before pointer and keyboard have been quiet for this long. */
export const CALM_MS = 2_000;

export class TorrentStore {
  readonly selection = new SelectionStore(() => this.#visible);

  readonly #rows = new Map<string, TorrentRow>();
  #rev: number | null = null;
  #version = $state(0);
  #visible = $state.raw<readonly string[]>([]);
  #labels = $state.raw<readonly LabelView[]>([]);
  #totals = $state.raw<Totals | null>(null);
  #view: View = { filter: EVERYTHING, search: '', sort: 'activity' };

  /** Order or membership of `visible` is out of date. */
  #stale = false;
  #lastTouch = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly #counts = $derived.by<Counts>(() => {
    void this.#version;
    return countRows(this.#rows.values());
  });
  readonly #selectedRows = $derived.by<readonly TorrentRow[]>(() => {
    void this.#version;
    return this.selection.hashes.flatMap((hash) => this.#rows.get(hash) ?? []);
  });

  /** False until the first snapshot is there. */
  get loaded(): boolean {
    return this.#version > 0;
  }
  get size(): number {
    void this.#version;
    return this.#rows.size;
  }
  /** Info-hashes of what the list shows, top to bottom. */
  get visible(): readonly string[] {
    return this.#visible;
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

  /** Hue of a label, 0 to 5. */
  colour(label: string): number {
    return this.#labels.find((view) => view.name === label)?.colour ?? 0;
  }

  applySnapshot(snapshot: Snapshot): void {
    const gone = new Set(this.#rows.keys());
    this.#rows.clear();
    for (const row of snapshot.torrents) {
      this.#rows.set(row.hash, row);
      gone.delete(row.hash);
    }
    this.#rev = snapshot.rev;
    this.#labels = snapshot.labels;
    this.#totals = snapshot.totals;
    this.selection.drop(gone);
    this.#version += 1;
    this.#arrange();
  }

  /** False when a delta is missing in between: the caller has to subscribe again. */
  applyDelta(delta: Delta): boolean {
    if (this.#rev === null || delta.rev !== this.#rev + 1) return false;
    this.#rev = delta.rev;
    for (const row of delta.upserts) {
      const old = this.#rows.get(row.hash);
      this.#rows.set(row.hash, row);
      this.#stale ||= old === undefined || movesRow(old, row, this.#view);
    }
    if (delta.labels !== null) this.#labels = delta.labels;
    if (delta.totals !== null) this.#totals = delta.totals;
    if (delta.removed.length > 0) this.#remove(new Set(delta.removed));
    if (delta.upserts.length > 0 || delta.removed.length > 0) this.#version += 1;
    if (this.#stale) this.#arrangeWhenCalm();
    return true;
  }

  /** Filter, search and order. The user asked for it, so it happens at once. */
  show(view: View): void {
    this.#view = view;
    this.#arrange();
  }

  /** The pointer moved over the list, or a key was pressed in it. */
  touch(): void {
    this.#lastTouch = Date.now();
  }

  #remove(gone: ReadonlySet<string>): void {
    // Before the rows go, while the order still says which one is next.
    this.selection.drop(gone);
    for (const hash of gone) this.#rows.delete(hash);
    this.#visible = this.#visible.filter((hash) => !gone.has(hash));
  }

  #arrangeWhenCalm(): void {
    clearTimeout(this.#timer);
    const left = this.#lastTouch + CALM_MS - Date.now();
    if (left <= 0) this.#arrange();
    else this.#timer = setTimeout(() => this.#arrangeWhenCalm(), left);
  }

  #arrange(): void {
    clearTimeout(this.#timer);
    this.#stale = false;
    const { filter, search, sort } = this.#view;
    const words = searchWords(search);
    const fits = (row: TorrentRow): boolean => matchesFilter(row, filter) && matchesSearch(row, words);
    // What was shown goes first, so that sorting meets a nearly sorted list and is quick.
    const before = new Set(this.#visible);
    const shown = this.#visible.flatMap((hash) => this.#rows.get(hash) ?? []).filter(fits);
    for (const row of this.#rows.values()) if (!before.has(row.hash) && fits(row)) shown.push(row);
    shown.sort(compareRows(sort));
    const order = shown.map((row) => row.hash);
    if (!sameOrder(order, this.#visible)) this.#visible = order;
  }
}

function sameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((hash, index) => hash === b[index]);
}
