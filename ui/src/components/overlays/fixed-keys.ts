/** Keys that are no actions: they belong to the list, the details and the window itself. */
import type { Shortcut } from '$lib/actions/shortcut';
import type { MessageKey } from '$lib/i18n';

export type KeyArea = 'list' | 'details' | 'anywhere';

export interface FixedKeys {
  readonly area: KeyArea;
  readonly text: MessageKey;
  readonly keys: readonly Shortcut[];
}

const plain = (...keys: string[]): Shortcut[] => keys.map((key) => ({ key }));

export const FIXED_KEYS: readonly FixedKeys[] = [
  {
    area: 'list',
    text: 'common.shortcut_move',
    keys: plain('ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'),
  },
  { area: 'list', text: 'actions.shortcut_extend', keys: [{ key: 'ArrowDown', shift: true }] },
  { area: 'list', text: 'actions.shortcut_focus', keys: [{ key: 'ArrowDown', alt: true }] },
  { area: 'list', text: 'common.shortcut_toggle_row', keys: [{ key: ' ', mod: true }] },
  { area: 'list', text: 'actions.shortcut_cells', keys: plain('ArrowLeft', 'ArrowRight') },
  { area: 'list', text: 'common.shortcut_menu', keys: [{ key: 'F10', shift: true }, { key: 'ContextMenu' }] },
  {
    area: 'details',
    text: 'actions.shortcut_tab',
    keys: [
      { key: '1', mod: true },
      { key: '6', mod: true },
    ],
  },
  { area: 'details', text: 'actions.shortcut_tick', keys: plain(' ') },
  { area: 'details', text: 'actions.shortcut_fold', keys: plain('ArrowLeft', 'ArrowRight') },
  { area: 'anywhere', text: 'common.shortcut_area', keys: [{ key: 'F6' }, { key: 'F6', shift: true }] },
  { area: 'anywhere', text: 'common.shortcut_escape', keys: plain('Escape') },
];
