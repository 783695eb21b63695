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
  /** How many there were: an answer that was asked for before the last one does not know of it. */
  #sent = 0;
  /** The torrent that is asked about now. */
  #followed: string | null = null;

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

  /**
   * Asks until what is returned is called. For an effect: it runs again, and so asks at once, when there is
   * another step to take back or to do again. That may be a choice of files, made or taken back anywhere.
   */
  follow(hash: string): () => void {
    const { undo } = this.#app;
    void [undo.undo?.id, undo.redo?.id];
    let sent = 0;
    this.#followed = hash;
    const end = poll(
      async () => {
        sent = this.#sent;
        return this.#app.backend.call('files', { hash });
      },
      () => (this.#isMoving() ? MOVING_MS : RESTING_MS),
      (files) => this.#take(files, sent !== this.#sent),
    );
    return () => {
      this.#followed = null;
      end();
    };
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
    this.#send(async (hash) => this.#selectAll(hash, files));
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
    this.#send(async (hash) => this.#prioritise(hash, indices, priority));
  }

  /** The first choice: what is wanted, then what of it is urgent. */
  choose(): void {
    const files = this.#choice;
    if (!files) return;
    this.#send(async (hash) => {
      const { high, low } = files.priorities;
      await this.#selectAll(hash, files);
      if (high.length > 0) await this.#prioritise(hash, high, 'high');
      if (low.length > 0) await this.#prioritise(hash, low, 'low');
    });
  }

  #isMoving(): boolean {
    const row = this.#row();
    return row.status === 'downloading' || row.status === 'checking' || row.file_count === null;
  }

  #take(files: readonly FileRow[], isOlder: boolean): void {
    this.#isEmpty = files.length === 0;
    const { choice } = this;
    if (choice?.fits(files)) {
      choice.refresh(files, isOlder || this.#sending > 0 || this.isChoosing);
      const isCalm = performance.now() - this.#touchedAt >= CALM_MS;
      if (isCalm && choice.order.by === 'progress') choice.sort(choice.order);
      return;
    }
    const guard = this.#app.settings.flag('downloads.leave_out_disguised', true);
    const next = new FileChoice(files, this.#row().name, guard);
    if (guard && this.isChoosing) next.leaveOutDisguised();
    this.#choice = next;
  }

  async #selectAll(hash: string, files: FileChoice): Promise<void> {
    await this.#app.backend.call('select_files', { hash, wanted: files.wanted });
  }

  async #prioritise(hash: string, files: number[], priority: Priority): Promise<void> {
    await this.#app.backend.call('set_priorities', { hash, files, priority });
  }

  /** Once it is answered, another torrent may be shown, or none: it is said at the start which one is meant. */
  #send(work: (hash: string) => Promise<unknown>): void {
    const { hash } = this.#row();
    this.#app.attempt(async () => {
      this.#sending++;
      this.#sent++;
      try {
        await work(hash).finally(() => this.#sending--);
      } catch (thrown) {
        await this.#takeBack(hash).catch(() => undefined);
        throw thrown;
      }
    });
  }

  /** Shows what is so, after a choice was refused. */
  async #takeBack(hash: string): Promise<void> {
    const sent = this.#sent;
    const files = await this.#app.backend.call('files', { hash });
    if (this.#followed === hash) this.#take(files, sent !== this.#sent);
  }
}
