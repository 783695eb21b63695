/** What the user can do with watch folders from anywhere; their rules have a page of their own. */
import type { WatchNews } from '$lib/backend/generated/WatchNews';
import { newsAim } from '$lib/domain/watched';
import { t } from '$lib/i18n';
import { free, goToTorrent, type ActionApp } from './app';
import type { Action } from './registry';

/** The page of the watch folders, or a place on it: `5`, `new`, `history`, `history:5`. */
export function goToFolders(app: ActionApp, place: string | null = null): void {
  app.ui.drawer = false;
  app.ui.askForSetting(place === null ? 'watch' : `watch:${place}`);
}

/** To what a message of these news is about. */
export async function goToNews(app: ActionApp, news: readonly WatchNews[]): Promise<void> {
  const aim = newsAim(news);
  if (aim.kind === 'torrent' && app.torrents.row(aim.hash) !== undefined) {
    await goToTorrent(app, aim.hash);
    return;
  }
  const folder = aim.kind === 'history' ? aim.folder : (news[0]?.folder ?? null);
  goToFolders(app, folder === null ? 'history' : `history:${String(folder)}`);
}

export const FOLDER_ACTIONS: readonly Action<ActionApp>[] = [
  {
    id: 'watch_new',
    title: 'folders.action_new',
    icon: 'watch',
    shortcuts: [],
    group: 'add',
    more: true,
    applies: free,
    run: (app) => goToFolders(app, 'new'),
  },
  {
    id: 'watch_look',
    title: 'folders.action_look',
    icon: 'refresh',
    shortcuts: [],
    group: 'add',
    applies: (app) => free(app) && app.watch.folders.some(({ rules }) => rules.enabled),
    async run(app) {
      const watched = app.watch.folders.filter(({ rules }) => rules.enabled);
      await Promise.all(watched.map(async ({ id }) => app.watch.look(id)));
      app.toasts.info(t('folders.looking', { n: watched.length }));
    },
  },
  {
    id: 'watch_page',
    title: 'folders.action_page',
    icon: 'watch',
    shortcuts: [],
    group: 'help',
    applies: free,
    run: (app) => goToFolders(app),
  },
];
