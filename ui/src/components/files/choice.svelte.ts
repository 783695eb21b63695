/** The files of one torrent on the screen: what is ticked and how urgent, what is open, what the filter shows. */
import { priorityCode, priorityName, type Priority } from '$lib/domain/priority';
import { AT_FIRST, orderNodes, type FileOrder } from '$lib/domain/tree-order';
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
  /** A byte a file, as `domain/priority` writes them; that of an unticked file means nothing. */
  #urgency: Uint8Array = $state.raw(new Uint8Array());
  #open: ReadonlySet<number> = $state.raw(new Set<number>());
  readonly #guard: boolean;
  #sorted: { readonly order: FileOrder; readonly nodes: Int32Array | null } = $state.raw({
    order: AT_FIRST,
    nodes: null,
  });

  /** Never changes: the names in a torrent are fixed once they are known. */
  readonly tree: FileTree;
  filter = $state('');

  readonly #shown = $derived.by(() => filterNodes(this.tree, this.filter));
  readonly rows = $derived.by(() => visibleRows(this.tree, this.#open, this.#shown, this.#sorted.nodes));
  readonly #counts = $derived.by(() => sums(this.tree, (_, at) => this.#chosen[at] ?? 0));
  readonly #high = $derived.by(() => this.#countUrgent('high'));
  readonly #low = $derived.by(() => this.#countUrgent('low'));
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
    this.#take(files);
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
    if (!keepTicks) this.#take(files);
  }

  #take(files: readonly FileRow[]): void {
    this.#chosen = Uint8Array.from(files, (file) => (file.wanted ? 1 : 0));
    this.#urgency = Uint8Array.from(files, (file) => priorityCode(file.priority));
  }

  /** What the rows are sorted by. Progress is that of the moment: nothing moves by itself. */
  get order(): FileOrder {
    return this.#sorted.order;
  }
  sort(order: FileOrder): void {
    const values = { name: null, size: this.tree.bytes, progress: this.#progress() }[order.by];
    const isPlain = order.by === 'name' && !order.desc;
    this.#sorted = { order, nodes: isPlain ? null : orderNodes(this.tree, values, order.desc) };
  }

  #progress(): Float64Array {
    return this.#haveBytes.map((have, id) => {
      const wanted = this.#wantedBytes[id] ?? 0;
      // What is not wanted at all comes before what has nothing yet.
      return wanted === 0 ? (this.tick(id) === 'none' ? -1 : 1) : have / wanted;
    });
  }

  /** The file of a node, as it is now; none for a folder. */
  file(id: number): FileRow | undefined {
    return this.#files[this.tree.nodes[id]?.file ?? -1];
  }

  /** Where a node lies below the torrent's folder on disk; empty for that folder itself. */
  diskPath(id: number): string[] {
    const node = this.tree.nodes[id];
    if (!node || node.path === '') return [];
    let below = id;
    while ((this.tree.nodes[below]?.file ?? 0) < 0) below++;
    const file = this.file(below);
    // A name may not hold a slash, so that the depth of a node is the number of its components.
    return (file?.disk_path ?? file?.path ?? []).slice(0, node.path.split('/').length);
  }

  /** Its name on disk when that is not the one in the torrent. */
  diskName(id: number): string | null {
    const name = this.diskPath(id).at(-1);
    return name === undefined || name === this.tree.nodes[id]?.name ? null : name;
  }

  /** Of what is ticked below a node; `skip` when nothing is. */
  priority(id: number): Priority | 'mixed' {
    const chosen = this.#counts[id] ?? 0;
    const high = this.#high[id] ?? 0;
    const low = this.#low[id] ?? 0;
    if (chosen === 0) return 'skip';
    if (high === chosen) return 'high';
    if (low === chosen) return 'low';
    return high + low === 0 ? 'normal' : 'mixed';
  }

  /**
   * Makes all files below some nodes, as far as the filter shows them, equally urgent or skipped.
   * Gives back the keys of those it is about. A program that poses as something else does not get
   * in with its folder.
   */
  setPriority(ids: readonly number[], priority: Priority): number[] {
    const below = new Set(ids.flatMap((id) => this.#meant(id, priority !== 'skip')));
    this.#chosen = withChoice(this.#chosen, [...below], priority !== 'skip');
    const urgency = Uint8Array.from(this.#urgency);
    for (const at of below) urgency[at] = priorityCode(priority);
    this.#urgency = urgency;
    return [...below].flatMap((at) => this.#files[at]?.index ?? []);
  }

  /** Positions of the files that a choice for a node is about. */
  #meant(id: number, on: boolean): number[] {
    const below = positionsBelow(this.tree, id, this.#shown);
    if (!on || (this.tree.nodes[id]?.file ?? -1) >= 0) return below;
    return below.filter((at) => this.#chosen[at] === 1 || !this.#guards(this.tree.files[at]));
  }

  /** For taking a change back. */
  snapshot(): { readonly chosen: Uint8Array; readonly urgency: Uint8Array } {
    return { chosen: this.#chosen, urgency: this.#urgency };
  }
  restore({ chosen, urgency }: ReturnType<FileChoice['snapshot']>): void {
    this.#chosen = chosen;
    this.#urgency = urgency;
  }

  /** Keys of the chosen files that are not of normal priority. */
  get priorities(): Record<'high' | 'low', number[]> {
    const found: Record<'high' | 'low', number[]> = { high: [], low: [] };
    this.#files.forEach((file, at) => {
      const name = priorityName(this.#urgency[at] ?? 0);
      if (this.#chosen[at] === 1 && name !== 'normal') found[name].push(file.index);
    });
    return found;
  }

  #countUrgent(priority: 'high' | 'low'): Float64Array {
    const code = priorityCode(priority);
    return sums(this.tree, (_, at) => (this.#chosen[at] === 1 && this.#urgency[at] === code ? 1 : 0));
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

  /** Opens all folders around a node. */
  openAround(id: number): void {
    const next = new Set(this.#open);
    for (let at = this.tree.nodes[id]?.parent ?? -1; at >= 0; at = this.tree.nodes[at]?.parent ?? -1) {
      next.add(at);
    }
    this.#open = next;
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
