/** What the desktop around the window tells: drops, the tray, notifications, the clipboard, closing. */
import { goToTorrent, type ActionApp } from './actions/app';
import { addPicked, addSources, sourcesOfText } from './adding';
import type { Event } from './backend/generated/Event';
import type { GoTo } from './backend/generated/GoTo';
import { takeDrop, takesDrops, type Dropping } from './dropping';
import { t } from './i18n';
import type { DeskStore } from './stores/desk.svelte';
import type { DropStore } from './stores/drop.svelte';

export type DeskEvent = Exclude<
  Event,
  { type: 'snapshot' | 'delta' | 'open_request' | 'notice' | 'watched' | 'bye' }
>;

/** What these events need of the application. */
export interface DeskApp extends ActionApp, Dropping {
  readonly drops: DropStore;
  readonly desk: DeskStore;
  readonly actions: { run(id: string): void };
  attempt(work: () => Promise<unknown>): void;
}

export function receiveDesk(app: DeskApp, event: DeskEvent): void {
  switch (event.type) {
    case 'drop_hover':
      app.drops.hover(event.look);
      return;
    case 'drop_left':
      app.drops.leave();
      return;
    case 'dropped':
      app.drops.leave();
      app.attempt(() => takeDrop(app, event));
      return;
    case 'close_asked':
      app.ui.closing = true;
      return;
    case 'go':
      return goTo(app, event.to);
    case 'clipboard_offer':
      // Whoever is busy with something else is not interrupted by a guess.
      if (takesDrops(app.ui)) app.toasts.offer(event.preview);
      return;
    case 'stays':
      app.ui.stays = event;
      return;
    case 'desk_changed':
      app.desk.changed();
  }
}

/** Something outside of the window was pressed: in the tray, or in a notification. */
function goTo(app: DeskApp, to: GoTo): void {
  const { ui } = app;
  ui.palette = false;
  switch (to.type) {
    case 'torrent':
      ui.view = 'list';
      if (app.torrents.row(to.hash) !== undefined) app.attempt(() => goToTorrent(app, to.hash));
      return;
    case 'attention':
    case 'finished':
      ui.view = 'list';
      ui.search = '';
      ui.filter = { kind: 'status', status: to.type };
      ui.askForList();
      return;
    case 'settings':
      ui.view = 'settings';
      return;
    case 'add':
    case 'paste':
      // What is open stays as it is, and whoever pressed something is told why nothing comes of it.
      if (!takesDrops(ui)) app.toasts.info(t('desk.dialog_open'));
      else if (to.type === 'paste') paste(app, to.text);
      else app.attempt(() => addPicked(app));
  }
}

function paste(app: DeskApp, text: string | null): void {
  const sources = sourcesOfText(text ?? '');
  // A field to paste into says best what is looked for.
  if (sources.length === 0) app.actions.run('paste');
  else app.attempt(() => addSources(app, sources));
}
