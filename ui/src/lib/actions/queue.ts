/** What the user can do with the queue, with limits and with goals of the selection. */
import type { QueueTo } from '$lib/backend/generated/QueueTo';
import { t } from '$lib/i18n';
import { free, hashes, selected, some, type ActionApp } from './app';
import type { Action, Entry } from './registry';

type QueueAction = Action<ActionApp>;
type Way = 'top' | 'up' | 'down' | 'bottom';

/** One step for any number of torrents; they keep their order among themselves. */
export async function moveInQueue(
  app: Pick<ActionApp, 'backend' | 'torrents'>,
  torrents: readonly string[],
  to: QueueTo,
): Promise<void> {
  if (torrents.length === 0) return;
  app.torrents.expectMove();
  await app.backend.call('queue_move', { hashes: [...torrents], to });
}

const isListed = (app: ActionApp): boolean => free(app) && some(app);
const move = async (app: ActionApp, type: Way): Promise<void> =>
  moveInQueue(app, hashes(selected(app)), { type });

function wayAction(way: Way, key: string, more: Partial<QueueAction>): QueueAction {
  return {
    id: `queue_${way}`,
    title: `queue.${way}`,
    icon: null,
    shortcuts: [{ key, mod: true, ...(way === 'top' || way === 'bottom' ? { shift: true } : {}) }],
    group: 'run',
    listOnly: true,
    applies: isListed,
    run: async (app) => move(app, way),
    ...more,
  };
}

const ways: readonly QueueAction[] = [
  wayAction('up', 'ArrowUp', { icon: 'up', context: true }),
  wayAction('down', 'ArrowDown', { icon: 'down' }),
  wayAction('top', 'ArrowUp', {}),
  wayAction('bottom', 'ArrowDown', {}),
];

/** Everything there is, beside the one entry that is wanted most. */
const menu: QueueAction = {
  id: 'queue',
  title: 'queue.menu',
  icon: 'queue',
  shortcuts: [],
  group: 'run',
  context: true,
  hidden: true,
  applies: isListed,
  entries: (app): Entry[] =>
    (['top', 'up', 'down', 'bottom'] as const).map((way) => ({
      id: way,
      text: t(`queue.entry_${way}`),
      run: async () => move(app, way),
    })),
  run: () => undefined,
};

const rules: readonly QueueAction[] = [
  {
    id: 'limit',
    title: 'queue.limit',
    icon: 'gauge',
    shortcuts: [],
    group: 'run',
    context: true,
    applies: isListed,
    run(app) {
      app.ui.dialog = { kind: 'rules', hashes: hashes(selected(app)), part: 'limits' };
    },
  },
  {
    id: 'goals',
    title: 'queue.goals',
    icon: 'pin',
    shortcuts: [],
    group: 'run',
    context: true,
    applies: isListed,
    run(app) {
      app.ui.dialog = { kind: 'rules', hashes: hashes(selected(app)), part: 'goals' };
    },
  },
];

const slow: QueueAction = {
  id: 'slow_mode',
  title: 'queue.slow_mode',
  icon: 'tortoise',
  shortcuts: [{ key: 'l', mod: true, inText: true }],
  group: 'window',
  more: true,
  checked: (app) => app.torrents.totals?.speed.slow ?? false,
  applies: (app) => free(app) && app.torrents.loaded,
  async run(app) {
    await app.backend.call('speed_slow', { on: null });
  },
};

export const QUEUE_ACTIONS: readonly QueueAction[] = [...ways, menu, ...rules];
/** About the window, behind what is about torrents. */
export const SPEED_ACTIONS: readonly QueueAction[] = [slow];
