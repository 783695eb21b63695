/** What the user can do with the files of torrents: where they lie, what they are called, whether they are whole. */
import type { TorrentRow } from '$lib/backend/generated/TorrentRow';
import { isMoving } from '$lib/domain/phase';
import { isComplete } from '$lib/domain/view';
import { orderBy } from '$lib/domain/view-sort';
import { every, free, hasFiles, hashes, only, selected, some, type ActionApp } from './app';
import type { Action } from './registry';

type FileAction = Action<ActionApp>;

const saysOnly = (app: ActionApp, ...codes: string[]): boolean =>
  codes.includes(only(app)?.sentence.code ?? '');

/** Runs with the one torrent that is selected. */
const withOnly =
  (work: (app: ActionApp, row: TorrentRow) => void | Promise<void>) =>
  (app: ActionApp): void | Promise<void> => {
    const row = only(app);
    return row === null ? undefined : work(app, row);
  };

/** Answers to what Shoal found where a torrent wants to lie. */
const answers: readonly FileAction[] = [
  {
    id: 'choose_files',
    title: 'common.action_choose_files',
    icon: 'list',
    shortcuts: [],
    group: 'answer',
    context: true,
    applies: (app) => only(app)?.status === 'choosing',
    run: withOnly((app, { hash }) => {
      app.ui.dialog = { kind: 'choose', hash };
    }),
  },
  {
    id: 'use_files',
    title: 'common.action_use_files',
    icon: 'check',
    shortcuts: [],
    group: 'answer',
    context: true,
    applies: (app) => saysOnly(app, 'matches_partly'),
    run: withOnly(async (app, { hash }) => {
      await app.backend.call('adopt', { hash });
    }),
  },
  {
    id: 'save_beside',
    title: 'common.action_save_beside',
    icon: 'save',
    shortcuts: [],
    group: 'answer',
    context: true,
    applies: (app) => saysOnly(app, 'file_in_the_way', 'matches_partly'),
    run: withOnly(async (app, { hash }) => {
      await app.backend.call('save_beside', { hash });
    }),
  },
  {
    id: 'choose_folder',
    title: 'common.action_choose_folder',
    icon: 'folder',
    shortcuts: [],
    group: 'answer',
    context: true,
    applies: (app) => saysOnly(app, 'file_in_the_way', 'matches_partly'),
    run: withOnly((app, { hash }) => {
      app.ui.dialog = { kind: 'move', hashes: [hash], isOther: true };
    }),
  },
  {
    id: 'show_whole',
    title: 'common.action_show_whole',
    icon: 'drive',
    shortcuts: [],
    group: 'answer',
    context: true,
    applies: (app) => saysOnly(app, 'disk_full'),
    run: withOnly((app, { sentence }) => {
      app.ui.filter = { kind: 'whole', below: sentence.params['volume'] ?? '/' };
      app.ui.search = '';
      app.setOrder(orderBy('size'));
    }),
  },
];

function isOneWithFiles(app: ActionApp): boolean {
  const row = only(app);
  return free(app) && row !== null && hasFiles(row);
}

const places: readonly FileAction[] = [
  {
    id: 'rename',
    title: 'common.action_rename',
    icon: 'pencil',
    shortcuts: [{ key: 'F2' }],
    group: 'data',
    context: true,
    listOnly: true,
    applies: isOneWithFiles,
    run: withOnly((app, { hash, name }) => {
      app.ui.dialog = { kind: 'rename', hash, path: null, name };
    }),
  },
  {
    id: 'move',
    title: 'common.action_move',
    icon: 'drive',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: (app) => free(app) && every(app, (row) => !isMoving(row)),
    run(app) {
      app.ui.dialog = { kind: 'move', hashes: hashes(selected(app)), isOther: false };
    },
  },
  {
    id: 'move_again',
    title: 'common.action_move_again',
    icon: 'refresh',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: (app) => saysOnly(app, 'move_failed'),
    run: withOnly(async (app, { hash, sentence }) => {
      const folder = sentence.params['path'] ?? '';
      await app.backend.call('move_data', { hashes: [hash], folder });
    }),
  },
  {
    id: 'cancel_move',
    title: 'common.action_cancel_move',
    icon: 'x',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: (app) => selected(app).some(canCancelMove),
    async run(app) {
      await app.backend.call('cancel_move', { hashes: hashes(selected(app).filter(canCancelMove)) });
    },
  },
  {
    id: 'locate',
    title: 'common.action_locate',
    icon: 'eye',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: isOneWithFiles,
    run: withOnly((app, { hash }) => {
      app.ui.dialog = { kind: 'locate', hash };
    }),
  },
];

function canCancelMove({ sentence }: TorrentRow): boolean {
  return sentence.code === 'moving' || sentence.code === 'move_waiting';
}

const isChecking = ({ status, sentence }: TorrentRow): boolean =>
  status === 'checking' && sentence.code !== 'check_paused';
const canCheck = (row: TorrentRow): boolean => hasFiles(row) && row.status !== 'checking';

const checks: readonly FileAction[] = [
  {
    id: 'recheck',
    title: 'common.action_recheck',
    icon: 'refresh',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: (app) => every(app, canCheck),
    async run(app) {
      await app.backend.call('recheck', { hashes: hashes(selected(app)) });
    },
  },
  {
    id: 'recheck_all',
    title: 'common.action_recheck_all',
    icon: 'refresh',
    shortcuts: [],
    group: 'window',
    more: true,
    applies: (app) => free(app) && app.ui.view === 'list' && app.torrents.all.some(canCheck),
    async run(app) {
      await app.backend.call('recheck', { hashes: hashes(app.torrents.all.filter(canCheck)) });
    },
  },
  {
    id: 'pause_check',
    title: 'common.action_pause_check',
    icon: 'stop',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: (app) => selected(app).some(isChecking),
    async run(app) {
      const rows = selected(app).filter(isChecking);
      await app.backend.call('hold_check', { hashes: hashes(rows), hold: true });
    },
  },
  {
    id: 'resume_check',
    title: 'common.action_resume_check',
    icon: 'play',
    shortcuts: [],
    group: 'data',
    context: true,
    applies: (app) => selected(app).some(({ sentence }) => sentence.code === 'check_paused'),
    async run(app) {
      const rows = selected(app).filter(({ sentence }) => sentence.code === 'check_paused');
      await app.backend.call('hold_check', { hashes: hashes(rows), hold: false });
    },
  },
];

type Flag = 'sequential' | 'first_last';

const flagOf = (app: ActionApp, flag: Flag): boolean | 'mixed' => {
  const on = selected(app).filter((row) => row[flag]).length;
  return on === 0 ? false : on === selected(app).length ? true : 'mixed';
};

/** Switches one of the two for all that are selected: on, unless it is on for all of them. */
async function toggleOrder(app: ActionApp, flag: Flag): Promise<void> {
  const on = flagOf(app, flag) !== true;
  const other: Flag = flag === 'sequential' ? 'first_last' : 'sequential';
  for (const kept of [false, true]) {
    const rows = selected(app).filter((row) => row[other] === kept);
    if (rows.length === 0) continue;
    const order = flag === 'sequential' ? [on, kept] : [kept, on];
    const [sequential = false, first_last = false] = order;
    await app.backend.call('set_order', { hashes: hashes(rows), sequential, first_last });
  }
}

/** Only what is still to be downloaded has an order. */
const hasOrder = (app: ActionApp): boolean => some(app) && selected(app).some((row) => !isComplete(row));

const order: readonly FileAction[] = [
  {
    id: 'in_order',
    title: 'common.action_in_order',
    icon: 'seq',
    shortcuts: [],
    group: 'run',
    context: true,
    applies: hasOrder,
    checked: (app) => flagOf(app, 'sequential'),
    run: async (app) => toggleOrder(app, 'sequential'),
  },
  {
    id: 'first_last',
    title: 'common.action_first_last',
    icon: null,
    shortcuts: [],
    group: 'run',
    context: true,
    applies: hasOrder,
    checked: (app) => flagOf(app, 'first_last'),
    run: async (app) => toggleOrder(app, 'first_last'),
  },
];

export const FILE_ACTIONS: readonly FileAction[] = [...order, ...answers, ...places, ...checks];
