/**
 * Labels that got another name in this window. Saved views and the filter go by names, and they are the window's:
 * the core does not take them back with the step. So it is remembered what a label was called, and when the labels
 * say that a step was taken back, or done again, views and filter follow.
 */
import { isBelow } from '$lib/domain/label-tree';
import type { UiStore } from './ui.svelte';
import type { ViewsStore } from './views.svelte';

/** Older ones are taken back so rarely that nobody would miss them. */
const LABELS_MAX = 64;
const NAMES_MAX = 16;

type Labels = readonly { readonly name: string }[];

interface Renamed {
  /** All it was called, the newest last. */
  readonly names: readonly string[];
  /** What views and filter call it. */
  readonly now: string;
  /** Until the labels have said so once, they may be those from before. */
  readonly isSeen: boolean;
}

export class LabelRenames {
  readonly #views: Pick<ViewsStore, 'renameLabel'>;
  readonly #ui: Pick<UiStore, 'filter'>;
  #all: readonly Renamed[] = [];
  #before: ReadonlySet<string> = new Set();

  constructor(views: Pick<ViewsStore, 'renameLabel'>, ui: Pick<UiStore, 'filter'>) {
    this.#views = views;
    this.#ui = ui;
  }

  /** A label has another name now; `labels` are those that are known so far. */
  renamed(from: string, to: string, labels: Labels): void {
    this.#follow(from, to);
    const same = this.#all.find(({ now }) => now === from);
    const earlier = (same?.names ?? [from]).filter((name) => name !== to);
    const names = [...earlier, to].slice(-NAMES_MAX);
    const others = this.#all.filter((each) => each !== same);
    this.#all = [...others, { names, now: to, isSeen: false }].slice(-LABELS_MAX);
    this.see(labels);
  }

  /** These are the labels now. */
  see(labels: Labels): void {
    if (this.#all.length === 0) return;
    const names = new Set(labels.map(({ name }) => name));
    this.#all = this.#all.map((each) => this.#checked(each, names));
    this.#before = names;
  }

  #checked(each: Renamed, labels: ReadonlySet<string>): Renamed {
    if (labels.has(each.now)) return { ...each, isSeen: true };
    if (!each.isSeen) return each;
    // A label that was there beside it is another one, which was never called like that.
    const now = each.names.findLast((name) => labels.has(name) && !this.#before.has(name));
    if (now === undefined) return each;
    this.#follow(each.now, now);
    return { ...each, now };
  }

  /** The list goes on showing what it shows, also a label below the one that has another name now. */
  #follow(name: string, to: string): void {
    this.#views.renameLabel(name, to);
    const { filter } = this.#ui;
    if (filter.kind !== 'label') return;
    if (filter.name !== name && !isBelow(filter.name, name)) return;
    this.#ui.filter = { kind: 'label', name: to + filter.name.slice(name.length) };
  }
}
