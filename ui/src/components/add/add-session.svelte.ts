/**
 * What the add dialog is about: links being looked up, previews with the files ticked in each,
 * what could not be read, and where it all goes. The components only show it.
 */
import { CallError, toCallError, type Backend } from '$lib/backend/backend';
import type { ApiError } from '$lib/backend/generated/ApiError';
import type { InspectSource } from '$lib/backend/generated/InspectSource';
import type { Preview } from '$lib/backend/generated/Preview';
import { FileChoice } from '$components/files/choice.svelte';
import { SaveFolder } from './save-folder.svelte';

/** One torrent that can be added. */
export class AddItem {
  readonly preview: Preview;
  /** None for a magnet, whose files are not known yet, and for what is in the list already. */
  readonly choice: FileChoice | null;
  /** To be added. */
  ticked = $state(true);
  /** For a magnet: ask which files once they are known. */
  askFiles = $state(false);

  constructor(preview: Preview, leaveOutDisguised: boolean) {
    this.preview = preview;
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

export class AddSession {
  readonly #backend: Backend;
  readonly #leaveOutDisguised: boolean;
  readonly #seen = new Set<string>();
  #lastLookup = 0;

  #items = $state.raw<readonly AddItem[]>([]);
  #lookups = $state.raw<readonly Lookup[]>([]);
  #refusals = $state.raw<readonly Refusal[]>([]);
  #isAdding = $state(false);

  readonly folder: SaveFolder;
  startNow = $state(true);
  /** The one of several torrents whose files are shown. */
  opened = $state.raw<AddItem | null>(null);

  readonly ticked = $derived.by(() => this.#items.filter((item) => item.ticked));
  /** Those that need room: what is in the list already only gets trackers. */
  readonly fresh = $derived.by(() => this.ticked.filter((item) => !item.preview.already_added));
  readonly bytes = $derived.by(() => this.fresh.reduce((sum, item) => sum + item.bytes, 0));
  readonly canAdd = $derived.by(
    () =>
      !this.#isAdding &&
      this.#lookups.length === 0 &&
      this.ticked.length > 0 &&
      !this.ticked.some((item) => item.isEmpty) &&
      (this.fresh.length === 0 || this.folder.isUsable),
  );

  constructor(backend: Backend, leaveOutDisguised: boolean) {
    this.#backend = backend;
    this.#leaveOutDisguised = leaveOutDisguised;
    this.folder = new SaveFolder(backend);
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

  /** Takes previews that are there already. The same torrent twice is one entry. */
  take(previews: readonly Preview[]): void {
    const fresh = previews.filter(({ hash }) => !this.#seen.has(hash) && this.#seen.add(hash));
    if (fresh.length === 0) return;
    const several = this.#items.length + fresh.length > 1;
    const items = fresh.map((preview) => new AddItem(preview, this.#leaveOutDisguised));
    this.#items = [...this.#items, ...items];
    // One that is here already was asked for by name; among several it would only be noise.
    if (several) for (const item of this.#items) if (item.preview.already_added) item.ticked = false;
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

  /** Adds what is ticked, one after the other; what is refused stays with its reason. */
  async add(): Promise<Outcome> {
    this.#isAdding = true;
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
    this.#isAdding = false;
    return { added, merged, failed };
  }

  #request(item: AddItem) {
    const { preview, choice } = item;
    const all = choice === null || choice.chosenCount === choice.count;
    return {
      preview_id: preview.id,
      save_path: preview.already_added ? null : this.folder.path,
      wanted: all ? null : choice.wanted,
      start: this.startNow,
      labels: [],
      choose_files: preview.files === null && item.askFiles,
    };
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

/** What to call a source while nothing else is known about it. */
function nameOf(source: InspectSource): string {
  if (source.kind === 'bytes') return source.name;
  if (source.kind === 'path') return source.path.split(/[/\\]/).at(-1) ?? source.path;
  const url = urlOf(source.text);
  return url === null ? source.text : url.pathname.split('/').at(-1) || url.host;
}

/** The address, when the text is one and not a magnet link or an info hash. */
export function urlOf(text: string): URL | null {
  return /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : null;
}
