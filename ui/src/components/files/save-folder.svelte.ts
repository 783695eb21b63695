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
  #waiting: (() => void)[] = [];
  #isChosen = $state(false);
  #suggested: string;
  readonly #onAnswer: () => void;

  /** `start` is the folder to begin with, the default one when empty. */
  constructor(backend: Backend, start = '', onAnswer: () => void = () => undefined) {
    this.#backend = backend;
    this.#onAnswer = onAnswer;
    this.#text = start;
    this.#suggested = start;
    this.#ask(start);
  }

  get text(): string {
    return this.#text;
  }
  get info(): FolderInfo | null {
    return this.#info;
  }
  /** False while it is not known, too. */
  get isUsable(): boolean {
    return !this.#isAsking && this.#info?.usable === true;
  }
  /** Somebody is looking: what is known is about another folder. */
  get isPending(): boolean {
    return this.#isAsking;
  }
  /** It cannot be saved to, or nobody could say what it is. */
  get isRefused(): boolean {
    return !this.#isAsking && this.#info?.usable !== true;
  }
  /** Somebody has typed or picked it. */
  get isChosen(): boolean {
    return this.#isChosen;
  }
  /** For the command: none for the default. */
  get path(): string | null {
    return this.#info?.path ?? null;
  }

  /** Resolves when it is known what the folder is like. */
  settled(): Promise<void> {
    if (!this.#isAsking) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Where to, as long as nobody has chosen: the default one when empty. */
  suggest(path: string): void {
    if (this.#isChosen || path === this.#suggested) return;
    this.#suggested = path;
    this.#text = path;
    this.#ask(path);
  }

  type(text: string): void {
    this.#isChosen = true;
    this.#text = text;
    this.#isAsking = true;
    // What is still said of the folder before must not pass for what is said of this one.
    this.#asked++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(text), TYPED_MS);
  }

  pick(path: string): void {
    this.#isChosen = true;
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
    this.#onAnswer();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
