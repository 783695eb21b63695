/** The commands about watch folders, as the core would answer them. */
import { CallError } from '../backend';
import type { Commands } from '../generated/Commands';
import type { WatchFolderView } from '../generated/WatchFolderView';

/** What these commands need of the mock. */
export interface WatchCore {
  watch: WatchFolderView[];
  remember(kind: string, count: number, back: () => void, again: () => void): void;
}

type Names =
  | 'watch_put'
  | 'watch_drop'
  | 'watch_look'
  | 'watch_history'
  | 'watch_retry'
  | 'watch_add_again'
  | 'watch_dry_run';

export type WatchHandlers = {
  [K in Names]: (request: Commands[K]['request']) => Commands[K]['answer'];
};

/** Changes the folders as one step that can be taken back. */
function step(core: WatchCore, kind: string, folders: WatchFolderView[]): void {
  const before = core.watch;
  const put = (all: WatchFolderView[]): void => {
    core.watch = all;
  };
  put(folders);
  core.remember(
    kind,
    1,
    () => put(before),
    () => put(folders),
  );
}

export function watchHandlers(core: WatchCore): WatchHandlers {
  const known = (id: number): WatchFolderView => {
    const folder = core.watch.find((one) => one.id === id);
    if (folder === undefined) throw new CallError('no_such_watch');
    return folder;
  };
  return {
    watch_put: ({ id, rules }) => {
      const old = id === null ? undefined : known(id);
      const number = id ?? Math.max(0, ...core.watch.map((one) => one.id)) + 1;
      const made: WatchFolderView = {
        id: number,
        added_today: 0,
        last_added_at: null,
        pending: 0,
        problems: 0,
        ...old,
        rules,
        state: rules.enabled ? { state: 'watching' } : { state: 'off' },
      };
      const others = core.watch.filter((one) => one.id !== number);
      step(core, 'watch_put', [...others, made]);
      return { id: number };
    },
    watch_drop: ({ id }) => {
      known(id);
      step(
        core,
        'watch_dropped',
        core.watch.filter((one) => one.id !== id),
      );
      return {};
    },
    watch_look: ({ id }) => {
      known(id);
      return {};
    },
    watch_history: () => ({ entries: [], more: false, problems: 0, pending: [] }),
    watch_retry: () => ({}),
    watch_add_again: () => ({}),
    watch_dry_run: () => ({ files: [], looked_at: 0, would_add: 0, more: false }),
  };
}
