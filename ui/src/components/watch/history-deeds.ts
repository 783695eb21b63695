/** What can be done with entries of the history, one or several at once. */
import { tick } from 'svelte';
import type { AppContext } from '$lib/app.svelte';
import type { WatchEntryView } from '$lib/backend/generated/WatchEntryView';
import type { WatchHistorySession } from './history.svelte';

type Entries = readonly WatchEntryView[];

export interface Deeds {
  /** Torrents of entries that are in the list. */
  torrents(entries: Entries): readonly string[];
  show(entries: Entries): void;
  retry(entries: Entries): void;
  again(entries: Entries): void;
  /** Null where the files lie on another machine. */
  readonly reveal: ((entries: Entries) => void) | null;
}

/** More windows of the file manager at once help nobody. */
export const REVEAL_MAX = 5;

export function historyDeeds(app: AppContext, session: WatchHistorySession): Deeds {
  const torrents = (entries: Entries): readonly string[] => [
    ...new Set(
      entries.flatMap(({ hashes }) => hashes).filter((hash) => app.torrents.row(hash) !== undefined),
    ),
  ];
  const ask = (command: 'watch_retry' | 'watch_add_again', entries: Entries): void => {
    const ids = entries.map(({ id }) => id);
    app.attempt(async () => {
      await app.backend.call(command, { ids });
      session.choose(ids, false);
      await session.renew(ids);
      await session.refresh();
    });
  };
  const { revealWatched } = app.backend;
  return {
    torrents,
    show(entries) {
      app.attempt(async () => {
        const [first, ...others] = torrents(entries);
        if (first === undefined) return;
        app.ui.showAll();
        app.ui.view = 'list';
        await tick();
        app.torrents.selection.only(first);
        for (const hash of others) app.torrents.selection.toggle(hash);
        // The list has to show it before it can go there.
        await tick();
        app.ui.askForList();
      });
    },
    retry: (entries) =>
      ask(
        'watch_retry',
        entries.filter(({ can_retry: can }) => can),
      ),
    again: (entries) =>
      ask(
        'watch_add_again',
        entries.filter(({ can_add_again: can }) => can),
      ),
    reveal:
      revealWatched === null
        ? null
        : (entries) => {
            for (const { id } of entries.filter(({ can_reveal: can }) => can).slice(0, REVEAL_MAX)) {
              app.attempt(() => revealWatched(id));
            }
          },
  };
}
