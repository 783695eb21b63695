/** The place of each torrent in the list's own order: what the ranks of the core mean to a reader. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';

export class Places {
  readonly #ranks = new Map<string, number>();
  /** Null when it is out of date: it is made when somebody asks. */
  #places: Map<string, number> | null = null;

  put({ hash, rank }: Pick<TorrentRow, 'hash' | 'rank'>): void {
    if (this.#ranks.get(hash) === rank) return;
    this.#ranks.set(hash, rank);
    this.#places = null;
  }
  drop(hash: string): void {
    if (this.#ranks.delete(hash)) this.#places = null;
  }
  clear(): void {
    this.#ranks.clear();
    this.#places = null;
  }

  /** 1 for the first; 0 for what is not there. */
  of(hash: string): number {
    this.#places ??= new Map(
      [...this.#ranks].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([key], at) => [key, at + 1]),
    );
    return this.#places.get(hash) ?? 0;
  }
}
