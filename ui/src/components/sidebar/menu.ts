/** The menu of an entry of the sidebar. There is one for all, beside what the arrows walk through. */
import type { MenuItem, MenuPlace } from '$components/shared/menu';
import { shortcutText } from '$lib/actions/shortcut';

export interface SideMenu {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly place: MenuPlace;
  readonly onpick: (id: string) => void;
}
export type OpenMenu = (menu: SideMenu) => void;

export const deleteKeys = (): string => shortcutText({ key: 'Delete' }, '');
