/** Keys: how they are matched and how they are written. The command key stands in for Ctrl on macOS. */
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

const NAMES: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Delete: 'Del',
  ContextMenu: 'Menu',
};
const MAC_NAMES: Readonly<Record<string, string>> = { Backspace: '⌫', Delete: '⌦' };

/** The keys to press one after the other being held: `['Ctrl', 'Shift', 'Z']`. */
export function shortcutKeys(shortcut: Shortcut, platform: string): string[] {
  const mac = platform === 'macos';
  const keys: string[] = [];
  if (shortcut.mod) keys.push(mac ? '⌘' : 'Ctrl');
  if (shortcut.alt) keys.push(mac ? 'Option' : 'Alt');
  if (shortcut.shift) keys.push('Shift');
  const { key } = shortcut;
  const name = (mac ? MAC_NAMES[key] : undefined) ?? NAMES[key];
  keys.push(name ?? (key.length === 1 ? key.toUpperCase() : key));
  return keys;
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
