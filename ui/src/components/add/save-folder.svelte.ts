/** The folder to save to, as it is typed or picked, and what the disk says about it. */
import type { Backend } from '$lib/backend/backend';
import type { FolderInfo } from '$lib/backend/generated/FolderInfo';

/** Typing is over when nothing was typed for so long. */
const TYPED_MS = 250;

export class SaveFolder {
  readonly #backend: Backend;
  #text = $state('');
  #info = $state.raw<FolderInfo | null>(null);
  #isAsking = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#ask('');
  }

  get text(): string {
    return this.#text;
  }
  get info(): FolderInfo | null {
    return this.#info;
  }
  /** False while it is not known, too: adding waits for the answer. */
  get isUsable(): boolean {
    return !this.#isAsking && this.#info?.usable === true;
  }
  /** It cannot be saved to, or nobody could say what it is. */
  get isRefused(): boolean {
    return !this.#isAsking && this.#info?.usable !== true;
  }
  /** For the command: none for the default. */
  get path(): string | null {
    return this.#info?.path ?? null;
  }

  type(text: string): void {
    this.#text = text;
    this.#isAsking = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(text), TYPED_MS);
  }

  pick(path: string): void {
    clearTimeout(this.#timer);
    this.#text = path;
    this.#ask(path);
  }

  #ask(path: string): void {
    const turn = ++this.#asked;
    this.#isAsking = true;
    void this.#backend.call('folder_info', { path }).then(
      (info) => this.#answer(turn, info),
      () => this.#answer(turn, null),
    );
  }

  #answer(turn: number, info: FolderInfo | null): void {
    if (turn !== this.#asked) return;
    this.#info = info;
    this.#isAsking = false;
    if (this.#text === '' && info) this.#text = info.path;
  }
}
