/** Making torrents of one's own files. */
import { free, type ActionApp } from './app';
import type { Action } from './registry';

export const CREATE_ACTIONS: readonly Action<ActionApp>[] = [
  {
    id: 'create',
    title: 'create.action',
    icon: 'cube',
    shortcuts: [{ key: 'n', mod: true, inText: true }],
    group: 'add',
    more: true,
    applies: free,
    run(app) {
      app.ui.dialog = { kind: 'create' };
    },
  },
];
