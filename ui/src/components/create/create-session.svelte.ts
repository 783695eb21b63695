/**
 * A torrent that is asked for: what was typed, what the core says would come of it, and which field it
 * takes offence at. What is typed is kept by the store, so that a closed dialog has lost nothing.
 */
import { toCallError, type Backend } from '$lib/backend/backend';
import type { CreateLook } from '$lib/backend/generated/CreateLook';
import { fieldOf, requestOf, type CreateDraft, type Field } from '$lib/domain/creation';
import { errorText } from '$lib/domain/sentence';
import { t } from '$lib/i18n';
import type { CreationStore } from '$lib/stores/creation.svelte';
import { splitPath } from './words';

/** Typing is over when nothing was typed for so long. */
const TYPED_MS = 300;

interface Problem {
  readonly field: Field;
  readonly text: string;
}

/** What the core needs to know to say what would come of it. */
const LOOKED_AT: readonly (keyof CreateDraft)[] = [
  ...(['path', 'name', 'pieceLength', 'hybrid', 'trackers', 'webSeeds', 'nodes', 'ignore'] as const),
  'leaveOutHidden',
];

const ADDRESSES: readonly Field[] = ['trackers', 'webSeeds', 'nodes'];

export class CreateSession {
  readonly #backend: Backend;
  readonly #store: CreationStore;
  #look = $state.raw<CreateLook | null>(null);
  #problem = $state.raw<Problem | null>(null);
  #isLooking = $state(false);
  #isStarting = $state(false);
  /** The field that somebody types in: it is not complained about before they leave it. */
  #typing = $state.raw<Field | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(backend: Backend, store: CreationStore) {
    this.#backend = backend;
    this.#store = store;
    if (this.draft.path.trim() !== '') void this.check();
  }

  get draft(): CreateDraft {
    return this.#store.draft;
  }
  get look(): CreateLook | null {
    return this.#look;
  }
  get isLooking(): boolean {
    return this.#isLooking;
  }
  get isStarting(): boolean {
    return this.#isStarting;
  }
  get canStart(): boolean {
    return !this.#isStarting && this.draft.path.trim() !== '';
  }
  get isPrivateAlone(): boolean {
    return this.draft.private && requestOf(this.draft).trackers?.length === 0;
  }

  /** What is wrong with a field, in words; empty when nothing is, or while it is typed in. */
  problemOf(field: Field): string {
    const problem = this.#problem;
    return problem?.field === field && this.#typing !== field ? problem.text : '';
  }
  get problemField(): Field | null {
    return this.#problem?.field ?? null;
  }

  set(change: Partial<CreateDraft>): void {
    const before = this.draft;
    this.#store.draft = { ...before, ...change };
    if (change.path !== undefined && change.path.trim() !== before.path.trim()) {
      this.#look = null;
      this.#problem = null;
    }
    if (!LOOKED_AT.some((key) => key in change)) return;
    clearTimeout(this.#timer);
    // What is begun stays what it was; what changes meanwhile is looked at afterwards.
    if (this.#isStarting) return;
    // An answer about what was there before says nothing of what is there now.
    this.#asked += 1;
    this.#timer = setTimeout(() => void this.check(), TYPED_MS);
  }

  /** As {@link set}, for a field that is typed in. */
  type(field: Field, change: Partial<CreateDraft>): void {
    this.#typing = field;
    if (this.#problem?.field === field) this.#problem = null;
    this.set(change);
  }
  leave(field: Field): void {
    if (this.#typing === field) this.#typing = null;
  }

  pick(path: string): void {
    this.#typing = null;
    this.set({ path });
    if (!this.#isStarting) void this.check();
  }

  /** Asks what would come of it. True when all of it would do. */
  async check(): Promise<boolean> {
    clearTimeout(this.#timer);
    const turn = ++this.#asked;
    if (this.draft.path.trim() === '') {
      this.#look = null;
      this.#isLooking = false;
      return false;
    }
    this.#isLooking = true;
    try {
      const look = await this.#backend.call('create_look', requestOf(this.draft));
      if (turn !== this.#asked) return false;
      this.#look = look;
      this.#problem = null;
    } catch (thrown) {
      if (turn !== this.#asked) return false;
      this.#refuse(thrown);
      await this.#lookBeyond(turn);
    }
    if (turn !== this.#asked) return false;
    this.#isLooking = false;
    return this.#problem === null;
  }

  /** The job that began; null when something has to be put right first. */
  async start(): Promise<string | null> {
    if (!this.canStart) return null;
    this.#isStarting = true;
    this.#typing = null;
    const { draft } = this;
    try {
      if (!(await this.check())) return null;
      const name = draft.name.trim() || this.#look?.name || splitPath(draft.path).name;
      return await this.#store.start(draft, name);
    } catch (thrown) {
      this.#refuse(thrown);
      return null;
    } finally {
      this.#isStarting = false;
      if (this.draft !== draft && this.draft.path.trim() !== '') void this.check();
    }
  }

  /** An address that is no good hides nothing about the files. */
  async #lookBeyond(turn: number): Promise<void> {
    const field = this.#problem?.field;
    if (field === undefined || !ADDRESSES.includes(field)) return;
    const request = { ...requestOf(this.draft), trackers: [], web_seeds: [], nodes: [] };
    const look = await this.#backend.call('create_look', request).catch(() => null);
    if (turn === this.#asked) this.#look = look;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  #refuse(thrown: unknown): void {
    const { code, params } = toCallError(thrown);
    const field = fieldOf(code, this.draft);
    const text = field === 'name' ? t('create.name_unsafe') : errorText(code, params);
    this.#problem = { field, text };
    if (field === 'path') this.#look = null;
  }
}
