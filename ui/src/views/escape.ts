/** Esc climbs one level: drawer, search text, details, selection, settings. Menus and dialogs see it first. */
import type { AppContext } from '$lib/app.svelte';

/** True when there was a level to climb. */
export function climbOut(app: AppContext, area: string | null): boolean {
  const { ui, torrents } = app;
  if (ui.view === 'settings') {
    ui.view = 'list';
  } else if (ui.drawer) {
    ui.drawer = false;
  } else if (ui.search !== '') {
    ui.search = '';
  } else if (ui.detailsPage) {
    ui.detailsPage = false;
    ui.askForList();
  } else if (area !== null && area !== 'list') {
    ui.askForList();
  } else if (torrents.selection.count > 0) {
    torrents.selection.none();
  } else {
    return false;
  }
  return true;
}
