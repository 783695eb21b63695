/** The selection of the list, kept by info-hash so that sorting and updates do not touch it. */
import {
  clickRow,
  moveTo,
  NOTHING_SELECTED,
  selectAll,
  selectNone,
  selectOnly,
  spanRows,
  toggleRow,
  withoutRows,
  type Modifiers,
  type Selection,
} from '$lib/domain/selection';

export class SelectionStore {
  readonly #order: () => readonly string[];
  #state = $state.raw<Selection>(NOTHING_SELECTED);
  #picking = $state(false);
  readonly #hashes = $derived.by<readonly string[]>(() => {
    const { selected } = this.#state;
    return selected.size === 0 ? [] : this.#order().filter((hash) => selected.has(hash));
  });
  readonly #tabStop = $derived.by<string | null>(() => {
    const { focus } = this.#state;
    const order = this.#order();
    return focus !== null && order.includes(focus) ? focus : (order[0] ?? null);
  });

  constructor(order: () => readonly string[]) {
    this.#order = order;
  }

  /** Selected and shown, top to bottom. */
  get hashes(): readonly string[] {
    return this.#hashes;
  }
  get count(): number {
    return this.#hashes.length;
  }
  get focus(): string | null {
    return this.#state.focus;
  }
  /** The one row that the Tab key reaches: the focused one, or the first. */
  get tabStop(): string | null {
    return this.#tabStop;
  }

  /** On a touch screen: a tap adds or takes out. */
  get picking(): boolean {
    return this.#picking;
  }

  pick(isOn: boolean): void {
    this.#picking = isOn;
    if (!isOn) this.none();
  }

  has(hash: string): boolean {
    return this.#state.selected.has(hash);
  }

  click(hash: string, modifiers: Modifiers): void {
    this.#state = clickRow(this.#state, this.#order(), hash, modifiers);
  }
  only(hash: string): void {
    this.#state = selectOnly(hash);
  }
  toggle(hash: string): void {
    this.#state = toggleRow(this.#state, hash);
  }
  /** Focus without selecting, for a row that got it from the browser. */
  focusOn(hash: string): void {
    if (this.#state.focus !== hash) this.#state = { ...this.#state, focus: hash };
  }
  /** To an index of what is shown; beyond the ends counts as the end. */
  moveTo(index: number, modifiers: Modifiers): void {
    this.#state = moveTo(this.#state, this.#order(), index, modifiers);
  }
  /** By rows, from the focused one. */
  moveBy(rows: number, modifiers: Modifiers): void {
    const { focus } = this.#state;
    const at = focus === null ? -1 : this.#order().indexOf(focus);
    this.moveTo(at < 0 && rows < 0 ? 0 : at + rows, modifiers);
  }
  /** What a rubber band spans, beside `kept`. */
  span(hashes: readonly string[], kept: Iterable<string>): void {
    this.#state = spanRows(this.#state, hashes, kept);
  }
  /** For a band that is given up: as it was before. */
  get selected(): ReadonlySet<string> {
    return this.#state.selected;
  }
  all(): void {
    this.#state = selectAll(this.#state, this.#order());
  }
  none(): void {
    if (this.#state.selected.size > 0) this.#state = selectNone(this.#state);
  }
  /** Rows leave the list; to be called while they are still in the order. */
  drop(gone: ReadonlySet<string>): void {
    if (gone.size > 0) this.#state = withoutRows(this.#state, this.#order(), gone);
  }
}
