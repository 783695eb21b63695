/** Settings and folders of the mock. */
import { CallError } from '../backend';
import type { FolderInfo } from '../generated/FolderInfo';
import type { FolderList } from '../generated/FolderList';
import type { SettingValueView } from '../generated/SettingValueView';
import type { SettingView } from '../generated/SettingView';
import { GB } from './details-made-up';

const HOME = '/home/ada';
const DOWNLOADS = `${HOME}/Downloads`;

const changed = new Map<string, SettingValueView>();

export function settings(): SettingView[] {
  return SETTINGS.map((view) => ({ ...view, value: changed.get(view.key) ?? view.value }));
}

/** Changes settings as the core does: all or, when one is refused, none. */
export function setSettings(values: Readonly<Record<string, SettingValueView>>): void {
  for (const [key, value] of Object.entries(values)) {
    const view = SETTINGS.find((setting) => setting.key === key);
    if (view?.kind.type === 'folder' && !String(value).startsWith('/')) {
      throw new CallError('setting_not_a_folder', { field: key });
    }
  }
  for (const [key, value] of Object.entries(values)) changed.set(key, value);
}

export function folderInfo(path: string): FolderInfo {
  const full = path === '' ? DOWNLOADS : path.replace(/^~/, HOME);
  const onData = full.startsWith('/data');
  const usable = full.startsWith('/') && !full.startsWith('/root');
  return {
    path: full,
    usable,
    exists: usable && !full.includes('new'),
    free_bytes: onData ? 0.9 * GB : 212.2 * GB,
    volume_bytes: onData ? 4_000 * GB : 1_000 * GB,
    volume: onData ? '/data' : '/home',
  };
}

export function listFolders(path: string): FolderList {
  const full = path === '' ? DOWNLOADS : path;
  const parent = full === '/' ? null : full.slice(0, Math.max(1, full.lastIndexOf('/')));
  if (full.startsWith('/root')) throw new CallError('folder_unusable', { path: full });
  const tree: Record<string, string[]> = {
    '/': ['data', 'home', 'media', 'root'],
    '/home': ['ada'],
    [HOME]: ['Documents', 'Downloads', 'Films', 'Music', 'Pictures'],
    [`${HOME}/Films`]: ['Blender', 'Prelinger'],
  };
  return { path: full, parent, folders: tree[full] ?? [] };
}

type Definition = Pick<SettingView, 'key' | 'kind' | 'applies'> & { readonly initial: SettingValueView };

const BOOL = { type: 'bool' } as const;

const DEFINITIONS: readonly Definition[] = [
  { key: 'downloads.folder', kind: { type: 'folder' }, applies: 'new_torrents', initial: DOWNLOADS },
  { key: 'downloads.leave_out_disguised', kind: BOOL, applies: 'new_torrents', initial: true },
  { key: 'downloads.part_suffix', kind: BOOL, applies: 'new_torrents', initial: false },
  { key: 'downloads.unfinished_folder', kind: { type: 'folder' }, applies: 'new_torrents', initial: '' },
  {
    key: 'downloads.preallocate',
    kind: { type: 'choice', choices: ['none', 'sparse', 'full'] },
    applies: 'now',
    initial: 'none',
  },
  {
    key: 'downloads.order',
    kind: { type: 'choice', choices: ['spread', 'sequential'] },
    applies: 'new_torrents',
    initial: 'spread',
  },
  { key: 'downloads.first_last', kind: BOOL, applies: 'new_torrents', initial: false },
  { key: 'network.port', kind: { type: 'int', min: 0, max: 65_535 }, applies: 'reconnect', initial: 0 },
  { key: 'network.upnp', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.dht', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.lsd', kind: BOOL, applies: 'reconnect', initial: true },
  { key: 'network.utp', kind: BOOL, applies: 'reconnect', initial: true },
  {
    key: 'network.peer_limit',
    kind: { type: 'int', min: 1, max: 1_000 },
    applies: 'reconnect',
    initial: 100,
  },
  {
    key: 'appearance.theme',
    kind: { type: 'choice', choices: ['system', 'light', 'dark'] },
    applies: 'now',
    initial: 'system',
  },
  {
    key: 'appearance.language',
    kind: { type: 'choice', choices: ['system', 'en', 'de', 'es', 'fr', 'zh', 'ar'] },
    applies: 'now',
    initial: 'system',
  },
  {
    key: 'appearance.contrast',
    kind: { type: 'choice', choices: ['system', 'more'] },
    applies: 'now',
    initial: 'system',
  },
  { key: 'appearance.binary_units', kind: BOOL, applies: 'now', initial: false },
];

const SETTINGS: readonly SettingView[] = DEFINITIONS.map(({ initial, ...rest }) => ({
  ...rest,
  shown: true,
  value: initial,
  default: initial,
}));
