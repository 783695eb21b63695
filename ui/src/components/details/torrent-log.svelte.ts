/** What happened to one torrent: the newest is asked for again and again, older entries when they are wanted. */
import type { AppContext } from '$lib/app.svelte';
import type { LogEntry } from '$lib/backend/generated/LogEntry';
import { merge, PAGE } from './log-lines';
import { poll } from './poll';

const EVERY_MS = 2_000;

export class TorrentLog {
  readonly #app: Pick<AppContext, 'backend'>;
  #entries = $state.raw<readonly LogEntry[] | null>(null);
  #hasOlder = $state(false);
  #hash = '';
  /** One request at a time: whoever asks meanwhile waits for the same answer. */
  #asking: Promise<void> | null = null;

  constructor(app: Pick<AppContext, 'backend'>) {
    this.#app = app;
  }

  /** Newest first; null until the first answer. */
  get entries(): readonly LogEntry[] | null {
    return this.#entries;
  }
  get hasOlder(): boolean {
    return this.#hasOlder;
  }

  /** Asks until what is returned is called. */
  follow(hash: string): () => void {
    if (hash !== this.#hash) {
      [this.#hash, this.#entries, this.#hasOlder, this.#asking] = [hash, null, false, null];
    }
    return poll(
      async () => this.#app.backend.call('log', { hash, before: null }),
      () => EVERY_MS,
      (answer) => {
        if (this.#entries === null) this.#hasOlder = answer.length >= PAGE;
        this.#entries = merge(this.#entries ?? [], answer);
      },
    );
  }

  older(): Promise<void> {
    if (this.#asking !== null) return this.#asking;
    const asking = this.#ask().finally(() => {
      if (this.#asking === asking) this.#asking = null;
    });
    this.#asking = asking;
    return asking;
  }

  /** Everything there is, not only what was asked for so far. */
  async all(): Promise<readonly LogEntry[]> {
    const hash = this.#hash;
    let entries = this.#entries ?? [];
    while (this.#hash === hash && this.#hasOlder) {
      await this.older();
      if (this.#hash === hash) entries = this.#entries ?? [];
    }
    return entries;
  }

  async #ask(): Promise<void> {
    const hash = this.#hash;
    const last = this.#entries?.at(-1);
    if (last === undefined) return;
    const answer = await this.#app.backend.call('log', { hash, before: last.id });
    if (this.#hash !== hash) return;
    const known = this.#entries ?? [];
    this.#entries = merge(known, answer);
    // An answer with nothing new in it would be the same the next time.
    this.#hasOlder = answer.length >= PAGE && this.#entries !== known;
  }
}
