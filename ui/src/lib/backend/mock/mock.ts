/**
 * A demonstration without a core: torrents that are made up, commands that change them. For design
 * work and tests only; the real window loads it only when its address asks with `?mock`.
 */
import { CallError, type Backend } from '../backend';
import type { Commands } from '../generated/Commands';
import type { AllDone } from '../generated/AllDone';
import type { Delta } from '../generated/Delta';
import type { Event } from '../generated/Event';
import type { RulesView } from '../generated/RulesView';
import type { SettingValueView } from '../generated/SettingValueView';
import type { Snapshot } from '../generated/Snapshot';
import type { StepView } from '../generated/StepView';
import type { TorrentRow } from '../generated/TorrentRow';
import type { Totals } from '../generated/Totals';
import type { UndoView } from '../generated/UndoView';
import type { WatchFolderView } from '../generated/WatchFolderView';
import { pickTorrentsInBrowser } from '../browser-files';
import * as details from './details';
import { arrangeHandlers, type ArrangeHandlers } from './arrange';
import { Churn, deliverMeasured } from './churn';
import { createHandlers, type CreateHandlers } from './create';
import { askedByAddress, mockDesk } from './desk';
import { exchangeHandlers, type ExchangeHandlers } from './exchange';
import { settingsHandlers, type SettingsHandlers } from './settings';
import { historyHandlers, type HistoryHandlers } from './history';
import { queueHandlers, speedOf, type QueueHandlers } from './queue';
import { LABELS, makeRow, say } from './rows';
import { mockShell, shellDeeds } from './shell';
import { moveMore, storageHandlers, type StorageHandlers } from './storage';
import { watchHandlers, type WatchHandlers } from './watch';

const TICK_MS = 1_000;

interface Undoable {
  readonly step: StepView;
  readonly back: () => void;
  readonly again: () => void;
}

type AreaHandlers = ArrangeHandlers &
  CreateHandlers &
  ExchangeHandlers &
  SettingsHandlers &
  HistoryHandlers &
  QueueHandlers &
  StorageHandlers &
  WatchHandlers;

type Handlers = {
  [K in keyof Commands]: (
    request: Commands[K]['request'],
  ) => Commands[K]['answer'] | Promise<Commands[K]['answer']>;
};

class MockCore {
  readonly rows = new Map<string, TorrentRow>();
  readonly settings: Record<string, SettingValueView> = {};
  readonly prefs: Record<string, string> = {};
  readonly rules = new Map<string, RulesView>();
  labels = [...LABELS];
  allDone: AllDone | null = null;
  watch: WatchFolderView[] = [];
  readonly undone: Undoable[] = [];
  readonly done: Undoable[] = [];
  #rev = 1;
  #steps = 0;
  #pending = { upserts: new Set<string>(), removed: new Set<string>(), all: false };
  #listener: ((event: Event) => void) | null = null;
  #churn: Churn | null = null;

  constructor(count: number, changing: number | null) {
    if (changing !== null) this.#churn = new Churn(changing);
    const now = Date.now();
    for (let index = 0; index < count; index++) {
      const row = makeRow(index, now);
      this.rows.set(row.hash, row);
    }
    if (count === 0) this.labels = [];
    for (const view of details.settings()) this.settings[view.key] = view.value;
    // The first run is what an empty demonstration shows.
    this.settings['window.welcome_done'] = count > 0;
  }

  readonly started = started;

  row(hash: string): TorrentRow {
    const row = this.rows.get(hash);
    if (row === undefined) throw new CallError('no_such_torrent');
    return row;
  }

  put(row: TorrentRow): void {
    this.rows.set(row.hash, row);
    this.#pending.upserts.add(row.hash);
    this.#pending.removed.delete(row.hash);
  }

  drop(hash: string): void {
    this.rows.delete(hash);
    this.#pending.upserts.delete(hash);
    this.#pending.removed.add(hash);
  }

  remember(kind: string, count: number, back: () => void, again: () => void): void {
    this.#steps += 1;
    this.done.push({ step: { id: this.#steps, kind, count, at: Date.now() }, back, again });
    this.undone.length = 0;
    this.changed();
  }

  tell(event: Event): void {
    this.#listener?.(event);
  }

  /** Labels, settings or undo are different: they go out whole. */
  changed(): void {
    this.#pending.all = true;
    // A real core answers first and publishes a moment later.
    setTimeout(() => this.flush(), 20);
  }

  listen(onEvent: (event: Event) => void): () => void {
    const churn = this.#churn;
    const listener = churn === null ? onEvent : (event: Event): void => void deliverMeasured(event, onEvent);
    this.#listener = listener;
    const timer = setInterval(() => {
      if (churn === null) this.#liven();
      else for (const row of churn.next([...this.rows.values()])) this.put(row);
      this.flush();
    }, TICK_MS);
    setTimeout(() => listener({ type: 'snapshot', ...this.snapshot() }), 0);
    return () => {
      clearInterval(timer);
      this.#listener = null;
    };
  }

  flush(): void {
    const { upserts, removed, all } = this.#pending;
    this.#pending = { upserts: new Set(), removed: new Set(), all: false };
    this.#rev += 1;
    const delta: Delta = {
      rev: this.#rev,
      upserts: [...upserts].flatMap((hash) => this.rows.get(hash) ?? []),
      removed: [...removed],
      totals: this.#totals(),
      labels: all ? this.labels : null,
      undo: all ? this.#undo() : null,
      settings: all ? this.settings : null,
      watch: all ? this.watch : null,
    };
    this.#listener?.({ type: 'delta', ...delta });
  }

  #undo(): UndoView {
    return { undo: this.done.at(-1)?.step ?? null, redo: this.undone.at(-1)?.step ?? null };
  }

  snapshot(): Snapshot {
    return {
      rev: this.#rev,
      torrents: [...this.rows.values()],
      labels: this.labels,
      totals: this.#totals(),
      undo: this.#undo(),
      settings: { ...this.settings },
      watch: this.watch,
      prefs: { ...this.prefs },
      notices: [],
      version: '0.0.0',
      platform: 'linux',
    };
  }

  #totals(): Totals {
    let [down, up, peers] = [0, 0, 0];
    for (const row of this.rows.values()) {
      down += row.down_bps;
      up += row.up_bps;
      peers += row.peers_connected;
    }
    return {
      down_bps: down,
      up_bps: up,
      dht_nodes: 412,
      peers_connected: peers,
      free_bytes: 212e9,
      free_volume: '/home',
      downloads_folder: '/home/ada/Downloads',
      engine: { state: 'running', port: 51_413 },
      speed: speedOf(this.settings),
      all_done: this.allDone,
    };
  }

  /** A second passes. */
  #liven(): void {
    for (const row of this.rows.values()) {
      if (row.status === 'downloading' && row.down_bps > 0) this.put(downloadMore(row));
      else if (row.status === 'seeding' && row.up_bps > 0) {
        this.put({ ...row, up_bps: jitter(row.up_bps), uploaded_bytes: row.uploaded_bytes + row.up_bps });
      } else if (row.sentence.code === 'moving') {
        this.put(moveMore(row, started));
      } else if (row.check !== null && row.check < 1 && row.sentence.code === 'checking') {
        this.put({ ...row, check: Math.min(1, row.check + 0.002) });
      }
    }
  }
}

function jitter(bps: number): number {
  return Math.max(1_000, Math.round(bps * (0.9 + Math.random() * 0.2)));
}

function downloadMore(row: TorrentRow): TorrentRow {
  const wanted = row.wanted_bytes ?? 0;
  const have = Math.min(wanted * 0.99, row.have_bytes + row.down_bps);
  const eta = Math.max(1, Math.round((wanted - have) / row.down_bps));
  return {
    ...row,
    have_bytes: have,
    down_bps: jitter(row.down_bps),
    up_bps: row.up_bps > 0 ? jitter(row.up_bps) : 0,
    eta_s: eta,
    active_at: Date.now(),
    sentence: say('downloading', { eta_s: eta, sending: row.peers_sending, connected: row.peers_connected }),
  };
}

const halted = {
  status: 'stopped',
  intent: 'stop',
  sentence: say('stopped'),
  down_bps: 0,
  up_bps: 0,
} as const;

function started(row: TorrentRow): TorrentRow {
  const complete = row.wanted_bytes !== null && row.have_bytes >= row.wanted_bytes;
  if (complete) return { ...row, intent: 'run', status: 'seeding', sentence: say('seeding_idle') };
  return { ...row, intent: 'run', status: 'downloading', sentence: say('looking_for_peers', { known: 8 }) };
}

function listHandlers(
  core: MockCore,
): Pick<Handlers, 'start' | 'stop' | 'force_start' | 'remove' | 'recheck' | 'save_beside'> {
  const change = (hashes: readonly string[], to: (row: TorrentRow) => TorrentRow): Record<symbol, never> => {
    for (const hash of hashes) core.put(to(core.row(hash)));
    setTimeout(() => core.flush(), 20);
    return {};
  };
  return {
    start: ({ hashes }) => change(hashes, started),
    force_start: ({ hashes }) => change(hashes, started),
    stop: ({ hashes }) => change(hashes, (row) => ({ ...row, ...halted })),
    recheck: ({ hashes }) =>
      change(hashes, (row) => ({
        ...row,
        status: 'checking',
        check: 0,
        sentence: say('checking', { eta_s: 300 }),
      })),
    save_beside: ({ hash }) => change([hash], started),
    remove: ({ hashes, data }) => {
      const rows = hashes.map((hash) => core.row(hash));
      const again = (): void => {
        for (const row of rows) core.drop(row.hash);
      };
      again();
      const back = (): void => {
        for (const row of rows) core.put(row);
      };
      if (data === 'delete') core.changed();
      else core.remember(data === 'trash' ? 'trashed' : 'removed', rows.length, back, again);
      return {};
    },
  };
}

function step(
  core: MockCore,
  from: Undoable[],
  to: Undoable[],
  way: 'back' | 'again',
): Record<symbol, never> {
  const undoable = from.pop();
  if (undoable === undefined) throw new CallError('nothing_to_undo');
  undoable[way]();
  to.push(undoable);
  core.changed();
  return {};
}

function stepHandlers(core: MockCore): Pick<Handlers, 'undo' | 'redo' | 'set_labels' | 'set_settings'> {
  return {
    undo: () => step(core, core.done, core.undone, 'back'),
    redo: () => step(core, core.undone, core.done, 'again'),
    set_labels: ({ hashes, labels }) => {
      const rows = hashes.map((hash) => core.row(hash));
      const again = (): void => {
        for (const row of rows) core.put({ ...row, labels });
      };
      again();
      core.remember('labelled', rows.length, () => rows.forEach((row) => core.put(row)), again);
      return {};
    },
    set_settings: ({ values }) => {
      details.setSettings(values);
      const before = Object.fromEntries(Object.keys(values).map((key) => [key, core.settings[key] ?? false]));
      const put = (all: Record<string, SettingValueView>): void => {
        Object.assign(core.settings, all);
      };
      put(values);
      core.remember(
        'settings',
        Object.keys(values).length,
        () => put(before),
        () => put(values),
      );
      return {};
    },
  };
}

function detailHandlers(
  core: MockCore,
): Omit<
  Handlers,
  keyof ReturnType<typeof listHandlers> | keyof ReturnType<typeof stepHandlers> | keyof AreaHandlers
> {
  return {
    snapshot: () => core.snapshot(),
    inspect: ({ source }) => details.inspect(source, core.rows, core.labels),
    add: (request) => {
      const { preview_id: id, sequential, first_last: ends, top } = request;
      const made = makeRow(100_000 + core.rows.size, Date.now());
      const order = { sequential: sequential ?? false, first_last: ends ?? false };
      const ranks = [...core.rows.values()].map(({ rank }) => rank);
      const rank = top === true ? Math.min(0, ...ranks) - 1 : Math.max(0, ...ranks) + 1;
      const as = details.addedAs(request, core.labels);
      const row = { ...made, ...order, ...as, rank, name: `Added from preview ${id}` };
      core.put(row);
      core.changed();
      return { hash: row.hash, outcome: 'added' };
    },
    select_files: ({ hash, wanted }) => {
      details.selectFiles(core.row(hash), wanted);
      core.put(started(core.row(hash)));
      core.changed();
      return {};
    },
    overview: ({ hash }) => details.overview(core.row(hash)),
    files: ({ hash }) => details.files(core.row(hash)),
    peers: ({ hash }) => details.peers(core.row(hash)),
    pieces: ({ hash }) => details.pieces(core.row(hash)),
    settings: () => details.settings(),
    folder_info: ({ path }) => details.folderInfo(path),
    list_folders: ({ path }) => details.listFolders(path),
  };
}

/** `changing` rows get other numbers every second, and nothing else happens; null for a list that lives. */
export function createMockBackend(count: number, changing: number | null = null): Backend {
  const core = new MockCore(count, changing);
  // For pictures: another language, theme or density once a screen is there.
  addEventListener('shoal-mock', (event) => {
    Object.assign(core.settings, (event as CustomEvent<Record<string, SettingValueView>>).detail);
    core.changed();
  });
  addEventListener('shoal-mock-done', (event) => {
    core.allDone = (event as CustomEvent<AllDone | null>).detail;
    core.changed();
  });
  const deeds = shellDeeds();
  const asked = askedByAddress();
  const handlers: Handlers = {
    ...listHandlers(core),
    ...stepHandlers(core),
    ...detailHandlers(core),
    ...storageHandlers(core),
    ...arrangeHandlers(core),
    ...historyHandlers(core),
    ...queueHandlers(core),
    ...createHandlers(core),
    ...exchangeHandlers(core),
    ...settingsHandlers(core),
    ...watchHandlers(core),
  };
  return {
    kind: 'mock',
    begun: null,
    async call(name, request) {
      return handlers[name](request);
    },
    subscribe(onEvent, onConnection) {
      onConnection(true);
      const end = core.listen(onEvent);
      const events = asked.splice(0);
      setTimeout(() => events.forEach((event) => core.tell(event)), 0);
      return end;
    },
    pickTorrents: pickTorrentsInBrowser,
    pickFolder: null,
    ...mockShell((hash) => core.row(hash), deeds),
    ...mockDesk((event) => core.tell(event), deeds),
  };
}
