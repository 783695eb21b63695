/** Actions as entries of a menu, with a line between groups. */
import type { MenuItem } from '$components/shared/menu';
import { t } from '$lib/i18n';
import type { Action, ActionRegistry } from './registry';
import { ariaShortcut, existsOn, shortcutText, type Shortcut } from './shortcut';

function firstShortcut<App>(action: Action<App>, platform: string): Shortcut | undefined {
  return action.shortcuts.find((candidate) => existsOn(candidate, platform));
}

/** The keys of an action, as written in menus; empty when it has none. */
export function keysOf<App>(action: Action<App>, platform: string): string {
  const shortcut = firstShortcut(action, platform);
  return shortcut === undefined ? '' : shortcutText(shortcut, platform);
}

/** With the application, entries say how things are now: marks, menus beside them, words. */
export function menuItems<App extends { readonly actions: ActionRegistry<App> }>(
  actions: readonly Action<App>[],
  platform: string,
  app: App | null = null,
): MenuItem[] {
  return actions.map((action, index) => {
    const like = app === null ? null : (action.keysOf?.(app) ?? null);
    const shortcut = firstShortcut(like === null || app === null ? action : app.actions.get(like), platform);
    return {
      id: action.id,
      text: app === null ? t(action.title) : app.actions.title(action),
      icon: action.icon,
      keys: shortcut === undefined ? '' : shortcutText(shortcut, platform),
      ariaKeys: shortcut === undefined ? undefined : ariaShortcut(shortcut, platform),
      checked: app === null ? undefined : action.checked?.(app),
      alone: true,
      lineAbove: index > 0 && actions[index - 1]?.group !== action.group,
      items: app === null ? undefined : besideItems(action, app),
    };
  });
}

function besideItems<App>(action: Action<App>, app: App): MenuItem[] | undefined {
  return action.entries?.(app).map(({ id, text, icon, hue, checked, lineAbove }) => ({
    id: `${action.id}:${id}`,
    text,
    icon: icon ?? null,
    hue,
    checked,
    alone: true,
    lineAbove: lineAbove ?? false,
  }));
}
