/** Keeps news of watch folders from following one another faster than anybody reads. */
import type { WatchNews } from '$lib/backend/generated/WatchNews';
import { mergeNews } from '$lib/domain/watched';

/** Between two messages at least. */
export const NEWS_PAUSE_MS = 5_000;

export class NewsDesk {
  readonly #show: (all: readonly WatchNews[]) => void;
  #waiting: readonly WatchNews[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(show: (all: readonly WatchNews[]) => void) {
    this.#show = show;
  }

  /** At once when it has been quiet, and otherwise with what else comes meanwhile. */
  tell(news: WatchNews): void {
    this.#waiting = mergeNews(this.#waiting, news);
    if (this.#timer === null) this.#next();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #next(): void {
    const all = this.#waiting;
    this.#waiting = [];
    this.#timer = all.length === 0 ? null : setTimeout(() => this.#next(), NEWS_PAUSE_MS);
    if (all.length > 0) this.#show(all);
  }
}
