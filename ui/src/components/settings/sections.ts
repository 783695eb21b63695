/** What stands where on the settings page. Which settings exist is the core's to say. */
import type { SettingView } from '$lib/backend/generated/SettingView';
import { hasMessage, t } from '$lib/i18n';
import type { IconName } from '$lib/icons';

type SectionId = 'downloads' | 'network' | 'appearance';
type GroupId =
  | 'folder'
  | 'unfinished'
  | 'room'
  | 'order'
  | 'safety'
  | 'reach'
  | 'discovery'
  | 'connections'
  | 'window'
  | 'numbers';
export type NoteId = 'pex' | 'plain';

interface Group {
  readonly id: GroupId;
  readonly keys: readonly string[];
  /** Something to know that no switch stands for. */
  readonly note?: NoteId;
}

export interface Section {
  readonly id: SectionId;
  readonly icon: IconName;
  readonly groups: readonly Group[];
}

export const SECTIONS: readonly [Section, ...Section[]] = [
  {
    id: 'downloads',
    icon: 'down',
    groups: [
      { id: 'folder', keys: ['downloads.folder'] },
      { id: 'unfinished', keys: ['downloads.part_suffix', 'downloads.unfinished_folder'] },
      { id: 'room', keys: ['downloads.preallocate'] },
      { id: 'order', keys: ['downloads.order', 'downloads.first_last'] },
      { id: 'safety', keys: ['downloads.leave_out_disguised'] },
    ],
  },
  {
    id: 'network',
    icon: 'globe',
    groups: [
      { id: 'reach', keys: ['network.port', 'network.upnp'] },
      { id: 'discovery', keys: ['network.dht', 'network.lsd'], note: 'pex' },
      { id: 'connections', keys: ['network.utp', 'network.peer_limit'], note: 'plain' },
    ],
  },
  {
    id: 'appearance',
    icon: 'contrast',
    groups: [
      { id: 'window', keys: ['appearance.theme'] },
      { id: 'numbers', keys: ['appearance.binary_units'] },
    ],
  },
];

/** Words of a setting: `title`, or `hint` and the like behind its name. */
export function wordsOf(key: string, suffix = ''): string {
  const message = `settings.${key.replace('.', '_')}${suffix}`;
  return hasMessage(message) ? t(message) : '';
}

export function matchesSearch(view: SettingView, search: string): boolean {
  const text = `${wordsOf(view.key)} ${wordsOf(view.key, '_hint')} ${view.key}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The whole number that was typed; null when it is none or out of range. */
export function readNumber(text: string, min: number, max: number): number | null {
  const trimmed = text.trim();
  const value = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : NaN;
  return value >= min && value <= max ? value : null;
}
