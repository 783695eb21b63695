/**
 * Parts of the window that its first picture does without. Each is fetched once: after the first picture, so
 * that it is there before anybody asks, or when somebody was quicker.
 */
export class Late<Part> {
  readonly #fetch: () => Promise<Part>;
  #part = $state.raw<Part | null>(null);
  #coming: Promise<void> | null = null;

  constructor(fetch: () => Promise<Part>) {
    this.#fetch = fetch;
  }

  /** Reactive; null until it is there. */
  get part(): Part | null {
    return this.#part;
  }

  /** Rejects when it cannot be fetched; the next call tries again. */
  async load(): Promise<void> {
    this.#coming ??= this.#fetch().then(
      (part) => {
        this.#part = part;
      },
      (thrown: unknown) => {
        this.#coming = null;
        throw thrown;
      },
    );
    return this.#coming;
  }
}
