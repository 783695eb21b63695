/** What the desktop around the window offers. Asked for only while somebody looks at it. */
import type { Backend } from '$lib/backend/backend';
import type { DeskState } from '$lib/backend/generated/DeskState';

export class DeskStore {
  readonly #backend: () => Backend;
  #state = $state.raw<DeskState | null>(null);
  #readers = 0;
  #asked = 0;

  constructor(backend: () => Backend) {
    this.#backend = backend;
  }

  /** The window is on a desktop, and not in a browser. */
  get isHere(): boolean {
    return this.#backend().desk !== null;
  }
  /** Null until the desktop has answered. */
  get state(): DeskState | null {
    return this.#state;
  }

  /** Somebody looks, until what is returned is called. What others look at already is not asked for again. */
  follow(): () => void {
    this.#readers += 1;
    if (this.#readers === 1) void this.#ask();
    return () => {
      this.#readers -= 1;
    };
  }

  /** Something about it is different now. */
  changed(): void {
    if (this.#readers > 0) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { desk } = this.#backend();
    if (desk === null) return;
    const turn = ++this.#asked;
    // Whoever cannot tell leaves the page without these lines, which miss nothing else.
    const answer = await desk({ type: 'state' }).catch(() => null);
    if (turn === this.#asked && answer?.type === 'state') this.#state = answer.state;
  }
}
