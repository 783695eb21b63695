/** The commands about watch folders, as the core would answer them. */
import { CallError } from '../backend';
import type { Commands } from '../generated/Commands';
import type { Event } from '../generated/Event';
import type { TorrentRow } from '../generated/TorrentRow';
import type { WatchEntryView } from '../generated/WatchEntryView';
import type { WatchFolderView } from '../generated/WatchFolderView';
import type { WatchPendingView } from '../generated/WatchPendingView';
import type { WatchRulesView } from '../generated/WatchRulesView';
import { makeRow, say } from './rows';
import { dryRun, filesIn } from './watch-dry';
import { entry, olderEntry, storyEntries, storyFolders } from './watch-story';

const FOLDERS_MAX = 64;
const PATTERN_MAX = 200;
const PAGE = 100;
/** A core needs a moment for all that it does. */
const MOMENT_MS = 250;
const OLDER = 260;
/** So many are kept at most; shown where thousands of torrents are. */
const KEPT_MAX = 50_000;

/** What these commands need of the mock. */
export interface WatchCore {
  watch: WatchFolderView[];
  readonly rows: ReadonlyMap<string, TorrentRow>;
  put(row: TorrentRow): void;
  remember(kind: string, count: number, back: () => void, again: () => void): void;
  changed(): void;
  tell(event: Event): void;
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

/** The history and what is going on; the folders themselves are the core's. */
class Story {
  readonly #core: WatchCore;
  readonly #now = Date.now();
  readonly #folders: readonly WatchFolderView[];
  readonly #newest: WatchEntryView[] = [];
  /** Older ones that are not any more what they were. */
  readonly #others = new Map<number, WatchEntryView>();
  readonly #older: number;
  pending: WatchPendingView[] = [];

  constructor(core: WatchCore) {
    this.#core = core;
    this.#folders = core.rows.size > 0 ? storyFolders(this.#now) : [];
    core.watch = [...this.#folders];
    this.#older = core.rows.size === 0 ? 0 : core.rows.size >= 1_000 ? KEPT_MAX : OLDER;
    if (this.#older === 0) return;
    this.#newest = storyEntries(this.#older + 7, this.#folders, core.rows.values(), this.#now);
    const file = 'FreeBSD-14.3-amd64.torrent';
    this.pending = [{ folder: 1, file, sentence: say('watch_settling', { seconds: 2 }) }];
  }

  #at(id: number): WatchEntryView | undefined {
    const newest = this.#newest.find((one) => one.id === id);
    if (newest !== undefined || id < 1 || id > this.#older) return newest;
    return this.#others.get(id) ?? olderEntry(id, this.#older - id, this.#folders, this.#now);
  }

  *entries(before: number | null): Generator<WatchEntryView> {
    for (let id = (before ?? this.#next()) - 1; id > 0; id--) {
      const one = this.#at(id);
      if (one !== undefined) yield one;
    }
  }

  #next(): number {
    return (this.#newest[0]?.id ?? this.#older) + 1;
  }

  known(ids: readonly number[]): WatchEntryView[] {
    return ids.flatMap((id) => this.#at(id) ?? []);
  }

  change(one: WatchEntryView): void {
    const at = this.#newest.findIndex(({ id }) => id === one.id);
    if (at < 0) this.#others.set(one.id, one);
    else this.#newest[at] = one;
  }

  tell(folder: WatchFolderView, told: Parameters<typeof entry>[2]): void {
    this.#newest.unshift(entry(this.#next(), folder, told));
  }

  /** Adds files as if they had been found. */
  add(id: number, files: readonly string[]): void {
    const folder = this.#core.watch.find((one) => one.id === id);
    if (folder === undefined || files.length === 0) return;
    const at = Date.now();
    let last: TorrentRow | null = null;
    for (const file of files) {
      const name = file.replace(/\.(torrent|magnet)$/, '');
      last = {
        ...makeRow(200_000 + this.#core.rows.size, at),
        name,
        added_at: at,
        labels: folder.rules.labels,
      };
      this.#core.put(last);
      const original =
        folder.rules.after.kind === 'keep'
          ? ({ state: 'left' } as const)
          : ({ state: 'renamed', name: `${file}.added` } as const);
      const sentence = say('watch_added', { name });
      this.tell(folder, { at, file, tone: 'good', sentence, original, hashes: [last.hash] });
    }
    this.put(id, { pending: 0, added_today: folder.added_today + files.length, last_added_at: at });
    this.pending = this.pending.filter((one) => one.folder !== id);
    this.#core.changed();
    const news = { folder: id, path: folder.rules.path, added: files.length, already: 0, bad: 0 };
    this.#core.tell({ type: 'watched', news: { ...news, hash: last?.hash ?? null, name: last?.name ?? '' } });
  }

  put(id: number, change: Partial<WatchFolderView>): void {
    this.#core.watch = this.#core.watch.map((one) => (one.id === id ? { ...one, ...change } : one));
  }
}

function refuse(core: WatchCore, id: number | null, rules: WatchRulesView): void {
  const { path } = rules;
  if (!path.startsWith('/') || path.startsWith('/root'))
    throw new CallError('watch_bad_folder', { field: 'path', path });
  if (core.watch.some((one) => one.id !== id && one.rules.path === path)) {
    throw new CallError('watch_twice', { path });
  }
  const to = rules.after.kind === 'move' ? rules.after.folder : '';
  if (core.watch.some((one) => one.rules.path === to)) {
    throw new CallError('watch_loop', { field: 'after', path: to });
  }
  const pattern = [...rules.include, ...rules.exclude].find(
    (one) => one.length > PATTERN_MAX || /\[[^\]]*$/.test(one),
  );
  if (pattern !== undefined) throw new CallError('watch_bad_pattern', { pattern });
  if (id === null && core.watch.length >= FOLDERS_MAX) {
    throw new CallError('watch_too_many_folders', { max: String(FOLDERS_MAX) });
  }
}

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

function stateOf({ enabled, how }: WatchRulesView): WatchFolderView['state'] {
  if (!enabled) return { state: 'off' };
  return how === 'poll' ? { state: 'polling', every_s: 10, why: 'asked' } : { state: 'watching' };
}

function putHandler(core: WatchCore, story: Story): WatchHandlers['watch_put'] {
  return ({ id, rules }) => {
    const old = core.watch.find((one) => one.id === id);
    if (id !== null && old === undefined) throw new CallError('no_such_watch');
    refuse(core, id, rules);
    const number = id ?? Math.max(0, ...core.watch.map((one) => one.id)) + 1;
    const isSame = old?.rules.enabled === rules.enabled && old.rules.how === rules.how;
    const state = isSame ? old.state : stateOf(rules);
    const fresh = { added_today: 0, last_added_at: null, pending: 0, problems: 0 };
    const made: WatchFolderView = { ...fresh, ...old, id: number, rules, state };
    step(core, 'watch_put', [...core.watch.filter((one) => one.id !== number), made]);
    const isOn = rules.enabled && old?.rules.enabled !== true;
    if (isOn) setTimeout(() => story.add(number, filesIn(rules)), MOMENT_MS);
    return { id: number };
  };
}

function historyHandlers(
  core: WatchCore,
  story: Story,
): Pick<WatchHandlers, 'watch_history' | 'watch_retry' | 'watch_add_again'> {
  return {
    watch_history: ({ before, folder, problems }) => {
      const entries: WatchEntryView[] = [];
      let more = false;
      for (const one of story.entries(before)) {
        if ((folder !== null && one.folder !== folder) || (problems && one.tone !== 'bad')) continue;
        more = entries.length >= PAGE;
        if (more) break;
        entries.push(one);
      }
      let bad = 0;
      for (const one of story.entries(null)) if (one.tone === 'bad') bad++;
      const pending = story.pending.filter((one) => folder === null || one.folder === folder);
      return { entries, more, problems: bad, pending: before === null ? pending : [] };
    },
    watch_retry: ({ ids }) => {
      for (const one of story.known(ids).filter(({ can_retry: can }) => can)) {
        story.change({ ...one, can_retry: false, tone: 'neutral' });
        const sentence = say('watch_trying', {
          attempt: 2,
          seconds: 1,
          code: one.sentence.params['code'] ?? '',
        });
        story.pending = [...story.pending, { folder: one.folder, file: one.file, sentence }];
        setTimeout(() => {
          story.pending = story.pending.filter(({ file }) => file !== one.file);
          story.add(one.folder, [one.file]);
          const problems = core.watch.find(({ id }) => id === one.folder)?.problems ?? 0;
          story.put(one.folder, { problems: Math.max(0, problems - 1) });
        }, MOMENT_MS * 4);
      }
      core.changed();
      return {};
    },
    watch_add_again: ({ ids }) => {
      for (const one of story.known(ids).filter(({ can_add_again: can }) => can)) {
        story.change({ ...one, can_add_again: false });
        setTimeout(() => story.add(one.folder, [one.file]), MOMENT_MS);
      }
      return {};
    },
  };
}

export function watchHandlers(core: WatchCore): WatchHandlers {
  const story = new Story(core);
  // For tests: what came of a folder.
  addEventListener('shoal-mock-watched', (event) => {
    const { detail } = event as CustomEvent<Extract<Event, { type: 'watched' }>['news']>;
    core.tell({ type: 'watched', news: detail });
  });
  const known = (id: number): WatchFolderView => {
    const folder = core.watch.find((one) => one.id === id);
    if (folder === undefined) throw new CallError('no_such_watch');
    return folder;
  };
  return {
    ...historyHandlers(core, story),
    watch_put: putHandler(core, story),
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
      const folder = known(id);
      if (folder.state.state === 'unreachable') {
        story.put(id, { state: { state: 'polling', every_s: 10, why: 'network' } });
        story.tell(folder, { at: Date.now(), file: '', tone: 'good', sentence: say('watch_back') });
      }
      const waiting = story.pending.filter((one) => one.folder === id).map(({ file }) => file);
      setTimeout(() => story.add(id, waiting), MOMENT_MS);
      core.changed();
      return {};
    },
    watch_dry_run: ({ id, rules }) => {
      refuse(core, id, rules);
      return dryRun(rules);
    },
  };
}
