/** Keys: how they are matched and how they are written. The command key stands in for Ctrl on macOS. */
import { t, type MessageKey } from '$lib/i18n';

export interface Shortcut {
  /** As in `KeyboardEvent.key`; letters in lower case. */
  readonly key: string;
  readonly mod?: boolean;
  readonly shift?: boolean;
  readonly alt?: boolean;
  /** Acts while a text field has the focus, too. */
  readonly inText?: boolean;
  /** Exists on this platform only. */
  readonly only?: string;
  /** Never matched here: the browser raises an event of its own for it, as for pasting. */
  readonly shownOnly?: boolean;
}

/** Characters that need Shift on some keyboards and not on others. */
const SHIFT_FREE = new Set(['?', '/', ',']);

export function matchesShortcut(shortcut: Shortcut, event: KeyboardEvent, platform: string): boolean {
  if (shortcut.shownOnly === true || !existsOn(shortcut, platform)) return false;
  const mod = platform === 'macos' ? event.metaKey : event.ctrlKey;
  const other = platform === 'macos' ? event.ctrlKey : event.metaKey;
  if (other || mod !== (shortcut.mod ?? false) || event.altKey !== (shortcut.alt ?? false)) return false;
  if (!SHIFT_FREE.has(shortcut.key) && event.shiftKey !== (shortcut.shift ?? false)) return false;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return key === shortcut.key;
}

export function existsOn(shortcut: Shortcut, platform: string): boolean {
  return shortcut.only === undefined || shortcut.only === platform;
}

const ARROWS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
};
const NAMED: Readonly<Record<string, MessageKey>> = {
  ' ': 'keys.space',
  Enter: 'keys.enter',
  Escape: 'keys.escape',
  Delete: 'keys.delete',
  Home: 'keys.home',
  End: 'keys.end',
  PageUp: 'keys.page_up',
  PageDown: 'keys.page_down',
  ContextMenu: 'keys.menu',
};
const MAC_NAMES: Readonly<Record<string, string>> = { Backspace: '⌫', Delete: '⌦' };

/** The keys to press one after the other being held: `['Ctrl', 'Shift', 'Z']`. */
export function shortcutKeys(shortcut: Shortcut, platform: string): string[] {
  const mac = platform === 'macos';
  const keys: string[] = [];
  if (shortcut.mod) keys.push(mac ? '⌘' : t('keys.ctrl'));
  if (shortcut.alt) keys.push(mac ? 'Option' : t('keys.alt'));
  if (shortcut.shift) keys.push(t('keys.shift'));
  keys.push((mac ? MAC_NAMES[shortcut.key] : undefined) ?? nameOf(shortcut.key));
  return keys;
}

/** What is written on a key, on keyboards of the language that is spoken. */
function nameOf(key: string): string {
  const named = NAMED[key];
  if (named !== undefined) return t(named);
  return ARROWS[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

export function shortcutText(shortcut: Shortcut, platform: string): string {
  return shortcutKeys(shortcut, platform).join(' ');
}

/** For `aria-keyshortcuts`. */
export function ariaShortcut(shortcut: Shortcut, platform: string): string {
  const keys = [];
  if (shortcut.mod) keys.push(platform === 'macos' ? 'Meta' : 'Control');
  if (shortcut.alt) keys.push('Alt');
  if (shortcut.shift) keys.push('Shift');
  keys.push(
    shortcut.key === ' ' ? 'Space' : shortcut.key.length === 1 ? shortcut.key.toUpperCase() : shortcut.key,
  );
  return keys.join('+');
}
