/**
 * What the add dialog is about: links being looked up, previews with the files ticked in each,
 * what could not be read, and where it all goes. The components only show it.
 */
import { nameOf } from '$lib/adding';
import { CallError, toCallError, type Backend } from '$lib/backend/backend';
import type { AddRequest } from '$lib/backend/generated/AddRequest';
import type { ApiError } from '$lib/backend/generated/ApiError';
import type { ExistingView } from '$lib/backend/generated/ExistingView';
import type { InspectSource } from '$lib/backend/generated/InspectSource';
import type { LabelView } from '$lib/backend/generated/LabelView';
import type { Preview } from '$lib/backend/generated/Preview';
import type { PriorityView } from '$lib/backend/generated/PriorityView';
import type { TargetLook } from '$lib/backend/generated/TargetLook';
import { bringsOf, type Brings, type Brought } from '$lib/domain/label-brings';
import type { SettingsStore } from '$lib/stores/settings.svelte';
import { FileChoice } from '$components/files/choice.svelte';
import { SaveFolder } from '$components/files/save-folder.svelte';

/** One torrent that can be added. */
export class AddItem {
  readonly preview: Preview;
  /** None for a magnet, whose files are not known yet, and for what is in the list already. */
  readonly choice: FileChoice | null;
  /** To be added. */
  ticked = $state(true);
  /** For a magnet: ask which files once they are known. */
  askFiles = $state(false);
  /** What it gets: those whose rules it fits, until somebody chooses others. */
  labels = $state.raw<readonly string[]>([]);
  areLabelsChosen = $state(false);
  /** What lies where it would be saved; null until somebody looked. */
  look = $state.raw<TargetLook | null>(null);

  constructor(preview: Preview, leaveOutDisguised: boolean) {
    this.preview = preview;
    this.labels = preview.labels;
    this.choice =
      preview.files && !preview.already_added
        ? new FileChoice(preview.files, preview.name, leaveOutDisguised)
        : null;
    if (leaveOutDisguised) this.choice?.leaveOutDisguised();
  }

  /** Bytes that adding it would put on the disk, as far as that is known. */
  get bytes(): number {
    return this.choice?.chosenBytes ?? 0;
  }

  /** What has to be written: less than its size where some of it is there already. */
  get needed(): number {
    return Math.min(this.bytes, this.look?.needed_bytes ?? this.bytes);
  }

  /** Something lies at its place, so that the user has to say what to do. */
  get isInTheWay(): boolean {
    return (this.look?.files_there ?? 0) > 0;
  }

  chooseLabel(name: string, on: boolean): void {
    if (this.labels.includes(name) === on) return;
    this.labels = on ? [...this.labels, name] : this.labels.filter((other) => other !== name);
    this.areLabelsChosen = true;
  }

  get isEmpty(): boolean {
    return this.choice !== null && this.choice.chosenCount === 0;
  }
}

/** Something that is being looked up. */
export interface Lookup {
  readonly id: number;
  readonly source: InspectSource;
  readonly name: string;
}

/** Something that could not be read or added. */
export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What was added and what was there already. */
export interface Outcome {
  readonly added: readonly string[];
  readonly merged: readonly string[];
  readonly failed: number;
}

/** What the dialog starts from: settings of the user. */
export interface AddDefaults {
  readonly leaveOutDisguised: boolean;
  readonly sequential: boolean;
  readonly firstLast: boolean;
}

export function addDefaults(settings: Pick<SettingsStore, 'flag' | 'text'>): AddDefaults {
  return {
    leaveOutDisguised: settings.flag('downloads.leave_out_disguised', true),
    sequential: settings.text('downloads.order', 'spread') === 'sequential',
    firstLast: settings.flag('downloads.first_last', false),
  };
}

/** What all of them say; null when one says nothing, or something else. */
function sameOf<T>(values: readonly (Brought<T> | null)[]): Brought<T> | null {
  const [first = null] = values;
  return values.every((each) => each !== null && each.value === first?.value) ? first : null;
}

/** Adding goes on without an answer after this long: then the core asks, when there is something to ask. */
const LOOK_MAX_MS = 3_000;

export class AddSession {
  readonly #backend: Backend;
  readonly #leaveOutDisguised: boolean;
  readonly #seen = new Set<string>();
  readonly #labels: () => readonly LabelView[];
  #lastLookup = 0;

  #items = $state.raw<readonly AddItem[]>([]);
  #lookups = $state.raw<readonly Lookup[]>([]);
  #refusals = $state.raw<readonly Refusal[]>([]);
  #isAdding = $state(false);

  readonly folder: SaveFolder;
  #start = $state<boolean | null>(null);
  /** Before all others in the list's own order. */
  top = $state(false);
  /** Pieces from the first to the last; first and last pieces before the others. */
  sequential = $state(false);
  firstLast = $state(false);
  /** What to do with files that are there already. */
  existing = $state<ExistingView>('ask');
  /** The one of several torrents whose files are shown. */
  opened = $state.raw<AddItem | null>(null);

  readonly ticked = $derived.by(() => this.#items.filter((item) => item.ticked));
  /** Those that need room: what is in the list already only gets trackers. */
  readonly fresh = $derived.by(() => this.ticked.filter((item) => !item.preview.already_added));
  readonly bytes = $derived.by(() => this.fresh.reduce((sum, item) => sum + item.bytes, 0));
  /** What has to be free. */
  readonly needed = $derived.by(() => this.fresh.reduce((sum, item) => sum + item.needed, 0));
  /** Those at whose place something lies already. */
  readonly inTheWay = $derived.by(() => this.fresh.filter((item) => item.isInTheWay));
  readonly canAdd = $derived.by(
    () =>
      !this.#isAdding &&
      this.#lookups.length === 0 &&
      this.ticked.length > 0 &&
      !this.ticked.some((item) => item.isEmpty) &&
      // While it is not known what the folder is like, adding waits for the answer.
      (this.here.length === 0 || !this.folder.isRefused),
  );
  /** Those that go to the folder that is shown. The others go where their labels say. */
  readonly here = $derived.by(() => this.fresh.filter((item) => this.#isHere(item)));
  readonly neededHere = $derived.by(() => this.here.reduce((sum, item) => sum + item.needed, 0));
  /** What their labels say of the folder, when it is the same for all. */
  readonly folderFrom = $derived.by(() => sameOf(this.fresh.map((item) => this.brings(item).folder)));
  readonly startFrom = $derived.by(() => sameOf(this.fresh.map((item) => this.brings(item).start)));
  /** Whether they start; mixed when their labels say so of some and nobody has chosen. */
  readonly startNow = $derived.by((): boolean | 'mixed' => {
    if (this.#start !== null) return this.#start;
    const starts = new Set(this.fresh.map((item) => this.brings(item).start?.value ?? true));
    return starts.size > 1 ? 'mixed' : !starts.has(false);
  });

  #look: Promise<void> = Promise.resolve();
  #turn = 0;

  constructor(
    backend: Backend,
    defaults: AddDefaults,
    /** All there are, as they are now. */
    labels: () => readonly LabelView[] = () => [],
  ) {
    this.#backend = backend;
    this.#labels = labels;
    this.#leaveOutDisguised = defaults.leaveOutDisguised;
    this.sequential = defaults.sequential;
    this.firstLast = defaults.firstLast;
    this.folder = new SaveFolder(backend, '', () => this.#lookAtTargets());
  }

  get items(): readonly AddItem[] {
    return this.#items;
  }
  get lookups(): readonly Lookup[] {
    return this.#lookups;
  }
  get refusals(): readonly Refusal[] {
    return this.#refusals;
  }
  get isAdding(): boolean {
    return this.#isAdding;
  }

  get isStartChosen(): boolean {
    return this.#start !== null;
  }
  chooseStart(on: boolean): void {
    this.#start = on;
  }

  brings(item: AddItem): Brings {
    return bringsOf(item.labels, this.#labels());
  }

  /** Where it is saved; null while that is not known. */
  folderOf(item: AddItem): string | null {
    const brought = this.folder.isChosen ? null : this.brings(item).folder;
    return brought?.value ?? this.folder.path;
  }

  /** Takes over what the labels say of the folder, as long as nobody has chosen one. */
  follow(): void {
    this.folder.suggest(this.folderFrom?.value ?? '');
    if (!this.folder.isPending) this.#lookAtTargets();
  }

  #isHere(item: AddItem): boolean {
    return this.folder.isChosen || this.folderFrom !== null || this.brings(item).folder === null;
  }

  /** Takes previews that are there already. The same torrent twice is one entry. */
  take(previews: readonly Preview[]): void {
    const fresh = previews.filter(({ hash }) => !this.#seen.has(hash) && this.#seen.add(hash));
    if (fresh.length === 0) return;
    const several = this.#items.length + fresh.length > 1;
    const items = fresh.map((preview) => new AddItem(preview, this.#leaveOutDisguised));
    this.#items = [...this.#items, ...items];
    // One that is here already was asked for by name; among several it would only be noise.
    if (several) for (const item of this.#items) if (item.preview.already_added) item.ticked = false;
    this.follow();
  }

  refuse(errors: readonly ApiError[]): void {
    const refusals = errors.map(({ code, params }) => ({ name: params['name'] ?? '', code, params }));
    this.#refusals = [...this.#refusals, ...refusals];
  }

  async lookUp(sources: readonly InspectSource[]): Promise<void> {
    this.#refusals = [];
    const lookups = sources.map((source) => ({ id: ++this.#lastLookup, source, name: nameOf(source) }));
    this.#lookups = [...this.#lookups, ...lookups];
    await Promise.all(lookups.map(async (lookup) => this.#inspect(lookup)));
  }

  /** The answer, when it still comes, is for nobody. */
  cancel(id: number): void {
    this.#lookups = this.#lookups.filter((lookup) => lookup.id !== id);
  }

  /** Resolves when it is known what the folder is like and what lies there, or nobody could say in time. */
  async settled(): Promise<void> {
    await this.folder.settled();
    await this.#look;
  }

  /**
   * Adds what is ticked, one after the other; what is refused stays with its reason. Null when
   * something came up meanwhile that the user has to see first: a folder that cannot be used, or
   * files that are there already.
   */
  async add(): Promise<Outcome | null> {
    this.#isAdding = true;
    const known = this.inTheWay.length;
    await this.settled();
    const isUnusable = this.here.length > 0 && !this.folder.isUsable;
    if (this.fresh.length > 0 && (isUnusable || this.inTheWay.length > known)) {
      this.#isAdding = false;
      return null;
    }
    const outcome = await this.#addAll();
    this.#isAdding = false;
    return outcome;
  }

  async #addAll(): Promise<Outcome> {
    this.#refusals = [];
    const added: string[] = [];
    const merged: string[] = [];
    let failed = 0;
    for (const item of this.ticked) {
      try {
        const { outcome } = await this.#backend.call('add', this.#request(item));
        (outcome === 'added' ? added : merged).push(item.preview.name);
        this.#items = this.#items.filter((other) => other !== item);
      } catch (thrown) {
        failed++;
        this.#refuse(item.preview.name, toCallError(thrown));
      }
    }
    return { added, merged, failed };
  }

  #request(item: AddItem): AddRequest {
    const { preview, choice } = item;
    const all = choice === null || choice.chosenCount === choice.count;
    const request: AddRequest = {
      preview_id: preview.id,
      // What nobody has touched is as its labels say, or else the settings.
      save_path: preview.already_added || !this.folder.isChosen ? null : this.folder.path,
      wanted: all ? null : choice.wanted,
      start: this.#start,
      labels: item.areLabelsChosen ? [...item.labels] : [],
      ...(item.areLabelsChosen ? { only_labels: true } : {}),
      choose_files: preview.files === null && item.askFiles,
      existing: item.isInTheWay ? this.existing : 'ask',
      sequential: this.sequential,
      first_last: this.firstLast,
      top: this.top,
    };
    const { high, low } = choice?.priorities ?? { high: [], low: [] };
    if (high.length + low.length === 0) return request;
    const priorities: Record<number, PriorityView> = {};
    for (const index of high) priorities[index] = 'high';
    for (const index of low) priorities[index] = 'low';
    return { ...request, priorities };
  }

  /** Asks anew what lies where they would be saved: the folder is another, or there are more of them. */
  #lookAtTargets(): void {
    const turn = ++this.#turn;
    for (const item of this.#items) item.look = null;
    if (!this.folder.isUsable) return;
    const late = new Promise<void>((resolve) => setTimeout(resolve, LOOK_MAX_MS));
    this.#look = Promise.race([this.#lookAll(turn), late]);
  }

  async #lookAll(turn: number): Promise<void> {
    for (const item of this.#items) {
      const folder = this.folderOf(item);
      if (item.choice === null || folder === null) continue;
      const request = { preview_id: item.preview.id, folder };
      // Whoever cannot look adds all the same: the core looks again before it writes anything.
      const look = await this.#backend.call('look_at_target', request).catch(() => null);
      if (turn !== this.#turn) return;
      item.look = look;
    }
  }

  async #inspect(lookup: Lookup): Promise<void> {
    const isWanted = (): boolean => this.#lookups.some(({ id }) => id === lookup.id);
    try {
      const preview = await this.#backend.call('inspect', { source: lookup.source });
      if (isWanted()) this.take([preview]);
    } catch (thrown) {
      if (isWanted()) this.#refuse(lookup.name, toCallError(thrown));
    }
    this.cancel(lookup.id);
  }

  #refuse(name: string, { code, params }: CallError): void {
    this.#refusals = [...this.#refusals, { name, code, params }];
  }
}
