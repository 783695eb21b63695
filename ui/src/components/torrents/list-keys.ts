/** What keys do in the list. Its rows are the list's; shortcuts of actions are the window's. */
import { tick } from 'svelte';
import { matchesShortcut } from '$lib/actions/shortcut';
import type { AppContext } from '$lib/app.svelte';
import { focusStop, isRtl, lineStep, listStep, stopsOf, TypeAhead } from './keys';

export interface KeyTargets {
  readonly element: (hash: string) => HTMLElement | null;
  readonly pageRows: () => number;
  readonly focusRow: () => Promise<void>;
  readonly focusHead: () => void;
  readonly openMenu: (row: HTMLElement) => void;
  readonly open: () => void;
}

export class ListKeys {
  readonly #app: AppContext;
  readonly #to: KeyTargets;
  readonly #typing = new TypeAhead();

  constructor(app: AppContext, to: KeyTargets) {
    this.#app = app;
    this.#to = to;
  }

  press(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    this.#app.torrents.touch();
    if (event.defaultPrevented || target.closest('[role="columnheader"]') !== null) return;
    if (target instanceof HTMLButtonElement && (event.key === 'Enter' || event.key === ' ')) {
      // They belong to the button, and to nothing that the window would do for the row.
      event.stopPropagation();
    } else if (this.#move(event, target) || this.#rowKey(event) || this.#letter(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #isToggle(event: KeyboardEvent): boolean {
    return this.#app.platform === 'macos' ? event.metaKey : event.ctrlKey;
  }

  #move(event: KeyboardEvent, target: HTMLElement): boolean {
    // With Ctrl the arrows move torrents in the queue; with Alt the focus alone.
    const isArrow = event.key === 'ArrowUp' || event.key === 'ArrowDown';
    if (isArrow ? this.#isToggle(event) : event.altKey) return false;
    const { selection, visible } = this.#app.torrents;
    const by = listStep(event.key, this.#to.pageRows());
    if (by !== null) {
      const isTop = selection.focus !== null && selection.focus === visible[0];
      const isFocusOnly = event.altKey || this.#isToggle(event);
      if (by === -1 && isTop && !event.repeat && !event.shiftKey && !isFocusOnly) {
        this.#to.focusHead();
        return true;
      }
      selection.moveBy(by, { extend: event.shiftKey, toggle: isFocusOnly });
      void this.#follow(columnOf(target));
      return true;
    }
    const row = target.closest<HTMLElement>('[role="row"][data-key]');
    if (row === null || event.shiftKey || event.ctrlKey || event.metaKey) return false;
    const step = lineStep(event.key, isRtl(row));
    if (step === null) return false;
    const stops = stopsOf(row);
    focusStop(stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(target) + step))]);
    return true;
  }

  /** To the row that has the focus now: to the cell of the column that it was in, or to the row itself. */
  async #follow(column: string | null): Promise<void> {
    await this.#to.focusRow();
    const { tabStop } = this.#app.torrents.selection;
    if (column === null || tabStop === null) return;
    await tick();
    const row = this.#to.element(tabStop);
    if (row === null) return;
    focusStop(stopsOf(row).find((stop) => stop !== row && columnOf(stop) === column));
  }

  #rowKey(event: KeyboardEvent): boolean {
    const { selection } = this.#app.torrents;
    if (event.key === ' ' && this.#isToggle(event) && selection.focus !== null) {
      selection.toggle(selection.focus);
      return true;
    }
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const row = selection.tabStop === null ? null : this.#to.element(selection.tabStop);
      if (row !== null) this.#to.openMenu(row);
      return true;
    }
    const isPlain = !event.altKey && !event.shiftKey && !this.#isToggle(event);
    if (event.key === 'Enter' && isPlain && selection.focus !== null) {
      if (!selection.has(selection.focus)) selection.only(selection.focus);
      this.#to.open();
      return true;
    }
    return false;
  }

  /** Letters go to names; one that is a shortcut of its own does so only within a word. */
  #letter(event: KeyboardEvent): boolean {
    const { key } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return false;
    if (Array.from(key).length !== 1 || key === ' ') return false;
    const now = Date.now();
    if (!this.#typing.isTyping(now) && this.#isShortcut(event)) return false;
    const { torrents } = this.#app;
    const { selection, visible } = torrents;
    const to = this.#typing.find(key, now, {
      count: visible.length,
      current: selection.focus === null ? -1 : visible.indexOf(selection.focus),
      at: (index) => torrents.row(visible[index] ?? '')?.name ?? '',
    });
    if (to !== null) {
      selection.moveTo(to, { extend: false, toggle: false });
      void this.#to.focusRow();
    }
    return true;
  }

  #isShortcut(event: KeyboardEvent): boolean {
    const { actions, platform } = this.#app;
    return actions.all.some(({ shortcuts }) =>
      shortcuts.some((shortcut) => matchesShortcut(shortcut, event, platform)),
    );
  }
}

function columnOf(target: HTMLElement): string | null {
  return target.closest('[role="gridcell"]')?.getAttribute('aria-colindex') ?? null;
}
