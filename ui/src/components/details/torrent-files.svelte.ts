/**
 * The files of one torrent in the details: asked for again and again, and every choice sent at once.
 * The first choice of all is sent as a whole, because it starts the download.
 */
import { FileChoice } from '$components/files/choice.svelte';
import type { AppContext } from '$lib/app.svelte';
import { CallError } from '$lib/backend/backend';
import type { FileRow } from '$lib/backend/generated/FileRow';
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import type { Priority } from '$lib/domain/priority';
import { poll } from './poll';

const MOVING_MS = 2_000;
const RESTING_MS = 10_000;
/** Rows change places only when pointer and keys have been quiet for this long. */
const CALM_MS = 2_000;

export class TorrentFiles {
  readonly #app: AppContext;
  readonly #row: () => TorrentRow;
  #choice = $state.raw<FileChoice | null>(null);
  #isEmpty = $state(false);
  #touchedAt = -Infinity;
  /** Choices that the core has not confirmed yet: an older answer must not take them back. */
  #sending = 0;

  constructor(app: AppContext, row: () => TorrentRow) {
    this.#app = app;
    this.#row = row;
  }

  /** Null until the first answer. */
  get choice(): FileChoice | null {
    return this.#choice;
  }
  /** The list of files is not known yet. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }
  get isChoosing(): boolean {
    return this.#row().status === 'choosing';
  }

  /** Asks until what is returned is called. */
  follow(hash: string): () => void {
    return poll(
      async () => this.#app.backend.call('files', { hash }),
      () => (this.#isMoving() ? MOVING_MS : RESTING_MS),
      (files) => this.#take(files),
    );
  }

  /** Somebody is working in the list. */
  touch(): void {
    this.#touchedAt = performance.now();
  }

  toggle(id: number): void {
    const files = this.#choice;
    if (!files) return;
    files.toggle(id);
    if (this.isChoosing) return;
    if (files.chosenCount === 0) {
      files.toggle(id);
      this.#app.toasts.error(new CallError('bad_selection'));
      return;
    }
    this.#send(async () => this.#selectAll(files));
  }

  setPriority(ids: readonly number[], priority: Priority): void {
    const files = this.#choice;
    if (!files) return;
    const before = files.snapshot();
    const indices = files.setPriority(ids, priority);
    if (indices.length === 0 || this.isChoosing) return;
    if (files.chosenCount === 0) {
      files.restore(before);
      this.#app.toasts.error(new CallError('bad_selection'));
      return;
    }
    const request = { hash: this.#hash, files: indices, priority };
    this.#send(async () => this.#app.backend.call('set_priorities', request));
  }

  /** The first choice: what is wanted, then what of it is urgent. */
  choose(): void {
    const files = this.#choice;
    if (!files) return;
    this.#send(async () => {
      await this.#selectAll(files);
      const { high, low } = files.priorities;
      if (high.length > 0) await this.#prioritise(high, 'high');
      if (low.length > 0) await this.#prioritise(low, 'low');
    });
  }

  get #hash(): string {
    return this.#row().hash;
  }

  #isMoving(): boolean {
    const row = this.#row();
    return row.status === 'downloading' || row.status === 'checking' || row.file_count === null;
  }

  #take(files: readonly FileRow[]): void {
    this.#isEmpty = files.length === 0;
    const { choice } = this;
    if (choice?.fits(files)) {
      choice.refresh(files, this.#sending > 0 || this.isChoosing);
      const isCalm = performance.now() - this.#touchedAt >= CALM_MS;
      if (isCalm && choice.order.by === 'progress') choice.sort(choice.order);
      return;
    }
    const guard = this.#app.settings.flag('downloads.leave_out_disguised', true);
    const next = new FileChoice(files, this.#row().name, guard);
    if (guard && this.isChoosing) next.leaveOutDisguised();
    this.#choice = next;
  }

  async #selectAll(files: FileChoice): Promise<void> {
    await this.#app.backend.call('select_files', { hash: this.#hash, wanted: files.wanted });
  }

  async #prioritise(files: number[], priority: Priority): Promise<void> {
    await this.#app.backend.call('set_priorities', { hash: this.#hash, files, priority });
  }

  #send(work: () => Promise<unknown>): void {
    this.#app.attempt(async () => {
      this.#sending++;
      try {
        await work();
      } catch (thrown) {
        this.#take(await this.#app.backend.call('files', { hash: this.#hash }));
        throw thrown;
      } finally {
        this.#sending--;
      }
    });
  }
}
