/**
 * What happened in watch folders, as far as it was asked for: the newest entries, kept up to date, and
 * older ones page by page. There may be 50,000, of which only the pages near the window are drawn.
 */
import type { Backend } from '$lib/backend/backend';
import type { WatchEntryView } from '$lib/backend/generated/WatchEntryView';
import type { WatchHistory } from '$lib/backend/generated/WatchHistory';
import type { WatchPendingView } from '$lib/backend/generated/WatchPendingView';

/** A page that grew longer than this is divided. */
const PAGE_MAX = 200;

export interface Page {
  /** The same for as long as the page is there. */
  readonly key: number;
  readonly entries: readonly WatchEntryView[];
}

export interface Shown {
  readonly folder: number | null;
  readonly problems: boolean;
}

/** Counted from the oldest, so that a new entry changes only the first block. */
export function blocksOf<T>(entries: readonly T[], size: number): T[][] {
  const blocks: T[][] = [];
  for (let end = entries.length; end > 0; end -= size)
    blocks.unshift(entries.slice(Math.max(0, end - size), end));
  return blocks;
}

export class WatchHistorySession {
  readonly #call: Backend['call'];
  #shown = $state.raw<Shown>({ folder: null, problems: false });
  #pages = $state.raw<readonly Page[] | null>(null);
  #pending = $state.raw<readonly WatchPendingView[]>([]);
  #problems = $state(0);
  #hasOlder = $state(false);
  #chosen = $state.raw<ReadonlySet<number>>(new Set());
  #turn = 0;
  #lastKey = 0;
  #isAsking = false;

  constructor(call: Backend['call']) {
    this.#call = call;
  }

  get shown(): Shown {
    return this.#shown;
  }
  /** Null until the first answer. */
  get pages(): readonly Page[] | null {
    return this.#pages;
  }
  get pending(): readonly WatchPendingView[] {
    return this.#shown.problems ? [] : this.#pending;
  }
  get problems(): number {
    return this.#problems;
  }
  get hasOlder(): boolean {
    return this.#hasOlder;
  }
  get size(): number {
    return (this.#pages ?? []).reduce((sum, page) => sum + page.entries.length, 0);
  }
  get chosen(): readonly WatchEntryView[] {
    if (this.#chosen.size === 0) return [];
    return (this.#pages ?? []).flatMap(({ entries }) => entries.filter(({ id }) => this.#chosen.has(id)));
  }
  isChosen(id: number): boolean {
    return this.#chosen.has(id);
  }

  choose(ids: readonly number[], on: boolean): void {
    const chosen = new Set(this.#chosen);
    for (const id of ids) {
      if (on) chosen.add(id);
      else chosen.delete(id);
    }
    this.#chosen = chosen;
  }
  chooseAll(on: boolean): void {
    const all = (this.#pages ?? []).flatMap(({ entries }) => entries.map(({ id }) => id));
    this.#chosen = new Set(on ? all : []);
  }

  /** Other entries. What was chosen among the old ones is not seen any more, so it is let go. */
  async show(shown: Shown): Promise<void> {
    this.#shown = shown;
    this.#turn += 1;
    this.#chosen = new Set();
    this.#pages = null;
    this.#isAsking = false;
    await this.refresh();
  }

  /** Asks for the newest entries; tells how many are new. */
  async refresh(): Promise<number> {
    const turn = this.#turn;
    const answer = await this.#call('watch_history', { before: null, ...this.#shown });
    if (turn !== this.#turn) return 0;
    this.#pending = answer.pending;
    this.#problems = answer.problems;
    return this.#putNewest(answer);
  }

  async older(): Promise<void> {
    const last = this.#pages?.at(-1)?.entries.at(-1);
    if (this.#isAsking || last === undefined || !this.#hasOlder) return;
    const turn = this.#turn;
    this.#isAsking = true;
    try {
      const answer = await this.#call('watch_history', { before: last.id, ...this.#shown });
      if (turn !== this.#turn) return;
      this.#hasOlder = answer.more;
      if (answer.entries.length > 0) this.#pages = [...(this.#pages ?? []), this.#page(answer.entries)];
    } finally {
      if (turn === this.#turn) this.#isAsking = false;
    }
  }

  /** Entries are other than they were, as those that were tried again: asks for their pages once more. */
  async renew(ids: readonly number[]): Promise<void> {
    const turn = this.#turn;
    const meant = new Set(ids);
    for (const page of (this.#pages ?? []).filter(({ entries }) => entries.some(({ id }) => meant.has(id)))) {
      const { entries } = page;
      const known = new Map<number, WatchEntryView>();
      let before = (entries[0]?.id ?? 0) + 1;
      while (before > (entries.at(-1)?.id ?? 0)) {
        const answer = await this.#call('watch_history', { before, ...this.#shown });
        if (turn !== this.#turn) return;
        for (const one of answer.entries) known.set(one.id, one);
        const last = answer.entries.at(-1);
        if (last === undefined || last.id >= before) break;
        before = last.id;
      }
      // An entry that does not belong here any more is gone.
      const fresh = entries.flatMap(({ id }) => known.get(id) ?? []);
      this.#pages = (this.#pages ?? []).map((other) =>
        other.key === page.key ? { key: page.key, entries: fresh } : other,
      );
    }
  }

  #page(entries: readonly WatchEntryView[]): Page {
    this.#lastKey += 1;
    return { key: this.#lastKey, entries };
  }

  #putNewest(answer: WatchHistory): number {
    const [first, ...rest] = this.#pages ?? [];
    const newest = first?.entries[0]?.id ?? 0;
    const oldest = answer.entries.at(-1)?.id ?? 0;
    if (first === undefined || oldest > newest || answer.entries.length === 0) {
      // Nothing yet, or so much happened that something may lie between: from the beginning.
      this.#pages = [this.#page(answer.entries)];
      this.#hasOlder = answer.more;
      return first === undefined ? 0 : answer.entries.length;
    }
    const below = first.entries.filter(({ id }) => id < oldest);
    const entries = [...answer.entries, ...below];
    const isLong = entries.length > PAGE_MAX;
    const cut = PAGE_MAX / 2;
    this.#pages = isLong
      ? [{ key: first.key, entries: entries.slice(0, cut) }, this.#page(entries.slice(cut)), ...rest]
      : [{ key: first.key, entries }, ...rest];
    if (rest.length === 0 && below.length === 0) this.#hasOlder = answer.more;
    return answer.entries.filter(({ id }) => id > newest).length;
  }
}
