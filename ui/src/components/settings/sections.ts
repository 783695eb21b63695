/** What stands where on the settings page. Which settings exist is the core's to say. */
import type { SettingView } from '$lib/backend/generated/SettingView';
import { hasMessage, t } from '$lib/i18n';
import type { IconName } from '$lib/icons';

type SectionId = 'downloads' | 'watch' | 'network' | 'desktop' | 'appearance';
/** Pages without settings of their own: what is other than the default, and settings as a file. */
export type PageId = SectionId | 'changed' | 'file';
export type GroupId =
  | 'folder'
  | 'unfinished'
  | 'room'
  | 'order'
  | 'safety'
  | 'watching'
  | 'reach'
  | 'discovery'
  | 'connections'
  | 'tray'
  | 'start'
  | 'links'
  | 'notices'
  | 'quiet'
  | 'window'
  | 'list'
  | 'language'
  | 'numbers';
export type NoteId = 'pex' | 'plain' | 'notices';

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
    id: 'watch',
    icon: 'watch',
    groups: [{ id: 'watching', keys: ['watch.look_ms', 'watch.poll_s'] }],
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
    id: 'desktop',
    icon: 'desktop',
    groups: [
      {
        id: 'tray',
        keys: ['desktop.tray', 'desktop.close', 'desktop.close_without_tray', 'desktop.minimise_to_tray'],
      },
      { id: 'start', keys: ['desktop.start_hidden', 'desktop.autostart'] },
      { id: 'links', keys: ['desktop.handle_magnets', 'desktop.handle_torrents', 'desktop.clipboard'] },
      {
        id: 'notices',
        keys: ['notify.finished', 'notify.failed', 'notify.attention', 'notify.watched'],
        note: 'notices',
      },
      { id: 'quiet', keys: ['desktop.awake', 'desktop.taskbar'] },
    ],
  },
  {
    id: 'appearance',
    icon: 'contrast',
    groups: [
      { id: 'window', keys: ['appearance.theme', 'appearance.contrast'] },
      { id: 'list', keys: ['window.density', 'window.details_side'] },
      { id: 'language', keys: ['appearance.language'] },
      { id: 'numbers', keys: ['appearance.binary_units'] },
    ],
  },
];

/** What a window can set: what is about the desktop, only where there is one. */
export const sectionsFor = (hasDesktop: boolean): Section[] =>
  SECTIONS.filter(({ id }) => hasDesktop || id !== 'desktop');

export const keysOf = (section: Section): string[] => section.groups.flatMap(({ keys }) => keys);

export function sectionOf(key: string): Section | null {
  return SECTIONS.find((section) => keysOf(section).includes(key)) ?? null;
}

/** Words of a setting: `title`, or `hint` and the like behind its name. */
export function wordsOf(key: string, suffix = ''): string {
  const message = `settings.${key.replace('.', '_')}${suffix}`;
  return hasMessage(message) ? t(message) : '';
}

/** The words that are looked for, lower case. */
export function searchWords(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

export function matchesSearch(view: SettingView, search: string): boolean {
  const { key, kind } = view;
  const choices = kind.type === 'choice' ? kind.choices.map((choice) => wordsOf(key, `_${choice}`)) : [];
  const text = [wordsOf(key), wordsOf(key, '_hint'), key, ...choices].join(' ').toLowerCase();
  return searchWords(search).every((word) => text.includes(word));
}

/** A text in parts, of which every second one is one of `words`, or several of them in a row. */
export function markedParts(text: string, words: readonly string[]): string[] {
  if (words.length === 0) return [text];
  // The longest first, so that "port" does not hide "ports".
  const escaped = [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const word = `(?:${escaped.join('|')})`;
  // With the space between them: a part of nothing but space is lost in the name of what it labels.
  return text.split(new RegExp(`(${word}(?:\\s+${word})*)`, 'iu'));
}

/** The whole number that was typed; null when it is none or out of range. */
export function readNumber(text: string, min: number, max: number): number | null {
  const trimmed = text.trim();
  const value = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : NaN;
  return value >= min && value <= max ? value : null;
}
