/**
 * One list of everything the user can do to torrents and the window. Toolbar, menus, keyboard and
 * the list of shortcuts all read it, so that they cannot disagree.
 */
import type { MessageKey } from '$lib/i18n';
import type { IconName } from '$lib/icons';
import { matchesShortcut, type Shortcut } from './shortcut';

/** Groups of the context menu, in their order; a line is drawn between two of them. */
export const GROUPS = ['answer', 'run', 'data', 'copy', 'remove', 'window', 'steps'] as const;
export type Group = (typeof GROUPS)[number];

export interface Action<App> {
  readonly id: string;
  readonly title: MessageKey;
  readonly icon: IconName | null;
  readonly shortcuts: readonly Shortcut[];
  readonly group: Group;
  /** In the menu of the selection. */
  readonly context?: boolean;
  /** In the More menu. */
  readonly more?: boolean;
  /** Its shortcut acts in the list only, for keys that mean something else elsewhere. */
  readonly listOnly?: boolean;
  /** For what is on or off: how it is now. It is shown as a check entry of its menu. */
  checked?(app: App): boolean | 'mixed';
  /** Reads the selection; what does not apply is left out of menus, not greyed. */
  applies(app: App): boolean;
  run(app: App): void | Promise<void>;
}

export class ActionRegistry<App> {
  readonly #app: App;
  readonly #actions: ReadonlyMap<string, Action<App>>;
  readonly #onRefusal: (thrown: unknown) => void;

  constructor(app: App, actions: readonly Action<App>[], onRefusal: (thrown: unknown) => void) {
    this.#app = app;
    this.#actions = new Map(actions.map((action) => [action.id, action]));
    this.#onRefusal = onRefusal;
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
  /** What applies now and is wanted, in the order of the groups. */
  pick(wanted: (action: Action<App>) => boolean): Action<App>[] {
    const fitting = this.all.filter((action) => wanted(action) && action.applies(this.#app));
    return GROUPS.flatMap((group) => fitting.filter((action) => action.group === group));
  }

  /** Does nothing when it does not apply. A refusal goes to the handler given at the start. */
  run(id: string): void {
    const action = this.get(id);
    if (!action.applies(this.#app)) return;
    Promise.resolve(action.run(this.#app)).catch(this.#onRefusal);
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
