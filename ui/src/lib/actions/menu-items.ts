/** Actions as entries of a menu, with a line between groups. */
import type { MenuItem } from '$components/shared/menu';
import { t } from '$lib/i18n';
import type { Action } from './registry';
import { existsOn, shortcutText } from './shortcut';

/** The keys of an action, as written in menus; empty when it has none. */
export function keysOf<App>(action: Action<App>, platform: string): string {
  const shortcut = action.shortcuts.find((candidate) => existsOn(candidate, platform));
  return shortcut === undefined ? '' : shortcutText(shortcut, platform);
}

export function menuItems<App>(
  actions: readonly Action<App>[],
  platform: string,
  app: App | null = null,
): MenuItem[] {
  return actions.map((action, index) => ({
    id: action.id,
    text: t(action.title),
    icon: action.icon,
    keys: keysOf(action, platform),
    checked: app === null ? undefined : action.checked?.(app),
    alone: true,
    lineAbove: index > 0 && actions[index - 1]?.group !== action.group,
  }));
}
