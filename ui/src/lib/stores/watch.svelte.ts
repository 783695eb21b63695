/** The watch folders as Shoal tells of them, and what this window asks of them. */
import type { Backend } from '$lib/backend/backend';
import type { WatchFolderView } from '$lib/backend/generated/WatchFolderView';
import type { WatchRulesView } from '$lib/backend/generated/WatchRulesView';

export class WatchStore {
  readonly #backend: () => Backend;
  #told = $state.raw<readonly WatchFolderView[]>([]);
  /** Rules that were sent and that Shoal does not tell of yet. */
  #sent = $state.raw<ReadonlyMap<number, WatchRulesView>>(new Map());
  /** Changes go one after the other, so that none undoes another. */
  #last: Promise<unknown> = Promise.resolve();
  #inFlight = 0;

  readonly #folders = $derived.by<readonly WatchFolderView[]>(() =>
    this.#told.map((folder) => {
      const rules = this.#sent.get(folder.id);
      return rules === undefined ? folder : { ...folder, rules };
    }),
  );

  constructor(backend: () => Backend) {
    this.#backend = backend;
  }

  /** In the order in which they were made. */
  get folders(): readonly WatchFolderView[] {
    return this.#folders;
  }
  get(id: number): WatchFolderView | undefined {
    return this.#folders.find((folder) => folder.id === id);
  }

  /** From a snapshot or a delta: always all of them. */
  replace(folders: readonly WatchFolderView[]): void {
    this.#told = [...folders].sort((a, b) => a.id - b.id);
    if (this.#inFlight === 0) this.#sent = new Map();
  }

  /** Makes a folder, and tells its number. Rejects with the refusal, as all that follow do. */
  async make(rules: WatchRulesView): Promise<number> {
    const { id } = await this.#backend().call('watch_put', { id: null, rules });
    return id;
  }

  /** Some rules of a folder become others. They show at once, and are taken back when they are refused. */
  async change(id: number, rules: Partial<WatchRulesView>): Promise<void> {
    const before = this.get(id)?.rules;
    if (before === undefined) return;
    const wanted = { ...before, ...rules };
    this.#send(id, wanted);
    const turn = this.#last.then(async () => this.#backend().call('watch_put', { id, rules: wanted }));
    this.#last = turn.catch(() => undefined);
    this.#inFlight += 1;
    try {
      await turn;
    } catch (thrown) {
      if (this.#sent.get(id) === wanted) this.#send(id, before);
      throw thrown;
    } finally {
      this.#inFlight -= 1;
    }
  }

  async drop(id: number): Promise<void> {
    await this.#backend().call('watch_drop', { id });
  }

  /** Looks through a folder now. */
  async look(id: number): Promise<void> {
    await this.#backend().call('watch_look', { id });
  }

  #send(id: number, rules: WatchRulesView): void {
    this.#sent = new Map([...this.#sent, [id, rules]]);
  }
}
