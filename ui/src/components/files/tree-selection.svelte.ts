/** Which rows of a tree of files are selected, as in a file manager: one, several, a stretch. */
export class TreeSelection {
  #ids: ReadonlySet<number> = $state.raw(new Set());
  #anchor = 0;

  has(id: number): boolean {
    return this.#ids.has(id);
  }
  get ids(): readonly number[] {
    return [...this.#ids];
  }

  only(id: number): void {
    this.#ids = new Set([id]);
    this.#anchor = id;
  }
  toggle(id: number): void {
    const next = new Set(this.#ids);
    if (!next.delete(id)) next.add(id);
    this.#ids = next;
    this.#anchor = id;
  }
  all(shown: readonly number[]): void {
    this.#ids = new Set(shown);
  }
  /** From where the last selection began up to `id`, in the order they are shown. */
  extendTo(id: number, shown: readonly number[]): void {
    const [from, to] = [Math.max(0, shown.indexOf(this.#anchor)), shown.indexOf(id)];
    if (to >= 0) this.#ids = new Set(shown.slice(Math.min(from, to), Math.max(from, to) + 1));
  }
  /** What an action on `id` is about: all that is selected when it is one of them, else it alone. */
  meant(id: number): readonly number[] {
    if (!this.#ids.has(id)) this.only(id);
    return this.ids;
  }
}
