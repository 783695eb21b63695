/** The files of one torrent on the screen: what is ticked, what is open, what the filter shows. */
import {
  buildTree,
  filterNodes,
  openAtFirst,
  positionsBelow,
  sums,
  tickOf,
  toggle,
  visibleRows,
  withChoice,
  type FileTree,
  type Tick,
} from '$lib/domain/tree';
import type { FileRow } from '$lib/backend/generated/FileRow';

export class FileChoice {
  #files: readonly FileRow[] = $state.raw([]);
  #chosen: Uint8Array = $state.raw(new Uint8Array());
  #open: ReadonlySet<number> = $state.raw(new Set<number>());
  readonly #guard: boolean;

  /** Never changes: the names in a torrent are fixed once they are known. */
  readonly tree: FileTree;
  filter = $state('');

  readonly #shown = $derived.by(() => filterNodes(this.tree, this.filter));
  readonly rows = $derived.by(() => visibleRows(this.tree, this.#open, this.#shown));
  readonly #counts = $derived.by(() => sums(this.tree, (_, at) => this.#chosen[at] ?? 0));
  readonly #wantedBytes = $derived.by(() =>
    sums(this.tree, (file, at) => (this.#chosen[at] === 1 ? file.length : 0)),
  );
  readonly #haveBytes = $derived.by(() =>
    sums(this.tree, (_, at) => (this.#chosen[at] === 1 ? (this.#files[at]?.have_bytes ?? 0) : 0)),
  );

  /** `guard`: programs that pose as something else are ticked one by one only. */
  constructor(files: readonly FileRow[], name: string, guard: boolean) {
    this.tree = buildTree(files, name);
    this.#guard = guard;
    this.#files = files;
    this.#chosen = Uint8Array.from(files, (file) => (file.wanted ? 1 : 0));
    this.#open = openAtFirst(this.tree);
  }

  /** Whether a new answer of `files` is about the same files. */
  fits(files: readonly FileRow[]): boolean {
    return (
      files.length === this.#files.length && files.every((file, at) => file.index === this.#files[at]?.index)
    );
  }

  /** Takes over progress and, unless the user's last tick is still on its way, what is wanted. */
  refresh(files: readonly FileRow[], keepTicks: boolean): void {
    this.#files = files;
    if (!keepTicks) this.#chosen = Uint8Array.from(files, (file) => (file.wanted ? 1 : 0));
  }

  /** Unticks the programs that pose as something else. */
  leaveOutDisguised(): void {
    const disguised = this.#files.flatMap((file, at) => (file.risk === 'disguised' ? [at] : []));
    this.#chosen = withChoice(this.#chosen, disguised, false);
  }

  tick(id: number): Tick {
    return tickOf(this.tree, this.#counts, id);
  }

  wantedBytes(id: number): number {
    return this.#wantedBytes[id] ?? 0;
  }

  haveBytes(id: number): number {
    return this.#haveBytes[id] ?? 0;
  }

  isOpen(id: number): boolean {
    return this.#shown !== null || this.#open.has(id);
  }

  get count(): number {
    return this.#files.length;
  }

  get chosenCount(): number {
    return this.#counts[0] ?? 0;
  }

  get chosenBytes(): number {
    return this.#wantedBytes[0] ?? 0;
  }

  /** Keys of the chosen files, as the commands want them. */
  get wanted(): number[] {
    return this.#files.flatMap((file, at) => (this.#chosen[at] === 1 ? [file.index] : []));
  }

  /** Programs that pose as something else and are not ticked. */
  get leftOut(): FileRow[] {
    return this.#files.filter((file, at) => file.risk === 'disguised' && this.#chosen[at] !== 1);
  }

  toggle(id: number): void {
    this.#chosen = toggle(this.tree, id, this.#chosen, (file) => this.#guards(file), this.#shown);
  }

  /** Ticks or unticks everything the filter shows. */
  setAll(on: boolean): void {
    const below = positionsBelow(this.tree, 0, this.#shown);
    const touched = on ? below.filter((at) => !this.#guards(this.tree.files[at])) : below;
    this.#chosen = withChoice(this.#chosen, touched, on);
  }

  setOpen(id: number, open: boolean): void {
    const next = new Set(this.#open);
    if (open) next.add(id);
    else next.delete(id);
    this.#open = next;
  }

  #guards(file: FileRow | undefined): boolean {
    return this.#guard && file?.risk === 'disguised';
  }
}
