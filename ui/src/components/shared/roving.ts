/**
 * One Tab stop for a group of controls, arrows inside it. In a text field the arrows keep their
 * meaning until the caret is at its end.
 */
import type { Attachment } from 'svelte/attachments';

const STOPS = 'button:not(:disabled), input:not(:disabled), a[href]';

export type Orientation = 'horizontal' | 'vertical';

export function roving(orientation: Orientation): Attachment<HTMLElement> {
  const sides = ['ArrowLeft', 'ArrowRight'] as const;

  return (group) => {
    const ways = (): readonly [string, string] => {
      if (orientation === 'vertical') return ['ArrowUp', 'ArrowDown'];
      return isRtl(group) ? [sides[1], sides[0]] : sides;
    };
    let current: Element | null = null;
    const stops = (): HTMLElement[] =>
      [...group.querySelectorAll<HTMLElement>(STOPS)].filter((stop) => stop.checkVisibility());

    const settle = (): void => {
      const all = stops();
      if (current === null || !all.includes(current as HTMLElement)) current = all[0] ?? null;
      for (const stop of group.querySelectorAll<HTMLElement>(STOPS)) {
        const tabIndex = stop === current ? 0 : -1;
        if (stop.tabIndex !== tabIndex) stop.tabIndex = tabIndex;
      }
    };
    const focusin = (event: FocusEvent): void => {
      current = event.target as Element;
      settle();
    };
    const keydown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (!leavesText(event)) return;
      const all = stops();
      const at = all.indexOf(event.target as HTMLElement);
      const [back, forth] = ways();
      const to = { [back]: at - 1, [forth]: at + 1, Home: 0, End: all.length - 1 }[event.key];
      const next = to === undefined || at < 0 ? undefined : all[(to + all.length) % all.length];
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
    };

    // Whether controls are seen is known without more work once they are painted; nobody presses Tab before.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const settleSoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(settle);
    };

    settleSoon();
    group.addEventListener('focusin', focusin);
    group.addEventListener('keydown', keydown);
    const observer = new MutationObserver(settleSoon);
    observer.observe(group, { childList: true, subtree: true, attributeFilter: ['disabled', 'class'] });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      group.removeEventListener('focusin', focusin);
      group.removeEventListener('keydown', keydown);
    };
  };
}

/** Lines begin on the right there, and so do rows of controls. */
export function isRtl(element: Element): boolean {
  return getComputedStyle(element).direction === 'rtl';
}

/** The key would do nothing in the text field any more. */
function leavesText(event: KeyboardEvent): boolean {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.selectionStart === null) return true;
  const atStart = field.selectionStart === 0 && field.selectionEnd === 0;
  const atEnd = field.selectionStart === field.value.length;
  if (event.key === 'ArrowLeft') return isRtl(field) ? atEnd : atStart;
  if (event.key === 'ArrowRight') return isRtl(field) ? atStart : atEnd;
  return false;
}
