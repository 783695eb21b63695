/**
 * Undo and redo, and which steps this window made itself: only those get a toast, another
 * browser's do not.
 */
import { type Backend, type CommandName } from '$lib/backend/backend';
import type { Commands } from '$lib/backend/generated/Commands';
import type { StepView } from '$lib/backend/generated/StepView';
import type { UndoView } from '$lib/backend/generated/UndoView';

/** The step of a command comes with the next delta, which may be late when the window was hidden. */
const STEP_LATE_MAX_MS = 15_000;

export class UndoStore {
  #view = $state.raw<UndoView>({ undo: null, redo: null });
  #lastId = 0;
  #expected: { readonly kinds: readonly string[]; readonly until: number }[] = [];

  get undo(): StepView | null {
    return this.#view.undo;
  }
  get redo(): StepView | null {
    return this.#view.redo;
  }

  /** This window is about to make a step of one of these kinds. Call what is returned if it does not. */
  expect(kinds: readonly string[]): () => void {
    const expected = { kinds, until: Date.now() + STEP_LATE_MAX_MS };
    this.#expected.push(expected);
    return () => {
      this.#expected = this.#expected.filter((other) => other !== expected);
    };
  }

  start(view: UndoView): void {
    this.#view = view;
    this.#lastId = Math.max(this.#lastId, view.undo?.id ?? 0, view.redo?.id ?? 0);
  }

  /** The step to tell about: a new one that this window made. */
  apply(view: UndoView): StepView | null {
    this.#view = view;
    const step = view.undo;
    if (step === null || step.id <= this.#lastId) return null;
    this.#lastId = step.id;
    const now = Date.now();
    this.#expected = this.#expected.filter(({ until }) => until >= now);
    const own = this.#expected.find(({ kinds }) => kinds.includes(step.kind));
    if (own === undefined) return null;
    this.#expected = this.#expected.filter((other) => other !== own);
    return step;
  }
}

const STEP_KINDS: Partial<Record<CommandName, readonly string[]>> = {
  remove: ['removed', 'trashed'],
  select_files: ['selected'],
  set_priorities: ['prioritised'],
  move_data: ['moved'],
  rename: ['renamed'],
  rename_path: ['renamed'],
  set_labels: ['labelled'],
  change_labels: ['labelled', 'label_put'],
  put_label: ['label_put'],
  rename_label: ['label_renamed'],
  drop_label: ['label_dropped'],
  set_settings: ['settings'],
  import_settings: ['settings'],
  watch_put: ['watch_put'],
  watch_drop: ['watch_dropped'],
};

/** How the window looks is kept as a setting too, but nobody needs a toast for a sidebar. */
function isOnlyAboutTheWindow(name: CommandName, request: unknown): boolean {
  if (name !== 'set_settings') return false;
  const { values } = request as Commands['set_settings']['request'];
  return Object.keys(values).every((key) => key.startsWith('window.'));
}

/** The same backend, telling `undo` which steps are its own. */
export function watchSteps(backend: Backend, undo: UndoStore): Backend {
  return {
    kind: backend.kind,
    begun: backend.begun,
    subscribe: (onEvent, onConnection) => backend.subscribe(onEvent, onConnection),
    pickTorrents: () => backend.pickTorrents(),
    pickFolder: backend.pickFolder,
    pickContent: backend.pickContent,
    open: backend.open,
    reveal: backend.reveal,
    revealWatched: backend.revealWatched,
    desk: backend.desk,
    saveFile: (name, base64, kind) => backend.saveFile(name, base64, kind),
    copyText: (text) => backend.copyText(text),
    async call(name, request) {
      const kinds = STEP_KINDS[name];
      if (kinds === undefined || isOnlyAboutTheWindow(name, request)) return backend.call(name, request);
      const forget = undo.expect(kinds);
      try {
        return await backend.call(name, request);
      } catch (thrown) {
        forget();
        throw thrown;
      }
    },
  };
}
