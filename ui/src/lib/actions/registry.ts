/**
 * One list of everything the user can do to torrents and the window. Toolbar, menus, keyboard, the
 * list of shortcuts and the command palette all read it, so that they cannot disagree.
 */
import { SvelteMap } from 'svelte/reactivity';
import { t, type MessageKey } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import { matchesShortcut, type Shortcut } from './shortcut';

/** Groups of the context menu, in their order; a line is drawn between two of them. */
export const GROUPS = [
  'answer',
  'open',
  'run',
  'data',
  'copy',
  'remove',
  'add',
  'window',
  'steps',
  'help',
] as const;
export type Group = (typeof GROUPS)[number];

/** One of several things an action can do: an entry of the menu beside it. */
export interface Entry {
  /** Unique in its action. */
  readonly id: string;
  readonly text: string;
  readonly icon?: IconName;
  /** Colour of the label it stands for, 0 to 5. */
  readonly hue?: number;
  /** On, off, or on for some of what is selected. */
  readonly checked?: boolean | 'mixed';
  readonly lineAbove?: boolean;
  run(): void | Promise<void>;
}

export interface Action<App> {
  readonly id: string;
  readonly title: MessageKey;
  /** Where its words depend on what it would do: "Undo: removed 3 torrents". */
  titleNow?(app: App): string;
  readonly icon: IconName | null;
  readonly shortcuts: readonly Shortcut[];
  /** The action whose keys do the same right now, when it has none of its own. */
  keysOf?(app: App): string | null;
  readonly group: Group;
  /** In the menu of the selection. */
  readonly context?: boolean;
  /** In the More menu. */
  readonly more?: boolean;
  /** Not in the command palette: what only a button asks for, or what another entry does as well. */
  readonly hidden?: boolean;
  /** Its shortcut acts in the list only, for keys that mean something else elsewhere. */
  readonly listOnly?: boolean;
  /** For what is on or off: how it is now. It is shown as a check entry of its menu. */
  checked?(app: App): boolean | 'mixed';
  /** Reads the selection; what does not apply is left out of menus, not greyed. */
  applies(app: App): boolean;
  /** The menu beside it; then it is never run itself. */
  entries?(app: App): readonly Entry[];
  run(app: App): void | Promise<void>;
}

/** What the registry tells about actions that are run. */
export interface Watcher {
  refused(thrown: unknown): void;
  /** It takes long enough to be told about. What is returned is called when it is over. */
  slow(title: string): () => void;
}

/** Stands between an action and its entry: `label:Films`. */
const ENTRY = ':';
/** Who waits longer wants to see that something goes on. */
export const SLOW_MS = 1_000;

export class ActionRegistry<App> {
  readonly #app: App;
  readonly #actions: ReadonlyMap<string, Action<App>>;
  readonly #watcher: Watcher;
  /** How often each was asked for and is not over yet. */
  readonly #running = new SvelteMap<string, number>();

  constructor(app: App, actions: readonly Action<App>[], watcher: Watcher) {
    this.#app = app;
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    this.#watcher = watcher;
  }

  get all(): Action<App>[] {
    return [...this.#actions.values()];
  }
  get(id: string): Action<App> {
    const action = this.#actions.get(id);
    if (action === undefined) throw new Error(`There is no action ${id}`);
    return action;
  }
  applies(id: string): boolean {
    return this.get(id).applies(this.#app);
  }
  title(action: Action<App>): string {
    return action.titleNow?.(this.#app) ?? t(action.title);
  }
  /** It was asked for, and is not over yet. */
  isRunning(id: string): boolean {
    return this.#running.has(id);
  }
  /** What applies now and is wanted, in the order of the groups. */
  pick(wanted: (action: Action<App>) => boolean): Action<App>[] {
    const fitting = this.all.filter((action) => wanted(action) && action.applies(this.#app));
    return GROUPS.flatMap((group) => fitting.filter((action) => action.group === group));
  }

  /**
   * An action, or one entry of it as `action:entry`. Does nothing when it does not apply. A refusal
   * goes to the watcher.
   */
  run(id: string): void {
    const at = id.indexOf(ENTRY);
    const action = this.get(at < 0 ? id : id.slice(0, at));
    if (!action.applies(this.#app)) return;
    if (at < 0) {
      this.#watch(id, this.title(action), () => action.run(this.#app));
      return;
    }
    const entry = action.entries?.(this.#app).find((each) => each.id === id.slice(at + 1));
    if (entry !== undefined) this.#watch(id, `${this.title(action)}: ${entry.text}`, () => entry.run());
  }

  #watch(id: string, title: string, work: () => void | Promise<void>): void {
    const going = work();
    if (!(going instanceof Promise)) return;
    this.#running.set(id, (this.#running.get(id) ?? 0) + 1);
    let over: (() => void) | null = null;
    const timer = setTimeout(() => (over = this.#watcher.slow(title)), SLOW_MS);
    going
      .catch((thrown: unknown) => this.#watcher.refused(thrown))
      .finally(() => {
        clearTimeout(timer);
        const left = (this.#running.get(id) ?? 1) - 1;
        if (left > 0) this.#running.set(id, left);
        else this.#running.delete(id);
        over?.();
      });
  }

  /** True when the key press was used up. */
  handleKey(event: KeyboardEvent, place: KeyPlace): boolean {
    for (const action of this.#actions.values()) {
      if (action.listOnly === true && !place.inList) continue;
      const hit = action.shortcuts.find((shortcut) => matchesShortcut(shortcut, event, place.platform));
      if (hit === undefined || (place.inText && hit.inText !== true)) continue;
      if (!action.applies(this.#app)) continue;
      this.run(action.id);
      return true;
    }
    return false;
  }
}

export interface KeyPlace {
  /** The focus is in the list. */
  readonly inList: boolean;
  /** The focus is in a text field. */
  readonly inText: boolean;
  readonly platform: string;
}
